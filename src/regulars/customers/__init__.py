"""Who bought: profiles, the identities that lead to them, notes, and finding them as one types.

Not for: what they bought (sales) and what follows from it (facts, segments, balances).
"""
