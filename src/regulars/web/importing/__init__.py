"""What the page Data shows and asks, without the page: the account of an import, the form of a mapping, questions.

Not for: how a file is read and what a mapping means (exchange).
"""
