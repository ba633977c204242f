"""The data folder of a shop and the key that opens it."""

import hmac
import os
import re
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

from regulars.storage.errors import KeyMalformed, KeyMissing, KeyOpenToOthers

_KEY = re.compile(r"[0-9a-fA-F]{64}")


@dataclass(frozen=True, slots=True)
class DataFolder:
    """One shop on disk: its database, its key, and the files that imports leave behind."""

    path: Path

    @property
    def database(self) -> Path:
        return self.path / "regulars.db"

    @property
    def key_file(self) -> Path:
        """Where the key lies: REGULARS_KEY_FILE, or the file `key` in the folder."""
        named = os.environ.get("REGULARS_KEY_FILE")
        return Path(named) if named else self.path / "key"

    @property
    def imports(self) -> Path:
        return self.path / "imports"

    def make(self) -> None:
        """The folder is there and only its owner may look in."""
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)

    def key_make(self) -> None:
        """The key file holds 256 random bits, readable by its owner only; a key that is there stays."""
        if "REGULARS_KEY" in os.environ or self.key_file.exists():
            return
        self.key_file.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(32) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def key(self) -> str:
        """The key as 64 hexadecimal digits. Raises KeyMissing, KeyMalformed, KeyOpenToOthers."""
        if "REGULARS_KEY" in os.environ:
            return _key_checked(os.environ["REGULARS_KEY"], source="REGULARS_KEY")
        path = self.key_file
        try:
            mode = path.stat().st_mode
            text = path.read_text("ascii", errors="replace")
        except FileNotFoundError:
            raise KeyMissing(path=path) from None
        if mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise KeyOpenToOthers(path=path)
        return _key_checked(text, source=str(path))

    def secret(self, purpose: str) -> str:
        """64 hexadecimal digits for this purpose alone, that follow from the key (HKDF-Expand, RFC 5869, one block).

        Who has it knows neither the key nor the secret of another purpose. Raises what `key` raises.
        """
        return hmac.digest(bytes.fromhex(self.key()), f"regulars {purpose}".encode() + b"\x01", "sha256").hex()


def _key_checked(text: str, *, source: str) -> str:
    key = text.strip()
    if not _KEY.fullmatch(key):
        raise KeyMalformed(source=source)
    return key.lower()
