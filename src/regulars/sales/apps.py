"""Tells Django of this room."""

from importlib import import_module

from django.apps import AppConfig


class SalesConfig(AppConfig):
    name = "regulars.sales"
    label = "sales"

    def ready(self) -> None:
        import_module("regulars.sales.personal_data")
        import_module("regulars.sales.reach")
        import_module("regulars.sales.lake_relations")
