"""The encrypted SQLite database behind Django (named as Django looks for it: `<engine>.base`).

Everything but opening a connection is Django's own SQLite backend. A connection is refused unless it is
encrypted, whole and durable: each check below has cost somebody their data once.
"""

import datetime as dt
import decimal
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from operator import attrgetter
from threading import get_ident
from typing import Any

from django.apps import apps
from django.db.backends.sqlite3 import base as sqlite
from django.db.backends.sqlite3._functions import register as register_functions  # type: ignore[import-untyped]
from django.db.backends.utils import CursorWrapper
from sqlcipher3 import dbapi2 as cipher

from regulars.storage.errors import DatabaseTooOld, UnsafeMode, WrongKey

# 3.7.0 to 3.51.2 can lose pages when a write-ahead log is reset (SQLite's changes of 3.51.3).
OLDEST_SAFE = (3, 51, 3)
# The default, HMAC_SHA512, takes a page half as long again where the processor knows SHA-256 (docs/adr/0002).
AUTHENTICATED = "PRAGMA cipher_hmac_algorithm = HMAC_SHA256"
# FULL lost nothing in simulated power cuts, NORMAL lost acknowledged sales (docs/adr/0002).
SETTINGS = (
    "PRAGMA foreign_keys = ON",
    "PRAGMA legacy_alter_table = OFF",
    "PRAGMA synchronous = FULL",
    "PRAGMA secure_delete = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -131072",
)

cipher.register_adapter(decimal.Decimal, str)
# Without an adapter the driver looks for one by raising errors at each such value: two thirds of an insert's time.
cipher.register_adapter(bool, int)
cipher.register_adapter(type(None), lambda none: none)
cipher.register_adapter(dt.date, sqlite.adapt_date)
cipher.register_adapter(dt.datetime, sqlite.adapt_datetime)
cipher.register_adapter(uuid.UUID, attrgetter("bytes"))


@lru_cache(maxsize=512)
def _question_marks(query: str) -> str:
    return sqlite.FORMAT_QMARK_REGEX.sub("?", query).replace("%%", "%")


class CipherCursor(cipher.Cursor):  # type: ignore[misc]
    """Django writes %s and %(name)s; SQLite reads ? and :name."""

    def execute(self, query: str, params: Any = None) -> Any:
        if params is None:
            return super().execute(query)
        if isinstance(params, Mapping):
            return super().execute(query % {name: f":{name}" for name in params}, params)
        return super().execute(_question_marks(query), params)

    def executemany(self, query: str, param_list: Iterable[Sequence[object]]) -> Any:
        return super().executemany(_question_marks(query), param_list)


class StraightCursor(CursorWrapper):
    """Django's cursor, straight to the driver where nobody listens in: Django's own way doubles a look-up's time."""

    def execute(self, sql: Any, params: Any = None) -> Any:
        if self.db.execute_wrappers or not apps.ready:
            return super().execute(sql, params)
        self.db.validate_no_broken_transaction()
        return self._done(self.cursor.execute, sql, params)

    def executemany(self, sql: Any, param_list: Any) -> Any:
        if self.db.execute_wrappers or not apps.ready:
            return super().executemany(sql, param_list)
        self.db.validate_no_broken_transaction()
        return self._done(self.cursor.executemany, sql, param_list)

    def fetchall(self) -> Any:
        return self._done(self.cursor.fetchall)

    def fetchone(self) -> Any:
        return self._done(self.cursor.fetchone)

    def close(self) -> None:
        self.cursor.close()

    def _done(self, work: Callable[..., Any], *values: Any) -> Any:
        """What the driver answers; its errors become Django's."""
        try:
            return work(*values)
        except cipher.Error:
            with self.db.wrap_database_errors:
                raise


class DatabaseFeatures(sqlite.DatabaseFeatures):  # type: ignore[name-defined,misc]
    """UUIDs reach the driver as they are."""

    has_native_uuid_field = True


class DatabaseOperations(sqlite.DatabaseOperations):  # type: ignore[name-defined,misc]
    """UUIDs come back as their sixteen bytes."""

    def convert_uuidfield_value(self, value: bytes | None, expression: object, connection: object) -> uuid.UUID | None:  # noqa: ARG002
        return None if value is None else uuid.UUID(bytes=value)


class DatabaseWrapper(sqlite.DatabaseWrapper):
    """Opens an encrypted, durable SQLite file, or says why it will not."""

    Database = cipher
    features_class = DatabaseFeatures
    ops_class = DatabaseOperations
    # Half the size of their text: random ids fill the index they are looked up in, and decide how much of it is cached.
    data_types = {**sqlite.DatabaseWrapper.data_types, "UUIDField": "blob"}

    def get_connection_params(self) -> dict[str, Any]:
        params = super().get_connection_params()
        params["isolation_level"] = None
        # Django turns texts into dates where it wants them; the driver would do it for every row that is read.
        params["detect_types"] = 0
        self.folder = params.pop("folder")
        return params

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        if cipher.sqlite_version_info < OLDEST_SAFE:
            raise DatabaseTooOld(found=cipher.sqlite_version, needed=".".join(map(str, OLDEST_SAFE)))
        # A raw key skips the 0.3 s of key derivation that a passphrase costs each connection.
        key = self.folder.key()
        connection = cipher.connect(**conn_params)
        connection.execute(f"PRAGMA key = \"x'{key}'\"")
        connection.execute(AUTHENTICATED)
        # What is wrong with a key is said once, by us.
        connection.execute("PRAGMA cipher_log = off")
        self._check_key(connection)
        for setting in SETTINGS:
            connection.execute(setting)
        self._check_durable(connection)
        register_functions(connection)
        return connection

    def _check_key(self, connection: Any) -> None:
        try:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except cipher.DatabaseError as error:
            if "file is not a database" not in str(error):
                raise
            connection.close()
            raise WrongKey(path=self.settings_dict["NAME"]) from None

    def _check_durable(self, connection: Any) -> None:
        wanted = {"journal_mode = WAL": "wal", "synchronous": 2, "cipher_use_hmac": "1"}
        for pragma, needed in wanted.items():
            found = connection.execute(f"PRAGMA {pragma}").fetchone()
            value = found[0] if found else None
            if value != needed:
                connection.close()
                setting = pragma.partition(" ")[0]
                raise UnsafeMode(path=self.settings_dict["NAME"], setting=setting, found=value, needed=needed)

    def cursor(self) -> Any:
        """A cursor. What Django looks at first holds where the thread that opened a connection goes on with it."""
        if self.connection is None or self._thread_ident != get_ident() or self.queries_logged:  # type: ignore[attr-defined]
            return super().cursor()
        return self.make_cursor(self.create_cursor())

    def make_cursor(self, cursor: Any) -> CursorWrapper:
        return StraightCursor(cursor, self)

    def create_cursor(self, name: str | None = None) -> Any:  # noqa: ARG002  (Django's signature)
        return self.connection.cursor(factory=CipherCursor)
