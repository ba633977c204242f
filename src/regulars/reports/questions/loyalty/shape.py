"""Whether who comes more often spends more, by standing and tier, and what joining changed."""

from collections.abc import Mapping
from operator import truediv
from typing import TYPE_CHECKING, Any, NamedTuple

from regulars.core.text import marked as _
from regulars.reports.ruling import measured
from regulars.reports.shape import FEW, Answered, Chart, Column, Mark, Needs, Parameter, Part, Report, Unit, Words

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

_ALL = "all"
# As standing.sql has them.
_SPENT, _EARNED = 2, 1
_STANDINGS = {
    _ALL: _("all customers"),
    "redeemer": _("have spent points"),
    "member": _("have earned points, spent none"),
    "none": _("have no points"),
}
_SPANS = {"before": _("before they joined"), "after": _("after they joined")}
_FIGURES = (
    Column("customers", Unit.COUNT, _("Customers"), _("with an order in the span")),
    Column("orders", Unit.COUNT, _("Orders")),
    Column("net", Unit.MONEY, _("Net sales"), _("sales minus returns")),
    Column("orders_each", Unit.NUMBER, _("Orders each"), _("orders / customers"), of="customers"),
    Column("net_each", Unit.CURRENCY, _("Net sales each"), _("net sales / customers"), of="customers"),
    Column(
        "correlation", Unit.NUMBER, _("Correlation"),
        _("Spearman's, of orders and net sales; 1: who orders more always spends more; empty where all are alike"),
        of="customers",
    ),
)  # fmt: skip


class _Ordered(NamedTuple):
    """The orders and the net sales of each of some customers, by rising net sales."""

    orders: "NDArray[np.int64]"
    net: "NDArray[np.int64]"


class _Customers:
    """Who ordered, by rising net sales. Customers are numbered from 1 on, so a place for each number is little."""

    def __init__(self, ordered: "pa.Table", *others: "pa.Table") -> None:
        self._ids, orders, net = (ordered[name].to_numpy() for name in ("customer", "orders", "net"))
        self._rising = _rising(net)
        self.all = _Ordered(orders[self._rising], net[self._rising])
        known = [self._ids, *(other["customer"].to_numpy() for other in others)]
        self._places = 1 + max((int(each.max()) for each in known if each.size), default=0)

    def among(self, customers: "NDArray[np.int64]", *, is_rest: bool = False) -> _Ordered:
        """Those of these customers who ordered; `is_rest`: all others."""
        import numpy as np  # noqa: PLC0415

        are_in = np.zeros(self._places, bool)
        are_in[customers] = True
        # Places before ranks: numbers that lie side by side are looked up side by side.
        these = np.flatnonzero(are_in[self._ids][self._rising] != is_rest)
        return _Ordered(self.all.orders[these], self.all.net[these])


def _rising(values: "NDArray[np.int64]") -> "NDArray[np.intp]":
    """The places of the values, the least first: by sixteen bits at a time, of which NumPy's stable sort counts instead
    of comparing them, in a third of the time.
    """
    import numpy as np  # noqa: PLC0415

    rest = values - values.min(initial=0)
    order = np.argsort(rest.astype(np.uint16), kind="stable")
    for bits in range(16, int(rest.max(initial=0)).bit_length(), 16):
        order = order[np.argsort((rest >> bits).astype(np.uint16)[order], kind="stable")]
    return order


def correlation(ordered: _Ordered) -> float | None:
    """Spearman's rank correlation of orders and net sales, equals sharing the mean of their ranks.

    None where one of the two is the same of everybody. The order of customers with equal net sales is of no matter, to
    the last digit: up to the last line only whole numbers are added.
    """
    import numpy as np  # noqa: PLC0415

    ends = np.flatnonzero(ordered.net[1:] != ordered.net[:-1]) + 1
    of_net = np.diff(ends, prepend=0, append=ordered.net.size)
    of_orders = np.bincount(ordered.orders)
    by_net, by_orders = _apart(of_net), _apart(of_orders)
    together = np.bincount(ordered.orders, weights=np.repeat(by_net, of_net))
    spread = float((of_orders * by_orders * by_orders).sum()) * float((of_net * by_net * by_net).sum())
    return float((together * by_orders).sum()) / spread**0.5 if spread > 0 else None


