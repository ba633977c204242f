"""What a customer holds, in one query: the same as balances_of says."""

from datetime import timedelta

import pytest

from regulars.access.rights import Role
from regulars.access.rules import OPERATOR, Actor
from regulars.balances.glancing import balances_glanced
from regulars.balances.rules import EarningRule, PolicyTerms
from regulars.balances.selectors import balances_of
from regulars.balances.services import account_limit_set, bonus_give, credit_adjust, points_adjust, policy_set
from regulars.checkout.beside import sales_beside
from regulars.core.errors import Forbidden
from regulars.customers.services import note_add
from regulars.offers.engine.terms import Kind, OfferTerms
from regulars.offers.services import offer_save
from regulars.sales.timeline import timeline_page
from tests import cast

TODAY = cast.NOW.date()
BY = {"actor": OPERATOR, "at": cast.NOW}


def glance(customer, actor=OPERATOR):
    return balances_glanced(customer, today=TODAY, visible_to=actor)


@pytest.fixture
def anna(shop):
    rule = EarningRule(name="All", points=1, per=1_000)
    terms = PolicyTerms(
        rules=(rule,), point_value_milli=100_000, pending_days=5, expires_after_days=100, bonus_expires_after_days=10
    )
    policy_set(terms, starts_on=TODAY - timedelta(days=60), **BY)
    return cast.person("Anna", phones=(cast.ANNA_PHONE,))


def test_a_glance_says_what_balances_say(anna):
    account_limit_set(None, 100_000, **BY)
    cast.recorded(cast.sale(1, customer={"id": anna}))
    cast.recorded(
        cast.sale(
            2,
            customer={"id": anna},
            at=cast.NOW - timedelta(days=20),
            payments=[{"method": "account", "amount": "350.00"}],
        ),
        actor=OPERATOR,
    )
    bonus_give(anna, 7, reason="x", reference="x", **BY)
    credit_adjust(anna, 1_250, reason="x", reference="x", **BY)
    seen, held = glance(anna), balances_of(anna, at=cast.NOW, visible_to=OPERATOR)
    assert (
        (seen.points, seen.pending, seen.worth)
        == (held.points, held.points_pending, held.points_value)
        == (42, 35, 4_200)
    )
    assert (
        (seen.credit, seen.account, seen.limit)
        == (held.credit, held.account, held.account_limit)
        == (1_250, 35_000, 100_000)
    )
    assert (seen.next_expiry, seen.expiring) == held.expiring[0] == (TODAY + timedelta(days=10), 7)
    account_limit_set(anna, 5, **BY)
    assert glance(anna).limit == 5


def test_a_glance_at_nothing_is_empty(shop):
    ben = cast.person("Ben")
    assert glance(ben).is_empty
    points_adjust(ben, 1, reason="x", reference="x", **BY)
    assert not glance(ben).is_empty


def test_a_policy_to_come_is_not_in_force(shop):
    policy_set(PolicyTerms(), starts_on=TODAY + timedelta(days=1), **BY)
    assert not glance(cast.person("Ben")).has_policy


def test_a_glance_takes_one_query_and_the_right(anna, django_assert_num_queries):
    with django_assert_num_queries(1):
        glance(anna)
    with pytest.raises(Forbidden):
        glance(anna, _nobody())


def _nobody():
    class Nobody(Actor):
        def reach(self, right):
            return None

    return Nobody(key="x", name="x", role=Role.ANALYST)


# On the timeline


def test_what_hangs_on_no_sale_is_a_moment_of_its_own(anna):
    cast.recorded(cast.sale(1, customer={"id": anna}))
    points_adjust(anna, 20, reason="Spilled coffee", reference="a", **BY)
    points_adjust(anna, -5, reason="Too many", reference="b", actor=OPERATOR, at=cast.NOW + timedelta(minutes=1))
    note_add(anna, "Oat milk.", actor=OPERATOR, at=cast.NOW)
    told = []
    cursor = None
    while True:
        page = timeline_page(anna, limit=1, cursor=cursor, visible_to=OPERATOR)
        told += [(each.kind, each.moved, each.words, each.amount) for each in page.moments]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert told == [
        ("balance", -5, "Too many", None), ("note", 0, "Oat milk.", None), ("balance", 20, "Spilled coffee", None),
        ("sale", 0, "", 35_000),
    ]  # fmt: skip


def test_beside_a_sale_stands_what_it_moved_and_its_offers(anna, django_assert_num_queries):
    offer_save("Latte days", OfferTerms(kind=Kind.PERCENT, percent_milli=10_000), is_live=True, **BY)
    account_limit_set(anna, 100_000, **BY)
    line = cast.line(discount="35.00")
    cast.recorded(
        cast.sale(1, line, customer={"id": anna}, offers=[{"name": "Latte days", "amount": "35.00"}],
                  payments=[{"method": "account", "amount": "315.00"}]),
        actor=OPERATOR,
    )  # fmt: skip
    with django_assert_num_queries(1):
        found = sales_beside([cast.uid(1), cast.uid(2)], visible_to=OPERATOR)
    assert list(found) == [cast.uid(1)]
    beside = found[cast.uid(1)]
    assert (beside.earned, beside.spent, beside.credit, beside.charged) == (31, 0, 0, 31_500)
    assert beside.offers == [("Latte days", 3_500)]
    with django_assert_num_queries(0):
        assert sales_beside([], visible_to=OPERATOR) == sales_beside([cast.uid(1)], visible_to=_nobody()) == {}


def test_what_came_back_is_off_what_stands_beside(anna):
    cast.recorded(cast.sale(1, cast.line(quantity="2"), customer={"id": anna}))
    cast.recorded(cast.brought_back(2, 1))
    assert sales_beside([cast.uid(1)], visible_to=OPERATOR)[cast.uid(1)].earned == 35
