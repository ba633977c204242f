"""An offer that is not there yet, tried on a basket."""

import pytest

from regulars.access.rights import Role
from regulars.access.rules import OPERATOR, Actor
from regulars.checkout.asking import AskedLine
from regulars.checkout.errors import BasketRefused
from regulars.checkout.trying import NEW, Trial, offer_tried
from regulars.core.errors import Forbidden
from regulars.customers.errors import CustomerUnknown
from regulars.groups.services import group_create, members_add
from regulars.offers.engine.eligibility import Cause
from regulars.offers.engine.terms import Conditions, Kind, Level, OfferTerms
from regulars.offers.price_books import price_book_save
from regulars.offers.services import offer_save
from regulars.sales.errors import StoreUnknown
from regulars.sales.services import product_set
from tests import cast

BY = {"actor": OPERATOR, "at": cast.NOW}
TEN = OfferTerms(kind=Kind.PERCENT, level=Level.ORDER, percent_milli=10_000)


@pytest.fixture
def goods(shop):
    product_set(sku="LATTE", name="Latte", category="Drinks", brand="", price=35_000, **BY)
    product_set(sku="FREE", name="Leaflet", category="", brand="", price=None, **BY)


def trial(terms=TEN, **more):
    told = {
        "name": "Ten", "terms": terms, "offer_id": None, "store": cast.WESTLANDS, "at": cast.NOW,
        "lines": (AskedLine("LATTE", "", 2_000),),
    }  # fmt: skip
    visible_to = more.pop("visible_to", OPERATOR)
    return offer_tried(Trial(**(told | more)), visible_to=visible_to)


def test_the_basket_with_the_offer_and_without(goods):
    found = trial()
    assert (found.quote.total, found.without.total, found.offer) == (63_000, 70_000, NEW)
    assert [line.name for line in found.basket.lines] == ["Latte"]


def test_an_offer_that_is_there_is_tried_instead_of_itself(goods):
    made = offer_save("Ten", TEN, is_live=True, **BY)
    found = trial(OfferTerms(kind=Kind.PERCENT, level=Level.ORDER, percent_milli=50_000), offer_id=made)
    assert (found.quote.total, found.without.total, found.offer) == (35_000, 70_000, made)


def test_whoever_it_is_for_is_in_its_groups_and_gets_their_prices(goods):
    club = group_create("Club", **BY)
    price_book_save("Club", {"LATTE": 30_000_000}, group_id=club, **BY)
    conditions = Conditions(groups=(club,), is_first_order=True)
    found = trial(OfferTerms(kind=Kind.PERCENT, percent_milli=10_000, conditions=conditions, per_customer=1))
    assert (found.quote.total, found.without.total) == (54_000, 60_000)
    assert [each.cause for each in found.quote.applied[0].because] == [Cause.GROUP, Cause.FIRST_ORDER]


@pytest.mark.parametrize("conditions", [Conditions(needs_code=True), Conditions(needs_grant=True)])
def test_whoever_tries_it_has_the_code_or_the_gift(goods, conditions):
    terms = OfferTerms(kind=Kind.PERCENT, percent_milli=10_000, conditions=conditions)
    anna = cast.person("Anna")
    assert trial(terms).quote.discount == trial(terms, customer_id=anna).quote.discount == 7_000


def test_a_customer_and_nobody_get_what_is_theirs(goods):
    club, anna, ben = group_create("Club", **BY), cast.person("Anna"), cast.person("Ben")
    members_add(club, [anna], **BY)
    terms = OfferTerms(
        kind=Kind.PERCENT, percent_milli=10_000, conditions=Conditions(groups=(club,)), holdout_milli=900
    )
    assert trial(terms, customer_id=anna).quote.discount == 7_000
    assert trial(terms, customer_id=ben).quote.not_applied[0].why == "it is for Club only"
    assert trial(terms, is_anonymous=True).quote.discount == 0


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"lines": ()}, BasketRefused), ({"lines": (AskedLine("NOPE", "", 1_000),)}, BasketRefused),
        ({"store": "Nowhere"}, StoreUnknown), ({"customer_id": 99_999}, CustomerUnknown),
    ],
)  # fmt: skip
def test_what_cannot_be_tried_is_refused(goods, more, error):
    before = cast.everything()
    with pytest.raises(error):
        trial(**more)
    assert cast.everything() == before


def test_a_product_without_a_price_costs_nothing_here(goods):
    assert trial(lines=(AskedLine("FREE", "", 1_000),)).quote.total == 0


def test_only_who_sees_offers_and_finds_the_customer_tries(goods):
    anna = cast.person("Anna")
    customer = Actor(key="customer:1", name="Anna", role=Role.CUSTOMER, customer_id=anna)
    with pytest.raises(Forbidden):
        trial(visible_to=customer)
    analyst = Actor(key="person:9", name="Ana", role=Role.ANALYST)
    with pytest.raises(Forbidden):
        trial(visible_to=analyst, customer_id=anna)


def test_a_trial_takes_nine_queries_at_most(goods, django_assert_max_num_queries):
    club, anna = group_create("Club", **BY), cast.person("Anna")
    price_book_save("Club", {"LATTE": 30_000_000}, group_id=club, **BY)
    terms = OfferTerms(
        kind=Kind.PERCENT, percent_milli=1_000, per_customer=1,
        conditions=Conditions(groups=(club,), is_first_order=True),
    )  # fmt: skip
    with django_assert_max_num_queries(9):
        trial(terms, customer_id=anna)
