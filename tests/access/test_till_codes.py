"""A code to show at the till: short, for minutes, once, and for who made it."""

from datetime import timedelta

import pytest

from regulars.access.customer_sign_in import customer_actor
from regulars.access.errors import TillCodeRefused, TooManyTries
from regulars.access.models import AuditEntry, TillCode
from regulars.access.rules import OPERATOR, REGISTER
from regulars.access.till_codes import (
    DIGITS,
    MINUTES,
    MOST_MISTYPED,
    WINDOW_MINUTES,
    till_code_look,
    till_code_make,
    till_code_use,
)
from regulars.core.errors import Forbidden
from regulars.storage.writing import writing
from tests import cast

pytestmark = pytest.mark.django_db
ANNA, BEN = 7, 8


def made(customer=ANNA, points=120, at=cast.NOW):
    return till_code_make(points, actor=customer_actor(customer), at=at)


def looked(code, at=cast.NOW, actor=REGISTER):
    return till_code_look(code, actor=actor, at=at)


def used(code, customer=ANNA, at=cast.NOW):
    with writing():
        return till_code_use(code, customer_id=customer, actor=REGISTER, at=at)


def other_than(code):
    return f"{(int(code) + 1) % 10**DIGITS:06}"


def test_the_till_learns_whose_it_is_and_how_many_points_are_meant():
    code = made().code
    assert len(code) == DIGITS
    assert looked(f"{code[:3]} {code[3:]}") == (ANNA, 120, cast.NOW + timedelta(minutes=MINUTES))
    # Looking takes nothing.
    assert looked(code).points == 120
    assert used(code) == 120


def test_a_code_is_used_once_by_its_own_customer_and_in_time():
    code = made().code
    with pytest.raises(TillCodeRefused):
        used(code, customer=BEN)
    with pytest.raises(TillCodeRefused):
        used(code, at=cast.NOW + timedelta(minutes=MINUTES))
    assert used(code) == 120
    before = cast.everything()
    with pytest.raises(TillCodeRefused):
        used(code)
    with pytest.raises(TillCodeRefused):
        looked(other_than(code))
    assert cast.everything()["access.TillCode"] == before["access.TillCode"] == []


def test_a_new_code_ends_the_one_before_and_what_is_over_is_swept():
    first, others = made().code, made(BEN).code
    second = made(points=50).code
    with pytest.raises(TillCodeRefused):
        looked(first)
    assert (looked(second).points, looked(others).customer_id) == (50, BEN)
    made(9, at=cast.NOW + timedelta(minutes=MINUTES))
    assert list(TillCode.objects.values_list("customer_id", flat=True)) == [9]


def test_what_is_kept_does_not_tell_the_code():
    code = made().code
    assert not any(code in str(column) for row in cast.everything()["access.TillCode"] for column in row[2:])


def test_a_till_that_guesses_is_stopped_and_others_are_not():
    code = made().code
    for _n in range(MOST_MISTYPED):
        with pytest.raises(TillCodeRefused):
            looked(other_than(code))
    with pytest.raises(TooManyTries):
        looked(code)
    assert looked(code, actor=OPERATOR).points == 120
    later = cast.NOW + timedelta(minutes=WINDOW_MINUTES)
    with pytest.raises(TillCodeRefused):
        looked(code, at=later)


def test_only_a_customer_makes_one_and_only_a_till_looks_one_up():
    for actor in (OPERATOR, REGISTER):
        with pytest.raises(Forbidden):
            till_code_make(5, actor=actor, at=cast.NOW)
    code = made().code
    for actor in (customer_actor(ANNA), cast.GUEST):
        with pytest.raises(Forbidden):
            looked(code, actor=actor)


def test_making_and_using_are_in_the_log():
    used(made().code)
    told = AuditEntry.objects.values_list("verb", "actor", "subject_id", "facts")
    assert list(told) == [
        ("access.till_code_make", "customer:7", ANNA, {"points": 120}),
        ("access.till_code_use", "register", ANNA, {"points": 120}),
    ]
