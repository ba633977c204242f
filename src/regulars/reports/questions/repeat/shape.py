"""How many order more than once, and how soon."""

from collections.abc import Mapping
from typing import Any

from regulars.core.text import marked as _
from regulars.reports.ruling import measured, measured_ever
from regulars.reports.shape import Answered, Chart, Column, Mark, Part, Report, Unit, Words


def _finding(answered: Answered, words: Words) -> str:
    two = next((row for row in answered["query"] if row["at_least"] == 2), None)
    if two is None or not two["all_customers"]:
        return words.text(_("No order of a known customer."))
    if not two["customers"]:
        told = words.text(_("Nobody ordered a second time yet. Customers: %(all)s."))
        return told % {"all": words.number(two["all_customers"])}
    second = answered["second"][0] if answered["second"] else {"median": None}
    told = (
        words.text(_("%(share)s of %(all)s customers ordered at least twice."))
        if second["median"] is None
        else words.text(
            _("%(share)s of %(all)s customers ordered at least twice; half of the second orders on the same day.")
        )
        if not second["median"]
        else words.text(
            _(
                "%(share)s of %(all)s customers ordered at least twice; half of the second orders came within "
                "%(days)s days."
            )
        )
    )
    return told % {
        "share": words.share(two["share"]),
        "all": words.number(two["all_customers"]),
        "days": words.number(second["median"] or 0),
    }


def _at_least(row: Mapping[str, Any]) -> str:
    return f"{measured(row, 'orders')} >= {row['at_least']}"


def _exactly(row: Mapping[str, Any]) -> str:
    return f"{measured(row, 'orders')} = {row['orders']}"


def _came_twice(row: Mapping[str, Any]) -> str:
    first_order = measured_ever(row, "first_order")
    return f"{first_order} >= {row['$from']} and {first_order} <= {row['$to']} and {measured_ever(row, 'orders')} >= 2"


REPORT = Report(
    key="repeat",
    question=_("How many come a second time, and when?"),
    title=_("Repeat purchase"),
    definition=_(
        "Of the known customers with an order in the span, the share with at least 2, 3, 4 and 5 of them. The days to "
        "the second order are those between the first order ever and the one after it (0 on the same day), of "
        "customers whose first order is in the span; the second may come later. The share that came back within 30, "
        "60 or 90 days is of those whose first order is at least that long ago. A quartile between two figures is "
        "taken in proportion."
    ),
    parts=(
        Part(
            name="query",
            title=_("Customers with at least so many orders"),
            columns=(
                Column("at_least", Unit.COUNT, _("At least"), _("orders in the span"), is_key=True),
                Column("customers", Unit.COUNT, _("Customers")),
                Column("all_customers", Unit.COUNT, _("Of"), _("all customers with an order in the span")),
                Column("share", Unit.SHARE, _("Share"), _("of the customers with an order"), of="all_customers"),
            ),
            chart=Chart(Mark.BARS, x="at_least", y="share"),
            drill=_at_least,
            behind="query",
        ),
        Part(
            name="distribution",
            title=_("Customers by number of orders"),
            columns=(
                Column("orders", Unit.COUNT, _("Orders"), _("in the span"), is_key=True),
                Column("customers", Unit.COUNT, _("Customers"), _("with exactly so many")),
                Column("all_customers", Unit.COUNT, _("Of"), _("all customers with an order in the span")),
                Column("share", Unit.SHARE, _("Share"), _("of the customers with an order"), of="all_customers"),
            ),
            chart=Chart(Mark.BARS, x="orders", y="customers", most=25, step_to="orders"),
            drill=_exactly,
            behind="distribution",
        ),
        Part(
            name="second",
            title=_("Days to the second order"),
            columns=(
                Column(
                    "all_customers", Unit.COUNT, _("First orders"), _("customers whose first order ever is in the span")
                ),
                Column("customers", Unit.COUNT, _("Came again"), _("of them with a second order, until today")),
                Column("share", Unit.SHARE, _("Share"), _("came again / first orders"), of="all_customers"),
                Column("lower_quartile", Unit.AVERAGE_DAYS, _("A quarter within"), of="customers"),
                Column("median", Unit.AVERAGE_DAYS, _("Half within"), of="customers"),
                Column("upper_quartile", Unit.AVERAGE_DAYS, _("Three quarters within"), of="customers"),
            ),
            drill=_came_twice,
            behind="second",
        ),
        Part(
            name="within",
            title=_("Came back within"),
            columns=(
                Column("within_days", Unit.DAYS, _("Within"), is_key=True),
                Column("customers", Unit.COUNT, _("Customers"), _("whose second order came within so many days")),
                Column("all_customers", Unit.COUNT, _("Of"), _("those whose first order is at least that long ago")),
                Column("share", Unit.SHARE, _("Share"), of="all_customers"),
            ),
            chart=Chart(Mark.BARS, x="within_days", y="share"),
            behind="within",
        ),
    ),
    finding=_finding,
    theme="customers",
    rolled=frozenset(),
)
