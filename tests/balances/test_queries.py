"""How many queries balances add to the way of a sale: the same for one sale and for many."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from regulars.access.rules import OPERATOR
from regulars.balances.rules import EarningRule
from regulars.balances.selectors import balances_of, statement_of
from regulars.balances.services import points_adjust, points_redeem
from tests import cast
from tests.balances.counter import BY_AMOUNT, TODAY, noon, policy

pytestmark = pytest.mark.usefixtures("shop")
VISIT = EarningRule(name="visit", kind="visit", points=5)


@pytest.fixture
def people(shop):
    return [cast.person(f"Person {n}") for n in range(20)]


def queries_of(act):
    """The statements that touch balances, but for savepoints."""
    with CaptureQueriesContext(connection) as captured:
        act()
    return [each["sql"] for each in captured if "SAVEPOINT" not in each["sql"]]


def of_balances(act):
    return [sql for sql in queries_of(act) if "balances_" in sql]


def batch(start, count, people):
    return [
        cast.sale(n, cast.line(price="50.00"), at=noon(TODAY), customer={"id": people[n % len(people)]})
        for n in range(start, start + count)
    ]


def pinned(sqlite, postgresql):
    return {"sqlite": sqlite, "postgresql": postgresql}[connection.vendor]


def test_a_shop_without_a_policy_is_asked_one_thing_for_a_batch_and_nothing_for_anonymous_sales(people):
    cast.record(*batch(0, 1, people))
    assert len(of_balances(lambda: cast.record(*batch(1, 1, people)))) == 1
    assert len(of_balances(lambda: cast.record(*batch(100, 60, people)))) == 1
    assert of_balances(lambda: cast.record(cast.sale(500))) == []


def test_a_sale_that_earns(people):
    policy()
    cast.record(*batch(0, 1, people))
    assert len(of_balances(lambda: cast.record(*batch(1, 1, people)))) == pinned(6, 4)


def test_many_sales_take_as_many_as_one(people):
    policy(BY_AMOUNT, VISIT)
    cast.record(*batch(0, 20, people))
    one = queries_of(lambda: cast.record(*batch(100, 20, people)))
    many = queries_of(lambda: cast.record(*batch(200, 200, people)))
    assert len(one) == len(many)


def test_a_sale_paid_with_points(people):
    policy()
    points_adjust(people[0], 1000, reason="x", reference="x", actor=OPERATOR, at=noon(TODAY))

    def paid(n):
        return cast.sale(
            n, cast.line(price="10.00"), at=noon(TODAY), customer={"id": people[0]},
            payments=[{"method": "points", "amount": "10.00"}],
        )  # fmt: skip

    cast.recorded(paid(1), at=noon(TODAY))
    assert len(of_balances(lambda: cast.recorded(paid(2), at=noon(TODAY)))) == pinned(9, 7)


def test_redeeming(people):
    points_adjust(people[0], 1000, reason="x", reference="x", actor=OPERATOR, at=noon(TODAY))

    def redeem(n):
        points_redeem(people[0], 10, reason="x", reference=str(n), actor=OPERATOR, at=noon(TODAY))

    redeem(1)
    assert len(queries_of(lambda: redeem(2))) == pinned(6, 5)


def test_what_somebody_holds(people):
    policy()
    cast.record(*batch(0, 20, people))
    assert len(queries_of(lambda: balances_of(people[0], at=noon(TODAY), visible_to=OPERATOR))) == 6


def test_a_statement(people):
    policy()
    cast.record(*batch(0, 200, people))
    told = {"book": "points", "first": TODAY, "last": TODAY, "visible_to": OPERATOR}
    assert len(queries_of(lambda: statement_of(people[0], **told))) == 4
