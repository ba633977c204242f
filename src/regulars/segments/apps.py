"""Tells Django of this room."""

from importlib import import_module

from django.apps import AppConfig


class SegmentsConfig(AppConfig):
    name = "regulars.segments"
    label = "segments"

    def ready(self) -> None:
        # Every room has declared what may be asked about it before a rule is read.
        for room in ("privacy", "customers", "sales"):
            import_module(f"regulars.{room}.attributes")
        import_module("regulars.segments.personal_data")
        import_module("regulars.segments.upkeep")
        import_module("regulars.segments.naming")
        import_module("regulars.segments.products")
