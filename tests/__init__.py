"""The tests, by room; `house/` holds the tests in which the house inspects itself."""
