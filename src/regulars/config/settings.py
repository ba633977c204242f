"""Django's settings, read from the environment once.

REGULARS_DATA          the data folder (default ./regulars-data)
REGULARS_DATABASE_URL  a PostgreSQL instead of the encrypted file in the data folder
REGULARS_KEY           the key itself (64 hexadecimal digits), or
REGULARS_KEY_FILE      where it lies (default: the file `key` in the data folder)
"""

import os
from pathlib import Path
from typing import Any

import dj_database_url

from regulars.storage.folder import DataFolder

DATA_FOLDER = DataFolder(Path(os.environ.get("REGULARS_DATA", "regulars-data")))
DATABASE_URL = os.environ.get("REGULARS_DATABASE_URL", "")


def _database() -> dict[str, Any]:
    if DATABASE_URL:
        return {**dj_database_url.parse(DATABASE_URL), "CONN_HEALTH_CHECKS": True, "CONN_MAX_AGE": 600}
    return {
        "ENGINE": "regulars.storage.sqlcipher",
        "NAME": str(DATA_FOLDER.database),
        "OPTIONS": {"folder": DATA_FOLDER, "transaction_mode": "IMMEDIATE", "timeout": 20, "cached_statements": 512},
        "CONN_MAX_AGE": None,
        # Tests use a real file too: memory has no write-ahead log to check.
        "TEST": {"NAME": str(DATA_FOLDER.path / "test.db")},
    }


DATABASES = {"default": _database()}
INSTALLED_APPS = [
    "regulars.storage",
    "regulars.access",
    "regulars.events",
    "regulars.privacy",
    "regulars.customers",
    "regulars.sales",
    "regulars.exchange",
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
DEBUG = False
# Nothing is signed yet; the front door brings a secret of its own (it must be unique per install).
SECRET_KEY = "no-cookies-yet"  # noqa: S105
