"""A return made from the sale it takes back: its lines and amounts, in proportion and to the cent."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from regulars.access.rules import Actor
from regulars.checkout.paying import Back, refund
from regulars.checkout.tracing import trace_of
from regulars.core.money import divided_half_up, milli_text
from regulars.sales.drafts import LineDraft, SaleDraft
from regulars.sales.errors import CannotReturn
from regulars.sales.rules import product_key, sums_of
from regulars.sales.selectors import (
    SaleHead,
    drafts_stored,
    returned_lines,
    returned_payments,
    returns_count,
    sale_find,
)


def return_draft(
    head: SaleHead, *, quantities: Mapping[int, int] | None, uid: UUID, at: datetime, refund_to: str = ""
) -> SaleDraft:
    """The return of a stored sale. Eight queries. Raises CannotReturn.

    What was paid with points comes back as points, and so on: `refund_to` is another way for what was paid with money.
    """
    sale = drafts_stored([head.id])[head.uid]
    _require_returnable(sale)
    taken = _taken_by_place(sale, returned_lines(sale.uid))
    wanted = _wanted(sale, taken) if quantities is None else quantities
    _require_left(sale, taken, wanted)
    lines = tuple(
        _returned_line(sale.lines[place - 1], taken[place], quantity)._replace(returns_line=place)
        for place, quantity in sorted(wanted.items())
        if quantity
    )
    if not lines:
        is_left = any(_wanted(sale, taken).values())
        reason = "say how much of which line comes back" if is_left else "nothing is left to bring back"
        raise CannotReturn(number=sale.number, reason=reason)
    return SaleDraft(
        uid=uid,
        number=f"{sale.number[:56]}-R{returns_count(sale.uid) + 1}",
        sold_at=at,
        store=sale.store,
        register=sale.register,
        channel=sale.channel,
        kind="return",
        returns=sale.uid,
        lines=lines,
        payments=refund(
            sale,
            trace_of(head.id).points,
            returned_payments(sale.uid),
            Back(-sums_of(lines).total, {place: taken[place] + wanted.get(place, 0) for place in taken}),
            to=refund_to,
        ),
    )


def lines_left(name: str, *, visible_to: Actor) -> dict[int, int]:
    """What may still be brought back of the sale of that number or id: thousandths by place on its receipt.

    Empty for a return and for a voided sale. Seven queries at most. Raises Forbidden, SaleUnknown, SaleAmbiguous.
    """
    head = sale_find(name, visible_to=visible_to)
    sale = drafts_stored([head.id])[head.uid]
    if sale.kind == "return" or sale.status == "voided":
        return {}
    return _wanted(sale, _taken_by_place(sale, returned_lines(sale.uid)))


def return_preview(
    name: str, *, quantities: Mapping[int, int], refund_to: str = "", actor: Actor, at: datetime
) -> SaleDraft:
    """The return that these quantities would make; nothing is stored.

    Raises Forbidden, SaleUnknown, SaleAmbiguous, CannotReturn.
    """
    actor.require("sales.record")
    head = sale_find(name, visible_to=actor)
    return return_draft(head, quantities=quantities, uid=UUID(int=0), at=at, refund_to=refund_to)


def _require_returnable(sale: SaleDraft) -> None:
    if sale.kind == "return":
        raise CannotReturn(number=sale.number, reason="it is a return itself")
    if sale.status == "voided":
        raise CannotReturn(number=sale.number, reason="it was voided")


def _taken_by_place(sale: SaleDraft, returned: Sequence[tuple[int, str, int]]) -> dict[int, int]:
    """Thousandths brought back so far by place on the receipt; where no place was told, from the first line on."""
    left = {place: line.quantity_milli for place, line in enumerate(sale.lines, 1)}
    keys = {place: product_key(line.sku, line.name) for place, line in enumerate(sale.lines, 1)}
    for told, key, quantity in sorted(returned, key=lambda each: each[0] == 0):
        rest = quantity
        for place in [told, *keys]:
            if keys.get(place) == key:
                part = min(rest, left[place])
                left[place] -= part
                rest -= part
    return {place: line.quantity_milli - left[place] for place, line in enumerate(sale.lines, 1)}


def _wanted(sale: SaleDraft, taken: Mapping[int, int]) -> dict[int, int]:
    return {place: line.quantity_milli - taken[place] for place, line in enumerate(sale.lines, 1)}


def _require_left(sale: SaleDraft, taken: Mapping[int, int], wanted: Mapping[int, int]) -> None:
    for place, quantity in wanted.items():
        if place not in taken:
            raise CannotReturn(number=sale.number, reason=f"it has no line {place}, only 1 to {len(sale.lines)}")
        left = sale.lines[place - 1].quantity_milli - taken[place]
        if not 0 <= quantity <= left:
            reason = f"line {place} has {milli_text(left)} left to bring back, not {milli_text(quantity)}"
            raise CannotReturn(number=sale.number, reason=reason)


def _returned_line(line: LineDraft, taken: int, quantity: int) -> LineDraft:
    """The part of a line, below zero: what `taken + quantity` is worth less what `taken` was, so parts add up."""

    def part(amount: int) -> int:
        after = divided_half_up(amount * (taken + quantity), line.quantity_milli)
        return divided_half_up(amount * taken, line.quantity_milli) - after

    return line._replace(quantity_milli=-quantity, discount=part(line.discount), tax=part(line.tax), net=part(line.net))
