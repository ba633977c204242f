"""Which Spark there is beside DuckDB: read from REGULARS_ENGINE."""

from urllib.parse import urlsplit

from regulars.config.errors import EngineUnreadable

_SCHEMES = ("spark", "sc")


def engine_read(text: str) -> str:
    """The address of the Spark; empty: there is none. Raises EngineUnreadable."""
    address = text.strip()
    if address in ("", "duckdb"):
        return ""
    try:
        parts = urlsplit(address)
        places = [urlsplit(f"//{place}") for place in parts.netloc.split(",")]
        is_address = all(place.hostname and (place.port or True) for place in places)
    except ValueError:
        is_address = False
    if not is_address or parts.scheme not in _SCHEMES:
        raise EngineUnreadable(value=address)
    return address
