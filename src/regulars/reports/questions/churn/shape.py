"""Who is probably lost or slipping away, and what hangs on it."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from regulars.core.text import marked as _
from regulars.reports.rfm import best_among, risk_milli
from regulars.reports.shape import Answered, Chart, Column, Mark, Parameter, Part, Report, Unit, Words

if TYPE_CHECKING:
    from regulars.reports.prediction.foretelling import Foretold

SOON, YEAR = 90, 365
_LEAST_REPEATING = 100
_MODELS = {"bg": _("BG/NBD"), "mbg": _("MBG/NBD"), "pareto": _("Pareto/NBD"), "": _("none")}
_WHICH = {"foretold": _("Foretold"), "came": _("Came")}


def _finding(answered: Answered, words: Words) -> str:
    if not answered["model"]:
        return words.text(_("No order of a known customer."))
    [model] = answered["model"]
    if not model["is_enough"]:
        told = words.text(
            _("%(repeating)s customers came back so far; at least %(least)s are needed to foretell who will.")
        )
        return told % {"repeating": words.number(model["repeating"]), "least": words.number(_LEAST_REPEATING)}
    told = words.text(
        _("%(many)s of the best customers are probably slipping away; %(money)s of a year's sales hang on them.")
        if model["at_risk"]
        else _("None of the best customers is probably slipping away.")
    )
    found = told % {"many": words.number(model["at_risk"]), "money": words.money(model["at_stake"])}
    if model["came"] is None:
        return found
    tested = words.text(
        _("Of the last %(days)s days, %(foretold)s orders were foretold from what was known before; %(came)s came.")
    )
    held = {"days": words.number(model["held_back"]), "foretold": words.number(round(model["foretold"]))}
    return f"{found} {tested % {**held, 'came': words.number(model['came'])}}"


def _computed(tables: Mapping[str, pa.Table], settings: Mapping[str, Any]) -> Mapping[str, pa.Table]:
    # Linear algebra and optimisation take a fifth of a second to load, which no other report needs.
    from regulars.reports.prediction.foretelling import foretold  # noqa: PLC0415

    asked = tables["query"]
    told = {name: asked[name].to_numpy() for name in asked.column_names if name != "last_order"}
    if not len(asked):
        return {part.name: _table(part, {}) for part in REPORT.parts}
    said = foretold(told, model=settings["model"], within=(SOON, YEAR))
    if said is None:
        model = {"model": [""], "is_enough": [False], "customers": [len(asked)]}
        model["repeating"] = [int((told["repeats"] > 0).sum())]
        return {part.name: _table(part, model if part.name == "model" else {}) for part in REPORT.parts}
    days = asked["last_order"].to_pylist()
    rows, many, at_stake = _at_risk(told, said, days, settings)
    calibration, totals = _calibration(told, said)
    columns = {
        "query": rows,
        "bands": _bands(told, said),
        "calibration": calibration,
        "model": {**_model(told, said), **totals, "at_risk": [many], "at_stake": [at_stake]},
    }
    return {part.name: _table(part, columns[part.name]) for part in REPORT.parts}


def _at_risk(
    told: Mapping[str, np.ndarray], said: "Foretold", days: list[date], settings: Mapping[str, Any]
) -> tuple[dict[str, Any], int, float]:
    """The rows, most at stake first; how many there are in all, and what hangs on them."""
    at_stake = said.at_stake(YEAR)
    # By the thousandths and fifths of the scores: the rule SLIPPING says the same of them.
    is_risky = risk_milli(said.alive) > 1000 - 10 * settings["limit"]
    chosen = np.flatnonzero(is_risky & best_among(told["spent"], settings["best"]))
    order = chosen[np.lexsort((told["customer"][chosen], -at_stake[chosen]))]
    shown = order[: settings["top"]]
    rows = {
        **{name: told[name][shown] for name in ("customer", "orders", "spent")},
        "last_order": [days[place] for place in shown],
        "alive": said.alive[shown],
        "orders_90": said.orders(SOON)[shown],
        "spent_90": said.spent(SOON)[shown],
        "orders_365": said.orders(YEAR)[shown],
        "spent_365": said.spent(YEAR)[shown],
        "at_stake": at_stake[shown],
    }
    return rows, len(chosen), float(at_stake[chosen].sum())


def _bands(told: Mapping[str, np.ndarray], said: "Foretold") -> dict[str, Any]:
    """All customers by the chance that they still are, in tenths, the surest last."""
    tenth = np.minimum((said.alive * 10).astype(np.intp), 9)

    def summed(values: np.ndarray) -> np.ndarray:
        return np.bincount(tenth, values, 10)

    customers = np.bincount(tenth, minlength=10)
    return {
        "band": [f"{10 * each} to {10 * each + 10} %" for each in range(10)],
        "customers": customers,
        "share": customers / len(tenth),
        "all_customers": [len(tenth)] * 10,
        "spent": np.rint(summed(told["spent"])).astype(np.int64),
        "orders_90": summed(said.orders(SOON)),
        "spent_90": summed(said.spent(SOON)),
        "orders_365": summed(said.orders(YEAR)),
        "spent_365": summed(said.spent(YEAR)),
        "at_stake": summed(said.at_stake(YEAR)),
    }


def _calibration(told: Mapping[str, np.ndarray], said: "Foretold") -> tuple[dict[str, Any], dict[str, Any]]:
    """The rows by repeats before, foretold and real one below the other; and the totals."""
    from regulars.reports.prediction.calibrating import MOST_REPEATS  # noqa: PLC0415
    from regulars.reports.prediction.foretelling import calibrated  # noqa: PLC0415

    rows = calibrated(told, model=said.fit.name)
    named = [f"{each.repeats}+" if each.repeats == MOST_REPEATS else str(each.repeats) for each in rows]
    orders = [figure for each in rows for figure in (each.predicted, each.actual)]
    customers = [each.customers for each in rows for _way in _WHICH]
    columns = {
        "repeats": [name for name in named for _way in _WHICH],
        "which": list(_WHICH) * len(rows),
        "customers": customers,
        "orders": orders,
        "orders_each": [figure / many for figure, many in zip(orders, customers, strict=True)],
    }
    totals = {
        "held_back": [int(told["held_back"][0])],
        "foretold": [sum(each.predicted for each in rows) if rows else None],
        "came": [round(sum(each.actual for each in rows)) if rows else None],
    }
    return columns, totals


def _model(told: Mapping[str, np.ndarray], said: "Foretold") -> dict[str, Any]:
    from regulars.reports.prediction.foretelling import parameters_told  # noqa: PLC0415

    spending = said.spending.model
    return {
        "model": [said.fit.name],
        "is_enough": [True],
        "customers": [len(told["customer"])],
        "repeating": [int((told["repeats"] > 0).sum())],
        "parameters": [parameters_told(said.fit.model)],
        "log_likelihood": [said.fit.found.log_likelihood],
        "is_converged": [said.fit.found.is_converged],
        "spending": [parameters_told(spending) if spending is not None else ""],
    }


def _table(part: Part, columns: Mapping[str, Any]) -> pa.Table:
    """The part with these columns; unknown where they are not given."""
    types = {
        Unit.MONEY: pa.int64(), Unit.COUNT: pa.int64(), Unit.DAYS: pa.int64(), Unit.CUSTOMER: pa.int64(),
        Unit.DAY: pa.date32(), Unit.TEXT: pa.string(), Unit.WORD: pa.string(), Unit.YES: pa.bool_(),
    }  # fmt: skip
    rows = max((len(values) for values in columns.values()), default=0)
    return pa.table({
        each.name: pa.array(columns.get(each.name, [None] * rows), type=types.get(each.unit, pa.float64()))
        for each in part.columns
    })  # fmt: skip


_FORETOLD = (
    Column("orders_90", Unit.NUMBER, _("Orders, 90 days"), _("days with an order expected in the next 90")),
    Column("spent_90", Unit.CURRENCY, _("Sales, 90 days"), _("what they are expected to bring")),
    Column("orders_365", Unit.NUMBER, _("Orders, 365 days"), _("days with an order expected in the next 365")),
    Column("spent_365", Unit.CURRENCY, _("Sales, 365 days"), _("what they are expected to bring")),
    Column(
        "at_stake", Unit.CURRENCY, _("At stake"),
        _("what 365 days would bring more if they surely were customers still"),
    ),
)  # fmt: skip

REPORT = Report(
    key="churn",
    question=_("Who is slipping away?"),
    title=_("At risk"),
    definition=_(
        "From each known customer's orders up to the day asked about (whatever dates are chosen), several on one day "
        "counted as one: the chance that they still are a customer, and the orders expected (BG/NBD, MBG/NBD or "
        "Pareto/NBD by maximum likelihood; unless one is chosen, the likeliest) and what an order of theirs is worth "
        "(gamma-gamma, over the days they came back on; returns are not foretold). Shown are the best customers by net "
        "sales so far whose chance is below the limit. At stake is what the next 365 days would bring more if they "
        "surely were customers still. Beside it, what the same model foretold of the last days when it did not know "
        "them. Below 100 customers who came back nothing is foretold."
    ),
    parts=(
        Part(
            name="query",
            title=_("Best customers who are slipping away"),
            columns=(
                Column("customer", Unit.CUSTOMER, _("Customer")),
                Column("orders", Unit.COUNT, _("Orders")),
                Column("spent", Unit.MONEY, _("Spent"), _("net sales so far")),
                Column("last_order", Unit.DAY, _("Last order")),
                Column("alive", Unit.SHARE, _("Still a customer"), _("the chance that they are")),
                *_FORETOLD,
            ),
            chart=Chart(Mark.RANKED, x="at_stake", y="customer", most=20),
        ),
        Part(
            name="bands",
            title=_("All customers by the chance that they still are"),
            columns=(
                Column("band", Unit.TEXT, _("Still a customer"), _("the chance")),
                Column("customers", Unit.COUNT, _("Customers")),
                Column("share", Unit.SHARE, _("Share"), _("customers / all customers"), of="all_customers"),
                Column("all_customers", Unit.COUNT, _("All customers")),
                Column("spent", Unit.MONEY, _("Spent"), _("net sales so far")),
                *_FORETOLD,
            ),
            chart=Chart(Mark.BARS, x="band", y="customers"),
        ),
        Part(
            name="calibration",
            title=_("Foretold and come, of the days held back"),
            columns=(
                Column("repeats", Unit.TEXT, _("Repeats before"), _("days with an order after the first")),
                Column("which", Unit.WORD, _("Which"), words=_WHICH),
                Column("customers", Unit.COUNT, _("Customers")),
                Column("orders", Unit.NUMBER, _("Orders"), _("days with an order, in the days held back")),
                Column("orders_each", Unit.NUMBER, _("Orders each"), _("orders / customers"), of="customers"),
            ),
            chart=Chart(Mark.LINES, x="repeats", y="orders_each", colour="which"),
            note=_("The nearer the two lines, the more the figures above can be believed."),
        ),
        Part(
            name="model",
            title=_("The model"),
            columns=(
                Column("model", Unit.WORD, _("Model"), words=_MODELS),
                Column("is_enough", Unit.YES, _("Enough data"), _("at least 100 customers came back")),
                Column("customers", Unit.COUNT, _("Customers")),
                Column("repeating", Unit.COUNT, _("Came back"), _("customers with orders on two days or more")),
                Column("parameters", Unit.TEXT, _("Parameters"), _("of orders; times in days")),
                Column("log_likelihood", Unit.NUMBER, _("Log-likelihood"), _("of the orders")),
                Column("is_converged", Unit.YES, _("Converged"), _("no parameters near these are likelier")),
                Column("spending", Unit.TEXT, _("Parameters of spending"), _("money in minor units")),
                Column("held_back", Unit.DAYS, _("Days held back")),
                Column("foretold", Unit.NUMBER, _("Foretold"), _("orders in the days held back")),
                Column("came", Unit.COUNT, _("Came"), _("orders in the days held back")),
                Column("at_risk", Unit.COUNT, _("At risk"), _("best customers below the limit, also those not shown")),
                Column("at_stake", Unit.CURRENCY, _("At stake"), _("with all of them")),
            ),
        ),
    ),
    finding=_finding,
    theme="customers",
    parameters=(
        Parameter(
            "model", _("Model"), "best", kind="choice",
            choices={"best": _("the likeliest"), **{key: name for key, name in _MODELS.items() if key}},
        ),
        Parameter("limit", _("Chance below, in percent"), 50, least=1, most=100),
        Parameter("best", _("Best customers, in percent"), 20, least=1, most=100),
        Parameter("held_back", _("Days held back"), 180, least=7, most=1_000),
        Parameter("top", _("How many are shown"), 500, least=1),
    ),
    computed=_computed,
    is_long=True,
    compares=False,
)  # fmt: skip
