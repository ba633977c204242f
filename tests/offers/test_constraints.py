"""The database refuses offers, books, codes and uses that cannot be."""

import pytest
from django.db import IntegrityError, connection, transaction

from regulars.customers.models import Customer
from regulars.groups.models import Group
from regulars.offers.models import (
    Coupon,
    EntryAct,
    Grant,
    Offer,
    OfferTally,
    OfferUse,
    PriceBook,
    PriceBookEntry,
    PriceBookUse,
)
from tests import cast
from tests.offers.selling import DAY, days


def anna():
    return Customer.objects.get(code="A-1")


def ten():
    return Offer.objects.get(name="Ten")


def book():
    return PriceBook.objects.get()


def staff():
    return Group.objects.get(name="Staff")


def offer(**fields):
    usual = {"name": "Nine", "kind": "percent", "terms": {}, "made_at": cast.NOW, "made_by": "x"}
    return Offer(**{**usual, **fields})


def coupon(**fields):
    return Coupon(**{"code": "NEW", "offer": ten(), "made_at": cast.NOW, **fields})


def grant(**fields):
    return Grant(**{"offer": ten(), "customer": anna(), "since": DAY + days(1), "at": cast.NOW, **fields})


def use(**fields):
    return OfferUse(**{"offer": ten(), "sale_uid": cast.uid(2), "amount": 5, "at": cast.NOW, **fields})


@pytest.fixture
def rows(shop):
    cast.person("Anna", code="A-1")
    offer(name="Ten").save()
    made = PriceBook.objects.create(name="Autumn", made_at=cast.NOW, made_by="x")
    PriceBookEntry.objects.create(book=made, sku="MUG", price_milli=5)
    PriceBookUse.objects.create(book=made, sale_uid=cast.uid(1))
    coupon(code="OLD").save()
    grant(since=DAY).save()
    use(sale_uid=cast.uid(1), customer=anna()).save()
    OfferTally.objects.create(offer=ten(), customer=anna(), used=1)
    group = Group.objects.create(name="Staff", kind="manual")
    EntryAct.objects.create(group=group, offer=ten())
    EntryAct.objects.create(group=group, tag="x")


IMPOSSIBLE = {
    "an offer's name is its own": lambda: offer(name="Ten"),
    "offer_name_is_not_empty": lambda: offer(name=""),
    "offer_kind_is_known": lambda: offer(kind="gift"),
    "offer_state_is_known": lambda: offer(state="gone"),
    "offer_ends_after_it_begins": lambda: offer(first_day=DAY, last_day=DAY - days(1)),
    "an offer that ended never": lambda: offer(state="ended"),
    "a live offer that ended": lambda: offer(state="live", ended_at=cast.NOW),
    "a book's name is its own": lambda: PriceBook(name="Autumn", made_at=cast.NOW, made_by="x"),
    "price_book_name_is_not_empty": lambda: PriceBook(name="", made_at=cast.NOW, made_by="x"),
    "price_book_ends_after_it_begins": lambda: PriceBook(
        name="X", made_at=cast.NOW, made_by="x", first_day=DAY, last_day=DAY - days(1)
    ),
    "price_once_per_book": lambda: PriceBookEntry(book=book(), sku="MUG", price_milli=6),
    "price_book_price_is_not_negative": lambda: PriceBookEntry(book=book(), sku="CUP", price_milli=-1),
    "price_book_sku_is_not_empty": lambda: PriceBookEntry(book=book(), sku="", price_milli=1),
    "a price of no book": lambda: PriceBookEntry(book_id=99, sku="CUP", price_milli=1),
    "a code is there once": lambda: coupon(code="OLD"),
    "coupon_code_is_not_empty": lambda: coupon(code=""),
    "coupon_is_not_used_too_often": lambda: coupon(most_uses=1, used=2),
    "a code of nobody": lambda: coupon(customer_id=99),
    "grant_once_a_day": lambda: grant(since=DAY),
    "grant_ends_after_it_begins": lambda: grant(until=DAY),
    "entry_gives_an_offer_once": lambda: EntryAct(group=staff(), offer=ten(), days=4),
    "entry_sticks_a_tag_once": lambda: EntryAct(group=staff(), tag="x"),
    "an entry that brings nothing": lambda: EntryAct(group=staff()),
    "an entry that brings both": lambda: EntryAct(group=staff(), offer=ten(), tag="y"),
    "a tag for some days": lambda: EntryAct(group=staff(), tag="y", days=4),
    "offer_once_per_sale": lambda: use(sale_uid=cast.uid(1)),
    "offer_use_takes_something_off": lambda: use(amount=0),
    "a use of no offer": lambda: use(offer_id=99),
    "tally_once_per_customer": lambda: OfferTally(offer=ten(), customer=anna(), used=2),
    "price_book_once_per_sale": lambda: PriceBookUse(book=book(), sale_uid=cast.uid(1)),
}


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_an_impossible_row_is_refused(name):
    row = IMPOSSIBLE[name]()
    before = cast.everything()
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)
        connection.check_constraints()
    assert cast.everything() == before


@pytest.mark.usefixtures("rows")
def test_the_rows_that_are_nearly_impossible_are_possible():
    for row in (
        offer(state="ended", ended_at=cast.NOW, first_day=DAY, last_day=DAY),
        coupon(most_uses=1, used=1),
        grant(until=DAY + days(1)),
        use(),
        EntryAct(group=staff(), offer=ten(), is_entry=False, days=4),
        EntryAct(group=staff(), tag="y"),
        PriceBookUse(book=book(), sale_uid=cast.uid(2)),
    ):
        row.save(force_insert=True)
    connection.check_constraints()


@pytest.mark.usefixtures("rows")
def test_whoever_goes_takes_what_was_theirs_along_and_leaves_the_uses():
    coupon(customer=anna()).save()
    anna().delete()
    assert not any(model.objects.exists() for model in (Grant, OfferTally))
    assert list(Coupon.objects.values_list("code", flat=True)) == ["OLD"]
    assert OfferUse.objects.get().customer_id is None
