"""Tells Django of this room."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "regulars.events"
    label = "events"
