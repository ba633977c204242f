"""Files in and out: what an old till, a spreadsheet or a data set exported becomes sales and customers.

Not for: deciding what a sale is (checkout) or who bought (customers). An import goes the way every sale goes.
"""
