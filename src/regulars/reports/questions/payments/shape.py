"""What people pay with."""

from collections.abc import Mapping
from typing import Any

from regulars.balances.rules import METHOD_WORDS
from regulars.core.text import marked as _
from regulars.reports.periods import days_asked, period_days
from regulars.reports.ruling import is_text, measured
from regulars.reports.shape import Answered, Chart, Column, Mark, Needs, Part, Report, Unit, Words

# How the register itself calls ways to pay; what a till calls others stays as it is.
_METHODS = {**METHOD_WORDS, "exchange": _("Exchange")}


def _finding(answered: Answered, words: Words) -> str:
    rows = [row for row in answered["methods"] if row["orders"]]
    if not rows:
        return words.text(_("No order with a payment that is known."))
    told = (
        words.text(_("Every order was paid with %(method)s: %(all)s."))
        if len(rows) == 1
        else words.text(_("%(method)s pays most often: in %(orders)s of %(all)s orders, %(share)s."))
    )
    best = rows[0]
    return told % {
        "method": words.text(_METHODS[best["method"]]) if best["method"] in _METHODS else best["method"],
        "orders": words.number(best["orders"]),
        "all": words.number(best["all_orders"]),
        "share": words.share(best["share"]),
    }


def _in_period(row: Mapping[str, Any]) -> str | None:
    method, days = is_text("payment", row["method"]), period_days(row, row["period"])
    if method is None or days is None:
        return None
    first, last = days_asked(row, days)
    return f"{measured(row, 'orders', method, first=first, last=last)} >= 1"


def _with_method(row: Mapping[str, Any]) -> str | None:
    method = is_text("payment", row["method"])
    return None if method is None else f"{measured(row, 'orders', method)} >= 1"


_METHOD = Column("method", Unit.WORD, _("Method"), _("as the till calls it"), words=_METHODS)
_ORDERS = Column("orders", Unit.COUNT, _("Orders"), _("paid with it, wholly or in part"))
_AMOUNT = Column("amount", Unit.MONEY, _("Amount"), _("paid with it, less what was paid back"))
_SHARE = Column(
    "share", Unit.SHARE, _("Share"), _("of the orders; those paid in two ways count twice"), of="all_orders"
)

REPORT = Report(
    key="payments",
    question=_("What do people pay with?"),
    title=_("Payment methods"),
    definition=_(
        "Orders with a payment, by method: an order paid in two ways counts in both, so shares may come to more than "
        "all; two payments with the same method count once. Amounts are payments less what was paid back with "
        "returns. Failed payments and voided sales are left out. By tier: orders of known customers by the tier they "
        "are in, without what was paid back."
    ),
    parts=(
        Part(
            name="query",
            title=_("Methods by period"),
            columns=(
                Column("period", Unit.PERIOD, _("Period")),
                _METHOD,
                _ORDERS,
                Column("all_orders", Unit.COUNT, _("Of"), _("all orders of the period with a payment")),
                _SHARE,
                _AMOUNT,
                Column("is_whole", Unit.YES, _("Whole"), _("no: the period is not over, or only partly asked about")),
            ),
            chart=Chart(Mark.STACKED, x="period", y="amount", colour="method", most=2000),
            drill=_in_period,
            behind="query",
        ),
        Part(
            name="methods",
            title=_("Methods in all"),
            columns=(
                _METHOD,
                _ORDERS,
                Column("all_orders", Unit.COUNT, _("Of"), _("all orders with a payment")),
                _SHARE,
                _AMOUNT,
            ),
            chart=Chart(Mark.RANKED, x="orders", y="method", most=25),
            drill=_with_method,
            behind="methods",
        ),
        Part(
            name="tiers",
            title=_("Methods by tier"),
            columns=(
                Column("tier_set", Unit.TEXT, _("Tiers")),
                Column("tier", Unit.GROUP, _("Tier"), _("empty: in none")),
                _METHOD,
                _ORDERS,
                Column("all_orders", Unit.COUNT, _("Of"), _("all orders of the tier's members with a payment")),
                _SHARE,
                Column("amount", Unit.MONEY, _("Amount"), _("paid with it")),
            ),
            chart=Chart(Mark.GROUPED, x="tier", y="share", colour="method"),
            behind="tiers",
        ),
    ),
    finding=_finding,
    theme="sales",
    needs=frozenset({Needs.GROUPS}),
    rolled=frozenset(),
)
