"""The stores side by side."""

from regulars.core.text import marked as _
from regulars.reports.shape import Answered, Chart, Column, Mark, Parameter, Part, Report, Unit, Words


def _finding(answered: Answered, words: Words) -> str:
    rows = answered["query"]
    if not rows:
        return words.text(_("No store sold anything."))
    if len(rows) == 1:
        told = words.text(
            _("One store, %(store)s: %(net)s from %(orders)s orders, %(share)s of them by known customers.")
        )
        if rows[0]["identified_share"] is None:
            return words.text(_("One store, without an order."))
    else:
        told = words.text(
            _(
                "%(store)s sells most of %(stores)s stores: %(net)s from %(orders)s orders, %(share)s of them by "
                "known customers."
            )
        )
    best = rows[0]
    return told % {
        "store": words.store(best["store"]),
        "stores": words.number(len(rows)),
        "net": words.money(best["net"]),
        "orders": words.number(best["orders"]),
        "share": words.share(best["identified_share"] or 0),
    }


def _beside(answered: Answered, before: Answered, words: Words) -> str:
    rows = answered["query"] or before["query"]
    if not rows:
        return words.text(_("Nothing was sold in the time compared with."))
    store = rows[0]["store"]
    then = next((row for row in before["query"] if row["store"] == store), None)
    if then is None:
        return words.text(_("%(store)s sold nothing in the time compared with.")) % {"store": words.store(store)}
    told = words.text(_("In the time compared with, %(store)s sold %(net)s in %(orders)s orders."))
    return told % {
        "store": words.store(store),
        "net": words.money(then["net"]),
        "orders": words.number(then["orders"]),
    }


REPORT = Report(
    key="stores",
    question=_("How do the stores compare?"),
    title=_("Stores"),
    definition=_(
        "Each store as if it were alone. Customers: known ones with an order there. New: their first order there ever "
        "is in the span; returning: all others. Retention: of those with an order there in the so many days before "
        "the last so many days of the span, the share with one in these. Average order: net sales (sales minus "
        "returns) / orders. Identified: the share of orders with a customer."
    ),
    parts=(
        Part(
            name="query",
            title=_("Stores by net sales"),
            columns=(
                Column("store", Unit.STORE, _("Store")),
                Column("net", Unit.MONEY, _("Net sales"), _("sales minus returns")),
                Column("orders", Unit.COUNT, _("Orders"), _("sales that are no returns")),
                Column("average_order", Unit.CURRENCY, _("Average order"), _("net sales / orders"), of="orders"),
                Column(
                    "identified_share", Unit.SHARE, _("Identified"), _("orders with a customer / orders"), of="orders"
                ),
                Column("customers", Unit.COUNT, _("Customers"), _("with an order there")),
                Column("new_customers", Unit.COUNT, _("New"), _("of them, first order there ever in the span")),
                Column("returning_customers", Unit.COUNT, _("Returning"), _("all others of them")),
                Column("earlier", Unit.COUNT, _("Earlier"), _("customers of the days before the last days")),
                Column("retained", Unit.COUNT, _("Came again"), _("of those, in the last days")),
                Column("retention", Unit.SHARE, _("Retention"), _("came again / earlier"), of="earlier"),
            ),
            chart=Chart(Mark.RANKED, x="net", y="store", most=40),
            behind="query",
        ),
    ),
    finding=_finding,
    beside=_beside,
    theme="stores",
    parameters=(Parameter("days", _("Days for retention"), 90, most=3660),),
    rolled=frozenset(),
)
