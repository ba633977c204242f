"""The customer's own pages: how they come in, and what their pages have in common.

Not for: what a customer may see; the rooms judge that by the customer's own actor.
"""
