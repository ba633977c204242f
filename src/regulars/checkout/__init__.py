"""A basket becomes a sale: record, return, void, reassign. The one write path for sales.

Not for: what a sale, a customer or a rule is; the rooms below say that. This room says in which order.
"""
