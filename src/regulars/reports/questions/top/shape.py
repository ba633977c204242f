"""Who the best customers are: by net sales, by orders, by what an order comes to."""

from regulars.core.text import marked as _
from regulars.reports.shape import Answered, Chart, Column, Mark, Parameter, Part, Report, Unit, Words


def _finding(answered: Answered, words: Words) -> str:
    rows = answered["query"]
    if not rows:
        return words.text(_("No customer bought anything here."))
    best = rows[0]
    if len(rows) == 1:
        told = words.text(_("%(name)s is the only one: %(net)s in %(orders)s orders."))
    else:
        told = words.text(_("%(name)s leads with %(net)s in %(orders)s orders; these %(count)s make up %(share)s."))
    whole = sum(row["share"] for row in rows if row["share"] is not None)
    return told % {
        "name": words.customer(best["customer"]),
        "net": words.money(best["net"]),
        "orders": words.number(best["orders"]),
        "count": words.number(len(rows)),
        "share": words.share(whole),
    }


def _beside(_answered: Answered, before: Answered, words: Words) -> str:
    rows = before["query"]
    if not rows:
        return words.text(_("No customer bought anything in the time compared with."))
    best = rows[0]
    told = words.text(_("In the time compared with, %(name)s led with %(net)s in %(orders)s orders."))
    return told % {
        "name": words.customer(best["customer"]),
        "net": words.money(best["net"]),
        "orders": words.number(best["orders"]),
    }


REPORT = Report(
    key="top",
    question=_("Who are my best customers?"),
    title=_("Top customers"),
    definition=_(
        "The identified customers with the highest net sales (sales minus returns), the most orders, or the highest "
        "average order (net sales / orders, of those with some orders at least) in the span. The share is of the net "
        "sales of all identified customers in it. Equals stand by net sales, then by number of the customer."
    ),
    parts=(
        Part(
            name="query",
            title=_("The best customers"),
            columns=(
                Column("place", Unit.COUNT, _("Place")),
                Column("customer", Unit.CUSTOMER, _("Customer")),
                Column("net", Unit.MONEY, _("Net sales"), _("sales minus returns")),
                Column("orders", Unit.COUNT, _("Orders"), _("sales that are no returns")),
                Column("average", Unit.CURRENCY, _("Average order"), _("net sales / orders")),
                Column("units", Unit.QUANTITY, _("Units"), _("units bought, less those returned")),
                Column("first_order", Unit.DAY, _("First order"), _("in the span")),
                Column("last_order", Unit.DAY, _("Last order"), _("in the span")),
                Column("share", Unit.SHARE, _("Share of net"), _("of the net sales of all identified customers")),
            ),
            chart=Chart(Mark.RANKED, x="net", y="customer", most=20),
        ),
    ),
    finding=_finding,
    beside=_beside,
    theme="customers",
    parameters=(
        Parameter(
            "by", _("Ranked by"), "net", kind="choice",
            choices={"net": _("net sales"), "orders": _("orders"), "average": _("average order")},
        ),
        Parameter("most", _("How many"), 20, most=1000),
        Parameter("least_orders", _("Orders at least, for the average"), 3, most=1000),
    ),
    rolled=frozenset(),
)  # fmt: skip
