"""What was bought: the business and its stores, registers, products, sales, and the facts derived from them.

Not for: taking a sale in (checkout) and not for questions over all of history (reports).
"""
