"""Named sets of customers: manual groups, groups that a rule fills, tiers; who is in, since when, and what changed.

Not for: what a rule says and when it holds (segments). This room keeps what it is told.
"""
