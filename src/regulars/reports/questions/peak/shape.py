"""When people come."""

from collections.abc import Mapping
from typing import Any

from regulars.core.days import WEEKDAYS
from regulars.core.text import marked as _
from regulars.reports.ruling import measured
from regulars.reports.shape import Answered, Chart, Column, Mark, Part, Report, Unit, Words


def _finding(answered: Answered, words: Words) -> str:
    rows = answered["query"]
    if not any(row["orders"] for row in rows):
        return words.text(_("No order."))
    measured_rows = [row for row in rows if row["days"]]
    if not measured_rows:
        return words.text(_("No day of the span is over yet; what is usual shows from tomorrow."))
    usual = max(row["usual_orders"] for row in measured_rows)
    busiest = [row for row in measured_rows if row["usual_orders"] == usual]
    # Of hours that are usually alike, the one with most orders in all; where there are several of these, the first.
    best = max(busiest, key=lambda row: (row["orders"], -row["weekday"], -row["hour"]))
    is_one = sum(row["orders"] == best["orders"] for row in busiest) == 1
    return words.text(_sentence(usual=usual, is_alone=len(busiest) == 1, is_one=is_one)) % {
        "count": words.number(len(busiest)),
        "weekday": words.weekday(best["weekday"]),
        "hour": f"{best['hour']:02}:00",
        "usual": words.number(best["usual_orders"]),
        "orders": words.number(best["orders"]),
        "days": words.number(best["days"]),
    }


def _sentence(*, usual: float, is_alone: bool, is_one: bool) -> str:
    """`is_alone`: no other hour is usually as busy. `is_one`: none of those that are has as many orders in all."""
    if not usual and is_one:
        return _(
            "No hour is busy on most of its days; most orders in all came on %(weekday)s from %(hour)s: %(orders)s."
        )
    if not usual:
        return _(
            "No hour is busy on most of its days; most orders in all came, among others, on %(weekday)s from %(hour)s: "
            "%(orders)s."
        )
    if is_alone:
        return _(
            "The busiest hour is usually %(weekday)s from %(hour)s: %(usual)s orders, the middle of %(days)s such days."
        )
    if is_one:
        return _(
            "%(count)s hours are usually the busiest, with %(usual)s orders each; of these most in all came on "
            "%(weekday)s from %(hour)s: %(orders)s."
        )
    return _(
        "%(count)s hours are usually the busiest, with %(usual)s orders each, among them %(weekday)s from %(hour)s."
    )


def _came(row: Mapping[str, Any]) -> str:
    weekday = WEEKDAYS[row["weekday"] - 1]
    there = measured(row, "orders", f'weekday = "{weekday}"', f"hour = {row['hour']}")
    return f"{there} >= 1"


REPORT = Report(
    key="peak",
    question=_("When is it busy?"),
    title=_("Peak times"),
    definition=_(
        "Weekday of the business day and hour on the store's own clock. Usual: the middle (median) of all such days "
        "of the span that are over, those on which nothing was sold among them, as far as there is history; so one "
        "odd day does not lead. Customers: different known ones with an order in that hour."
    ),
    parts=(
        Part(
            name="query",
            title=_("Weekdays and hours"),
            columns=(
                Column("weekday", Unit.WEEKDAY, _("Weekday")),
                Column("hour", Unit.HOUR, _("Hour")),
                Column("usual_orders", Unit.NUMBER, _("Usual orders"), _("median of such days"), of="days"),
                Column("usual_net", Unit.CURRENCY, _("Usual net sales"), _("median of such days"), of="days"),
                Column("usual_customers", Unit.NUMBER, _("Usual customers"), _("median of such days"), of="days"),
                Column("days", Unit.COUNT, _("Such days"), _("in the span, over, since there is history")),
                Column("orders", Unit.COUNT, _("Orders"), _("in all, today's too")),
                Column("net", Unit.MONEY, _("Net sales"), _("in all: sales minus returns")),
            ),
            chart=Chart(Mark.HEAT, x="hour", y="weekday", colour="usual_orders"),
            drill=_came,
            behind="query",
        ),
    ),
    finding=_finding,
    theme="stores",
    rolled=frozenset(),
)
