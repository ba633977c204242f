"""What each kind of offer takes off, and how offers stack and exclude each other."""

import pytest

from regulars.offers.engine.terms import Conditions, Kind, Level, Target
from tests.offers.making import WHOLE, basket, line, offer, percent, quoted, saved, whys

COFFEE = Target(categories=("Coffee",))


def nets(quote):
    return [each.net for each in quote.lines]


@pytest.mark.parametrize(
    ("price", "quantity_milli", "off", "net"),
    [
        (1000, 1000, 10_000, 900),
        (5, 1000, 10_000, 4),  # 0.5 rounds up: half a minor unit goes to the customer
        (4, 1000, 10_000, 4),
        (333, 3000, 33_333, 666),
        (100, 425, 50_000, 21),  # 42.5 is 43, of which 21.5 is 22
        (999, 1000, WHOLE, 0),
    ],
)
def test_a_percentage_is_rounded_half_up_on_the_line(price, quantity_milli, off, net):
    assert nets(quoted(basket(line(1, price, quantity_milli)), percent(1, off))) == [net]


def test_an_amount_is_off_each_unit_and_takes_no_line_below_zero():
    bought = basket(line(1, 300, 3000), line(2, 40), line(3, 100, 1500))
    assert nets(quoted(bought, offer(1, Kind.AMOUNT, amount=50))) == [750, 0, 75]


def test_a_fixed_price_never_makes_a_line_dearer():
    bought = basket(line(1, 300, 2000), line(2, 80), line(3, 100, 1500))
    assert nets(quoted(bought, offer(1, Kind.FIXED_PRICE, price_milli=90_000))) == [180, 80, 135]


@pytest.mark.parametrize(
    ("units", "more", "off"),
    [
        ((2,), {}, 0),
        ((3,), {}, 100),
        ((5,), {}, 100),
        ((6,), {}, 200),
        ((6,), {"most_times": 1}, 100),
        ((3,), {"percent_milli": 50_000}, 50),
        ((3,), {"buy": 1, "get": 2}, 200),
    ],
)
def test_buy_some_get_some_of_one_price(units, more, off):
    terms = {"buy": 2, "get": 1, "percent_milli": WHOLE, **more}
    bought = basket(*(line(n, 100, 1000 * count) for n, count in enumerate(units, 1)))
    assert quoted(bought, offer(1, Kind.BUY_X_GET_Y, **terms)).discount == off


def test_of_each_group_from_the_dearest_the_cheapest_is_given():
    bought = basket(*(line(n, price) for n, price in enumerate((500, 1000, 800, 700, 900, 600, 100), 1)))
    quote = quoted(bought, offer(1, Kind.BUY_X_GET_Y, buy=2, get=1, percent_milli=WHOLE))
    # 10 9 (8), 7 6 (5), 1 is over.
    assert nets(quote) == [0, 1000, 0, 700, 900, 600, 100]


def test_what_is_weighed_gives_whole_units_only():
    bought = basket(line(1, 1000, 2600), line(2, 900))
    quote = quoted(bought, offer(1, Kind.BUY_X_GET_Y, buy=2, get=1, percent_milli=WHOLE))
    assert nets(quote) == [2600, 0]


def test_what_is_given_for_others_is_not_counted_as_bought():
    terms = {"buy": 2, "get": 1, "percent_milli": WHOLE, "target": COFFEE}
    mugs = offer(1, Kind.BUY_X_GET_Y, gets=Target(categories=("Gear",)), **terms)
    bought = basket(line(1, 300, 4000, category="Coffee"), line(2, 900, category="Gear"), line(3, 700, category="Gear"))
    assert nets(quoted(bought, mugs)) == [1200, 0, 0]
    assert nets(quoted(basket(*bought.lines[1:], line(4, 300, 3000, category="Coffee")), mugs)) == [900, 0, 900]
    coffee = offer(1, Kind.BUY_X_GET_Y, gets=Target(skus=("S1",)), **terms)
    assert quoted(basket(line(1, 300, 2000, category="Coffee")), coffee).discount == 0
    assert quoted(basket(line(1, 300, 3000, category="Coffee")), coffee).discount == 300


def test_an_item_is_free_once_it_is_in_the_basket():
    mug = offer(1, Kind.FREE_ITEM, get=1, gets=Target(skus=("S2",)), conditions=Conditions(minimum=1000))
    quote = quoted(basket(line(1, 1500)), mug)
    assert whys(quote) == {1: "put S2 into the basket to have it free"}
    assert nets(quoted(basket(line(1, 1500), line(2, 400, 2000)), mug)) == [1500, 400]
    assert whys(quoted(basket(line(1, 500), line(2, 400)), mug)) == {1: "it needs a basket of 10.00, and this is 9.00"}


