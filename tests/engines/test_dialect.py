"""What DuckDB and Spark write or mean differently, one by one."""

from datetime import date

import pytest

from regulars.lake.engines.engine import Statement
from regulars.lake.engines.spark_dialect import translated
from tests.engines.asking import different
from tests.engines.shops import held_of
from tests.reports.harness import Shop, sold

WRITTEN = {
    "SELECT $from AS a FROM t": "SELECT :p_from AS a FROM t",
    'SELECT "group" FROM t ORDER BY a': "SELECT `group` FROM t ORDER BY a NULLS LAST",
    "SELECT RANK() OVER (ORDER BY a NULLS FIRST) AS r FROM t": "SELECT CAST(RANK() OVER (ORDER BY a) AS BIGINT) AS r FROM t",
    "SELECT LENGTH(a) FROM t": "SELECT CAST(LENGTH(a) AS BIGINT) FROM t",
    "SELECT FLOOR(a) FROM t": "SELECT CAST(FLOOR(a) AS DOUBLE) FROM t",
    "SELECT CAST(FLOOR(a) AS BIGINT) FROM t": "SELECT CAST(FLOOR(a) AS BIGINT) FROM t",
    "SELECT a // b FROM t": "SELECT a DIV b FROM t",
    "SELECT QUANTILE_CONT(a, 0.5) FROM t": "SELECT PERCENTILE(a, 0.5) FROM t",
    "SELECT CAST(a AS HUGEINT) FROM t": "SELECT CAST(a AS DECIMAL(38, 0)) FROM t",
    "SELECT CAST(CAST(a AS DOUBLE) / 2 AS BIGINT) FROM t": "SELECT CAST(RINT(CAST(a AS DOUBLE) / 2) AS BIGINT) FROM t",
    "SELECT a FROM t WHERE a IN (SELECT UNNEST($ids))": "SELECT a FROM t WHERE a IN (SELECT EXPLODE(:p_ids))",
}


@pytest.mark.parametrize("sql", WRITTEN)
def test_it_is_written_so_for_spark(sql):
    assert translated(sql).sql == WRITTEN[sql]


def test_what_a_statement_names_is_told():
    told = translated("WITH a AS (SELECT * FROM sales WHERE day >= $from) SELECT * FROM a JOIN stores USING (store)")
    assert told.values == {"from"}
    assert told.tables == {"a", "sales", "stores"}


def test_one_within_another_is_rewritten_too():
    assert (
        translated("SELECT FLOOR(LENGTH(a) / 2) FROM t").sql
        == "SELECT CAST(FLOOR(CAST(LENGTH(a) AS BIGINT) / 2) AS DOUBLE) FROM t"
    )


