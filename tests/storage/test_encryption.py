"""The file on disk is of no use without its key."""

import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from regulars.sales.models import Store
from regulars.storage.errors import DatabaseTooOld, KeyMalformed, KeyMissing, KeyOpenToOthers, UnsafeMode, WrongKey
from regulars.storage.folder import DataFolder
from regulars.storage.sqlcipher import base
from tests import cast

ROOT = Path(__file__).parents[2]
KEY = "5e" * 32


@pytest.mark.django_db
def test_a_row_comes_back():
    Store.objects.create(name="Westlands", country="KE", timezone="Africa/Nairobi", currency="KES")
    assert Store.objects.get().name == "Westlands"
    assert connection.vendor in {"sqlite", "postgresql"}


@pytest.fixture
def sqlite_file(transactional_db):
    """The files of an encrypted database that holds a sale to Wanjiru Zebedayo."""
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL keeps its own files")
    cast.shop_open()
    contact = {"phone": "+254712345678", "email": "zebedayo@example.org", "code": "ZEBRA-1", "name": "Wanjiru Zebedayo"}
    cast.recorded(cast.sale(1, note="Prefers the quiet corner", customer=contact))
    path = Path(connection.settings_dict["NAME"])
    return [each for each in path.parent.glob(path.name + "*") if each.suffix != ".lock"]


def test_no_known_word_stands_in_the_raw_files(sqlite_file):
    assert any(each.name.endswith("-wal") for each in sqlite_file)
    raw = b"".join(each.read_bytes() for each in sqlite_file)
    assert len(raw) > 100_000
    for word in (
        "Zebedayo",
        "zebedayo",
        "Wanjiru",
        "712345678",
        "ZEBRA",
        "quiet corner",
        "Westlands",
        "SQLite format",
        "customers_customer",
    ):
        assert word.encode() not in raw, word
        assert word.encode("utf-16-le") not in raw, word


def test_stock_sqlite_cannot_read_the_file(sqlite_file):
    connection.close()
    stock = sqlite3.connect(f"file:{connection.settings_dict['NAME']}?mode=ro", uri=True)
    with pytest.raises(sqlite3.DatabaseError, match="file is not a database"):
        stock.execute("SELECT count(*) FROM sqlite_master")
    stock.close()


class TestKey:
    @pytest.fixture(autouse=True)
    def no_key_around(self, monkeypatch):
        monkeypatch.delenv("REGULARS_KEY", raising=False)
        monkeypatch.delenv("REGULARS_KEY_FILE", raising=False)

    @pytest.fixture
    def folder(self, tmp_path):
        made = DataFolder(tmp_path / "shop")
        made.make()
        return made

    def test_the_folder_and_the_key_are_their_owners_alone(self, folder):
        folder.key_make()
        assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700
        assert stat.S_IMODE(folder.key_file.stat().st_mode) == 0o600
        assert len(bytes.fromhex(folder.key())) == 32

    def test_two_shops_have_two_keys_and_a_key_stays(self, folder, tmp_path):
        other = DataFolder(tmp_path / "other")
        other.make()
        folder.key_make()
        other.key_make()
        key = folder.key()
        folder.key_make()
        assert folder.key() == key != other.key()

    def test_the_key_may_lie_elsewhere(self, folder, tmp_path, monkeypatch):
        monkeypatch.setenv("REGULARS_KEY_FILE", str(tmp_path / "safe" / "key"))
        folder.key_make()
        assert not (folder.path / "key").exists()
        assert (tmp_path / "safe" / "key").read_text() == folder.key() + "\n"

    def test_the_key_may_stand_in_the_environment(self, folder, monkeypatch):
        monkeypatch.setenv("REGULARS_KEY", KEY.upper() + "\n")
        folder.key_make()
        assert not folder.key_file.exists()
        assert folder.key() == KEY

    def test_a_missing_key_is_named(self, folder):
        with pytest.raises(KeyMissing) as refusal:
            folder.key()
        assert str(refusal.value).startswith(f'The key of this shop is not at "{folder.path}/key"; bring it back')
        assert refusal.value.exit_code == 4

    @pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o610])
    def test_a_key_that_others_can_read_is_refused(self, folder, mode):
        folder.key_make()
        folder.key_file.chmod(mode)
        with pytest.raises(KeyOpenToOthers) as refusal:
            folder.key()
        path = folder.key_file
        assert (
            str(refusal.value) == f'The key file "{path}" can be read by other users; close it with "chmod 600 {path}".'
        )

    @pytest.mark.parametrize("text", ["", "hello", "5e" * 31, "5e" * 33, "zz" * 32, "5e" * 31 + "5e\x00", "é" * 64])
    def test_a_malformed_key_is_refused_without_showing_it(self, folder, text, monkeypatch):
        folder.key_make()
        folder.key_file.write_text(text, "utf-8")
        with pytest.raises(KeyMalformed) as refusal:
            folder.key()
        assert str(refusal.value) == (
            f"The key in {folder.key_file} is not 64 hexadecimal digits; it must be the line that regulars init wrote."
        )
        if "\x00" not in text:
            monkeypatch.setenv("REGULARS_KEY", text)
            with pytest.raises(KeyMalformed, match="The key in REGULARS_KEY is not"):
                folder.key()


