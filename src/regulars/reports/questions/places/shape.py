"""Where customers come from."""

from collections.abc import Mapping
from typing import Any

from regulars.core.text import marked as _
from regulars.reports.ruling import is_text, measured
from regulars.reports.shape import Answered, Chart, Column, Mark, Needs, Parameter, Part, Report, Unit, Words

_LEVELS = {
    "country": _("Country"),
    "region": _("Region"),
    "city": _("City"),
    "postcode_area": _("Postcode area"),
}


def _finding(answered: Answered, words: Words) -> str:
    rows = answered["query"]
    buyers = rows[0]["all_customers"] if rows else 0
    if not buyers:
        return words.text(_("No order of a known customer."))
    known = [row for row in rows if row["place"]]
    if not known:
        told = words.text(_("Nobody's place is known. Customers: %(all)s."))
        return told % {"all": words.number(buyers)}
    best = known[0]
    unknown = buyers - sum(row["customers"] for row in known)
    told = (
        words.text(
            _(
                "Most is bought from %(place)s: %(net)s by %(customers)s of %(all)s customers; of %(unknown)s the "
                "place is not known."
            )
        )
        if unknown
        else words.text(_("Most is bought from %(place)s: %(net)s by %(customers)s of %(all)s customers."))
    )
    return told % {
        "place": words.country(best["place"]) if best["level"] == "country" else best["place"],
        "net": words.money(best["net"]),
        "customers": words.number(best["customers"]),
        "all": words.number(buyers),
        "unknown": words.number(unknown),
    }


def _lives(row: Mapping[str, Any]) -> str | None:
    """A postcode area is no fact of a rule: these customers are found by the question's own SQL."""
    if row["level"] == "postcode_area":
        return None
    facts = {"country": row["country"] if row["level"] != "country" else row["place"]}
    if row["level"] != "country":
        facts |= {"region": row["region"] if row["level"] == "city" else row["place"]}
    if row["level"] == "city":
        facts |= {"city": row["place"]}
    parts = [is_text(name, text) for name, text in facts.items()]
    if any(part is None for part in parts):
        return None
    return " and ".join([*(part for part in parts if part), f"{measured(row, 'orders')} >= 1"])


REPORT = Report(
    key="places",
    question=_("Where do customers come from?"),
    title=_("Geography"),
    definition=_(
        "Known customers by the country, region, city or postcode area of their billing address as it is now; the "
        "empty one is not known. Customers: with an order in the span. Net sales are sales minus returns, the average "
        "order is net sales / orders. The top category is the one with most net sales."
    ),
    parts=(
        Part(
            name="query",
            title=_("Places by net sales"),
            columns=(
                Column("place", Unit.TEXT, _("Place"), is_country=lambda row: row["level"] == "country"),
                Column("region", Unit.TEXT, _("Region"), _("of a city")),
                Column(
                    "country",
                    Unit.TEXT,
                    _("Country"),
                    _("of a region, city or postcode area"),
                    is_country=lambda _row: True,
                ),
                Column("level", Unit.WORD, _("Kind"), words=_LEVELS, is_aside=True),
                Column("customers", Unit.COUNT, _("Customers"), _("with an order")),
                Column("all_customers", Unit.COUNT, _("Of"), _("all customers with an order")),
                Column("share", Unit.SHARE, _("Share"), _("of the customers"), of="all_customers"),
                Column("net", Unit.MONEY, _("Net sales"), _("sales minus returns")),
                Column(
                    "net_share",
                    Unit.SHARE,
                    _("Share of net"),
                    _("of the net sales to known customers"),
                    of="all_customers",
                ),
                Column("orders", Unit.COUNT, _("Orders")),
                Column("average_order", Unit.CURRENCY, _("Average order"), _("net sales / orders"), of="orders"),
                Column("top_category", Unit.TEXT, _("Top category"), _("with most net sales there")),
            ),
            chart=Chart(Mark.RANKED, x="net", y="place", most=25),
            drill=_lives,
            behind="query",
        ),
    ),
    finding=_finding,
    theme="customers",
    parameters=(Parameter("by", _("By"), "country", kind="choice", choices=_LEVELS),),
    needs=frozenset({Needs.CUSTOMERS}),
    rolled=frozenset(),
)
