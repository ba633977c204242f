"""A write that is asked for again is answered alike, and done once."""

import pytest

from regulars.access.errors import BadOperationKey, OperationDiffers
from regulars.access.models import Operation
from regulars.access.operations import OperationAnswer, operation_once
from regulars.access.rules import OPERATOR, REGISTER
from tests import cast

pytestmark = pytest.mark.django_db


class Work:
    """Counts how often it is done."""

    def __init__(self, answer="{}"):
        self.times = 0
        self.answer = answer

    def __call__(self):
        self.times += 1
        return OperationAnswer(201, self.answer)


def once(work, key="k-1", asked=b"a", actor=OPERATOR):
    return operation_once(key, asked=asked, work=work, actor=actor, at=cast.NOW)


def test_the_second_time_is_answered_as_the_first_and_not_done():
    work = Work('{"id": 1}')
    assert once(work) == once(work) == OperationAnswer(201, '{"id": 1}')
    assert work.times == 1


def test_another_key_and_another_actor_are_other_operations():
    work = Work()
    once(work)
    once(work, key="k-2")
    once(work, actor=REGISTER)
    assert work.times == 3


def test_something_else_under_the_same_key_is_refused():
    once(Work())
    before = cast.everything()
    with pytest.raises(OperationDiffers) as refusal:
        once(Work(), asked=b"b")
    assert str(refusal.value) == (
        'Something else was asked for under the Idempotency-Key "k-1" already; use a new key.'
    )
    assert cast.everything() == before


def test_what_was_refused_may_be_tried_again():
    def refused():
        raise BadOperationKey(length=0)

    with pytest.raises(BadOperationKey):
        once(refused)
    assert Operation.objects.count() == 0
    assert once(Work()).status == 201


@pytest.mark.parametrize("key", ["", "x" * 256, "a\nb"])
def test_a_key_that_cannot_be_is_refused(key):
    with pytest.raises(BadOperationKey):
        once(Work(), key=key)
    assert Operation.objects.count() == 0
