"""Promotions and price books: the pure engine that prices a basket, and what the shop offers to whom.

Not for: selling (checkout), nor points and credit, with which a priced basket is paid (balances).
"""
