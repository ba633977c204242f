"""Balances are found by an index, however many entries there are."""

from uuid import UUID

import pytest
from django.db import connection

from regulars.balances import booked, earning, glancing, holding, settling, spending, welcoming
from regulars.storage.writing import bound_list, bound_uuids, in_list, in_uuids
from tests import cast

SOME = [UUID(int=n) for n in range(3)]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL scans what is nearly empty")
@pytest.mark.parametrize(
    ("sql", "values", "index"),
    [
        (f"{booked._ENTRIES} {in_uuids('sale_uid')}", [bound_uuids(SOME)], "entry_of_a_sale_once"),
        (f"{booked._EXPIRED} {in_list('lot_id')}", [bound_list([1, 2])], "entries_of_expiry"),
        (spending._HELD, ["redeem/1/x", 1], "entry_once_per_source"),
        (spending._HELD, ["redeem/1/x", 1], "lots_that_hold"),
        (f"{holding._LOTS} {in_list('customer_id')}", [bound_list([1])], "lots_that_hold"),
        (f"{earning._IN_DEBT} {in_list('customer_id')}", [bound_list([1])], "lots_in_debt"),
        (glancing._HELD, [1, 1, 1, "2026-01-01"], "lots_that_hold"),
        (f"{welcoming._NEW} {in_list('c.id')}", ["2026-01-01", bound_list([1])], "entry_once_per_source"),
        (f"{settling._MOVED} {in_uuids('s.uid')}", [bound_uuids(SOME)], "entries_of_customer"),
        (f"{settling._MOVED} {in_uuids('s.uid')}", [bound_uuids(SOME)], "entry_of_a_sale_once"),
    ],
)
def test_an_index_leads_there(db, sql, values, index):
    cast.shop_open()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", values)
        plan = "\n".join(str(row) for row in cursor.fetchall())
    assert index in plan, plan
    assert "SCAN balances_entry" not in plan
    assert "SCAN e" not in plan
    assert "SCAN l" not in plan
    assert "SCAN balances_lot" not in plan
