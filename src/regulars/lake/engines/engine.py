"""What an engine is asked, of what, and what it answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import pyarrow as pa

# Told how far it is, from 0 to 1; asked whether to stop.
Progress = Callable[[float], None]
Cancel = Callable[[], bool]


class StoppedError(Exception):
    """Whoever asked no longer wants the answer."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One SELECT in the portable part of DuckDB's dialect: relations by name, values as `$name`.

    `bound` may hold more values than it names. `tables`: what it reads beside the lake, such as the members of a group.
    """

    sql: str
    bound: Mapping[str, object] = field(default_factory=dict)
    tables: Mapping[str, pa.Table] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Held:
    """What a relation consists of at one moment: the rows of `files`; those of `touched`, but for the ones whose `key`
    is among `gone` (a table of that one column); and those of `tail`.

    As long as a relation is as it was, it is the same Held: an engine keeps what it made of one. The files hold all
    columns; `month=...` in their paths is but the name of a folder.
    """

    name: str
    schema: pa.Schema
    tail: pa.Table
    files: tuple[Path, ...] = ()
    touched: tuple[Path, ...] = ()
    gone: pa.Table | None = None
    key: str = ""


class Engine(Protocol):
    """Answers statements over relations; the same statement over the same relations alike on every engine."""

    name: str

    def ask(
        self,
        statement: Statement,
        *,
        held: Mapping[str, Held],
        progress: Progress | None = None,
        cancel: Cancel | None = None,
    ) -> pa.Table:
        """The rows in their order. Raises StoppedError once `cancel` says so."""
