"""What other terms would do."""

from datetime import timedelta

import pytest

from regulars.access.rights import Role
from regulars.access.rules import OPERATOR, Actor
from regulars.balances import previewing
from regulars.balances.errors import BadPolicy
from regulars.balances.previewing import policy_effect
from regulars.balances.rules import EarningRule, PolicyTerms
from regulars.balances.services import points_adjust, policy_set
from regulars.core.errors import Forbidden
from regulars.segments.services import tier_set_save
from tests import cast

TODAY = cast.NOW.date()
BY = {"actor": OPERATOR, "at": cast.NOW}
ONE = PolicyTerms(rules=(EarningRule(name="All", points=1, per=1_000),), point_value_milli=100_000)


def two(**more):
    told = {"rules": (EarningRule(name="All", points=2, per=1_000),), "point_value_milli": 50_000}
    return PolicyTerms(**(told | more))


@pytest.fixture
def sold(shop):
    """Anna: 350.00, 500.00 of which 350.00 came back; Ben: 90.00, 40 days ago: 350.00; nobody: 350.00."""
    policy_set(ONE, starts_on=TODAY - timedelta(days=60), **BY)
    anna, ben = cast.person("Anna", phones=(cast.ANNA_PHONE,)), cast.person("Ben", phones=(cast.BEN_PHONE,))
    cast.recorded(cast.sale(1, customer={"id": anna}))
    cast.recorded(cast.sale(2, cast.line(), cast.line("MUG", "150.00"), customer={"id": anna}))
    cast.recorded(cast.brought_back(3, 2))
    cast.recorded(cast.sale(4, cast.line("MUG", "90.00"), store=cast.KAREN, customer={"id": ben}))
    cast.recorded(cast.sale(5, at=cast.NOW - timedelta(days=40), customer={"id": ben}))
    cast.recorded(cast.sale(6))
    return anna, ben


def test_the_effect_is_what_lately_sold_would_have_earned_against_now(sold):
    found = policy_effect(two(), today=TODAY, visible_to=OPERATOR)
    assert (found.sales, found.looked_at) == (3, 3)
    assert (found.earned_before, found.earned_after) == (59, 118)
    assert (found.worth_before, found.worth_after) == (5_900, 5_900)
    assert (found.more, found.less) == (2, 0)
    # What is held: 35 + 15 + 9 + 35.
    assert (found.held, found.held_before, found.held_after) == (94, 9_400, 4_700)
    assert (found.first, found.last) == (TODAY - timedelta(days=30), TODAY)


def test_the_terms_in_force_change_nothing(sold):
    found = policy_effect(ONE, today=TODAY, visible_to=OPERATOR)
    assert (found.earned_before, found.worth_before, found.held_before) == (
        found.earned_after, found.worth_after, found.held_after,
    )  # fmt: skip
    assert (found.more, found.less) == (0, 0)


def test_tiers_and_visits_are_in_it(sold):
    tier_set_save("Loyalty", "Standard: spent < 400; Gold: spent >= 400", **BY)
    rules = (
        EarningRule(name="Come", kind="visit", points=10),
        EarningRule(name="Gold", kind="multiplier", factor_milli=3_000, tiers=("Gold",)),
    )
    found = policy_effect(two(rules=rules), today=TODAY, visible_to=OPERATOR)
    # Anna and Ben hold Gold (500.00, 440.00): a visit each, tripled.
    assert (found.earned_after, found.more, found.less) == (60, 1, 1)


def test_a_first_policy_is_held_against_nothing(shop):
    anna = cast.person("Anna")
    points_adjust(anna, 40, reason="From before", reference="a", **BY)
    cast.recorded(cast.sale(1, customer={"id": anna}))
    found = policy_effect(ONE, today=TODAY, visible_to=OPERATOR)
    assert (found.earned_before, found.worth_before, found.held_before) == (0, 0, 0)
    assert (found.earned_after, found.worth_after, found.held_after) == (35, 3_500, 4_000)


def test_of_many_sales_some_are_taken_evenly_and_scaled_up(sold, monkeypatch):
    monkeypatch.setattr(previewing, "MOST_LOOKED_AT", 1)
    found = policy_effect(two(), today=TODAY, visible_to=OPERATOR)
    assert found.sales == 3
    assert 0 < found.looked_at < 3
    assert found.earned_after == 2 * found.earned_before


def test_a_shop_without_sales_has_no_effect_to_tell(shop):
    found = policy_effect(ONE, today=TODAY, visible_to=OPERATOR)
    assert (found.sales, found.earned_after, found.held) == (0, 0, 0)


def test_terms_that_cannot_be_and_actors_who_may_not_are_refused(shop):
    wrong = two(rules=(EarningRule(name="x", points=1, per=0),))
    with pytest.raises(BadPolicy):
        policy_effect(wrong, today=TODAY, visible_to=OPERATOR)
    with pytest.raises(Forbidden):
        policy_effect(ONE, today=TODAY, visible_to=Actor(key="person:1", name="Mo", role=Role.MANAGER))


def test_nothing_is_changed_by_looking(sold):
    before = cast.everything()
    policy_effect(two(), today=TODAY, visible_to=OPERATOR)
    assert cast.everything() == before
