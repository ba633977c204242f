"""Tells Django of this room."""

from importlib import import_module

from django.apps import AppConfig


class GroupsConfig(AppConfig):
    name = "regulars.groups"
    label = "groups"

    def ready(self) -> None:
        import_module("regulars.groups.personal_data")
        import_module("regulars.groups.attributes")
        import_module("regulars.groups.lake_relations")
