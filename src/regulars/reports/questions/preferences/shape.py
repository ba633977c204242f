"""What the customers asked about buy more than others do."""

from collections.abc import Mapping
from typing import Any

from regulars.core.text import marked as _
from regulars.reports.ruling import is_text, measured
from regulars.reports.shape import Answered, Chart, Column, Mark, Parameter, Part, Report, Unit, Words

_THINGS = {"category": _("categories"), "brand": _("brands"), "product": _("products")}


def _finding(answered: Answered, words: Words) -> str:
    rows = answered["query"]
    if not rows:
        return words.text(_("Nothing was bought by enough customers to tell what anybody prefers."))
    best = rows[0]
    if not best["buyers"]:
        return words.text(_("Nobody asked about bought anything."))
    if best["buyers"] == best["all_buyers"]:
        return words.text(
            _("These are all buyers, so nothing is preferred; choose a segment to see what it likes more.")
        )
    told = words.text(
        _("%(name)s stands out: %(share)s of these %(buyers)s buyers bought it, against %(all_share)s of all.")
    )
    return told % {
        "name": best["name"] or words.text(_("What has no name")),
        "share": words.share(best["share"]),
        "buyers": words.number(best["buyers"]),
        "all_share": words.share(best["all_share"]),
    }


def _behind(row: Mapping[str, Any]) -> str | None:
    named = is_text(row["what"], row["sku"] or row["name"])
    return None if named is None else f"{measured(row, 'orders', named)} >= 1"


REPORT = Report(
    key="preferences",
    question=_("What do these customers buy more than others?"),
    title=_("What a segment buys"),
    definition=_(
        "For each category, brand or product as it was sold: how many of the customers asked about have an order with "
        "it in the span, their net sales of it (sales minus returns), and the index: the share of their buyers who "
        "bought it / the share of all buyers who did, in the same days and stores. 1 is as everybody; 2 is twice as "
        "often. A buyer is a customer with an order in the span. Only what enough of all customers bought is told."
    ),
    parts=(
        Part(
            name="query",
            title=_("What they like more, and less"),
            columns=(
                Column("what", Unit.WORD, _("Kind"), words=_THINGS),
                Column("name", Unit.TEXT, _("Name"), _("empty where it was sold without one")),
                Column("sku", Unit.TEXT, _("SKU"), _("of a product")),
                Column("customers", Unit.COUNT, _("Customers"), _("asked about, with an order that holds it")),
                Column("net", Unit.MONEY, _("Net sales"), _("of it, to the customers asked about")),
                Column("share", Unit.SHARE, _("Share of buyers"), _("customers / their buyers"), of="buyers"),
                Column("buyers", Unit.COUNT, _("Buyers"), _("customers asked about, with an order of anything")),
                Column("all_customers", Unit.COUNT, _("Of all customers"), _("with an order that holds it")),
                Column("all_share", Unit.SHARE, _("Share of all buyers"), of="all_buyers"),
                Column("all_buyers", Unit.COUNT, _("All buyers"), _("customers with an order of anything")),
                Column(
                    "preference", Unit.NUMBER, _("Index"), _("share of buyers / share of all buyers"), of="customers"
                ),
            ),
            chart=Chart(Mark.RANKED, x="preference", y="name", most=20, differing="preference"),
            drill=_behind,
        ),
    ),
    finding=_finding,
    theme="products",
    parameters=(
        Parameter("by", _("What"), "category", kind="choice", choices=_THINGS),
        Parameter("least", _("Buyers at least, of all"), 20),
    ),
    rolled=frozenset(),
)  # fmt: skip
