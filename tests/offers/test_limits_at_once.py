"""Tills that reach a limit at once: so many get it as there are left, the others are told, nothing is counted twice."""

import pytest

from regulars.offers.errors import LimitReached
from regulars.offers.giving import coupon_make, offer_give
from regulars.offers.models import Coupon, Grant, Offer, OfferTally, OfferUse
from tests import cast
from tests.faults.crowd import in_processes, together
from tests.offers.selling import DAY, live, quoted, release, take

CLIENTS = 8
CROWDS = pytest.mark.parametrize("crowd", [together, in_processes])


@pytest.fixture(autouse=True)
def shop(transactional_db):
    """The business with its two stores, seen by other threads and processes."""
    return cast.shop_open()


def at_once(crowd, quote, customer=None):
    """What became of so many sales with that quote: taken, or the sentence of the refusal."""

    def act(n):
        try:
            take(n, customer, quote=quote)
        except LimitReached as error:
            return str(error)
        return "taken"

    return sorted(crowd([lambda n=n: act(n) for n in range(1, CLIENTS + 1)]))


@CROWDS
def test_an_offer_with_three_left_is_taken_three_times(crowd):
    made = live(in_all=3)
    answered = at_once(crowd, quoted())
    sentence = '"Ten" has just been used up; quote again for the price without it.'
    assert answered == [sentence] * (CLIENTS - 3) + ["taken"] * 3
    assert (Offer.objects.get(id=made).used, OfferUse.objects.count()) == (3, 3)


@CROWDS
def test_a_customer_at_eight_tills_uses_it_twice(crowd):
    anna = cast.person("Anna")
    live(per_customer=2)
    live("Five", 5_000, per_customer=5)
    answered = at_once(crowd, quoted(anna), anna)
    sentence = '"Ten" has just been used up by this customer; quote again for the price without it.'
    assert answered == [sentence] * (CLIENTS - 2) + ["taken"] * 2
    # What was refused for one offer took nothing of the other.
    assert list(OfferTally.objects.order_by("offer").values_list("used", flat=True)) == [2, 2]
    assert OfferUse.objects.count() == 4


@CROWDS
def test_a_code_for_one_sale_is_for_one(crowd):
    coupon_make(live(needs_code=True), "ONCE", most_uses=1, actor=cast.OPERATOR, at=cast.NOW)
    answered = at_once(crowd, quoted(codes=["once"]))
    assert answered.count("taken") == 1
    assert (Coupon.objects.get().used, OfferUse.objects.count()) == (1, 1)


@CROWDS
def test_a_gift_is_used_once(crowd):
    anna = cast.person("Anna")
    made = live(needs_grant=True)
    offer_give(made, [anna], until=None, actor=cast.OPERATOR, at=cast.NOW, today=DAY)
    answered = at_once(crowd, quoted(anna), anna)
    assert answered.count("taken") == 1
    assert (Grant.objects.get().is_used, OfferUse.objects.count()) == (True, 1)


@CROWDS
def test_releases_and_uses_at_once_leave_what_is_used(crowd):
    made = live(in_all=100, per_customer=100)
    anna = cast.person("Anna")
    quote = quoted(anna)
    for n in range(20, 24):
        take(n, anna, quote=quote)
    acts = [lambda n=n: take(n, anna, quote=quote) for n in range(1, 5)]
    acts += [lambda n=n: release(n, n + 1) for n in (20, 20, 22, 22)]
    assert crowd(acts) == [None] * 8
    assert OfferUse.objects.filter(is_released=False).count() == 4
    assert (Offer.objects.get(id=made).used, OfferTally.objects.get().used) == (4, 4)


@CROWDS
def test_the_same_sale_from_eight_tills_takes_once(crowd):
    made = live(in_all=100)
    quote = quoted()
    answered = crowd([lambda: take(1, quote=quote)] * CLIENTS)
    assert [each for each in answered if each is not None and "IntegrityError" not in repr(each)] == []
    assert (Offer.objects.get(id=made).used, OfferUse.objects.count()) == (1, 1)
