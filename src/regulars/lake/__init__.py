"""The columnar copy of what may be asked, and its engine, for questions about everybody.

The database is the record. The copy holds the relations that rooms declare (core/attributes.py), but for those that
name a person, in one DuckDB file beside it. Not here: what is asked (segments, reports).
"""
