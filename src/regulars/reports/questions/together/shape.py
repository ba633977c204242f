"""What is bought together in one sale, more often than chance would have it."""

from collections.abc import Mapping
from typing import Any

from regulars.core.text import marked as _
from regulars.reports.ruling import quoted
from regulars.reports.shape import Answered, Chart, Column, Mark, Parameter, Part, Report, Unit, Words

_THINGS = {"product": _("products"), "category": _("categories")}


def _finding(answered: Answered, words: Words) -> str:
    rows = answered["query"]
    if not rows:
        return words.text(_("No two things were bought together often enough to say so."))
    best = rows[0]
    if best["lift"] <= 1:
        return words.text(_("No two things are bought together more often than chance would have it."))
    told = words.text(
        _(
            "Who buys %(first)s also buys %(second)s in %(share)s of %(sales)s sales: %(lift)s times as often as "
            "anybody."
        )
    )
    return told % {
        "first": best["first_name"],
        "second": best["second_name"],
        "share": words.share(best["confidence"]),
        "sales": words.number(best["first_sales"]),
        "lift": words.number(best["lift"]),
    }


def _behind(row: Mapping[str, Any]) -> str | None:
    """The language knows of products in one sale, in whatever store; for anything else SQL is asked."""
    if row["what"] != "product" or row["$store_names"] or row["$channel"]:
        return None
    one, other = (quoted(row[f"{each}_sku"] or row[f"{each}_name"]) for each in ("first", "second"))
    return one and other and f"bought_together({one}, {other}) from {row['$from']} to {row['$to']}"


REPORT = Report(
    key="together",
    question=_("What is bought together?"),
    title=_("Bought together"),
    definition=_(
        "Pairs of products, or of categories, in one sale (not a return), with or without a customer. Support: sales "
        "with both / all sales. Confidence: sales with both / sales with the one. Lift: sales with both / those there "
        "would be if the two had nothing to do with each other; 1 is chance. Pairs in at least so many sales, the "
        "highest lift first, at most 500. What has no category is left out of categories."
    ),
    parts=(
        Part(
            name="query",
            title=_("Pairs, the strongest first"),
            columns=(
                Column("what", Unit.WORD, _("Kind"), words=_THINGS, is_aside=True),
                Column("first_name", Unit.TEXT, _("One")),
                Column("first_sku", Unit.TEXT, _("SKU of the one"), _("of a product")),
                Column("second_name", Unit.TEXT, _("Other")),
                Column("second_sku", Unit.TEXT, _("SKU of the other"), _("of a product")),
                Column("sales", Unit.COUNT, _("Sales with both")),
                Column("support", Unit.SHARE, _("Support"), _("sales with both / all sales"), of="all_sales"),
                Column("all_sales", Unit.COUNT, _("All sales"), _("returns not counted")),
                Column(
                    "confidence", Unit.SHARE, _("Other with the one"), _("sales with both / sales with the one"),
                    of="first_sales",
                ),
                Column("first_sales", Unit.COUNT, _("Sales with the one")),
                Column(
                    "confidence_back", Unit.SHARE, _("One with the other"), _("sales with both / sales with the other"),
                    of="second_sales",
                ),
                Column("second_sales", Unit.COUNT, _("Sales with the other")),
                Column("lift", Unit.NUMBER, _("Lift"), _("1 is chance"), of="sales"),
            ),
            chart=Chart(Mark.POINTS, x="support", y="lift", size="sales", most=100),
            ranked="lift",
            drill=_behind,
            behind="query.behind.sql",
        ),
    ),
    finding=_finding,
    theme="products",
    parameters=(
        Parameter("by", _("Pairs of"), "product", kind="choice", choices=_THINGS),
        Parameter("least", _("Sales at least"), 10),
    ),
    is_long=True,
)  # fmt: skip
