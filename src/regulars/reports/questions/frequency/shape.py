"""How long customers wait from one order to the next."""

from collections.abc import Mapping
from typing import Any

from regulars.core.text import marked as _
from regulars.reports.periods import days_asked, period_days
from regulars.reports.ruling import measured
from regulars.reports.shape import Answered, Chart, Column, Mark, Parameter, Part, Report, Unit, Words


def _finding(answered: Answered, words: Words) -> str:
    typical = answered["typical"][0] if answered["typical"] else {"gaps": 0}
    if not typical["gaps"]:
        return (
            words.text(_("Nobody ordered twice yet, so there is no time between orders to tell of."))
            if answered["monthly"]
            else words.text(_("No order of a known customer."))
        )
    told = words.text(
        _(
            "Half of the %(gaps)s waits from one order to the next last %(median)s days or less; the middle half "
            "%(low)s to %(high)s days."
        )
    )
    return told % {
        "median": words.number(typical["median"]),
        "gaps": words.number(typical["gaps"]),
        "low": words.number(typical["lower_quartile"]),
        "high": words.number(typical["upper_quartile"]),
    }


def _active(row: Mapping[str, Any]) -> str | None:
    days = period_days(row, row["month"])
    if days is None:
        return None
    first, last = days_asked(row, days)
    return f"{measured(row, 'orders', first=first, last=last)} >= 1"


REPORT = Report(
    key="frequency",
    question=_("How often do customers order?"),
    title=_("Purchase gaps"),
    definition=_(
        "The days from each order of a known customer to their next one, both in the span (0 on the same day). How "
        "often somebody orders in a month is counted in the months in which they order at all. A quartile between two "
        "figures is taken in proportion."
    ),
    parts=(
        Part(
            name="query",
            title=_("Days from one order to the next"),
            columns=(
                Column("from_days", Unit.DAYS, _("From"), is_key=True),
                Column("to_days", Unit.DAYS, _("To"), _("both in"), is_key=True),
                Column("gaps", Unit.COUNT, _("Waits"), _("from one order to the next")),
                Column("all_gaps", Unit.COUNT, _("Of"), _("all waits")),
                Column("share", Unit.SHARE, _("Share"), _("of all waits"), of="all_gaps"),
            ),
            chart=Chart(Mark.BARS, x="from_days", y="gaps", most=57, step_to="to_days"),
            behind="query",
        ),
        Part(
            name="typical",
            title=_("The usual wait"),
            columns=(
                Column("gaps", Unit.COUNT, _("Waits"), _("from one order to the next")),
                Column("lower_quartile", Unit.AVERAGE_DAYS, _("A quarter within"), of="gaps"),
                Column("median", Unit.AVERAGE_DAYS, _("Half within"), of="gaps"),
                Column("upper_quartile", Unit.AVERAGE_DAYS, _("Three quarters within"), of="gaps"),
            ),
        ),
        Part(
            name="monthly",
            title=_("Orders in a month"),
            columns=(
                Column("orders", Unit.COUNT, _("Orders"), _("of a customer in a month"), is_key=True),
                Column("customer_months", Unit.COUNT, _("Times"), _("a customer ordered so often in a month")),
                Column("all_customer_months", Unit.COUNT, _("Of"), _("months in which customers ordered, in all")),
                Column("share", Unit.SHARE, _("Share"), of="all_customer_months"),
            ),
            chart=Chart(Mark.BARS, x="orders", y="customer_months", most=25, step_to="orders"),
            behind="monthly",
        ),
        Part(
            name="months",
            title=_("Orders per active customer, month by month"),
            columns=(
                Column("month", Unit.PERIOD, _("Month")),
                Column("customers", Unit.COUNT, _("Customers"), _("with an order in the month")),
                Column("orders", Unit.COUNT, _("Orders")),
                Column("orders_per_customer", Unit.NUMBER, _("Orders per customer"), of="customers"),
                Column("is_whole", Unit.YES, _("Whole"), _("no: the month is not over, or only partly asked about")),
            ),
            chart=Chart(Mark.LINES, x="month", y="orders_per_customer"),
            drill=_active,
            behind="months",
        ),
    ),
    finding=_finding,
    theme="customers",
    parameters=(Parameter("width", _("Days in a step"), 7, most=366),),
    rolled=frozenset(),
)
