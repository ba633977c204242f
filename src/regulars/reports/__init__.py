"""Fixed questions about history, exactly defined: a folder each with its SQL and its shape, asked of the lake.

Not here: what a customer is in (segments), and how the answers are shown (the doors).
"""