def _apart(counts: "NDArray[np.int64]") -> "NDArray[np.float64]":
    """Twice the mid-rank of each value, less the mean of all, from how many have it: whole numbers."""
    through = counts.cumsum()
    apart: NDArray[np.float64] = (2 * through - counts - counts.sum()).astype("float64")
    return apart


def _ranked(tables: "Mapping[str, pa.Table]", _bound: Mapping[str, Any]) -> "Mapping[str, pa.Table]":
    """Who ordered, whose points moved and who is in a tier become a row for each standing and each tier."""
    import numpy as np  # noqa: PLC0415
    import pyarrow as pa  # noqa: PLC0415

    standing, tiers = tables["standing"], tables["tiers"]
    customers = _Customers(tables["ordered"], standing, tiers)
    whose, code = standing["customer"].to_numpy(), standing["standing"].to_numpy()
    by_standing = {
        _ALL: customers.all,
        "redeemer": customers.among(whose[code == _SPENT]),
        "member": customers.among(whose[code == _EARNED]),
        "none": customers.among(whose[code > 0], is_rest=True),
    }
    whose, code = tiers["customer"].to_numpy(), tiers["tier"].to_numpy()
    by_tier = {int(tier): customers.among(whose[code == tier]) for tier in np.unique(code)}
    return {
        "query": tables["query"],
        "standing": _table("standing", pa.string(), by_standing),
        "tiers": _table("tier", pa.int32(), by_tier),
        "joined": tables["joined"],
    }


def _table(name: str, kind: "pa.DataType", found: Mapping[Any, _Ordered]) -> "pa.Table":
    """A row for each who are any."""
    import pyarrow as pa  # noqa: PLC0415

    some = {each: ordered for each, ordered in found.items() if ordered.net.size}
    customers = [ordered.net.size for ordered in some.values()]
    orders = [int(ordered.orders.sum()) for ordered in some.values()]
    net = [int(ordered.net.sum()) for ordered in some.values()]
    return pa.table({
        name: pa.array(some, kind),
        "customers": pa.array(customers, pa.int64()),
        "orders": pa.array(orders, pa.int64()),
        "net": pa.array(net, pa.int64()),
        "orders_each": pa.array(map(truediv, orders, customers), pa.float64()),
        "net_each": pa.array(map(truediv, net, customers), pa.float64()),
        "correlation": pa.array(map(correlation, some.values()), pa.float64()),
    })  # fmt: skip


def _finding(answered: Answered, words: Words) -> str:
    standings = {row["standing"]: row for row in answered["standing"]}
    if _ALL not in standings:
        return words.text(_("No identified customer ordered anything here."))
    found = standings[_ALL]["correlation"]
    figures = {"customers": words.number(standings[_ALL]["customers"])}
    if found is None:
        told = words.text(_("%(customers)s customers are all alike in orders or in net sales, so nothing can be said."))
        return told % figures
    if standings[_ALL]["customers"] < FEW:
        return (
            words.text(_("Too few customers ordered to tell whether who comes more often spends more: %(customers)s."))
            % figures
        )
    figures["strength"] = words.text(_strength(found))
    redeemer, none = (standings.get(name, {"customers": 0}) for name in ("redeemer", "none"))
    if min(redeemer["customers"], none["customers"]) < FEW:
        told = words.text(_("Of %(customers)s customers, who orders more often %(strength)s."))
        return told % figures
    told = words.text(
        _(
            "Of %(customers)s customers, who orders more often %(strength)s; those who spent points brought "
            "%(redeemer)s each, those without points %(none)s."
        )
    )
    return told % {
        **figures,
        "redeemer": words.money(redeemer["net_each"]),
        "none": words.money(none["net_each"]),
    }


