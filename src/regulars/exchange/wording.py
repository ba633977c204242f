"""Mappings as TOML text: read into plain tables, changed field by field as a form does, and written again."""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from regulars.core.text import folded, squeezed
from regulars.exchange.errors import MappingUnreadable
from regulars.exchange.fields import FIELDS, SECTIONS
from regulars.exchange.guessing import FileHead, columns_guessed

# What a form says of a field: nothing, what the mapping says already, one value for all, or the column after the sign.
NOTHING, KEPT, FIXED, COLUMN = "", "kept", "fixed", "column:"
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_DIGITS = re.compile(r"[\W\d_]+")

Told = dict[str, Any]


@dataclass(frozen=True, slots=True)
class FieldChoice:
    """What a form says of one field; `value` counts where the choice is FIXED."""

    choice: str = NOTHING
    value: str = ""


@dataclass(frozen=True, slots=True)
class MappingChoices:
    """What a form says of a mapping. A [file] option or a rule that is empty is left out; None leaves it as it is."""

    name: str
    fields: Mapping[str, FieldChoice]
    file: Mapping[str, str | bool] = field(default_factory=dict)
    rules: Mapping[str, Any] | None = None


def mapping_told(text: str, *, name: str) -> Told:
    """The tables of a mapping's text. Raises MappingUnreadable."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MappingUnreadable(name=name, reason=error) from None


def mapping_proposed(head: FileHead, *, name: str) -> Told:
    """A mapping for a file that begins so, by the names of its columns: perhaps not a whole one."""
    told: Told = {"name": name_proposed(name)}
    if not head.has_header:
        told["file"] = {"header": False}
    for key, column in columns_guessed(head).items():
        told.setdefault(FIELDS[key].section, {})[FIELDS[key].name] = column
    return told


def name_proposed(file: str) -> str:
    """A name for the mapping of such files: the file's without its dates and numbers, for next month's has others."""
    return squeezed(_DIGITS.sub(" ", PurePath(file).stem.removesuffix(".csv"))).lower().replace(" ", "-") or "till"


def head_named(head: FileHead, told: Told) -> FileHead:
    """The head with the names that the mapping gives to columns without a heading."""
    names = told.get("file", {}).get("columns", [])
    if head.has_header or not isinstance(names, list) or len(names) != len(head.columns):
        return head
    return FileHead(head.sheet, tuple(map(str, names)), head.has_header, head.rows)


def choices_of(told: Told, head: FileHead) -> dict[str, FieldChoice]:
    """What a form shows of a mapping for a file that begins so: fields whose columns are not there are left out."""
    found: dict[str, FieldChoice] = {}
    for section, fields in SECTIONS.items():
        table = told.get(section, {})
        for name in fields:
            if isinstance(table, dict) and name in table:
                found[fields[name].key] = _choice_of(table[name], head)
    return {key: choice for key, choice in found.items() if choice.choice}


def _choice_of(source: object, head: FileHead) -> FieldChoice:
    match source:
        case str():
            column = column_in(head, source)
            return FieldChoice(f"{COLUMN}{column}") if column else FieldChoice()
        case {"value": value, **rest} if not rest:
            return FieldChoice(FIXED, str(value))
        case _:
            is_there = all(column_in(head, column) for column in columns_named(source))
            return FieldChoice(KEPT) if is_there else FieldChoice()


def column_in(head: FileHead, name: str) -> str | None:
    """The column of the file that a mapping means by a name: case and stray blanks do not count."""
    wanted = folded(squeezed(name))
    return next((column for column in head.columns if folded(squeezed(column)) == wanted), None)


def columns_named(source: object) -> list[str]:
    """The columns a source of a mapping names."""
    match source:
        case str():
            return [source]
        case list():
            return [str(column) for column in source]
        case {"columns": columns}:
            return columns_named(columns)
        case {"column": column}:
            return columns_named(column)
        case _:
            return []


def mapping_drawn(base: Told, choices: MappingChoices) -> str:
    """The text of the mapping `base` with what the form says put in."""
    told: Told = {"name": choices.name, "file": _file(base, choices.file)}
    for section, fields in SECTIONS.items():
        before = base.get(section, {})
        told[section] = {
            name: source
            for name, each in fields.items()
            if (source := _source(choices.fields.get(each.key, FieldChoice()), before.get(name))) is not None
        }
    told["rules"] = base.get("rules", {}) if choices.rules is None else choices.rules
    return mapping_written(told)


def _file(base: Told, said: Mapping[str, str | bool]) -> Told:
    options = {**base.get("file", {}), **said}
    return {key: value for key, value in options.items() if value != ""}


def _source(choice: FieldChoice, before: object) -> object:
    match choice.choice:
        case "":
            return None
        case "kept":
            return before
        case "fixed":
            return {"value": choice.value} if choice.value else None
        case column:
            return column.removeprefix(COLUMN)


def mapping_written(told: Told) -> str:
    """The tables of a mapping as TOML; empty ones are left out."""
    parts = [f"{key} = {_value(value)}\n" for key, value in told.items() if not isinstance(value, dict)]
    for section, table in told.items():
        if isinstance(table, dict) and table:
            parts.append("".join((f"\n[{section}]\n", *(f"{_key(key)} = {_value(table[key])}\n" for key in table))))
    return "".join(parts)


def _value(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case list() | tuple():
            return f"[{', '.join(map(_value, value))}]"
        case dict():
            return "{ " + ", ".join(f"{_key(key)} = {_value(each)}" for key, each in value.items()) + " }"
        case int():
            return str(value)
        case _:
            # A JSON text is a TOML text, but for one sign that TOML wants escaped.
            return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007F")


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _value(key)
