"""Price books in the shop: which are refused, who may change them, and which price holds."""

import pytest

from regulars.access.rights import Role
from regulars.access.rules import Actor
from regulars.core.errors import Forbidden
from regulars.groups.errors import GroupInUse, GroupUnknown
from regulars.groups.services import group_create, group_delete, members_add
from regulars.offers.errors import (
    NotOfYourStores,
    OfferInUse,
    OfferWrong,
    PriceBooksOverlap,
    PriceBookTaken,
    PriceBookUnknown,
)
from regulars.offers.models import PriceBookUse
from regulars.offers.price_books import price_book_delete, price_book_end, price_book_save
from regulars.offers.selectors import price_book_get, price_books_list
from regulars.sales.errors import StoreUnknown
from tests import cast
from tests.offers.selling import DAY, days, quoted, refused, take

pytestmark = pytest.mark.usefixtures("shop")


def save(name, prices, *, actor=cast.OPERATOR, **more):
    return price_book_save(name, prices, actor=actor, at=cast.NOW, **more)


def staff(*people):
    made = group_create("Staff", actor=cast.OPERATOR, at=cast.NOW)
    members_add(made, people, actor=cast.OPERATOR, at=cast.NOW)
    return made


def price(customer=None, **more):
    [told] = quoted(customer, **more).lines
    return told.unit_price_milli, told.price_from.name, told.price_from.because


def test_each_layer_says_its_price():
    anna = cast.person("Anna")
    group, westlands = staff(anna), cast.store().id
    karen = cast.store(cast.KAREN)
    assert price() == (1_000_000, "", "")
    save("Autumn", {"LATTE": 990_000, "MUG": 1})
    save("Westlands", {"LATTE": 980_000}, store_id=westlands)
    assert price() == (980_000, "Westlands", "")
    assert price(store=karen) == (990_000, "Autumn", "")
    save("Staff", {"LATTE": 985_000}, group_id=group)
    assert price(anna) == (985_000, "Staff", "Staff")
    save("Staff at Westlands", {"LATTE": 987_000}, group_id=group, store_id=westlands)
    assert price(anna) == (987_000, "Staff at Westlands", "Staff")
    assert price(anna, store=karen) == (985_000, "Staff", "Staff")
    assert price() == (980_000, "Westlands", "")


def test_a_book_holds_on_its_days():
    save("Week", {"LATTE": 900_000}, first_day=DAY, last_day=DAY + days(6))
    assert price(at=cast.NOW - days(1)) == (1_000_000, "", "")
    assert price() == (900_000, "Week", "")
    assert price(at=cast.NOW + days(6)) == (900_000, "Week", "")
    assert price(at=cast.NOW + days(7)) == (1_000_000, "", "")


@pytest.mark.parametrize(
    ("first", "last", "meets"),
    [
        (None, None, True),
        (-9, 0, True),
        (6, None, True),
        (2, 3, True),
        (-9, -1, False),
        (7, None, False),
        (None, -1, False),
    ],
)
def test_two_books_for_the_same_may_not_hold_a_product_on_one_day(first, last, meets):
    save("Week", {"LATTE": 900_000, "MUG": 5}, first_day=DAY, last_day=DAY + days(6))
    told = {
        "first_day": None if first is None else DAY + days(first),
        "last_day": None if last is None else DAY + days(last),
    }
    if meets:
        said = refused(PriceBooksOverlap, lambda: save("Other", {"LATTE": 1, "BEANS": 2}, **told))
        assert said.startswith('The price book "Week" is for the same customers and stores and holds LATTE too')
    else:
        save("Other", {"LATTE": 1, "BEANS": 2}, **told)
    save("Elsewhere", {"LATTE": 1}, store_id=cast.store().id, **told)


def test_a_book_is_changed_whole_ended_and_deleted():
    made = save("Autumn", {"LATTE": 900_000, "MUG": 5})
    assert save("Fall", {"LATTE": 910_000}, last_day=DAY + days(3), book_id=made) == made
    [shown] = price_books_list(visible_to=cast.OPERATOR)
    assert (shown.name, shown.prices, shown.last_day) == ("Fall", (("LATTE", 910_000),), DAY + days(3))
    price_book_end(made, last_day=DAY, actor=cast.OPERATOR, at=cast.NOW)
    assert price(at=cast.NOW + days(1))[1] == ""
    quote = quoted()
    take(1, quote=quote)
    take(1, quote=quote)
    assert PriceBookUse.objects.count() == 1
    refused(OfferInUse, lambda: price_book_delete(made, actor=cast.OPERATOR, at=cast.NOW))
    other = save("Other", {"MUG": 1})
    price_book_delete(other, actor=cast.OPERATOR, at=cast.NOW)
    assert [each.name for each in price_books_list(visible_to=cast.OPERATOR)] == ["Fall"]


def test_what_cannot_be_is_refused():
    made = save("Autumn", {"LATTE": 900_000}, first_day=DAY)
    said = refused(OfferWrong, lambda: save("Bad", {"MUG": -1, "": 4}, first_day=DAY, last_day=DAY - days(1)))
    assert said == (
        'This cannot be: prices.MUG: write a price of zero or more; prices: "" cannot be a SKU;'
        " until: it ends before it begins."
    )
    refused(OfferWrong, lambda: save("Empty", {}))
    refused(OfferWrong, lambda: price_book_end(made, last_day=DAY - days(1), actor=cast.OPERATOR, at=cast.NOW))
    refused(PriceBookTaken, lambda: save("Autumn", {"MUG": 1}))
    refused(PriceBookUnknown, lambda: save("X", {"MUG": 1}, book_id=99))
    refused(GroupUnknown, lambda: save("X", {"MUG": 1}, group_id=99))
    refused(StoreUnknown, lambda: save("X", {"MUG": 1}, store_id=99))
    said = refused(PriceBookUnknown, lambda: price_book_get("Autum", visible_to=cast.OPERATOR))
    assert said.startswith('There is no price book "Autum"; did you mean "Autumn"?')


def test_who_may_change_books():
    own, karen = cast.store().id, cast.store(cast.KAREN).id
    manager = Actor(key="person:7", name="W", role=Role.MANAGER, stores=frozenset({own}))
    mine = save("Mine", {"MUG": 1}, store_id=own, actor=manager)
    theirs = save("Theirs", {"MUG": 1}, store_id=karen)
    everybody = save("Everybody", {"MUG": 1})
    assert [each.name for each in price_books_list(visible_to=manager)] == ["Everybody", "Mine"]
    for act in (
        lambda: save("X", {"MUG": 1}, actor=manager),
        lambda: save("X", {"MUG": 1}, store_id=karen, actor=manager),
        lambda: save("Mine", {"MUG": 1}, book_id=theirs, store_id=own, actor=manager),
        lambda: price_book_delete(everybody, actor=manager, at=cast.NOW),
    ):
        refused(NotOfYourStores, act)
    refused(Forbidden, lambda: save("X", {"MUG": 1}, actor=cast.GUEST))
    price_book_delete(mine, actor=manager, at=cast.NOW)


def test_a_group_with_prices_stays():
    group = staff()
    made = save("Staff", {"MUG": 1}, group_id=group)
    assert 'the price book "Staff"' in refused(
        GroupInUse, lambda: group_delete(group, actor=cast.OPERATOR, at=cast.NOW)
    )
    price_book_delete(made, actor=cast.OPERATOR, at=cast.NOW)
    group_delete(group, actor=cast.OPERATOR, at=cast.NOW)
