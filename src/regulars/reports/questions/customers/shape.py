"""What each customer bought, and how much of the whole they are."""

from regulars.core.text import marked as _
from regulars.reports.shape import Answered, Chart, Column, Mark, Parameter, Part, Report, Unit, Words


def _finding(answered: Answered, words: Words) -> str:
    [total] = answered["total"] or [{"customers": 0}]
    if not total["customers"]:
        return words.text(_("No identified customer bought anything here."))
    if total["net"] <= 0:
        told = words.text(_("%(customers)s customers brought back as much as they bought, or more: %(net)s in all."))
        return told % {"customers": words.number(total["customers"]), "net": words.money(total["net"])}
    half = _of_half(answered)
    if half is None:
        told = words.text(_("%(customers)s customers bought for %(net)s, %(each)s each."))
    else:
        told = words.text(_("%(few)s of %(customers)s customers make half of the net sales of %(net)s."))
    return told % {
        "few": words.number(half or 0),
        "customers": words.number(total["customers"]),
        "net": words.money(total["net"]),
        "each": words.money(total["net_of_each"]),
    }


def _of_half(answered: Answered) -> int | None:
    """How many of the richest come to half of it; None where fewer are shown, or one is all there is."""
    rows = answered["query"]
    if len(rows) < 2:
        return None
    return next((n for n, row in enumerate(rows, start=1) if (row["share_so_far"] or 0) >= 0.5), None)


REPORT = Report(
    key="customers",
    question=_("What does each customer buy?"),
    title=_("Sales by customer"),
    definition=_(
        "Every identified customer with a sale or a return in the span, richest first. Net sales are sales minus "
        "returns; the average order is net sales / orders. The share, and the share of all down to this one, are of "
        "the net sales of all identified customers in the span, also of those not shown."
    ),
    parts=(
        Part(
            name="query",
            title=_("Customers, richest first"),
            columns=(
                Column("customer", Unit.CUSTOMER, _("Customer")),
                Column("net", Unit.MONEY, _("Net sales"), _("sales minus returns")),
                Column("orders", Unit.COUNT, _("Orders"), _("sales that are no returns")),
                Column("units", Unit.QUANTITY, _("Units"), _("units bought, less those returned")),
                Column("average", Unit.CURRENCY, _("Average order"), _("net sales / orders")),
                Column("returns", Unit.MONEY, _("Returns"), _("what was brought back, above zero")),
                Column("discounts", Unit.MONEY, _("Discounts"), _("given, less those taken back with returns")),
                Column("first_order", Unit.DAY, _("First order"), _("in the span")),
                Column("last_order", Unit.DAY, _("Last order"), _("in the span")),
                Column("share", Unit.SHARE, _("Share of net"), _("of the net sales of all identified customers")),
                Column("share_so_far", Unit.SHARE, _("Share down to here"), _("of this one and all above")),
            ),
            chart=Chart(Mark.RANKED, x="net", y="customer", most=20),
        ),
        Part(
            name="total",
            title=_("All of them"),
            columns=(
                Column("customers", Unit.COUNT, _("Customers"), _("with a sale or a return in the span")),
                Column("buyers", Unit.COUNT, _("Buyers"), _("of them with an order")),
                Column("orders", Unit.COUNT, _("Orders")),
                Column("net", Unit.MONEY, _("Net sales")),
                Column("net_of_each", Unit.CURRENCY, _("Net for each customer"), of="customers"),
            ),
        ),
    ),
    finding=_finding,
    theme="customers",
    parameters=(Parameter("most", _("How many"), 1000, most=10_000_000),),
    rolled=frozenset(),
)  # fmt: skip
