"""Customers who buy in more stores than one."""

from collections.abc import Mapping
from typing import Any

from regulars.core.text import marked as _
from regulars.reports.ruling import measured
from regulars.reports.shape import Answered, Chart, Column, Mark, Part, Report, Unit, Words

_REACH = {"one": _("One store"), "two": _("Two stores"), "three": _("Three or more")}
_RULES = {"one": "= 1", "two": "= 2", "three": ">= 3"}


def _finding(answered: Answered, words: Words) -> str:
    rows = answered["reach"]
    if not rows:
        return words.text(_("No order of a known customer."))
    everybody = sum(row["customers"] for row in rows)
    more = [row for row in rows if row["reach"] != "one"]
    if not more:
        told = words.text(_("Everybody buys in one store only. Customers: %(all)s."))
        return told % {"all": words.number(everybody)}
    customers, net = sum(row["customers"] for row in more), sum(row["net"] for row in more)
    told = words.text(
        _("%(share)s of %(all)s customers buy in more than one store; they are worth %(each)s each, %(net)s in all.")
    )
    return told % {
        "share": words.share(customers / everybody),
        "all": words.number(everybody),
        "each": words.money(net / customers),
        "net": words.money(net),
    }


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
    theme="stores",
    rolled=frozenset(),
)
