"""The pages people use in a browser.

Not for: rules. A page asks selectors and services with the actor, and shows what they answer.
"""
