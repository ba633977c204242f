"""Of those who came in one period, how many came in the next."""

from collections.abc import Mapping
from typing import Any

from regulars.core.text import marked as _
from regulars.reports.periods import days_asked, period_before, period_days
from regulars.reports.ruling import measured, measured_ever
from regulars.reports.shape import Answered, Chart, Column, Mark, Part, Report, Unit, Words

_WHO = {
    "retained": _("Came again"),
    "reactivated": _("Came back"),
    "new": _("New"),
    "churned": _("Stayed away"),
}


def _finding(answered: Answered, words: Words) -> str:
    rows = answered["query"]
    if not rows:
        return words.text(_("No order of a known customer."))
    known = [row for row in rows if row["earlier"]]
    if not known:
        told = words.text(_("Nobody could come again yet. Customers in %(period)s: %(customers)s."))
        return told % {"customers": words.number(rows[-1]["customers"]), "period": words.period(rows[-1]["period"])}
    last = ([row for row in known if row["is_whole"]] or known)[-1]
    told = (
        words.text(
            _(
                "%(share)s of the %(earlier)s customers of the period before ordered again in %(period)s; %(churned)s "
                "stayed away."
            )
        )
        if last["is_whole"]
        else words.text(
            _("So far %(share)s of the %(earlier)s customers of the period before ordered again in %(period)s.")
        )
    )
    return told % {
        "share": words.share(last["share"]),
        "earlier": words.number(last["earlier"]),
        "period": words.period(last["period"]),
        "churned": words.number(last["churned"]),
    }


def _retained(row: Mapping[str, Any]) -> str | None:
    return _moved({**row, "who": "retained"})


def _moved(row: Mapping[str, Any]) -> str | None:
    days, before = period_days(row, row["period"]), period_before(row, row["period"])
    if days is None or before is None:
        return None
    first, last = days_asked(row, days)
    here = measured(row, "orders", first=first, last=last)
    then = measured(row, "orders", first=before.first, last=before.last)
    first_order = measured_ever(row, "first_order")
    return {
        "retained": f"{here} >= 1 and {then} >= 1",
        "reactivated": f"{here} >= 1 and {then} = 0 and {first_order} < {before.first}",
        "new": f"{here} >= 1 and {first_order} >= {days.first}",
        "churned": f"{here} = 0 and {then} >= 1",
    }[row["who"]]


_PERIOD = Column("period", Unit.PERIOD, _("Period"))
_IS_WHOLE = Column("is_whole", Unit.YES, _("Whole"), _("no: the period is not over, or only partly asked about"))

REPORT = Report(
    key="retention",
    question=_("How many come again?"),
    title=_("Retention rate"),
    definition=_(
        "Of the known customers with an order in the period before, the share with one in this period. Stayed away: "
        "an order in the period before, none in this one. Came back: an order in this period, none in the one before, "
        "some earlier. New: their first order ever is in this period. The net sales of who stayed away are those of "
        "the period before; of all others, those of this period."
    ),
    parts=(
        Part(
            name="query",
            title=_("Share that came again"),
            columns=(
                _PERIOD,
                Column("earlier", Unit.COUNT, _("Period before"), _("customers with an order in the period before")),
                Column("retained", Unit.COUNT, _("Came again"), _("of those, with an order in this period")),
                Column("share", Unit.SHARE, _("Retention"), _("came again / period before"), of="earlier"),
                Column("churned", Unit.COUNT, _("Stayed away"), _("of those, without an order in this period")),
                Column("customers", Unit.COUNT, _("Customers"), _("with an order in this period")),
                _IS_WHOLE,
            ),
            chart=Chart(Mark.LINES, x="period", y="share"),
            drill=_retained,
            behind="query",
            counted="retained",
        ),
        Part(
            name="moves",
            title=_("Who came, came back and stayed away"),
            columns=(
                _PERIOD,
                Column("who", Unit.WORD, _("Who"), words=_WHO),
                Column("customers", Unit.COUNT, _("Customers")),
                Column("net", Unit.MONEY, _("Net sales"), _("in the period; of who stayed away, in the one before")),
                _IS_WHOLE,
            ),
            # Who stayed away is no part of those who came: side by side, not upon each other.
            chart=Chart(Mark.LINES, x="period", y="customers", colour="who"),
            drill=_moved,
            behind="moves",
        ),
    ),
    finding=_finding,
    theme="customers",
    rolled=frozenset(),
)
