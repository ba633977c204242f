"""When a customer comes: weekdays and hours as a grid, drawn without a script. Percent across, pixels down."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from babel.dates import get_day_names
from django.utils.translation import gettext, ngettext

from regulars.sales.profiles import Occasion
from regulars.web.written import Shop

# Days down, one under the other; the names of the days stand before them.
ROW, HEAD, NAMES = 20, 2, 10.0
# How dark a field can be.
SHADES = 4


class Field(NamedTuple):
    """An hour of a weekday: where it stands, how dark it is, what it says."""

    x: str
    y: int
    shade: int
    told: str


class Label(NamedTuple):
    text: str
    x: str
    y: int


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The grid, what it says in a sentence, and the same as rows: weekday, hour, orders."""

    finding: str
    fields: Sequence[Field]
    days: Sequence[Label]
    hours: Sequence[Label]
    rows: Sequence[tuple[str, str, int]]
    width: str
    row: int
    height: int


def rhythm_drawn(occasions: Sequence[Occasion], *, shop: Shop) -> Rhythm | None:
    """The grid of who has at least three orders; None below: chance is no rhythm."""
    if sum(each.orders for each in occasions) < 3:
        return None
    first, last = min(each.hour for each in occasions), max(each.hour for each in occasions)
    count = max(last - first + 1, 8)
    wide = (100 - NAMES) / count
    names, long_names = (get_day_names(width, locale=shop.locale) for width in ("abbreviated", "wide"))
    told = {(each.weekday, each.hour): each.orders for each in occasions}
    most = max(told.values())
    best = max(occasions, key=lambda each: (each.orders, -each.weekday, -each.hour))
    fields = [
        Field(
            x=f"{NAMES + (hour - first) * wide:.4g}%",
            y=HEAD + (day - 1) * ROW,
            shade=-(-SHADES * told.get((day, hour), 0) // most),
            told=_told(str(long_names[day - 1]), hour, told.get((day, hour), 0)),
        )
        for day in range(1, 8)
        for hour in range(first, first + count)
    ]
    step = 1 if count <= 10 else 2
    return Rhythm(
        finding=gettext("Most often on %(weekday)s from %(hour)s:00.")
        % {"weekday": long_names[best.weekday - 1], "hour": best.hour},
        fields=fields,
        days=[Label(str(names[day - 1]), "0", HEAD + (day - 1) * ROW + 14) for day in range(1, 8)],
        hours=[
            Label(str((first + n) % 24), f"{NAMES + (n + 0.5) * wide:.4g}%", HEAD + 7 * ROW + 16)
            for n in range(0, count, step)
        ],
        rows=[(str(long_names[each.weekday - 1]), f"{each.hour}:00", each.orders) for each in occasions],
        width=f"{wide * 0.94:.4g}%",
        row=ROW - 2,
        height=HEAD + 7 * ROW + 22,
    )


def _told(weekday: str, hour: int, orders: int) -> str:
    text = ngettext("%(weekday)s %(hour)s:00: %(n)s order", "%(weekday)s %(hour)s:00: %(n)s orders", orders)
    return text % {"weekday": weekday, "hour": hour, "n": orders}
