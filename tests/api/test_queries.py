"""How many queries a request takes, whatever the number of rows; one of them is for the token."""

from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import cast
from tests.checkout.test_queries import pinned


def queries_of(ask):
    """Statements but for savepoints, which a test's own transaction adds."""
    with CaptureQueriesContext(connection) as captured:
        assert ask().status_code < 300
    return [each["sql"] for each in captured if "SAVEPOINT" not in each["sql"]]


def many(start, count):
    cast.record(
        *(
            cast.sale(n, register=f"T{n % 3}", customer={"phone": f"+2547120{n:05}", "name": f"Somebody {n}"})
            for n in range(start, start + count)
        )
    )


def test_a_sale_takes_one_more_than_the_service(till):
    contact = {"phone": cast.ANNA_PHONE, "name": "Anna"}
    till.post("/sales", cast.sale(1, register="T1", customer=contact))
    told = cast.sale(2, register="T1", customer=contact, payments=[{"method": "cash", "amount": "350.00"}])
    assert len(queries_of(lambda: till.post("/sales", told))) == pinned(18, 21)


def test_a_key_takes_two_more(till):
    till.post("/sales", cast.sale(1))
    alone = len(queries_of(lambda: till.post("/sales", cast.sale(2))))
    assert len(queries_of(lambda: till.post("/sales", cast.sale(3), idempotency_key="k"))) == alone + pinned(2, 3)
    assert len(queries_of(lambda: till.post("/sales", cast.sale(3), idempotency_key="k"))) == pinned(2, 3)


@pytest.mark.parametrize(
    ("path", "count"),
    [
        ("/sales", 4), ("/sales?store=Westlands&kind=sale&day_from=2026-01-01", 4), ("/customers?limit=200", 8),
        ("/customers?search=somebody", 10), ("/products", 3), ("/stores", 2), ("/registers", 2), ("/tokens", 3),
        ("/me", 2), ("/live", 5),
    ],
)  # fmt: skip
def test_a_list_takes_as_many_whatever_its_length(owner, path, count):
    many(0, 3)
    few = queries_of(lambda: owner.get(path))
    many(100, 40)
    assert len(queries_of(lambda: owner.get(path))) == len(few) == count


def test_a_profile_takes_as_many_whatever_the_history(owner):
    contact = {"phone": cast.ANNA_PHONE}
    anna = cast.recorded(cast.sale(1, customer=contact)).customer_id

    def looks() -> list[int]:
        paths = (f"/customers/{anna}", f"/customers/{anna}/timeline")
        return [len(queries_of(partial(owner.get, path))) for path in paths]

    few = looks()
    cast.record(*(cast.sale(n, customer=contact) for n in range(2, 40)))
    assert looks() == few
