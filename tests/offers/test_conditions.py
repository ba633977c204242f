"""To whom, where and when an offer is there, which price holds, and who is held out."""

from dataclasses import replace
from datetime import date

import pytest

from regulars.offers.engine.basket import Occasion
from regulars.offers.engine.books import Origin, PriceBook, PriceFrom
from regulars.offers.engine.buyer import ANONYMOUS, Buyer, Given, Membership
from regulars.offers.engine.eligibility import Because, Cause
from regulars.offers.engine.holdouts import is_held_out
from regulars.offers.engine.spreading import spread
from regulars.offers.engine.terms import Conditions, Hours, Kind, Level, OfferTerms, Target, terms_faults
from tests.offers.making import ANNA, DAY, GOLD, HERE, STAFF, basket, line, offer, percent, quoted, saved, whys

BASKET = basket(line(1, 1000))
CODED = replace(ANNA, codes={1: "SPRING"})


def ten(*, left=None, per_customer=None, holdout_milli=0, **conditions):
    given = Conditions(**conditions)
    return offer(
        1, Kind.PERCENT, percent_milli=10_000, left=left, conditions=given, per_customer=per_customer,
        in_all=None if left is None else 50, holdout_milli=holdout_milli,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("made", "buyer", "why"),
    [
        (ten(first_day=date(2026, 11, 22)), ANNA, "it begins on 2026-11-22"),
        (ten(last_day=date(2026, 11, 20)), ANNA, "it ended on 2026-11-20"),
        (ten(weekdays=(2, 1)), ANNA, "it holds on monday or tuesday, not on saturday"),
        (ten(hours=(Hours(420, 540), Hours(1080, 1140))), ANNA, "it holds from 07:00 to 09:00 or 18:00 to 19:00, and it is 15:00"),
        (ten(hours=(Hours(22 * 60, 120),)), ANNA, "it holds from 22:00 to 02:00, and it is 15:00"),
        (ten(stores=(2, 3)), ANNA, "it does not hold in this store"),
        (ten(channels=("online",)), ANNA, "it does not hold for what is bought in store"),
        (ten(groups=(STAFF,)), ANNA, "it is for Staff only"),
        (ten(groups=(STAFF,), tiers=(GOLD,)), ANNA, "it is for Staff only"),
        (ten(tiers=(GOLD,)), ANONYMOUS, "it is for Loyalty: Gold only"),
        (ten(is_first_order=True), ANNA, "it is for a first order"),
        (ten(is_first_order=True), ANONYMOUS, "it needs a customer: attach one"),
        (ten(needs_grant=True), ANNA, "it was not given to this customer, or is used"),
        (ten(needs_code=True), ANNA, "it needs a code"),
        (ten(left=0), ANNA, "all 50 are used up"),
        (ten(per_customer=2), replace(ANNA, used={1: 2}), "this customer has used it 2 of 2 times"),
        (ten(per_customer=2), ANONYMOUS, "it needs a customer: attach one"),
        (ten(minimum=1001), ANNA, "it needs a basket of 10.01, and this is 10.00"),
        (ten(minimum_units=2), ANNA, "it needs 2 units of what it is about, and there are 1"),
    ],
)  # fmt: skip
def test_an_offer_that_is_not_there_says_why(made, buyer, why):
    quote = quoted(BASKET, made, buyer=buyer)
    assert (quote.total, whys(quote)) == (1000, {1: why})


@pytest.mark.parametrize(
    ("made", "buyer", "because"),
    [
        (ten(first_day=DAY, last_day=DAY, weekdays=(6,), stores=(1,), channels=("in_store",)), ANONYMOUS, [Because(Cause.EVERYONE)]),
        (ten(hours=(Hours(900, 901),)), ANONYMOUS, [Because(Cause.EVERYONE)]),
        (ten(hours=(Hours(1000, 901),)), ANONYMOUS, [Because(Cause.EVERYONE)]),
        (ten(tiers=(1, GOLD)), ANNA, [Because(Cause.TIER, "Loyalty: Gold", date(2026, 5, 1))]),
        (ten(is_first_order=True), replace(ANNA, is_first_order=True), [Because(Cause.FIRST_ORDER)]),
        (ten(needs_grant=True), replace(ANNA, given={1: Given(4, DAY, None)}), [Because(Cause.GIVEN, since=DAY)]),
        (ten(needs_code=True, tiers=(GOLD,)), CODED, [Because(Cause.TIER, "Loyalty: Gold", date(2026, 5, 1)), Because(Cause.CODE, "SPRING")]),
        (ten(left=1, per_customer=2), replace(ANNA, used={1: 1}), [Because(Cause.EVERYONE)]),
        (ten(minimum=1000, minimum_units=1), ANNA, [Because(Cause.EVERYONE)]),
    ],
)  # fmt: skip
def test_an_offer_that_is_there_says_what_gave_it(made, buyer, because):
    quote = quoted(BASKET, made, buyer=buyer)
    assert [(each.saves, list(each.because)) for each in quote.applied] == [(100, because)]


