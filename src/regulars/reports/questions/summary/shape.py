"""What was sold, period by period."""

from regulars.core.text import marked as _
from regulars.reports.shape import Answered, Chart, Column, Mark, Part, Report, Unit, Words

_FIGURES = (
    Column("net", Unit.MONEY, _("Net sales"), _("sales minus returns")),
    Column("orders", Unit.COUNT, _("Orders"), _("sales that are no returns")),
    Column("average", Unit.CURRENCY, _("Average order"), _("net sales / orders"), of="orders"),
    Column("units_per_order", Unit.NUMBER, _("Units per order"), _("units sold, less returned, / orders"), of="orders"),
    Column("known_orders", Unit.SHARE, _("Identified orders"), _("share of orders with a customer"), of="orders"),
    Column("known_net", Unit.SHARE, _("Identified net"), _("share of net sales with a customer"), of="orders"),
    Column("returns", Unit.MONEY, _("Returns"), _("what was brought back, above zero")),
    Column("discounts", Unit.MONEY, _("Discounts"), _("given, less those taken back with returns")),
)


def _finding(answered: Answered, words: Words) -> str:
    rows = answered["query"]
    if not rows:
        return words.text(_("Nothing was sold here."))
    [total] = answered["total"]
    best = max(rows, key=lambda row: row["net"])
    if len(rows) == 1 or not total["orders"]:
        told = words.text(_("Net sales are %(net)s from %(orders)s orders."))
    else:
        told = words.text(
            _("Net sales are %(net)s from %(orders)s orders; %(period)s was the best of %(count)s with %(best)s.")
        )
    return told % {
        "net": words.money(total["net"]),
        "orders": words.number(total["orders"]),
        "period": words.period(best["period"]),
        "count": words.number(len(rows)),
        "best": words.money(best["net"]),
    }


def _beside(_answered: Answered, before: Answered, words: Words) -> str:
    if not before["query"]:
        return words.text(_("Nothing was sold in the time compared with."))
    [total] = before["total"]
    told = words.text(_("In the time compared with, net sales were %(net)s from %(orders)s orders."))
    return told % {"net": words.money(total["net"]), "orders": words.number(total["orders"])}


REPORT = Report(
    key="summary",
    question=_("How is the shop doing?"),
    title=_("Sales summary"),
    definition=_(
        "Net sales are sales minus returns; orders are sales that are neither returned goods nor void; the average "
        "order is net sales / orders. Identified is a sale with a customer. A sale paid in two ways is one order. "
        "Periods without a sale are left out."
    ),
    parts=(
        Part(
            name="query",
            title=_("By period"),
            columns=(Column("period", Unit.PERIOD, _("Period")), *_FIGURES),
            chart=Chart(Mark.BARS, x="period", y="net"),
        ),
        Part(
            name="total",
            title=_("The whole span"),
            columns=(*_FIGURES, Column("customers", Unit.COUNT, _("Customers"), _("identified, in this time"))),
        ),
    ),
    finding=_finding,
    beside=_beside,
    theme="sales",
    rolled=frozenset(),
)