@pytest.mark.django_db
class TestOpening:
    @pytest.fixture(autouse=True)
    def no_key_around(self, monkeypatch):
        monkeypatch.delenv("REGULARS_KEY", raising=False)
        monkeypatch.delenv("REGULARS_KEY_FILE", raising=False)

    @pytest.fixture
    def folder(self, tmp_path):
        made = DataFolder(tmp_path)
        made.key_make()
        return made

    @staticmethod
    def opened(folder, name=None):
        wrapper = base.DatabaseWrapper(
            {
                "ENGINE": "regulars.storage.sqlcipher", "NAME": name or str(folder.database), "TIME_ZONE": None,
                "OPTIONS": {"folder": folder, "transaction_mode": "IMMEDIATE"}, "CONN_MAX_AGE": None,
                "AUTOCOMMIT": True, "ATOMIC_REQUESTS": False, "CONN_HEALTH_CHECKS": False, "USER": "", "PASSWORD": "",
                "HOST": "", "PORT": "", "TEST": {},
            },
            alias="other",
        )  # fmt: skip
        wrapper.inc_thread_sharing()
        wrapper.connect()
        return wrapper

    def value(self, wrapper, pragma):
        with wrapper.cursor() as cursor:
            cursor.execute(f"PRAGMA {pragma}")
            return cursor.fetchone()[0]

    def test_a_connection_is_encrypted_whole_and_durable(self, folder):
        wrapper = self.opened(folder)
        wanted = {
            "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1, "temp_store": 2,
            "cipher_use_hmac": "1", "cache_size": -131072,
        }  # fmt: skip
        assert {pragma: self.value(wrapper, pragma) for pragma in wanted} == wanted
        wrapper.close()

    def test_the_wrong_key_is_told_from_a_fault(self, folder):
        wrapper = self.opened(folder)
        with wrapper.cursor() as cursor:
            cursor.execute("CREATE TABLE t (x)")
        wrapper.close()
        folder.key_file.write_text(KEY)
        with pytest.raises(WrongKey) as refusal:
            self.opened(folder)
        assert str(refusal.value).startswith(f'The key does not open "{folder.database}": it is another shop\'s key')
        assert refusal.value.exit_code == 2

    def test_a_damaged_file_is_not_read_as_if_whole(self, folder):
        wrapper = self.opened(folder)
        with wrapper.cursor() as cursor:
            cursor.execute("CREATE TABLE t (x)")
        wrapper.close()
        raw = bytearray(folder.database.read_bytes())
        raw[100] ^= 1
        folder.database.write_bytes(raw)
        with pytest.raises(WrongKey, match="or the file is damaged"):
            self.opened(folder)

    def test_a_database_without_a_log_ahead_is_refused(self, folder):
        with pytest.raises(UnsafeMode) as refusal:
            self.opened(folder, name=":memory:")
        assert str(refusal.value).startswith(
            'The database ":memory:" is in the unsafe mode journal_mode=memory instead of wal.'
        )

    def test_an_old_sqlite_is_refused(self, folder, monkeypatch):
        monkeypatch.setattr(base, "OLDEST_SAFE", (99, 1, 2))
        with pytest.raises(
            DatabaseTooOld, match=r"^SQLite 3\.\d+\.\d+ can corrupt a write-ahead log; 99\.1\.2 or newer"
        ):
            self.opened(folder)
        assert not folder.database.exists()

    def test_a_key_open_to_others_opens_nothing(self, folder):
        folder.key_file.chmod(0o644)
        with pytest.raises(KeyOpenToOthers):
            self.opened(folder)
        assert not folder.database.exists()


def django_admin(folder, *words):
    """A command in a process and a data folder of its own."""
    env = {
        **os.environ,
        "REGULARS_DATA": str(folder),
        "REGULARS_KEY": KEY,
        "DJANGO_SETTINGS_MODULE": "regulars.config.settings",
    }
    env.pop("REGULARS_DATABASE_URL", None)
    done = subprocess.run(
        [sys.executable, "-m", "django", *words], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_models_and_migrations_agree(tmp_path):
    assert "No changes detected" in django_admin(tmp_path, "makemigrations", "--check", "--dry-run")
