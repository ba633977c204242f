"""Points, store credit and account: lots and one ledger, and the policy by which points are earned.

Not for: what a basket costs (offers, checkout), nor who is in which tier (groups).
"""
