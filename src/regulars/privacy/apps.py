"""Tells Django of this room."""

from importlib import import_module

from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "regulars.privacy"
    label = "privacy"

    def ready(self) -> None:
        import_module("regulars.privacy.personal_data")
