"""Something is brought back and something else taken, in one step: the return pays the sale as far as it goes."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from regulars.access.rules import Actor
from regulars.checkout.answers import SaleAnswer
from regulars.checkout.asking import Finalising, exchanging_read
from regulars.checkout.finalising import Finalised, finalised, left_to_pay, names_of
from regulars.checkout.linking import Scene
from regulars.checkout.paying import money_back
from regulars.checkout.quoting import basket_opened
from regulars.checkout.returning import return_draft
from regulars.checkout.services import Returning, sale_returned
from regulars.core.money import currency_places
from regulars.sales.selectors import business_get, sale_find, sale_heads
from regulars.storage.writing import LockSpace, alone, names_lock


class Exchanged(NamedTuple):
    """The return and the sale of an exchange."""

    returned: SaleAnswer
    sold: Finalised


def basket_exchange(
    asked: Finalising,
    *,
    sale: str,
    quantities: Mapping[int, int] | None = None,
    return_uid: UUID,
    refund_to: str = "",
    actor: Actor,
    at: datetime,
) -> Exchanged:
    """The sale of that number or id is brought back as by `sale_return`, and the basket sold as by `basket_finalise`.

    What goes back as money pays the basket first, as a payment "exchange" of both; what is left of it goes back, and
    what is left to pay is paid as `asked` tells. The same ids again give the same answers. Raises what both raise.
    """
    actor.require("sales.record")
    actor.require("offers.see")
    scene = Scene(business_get(), actor, at)
    # The customers of two sales are locked one after the other.
    with alone():
        head = sale_find(sale, visible_to=actor)
        names_lock([*names_of(asked), str(head.uid), str(return_uid)], space=LockSpace.SALES_AND_CONTACTS)
        exchanged = 0
        if return_uid not in sale_heads([return_uid]):
            back = return_draft(head, quantities=quantities, uid=return_uid, at=at, refund_to=refund_to)
            opened = basket_opened(asked.ask, actor=actor, at=at, business=scene.business)
            exchanged = max(0, min(money_back(back.payments), left_to_pay(opened, asked.paying)))
        # The return comes first, so that what it gives back can be spent.
        returned = sale_returned(sale, Returning(quantities, refund_to, exchanged), return_uid, scene)
        return Exchanged(returned, finalised(asked, scene, exchanged=exchanged))


def basket_exchange_told(payload: object, *, actor: Actor, at: datetime) -> Exchanged:
    """The same of what JSON tells (docs/reference/basket.md)."""
    actor.require("sales.record")
    business = business_get()
    told = exchanging_read(payload, places=currency_places(business.currency), country=business.country)
    return basket_exchange(
        told.sells, sale=told.sale, quantities=told.quantities, return_uid=told.return_uid, refund_to=told.refund_to,
        actor=actor, at=at,
    )  # fmt: skip
