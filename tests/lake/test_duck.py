"""DuckDB in this process keeps what it made of relations, and never answers from one that is another by now."""

import gc
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from weakref import ref

import duckdb
import pyarrow as pa
import pytest
from pyarrow import parquet

from regulars.lake.engines.duck import DuckEngine
from regulars.lake.engines.engine import Held, Statement, StoppedError

ALL = Statement("SELECT n FROM sales ORDER BY n")


def told(*numbers):
    return pa.table({"n": pa.array(numbers, pa.int64())})


def held(*numbers):
    table = told(*numbers)
    return {"sales": Held("sales", table.schema, table)}


def numbers(answer):
    return answer["n"].to_pylist()


@pytest.fixture
def engine(tmp_path):
    return DuckEngine(tmp_path)


def test_rows_that_came_are_in_the_next_answer(engine):
    for rows in ([1], [1, 2], [], [3]):
        assert numbers(engine.ask(ALL, held=held(*rows))) == rows


def test_files_tail_and_what_is_gone_follow_one_another(engine, tmp_path):
    file = tmp_path / "part-1.parquet"
    parquet.write_table(told(1, 2, 3), file)
    schema, none = told().schema, told()
    states = [
        (Held("sales", schema, none, (file,)), [1, 2, 3]),
        (Held("sales", schema, told(9), (), (file,), told(2), "n"), [1, 3, 9]),
        (Held("sales", schema, told(9), (), (file,), told(1, 3), "n"), [2, 9]),
        (Held("sales", schema, none, (file,)), [1, 2, 3]),
    ]
    for state, expected in [*states, *states]:
        assert numbers(engine.ask(ALL, held={"sales": state})) == expected


def test_the_same_relation_is_laid_once(engine, monkeypatch):
    made = []
    monkeypatch.setattr("regulars.lake.engines.duck.view_make", counted(made))
    relations = held(1, 2)
    for _time in range(3):
        assert numbers(engine.ask(ALL, held=relations)) == [1, 2]
    assert made == ["sales"]


def counted(made):
    from regulars.lake.engines.duck import view_make

    def view_made(cursor, name, each):
        made.append(name)
        view_make(cursor, name, each)

    return view_made


def test_nothing_is_kept_of_a_tail_that_is_gone(engine):
    relations = held(1, 2)
    tail = ref(relations["sales"].tail)
    engine.ask(ALL, held=relations)
    del relations
    engine.ask(Statement("SELECT 1 AS n"), held={})
    gc.collect()
    assert tail() is None


def test_each_who_asks_at_once_gets_their_own_rows(engine):
    def asked(n):
        return [numbers(engine.ask(ALL, held=held(n, n + 1))) for _time in range(10)]

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(asked, range(0, 40, 2)))
    assert found == [[[n, n + 1]] * 10 for n in range(0, 40, 2)]


def test_a_table_beside_is_of_one_statement_only(engine):
    members = Statement("SELECT n FROM scope_members", {}, {"scope_members": told(7)})
    assert numbers(engine.ask(members, held={})) == [7]
    with pytest.raises(duckdb.CatalogException):
        engine.ask(Statement(members.sql), held={})
    relations = held(1)
    assert numbers(engine.ask(ALL, held=relations)) == [1]
    assert numbers(engine.ask(Statement(ALL.sql, {}, {"sales": told(5)}), held={})) == [5]
    assert numbers(engine.ask(ALL, held=relations)) == [1]


def test_after_a_wrong_statement_the_next_is_answered(engine):
    relations = held(1)
    for sql in ("SELECT FROM WHERE", "SELECT nothing FROM sales", "SELECT n FROM sales WHERE error('no') IS NULL"):
        with pytest.raises(duckdb.Error):
            engine.ask(Statement(sql), held=relations)
        assert numbers(engine.ask(ALL, held=relations)) == [1]


def test_after_one_that_was_stopped_the_next_is_answered(engine):
    long = Statement("SELECT SUM(a.range * b.range) AS n FROM range(1000000) AS a, range(1000000) AS b")
    with pytest.raises(StoppedError):
        engine.ask(long, held={}, cancel=lambda: True)
    assert numbers(engine.ask(ALL, held=held(4))) == [4]


class Unread(Mapping):
    """Relations of which only the sales are to be read."""

    def __getitem__(self, name):
        assert name == "sales"
        return held(1)["sales"]

    def __iter__(self):
        return iter(["sales", "stores", "customers"])

    def __len__(self):
        return 3


def test_only_what_a_statement_may_read_is_looked_up(engine):
    sql = "-- FROM stores\nSELECT COUNT(*) AS customers, MIN(s.n) AS n /* JOIN stores */ FROM sales AS s"
    assert engine.ask(Statement(sql), held=Unread()).to_pylist() == [{"customers": 1, "n": 1}]


def test_values_are_those_the_statement_names(engine):
    asked = Statement("SELECT n FROM sales WHERE n > $least AND '$most' <> '' ORDER BY n", {"least": 1, "other": 5})
    assert numbers(engine.ask(asked, held=held(1, 2, 3))) == [2, 3]
