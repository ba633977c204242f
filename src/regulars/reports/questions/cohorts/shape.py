"""Of those who came first in a period, how many still come."""

from collections.abc import Mapping
from typing import Any

from regulars.core.text import marked as _
from regulars.reports.periods import days_asked, period_days
from regulars.reports.ruling import measured, measured_ever
from regulars.reports.shape import FEW, Answered, Chart, Column, Mark, Parameter, Part, Report, Unit, Words


def _finding(answered: Answered, words: Words) -> str:
    rows = answered["query"]
    if not rows:
        return words.text(_("No customer ordered for the first time."))
    # One period later, over all cohorts for which that period is over.
    later = [row for row in rows if row["since"] == 1 and row["is_whole"]]
    if not later:
        told = words.text(_("First orders: %(size)s. No period has passed since to see who came again."))
        return told % {"size": words.number(sum(row["size"] for row in rows if row["since"] == 0))}
    size, came = sum(row["size"] for row in later), sum(row["customers"] for row in later)
    figures = {"share": words.share(came / size), "size": words.number(size)}
    many = [row for row in later if row["size"] >= FEW]
    if len(many) < 2:
        told = words.text(_("%(share)s of %(size)s customers ordered again in the period after their first."))
        return told % figures
    best = max(many, key=lambda row: (row["share"], row["size"]))
    told = words.text(
        _(
            "%(share)s of %(size)s customers ordered again in the period after their first; most of those of "
            "%(best)s: %(best_share)s."
        )
    )
    return told % {**figures, "best": words.period(best["cohort"]), "best_share": words.share(best["share"])}


def _drill(row: Mapping[str, Any]) -> str | None:
    born, then = period_days(row, row["cohort"]), period_days(row, row["period"])
    if born is None or then is None:
        return None
    born, then = days_asked(row, born), days_asked(row, then)
    first_order = measured_ever(row, "first_order")
    here = measured(row, "orders", first=then.first, last=then.last)
    return f"{first_order} >= {born.first} and {first_order} <= {born.last} and {here} >= 1"


REPORT = Report(
    key="cohorts",
    question=_("Do new customers keep coming?"),
    title=_("Cohort retention"),
    definition=_(
        "A cohort is everybody whose first order ever is in the same period (week, month, quarter or year). For each "
        "period since: how many of them ordered in it, and their share of the cohort; their net sales (sales minus "
        "returns), and what they spent since the beginning, for each customer of the cohort. The period that is not "
        "over is marked."
    ),
    parts=(
        Part(
            name="query",
            title=_("Cohorts by period since their first order"),
            columns=(
                Column("cohort", Unit.PERIOD, _("First order in")),
                Column("since", Unit.COUNT, _("Periods since"), _("0: the period of the first order")),
                Column("period", Unit.PERIOD, _("Period")),
                Column("size", Unit.COUNT, _("Cohort"), _("customers whose first order ever is in it")),
                Column("customers", Unit.COUNT, _("Customers"), _("of the cohort with an order in the period")),
                Column("share", Unit.SHARE, _("Share"), _("of the cohort"), of="size"),
                Column("net", Unit.MONEY, _("Net sales"), _("of the cohort in the period: sales minus returns")),
                Column(
                    "net_per_customer",
                    Unit.CURRENCY,
                    _("Net so far per customer"),
                    _("from the first period to this one, by customer of the cohort"),
                    of="size",
                ),
                Column("is_whole", Unit.YES, _("Whole"), _("no: the period is not over, or only partly asked about")),
            ),
            # Whoever began in a period ordered in it: beside that column all others would be pale.
            chart=Chart(
                Mark.HEAT, x="since", y="cohort", colour="share", size="size", most=60_000, above="since", latest=60
            ),
            drill=_drill,
            behind="query",
        ),
    ),
    finding=_finding,
    theme="customers",
    parameters=(Parameter("columns", _("Periods shown"), 36, most=1000),),
    compares=False,
    rolled=frozenset(),
)
