"""How many queries the way of a sale takes: the same for a batch of fifty and of five hundred.

One of them asks whether any rule fills a group (segments/upkeep.py); where there are customers, one asks for the
loyalty policy (balances/earning.py).
"""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import cast

pytestmark = pytest.mark.usefixtures("shop")


def queries_of(*payloads):
    """Statements but for savepoints, which a test's own transaction adds."""
    with CaptureQueriesContext(connection) as captured:
        answers = cast.record(*payloads)
    assert {answer.outcome for answer in answers} == {"created"}
    return [each["sql"] for each in captured if "SAVEPOINT" not in each["sql"]]


def batch(start, count, people):
    return [
        cast.sale(
            n, cast.line(f"S{n % 9}"), at=cast.NOW - timedelta(minutes=20_000 - n), register=f"T{n % 3}",
            customer={"phone": f"+2547120{n % people:05}", "name": "Somebody"} if n % 4 else None,
            payments=[{"method": "cash", "amount": "350.00"}],
        )
        for n in range(start, start + count)
    ]  # fmt: skip


def pinned(sqlite, postgresql):
    return {"sqlite": sqlite, "postgresql": postgresql}[connection.vendor]


def test_an_anonymous_sale():
    cast.recorded(cast.sale(1))
    assert len(queries_of(cast.sale(2))) == pinned(9, 11)


def test_a_sale_to_a_known_customer():
    contact = {"phone": cast.ANNA_PHONE, "name": "Anna"}
    cast.recorded(cast.sale(1, register="T1", customer=contact))
    told = cast.sale(2, register="T1", customer=contact, payments=[{"method": "cash", "amount": "350.00"}])
    assert len(queries_of(told)) == pinned(17, 20)


def test_a_sale_to_a_new_customer():
    cast.recorded(cast.sale(1))
    assert len(queries_of(cast.sale(2, customer={"phone": cast.ANNA_PHONE, "name": "Anna"}))) == pinned(27, 28)


def test_a_batch_of_five_hundred_takes_as_many_as_one_of_fifty():
    fifty = queries_of(*batch(0, 50, 20))
    five_hundred = queries_of(*batch(1000, 500, 200))
    assert len(fifty) == pinned(37, 39)
    assert len(five_hundred) <= len(fifty)


def test_a_batch_of_returns_takes_as_many_whatever_their_number():
    cast.record(*batch(0, 400, 50))
    few = queries_of(
        *(cast.brought_back(5000 + n, n, cast.line(f"S{n % 9}", quantity="-1"), at=cast.NOW) for n in range(10))
    )
    many = queries_of(
        *(cast.brought_back(6000 + n, n, cast.line(f"S{n % 9}", quantity="-1"), at=cast.NOW) for n in range(10, 400))
    )
    assert len(few) == len(many)


def test_unknown_stores_take_as_many_whatever_their_number():
    with CaptureQueriesContext(connection) as one:
        cast.record(cast.sale(1, store="Nowhere"))
    with CaptureQueriesContext(connection) as many:
        cast.record(*(cast.sale(n, store=f"Nowhere {n}") for n in range(50)))
    assert len(many) == len(one)
