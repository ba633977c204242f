"""Tells Django of this room."""

from django.apps import AppConfig


class StorageConfig(AppConfig):
    name = "regulars.storage"
    label = "storage"

    def ready(self) -> None:
        from regulars.storage.lookups import register  # noqa: PLC0415  (models must not load before the apps)

        register()
