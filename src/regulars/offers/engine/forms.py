"""Frozen dataclasses as what JSON can hold, and back, exactly. What equals its default is left out."""

from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")
_PLAIN = (str, int)


def form_of(value: Any) -> Any:
    """The value as dicts, lists, texts, whole numbers, true, false and null."""
    if value is None or isinstance(value, _PLAIN):
        return value.value if isinstance(value, StrEnum) else value
    if isinstance(value, tuple):
        return [form_of(each) for each in value]
    if isinstance(value, date):
        return value.isoformat()
    of: Any = type(value)
    told = ((name, getattr(value, name), usual) for name, usual in _usual(of))
    return {name: form_of(held) for name, held, usual in told if held != usual}


@cache
def _usual(of: Any) -> tuple[tuple[str, object], ...]:
    """The fields of a dataclass with their defaults; what has none is never left out."""
    return tuple((each.name, _default(each)) for each in fields(of))


def _default(field: "Field[Any]") -> object:
    return field.default if field.default_factory is MISSING else field.default_factory()


def form_read(wanted: type[T], form: Any) -> T:
    """The value of this type that `form_of` wrote so."""
    read: T = _read(wanted, form)
    return read


def _read(wanted: Any, form: Any) -> Any:
    if get_origin(wanted) in {Union, UnionType}:
        [inner] = [each for each in get_args(wanted) if each is not NoneType]
        return None if form is None else _read(inner, form)
    if get_origin(wanted) is tuple:
        return _tuple_read(get_args(wanted), form)
    if is_dataclass(wanted):
        return _dataclass_read(wanted, form)
    if hasattr(wanted, "_fields"):
        hints = _hints(wanted)
        return wanted(*(_read(hints[name], held) for name, held in zip(wanted._fields, form, strict=True)))
    if wanted is date:
        return date.fromisoformat(form)
    return wanted(form) if issubclass(wanted, StrEnum) else form


def _dataclass_read(wanted: Any, form: dict[str, Any]) -> Any:
    hints = _hints(wanted)
    return wanted(**{name: _read(hints[name], held) for name, held in form.items()})


def _tuple_read(inner: tuple[Any, ...], form: Any) -> tuple[Any, ...]:
    if len(inner) == 2 and inner[1] is Ellipsis:
        return tuple(_read(inner[0], each) for each in form)
    return tuple(_read(each, held) for each, held in zip(inner, form, strict=True))


@cache
def _hints(wanted: Any) -> dict[str, Any]:
    return get_type_hints(wanted)
