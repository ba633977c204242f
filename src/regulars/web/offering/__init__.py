"""Offers on the pages: their form, their words, their calendar, and a basket to try them on."""
