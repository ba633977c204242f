"""What will be sold in the next weeks, and what should be ordered for it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

import numpy as np
import pyarrow as pa

from regulars.core.text import marked as _
from regulars.reports.shape import Answered, Chart, Column, Mark, Needs, Parameter, Part, Report, Unit, Words

# So many weeks are looked at; the last so many say what is usual.
_WEEKS, _YEAR, _SHOWN = 104, 52, 26
# From this share of weeks without a sale on, a product sells now and then.
_SELDOM = 0.25
_MILLI = 1000
# So many products are drawn, each in all of its stores; fewer where these were more bars.
_DRAWN, _BARS = 20, 400
_PACES = {"steady": _("steadily"), "seldom": _("now and then"), "new": _("new")}


def _finding(answered: Answered, words: Words) -> str:
    rows = answered["query"]
    if not rows:
        return words.text(_("Nothing was sold in the last year."))
    known = [row for row in rows if row["expected"] is not None]
    if not known:
        return words.text(_("Nothing was sold for long enough to foretell what will be."))
    short = [row for row in known if row["reorder"]]
    [trial] = answered["trial"]
    tested = ""
    if trial["came"]:
        told = words.text(_("Of the weeks before, %(before)s units were foretold and %(came)s came."))
        tested = told % {"before": words.number(trial["before"] / _MILLI), "came": words.number(trial["came"] / _MILLI)}
    if not short:
        if all(row["on_hand"] is None for row in rows):
            found = words.text(_("What will be sold is foretold; what should be ordered is not, as no stock is known."))
        else:
            found = words.text(_("The stock lasts for what will be sold."))
        return f"{found} {tested}".strip()
    return f"{_first_told(short[0], rows, len(short), trial['weeks'], words)} {tested}".strip()


def _first_told(first: Mapping[str, Any], rows: Sequence[Any], short: int, weeks: int, words: Words) -> str:
    """What is to be ordered first, and the forecast that says so."""
    told = words.text(
        _(
            "%(many)s of %(all)s should be ordered, first %(product)s for %(store)s: up to %(high)s may be sold in the "
            "next %(weeks)s weeks, %(stock)s are in stock."
        )
    )
    enough = first["high"] if first["high"] is not None else first["expected"]
    return told % {
        "many": words.number(short), "all": words.number(len(rows)), "product": words.product(first["product"]),
        "store": words.store(first["store"]), "high": words.number(enough / _MILLI),
        "weeks": words.number(weeks), "stock": words.number(first["on_hand"] / _MILLI),
    }  # fmt: skip


def _computed(tables: Mapping[str, pa.Table], settings: Mapping[str, Any]) -> Mapping[str, pa.Table]:
    """A row for each product in a store, what is to be ordered first; those that are drawn; the weeks of all of them
    together; how the forecast did before."""
    from regulars.reports.prediction.demanding import demand  # noqa: PLC0415  (loads a library of seconds)

    weeks = settings["weeks"]
    drivers = _drivers(tables["drivers"])
    rows: list[dict[str, Any]] = []
    total = np.zeros(_WEEKS)
    for series in _series(tables["query"]):
        sold = series["sold"]
        total += sold
        said = demand(sold, weeks=weeks)
        rows.append(_row(series, said, weeks) | drivers.get((series["product"], series["store"]), {}))
    said = demand(total, weeks=weeks) if rows else None
    trial = {
        "weeks": weeks, "series": len(rows), "before": _sum(rows, "before"), "came": _sum(rows, "came"),
        "tried": sum(row["before"] is not None for row in rows), "off": _off(rows),
    }  # fmt: skip
    drawn = list(_drawn(rows))
    rows.sort(key=_urgency)
    parts: dict[str, list[Any]] = {
        "query": rows,
        "products": drawn,
        "course": list(_course(total, said, settings)) if rows else [],
        "trial": [trial],
    }
    return {part.name: _table(part, parts[part.name]) for part in REPORT.parts}


def _series(asked: pa.Table) -> Iterator[dict[str, Any]]:
    """Units of each week, the last one last, of each product in a store, in their order."""
    series: dict[str, Any] = {}
    for row in asked.to_pylist():
        if series and (series["product"], series["store"]) != (row["product"], row["store"]):
            yield series
            series = {}
        if not series:
            series = {**row, "sold": np.zeros(_WEEKS), "anonymous": 0.0}
        series["sold"][_WEEKS - 1 - row["weeks_ago"]] = row["quantity"] / _MILLI
        if row["weeks_ago"] < _YEAR:
            series["anonymous"] += row["anonymous"] / _MILLI
    if series:
        yield series


def _row(series: Mapping[str, Any], said: Any, weeks: int) -> dict[str, Any]:
    sold, year = series["sold"], series["sold"][-_YEAR:]
    since = sold[np.flatnonzero(sold)[0] :]
    is_seldom = float((since == 0).mean()) >= _SELDOM
    told = {
        "product": series["product"], "store": series["store"], "sold": _units(year.sum()),
        "weekly": float(year.sum() / min(len(since), _YEAR)), "on_hand": series["on_hand"],
        "anonymous_share": float(series["anonymous"] / year.sum()),
        "pace": "new" if said is None else "seldom" if is_seldom else "steady",
    }  # fmt: skip
    if said is None:
        return {**told, "before": None, "came": None, "expected": None}
    daily = said.expected / weeks / 7
    on_hand = series["on_hand"]
    enough = said.high if said.high is not None else said.expected
    return {
        **told,
        "expected": _units(said.expected), "low": _units(said.low), "high": _units(said.high),
        "cover_days": max(on_hand, 0) / _MILLI / daily if on_hand is not None and daily > 0 else None,
        # Whole units: half a mug is not ordered.
        "reorder": _MILLI * max(int(np.ceil(enough - on_hand / _MILLI)), 0) if on_hand is not None else None,
        "before": _units(said.before), "came": _units(said.came),
    }  # fmt: skip


def _urgency(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """What is to be ordered comes first, of that what runs out first; then what will run out next."""
    cover = row.get("cover_days")
    more = row.get("reorder") or 0
    return (not more, cover is None, cover or 0.0, -more, row["product"], row["store"])


def _drawn(rows: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """The rows of the products that sell most, each in all of its stores, so that no bar is a part of a sum."""
    bars = 0
    for place, (_product, group) in enumerate(groupby(rows, key=itemgetter("product"))):
        stores = list(group)
        bars += len(stores)
        if place and (place >= _DRAWN or bars > _BARS):
            return
        yield from stores


def _drivers(table: pa.Table) -> dict[tuple[int, int], dict[str, Any]]:
    """Of each product in a store the group whose share is most above its usual one; with as much, the lower id."""
    best: dict[tuple[int, int], dict[str, Any]] = {}
    for row in table.to_pylist():
        index, key = row["share"] / row["usual_share"], (row["product"], row["store"])
        if index > 1 and (key not in best or index > best[key]["driver_index"]):
            best[key] = {
                "driver": row["group"], "driver_share": row["share"], "driver_buyers": row["buyers"],
                "driver_index": index,
            }  # fmt: skip
    return best


def _course(total: np.ndarray, said: Any, settings: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The weeks that were, and the mean week of those to come."""
    weeks, today = settings["weeks"], settings["today"]
    for place in range(_WEEKS - _SHOWN, _WEEKS):
        begin = today - timedelta(days=7 * (_WEEKS - place) - 1)
        yield {"week": begin, "which": "sold", "units": _units(total[place]), "low": None, "high": None}
    for ahead in range(weeks if said is not None else 0):
        low, high = (None if each is None else _units(each / weeks) for each in (said.low, said.high))
        units = _units(said.expected / weeks)
        begin = today + timedelta(days=7 * ahead + 1)
        yield {"week": begin, "which": "expected", "units": units, "low": low, "high": high}


