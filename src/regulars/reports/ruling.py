"""The rule of the customers behind a figure, in the language of segments, within what was asked for. Pure.

A row that is drilled into holds its columns and, under `$` and their names, the values that the report was asked with:
`$from` and `$to` (days), its parameters, `$store_names` (none: all stores) and `$channel` ("": both).
"""

from collections.abc import Mapping
from datetime import date
from typing import Any


def quoted(text: str) -> str | None:
    """The text as a rule writes it; None where no rule can hold it."""
    if any(sign in text for sign in "\n\r\t"):
        return None
    return '"' + text.replace('"', '""') + '"'


def is_text(name: str, text: str) -> str | None:
    """A filter or fact that is this text; an empty one is unknown. None where no rule can say it."""
    if not text:
        return f"{name} is unknown"
    written = quoted(text)
    return None if written is None else f"{name} = {written}"


def measured(
    row: Mapping[str, Any], measure: str, *filters: str, first: date | None = None, last: date | None = None
) -> str:
    """The measure over what the report was asked about: its days (others, where given), its stores, its channel.

    A comparison is still to follow.
    """
    return f"{measured_ever(row, measure, *filters)} from {first or row['$from']} to {last or row['$to']}"


def measured_ever(row: Mapping[str, Any], measure: str, *filters: str) -> str:
    """The same over all days."""
    within = ", ".join([*filters, *_scope_filters(row)])
    return f"{measure}({within})" if within else measure


def _scope_filters(row: Mapping[str, Any]) -> list[str]:
    stores = [each for each in map(quoted, row["$store_names"]) if each is not None]
    found = [f"store in ({', '.join(stores)})"] if stores else []
    return [*found, f"channel = {quoted(row['$channel'])}"] if row["$channel"] else found
