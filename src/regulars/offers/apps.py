"""Tells Django of this room."""

from importlib import import_module

from django.apps import AppConfig


class OffersConfig(AppConfig):
    name = "regulars.offers"
    label = "offers"

    def ready(self) -> None:
        import_module("regulars.offers.personal_data")
        import_module("regulars.offers.attributes")
        import_module("regulars.offers.belonging")
        import_module("regulars.offers.granting")
        import_module("regulars.offers.lake_relations")
        import_module("regulars.offers.exposing")