def _sum(rows: list[dict[str, Any]], name: str) -> int:
    return sum(row[name] for row in rows if row["before"] is not None)


def _off(rows: list[dict[str, Any]]) -> float | None:
    """How far off the single forecasts were, over what came."""
    came = _sum(rows, "came")
    off = sum(abs(row["came"] - row["before"]) for row in rows if row["before"] is not None)
    return off / came if came else None


def _units(units: float | None) -> int | None:
    return None if units is None else round(units * _MILLI)


def _table(part: Part, rows: list[dict[str, Any]]) -> pa.Table:
    types = {
        Unit.QUANTITY: pa.int64(), Unit.COUNT: pa.int64(), Unit.PRODUCT: pa.int32(), Unit.STORE: pa.int32(),
        Unit.GROUP: pa.int32(), Unit.DAY: pa.date32(), Unit.WORD: pa.string(),
    }  # fmt: skip
    return pa.table({
        each.name: pa.array([row.get(each.name) for row in rows], type=types.get(each.unit, pa.float64()))
        for each in part.columns
    })  # fmt: skip


_PRODUCT = Column("product", Unit.PRODUCT, _("Product"))
_STORE = Column("store", Unit.STORE, _("Store"))
_EXPECTED = Column("expected", Unit.QUANTITY, _("Expected"), _("units in the next weeks together"))
_LOW = Column("low", Unit.QUANTITY, _("At least"), _("with less in one case of ten"))
_HIGH = Column("high", Unit.QUANTITY, _("At most"), _("with more in one case of ten"))

