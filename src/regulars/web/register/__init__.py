"""What the register page is made of: the basket as it is kept, what typed text means, what the page shows.

The rules are in checkout; here they are asked and worded.
"""