EXPRESSIONS = [
    "COUNT(*) AS rows, COUNT(text) AS texts, CAST(SUM(whole) AS BIGINT) AS whole, MIN(day) AS day, MAX(flag) AS flag",
    "CAST(SUM(whole) AS DOUBLE) / CAST(COUNT(*) AS DOUBLE) AS mean, AVG(whole) AS average, AVG(fraction) AS half",
    "CAST(MIN(-7 // 2) AS BIGINT) AS quotient, MIN(-7 % 2) AS rest, MIN(7 / 2) AS fraction",
    "COUNT(DISTINCT text) AS texts, COUNT(DISTINCT CASE WHEN whole > 0 THEN text END) AS some",
    "QUANTILE_CONT(whole, 0.25) AS quartile, MEDIAN(whole) AS median",
    "CAST(MAX(CAST(fraction AS BIGINT)) AS BIGINT) AS rounded, MAX(ROUND(fraction)) AS round, MAX(FLOOR(fraction)) AS floor",
    "MIN(text || '/' || 'é') AS joined, MIN(LENGTH(text)) AS length, MIN(COALESCE(NULLIF(text, ''), '?')) AS known",
    "MIN(CASE WHEN text LIKE 'b%' THEN 1 ELSE 0 END) AS likes, MAX(UPPER(text)) AS upper, MIN(SUBSTRING(text, 1, 2)) AS cut",
    "MAX(CASE WHEN REGEXP_MATCHES(text, '^\\d+ ') THEN text END) AS numbered, MAX(REGEXP_EXTRACT(text, '(\\d+)', 1)) AS number",
    "MAX(CASE WHEN text = 'back\\slash' THEN 1 ELSE 0 END) AS escaped, MAX(CASE WHEN text = 'it''s' THEN 1 ELSE 0 END) AS quoted",
    "MAX(day) AS last, MAX(CAST(day - DATE '2024-01-01' AS BIGINT)) AS days, MAX(CAST(YEAR(day) AS INTEGER)) AS year",
    "CAST(MAX(whole) * 3000000000 AS BIGINT) AS wide, MAX(CAST(whole AS DOUBLE) * 0.5) AS halves",
    "MAX(CASE WHEN whole IS NOT DISTINCT FROM NULL THEN 1 ELSE 0 END) AS nulls, MAX(GREATEST(whole, 2)) AS greatest",
]
LISTED = [
    "whole, text FROM t ORDER BY whole, text",
    "whole, text FROM t ORDER BY whole DESC, text DESC",
    "whole, text FROM t ORDER BY whole ASC NULLS FIRST, text DESC NULLS FIRST",
    "text, ROW_NUMBER() OVER (ORDER BY whole NULLS FIRST, text) AS place, RANK() OVER (ORDER BY flag) AS rank FROM t ORDER BY 2",
    "text, LAG(whole) OVER (ORDER BY text) AS before, CAST(SUM(whole) OVER (ORDER BY text) AS BIGINT) AS so_far FROM t ORDER BY text",
    "flag, CAST(COUNT(*) AS BIGINT) AS n FROM t GROUP BY flag HAVING COUNT(*) > $least ORDER BY flag",
    "$word AS word, $number AS number, $big AS big, $day AS day, $share AS share, $yes AS yes FROM t ORDER BY whole LIMIT 1",
    "v.a, v.b FROM (VALUES (1, 'x'), (2, NULL)) AS v(a, b) ORDER BY v.a",
    "t.whole FROM t LEFT JOIN (SELECT whole FROM t WHERE whole > 1) AS u ON u.whole = t.whole WHERE u.whole IS NULL ORDER BY 1",
    "whole FROM t WHERE text IN (SELECT UNNEST($texts)) OR whole IN (SELECT whole FROM t WHERE flag) ORDER BY whole",
]
BOUND = {
    "least": 0, "word": "it's :p_word $word \\ %", "number": 7, "big": 2**40, "day": None, "share": 0.1, "yes": True,
    "texts": ["", "it's"],
}  # fmt: skip


@pytest.fixture(scope="module")
def pitfalls() -> Shop:
    shop = Shop([sold("2026-01-05", customer=1)])
    shop.connection.execute("CREATE TABLE t (whole BIGINT, text TEXT, day DATE, flag BOOLEAN, fraction DOUBLE)")
    rows = [
        (3, "it's", date(2024, 2, 29), True, 2.5), (-1, "", date(1990, 1, 1), False, 0.5), (None, None, None, None, None),
        (2, "back\\slash", date(2026, 12, 31), None, 1.5), (2, "10 Bücher", date(2024, 2, 29), True, -0.5),
        (0, "Zürich", None, False, 1e300), (1, "a", date(2045, 12, 31), False, 0.1),
    ]  # fmt: skip
    shop.connection.executemany("INSERT INTO t VALUES (?, ?, ?, ?, ?)", rows)
    return shop


@pytest.mark.spark
def test_it_means_the_same_on_spark(spark, pitfalls, tmp_path):
    held = held_of(pitfalls, tmp_path)
    bound = {**BOUND, "day": date(2026, 1, 1)}
    wrong = {}
    for sql in (*(f"SELECT {each} FROM t WHERE whole IS NULL OR whole < 100 AND fraction < 100" for each in EXPRESSIONS),
                *(f"SELECT {each}" for each in LISTED)):  # fmt: skip
        named = {name: value for name, value in bound.items() if f"${name}" in sql}
        try:
            told = different(pitfalls, spark, held, Statement(sql, named))
        except Exception as error:  # noqa: BLE001  (all that differ are shown at once)
            told = f"{type(error).__name__}: {error}"[:400]
        if told:
            wrong[sql] = told
    assert wrong == {}
