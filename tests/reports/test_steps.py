"""Steps: what several statements of a report read is written once, and put in front of whichever names it."""

import re
from datetime import timedelta

import pytest

from regulars.reports.errors import ReportBroken
from regulars.reports.folders import question_read
from regulars.reports.narrowing import Narrowing, narrowed
from regulars.reports.steps import SHARED, steps_of
from tests.reports.harness import FOLDER, Shop, sold

SHAPE = """
from regulars.reports.shape import Column, Part, Report, Unit

REPORT = Report(
    key="mugs", question="How many?", title="Mugs", definition="All.", finding=lambda answered, words: "Some.",
    parts=(Part(name="query", title="Mugs", columns=(Column("n", Unit.COUNT, "Number"),), behind="query"),),
    rolled=frozenset(),
)
"""
TABLES = {"sales", "history_sales", "customers", "by_customer", "calendar", "scope_members"}


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "mugs"
    (made / "steps").mkdir(parents=True)
    (made / "shape.py").write_text(SHAPE)
    written(made, {"query": "SELECT 1 AS n", "query.behind": "SELECT customer FROM sales"})
    return made


def written(folder, files):
    for name, sql in files.items():
        (folder / f"{name}.sql").write_text(sql)


def read(folder, **files):
    written(folder, {name.replace("__", "/").replace("_rolled", ".rolled"): sql for name, sql in files.items()})
    return question_read(folder, is_own=True, tables=TABLES)


def called(sql):
    """The common tables of a statement, in their order."""
    return re.findall(r"(?:WITH|,)\s+([a-z_0-9]+)\s+AS\s+\(", sql)


def test_a_step_is_put_in_front_after_those_it_reads(folder):
    question = read(
        folder,
        query="-- How many.\nWITH few AS (SELECT * FROM last_step) SELECT COUNT(*) AS n FROM few",
        steps__a_first="SELECT customer FROM middle JOIN sales USING (customer)",
        steps__last_step="-- FROM unheard\nSELECT customer FROM a_first -- the end",
        steps__middle="SELECT customer\nFROM customers;\n",
        steps__unread="SELECT nothing",
    )
    assert called(question.asked["query"]) == ["middle", "a_first", "last_step", "few"]
    assert "unread" not in question.asked["query"]
    found = Shop([sold("2026-01-05", 1), sold("2026-01-06", 1), sold("2026-01-07")])
    told = narrowed(question.asked["query"], Narrowing(), {})
    assert found.connection.sql(told.sql).fetchall() == [(2,)]


def test_one_step_serves_a_part_and_the_customers_behind_it(folder):
    written(folder, {"query.behind": "SELECT customer FROM known ORDER BY customer"})
    question = read(folder, query="SELECT COUNT(*) AS n FROM known", steps__known="SELECT customer FROM sales")
    assert called(question.asked["query"]) == called(question.behind["query"]) == ["known"]


def test_what_only_a_step_reads_is_narrowed_and_comes_before_it(folder):
    question = read(
        folder, query="SELECT COUNT(*) AS n FROM known", steps__known="SELECT customer FROM sales WHERE customer > 0"
    )
    shop = Shop([sold("2026-01-05", 1, store=1), sold("2026-01-06", 2, store=2), sold("2026-01-07", 3, store=2)])
    told = narrowed(question.asked["query"], Narrowing(stores=(2,), last=shop._last_day() - timedelta(days=1)), {})
    assert called(told.sql) == ["history_sales", "sales", "known"]
    assert shop.connection.execute(told.sql, dict(told.bound)).fetchall() == [(1,)]


def test_a_table_of_the_statements_own_goes_before_a_step_of_its_name(folder):
    question = read(
        folder,
        query="WITH known AS (SELECT 7 AS n) SELECT CAST(n AS BIGINT) AS n FROM known",
        steps__known="SELECT 8 AS n",
    )
    assert called(question.asked["query"]) == ["known"]


def test_every_report_may_read_the_shared_steps_and_put_its_own_before_them(folder):
    assert called(read(folder, query="SELECT COUNT(*) AS n FROM periods").asked["query"]) == ["period_days", "periods"]
    question = read(folder, steps__period_days="SELECT 1 AS period, 'x' AS period_text, 1 AS day_number FROM calendar")
    assert "'x'" in question.asked["query"]
    # What is shared from rollups is not what the own one says.
    question = read(folder, query="SELECT COUNT(*) AS n FROM first_orders", steps__first_orders="SELECT 1 AS n")
    assert question.rolled == {}


