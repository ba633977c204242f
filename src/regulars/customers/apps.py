"""Tells Django of this room."""

from importlib import import_module

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "regulars.customers"
    label = "customers"

    def ready(self) -> None:
        import_module("regulars.customers.personal_data")
        import_module("regulars.customers.lake_relations")
