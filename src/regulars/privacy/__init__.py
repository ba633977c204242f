"""Consent, one person's data, erasure.

Rooms declare here what they keep of a person (`personal_data.py`), so that one export and one erasure
reach everything without this room importing anyone. Not for: deciding what a sale needs to be a sale.
"""
