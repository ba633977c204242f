"""The hours of today as bars beside what is usual, drawn without a script: percent across, pixels down."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext, ngettext

from regulars.sales.today import HoursToday, HourToday
from regulars.web.written import Shop

HEIGHT, FOOT = 132, 20
# Below so much of a difference a day is as usual.
_ALIKE = 0.01
# So many hours at least have their labels side by side on a phone.
_ROOMY = 12


class HourBar(NamedTuple):
    """An hour: where it stands, how high it is today and usually, and what it is called."""

    x: str
    middle: str
    width: str
    y: int
    height: int
    usual_x: str
    usual_width: str
    usual_y: int
    usual_height: int
    label: str
    told: str


@dataclass(frozen=True, slots=True)
class HoursDrawn:
    """The drawing, what it says in a sentence, and the same as rows."""

    finding: str
    beside: str
    bars: Sequence[HourBar]
    rows: Sequence[HourToday]
    height: int
    foot: int


def hours_drawn(told: HoursToday, *, weekday: str, shop: Shop) -> HoursDrawn | None:
    """The hours as a drawing; None where neither today nor usually anything is sold."""
    if not told.hours:
        return None
    most = max(max(each.net, each.usual_net) for each in told.hours)
    bars = [_bar(n, each, len(told.hours), max(most, 1), shop) for n, each in enumerate(told.hours)]
    return HoursDrawn(
        finding=_finding(told, weekday=weekday, shop=shop),
        beside=_beside(told, weekday),
        bars=bars,
        rows=told.hours,
        height=HEIGHT + FOOT,
        foot=HEIGHT + FOOT - 5,
    )


def _bar(n: int, hour: HourToday, count: int, most: int, shop: Shop) -> HourBar:
    wide = 100 / count
    height, usual = _high(hour.net, most), _high(hour.usual_net, most)
    facts = {
        "hour": hour.hour,
        "now": shop.money(hour.net),
        "usual": shop.money(hour.usual_net),
    }
    return HourBar(
        x=_percent((n + 0.3) * wide), middle=_percent((n + 0.5) * wide), width=_percent(wide * 0.4),
        y=HEIGHT - height, height=height,
        usual_x=_percent((n + 0.12) * wide), usual_width=_percent(wide * 0.76),
        usual_y=HEIGHT - usual, usual_height=usual,
        label=str(hour.hour) if count <= _ROOMY or n % 2 == 0 else "",
        told=gettext("%(hour)s:00: %(now)s, usually %(usual)s") % facts,
    )  # fmt: skip


def _high(net: int, most: int) -> int:
    """Of what came back more than was sold nothing is drawn; a little of something is seen."""
    return max(round(net / most * (HEIGHT - 6)), 2) if net > 0 else 0


def _finding(told: HoursToday, *, weekday: str, shop: Shop) -> str:
    """How the day so far compares: the same sums as those of the figures above it."""
    facts = {"weekday": weekday}
    if told.usual is None:
        return gettext("There is no earlier %(weekday)s to compare with yet.") % facts
    if told.usual.net <= 0:
        return gettext("By this time nothing is usually sold on a %(weekday)s.") % facts
    change = sum(each.net for each in told.hours) / told.usual.net - 1
    facts["share"] = shop.percent(abs(change))
    if abs(change) < _ALIKE:
        return gettext("So far as much was sold as usually on a %(weekday)s by this time.") % facts
    if change > 0:
        return gettext("So far %(share)s more was sold than usually on a %(weekday)s by this time.") % facts
    return gettext("So far %(share)s less was sold than usually on a %(weekday)s by this time.") % facts


def _beside(told: HoursToday, weekday: str) -> str:
    text = ngettext(
        "Usual: the only %(weekday)s of the last 4 weeks that had a sale.",
        "Usual: the average of the last 4 weeks, of which %(n)s had a sale on their %(weekday)s.",
        told.days,
    )
    return text % {"n": told.days, "weekday": weekday} if told.days else ""


def _percent(share: float) -> str:
    return f"{share:.4g}%"
