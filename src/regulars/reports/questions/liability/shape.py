"""What is owed to customers in points and credit, what they owe on account, and how it came to that."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from regulars.core.text import marked as _
from regulars.reports.beginning import begun
from regulars.reports.shape import Answered, Chart, Column, Mark, Needs, Parameter, Part, Report, Unit, Words

if TYPE_CHECKING:
    import pyarrow as pa

_LEDGERS = ("query", "credit", "account")


def _begun(tables: "Mapping[str, pa.Table]", _bound: Mapping[str, Any]) -> "Mapping[str, pa.Table]":
    return {**tables, **{name: begun(tables[name]) for name in _LEDGERS}}


def _finding(answered: Answered, words: Words) -> str:
    points, worth = _last(answered["query"], "closing"), _last(answered["query"], "worth")
    credit = _last(answered["credit"], "closing")
    if not points and not credit:
        return words.text(_("Customers hold no points and no store credit."))
    told = words.text(
        _("Customers hold %(points)s points worth %(worth)s and store credit of %(credit)s, %(sum)s together.")
    )
    return told % {
        "points": words.number(points),
        "worth": words.money(worth),
        "credit": words.money(credit),
        "sum": words.money(worth + credit),
    }


def _last(rows: Sequence[Mapping[str, Any]], name: str) -> float:
    """What stands in the last row; nothing where there is none."""
    return rows[-1][name] if rows else 0


def _lots(unit: Unit, *worth: Column) -> tuple[Column, ...]:
    """What became of everything that expires in a month."""
    return (
        Column(
            "expires", Unit.PERIOD, _("Expires in"), _("empty in a file: never"), words={"": _("never")}, is_ahead=True
        ),
        Column("given", unit, _("Given"), _("earned or issued, less what was taken back")),
        Column("spent", unit, _("Spent"), _("less what was given back")),
        Column("expired", unit, _("Expired")),
        Column("adjusted", unit, _("Otherwise"), _("adjustments, and what paid a debt")),
        Column("outstanding", unit, _("Outstanding"), _("the sum of these")),
        *worth,
        Column("breakage", Unit.SHARE, _("Breakage"), _("expired / given, once the month is over"), of="given"),
    )


REPORT = Report(
    key="liability",
    question=_("What do we owe in points and credit?"),
    title=_("Points and credit owed"),
    definition=_(
        "The ledger up to the end of the span: what was held at the start of each period, what moved it, and what was "
        "held at its end; opening + movements = closing, to the unit. Periods before the first movement are left out. "
        "What is spent or taken back is below zero. "
        "Clawed back is what a return takes of what the sale had earned. Outstanding is shown by the month in which it "
        "expires, and adds up to the last closing. Breakage is what expired of all that was given with such a last "
        "day. The worth is at what a point is worth today, not rounded. The ledger is not of a store: only the "
        "customers narrow it."
    ),
    parts=(
        Part(
            name="query",
            title=_("Points"),
            columns=(
                Column("period", Unit.PERIOD, _("Period")),
                Column("opening", Unit.COUNT, _("Held at the start")),
                Column("earned", Unit.COUNT, _("Earned"), _("with sales, and bonuses")),
                Column("clawed_back", Unit.COUNT, _("Clawed back"), _("with returns")),
                Column("spent", Unit.COUNT, _("Spent"), _("less those given back")),
                Column("expired", Unit.COUNT, _("Expired")),
                Column("adjusted", Unit.COUNT, _("Adjusted"), _("by hand, and whatever else moved them")),
                Column("closing", Unit.COUNT, _("Held at the end"), _("the sum of these")),
                Column("worth", Unit.CURRENCY, _("Worth at the end"), _("at what a point is worth")),
            ),
            chart=Chart(Mark.LINES, x="period", y="closing"),
            behind="query.behind.sql",
        ),
        Part(
            name="credit",
            title=_("Store credit"),
            columns=(
                Column("period", Unit.PERIOD, _("Period")),
                Column("opening", Unit.MONEY, _("Held at the start")),
                Column("issued", Unit.MONEY, _("Issued")),
                Column("taken_back", Unit.MONEY, _("Taken back")),
                Column("spent", Unit.MONEY, _("Spent"), _("less what was given back")),
                Column("expired", Unit.MONEY, _("Expired")),
                Column("adjusted", Unit.MONEY, _("Adjusted"), _("by hand, and whatever else moved it")),
                Column("closing", Unit.MONEY, _("Held at the end"), _("the sum of these")),
            ),
            chart=Chart(Mark.LINES, x="period", y="closing"),
            behind="credit.behind.sql",
        ),
        Part(
            name="account",
            title=_("On account"),
            columns=(
                Column("period", Unit.PERIOD, _("Period")),
                Column("opening", Unit.MONEY, _("Owed at the start"), _("by customers")),
                Column("charged", Unit.MONEY, _("Charged")),
                Column("taken_back", Unit.MONEY, _("Taken back"), _("with returns")),
                Column("paid", Unit.MONEY, _("Paid")),
                Column("adjusted", Unit.MONEY, _("Adjusted")),
                Column("closing", Unit.MONEY, _("Owed at the end"), _("the sum of these")),
            ),
            chart=Chart(Mark.LINES, x="period", y="closing"),
            behind="account.behind.sql",
        ),
        Part(
            name="expiry",
            title=_("Points by the month in which they expire"),
            columns=_lots(Unit.COUNT, Column("worth", Unit.CURRENCY, _("Worth"), _("of what is outstanding"))),
            chart=Chart(Mark.BARS, x="expires", y="outstanding", begins=True),
            behind="expiry.behind.sql",
            counted="outstanding",
        ),
        Part(
            name="credit_expiry",
            title=_("Store credit by the month in which it expires"),
            columns=_lots(Unit.MONEY),
            chart=Chart(Mark.BARS, x="expires", y="outstanding", begins=True),
            behind="credit_expiry.behind.sql",
            counted="outstanding",
        ),
    ),
    finding=_finding,
    theme="loyalty",
    parameters=(
        Parameter(
            "point_value_milli", _("What a point is worth, in thousandths of the smallest coin"), 1000, least=0,
            most=1_000_000_000,
        ),
    ),
    computed=_begun,
    needs=frozenset({Needs.LEDGER}),
    compares=False,
    rolled=frozenset({"dates"}),
)  # fmt: skip
