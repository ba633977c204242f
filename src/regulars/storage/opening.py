"""Making the database and refusing to work on one that is not as it should be."""

import os
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import OperationalError

from regulars.core.text import marked as _
from regulars.storage.errors import DatabaseUnreachable, DataIsThere, NoDataHere, SchemaBehind
from regulars.storage.folder import DataFolder

# Below this much free space an import of a few hundred thousand lines may not fit.
LITTLE_SPACE = 1 << 30


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing `regulars doctor` looked at: how it is, and what to do where it is not well."""

    level: Literal["ok", "warning", "problem"]
    subject: str
    finding: str


def database_make(folder: DataFolder) -> None:
    """The folder, the key and an empty database with the current schema are there. Raises DataIsThere."""
    if database_exists():
        raise DataIsThere(folder=folder.path)
    folder.make()
    folder.key_make()
    database_upgrade()


def database_exists() -> bool:
    """Whether there is a database with tables to open. Raises DatabaseUnreachable."""
    if connection.vendor == "sqlite":
        return Path(connection.settings_dict["NAME"]).exists()
    _require_reachable()
    return bool(connection.introspection.table_names())


def database_upgrade() -> None:
    """The schema is that of this release. Raises DatabaseUnreachable."""
    _require_reachable()
    call_command("migrate", verbosity=0, interactive=False)


def database_open(folder: DataFolder) -> None:
    """Returns when the database can be worked on.

    Raises NoDataHere, SchemaBehind, DatabaseUnreachable, and what opening a connection raises (sqlcipher/base.py).
    """
    if not database_exists():
        raise NoDataHere(folder=folder.path)
    _require_reachable()
    if _migrations_missing():
        raise SchemaBehind(folder=folder.path)


def _require_reachable() -> None:
    try:
        connection.ensure_connection()
    except OperationalError as error:
        raise DatabaseUnreachable(reason=str(error).strip().splitlines()[0]) from error


def _migrations_missing() -> list[Any]:
    executor = MigrationExecutor(connection)
    return executor.migration_plan(executor.loader.graph.leaf_nodes())


def storage_findings(folder: DataFolder) -> Iterator[Finding]:
    """How the folder, the key and the database are, in that order."""
    yield from _folder_findings(folder)
    if connection.vendor == "sqlite":
        yield from _key_findings(folder)
        yield from _sqlite_findings()
    else:
        yield Finding("ok", "database", f"PostgreSQL {'.'.join(map(str, connection.get_database_version()))}")
        yield Finding("warning", "encryption", _("PostgreSQL's disk is not encrypted by Regulars; encrypt its volume"))


def _folder_findings(folder: DataFolder) -> Iterator[Finding]:
    mode = folder.path.stat().st_mode
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        yield Finding("warning", "data folder", _('others may look into "%s"; close it with chmod 700') % folder.path)
    else:
        yield Finding("ok", "data folder", str(folder.path.resolve()))
    free = shutil.disk_usage(folder.path).free
    level: Literal["ok", "warning"] = "warning" if free < LITTLE_SPACE else "ok"
    yield Finding(level, "free space", f"{free / (1 << 30):.1f} GB")


def _key_findings(folder: DataFolder) -> Iterator[Finding]:
    if "REGULARS_KEY" in os.environ:
        yield Finding("ok", "key", _("from REGULARS_KEY"))
    elif folder.key_file.parent.resolve() == folder.path.resolve():
        yield Finding(
            "warning",
            "key",
            _("lies beside the database; keep a copy elsewhere, and name a safer place in REGULARS_KEY_FILE"),
        )
    else:
        yield Finding("ok", "key", str(folder.key_file))


def _sqlite_findings() -> Iterator[Finding]:
    with connection.cursor() as cursor:

        def pragma(name: str) -> Any:
            cursor.execute(f"PRAGMA {name}")
            row = cursor.fetchone()
            return row[0] if row else None

        version = ".".join(map(str, connection.get_database_version()))
        yield Finding("ok", "database", f"SQLite {version}, SQLCipher {pragma('cipher_version')}")
        yield Finding(
            "ok", "durability", f"journal {pragma('journal_mode')}, synchronous {pragma('synchronous')} (full)"
        )
        yield Finding("ok", "encryption", _("every page of the file"))
        yield from _integrity(pragma)


def _integrity(pragma: Any) -> Iterator[Finding]:
    try:
        found = pragma("quick_check")
    except DatabaseError as error:
        found = str(error)
    if found == "ok":
        yield Finding("ok", "integrity", _("every page can be read"))
    else:
        yield Finding("problem", "integrity", _("the file is damaged (%s); restore a backup") % found)