def test_the_gift_and_the_code_that_were_used_are_told():
    given = replace(ANNA, given={1: Given(4, DAY, None)})
    [applied] = quoted(BASKET, ten(needs_grant=True), buyer=given).applied
    assert (applied.grant, applied.code) == (4, "")
    [applied] = quoted(BASKET, ten(needs_code=True), buyer=CODED).applied
    assert (applied.grant, applied.code) == (None, "SPRING")


def test_a_code_that_did_nothing_is_told():
    quote = quoted(BASKET, ten(needs_code=True, weekdays=(1,)), buyer=CODED)
    assert [(each.code, each.why) for each in quote.codes_unused] == [
        ("SPRING", "Offer 1: it holds on monday, not on saturday")
    ]


LATTE = basket(line(1, 400))
BOOKS = {
    "all": PriceBook(1, "Autumn", {"S1": 390_000}),
    "store": PriceBook(2, "Westlands", {"S1": 395_000}, store=1),
    "group": PriceBook(3, "Gold prices", {"S1": 399_000}, group=GOLD),
    "both": PriceBook(4, "Gold at Westlands", {"S1": 399_500}, group=GOLD, store=1),
}


@pytest.mark.parametrize(
    ("books", "buyer", "store", "price", "price_from"),
    [
        ([], ANNA, 1, 400_000, PriceFrom(Origin.LIST)),
        (["all"], ANONYMOUS, 1, 390_000, PriceFrom(Origin.BOOK, 1, "Autumn")),
        (["all", "store"], ANONYMOUS, 1, 395_000, PriceFrom(Origin.BOOK, 2, "Westlands")),
        (["all", "store"], ANONYMOUS, 2, 390_000, PriceFrom(Origin.BOOK, 1, "Autumn")),
        (["all", "store", "group"], ANNA, 1, 399_000, PriceFrom(Origin.BOOK, 3, "Gold prices", "Loyalty: Gold")),
        (["group", "both", "store", "all"], ANNA, 1, 399_500, PriceFrom(Origin.BOOK, 4, "Gold at Westlands", "Loyalty: Gold")),
        (["group", "both", "store", "all"], ANNA, 2, 399_000, PriceFrom(Origin.BOOK, 3, "Gold prices", "Loyalty: Gold")),
        (["group", "both", "store", "all"], ANONYMOUS, 1, 395_000, PriceFrom(Origin.BOOK, 2, "Westlands")),
    ],
)  # fmt: skip
def test_the_most_specific_book_says_the_price(books, buyer, store, price, price_from):
    here = replace(HERE, store=store)
    [told] = quoted(LATTE, buyer=buyer, occasion=here, books=[BOOKS[name] for name in books]).lines
    assert (told.unit_price_milli, told.price_from, told.list_price_milli) == (price, price_from, 400_000)


def test_within_a_layer_the_lowest_price_holds():
    both = replace(ANNA, memberships={**ANNA.memberships, STAFF: Membership(STAFF, "Staff", DAY)})
    staff = PriceBook(9, "Staff prices", {"S1": 380_000}, group=STAFF)
    for books in ([BOOKS["group"], staff], [staff, BOOKS["group"]]):
        assert quoted(LATTE, buyer=both, books=books).lines[0].price_from.name == "Staff prices"


def test_a_book_may_be_dearer_than_the_list_and_leaves_gift_cards_alone():
    dear = PriceBook(1, "Airport", {"S1": 900_000})
    assert quoted(LATTE, books=[dear]).total == 900
    assert quoted(basket(line(1, 400, is_gift_card=True)), books=[dear]).total == 400
    by_hand = quoted(basket(line(1, 400, manual_price_milli=350_000)), books=[dear]).lines[0]
    assert (by_hand.net, by_hand.price_from) == (350, PriceFrom(Origin.MANUAL))


