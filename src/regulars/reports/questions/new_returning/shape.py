"""How many customers came for the first time, period by period."""

from collections.abc import Mapping
from typing import Any

from regulars.core.text import marked as _
from regulars.reports.periods import days_asked, period_days
from regulars.reports.ruling import measured, measured_ever
from regulars.reports.shape import Answered, Chart, Column, Mark, Part, Report, Unit, Words


def _finding(answered: Answered, words: Words) -> str:
    rows = [row for row in answered["query"] if row["all_customers"]]
    if not rows:
        return words.text(_("No order of a known customer."))
    # The last period that is over, else the last one.
    last = ([row for row in rows if row["is_whole"]] or rows)[-1]["period"]
    new, returning = (row for row in rows if row["period"] == last)
    told = (
        words.text(
            _("In %(period)s, %(new)s of %(all)s customers were new: %(share)s; they spent %(net)s of %(total)s.")
        )
        if new["is_whole"]
        else words.text(
            _(
                "In %(period)s, not yet whole, %(new)s of %(all)s customers are new: %(share)s; they spent %(net)s of "
                "%(total)s."
            )
        )
    )
    return told % {
        "period": words.period(last),
        "new": words.number(new["customers"]),
        "all": words.number(new["all_customers"]),
        "share": words.share(new["share"]),
        "net": words.money(new["net"]),
        "total": words.money(new["net"] + returning["net"]),
    }


def _beside(answered: Answered, before: Answered, words: Words) -> str:
    now, then = (sum(row["customers"] for row in each["query"] if row["who"] == "new") for each in (answered, before))
    told = words.text(_("New customers in all: %(now)s; in the time compared with: %(then)s."))
    return told % {"now": words.number(now), "then": words.number(then)}


def _drill(row: Mapping[str, Any]) -> str | None:
    days = period_days(row, row["period"])
    if days is None:
        return None
    first, last = days_asked(row, days)
    here = f"{measured(row, 'orders', first=first, last=last)} >= 1"
    first_order = measured_ever(row, "first_order")
    if row["who"] == "new":
        return f"{here} and {first_order} >= {days.first} and {first_order} <= {days.last}"
    return f"{here} and {first_order} < {days.first}"


REPORT = Report(
    key="new-returning",
    question=_("Who is new, and who comes back?"),
    title=_("New and returning customers"),
    definition=_(
        "Known customers with an order in the period. New: their first order ever is in that period; they are new for "
        "the whole of it, even with two orders in it. Returning: all others. Net sales are sales minus returns; what "
        "somebody brings back in a period in which they order nothing counts in the net of the returning. Sales "
        "without a customer are left out. Where stores, a channel or a segment are asked about, an order elsewhere is "
        "not known of."
    ),
    parts=(
        Part(
            name="query",
            title=_("Customers by period"),
            columns=(
                Column("period", Unit.PERIOD, _("Period")),
                Column("who", Unit.WORD, _("Who"), words={"new": _("New"), "returning": _("Returning")}),
                Column("customers", Unit.COUNT, _("Customers"), _("with an order in the period")),
                Column("all_customers", Unit.COUNT, _("Of"), _("all customers with an order in the period")),
                Column("share", Unit.SHARE, _("Share"), _("of the customers of the period"), of="all_customers"),
                Column("orders", Unit.COUNT, _("Orders"), _("sales that are no returns")),
                Column("net", Unit.MONEY, _("Net sales"), _("sales minus returns")),
                Column("is_whole", Unit.YES, _("Whole"), _("no: the period is not over, or only partly asked about")),
            ),
            chart=Chart(Mark.STACKED, x="period", y="customers", colour="who"),
            drill=_drill,
            behind="query",
        ),
    ),
    finding=_finding,
    beside=_beside,
    theme="customers",
    rolled=frozenset(),
)
