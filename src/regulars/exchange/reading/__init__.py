"""Files as tables of text: what kind a file is, how it is written, and each of its rows with its line.

Plain Python without Django. Doubt is refused with its reason; nothing here knows what a sale is.
"""
