"""The best combination is the best of all, is exact, and what it takes off adds up."""

import json
import random

import pytest

from regulars.offers.engine.quote import quote_read
from tests.offers import by_hand
from tests.offers.making import percent, quoted, random_basket, random_offer, saved


def drawn(seed: int, *, lines: int, offers: int):
    chance = random.Random(seed)
    return random_basket(chance, lines=chance.randrange(1, lines)), [
        random_offer(chance, id_) for id_ in range(1, chance.randrange(2, offers + 2))
    ]


@pytest.mark.parametrize("seed", range(40))
def test_trying_every_combination_finds_none_better(seed):
    for n in range(10):
        bought, offers = drawn(seed * 1000 + n, lines=7, offers=6)
        quote = quoted(bought, *offers)
        assert (quote.discount, tuple(sorted(saved(quote)))) == by_hand.best(bought, offers)
        assert not quote.is_bounded


@pytest.mark.parametrize("seed", range(20))
def test_the_lines_are_what_the_offers_leave_of_them(seed):
    bought, offers = drawn(seed, lines=7, offers=8)
    quote = quoted(bought, *offers)
    chosen = [each for each in offers if each.id in saved(quote)]
    assert [line.net for line in quote.lines] == by_hand.nets_with(bought, chosen)
    assert [line.gross for line in quote.lines] == [by_hand.gross(line) for line in bought.lines]


@pytest.mark.parametrize("seed", range(60))
def test_everything_adds_up(seed):
    bought, offers = drawn(seed, lines=9, offers=11)
    quote = quoted(bought, *offers)
    assert quote.subtotal - quote.discount == quote.total == sum(line.net for line in quote.lines)
    assert quote.discount == sum(saved(quote).values())
    for line in quote.lines:
        assert line.gross - sum(each.amount for each in line.discounts) == line.net >= 0
    for each in quote.order_discounts:
        shares = dict(each.shares)
        assert sum(shares.values()) == each.amount == saved(quote)[each.offer]
        told = {line.n: off.amount for line in quote.lines for off in line.discounts if off.offer == each.offer}
        assert shares == told
    assert {each.offer for each in quote.applied} | {each.offer for each in quote.not_applied} == {
        each.id for each in offers
    }


@pytest.mark.parametrize("seed", range(40))
def test_the_best_saves_at_least_what_each_offer_saves_alone(seed):
    bought, offers = drawn(seed, lines=12, offers=18)
    most = quoted(bought, *offers).discount
    assert all(quoted(bought, each).discount <= most for each in offers)


@pytest.mark.parametrize("seed", range(20))
def test_the_order_of_offers_makes_no_difference_and_nothing_is_remembered(seed):
    bought, offers = drawn(seed, lines=7, offers=14)
    quote = quoted(bought, *offers)
    random.Random(seed).shuffle(offers)
    assert quoted(bought, *offers) == quote


@pytest.mark.parametrize("seed", range(40))
def test_a_quote_is_the_same_after_a_way_through_json(seed):
    bought, offers = drawn(seed, lines=9, offers=9)
    quote = quoted(bought, *offers)
    text = json.dumps(quote.as_form())
    assert quote_read(json.loads(text)) == quote
    assert json.dumps(quote_read(json.loads(text)).as_form()) == text


def test_more_than_twelve_that_apply_are_bounded_and_it_is_told():
    offers = [percent(id_, 1_000 + id_) for id_ in range(1, 14)]
    bought = random_basket(random.Random(1), lines=5)
    assert quoted(bought, *offers[:12]).is_bounded is False
    quote = quoted(bought, *offers)
    assert quote.is_bounded is True
    assert quote.discount >= quoted(bought, *offers[1:]).discount
