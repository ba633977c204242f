"""Tills that were offline may have overspent, by their allowances at most."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.access.rules import OPERATOR, REGISTER
from regulars.balances.allowances import allowance_get, allowance_make
from regulars.balances.errors import BadAmount
from regulars.balances.models import Allowance
from regulars.balances.services import points_adjust
from regulars.balances.verifying import differences
from regulars.core.errors import Forbidden
from regulars.sales.errors import StoreUnknown
from regulars.sales.models import Sale
from tests import cast
from tests.balances.counter import TODAY, entries, held, noon, points, policy
from tests.faults.crowd import in_processes, together

NOON = noon(TODAY)
BEFORE = NOON - timedelta(hours=1)


@pytest.fixture
def anna(shop):
    return holder()


def holder():
    policy()
    anna = cast.person("Anna")
    points_adjust(anna, 50, reason="a gift", reference="first", actor=OPERATOR, at=NOON)
    return anna


def allowed(register, points, *, hours=24, at=BEFORE):
    return allowance_make(cast.WESTLANDS, register, points=points, hours=hours, actor=OPERATOR, at=at).token


def sold(n, anna, worth, *, register="T1", allowance="", at=NOON):
    """The answer to a sale of so much, paid with points alone."""
    told = cast.sale(
        n, cast.line(price=worth), at=at, register=register, customer={"id": anna},
        payments=[{"method": "points", "amount": worth}], allowance=allowance,
    )  # fmt: skip
    [answer] = cast.record(told, at=NOON)
    return answer


def refused(n, anna, worth, **more):
    """Place and sentence of the one fault, of a sale that left nothing behind."""
    before = cast.everything()
    answer = sold(n, anna, worth, **more)
    assert answer.outcome == "refused"
    assert cast.everything() == before
    [fault] = answer.faults
    return fault.place, fault.message


def test_what_is_not_there_is_owed_and_counted_against_the_allowance(anna):
    token = allowed("T1", 40)
    assert sold(1, anna, "80.00", allowance=token).outcome == "created"
    assert entries(anna) == [("adjust", 50), ("spend", -50), ("spend", -30)]
    assert (points(anna), held(anna).points) == (-30, -30)
    assert Allowance.objects.get().used == 30
    place, sentence = refused(2, anna, "20.00", allowance=token)
    assert place == "allowance"
    assert "the allowance does not cover them: 10 points of it are left. Take them off the sale." in sentence
    assert sold(3, anna, "10.00", allowance=token).outcome == "created"
    assert Allowance.objects.get().used == 40
    assert list(differences(today=TODAY)) == []


def test_sent_again_it_is_the_same_sale(anna):
    token = allowed("T1", 40)
    assert [sold(1, anna, "80.00", allowance=token).outcome for _again in range(3)] == [
        "created",
        "unchanged",
        "unchanged",
    ]
    assert (Sale.objects.count(), Allowance.objects.get().used, points(anna)) == (1, 30, -30)


def test_what_is_there_needs_no_allowance_and_uses_none(anna):
    assert sold(1, anna, "50.00", allowance=allowed("T1", 40)).outcome == "created"
    assert Allowance.objects.get().used == 0


@pytest.mark.parametrize(
    ("register", "at", "why"),
    [
        ("T2", NOON, "it is another register's"),
        ("", NOON, "it is another register's"),
        ("T1", BEFORE - timedelta(minutes=1), "it was not in force when the sale was made"),
        ("T1", BEFORE + timedelta(hours=2), "it was not in force when the sale was made"),
    ],
)
def test_an_allowance_is_one_tills_for_its_time(anna, register, at, why):
    token = allowed("T1", 40, hours=2)
    told = cast.sale(
        1, cast.line(price="80.00"), at=at, register=register, customer={"id": anna},
        payments=[{"method": "points", "amount": "80.00"}], allowance=token,
    )  # fmt: skip
    before = cast.everything()
    [answer] = cast.record(told, at=max(at, NOON))
    assert cast.everything() == before
    [fault] = answer.faults
    assert fault.place == "allowance"
    assert why in fault.message


@pytest.mark.parametrize("token", ["1", "1:forged", "x" * 500])
def test_what_was_not_signed_here_allows_nothing(anna, token):
    allowed("T1", 40)
    assert "it was not given by this shop" in refused(1, anna, "80.00", allowance=token)[1]


def test_a_new_allowance_ends_the_one_before(anna):
    first = allowed("T1", 40)
    second = allowed("T1", 10, at=NOON - timedelta(minutes=30))
    assert "not in force" in refused(1, anna, "80.00", allowance=first)[1]
    assert sold(2, anna, "60.00", allowance=second, at=NOON).outcome == "created"
    found = allowance_get(cast.WESTLANDS, "T1", visible_to=REGISTER, at=NOON)
    assert (found.token, found.points, found.used) == (second, 10, 10)
    assert allowance_get(cast.WESTLANDS, "T1", visible_to=REGISTER, at=NOON + timedelta(days=2)) is None


@pytest.mark.parametrize(
    ("asked", "refusal", "words"),
    [
        ({"points": 0}, BadAmount, "0 cannot be booked; give a whole number of points from 1 to 1000000."),
        ({"hours": 200}, BadAmount, "200 cannot be booked; give a whole number of hours from 1 to 168."),
        ({"store": "Nowhere"}, StoreUnknown, 'There is no store "Nowhere"'),
        ({"actor": REGISTER}, Forbidden, "may not"),
    ],
)
def test_wrong_ones_are_refused(anna, asked, refusal, words):
    told = {"store": cast.WESTLANDS, "register": "T1", "points": 10, "hours": 24, "actor": OPERATOR, "at": NOON} | asked
    before = cast.everything()
    with pytest.raises(refusal, match=words.replace("(", "\\(")):
        allowance_make(told.pop("store"), told.pop("register"), **told)
    assert cast.everything() == before


@pytest.mark.parametrize("crowd", [together, in_processes])
@pytest.mark.django_db(transaction=True)
def test_six_sales_that_come_back_at_once_overspend_by_the_allowance_at_most(crowd):
    cast.shop_open()
    anna = holder()
    token = allowed("T1", 40)
    answered = crowd([lambda n=n: sold(n, anna, "30.00", allowance=token).outcome for n in range(6)])
    assert sorted(answered) == ["created"] * 3 + ["refused"] * 3
    assert (points(anna), Allowance.objects.get().used) == (-40, 40)


SPENDS = st.lists(st.tuples(st.sampled_from("AB"), st.integers(1, 60)), max_size=8)


@settings(max_examples=25, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SPENDS, st.integers(1, 60), st.integers(1, 60))
def test_tills_overspend_by_the_sum_of_their_allowances_at_most(shop, spends, for_a, for_b):
    with transaction.atomic():
        anna = holder()
        tokens = {"A": allowed("A", for_a), "B": allowed("B", for_b)}
        spent = 0
        for n, (till, worth) in enumerate(spends):
            answer = sold(n, anna, f"{worth}.00", register=till, allowance=tokens[till])
            spent += worth if answer.outcome == "created" else 0
        assert points(anna) == 50 - spent >= -(for_a + for_b)
        assert sum(Allowance.objects.values_list("used", flat=True)) == max(0, spent - 50)
        assert list(differences(today=TODAY)) == []
        transaction.set_rollback(True)
