"""Tells Django of this room."""

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in


class WebConfig(AppConfig):
    name = "regulars.web"
    label = "web"

    def ready(self) -> None:
        # The access room notes the sign-in itself, in one transaction with its audit entry.
        user_logged_in.disconnect(dispatch_uid="update_last_login")