REPORT = Report(
    key="demand",
    question=_("What should I order?"),
    title=_("Demand and reorder"),
    definition=_(
        "Of the products with the highest net sales of the last 52 weeks, in each store that sold them (of very many "
        "stores fewer products: 5,000 rows at most): units sold in each week (seven days, counted back from the day "
        "asked about, whatever dates are chosen), to known and unknown customers, "
        "returns left out; what is expected to be sold in the next weeks (IMAPA), and where four of five such sums "
        "lie, by how far off the same forecast was before. Days of cover: the stock over what is expected of a day. "
        "Suggested is what the stock lacks of the upper end, in whole units. Driven by: the group that buys more of it "
        "than of everything else in the store, by the largest factor, with at least 5 buyers."
    ),
    parts=(
        Part(
            name="query",
            title=_("What to order, and for how long the stock lasts"),
            columns=(
                _PRODUCT,
                _STORE,
                Column("reorder", Unit.QUANTITY, _("Suggested order"), _("at most, less stock")),
                Column("on_hand", Unit.QUANTITY, _("Stock"), _("units on hand")),
                Column("cover_days", Unit.AVERAGE_DAYS, _("Days of cover"), _("stock / units expected of a day")),
                _HIGH,
                _EXPECTED,
                _LOW,
                Column("weekly", Unit.NUMBER, _("Per week"), _("units in a week, since the first within 52")),
                Column("sold", Unit.QUANTITY, _("Sold"), _("units in the last 52 weeks")),
                Column("pace", Unit.WORD, _("Sells"), _("now and then: not in three weeks of four"), words=_PACES),
                Column("anonymous_share", Unit.SHARE, _("Unknown buyers"), _("share of the units without a customer")),
                Column("driver", Unit.GROUP, _("Driven by"), _("group that buys it most above its usual share")),
                Column("driver_share", Unit.SHARE, _("Their share"), _("of known buyers' units"), of="driver_buyers"),
                Column("driver_buyers", Unit.COUNT, _("Buyers"), _("of that group")),
            ),
            ranked="reorder",
            note=_("What should be ordered comes first, of that what runs out first."),
        ),
        Part(
            name="products",
            title=_("What is expected of the products that sell most, in all of their stores"),
            columns=(
                _PRODUCT,
                _STORE,
                _EXPECTED,
                _LOW,
                _HIGH,
            ),
            chart=Chart(Mark.RANKED, x="expected", y="product", colour="store", most=5_000),
        ),
        Part(
            name="course",
            title=_("All of them together, week by week"),
            columns=(
                Column("week", Unit.DAY, _("Week from")),
                Column("which", Unit.WORD, _("Which"), words={"sold": _("Sold"), "expected": _("Expected")}),
                Column("units", Unit.QUANTITY, _("Units")),
                Column("low", Unit.QUANTITY, _("At least"), _("a week's part of the sum of all weeks to come")),
                Column("high", Unit.QUANTITY, _("At most"), _("a week's part of the sum of all weeks to come")),
            ),
            chart=Chart(Mark.AREA, x="week", y="units", colour="which", low="low", high="high"),
        ),
        Part(
            name="trial",
            title=_("What would have been foretold so many weeks ago"),
            columns=(
                Column("weeks", Unit.COUNT, _("Weeks")),
                Column("series", Unit.COUNT, _("Products in stores")),
                Column("tried", Unit.COUNT, _("Of them tried"), _("sold for long enough by then")),
                Column("before", Unit.QUANTITY, _("Foretold"), _("units")),
                Column("came", Unit.QUANTITY, _("Came"), _("units")),
                Column("off", Unit.SHARE, _("Off by"), _("the sum of all differences / what came"), of="tried"),
            ),
        ),
    ),
    finding=_finding,
    theme="products",
    parameters=(
        Parameter("top", _("How many products"), 20, least=1, most=5_000),
        Parameter("weeks", _("Weeks ahead"), 4, least=1, most=26),
    ),
    computed=_computed,
    needs=frozenset({Needs.STOCK, Needs.GROUPS}),
    is_long=True,
    compares=False,
)  # fmt: skip
