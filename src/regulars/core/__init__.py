"""Money, days, errors and text: what every room counts and speaks with.

Plain Python. Not for: anything that needs Django, a database or a shop word.
"""
