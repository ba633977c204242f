"""Who is asking, and the log of what they did.

Not for: what the rights mean; each room asks `actor.require(...)` before it acts.
"""
