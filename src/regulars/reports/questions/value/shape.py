"""What customers have brought so far: by when they began, where from, in which store, and by their tier."""

from collections.abc import Mapping
from typing import Any

from regulars.core.text import marked as _
from regulars.reports.periods import days_asked, period_days
from regulars.reports.ruling import is_text, measured
from regulars.reports.shape import FEW, Answered, Chart, Column, Mark, Needs, Part, Report, Unit, Words

_FIGURES = (
    Column("customers", Unit.COUNT, _("Customers"), _("whose first order is in the span")),
    Column("orders", Unit.COUNT, _("Orders"), _("of these customers, up to today")),
    Column("net", Unit.MONEY, _("Net sales"), _("of these customers, up to today")),
    Column("orders_each", Unit.NUMBER, _("Orders each"), _("orders / customers"), of="customers"),
    Column("net_each", Unit.CURRENCY, _("Value so far"), _("net sales / customers"), of="customers"),
)
_SOURCES = {
    "till": _("till"), "office": _("back office"), "import": _("import"), "api": _("API"), "self": _("by themselves"),
    "": _("unknown"),
}  # fmt: skip


def _finding(answered: Answered, words: Words) -> str:
    rows = answered["query"]
    if not rows:
        return words.text(_("Nobody made a first order in this span."))
    customers, net = (sum(row[name] for row in rows) for name in ("customers", "net"))
    figures = {
        "customers": words.number(customers),
        "each": words.money(net / customers),
    }
    many = [row for row in rows if row["customers"] >= FEW]
    if len(many) < 2:
        told = words.text(_("%(customers)s customers who began in this span have brought %(each)s each so far."))
        return told % figures
    best = max(many, key=lambda row: row["net_each"])
    told = words.text(
        _("%(customers)s customers have brought %(each)s each so far; those who began in %(cohort)s most, %(best)s.")
    )
    return told % {**figures, "cohort": words.period(best["cohort"]), "best": words.money(best["net_each"])}


def _beside(_answered: Answered, before: Answered, words: Words) -> str:
    customers, net = (sum(row[name] for row in before["query"]) for name in ("customers", "net"))
    if not customers:
        return words.text(_("Nobody made a first order in the time compared with."))
    told = words.text(_("Of the time compared with, %(customers)s customers have brought %(each)s each so far."))
    return told % {"customers": words.number(customers), "each": words.money(net / customers)}


def _of_cohort(row: Mapping[str, Any]) -> str | None:
    days = period_days(row, row["cohort"])
    if days is None:
        return None
    first, last = days_asked(row, days)
    return measured(row, "first_order", first=first, last=last)


def _of_source(row: Mapping[str, Any]) -> str | None:
    return f"{is_text('source', row['source'])} and {measured(row, 'first_order')}"


REPORT = Report(
    key="value",
    question=_("What is a customer worth?"),
    title=_("Lifetime value"),
    definition=_(
        "Of customers whose first-ever order is in the span: all their orders and net sales (sales minus returns) up "
        "to today, also after the span, by when that first order was, by how their profile came to be, by the store of "
        "that order (of several orders on that day the earliest), and by the tier they are in. Who began earlier has "
        "had longer to spend."
    ),
    parts=(
        Part(
            name="query",
            title=_("By when they began"),
            columns=(Column("cohort", Unit.PERIOD, _("First order in")), *_FIGURES),
            chart=Chart(Mark.BARS, x="cohort", y="net_each"),
            drill=_of_cohort,
            behind="query.behind.sql",
        ),
        Part(
            name="sources",
            title=_("By how their profile came to be"),
            columns=(Column("source", Unit.WORD, _("Source"), words=_SOURCES), *_FIGURES),
            chart=Chart(Mark.BARS, x="source", y="net_each"),
            drill=_of_source,
        ),
        Part(
            name="stores",
            title=_("By the store of the first order"),
            columns=(Column("store", Unit.STORE, _("Store")), *_FIGURES),
            chart=Chart(Mark.BARS, x="store", y="net_each"),
            behind="stores.behind.sql",
        ),
        Part(
            name="tiers",
            title=_("By tier"),
            columns=(Column("tier", Unit.GROUP, _("Tier")), *_FIGURES),
            chart=Chart(Mark.BARS, x="tier", y="net_each"),
            behind="tiers.behind.sql",
        ),
    ),
    finding=_finding,
    beside=_beside,
    theme="customers",
    needs=frozenset({Needs.CUSTOMERS, Needs.GROUPS}),
    rolled=frozenset(),
)  # fmt: skip
