"""What an offer brought, as people read it."""

from dataclasses import dataclass

from django.utils.translation import gettext

from regulars.offers.engine.lifting import Interval, Lift
from regulars.web.amounts import MINUS
from regulars.web.written import Shop

# Where a figure would stand.
UNKNOWN = "\N{EN DASH}"


@dataclass(frozen=True, slots=True)
class LiftShown:
    """The effect in words: `finding` says what it comes to, `share` and `difference` with their intervals."""

    finding: str
    is_proven: bool
    share: str
    share_within: str
    difference: str
    difference_within: str
    offered: int
    held_out: int
    mean_offered: int
    mean_held_out: int


def lift_shown(lift: Lift, shop: Shop) -> LiftShown:
    """The lift as the page shows it."""
    within = lift.difference_within
    is_proven = within is not None and (within.low > 0 or within.high < 0)
    return LiftShown(
        finding=_finding(lift, is_proven=is_proven),
        is_proven=is_proven,
        share=_signed(shop.percent(abs(lift.share)), lift.share) if lift.share is not None else UNKNOWN,
        share_within=_percents(lift.share_within, shop),
        difference=_signed(shop.money(abs(round(lift.difference))), lift.difference),
        difference_within=_amounts(within, shop),
        offered=lift.offered.size,
        held_out=lift.held_out.size,
        mean_offered=round(lift.offered.mean),
        mean_held_out=round(lift.held_out.mean),
    )


def _finding(lift: Lift, *, is_proven: bool) -> str:
    if lift.difference_within is None:
        return gettext("Too few customers on one side to say what it does: wait, or hold it back from more.")
    if not is_proven:
        return gettext("No effect is proven yet: chance alone could have made this difference.")
    if lift.difference > 0:
        return gettext("Customers who may have it spend more than those it is held back from.")
    return gettext("Customers who may have it spend less than those it is held back from.")


def _percents(within: Interval | None, shop: Shop) -> str:
    if within is None:
        return ""
    low, high = (_signed(shop.percent(abs(each)), each) for each in within)
    return gettext("%(low)s to %(high)s") % {"low": low, "high": high}


def _amounts(within: Interval | None, shop: Shop) -> str:
    if within is None:
        return ""
    low, high = (_signed(shop.amount(abs(round(each))), each) for each in within)
    return gettext("%(low)s to %(high)s") % {"low": low, "high": high}


def _signed(text: str, value: float) -> str:
    return f"{'+' if value >= 0 else MINUS}{text}"
