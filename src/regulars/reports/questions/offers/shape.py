"""What offers were used for, what they cost, and what they did, measured against those they were held back from."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from regulars.core.text import marked as _
from regulars.offers.engine.lifting import Interval, Sample, lift_of
from regulars.reports.ruling import is_text, measured
from regulars.reports.shape import Answered, Chart, Column, Mark, Needs, Part, Report, Unit, Words

if TYPE_CHECKING:
    import pyarrow as pa

# As query.sql halves an amount: 262144 * high + low.
_HALF = 262_144
_USES = ("uses", "customers", "discount", "net", "net_of_users")


def _lifted(tables: "Mapping[str, pa.Table]", _bound: Mapping[str, Any]) -> "Mapping[str, pa.Table]":
    """The sums of both sides become what the offer does."""
    import pyarrow as pa  # noqa: PLC0415  (loaded by whoever asks, not by every command)

    table = tables["query"]
    rows = [_row(row) for row in table.to_pylist()]
    kinds = {
        name: pa.int64() if name in {"offered", "held_out"} else pa.float64()
        for name in ("offered", "offered_each", "held_out", "held_out_each", "difference", "difference_low",
                     "difference_high", "lift", "lift_low", "lift_high")
    }  # fmt: skip
    told = {name: pa.array([row[name] for row in rows], kind) for name, kind in kinds.items()}
    return {**tables, "query": pa.table({"offer": table["offer"], **{n: table[n] for n in _USES}, **told})}


def _row(row: Mapping[str, Any]) -> dict[str, float | int | None]:
    offered, held = _sample(row, "offered", row["offered"]), _sample(row, "held", row["held_out"])
    told: dict[str, float | int | None] = {
        # Who could have it is known only of an offer that is held back from some.
        "offered": row["offered"],
        "offered_each": offered.mean if offered.size else None,
        "held_out": row["held_out"],
        "held_out_each": held.mean if held.size else None,
        "difference": None,
        "lift": None,
        **_ends("difference", None),
        **_ends("lift", None),
    }
    if not (offered.size and held.size):
        return told
    lift = lift_of(offered, held)
    told |= {"difference": lift.difference, "lift": lift.share}
    return told | _ends("difference", lift.difference_within) | _ends("lift", lift.share_within)


def _sample(row: Mapping[str, Any], side: str, size: int | None) -> Sample:
    if not size:
        return Sample(0, 0, 0)
    squares = (
        row[f"{side}_high"] * _HALF * _HALF + 2 * row[f"{side}_cross"] * _HALF + row[f"{side}_low"]
    )  # (high * 262144 + low) squared, summed
    return Sample(size, row[f"{side}_net"], squares)


def _ends(name: str, within: Interval | None) -> dict[str, float | int | None]:
    return {f"{name}_low": within.low if within else None, f"{name}_high": within.high if within else None}


def _finding(answered: Answered, words: Words) -> str:
    rows = answered["query"]
    if not rows:
        return words.text(_("No offer was used or measured in this span."))
    proven = [row for row in rows if row["lift_low"] is not None and row["lift_low"] > 0]
    if proven:
        best = max(proven, key=lambda row: row["lift"])
        told = words.text(
            _(
                "%(offer)s works: customers who could have it spent %(lift)s more (%(low)s to %(high)s) than those "
                "held out."
            )
        )
        return told % {
            "offer": best["offer"],
            "lift": words.share(best["lift"]),
            "low": words.share(best["lift_low"]),
            "high": words.share(best["lift_high"]),
        }
    told = words.text(
        _("%(offer)s was used most, %(uses)s times for %(discount)s off; no offer's effect is beyond doubt.")
    )
    first = rows[0]
    return told % {
        "offer": first["offer"],
        "uses": words.number(first["uses"]),
        "discount": words.money(first["discount"]),
    }


def _users(row: Mapping[str, Any]) -> str | None:
    named = is_text("offer", row["offer"])
    return f"{measured(row, 'orders', named)} >= 1" if named and row["uses"] else None


REPORT = Report(
    key="offers",
    question=_("Do our offers pay?"),
    title=_("Offer results"),
    definition=_(
        "Uses of each offer in the span, without those released by a return or a void: how often, by how many "
        "customers, what they took off, and the net sales of the sales they were used in. Net of users: all that those "
        "customers bought in the span, less returns. Where an offer is held back from some, the effect: net sales of "
        "each customer who could have it, whether or not they used it, from the day they could (within the span), "
        "against the same of those held out. The interval of the difference is Welch's, that of the lift Fieller's, "
        "both of 95 %."
    ),
    parts=(
        Part(
            name="query",
            title=_("Offers, the most used first"),
            columns=(
                Column("offer", Unit.TEXT, _("Offer")),
                Column("uses", Unit.COUNT, _("Uses")),
                Column("customers", Unit.COUNT, _("Customers"), _("who used it")),
                Column("discount", Unit.MONEY, _("Taken off")),
                Column("net", Unit.MONEY, _("Net with it"), _("of the sales it was used in")),
                Column("net_of_users", Unit.MONEY, _("Net of users"), _("all they bought, less returns")),
                Column("offered", Unit.COUNT, _("Could have it"), _("of an offer that is held back from some")),
                Column("offered_each", Unit.CURRENCY, _("Spent each"), _("of those who could"), of="offered"),
                Column("held_out", Unit.COUNT, _("Held out")),
                Column("held_out_each", Unit.CURRENCY, _("Spent each, held out"), of="held_out"),
                Column("difference", Unit.CURRENCY, _("Difference"), _("for each customer"), of="held_out"),
                Column("difference_low", Unit.CURRENCY, _("Difference, from"), _("95 % interval"), of="held_out"),
                Column("difference_high", Unit.CURRENCY, _("Difference, to"), of="held_out"),
                Column("lift", Unit.SHARE, _("Lift"), _("difference / spent each, held out"), of="held_out"),
                Column("lift_low", Unit.SHARE, _("Lift, from"), _("95 % interval"), of="held_out"),
                Column("lift_high", Unit.SHARE, _("Lift, to"), of="held_out"),
            ),
            chart=Chart(Mark.RANKED, x="uses", y="offer", most=20),
            drill=_users,
            note=_("Behind a row are those who used the offer."),
        ),
    ),
    finding=_finding,
    theme="loyalty",
    computed=_lifted,
    needs=frozenset({Needs.OFFERS}),
    rolled=frozenset(),
)  # fmt: skip
