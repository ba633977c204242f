"""Several processes and transactions at once: nothing is missed, and nothing is counted twice."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, connections

from regulars.lake import flushing
from regulars.lake.checking import lake_check
from regulars.lake.engines.engine import Statement
from regulars.lake.flushing import lake_flush, lake_rebuild
from regulars.lake.reading import lake_here
from regulars.storage.writing import writing
from tests.cast import NOW, record, sale
from tests.faults.crowd import in_processes
from tests.lake.test_histories import agree

COUNT = Statement("SELECT COUNT(*) AS n, COUNT(DISTINCT sale) AS d FROM sales")


def counted():
    [row] = lake_here().reading(at=NOW).ask(COUNT).to_pylist()
    assert row["n"] == row["d"]
    return row["n"]


@pytest.mark.usefixtures("open_shop")
def test_processes_that_sell_flush_and_ask_at_once():
    def sells(first):
        def act():
            for n in range(first, first + 20):
                record(sale(n, at=NOW - timedelta(days=n % 50)))
            return "sold"

        return act

    def flushes():
        return [lake_flush(at=NOW).is_waiting for _n in range(6)][-1]

    def asks():
        found = [counted() for _n in range(10)]
        return found == sorted(found) or found

    record(sale(1))
    outcomes = in_processes([sells(100), sells(200), flushes, flushes, asks, asks])
    assert outcomes[:2] == ["sold", "sold"]
    assert outcomes[4:] == [True, True]
    assert counted() == 41
    agree()
    lake_flush(at=NOW)
    agree()


@pytest.mark.usefixtures("open_shop")
def test_a_sale_that_is_committed_late_is_not_missed(monkeypatch):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    monkeypatch.setattr(flushing, "_PATIENCE", 0.05)
    lake_flush(at=NOW)
    is_stored, may_end = threading.Event(), threading.Event()

    def sell_slowly():
        try:
            with writing():
                record(sale(1))
                is_stored.set()
                may_end.wait(60)
        finally:
            is_stored.set()
            connections.close_all()

    slow = threading.Thread(target=sell_slowly)
    slow.start()
    try:
        assert is_stored.wait(60)
        connection.close()
        with connection.cursor() as cursor:
            # An event with a greater id than that of the sale which is still being stored.
            cursor.execute(
                "INSERT INTO sales_sale (uid, number, store_id, channel, kind, status, is_assigned, sold_at, day, weekday,"
                " hour, minute, total, net, tax, discount, tip, units_milli, note)"
                " SELECT gen_random_uuid(), 'EARLY', id, 'in_store', 'sale', 'completed', false, %s, %s, 6, 1, 1, 5, 5, 0,"
                " 0, 0, 1000, '' FROM sales_store ORDER BY id LIMIT 1 RETURNING id",
                [NOW, NOW.date()],
            )
            [early] = cursor.fetchone()
            cursor.execute(
                "INSERT INTO events_event (at, kind, subject_id) VALUES (%s, 'sale.recorded', %s)", [NOW, early]
            )
        assert counted() == 1
        assert lake_flush(at=NOW).is_waiting
        assert counted() == 1
    finally:
        may_end.set()
        slow.join()
    assert counted() == 2
    done = lake_flush(at=NOW)
    assert (done.is_waiting, done.sales) == (False, 2)
    assert counted() == 2
    assert lake_check(at=NOW) == []
    lake_rebuild(at=NOW)
    assert counted() == 2