def test_a_share_of_the_customers_is_held_out_and_always_the_same():
    held = {n for n in range(10_000) if is_held_out(offer=5, customer=n, share_milli=100)}
    assert 900 < len(held) < 1100
    assert held < {n for n in range(10_000) if is_held_out(offer=5, customer=n, share_milli=200)}
    assert len(held & {n for n in range(10_000) if is_held_out(offer=6, customer=n, share_milli=100)}) < 200
    assert sorted(held)[:5] == [2, 4, 76, 85, 87]
    assert not any(is_held_out(offer=5, customer=n, share_milli=0) for n in range(1000))


def test_whoever_is_held_out_does_not_get_it_and_whoever_has_no_name_does():
    made = ten(holdout_milli=900)
    held = next(n for n in range(100) if is_held_out(offer=1, customer=n, share_milli=900))
    quote = quoted(BASKET, made, buyer=Buyer(customer=held))
    assert whys(quote) == {1: "it is held back from this customer, to measure what it does"}
    assert saved(quoted(BASKET, made)) == {1: 100}


@pytest.mark.parametrize(
    ("amount", "weights", "shares"),
    [
        (0, [], []),
        (0, [0, 0], [0, 0]),
        (10, [10, 10, 10], [4, 3, 3]),
        (10, [100, 200, 300], [2, 3, 5]),
        (1, [5, 5], [1, 0]),
        (6, [1, 2, 3], [1, 2, 3]),
        (5, [1, 2, 3], [1, 2, 2]),
        (2, [3, 0, 3], [1, 0, 1]),
    ],
)
def test_an_amount_is_spread_by_largest_remainder(amount, weights, shares):
    assert spread(amount, weights) == shares


@pytest.mark.parametrize(
    ("terms", "places"),
    [
        (OfferTerms(kind=Kind.PERCENT, percent_milli=5_000), []),
        (OfferTerms(kind=Kind.PERCENT), ["percent"]),
        (OfferTerms(kind=Kind.PERCENT, percent_milli=100_001), ["percent"]),
        (OfferTerms(kind=Kind.AMOUNT, amount=-5), ["amount"]),
        (OfferTerms(kind=Kind.FIXED_PRICE, price_milli=-1), ["price"]),
        (OfferTerms(kind=Kind.FIXED_PRICE, level=Level.ORDER), ["level"]),
        (OfferTerms(kind=Kind.BUY_X_GET_Y), ["percent", "buy", "get"]),
        (OfferTerms(kind=Kind.FREE_ITEM, get=1, gets=Target()), ["gets"]),
        (OfferTerms(kind=Kind.FREE_ITEM, get=1, gets=Target(skus=("A",)), most_times=0), ["most_times"]),
        (OfferTerms(kind=Kind.AMOUNT, amount=1, conditions=Conditions(first_day=DAY, last_day=date(2026, 1, 1))), ["until"]),
        (OfferTerms(kind=Kind.AMOUNT, amount=1, conditions=Conditions(weekdays=(0,), hours=(Hours(5, 5),), minimum=-1)), ["weekdays", "hours", "minimum"]),
        (OfferTerms(kind=Kind.AMOUNT, amount=1, conditions=Conditions(needs_code=True, needs_grant=True)), ["grant"]),
        (OfferTerms(kind=Kind.AMOUNT, amount=1, per_customer=0, in_all=0, holdout_milli=901, family="x" * 65), ["family", "per_customer", "in_all", "holdout"]),
    ],
)  # fmt: skip
def test_an_offer_that_cannot_be_is_told_all_that_is_wrong(terms, places):
    assert [fault.place for fault in terms_faults(terms)] == places


def test_an_occasion_of_the_night_is_within_hours_over_midnight():
    night = ten(hours=(Hours(22 * 60, 120),))
    for minute, off in ((21 * 60 + 59, 0), (22 * 60, 100), (119, 100), (120, 0)):
        here = Occasion(store=1, day=DAY, weekday=6, minute=minute)
        assert quoted(BASKET, night, occasion=here).discount == off


def test_two_offers_for_two_groups_take_the_better_membership():
    quote = quoted(
        BASKET,
        percent(1, 5_000, family="t"),
        percent(2, 7_000, family="t", conditions=Conditions(tiers=(GOLD,))),
        buyer=ANNA,
    )
    assert saved(quote) == {2: 70}
