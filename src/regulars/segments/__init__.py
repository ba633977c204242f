"""The rule language, and the upkeep of automatic membership.

Not here: what may be asked (each room's `attributes.py`), named sets and their members (groups).
"""
