"""Tells Django of this room."""

from importlib import import_module

from django.apps import AppConfig


class CheckoutConfig(AppConfig):
    name = "regulars.checkout"
    label = "checkout"

    def ready(self) -> None:
        import_module("regulars.checkout.personal_data")
