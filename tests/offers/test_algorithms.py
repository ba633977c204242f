"""The worked examples of docs/algorithms/offers.md are what the engine does."""

from datetime import date
from fractions import Fraction

import pytest

from regulars.core.money import amount_minor, amount_text
from regulars.offers.engine.basket import priced
from regulars.offers.engine.books import PriceBook
from regulars.offers.engine.buyer import Buyer, Membership
from regulars.offers.engine.choosing import Candidate, combination_saves, in_order
from regulars.offers.engine.effects import effect_of
from regulars.offers.engine.lifting import lift_of, sample_of
from regulars.offers.engine.terms import Conditions, Kind, Level
from tests.house.documents import section, sections, table
from tests.offers.making import ANNA, GOLD, basket, line, offer, percent, quoted, saved

PAGE = "docs/algorithms/offers.md"
LAYERS = {"all": {}, "store": {"store": 1}, "group": {"group": GOLD}, "group and store": {"group": GOLD, "store": 1}}


def rows(example):
    return table(section(PAGE, example).text)


def minor(text):
    return amount_minor(text, places=2)


def money(amount):
    return amount_text(amount, places=2)


def test_the_page_has_the_examples_that_are_run_here():
    assert [each.title.split(":")[0] for each in sections(PAGE) if each.title.startswith("Example ")] == [
        f"Example {n}" for n in range(1, 7)
    ]


def test_the_most_specific_book_says_the_price():
    told = rows("Example 1")
    books = [
        PriceBook(n, row["book"], {"S1": minor(row["price"]) * 1000}, **LAYERS[row["for"]])
        for n, row in enumerate(told)
    ]
    [held] = quoted(basket(line(1, 400)), buyer=ANNA, books=books).lines
    assert [row["book"] for row in told if row["holds for Anna"] == "yes"] == [held.price_from.name]
    assert money(held.net) == next(row["price"] for row in told if row["holds for Anna"] == "yes")


def test_buy_two_get_one_with_mixed_prices():
    told = rows("Example 2")
    bought = basket(*(line(n, minor(row["price"])) for n, row in enumerate(told, 1)))
    quote = quoted(bought, offer(1, Kind.BUY_X_GET_Y, buy=2, get=1, percent_milli=100_000))
    assert [money(each.net) for each in quote.lines] == [row["pays"] for row in told]
    cheapest = sorted(minor(row["price"]) for row in told)[:2]
    assert f"would save {money(sum(cheapest))}" in section(PAGE, "Example 2").text.replace("\n", " ")


def test_an_order_discount_is_spread_over_three_lines():
    told = rows("Example 3")
    bought = basket(*(line(int(row["line"]), minor(row["costs"])) for row in told))
    quote = quoted(bought, offer(1, Kind.AMOUNT, level=Level.ORDER, amount=1000))
    assert [money(each.net) for each in quote.lines] == [row["remains"] for row in told]
    assert [(str(n), money(part)) for n, part in quote.order_discounts[0].shares] == [
        (row["line"], row["part"]) for row in told
    ]
    whole = sum(minor(row["costs"]) for row in told)
    exact = [Fraction(10 * minor(row["costs"]), whole) for row in told]
    assert [f"{float(each):.4f}" for each in exact] == [row["exact part"] for row in told]


def test_a_tier_ladder():
    off = {"Silver": 5_000, "Gold": 7_000, "Platinum": 10_000}
    ladder = [
        percent(n, of, level=Level.ORDER, family="tier", conditions=Conditions(tiers=(n,)))
        for n, of in enumerate(off.values(), 1)
    ]
    since = date(2026, 5, 1)
    for row in rows("Example 4"):
        tier = list(off).index(row["tier"]) + 1 if row["tier"] in off else None
        held = {} if tier is None else {tier: Membership(tier, row["tier"], since, "Loyalty")}
        quote = quoted(basket(line(1, 2000), line(2, 10_000)), *ladder, buyer=Buyer(customer=7, memberships=held))
        pays = [money(quote.discount), *(money(each.net) for each in quote.lines), money(quote.total)]
        assert pays == [row["off"], row["line 1"], row["line 2"], row["pays"]]
        told = [(each.because[0].name, each.because[0].since) for each in quote.applied]
        assert told == ([] if tier is None else [(f"Loyalty: {row['tier']}", since)])


def test_the_best_combination_is_not_the_greediest():
    given = Conditions(minimum=750, is_minimum_after=True)
    offers = {
        "A": percent(1, 30_000, family="autumn"),
        "B": percent(2, 25_000, family="autumn"),
        "C": offer(3, Kind.AMOUNT, level=Level.ORDER, amount=400, conditions=given),
    }
    bought = basket(line(1, 1000))
    shelf = [priced(each, each.list_price_milli) for each in bought.lines]
    best = 0
    for row in rows("Example 5"):
        taken = [Candidate(offers[name], effect_of(offers[name], shelf), 0) for name in row["taken"].split(" and ")]
        saves = combination_saves(in_order(taken), [1000], no_goods=0)
        assert (row["allowed"], row["saves"]) == ("no", "-") if saves is None else money(saves) == row["saves"]
        best = max(best, saves or 0)
    quote = quoted(bought, *offers.values())
    assert (quote.discount, saved(quote)) == (best, {2: 250, 3: 400})


@pytest.mark.parametrize("shift", [0, 5])
def test_a_lift_and_its_interval(shift):
    told = {row["side"]: row for row in rows("Example 6")}
    sides = [
        sample_of(100 * (int(each) + shift) for each in told[side]["customers spent"].split(", ")) for side in told
    ]
    lift = lift_of(*sides)
    assert [f"{each.mean / 100 - shift:.2f}" for each in sides] == [told[side]["mean"] for side in told]
    text = section(PAGE, "Example 6").text
    low, high = lift.difference_within
    assert (
        f"The difference is {lift.difference / 100:.2f}, with a 95 % interval from {low / 100:.2f} to {high / 100:.2f}"
        in text
    )
    assert shift or f"The lift is {lift.share:.2f}" in text
