"""What happened, for whoever wants to be told: the outbox that webhooks and live pages read.

Not for: proof (that is the audit log) and not for facts (they are derived from the sales).
"""
