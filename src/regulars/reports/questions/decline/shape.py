"""Which categories lost, and by whom: customers who stayed away, ordered less often, or ordered less."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from regulars.core.text import marked as _
from regulars.reports.ruling import is_text, measured
from regulars.reports.shape import Answered, Chart, Column, Mark, Parameter, Part, Report, Unit, Words

# Whole weeks, so that the same weekdays stand side by side.
_YEAR = 364
_PARTS = {
    "lost": _("customers lost"),
    "fewer_orders": _("fewer orders of those who stayed"),
    "smaller_orders": _("smaller orders of those who stayed"),
    "anonymous": _("anonymous sales"),
    "gained": _("customers gained who brought back more than they bought"),
}


def _finding(answered: Answered, words: Words) -> str:
    rows = answered["query"]
    if not rows:
        return words.text(_("Nothing was sold in either span."))
    if not any(row["net_before"] for row in rows):
        return words.text(
            _("Nothing was sold in the days before, so there is nothing to compare with: ask of fewer days.")
        )
    worst = rows[0]
    if worst["change"] >= 0:
        told = words.text(_("No category declined; net sales rose by %(rise)s in all."))
        return told % {"rise": words.money(sum(row["change"] for row in rows))}
    part = min(_PARTS, key=lambda name: worst[name])
    rest = worst["change"] - worst[part]
    told = words.text(_("%(category)s lost most: %(change)s, of which %(amount)s by %(part)s."))
    if rest > 0:
        # One part alone lost more than all of them together.
        told = words.text(
            _("%(category)s lost most: %(change)s, made of %(amount)s by %(part)s and +%(rest)s by everything else.")
        )
    return told % {
        "category": worst["category"] or words.text(_("What has no category")),
        "change": words.money(worst["change"]),
        "amount": words.money(worst[part]),
        "part": words.text(_PARTS[part]),
        "rest": words.money(rest),
    }


def span_before(first: date, last: date, against: str) -> tuple[date, date]:
    """The days that are compared with: as many just before, or whole years of 52 weeks earlier."""
    days = (last - first).days + 1
    back = timedelta(days=_YEAR * -(-days // _YEAR) if against == "year" else days)
    return first - back, last - back


def _behind(row: Mapping[str, Any]) -> str | None:
    """The customers lost: an order before, none now."""
    named = is_text("category", row["category"])
    if named is None:
        return None
    first, last = span_before(row["$from"], row["$to"], row["$against"])
    then = measured(row, "orders", named, first=first, last=last)
    return f"{then} >= 1 and {measured(row, 'orders', named)} < 1"


REPORT = Report(
    key="decline",
    question=_("What sells less, and who stopped buying it?"),
    title=_("Category decline"),
    definition=_(
        "Net sales of each category in the span, less those of the span before it: as many days just before, or the "
        "same weekdays a year (52 weeks) before. The change is split customer by customer. Lost: an order with the "
        "category before, none now. Gained: the other way round. Of those with orders in both: the orders more or "
        "fewer, each at the mean of what an order came to then and comes to now (rounded to the minor unit); the rest "
        "of their change is larger or smaller orders. Who ordered in neither and only brought something back counts "
        "there, too. Anonymous sales are a part of their own. The parts add up to the change exactly. Where no first "
        "day is chosen, the last 90 days are told of."
    ),
    parts=(
        Part(
            name="query",
            title=_("Categories, the largest loss first"),
            columns=(
                Column("category", Unit.TEXT, _("Category"), _("as it was sold; empty where it had none")),
                Column("net_before", Unit.MONEY, _("Before"), _("net sales in the span before")),
                Column("net_now", Unit.MONEY, _("Now"), _("net sales in the span")),
                Column("change", Unit.MONEY, _("Change"), _("now less before: the sum of the five parts")),
                Column("change_share", Unit.SHARE, _("Change, share"), _("change / before"), of="net_before"),
                Column("lost", Unit.MONEY, _("Customers lost")),
                Column("gained", Unit.MONEY, _("Customers gained")),
                Column("fewer_orders", Unit.MONEY, _("Fewer or more orders"), _("of those who stayed")),
                Column("smaller_orders", Unit.MONEY, _("Smaller or larger orders"), _("of those who stayed")),
                Column("anonymous", Unit.MONEY, _("Anonymous"), _("sales without a customer")),
                Column("customers_lost", Unit.COUNT, _("How many lost")),
                Column("customers_gained", Unit.COUNT, _("How many gained")),
                Column("customers_stayed", Unit.COUNT, _("How many stayed")),
            ),
            chart=Chart(Mark.RANKED, x="change", y="category", most=20),
            drill=_behind,
            counted="customers_lost",
            note=_("Behind a row are the customers lost."),
        ),
    ),
    finding=_finding,
    theme="products",
    parameters=(
        Parameter(
            "against", _("Compared with"), "previous", kind="choice",
            choices={"previous": _("as many days before"), "year": _("a year before")},
        ),
    ),
    compares=False,
    # All of history has nothing before it.
    span_days=90,
    rolled=frozenset(),
)  # fmt: skip
