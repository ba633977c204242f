"""Customers by how recently, how often and for how much they bought."""

from regulars.core.text import marked as _
from regulars.reports.shape import FEW, Answered, Chart, Column, Mark, Parameter, Part, Report, Unit, Words

_GROUPS = {
    "champions": _("Champions"),
    "potential_loyalists": _("Potential loyalists"),
    "new_customers": _("New customers"),
    "loyal": _("Loyal"),
    "promising": _("Promising"),
    "need_attention": _("Need attention"),
    "about_to_sleep": _("About to sleep"),
    "cannot_lose": _("Cannot lose them"),
    "at_risk": _("At risk"),
    "hibernating": _("Hibernating"),
}


def _finding(answered: Answered, words: Words) -> str:
    rows = [row for row in answered["query"] if row["customers"]]
    if not rows:
        return words.text(_("No order of a known customer."))
    everybody = rows[0]["all_customers"]
    if everybody < FEW:
        told = words.text(_("Too few customers to be told apart by fifths: %(all)s."))
        return told % {"all": words.number(everybody)}
    best = max(rows, key=lambda row: (row["net"], row["customers"], row["rfm"]))
    told = words.text(
        _("%(group)s bring most: %(customers)s of %(all)s customers, %(net)s, %(share)s of the net sales.")
    )
    return told % {
        "group": words.text(_GROUPS[best["rfm"]]),
        "customers": words.number(best["customers"]),
        "all": words.number(everybody),
        "net": words.money(best["net"]),
        "share": words.share(best["net_share"] or 0),
    }


_RFM = Column("rfm", Unit.WORD, _("Group"), _("named by recency, and frequency and money"), words=_GROUPS)
_ALL = Column("all_customers", Unit.COUNT, _("Of"), _("all customers with an order"))
_SHARE = Column("share", Unit.SHARE, _("Share"), _("of the customers"), of="all_customers")
_NET = Column("net", Unit.MONEY, _("Net sales"), _("sales minus returns"))

REPORT = Report(
    key="rfm",
    question=_("Who are my best customers, and who is fading?"),
    title=_("Recency, frequency, money"),
    definition=_(
        "Known customers with an order in the last so many days (0: all) of the span. Each gets a score from 1 "
        "to 5 for the day of the last order, the number of orders and the net sales: 1 + floor(5 x those strictly "
        "worse / all). Who is equal shares a score. Frequency and money make one score: half of their sum, a half "
        "rounded up. The groups are named by recency and that score."
    ),
    parts=(
        Part(
            name="query",
            title=_("Groups of customers"),
            columns=(
                _RFM,
                Column("customers", Unit.COUNT, _("Customers")),
                _ALL,
                _SHARE,
                _NET,
                Column(
                    "net_share", Unit.SHARE, _("Share of net"), _("of the net sales to all of them"), of="all_customers"
                ),
                Column("net_per_customer", Unit.CURRENCY, _("Net per customer"), of="customers"),
                Column("orders_per_customer", Unit.NUMBER, _("Orders per customer"), of="customers"),
                Column(
                    "days_since",
                    Unit.AVERAGE_DAYS,
                    _("Since the last order"),
                    _("on average, to the end of the span"),
                    of="customers",
                ),
            ),
            chart=Chart(Mark.RANKED, x="customers", y="rfm"),
            behind="query",
            note=_('As a segment: rfm = "Champions" and so on. There it is the score of the day over all of history.'),
        ),
        Part(
            name="grid",
            title=_("Recency against frequency and money"),
            columns=(
                Column("recency", Unit.COUNT, _("Recency"), _("5: the latest"), is_key=True),
                Column("frequency_money", Unit.COUNT, _("Frequency and money"), _("5: the most"), is_key=True),
                _RFM,
                Column("customers", Unit.COUNT, _("Customers")),
                _ALL,
                _SHARE,
                _NET,
            ),
            chart=Chart(Mark.HEAT, x="frequency_money", y="recency", colour="customers"),
            behind="grid",
        ),
    ),
    finding=_finding,
    theme="customers",
    parameters=(Parameter("lookback", _("Days looked back (0: all)"), 0, least=0, most=36_600),),
    rolled=frozenset(),
)
