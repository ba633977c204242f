"""What the pages of segments show and ask, without the pages: a rule as chips, a ladder as a line.

Not for: what a rule may say and what it means (segments/language).
"""
