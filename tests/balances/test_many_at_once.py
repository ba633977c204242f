"""Many tills at once spend what is there once, and whoever comes too late is told the balance."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection

from regulars.access.rules import OPERATOR, REGISTER
from regulars.balances.errors import NotEnoughPoints
from regulars.balances.jobs import days_end
from regulars.balances.models import Entry
from regulars.balances.services import account_limit_set, bonus_give, credit_adjust, points_adjust, points_redeem
from regulars.balances.verifying import differences
from regulars.checkout.services import sale_return, sale_void
from tests import cast
from tests.balances.counter import TODAY, bring_back, entries, held, noon, points, policy, sell, sums
from tests.faults.crowd import dying_at, in_processes, killed, together

CLIENTS = 8
NOON = noon(TODAY)


@pytest.fixture
def anna(transactional_db):
    cast.shop_open()
    policy()
    return cast.person("Anna")


def give(customer, amount):
    points_adjust(customer, amount, reason="a gift", reference="first", actor=OPERATOR, at=NOON)


def redeemed(customer, amount, name):
    try:
        points_redeem(customer, amount, reason="", reference=name, actor=OPERATOR, at=NOON)
    except NotEnoughPoints as refused:
        return str(refused)
    return "spent"


@pytest.mark.parametrize("crowd", [together, in_processes])
def test_eight_tills_spend_one_balance_once(anna, crowd):
    give(anna, 50)
    acts = [lambda n=n: [redeemed(anna, 10, f"{n}-{m}") for m in range(3)] for n in range(CLIENTS)]
    outcomes = Counter(each for told in crowd(acts) for each in told)
    assert outcomes == {
        "spent": 5, f"Customer {anna} has 0 points to spend; 10 were asked for. Take less.": 19,
    }  # fmt: skip
    assert (points(anna), held(anna).points) == (0, 0)
    assert list(differences(today=TODAY)) == []


@pytest.mark.parametrize("crowd", [together, in_processes])
def test_the_same_request_from_eight_tills_is_booked_once(anna, crowd):
    give(anna, 50)
    assert crowd([lambda: redeemed(anna, 10, "one")] * CLIENTS) == ["spent"] * CLIENTS
    assert entries(anna) == [("adjust", 50), ("spend", -10)]


def sold(n, anna, method, amount="10.00"):
    told = cast.sale(
        n, cast.line(price=amount), at=NOON, customer={"id": anna}, payments=[{"method": method, "amount": amount}]
    )
    [answer] = cast.record(told, at=NOON, actor=REGISTER)
    return answer.outcome


@pytest.mark.parametrize("method", ["points", "store_credit", "account"])
def test_eight_sales_paid_from_one_balance_are_covered_or_refused(anna, method):
    give(anna, 30)
    credit_adjust(anna, 3000, reason="x", reference="x", actor=OPERATOR, at=NOON)
    account_limit_set(anna, 3000, actor=OPERATOR, at=NOON)
    outcomes = Counter(in_processes([lambda n=n: sold(n, anna, method) for n in range(CLIENTS)]))
    assert outcomes == {"created": 3, "refused": 5}
    left = sums(anna)
    assert {"points": left["points"] == 0, "store_credit": left["credit"] == 0, "account": left.get("account") == 3000}[
        method
    ]
    assert list(differences(today=TODAY)) == []


def test_earning_spending_returning_and_the_night_at_once_leave_a_ledger_that_closes(anna):
    give(anna, 500)
    ben = cast.person("Ben")
    for n in range(CLIENTS):
        sell(n, "100.00", to=(anna, ben)[n % 2], on=TODAY - timedelta(days=40))

    def life(n):
        def act():
            sold(100 + n, (anna, ben)[n % 2], "cash", "55.00")
            sale_return(f"W-{n:04}", uid=cast.uid(200 + n), actor=OPERATOR, at=NOON)
            redeemed(anna, 7, f"r{n}")
            sold(300 + n, anna, "points", "5.00")
            sale_void(f"W-{300 + n:04}", actor=OPERATOR, at=NOON)
            bonus_give(ben, 3, reason="x", reference=f"b{n}", actor=OPERATOR, at=NOON)
            days_end(at=NOON) if n == 3 else None
            return "done"

        return act

    assert together([life(n) for n in range(CLIENTS)]) == ["done"] * CLIENTS
    assert list(differences(today=TODAY)) == []
    assert (points(anna), points(ben)) == (500 + 4 * 5 - 7 * CLIENTS, 4 * 5 + 3 * CLIENTS)


def test_a_return_at_eight_tills_gives_back_once(anna):
    give(anna, 30)
    sell(1, "30.00", to=anna, paid={"points": "30.00"})
    told = [lambda n=n: _brought(n) for n in range(CLIENTS)]
    assert Counter(in_processes(told)) == {"created": 1, "refused": 7}
    assert points(anna) == 30


def _brought(n):
    back = cast.brought_back(
        50 + n, 1, cast.line(price="30.00", quantity="-1"), at=NOON, payments=[{"method": "points", "amount": "-30.00"}]
    )
    return cast.record(back, at=NOON, actor=OPERATOR)[0].outcome


@pytest.mark.parametrize("statement", range(9))
def test_a_till_killed_while_it_redeems_has_spent_all_or_nothing(anna, statement):
    give(anna, 30)

    def act(tell):
        with dying_at(statement):
            tell(redeemed(anna, 10, "one"))
        import os
        import signal

        os.kill(os.getpid(), signal.SIGKILL)

    told = killed(act)
    connection.ensure_connection()
    assert points(anna) == (20 if told == ["spent"] else 30)
    assert list(differences(today=TODAY)) == []
    assert redeemed(anna, 10, "one") == "spent"
    assert points(anna) == 20
    assert Entry.objects.filter(kind="spend").count() == 1


def test_nothing_doubles_when_a_return_is_sent_twice(anna):
    give(anna, 30)
    sell(1, "30.00", to=anna, paid={"points": "30.00"})
    bring_back(2, 1, cast.line(price="30.00", quantity="-1"), paid={"points": "-30.00"})
    [again] = cast.record(
        cast.brought_back(2, 1, cast.line(price="30.00", quantity="-1"), at=NOON, payments=[{"method": "points", "amount": "-30.00"}]),
        at=NOON, actor=OPERATOR,
    )  # fmt: skip
    assert (again.outcome, points(anna)) == ("unchanged", 30)
