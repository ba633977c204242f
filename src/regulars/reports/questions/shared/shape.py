"""Customers who buy in more stores than one."""

from collections.abc import Mapping
from typing import Any

from regulars.core.text import marked as _
from regulars.reports.ruling import measured
from regulars.reports.shape import FEW, Answered, Chart, Column, Mark, Part, Report, Unit, Words

_REACH = {"one": _("One store"), "two": _("Two stores"), "three": _("Three or more")}
_RULES = {"one": "= 1", "two": "= 2", "three": ">= 3"}


def _finding(answered: Answered, words: Words) -> str:
    rows = answered["reach"]
    if not rows:
        return words.text(_("No order of a known customer."))
    everybody = sum(row["customers"] for row in rows)
    more = [row for row in rows if row["reach"] != "one"]
    if not more:
        # Also where one store alone is asked about, whose customers may well buy elsewhere.
        told = words.text(_("Nobody buys in more than one of these stores. Customers: %(all)s."))
        return told % {"all": words.number(everybody)}
    customers, net = sum(row["customers"] for row in more), sum(row["net"] for row in more)
    told = words.text(
        _("%(share)s of %(all)s customers buy in more than one store; they are worth %(each)s each, %(net)s in all.")
    )
    return told % {
        "share": _share(customers, everybody, words),
        "all": words.number(everybody),
        "each": words.money(net / customers),
        "net": words.money(net),
    }


def _beside(_answered: Answered, before: Answered, words: Words) -> str:
    rows = before["reach"]
    if not rows:
        return words.text(_("In the time compared with no known customer ordered."))
    everybody = sum(row["customers"] for row in rows)
    more = sum(row["customers"] for row in rows if row["reach"] != "one")
    told = words.text(_("In the time compared with, %(share)s of %(all)s customers bought in more than one store."))
    return told % {"share": _share(more, everybody, words), "all": words.number(everybody)}


def _share(customers: int, everybody: int, words: Words) -> str:
    """As a rate, or of few customers as their number."""
    return words.share(customers / everybody) if everybody >= FEW else words.number(customers)


def _reach(row: Mapping[str, Any]) -> str:
    return f"{measured(row, 'stores')} {_RULES[row['reach']]}"


REPORT = Report(
    key="shared",
    question=_("Which customers do the stores share?"),
    title=_("Customers between stores"),
    definition=_(
        "Known customers with an order in both stores, as a share of those of the first one. In how many stores "
        "customers order, and their net sales (sales minus returns) in all of them."
    ),
    parts=(
        Part(
            name="query",
            title=_("Store by store"),
            columns=(
                Column("store", Unit.STORE, _("Of the customers of")),
                Column("other", Unit.STORE, _("Also order in")),
                Column("customers", Unit.COUNT, _("Customers"), _("with orders in both")),
                Column("store_customers", Unit.COUNT, _("Of"), _("customers of the first store")),
                Column("share", Unit.SHARE, _("Share"), _("of the customers of the first store"), of="store_customers"),
            ),
            chart=Chart(Mark.HEAT, x="other", y="store", colour="share", most=1600),
            behind="query",
        ),
        Part(
            name="reach",
            title=_("In how many stores customers order"),
            columns=(
                Column("reach", Unit.WORD, _("Stores"), words=_REACH),
                Column("customers", Unit.COUNT, _("Customers")),
                Column("all_customers", Unit.COUNT, _("Of"), _("all customers with an order")),
                Column("share", Unit.SHARE, _("Share"), _("of the customers"), of="all_customers"),
                Column("orders", Unit.COUNT, _("Orders")),
                Column("net", Unit.MONEY, _("Net sales"), _("sales minus returns")),
                Column(
                    "net_share", Unit.SHARE, _("Share of net"), _("of the net sales to all of them"), of="all_customers"
                ),
                Column("net_per_customer", Unit.CURRENCY, _("Net per customer"), of="customers"),
            ),
            chart=Chart(Mark.BARS, x="reach", y="customers"),
            drill=_reach,
            behind="reach",
        ),
    ),
    finding=_finding,
    beside=_beside,
    theme="stores",
    rolled=frozenset(),
)
