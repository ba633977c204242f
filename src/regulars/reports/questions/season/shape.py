"""Which categories have their months."""

from regulars.core.text import marked as _
from regulars.reports.shape import Answered, Chart, Column, Mark, Part, Report, Unit, Words

_MONTHS = {
    "01": _("January"), "02": _("February"), "03": _("March"), "04": _("April"), "05": _("May"), "06": _("June"),
    "07": _("July"), "08": _("August"), "09": _("September"), "10": _("October"), "11": _("November"),
    "12": _("December"),
}  # fmt: skip
# So many lines at least, for an index to be told of.
_ENOUGH = 10


def _finding(answered: Answered, words: Words) -> str:
    rows = answered["query"]
    if not rows:
        return words.text(_("Nothing was sold."))
    told = [row for row in rows if row["season_index"] is not None and row["lines_sold"] >= _ENOUGH]
    if len({row["category"] for row in told}) < 2:
        return words.text(_("Too little was sold, or in one category only, to tell its months apart."))
    best = max(told, key=lambda row: (row["season_index"], row["net"], row["category"], row["month"]))
    sentence = (
        words.text(_("%(category)s has its season in %(month)s: %(index)s times its usual share of sales."))
        if best["is_whole"]
        else words.text(
            _(
                "Not a whole year yet; so far %(category)s stands out in %(month)s: %(index)s times its usual share "
                "of sales."
            )
        )
    )
    return sentence % {
        "category": best["category"] or words.text(_("What has no category")),
        "month": words.text(_MONTHS[best["month"]]),
        "index": words.number(round(best["season_index"], 1)),
    }


REPORT = Report(
    key="season",
    question=_("What sells in which season?"),
    title=_("Seasonal preferences"),
    definition=_(
        "The share of a category in the net sales of a month of the year, over its share in whole years: 2 means "
        "twice as much as usual. Whole years are the last 12, 24, 36... months that are over, so that each month of "
        "the year counts equally often; the month of the first sale is one of them if that was in its first seven "
        "days. Where there are not 12 such months, all there is counts, and is marked."
    ),
    parts=(
        Part(
            name="query",
            title=_("Categories by month of the year"),
            columns=(
                Column("category", Unit.TEXT, _("Category"), _("as it was sold")),
                Column("month", Unit.WORD, _("Month"), words=_MONTHS),
                Column(
                    "season_index",
                    Unit.NUMBER,
                    _("Index"),
                    _("share in the month / share in whole years"),
                    of="lines_sold",
                ),
                Column("lines_sold", Unit.COUNT, _("Lines"), _("of sales and returns, of the category in that month")),
                Column("net", Unit.MONEY, _("Net sales"), _("of the category in that month")),
                Column(
                    "month_share",
                    Unit.SHARE,
                    _("Share in the month"),
                    _("of the net sales of the month"),
                    of="month_lines",
                ),
                Column("month_lines", Unit.COUNT, _("Of lines"), _("of all categories in that month")),
                Column(
                    "year_share",
                    Unit.SHARE,
                    _("Share in whole years"),
                    _("of the net sales of all the months counted"),
                    of="all_lines",
                ),
                Column("all_lines", Unit.COUNT, _("Of lines"), _("of all categories in all months counted")),
                Column("months_counted", Unit.COUNT, _("Months counted")),
                Column("is_whole", Unit.YES, _("Whole years"), _("no: there are not 12 months that are over")),
            ),
            chart=Chart(Mark.HEAT, x="month", y="category", colour="season_index", most=240),
            behind="query",
            counted="lines_sold",
        ),
    ),
    finding=_finding,
    theme="products",
    compares=False,
    rolled=frozenset(),
)
