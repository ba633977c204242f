"""Who belongs to a group, and why they came and went, as pages show it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.utils.translation import gettext, gettext_lazy

from regulars.groups.history import ChangeShown, Movement, SizeOn
from regulars.web.written import Shop

# Why somebody entered or left, as it is kept and as it is told.
REASON_LABELS = {
    "sale": gettext_lazy("a sale"),
    "return": gettext_lazy("a return"),
    "profile": gettext_lazy("a change of the profile"),
    "date": gettext_lazy("the day"),
    "balance": gettext_lazy("a balance"),
    "merge": gettext_lazy("a merge"),
    "first build": gettext_lazy("the first build"),
    "rule edited": gettext_lazy("a change of the rule"),
    "pinned": gettext_lazy("a pin"),
    "import": gettext_lazy("a file"),
    "by hand": gettext_lazy("by hand"),
}
HOW_LABELS = {
    "by hand": gettext_lazy("by hand"),
    "by rule": gettext_lazy("by rule"),
    "pinned in": gettext_lazy("pinned in"),
}


# A line of two days says nothing.
_LEAST_DAYS = 30


class Reason(NamedTuple):
    """How many came and went for one reason."""

    label: str
    entered: int
    left: int


class Came(NamedTuple):
    """Somebody came or went."""

    customer_id: int
    name: str
    is_entry: bool
    reason: str
    change: ChangeShown


def reasons_shown(movements: Sequence[Movement]) -> list[Reason]:
    """How many came and went for each reason, the commonest first."""
    told: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for each in movements:
        told[each.reason][0 if each.is_entry else 1] += each.customers
    ordered = sorted(told.items(), key=lambda each: (-sum(each[1]), each[0]))
    return [Reason(str(REASON_LABELS.get(reason, reason)), *counts) for reason, counts in ordered]


def changes_shown(changes: Sequence[ChangeShown], names: Mapping[int, str]) -> Iterator[Came]:
    """Who came and went, as far as they may be named."""
    for each in changes:
        if each.customer_id in names:
            name = names[each.customer_id] or gettext("No name")
            yield Came(each.customer_id, name, each.is_entry, str(REASON_LABELS.get(each.reason, each.reason)), each)


def sizes_told(sizes: Sequence[SizeOn]) -> list[SizeOn]:
    """The days from the one before anything happened on, a month at least; none where nothing did."""
    first = next((n for n, each in enumerate(sizes) if each.size or each.entered or each.left), None)
    return [] if first is None else list(sizes[max(min(first - 1, len(sizes) - _LEAST_DAYS), 0) :])


def size_values(sizes: Sequence[SizeOn], *, shop: Shop) -> list[dict[str, Any]]:
    """The sizes as the chart takes them."""
    return [
        {"day": each.day.isoformat(), "size": each.size, "told": f"{shop.day(each.day)}: {shop.count(each.size)}"}
        for each in sizes
    ]
