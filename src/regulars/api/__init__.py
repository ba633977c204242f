"""The door for machines: REST under /api/v1/.

Not for: rules. Each route calls one selector or service with the actor of its token.
"""
