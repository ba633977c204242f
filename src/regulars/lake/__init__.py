"""The columnar history and its engines. Empty until the reports move in (docs/tour.md)."""