def test_an_order_discount_takes_no_more_than_there_is():
    bought = basket(line(1, 300), line(2, 100))
    assert nets(quoted(bought, offer(1, Kind.AMOUNT, level=Level.ORDER, amount=900))) == [0, 0]


def test_an_order_discount_is_spread_over_what_it_is_about():
    bought = basket(line(1, 300, category="Coffee"), line(2, 500), line(3, 100, category="Coffee"))
    quote = quoted(bought, percent(1, 10_000, level=Level.ORDER, target=COFFEE))
    assert quote.order_discounts[0].shares == ((1, 30), (3, 10))
    assert nets(quote) == [270, 500, 90]


def test_one_of_a_family_and_all_that_stack_in_their_order():
    bought = basket(line(1, 1000))
    tier = [percent(1, 5_000, family="tier"), percent(2, 10_000, family="tier", name="Ten")]
    ten_off = offer(3, Kind.AMOUNT, amount=100, stack=1)
    quote = quoted(bought, *tier, ten_off)
    assert saved(quote) == {2: 100, 3: 100}
    assert whys(quote) == {1: 'only one of "tier" is taken, and "Ten" is the better one'}
    first = offer(3, Kind.AMOUNT, amount=100, stack=-1)
    assert saved(quoted(bought, *tier, first)) == {3: 100, 2: 90}


def test_items_come_before_the_order_whatever_their_order_says():
    bought = basket(line(1, 1000))
    quote = quoted(bought, percent(1, 10_000, level=Level.ORDER, stack=-9), percent(2, 50_000, stack=9))
    assert saved(quote) == {2: 500, 1: 50}


def test_a_minimum_after_item_offers_leaves_out_what_would_break_it():
    bought = basket(line(1, 1000))
    after = Conditions(minimum=950, is_minimum_after=True)
    big = percent(1, 20_000, level=Level.ORDER, conditions=after)
    assert saved(quoted(bought, big, percent(2, 10_000))) == {1: 200}
    quote = quoted(bought, big, percent(2, 30_000))
    assert saved(quote) == {2: 300}
    assert whys(quote) == {1: "it needs a basket of 9.50 after offers on items, and this is 7.00"}
    before = percent(1, 20_000, level=Level.ORDER, conditions=Conditions(minimum=950))
    assert saved(quoted(bought, before, percent(2, 30_000))) == {2: 300, 1: 140}


def test_ties_go_to_fewer_offers_then_priority_then_the_lower_number():
    bought = basket(line(1, 1000))
    both = [offer(id_, Kind.FIXED_PRICE, price_milli=500_000) for id_ in (5, 6)]
    assert saved(quoted(bought, *both)) == {5: 500}
    assert saved(quoted(bought, both[0], percent(7, 50_000, stack=-1, priority=1))) == {7: 500}
    assert saved(quoted(bought, both[0], percent(7, 50_000, stack=-1))) == {5: 500}
    assert whys(quoted(bought, *both)) == {6: "the basket costs no less with it beside the offers that are taken"}


def test_gift_cards_and_prices_by_hand_stay_as_they_are():
    card, by_hand = line(1, 5000, is_gift_card=True), line(2, 900, manual_price_milli=600_000)
    bought = basket(card, by_hand, line(3, 400))
    order = offer(1, Kind.AMOUNT, level=Level.ORDER, amount=1000)
    quote = quoted(bought, percent(2, 50_000), order)
    assert nets(quote) == [5000, 600, 0]
    assert [each.price_from.origin.value for each in quote.lines] == ["list", "manual", "list"]
    least = percent(3, 10_000, conditions=Conditions(minimum=1001))
    assert whys(quoted(bought, least)) == {3: "it needs a basket of 10.01, and this is 10.00"}


def test_an_offer_that_finds_nothing_says_so():
    quote = quoted(
        basket(line(1, 1000)),
        percent(1, 10_000, target=COFFEE),
        offer(2, Kind.BUY_X_GET_Y, buy=2, get=1, percent_milli=WHOLE),
    )
    assert whys(quote) == {
        1: "it takes nothing off what is in this basket",
        2: "there are not enough of what it is about: buy 2 to get 1",
    }


def test_an_empty_basket_costs_nothing():
    quote = quoted(basket(), percent(1, 10_000))
    assert (quote.total, quote.lines, saved(quote)) == (0, (), {})
