"""What the database holds is what is read of it, whatever a text holds; and no more is done beside than a sale can bear."""

import os
import sys
from datetime import date

import pytest
from django.db import connection

from regulars.lake.fetching import table_fetched
from regulars.lake.relations import Kind, schema_of
from regulars.lake.writing import beside
from regulars.storage.writing import is_sqlite

COLUMNS = {
    "count": Kind.BIGINT, "small": Kind.INTEGER, "text": Kind.TEXT, "day": Kind.DATE, "is_so": Kind.BOOLEAN,
    "also": Kind.TEXT,
}  # fmt: skip
PLAIN = ["", " ", "0", "null", "NULL", "a,b", "(a", "b)", "[1]", "don't", "Überlingen ☕", "true", "t", ","]
ODD = ['12" vinyl', '"', "C:\\music", "\\", "two\nlines", "a)\n(b", '","', "tab\there", "end\r", "],[", '"\n"', "\\N"]


@pytest.fixture
def told(db):
    """A table of its own."""
    with connection.cursor() as cursor:
        cursor.execute(
            'CREATE TEMP TABLE told_test (n BIGINT, "small" INTEGER, "text" VARCHAR(50), day DATE, is_so BOOLEAN,'
            ' "also" VARCHAR(50))'
        )
        yield cursor
        cursor.execute("DROP TABLE told_test")


def read(told, rows):
    write(told, rows)
    return rows_read()


def write(told, rows):
    for row in rows:
        told.execute("INSERT INTO told_test VALUES (%s, %s, %s, %s, %s, %s)", row)


def rows_read():
    table = table_fetched("SELECT * FROM told_test WHERE n > %s ORDER BY n", [0], COLUMNS)
    assert table.schema == schema_of(COLUMNS)
    return [tuple(row.values()) for row in table.to_pylist()]


def rows_of(texts):
    return [(n, -n, text, date(2026, 11, 22), n % 2 == 0, text[::-1]) for n, text in enumerate(texts, 1)]


def test_of_nothing_there_is_nothing(told):
    assert read(told, []) == []
    assert read(told, [(0, 0, "", date(2026, 1, 1), True, "")]) == []


def test_every_kind_comes_as_it_is_also_where_it_is_unknown(told):
    rows = [
        (1, None, None, None, None, ""),
        (2, -(2**31), "", date(1969, 12, 31), False, None),
        (2**63 - 1, 2**31 - 1, "null", date(2045, 12, 31), True, "x"),
    ]
    assert read(told, rows) == rows


def test_plain_texts_come_in_one_query(told, django_assert_num_queries):
    rows = rows_of(PLAIN)
    write(told, rows)
    with django_assert_num_queries(1):
        assert rows_read() == rows


@pytest.mark.parametrize("odd", ODD)
def test_a_text_that_no_line_can_hold_comes_as_it_is(told, odd):
    rows = rows_of([*PLAIN, odd])
    assert read(told, rows) == rows


def test_unknown_is_unknown_beside_an_odd_text(told):
    rows = [(1, None, "\\", None, None, None), (2, 2, None, date(1969, 12, 31), True, '"')]
    assert read(told, rows) == rows


def test_a_server_may_write_days_as_it_likes(told):
    if is_sqlite():
        pytest.skip("SQLite writes days as we do")
    told.execute("SET LOCAL datestyle = 'German, DMY'")
    rows = [(1, 1, "a", date(2026, 2, 1), True, "b")]
    assert read(told, rows) == rows


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux knows a priority of threads")
def test_what_is_done_beside_gives_way_and_nothing_else_does():
    before = os.getpriority(os.PRIO_PROCESS, 0)
    with beside() as other:
        assert other.submit(os.getpriority, os.PRIO_PROCESS, 0).result() == min(19, before + 10)
    assert os.getpriority(os.PRIO_PROCESS, 0) == before
