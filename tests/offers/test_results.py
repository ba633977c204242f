"""What an offer brought: its uses, its cost, and its lift over those it was held back from."""

import random
from datetime import timedelta

import pytest

from regulars.core.errors import Forbidden
from regulars.groups.services import group_create, members_add
from regulars.offers.engine.holdouts import is_held_out
from regulars.offers.engine.lifting import Interval, lift_of, sample_of
from regulars.offers.giving import offer_give
from regulars.offers.results import offer_result
from tests import cast
from tests.offers.selling import DAY, days, live, release, take

shop_open = pytest.mark.usefixtures("shop")


def near(interval, low, high):
    return abs(interval.low - low) < 5e-3 and abs(interval.high - high) < 5e-3


def test_the_difference_of_two_means_and_its_interval():
    # Welch by hand: s1^2 = 20/3, s2^2 = 7; standard error 2; 4.386 degrees of freedom; t = 2.6822.
    lift = lift_of(sample_of([10, 12, 14, 16]), sample_of([8, 9, 13]))
    assert (lift.offered.mean, lift.held_out.mean, lift.difference, lift.share) == (13, 10, 3, 0.3)
    assert near(lift.difference_within, 3 - 5.3644, 3 + 5.3644)


def test_intervals_are_unknown_where_nothing_can_be_said():
    lift = lift_of(sample_of([10]), sample_of([8, 9]))
    assert (lift.difference, lift.difference_within, lift.share_within) == (1.5, None, None)
    lift = lift_of(sample_of([10, 11]), sample_of([0, 0]))
    assert (lift.share, lift.share_within) == (None, None)
    assert lift_of(sample_of([10, 11, 12]), sample_of([-50, 60])).share_within is None
    assert lift_of(sample_of([5, 5]), sample_of([4, 4])).difference_within == Interval(1, 1)


def test_nineteen_of_twenty_intervals_hold_what_is_true():
    chance = random.Random(7)
    within = share_within = 0
    for _n in range(1000):
        offered = sample_of(int(chance.gauss(11_000, 4_000)) for _c in range(60))
        held = sample_of(int(chance.gauss(10_000, 3_000)) for _c in range(25))
        lift = lift_of(offered, held)
        within += lift.difference_within.low <= 1_000 <= lift.difference_within.high
        share_within += lift.share_within.low <= 0.1 <= lift.share_within.high
    assert 930 <= within <= 970
    assert 930 <= share_within <= 970


def result(name="Ten", **more):
    return offer_result(name, today=DAY + days(5), visible_to=cast.OPERATOR, **more)


def sell(n, price="10.00", *, phone=cast.ANNA_PHONE, at=cast.NOW, **more):
    return cast.recorded(
        cast.sale(n, cast.line(price=price), at=at, customer={"phone": phone}, **more), at=at + timedelta(days=9)
    ).customer_id


@shop_open
def test_uses_cost_and_net_are_those_of_its_sales_on_its_days():
    live()
    anna = sell(1)
    take(1, anna)
    sell(2, at=cast.NOW + days(1))
    take(2, anna)
    sell(3)
    sell(4, "70.00", at=cast.NOW + days(6))
    take(4, anna)
    ben = sell(5, phone=cast.BEN_PHONE)
    take(5, ben)
    release(5)
    cast.recorded(
        cast.brought_back(6, 2, cast.line(price="10.00", quantity="-0.4"), at=cast.NOW + days(2)), at=cast.NOW + days(9)
    )
    found = result()
    assert (found.first, found.last) == (DAY, DAY + days(5))
    assert (found.uses, found.customers, found.cost, found.net, found.lift) == (2, 1, 200, 1600, None)
    assert result(first=DAY + days(1)).uses == 1
    with pytest.raises(Forbidden):
        offer_result("Ten", today=DAY, visible_to=cast.REGISTER)


@shop_open
def test_the_lift_compares_all_who_could_have_it_from_when_they_could():
    people = [cast.person(f"P{n}", phones=(f"+2547120000{n:02}",)) for n in range(30)]
    made = live(holdout_milli=300, needs_grant=True)
    offer_give(made, people[:20], until=None, actor=cast.OPERATOR, at=cast.NOW, today=DAY)
    held = {each for each in people[:20] if is_held_out(offer=made, customer=each, share_milli=300)}
    assert 2 <= len(held) <= 12
    for n in range(len(people)):
        sell(n, f"{1 + n}.00", phone=f"+2547120000{n:02}", at=cast.NOW)
        sell(100 + n, "99.00", phone=f"+2547120000{n:02}", at=cast.NOW - days(1))
    worth = {each: 100 * (1 + n) for n, each in enumerate(people[:20])}
    expected = lift_of(
        sample_of(amount for each, amount in worth.items() if each not in held), sample_of(worth[each] for each in held)
    )
    assert result().lift == expected


@shop_open
def test_whoever_enters_a_group_counts_from_then_on():
    anna = cast.person("Anna", phones=(cast.ANNA_PHONE,))
    ben = cast.person("Ben", phones=(cast.BEN_PHONE,))
    group = group_create("Staff", actor=cast.OPERATOR, at=cast.NOW)
    members_add(group, [anna], actor=cast.OPERATOR, at=cast.NOW - days(3))
    members_add(group, [ben], actor=cast.OPERATOR, at=cast.NOW + days(2))
    live(holdout_milli=1, groups=(group,))
    for n, at in enumerate((cast.NOW, cast.NOW + days(1), cast.NOW + days(3))):
        sell(n, "1.00", at=at)
        sell(10 + n, "1.00", at=at, phone=cast.BEN_PHONE)
    lift = result().lift
    assert (lift.offered, lift.held_out) == (sample_of([300, 100]), sample_of([]))
