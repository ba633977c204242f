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
    best = max(measured_rows, key=lambda row: (row["usual_orders"], row["orders"], -row["weekday"], -row["hour"]))
    if not best["usual_orders"]:
        told = words.text(
            _("No hour is busy on most of its days; most orders in all came on %(weekday)s from %(hour)s: %(orders)s.")
        )
        best = max(measured_rows, key=lambda row: (row["orders"], -row["weekday"], -row["hour"]))
    else:
        told = words.text(
            _(
                "The busiest hour is usually %(weekday)s from %(hour)s: %(usual)s orders, the middle of %(days)s such "
                "days."
            )
        )
    return told % {
        "weekday": words.weekday(best["weekday"]),
        "hour": f"{best['hour']:02}:00",
        "usual": words.number(best["usual_orders"]),
        "orders": words.number(best["orders"]),
        "days": words.number(best["days"]),
    }


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
