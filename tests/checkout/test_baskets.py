"""A basket is kept while it is open, parked, taken up elsewhere, dropped, and gone once it is sold."""

import pytest

from regulars.access.rules import Actor
from regulars.checkout.baskets import (
    basket_drop,
    basket_get,
    basket_park,
    basket_save,
    basket_take,
    baskets_waiting,
)
from regulars.checkout.errors import BasketElsewhere, BasketSold, BasketUnknown
from regulars.core.errors import Forbidden
from regulars.sales.errors import StoreUnknown
from tests import cast
from tests.checkout.counter import TILL, basket, bought, quoted, sold, stocked

pytestmark = pytest.mark.usefixtures("shop")
UID = cast.uid(1)
BY = {"actor": TILL, "at": cast.NOW}


@pytest.fixture(autouse=True)
def _stocked(shop):
    stocked()


def kept(uid=UID, **more):
    return basket_save(uid, {**basket(bought("MUG")), **more}, shown=quoted(bought("MUG")), **BY)


def waiting(register=None):
    return [(each.uid, each.state, each.register) for each in waiting_all(register)]


def waiting_all(register=None):
    return baskets_waiting(cast.WESTLANDS, register=register, visible_to=TILL)


def refused(kind, act):
    before = cast.everything()
    with pytest.raises(kind) as refusal:
        act()
    assert cast.everything() == before
    return str(refusal.value)


def test_a_basket_survives_with_what_was_shown():
    shown = kept()
    assert basket_get(UID, visible_to=TILL) == shown
    assert (shown.state, shown.register, shown.store, shown.shown["total"]) == ("open", "T1", cast.WESTLANDS, "900.00")
    assert shown.form == basket(bought("MUG"))
    kept(lines=[bought("LATTE")], paying={"points": 5})
    assert basket_get(UID, visible_to=TILL).form["paying"] == {"points": 5}
    assert waiting() == [(UID, "open", "T1")]


def test_a_parked_basket_is_taken_up_by_the_first_who_wants_it():
    kept()
    assert refused(BasketElsewhere, lambda: basket_take(UID, register="T2", **BY)) == (
        "This basket is open on T1; park it there before it is taken up here."
    )
    basket_park(UID, register="T1", title="Anna, back in ten", **BY)
    assert waiting("T2") == [(UID, "parked", "")]
    taken = basket_take(UID, register="T2", **BY)
    assert (taken.state, taken.register, taken.form["register"], taken.title) == (
        "open",
        "T2",
        "T2",
        "Anna, back in ten",
    )
    refused(BasketElsewhere, lambda: basket_take(UID, register="T1", **BY))
    refused(BasketElsewhere, kept)
    assert waiting("T1") == []
    assert basket_take(UID, register="T2", **BY).register == "T2"


def test_a_basket_that_was_sold_is_not_opened_again():
    kept()
    sold(1, basket(bought("MUG")), "900.00")
    assert waiting() == []
    for act in (kept, lambda: basket_park(UID, register="T1", **BY), lambda: basket_take(UID, register="T1", **BY)):
        assert refused(BasketSold, act) == "This basket was sold already, as R901-00001; begin another."


def test_a_dropped_basket_waits_no_longer():
    kept()
    basket_drop(UID, register="T1", **BY)
    assert waiting() == []
    assert basket_get(UID, visible_to=TILL).form == {}
    refused(BasketUnknown, lambda: basket_take(UID, register="T1", **BY))
    refused(BasketUnknown, lambda: basket_park(UID, register="T1", **BY))


def test_a_basket_open_on_one_register_is_neither_parked_nor_dropped_from_another():
    kept()
    told = "This basket is open on T1; park it there before it is taken up here."
    for act in (basket_park, basket_drop):
        assert refused(BasketElsewhere, lambda act=act: act(UID, register="T2", **BY)) == told
    assert waiting() == [(UID, "open", "T1")]
    # Once it is parked it is nobody's, and whoever finds it may drop it.
    basket_park(UID, register="T1", **BY)
    basket_drop(UID, register="T2", **BY)
    assert waiting() == []


def test_what_is_not_there_or_out_of_reach_is_unknown():
    kept()
    karen = Actor(key="t", name="till", role=TILL.role, stores=frozenset({cast.store(cast.KAREN).id}))
    refused(BasketUnknown, lambda: basket_get(cast.uid(9), visible_to=TILL))
    refused(BasketUnknown, lambda: basket_get(UID, visible_to=karen))
    refused(StoreUnknown, lambda: baskets_waiting(cast.WESTLANDS, visible_to=karen))
    refused(BasketUnknown, lambda: basket_park(UID, register="T1", actor=karen, at=cast.NOW))
    refused(StoreUnknown, lambda: kept(store="Nowhere"))
    refused(Forbidden, lambda: basket_get(UID, visible_to=cast.GUEST))


def test_a_basket_of_one_store_is_not_saved_from_another():
    kept()
    refused(BasketUnknown, lambda: kept(store=cast.KAREN))
