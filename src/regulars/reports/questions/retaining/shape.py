"""Which products in a first order bring customers back, and how long they will still be in stock."""

from regulars.core.text import marked as _
from regulars.reports.shape import FEW, Answered, Chart, Column, Mark, Needs, Parameter, Part, Report, Unit, Words

# A week: what lasts less is told.
_SHORT = 7


def _finding(answered: Answered, words: Words) -> str:
    rows = [row for row in answered["query"] if row["seen"] >= FEW]
    if not rows:
        return words.text(
            _("No product was in enough first orders, long enough ago, to say whether it brings people back.")
        )
    best = rows[0]
    if best["days_of_cover"] is not None and best["days_of_cover"] < _SHORT:
        told = words.text(
            _("%(product)s brings back %(share)s of %(seen)s who began with it, and lasts only %(days)s more days.")
        )
    else:
        told = words.text(_("%(product)s brings back %(share)s of %(seen)s customers who began with it."))
    return told % {
        "product": words.product(best["product"]),
        "share": words.share(best["share"]),
        "seen": words.number(best["seen"]),
        "days": words.number(best["days_of_cover"] or 0),
    }


REPORT = Report(
    key="retaining",
    question=_("Which products bring customers back?"),
    title=_("Products that bring customers back"),
    definition=_(
        "Of customers whose first-ever order is in the span, by each product in that order: how many made another "
        "order within so many days, of those whose first order is at least as long ago; and the average of that second "
        "order. Of several orders the first is the one made earliest. Stock is that of the stores asked about now; "
        "days of cover is that stock / units sold a day (less those returned) in the last 28 days of the span, to "
        "anybody."
    ),
    parts=(
        Part(
            name="query",
            title=_("Products of first orders"),
            columns=(
                Column("product", Unit.PRODUCT, _("Product")),
                Column("customers", Unit.COUNT, _("First orders"), _("customers whose first order held it")),
                Column("seen", Unit.COUNT, _("Long enough ago"), _("of these, with all the days gone by")),
                Column("came_back", Unit.COUNT, _("Came back"), _("of these, with another order within the days")),
                Column("share", Unit.SHARE, _("Share who came back"), _("came back / long enough ago"), of="seen"),
                Column("seconds", Unit.COUNT, _("Second orders"), _("within the days so far, of all first orders")),
                Column("second_order", Unit.CURRENCY, _("Average second order"), of="seconds"),
                Column("on_hand", Unit.QUANTITY, _("On hand"), _("empty where no stock is kept")),
                Column("days_of_cover", Unit.AVERAGE_DAYS, _("Days of cover"), _("on hand / units sold a day")),
            ),
            chart=Chart(Mark.RANKED, x="share", y="product", most=20),
            behind="query.behind.sql",
        ),
    ),
    finding=_finding,
    theme="products",
    parameters=(
        Parameter("within_days", _("Back within days"), 90, most=3650),
        Parameter("least", _("First orders at least"), 10),
    ),
    needs=frozenset({Needs.STOCK}),
    rolled=frozenset(),
)  # fmt: skip
