"""Regulars: the customer memory of a shop. The rooms and their floors are drawn in docs/tour.md."""

__version__ = "0.1.0"
