"""Where the bytes are: the data folder, its key, the encrypted SQLite behind Django, and bulk writing.

Not for: what the bytes mean. Rooms above write through `writing()` and never ask which database it is.
"""
