"""Under which addresses people reach the shop."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from regulars.config.errors import AddressUnreadable


@dataclass(frozen=True, slots=True)
class Addresses:
    """What follows from the addresses: the hosts answered to, and whether all of them are encrypted."""

    origins: list[str]
    hosts: list[str]
    is_secure: bool


def addresses_read(text: str) -> Addresses:
    """The addresses separated by commas. "localhost" also answers as 127.0.0.1 and ::1. Raises AddressUnreadable."""
    parts = [urlsplit(each.strip()) for each in text.split(",") if each.strip()]
    for part in parts:
        if part.scheme not in ("http", "https") or not part.hostname or part.path.strip("/"):
            raise AddressUnreadable(value=part.geturl())
    hosts = [part.hostname or "" for part in parts]
    if "localhost" in hosts:
        hosts += ["127.0.0.1", "[::1]"]
    origins = [f"{part.scheme}://{part.netloc}" for part in parts]
    return Addresses(origins, hosts, is_secure=all(part.scheme == "https" for part in parts))