def _strength(found: float) -> str:
    """Cohen's steps."""
    if found >= 0.5:
        return _("clearly spends more in all")
    if found >= 0.1:
        return _("spends somewhat more in all")
    return _("does not spend more in all") if found > -0.1 else _("spends less in all")


def _of_bin(row: Mapping[str, Any]) -> str:
    """The customers with so many orders: "3", "6-10" or "51+"."""
    orders, bin_ = measured(row, "orders"), row["orders_each"]
    if bin_.endswith("+"):
        return f"{orders} >= {bin_.removesuffix('+')}"
    least, _to, most = bin_.partition("-")
    return f"{orders} between {least} and {most}" if most else f"{orders} = {least}"


def _of_standing(row: Mapping[str, Any]) -> str:
    ordered = f"{measured(row, 'orders')} >= 1"
    match row["standing"]:
        case "redeemer":
            return f"{ordered} and points_spent > 0"
        case "member":
            return f"{ordered} and points_spent <= 0 and points_earned > 0"
        case "none":
            return f"{ordered} and points_spent <= 0 and points_earned <= 0"
        case _:
            return ordered


REPORT = Report(
    key="loyalty",
    question=_("Do loyal customers spend more?"),
    title=_("Loyalty and spending"),
    definition=_(
        "Identified customers with an order in the span: how often they ordered against their net sales (sales minus "
        "returns), and Spearman's rank correlation of the two; equals share the mean of their ranks. Standing: who has "
        "spent points (less those given back), who has only earned some, who has neither, up to today. Before and "
        "after: of those whose first movement of points is in the span, who had ordered so many days before it and of "
        "whom as many days after it have gone by; that day itself is in neither. Who joins is often who comes anyway: "
        "it shows what goes together, not what joining does."
    ),
    parts=(
        Part(
            name="query",
            title=_("How often against how much"),
            columns=(
                Column("orders_each", Unit.TEXT, _("Orders of a customer"), _("in the span")),
                Column("customers", Unit.COUNT, _("Customers")),
                Column("orders", Unit.COUNT, _("Orders")),
                Column("net", Unit.MONEY, _("Net sales"), _("sales minus returns")),
                Column("net_each", Unit.CURRENCY, _("Net sales each"), _("net sales / customers"), of="customers"),
                Column("average_order", Unit.CURRENCY, _("Average order"), _("net sales / orders"), of="customers"),
            ),
            chart=Chart(Mark.BARS, x="orders_each", y="net_each"),
            drill=_of_bin,
        ),
        Part(
            name="standing",
            title=_("By standing"),
            columns=(Column("standing", Unit.WORD, _("Who"), words=_STANDINGS), *_FIGURES),
            chart=Chart(Mark.BARS, x="standing", y="net_each"),
            drill=_of_standing,
        ),
        Part(
            name="tiers",
            title=_("By tier"),
            columns=(Column("tier", Unit.GROUP, _("Tier")), *_FIGURES),
            chart=Chart(Mark.BARS, x="tier", y="net_each"),
            behind="tiers.behind.sql",
        ),
        Part(
            name="joined",
            title=_("Before and after joining"),
            columns=(
                Column("span", Unit.WORD, _("When"), words=_SPANS),
                Column("customers", Unit.COUNT, _("Customers"), _("the same before and after")),
                Column("orders", Unit.COUNT, _("Orders")),
                Column("net", Unit.MONEY, _("Net sales"), _("sales minus returns")),
                Column("orders_each", Unit.NUMBER, _("Orders each"), _("orders / customers"), of="customers"),
                Column("net_each", Unit.CURRENCY, _("Net sales each"), _("net sales / customers"), of="customers"),
            ),
            chart=Chart(Mark.BARS, x="span", y="net_each"),
        ),
    ),
    finding=_finding,
    theme="loyalty",
    parameters=(Parameter("days", _("Days before and after joining"), 90, most=3650),),
    computed=_ranked,
    needs=frozenset({Needs.LEDGER, Needs.GROUPS}),
    rolled=frozenset(),
)  # fmt: skip