def test_a_statement_over_rollups_is_made_of_the_part_and_the_rolled_steps(folder):
    question = read(
        folder,
        query="SELECT COUNT(*) AS n FROM known JOIN customers USING (customer)",
        steps__known="SELECT customer FROM sales",
        steps__known_rolled="SELECT customer FROM by_customer",
    )
    assert "FROM sales" in question.asked["query"]
    assert "FROM by_customer" not in question.asked["query"]
    assert "FROM by_customer" in question.rolled["query"]
    assert "FROM sales" not in question.rolled["query"]
    assert question.rolled["query"].endswith("SELECT COUNT(*) AS n FROM known JOIN customers USING (customer)")


@pytest.mark.parametrize(
    "query",
    [
        "SELECT COUNT(*) AS n FROM known JOIN sales USING (customer)",
        "SELECT COUNT(*) AS n FROM known JOIN plain USING (customer)",
        "SELECT COUNT(*) AS n FROM customers",
    ],
)
def test_what_reads_the_sales_beside_its_rolled_steps_is_not_rolled(folder, query):
    question = read(
        folder,
        query=query,
        steps__known="SELECT customer FROM sales",
        steps__known_rolled="SELECT customer FROM by_customer",
        steps__plain="SELECT customer FROM history_sales",
    )
    assert question.rolled == {}


def test_a_statement_written_for_rollups_goes_before_one_that_is_made(folder):
    written(folder, {"query.rolled": "SELECT COUNT(*) AS n FROM known WHERE customer > 0"})
    question = read(
        folder,
        query="SELECT COUNT(*) AS n FROM known",
        steps__known="SELECT customer FROM sales",
        steps__known_rolled="SELECT customer FROM by_customer",
    )
    assert question.rolled["query"].endswith("FROM known WHERE customer > 0")
    assert "FROM by_customer" in question.rolled["query"]


BROKEN = [
    ({"query": "SELECT n FROM knwon"}, "query.sql", 'it reads "knwon", which is no table, and there is no steps/knwon.sql'),
    (
        {"query": "SELECT n FROM known", "steps__known": "SELECT n FROM gone"},
        "known.sql",
        'it reads "gone", which is no table',
    ),
    ({"steps__known": " -- nothing\n"}, "known.sql", "it is empty"),
    ({"steps__known_rolled": "SELECT 1 AS n"}, "known.sql", "there is no such file"),
    ({"steps__Known": "SELECT 1 AS n"}, "Known.sql", "small letters"),
    ({"steps__sales": "SELECT 1 AS n"}, "sales.sql", "it has the name of a table"),
    ({"steps__known": "SELECT n FROM known"}, "known.sql", "it reads itself: known, known"),
    (
        {"steps__one": "SELECT n FROM two", "steps__two": "SELECT n FROM one"},
        "two.sql",
        "it reads itself: two, one, two",
    ),
    (
        {"steps__one": "SELECT 1 AS n", "steps__one_rolled": "SELECT n FROM two", "steps__two": "SELECT n FROM one"},
        "one.rolled.sql",
        "it reads itself: one, two, one",
    ),
    (
        {"query": "WITH one AS (SELECT 1 AS n) SELECT n FROM one JOIN two USING (n)",
         "steps__one": "SELECT 1 AS n", "steps__two": "SELECT n FROM one"},
        "query.sql",
        'calls a table of its own "one"',
    ),
]  # fmt: skip


@pytest.mark.parametrize(("files", "file", "says"), BROKEN, ids=lambda each: str(each)[:40])
def test_a_wrong_step_is_told_of_with_its_file(folder, files, file, says):
    with pytest.raises(ReportBroken) as refused:
        read(folder, **files)
    assert says in str(refused.value)
    assert f"/{file} cannot be used" in str(refused.value)


def test_a_from_that_names_no_table_is_none_that_is_missing(folder):
    sql = "SELECT COUNT(*) AS n FROM customers WHERE EXTRACT(year FROM joined) IS DISTINCT FROM customer"
    assert read(folder, query=sql).asked["query"] == sql


FOLDERS = sorted(file.parent for file in FOLDER.glob("*/shape.py"))


def test_every_step_that_comes_with_regulars_is_read():
    shared = set()
    for folder in FOLDERS:
        question, steps = question_read(folder), steps_of(folder)
        asked = "\n".join([*question.asked.values(), *question.rolled.values(), *question.behind.values()])
        read = set(called(asked))
        own = {file.name.split(".")[0] for file in folder.glob("steps/*.sql")}
        assert own <= read, folder.name
        shared |= read & (steps.plain.keys() - own)
    assert shared == {file.name.split(".")[0] for file in SHARED.glob("*.sql")}


def test_a_step_says_on_top_what_its_rows_are():
    files = [*SHARED.glob("*.sql"), *FOLDER.glob("*/steps/*.sql")]
    assert len(files) > 50
    for file in files:
        assert re.match(r"(-- .+\n)*-- .+\.\n(SELECT|WITH)\b", file.read_text("utf-8")), file
