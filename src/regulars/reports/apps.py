"""Tells Django of this room."""

from importlib import import_module

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "regulars.reports"
    label = "reports"

    def ready(self) -> None:
        import_module("regulars.reports.attributes")
        import_module("regulars.reports.personal_data")
