"""Whether who comes more often spends more, by standing and tier, and what joining changed."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from regulars.core.text import marked as _
from regulars.reports.ruling import measured
from regulars.reports.shape import Answered, Chart, Column, Mark, Needs, Parameter, Part, Report, Unit, Words

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

_ALL = "all"
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


class _Counted(NamedTuple):
    """How many customers have so many orders and so much net sales."""

    orders: "NDArray[np.int64]"
    net: "NDArray[np.int64]"
    customers: "NDArray[np.int64]"


def correlation(counted: _Counted) -> float | None:
    """Spearman's rank correlation of orders and net sales, equals sharing the mean of their ranks.

    None where one of the two is the same of everybody.
    """
    weights = counted.customers.astype("float64")
    one, other = (_apart(values, weights) for values in (counted.orders, counted.net))
    spread = float((weights * one * one).sum()) * float((weights * other * other).sum())
    return float((weights * one * other).sum()) / spread**0.5 if spread > 0 else None


def _apart(values: "NDArray[np.int64]", weights: "NDArray[np.float64]") -> "NDArray[np.float64]":
    """Twice the mid-rank of each value, less the mean of all: whole numbers."""
    import numpy as np  # noqa: PLC0415  (loaded by whoever asks, not by every command)

    _distinct, place = np.unique(values, return_inverse=True)
    count = np.bincount(place, weights=weights)
    through = np.cumsum(count)
    apart: NDArray[np.float64] = (2 * through - count - weights.sum())[place]
    return apart


def _ranked(tables: "Mapping[str, pa.Table]", _bound: Mapping[str, Any]) -> "Mapping[str, pa.Table]":
    """Customers counted by orders and net sales become a row for each standing and each tier."""
    import pyarrow as pa  # noqa: PLC0415

    standing, tiers = tables["standing"], tables["tiers"]
    by_standing = [(each, _taken(standing, "standing", each)) for each in ("redeemer", "member", "none")]
    every = [(_ALL, _taken(standing))] if standing.num_rows else []
    named = sorted(tiers["tier"].unique().to_pylist())
    by_tier = [(each, _taken(tiers, "tier", each)) for each in named]
    return {
        **tables,
        "standing": _table("standing", pa.string(), every + [pair for pair in by_standing if pair[1].orders.size]),
        "tiers": _table("tier", pa.int32(), by_tier),
    }


def _taken(table: "pa.Table", name: str = "", value: object = None) -> _Counted:
    import pyarrow.compute as pc  # noqa: PLC0415

    chosen = table.filter(pc.equal(table[name], value)) if name else table
    return _Counted(*(chosen[each].to_numpy() for each in ("orders", "net", "customers")))


def _table(name: str, kind: "pa.DataType", rows: list[tuple[Any, _Counted]]) -> "pa.Table":
    import pyarrow as pa  # noqa: PLC0415

    def column(measure: Callable[[_Counted], Any], of: pa.DataType) -> pa.Array:
        return pa.array([measure(each) for _name, each in rows], of)

    customers = column(lambda each: int(each.customers.sum()), pa.int64())
    orders = column(lambda each: int((each.orders * each.customers).sum()), pa.int64())
    net = column(lambda each: int((each.net * each.customers).sum()), pa.int64())

    def share(top: pa.Array) -> pa.Array:
        pairs = zip(top.to_pylist(), customers.to_pylist(), strict=True)
        return pa.array([each / count for each, count in pairs], pa.float64())

    return pa.table({
        name: pa.array([each for each, _counted in rows], kind),
        "customers": customers,
        "orders": orders,
        "net": net,
        "orders_each": share(orders),
        "net_each": share(net),
        "correlation": column(correlation, pa.float64()),
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
    figures["strength"] = words.text(_strength(found))
    redeemer, none = standings.get("redeemer"), standings.get("none")
    if redeemer is None or none is None:
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
