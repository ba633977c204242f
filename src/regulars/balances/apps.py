"""Tells Django of this room."""

from importlib import import_module

from django.apps import AppConfig


class BalancesConfig(AppConfig):
    name = "regulars.balances"
    label = "balances"

    def ready(self) -> None:
        import_module("regulars.balances.attributes")
        import_module("regulars.balances.personal_data")
        import_module("regulars.balances.following")
        import_module("regulars.balances.welcoming")
        import_module("regulars.balances.moments")
        import_module("regulars.balances.lake_relations")
