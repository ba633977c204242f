"""Counts of uses are held against the uses, and what is wrong with them is told."""

import pytest

from regulars.offers.giving import coupon_make, offer_give
from regulars.offers.models import Coupon, Grant, Offer, OfferTally
from regulars.offers.verifying import differences
from tests import cast
from tests.offers.selling import DAY, live, quoted, release, take

pytestmark = pytest.mark.usefixtures("shop")


@pytest.fixture
def anna():
    """Somebody who used every kind of limit: two sales, one taken back."""
    anna = cast.person("Anna")
    coded, given = live("Coded", per_customer=3, in_all=9, needs_code=True), live("Given", needs_grant=True)
    coupon_make(coded, "SPRING", most_uses=2, actor=cast.OPERATOR, at=cast.NOW)
    offer_give(given, [anna], until=None, today=DAY, actor=cast.OPERATOR, at=cast.NOW)
    take(1, anna, quote=quoted(anna, codes=["SPRING"]))
    take(2, anna, quote=quoted(anna, codes=["SPRING"]))
    release(2)
    return anna


def test_counts_that_are_right_say_nothing(anna):
    assert list(differences()) == []
    assert Offer.objects.get(name="Coded").used == Coupon.objects.get().used == OfferTally.objects.get().used == 1
    assert Grant.objects.get().is_used


@pytest.mark.parametrize(
    ("spoil", "subject", "finding"),
    [
        (lambda: Offer.objects.filter(name="Coded").update(used=2), 'offer "Coded"', "2 uses are counted, there are 1"),
        (lambda: Coupon.objects.update(used=0), "code SPRING", "0 uses are counted, there are 1"),
        (lambda: OfferTally.objects.update(used=3), 'offer "Coded", customer ', "3 uses are counted, there are 1"),
        (lambda: OfferTally.objects.all().delete(), 'offer "Coded", customer ', "0 uses are counted, there are 1"),
        (lambda: Grant.objects.update(is_used=False), 'offer "Given" given to customer ', "is used and not kept as such"),
    ],
)  # fmt: skip
def test_a_count_that_is_wrong_is_told(anna, spoil, subject, finding):
    spoil()
    named = f"{subject}{anna}" if subject.endswith("customer ") else subject
    assert [tuple(each) for each in differences()] == [(named, finding)]


def test_a_gift_kept_as_used_that_nothing_uses_is_told(anna):
    release(1)
    Grant.objects.update(is_used=True)
    assert [tuple(each) for each in differences()] == [
        (f'offer "Given" given to customer {anna}', "is kept as used and is not")
    ]
