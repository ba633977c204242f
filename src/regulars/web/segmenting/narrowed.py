"""The filter of the list of customers as the text of a rule."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from regulars.core.money import amount_text, currency_places
from regulars.segments.language.writing import quoted

# What a range of the filter is in a rule.
_RANGES = ("spent", "orders", "first_order", "last_order", "age")
_TEXTS = ("gender", "city", "country", "tag")


def rule_of_filter(told: Mapping[str, Any], *, currency: str) -> str:
    """The rule; empty where nothing is filtered, or what no rule can say (who is deactivated).

    `told`: what a valid NarrowForm says. A place is that of the billing address.
    """
    if told.get("inactive"):
        return ""
    return " and ".join(_conditions(told, currency))


def _conditions(told: Mapping[str, Any], currency: str) -> Iterator[str]:
    for name in _RANGES:
        low, high = (_written(told.get(f"{name}_{end}"), name, currency) for end in ("from", "to"))
        if low and high:
            yield f"{name} between {low} and {high}"
        elif low or high:
            yield f"{name} >= {low}" if low else f"{name} <= {high}"
    for name in _TEXTS:
        if told.get(name):
            yield f"{name} = {quoted(told[name])}"
    if told.get("store"):
        yield f"orders(store = {quoted(told['store'])}) >= 1"


def _written(value: object, name: str, currency: str) -> str:
    match value:
        case None:
            return ""
        case date():
            return value.isoformat()
        case int() if name == "spent":
            return amount_text(value, places=currency_places(currency))
        case _:
            return str(value)
