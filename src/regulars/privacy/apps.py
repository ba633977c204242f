"""Tells Django of this room."""

from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "regulars.privacy"
    label = "privacy"
