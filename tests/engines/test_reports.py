"""Every question gives the same table on DuckDB and on a Spark of two workers: the rows, their order, the types."""

from datetime import date

import pytest

from regulars.reports.shape import Needs
from tests.engines.asking import Scope, different, questions, statements
from tests.engines.shops import FIRST, TODAY, held_of
from tests.reports.harness import Shop, cdnow, online_retail

pytestmark = pytest.mark.spark

QUESTIONS = {question.report.key: question for question in questions()}
WHOLE = Scope(first=FIRST, last=TODAY, today=TODAY)
# Two of three stores, one channel, some of the customers, by the week, as of a day that is past.
NARROWED = Scope(
    first=date(2025, 1, 1), last=date(2026, 1, 20), today=date(2026, 1, 25), period="week", stores=(1, 3),
    channel="in_store", members=tuple(range(1, 30)), is_past=True,
)  # fmt: skip


@pytest.fixture(scope="module")
def held(shop, tmp_path_factory):
    return held_of(shop, tmp_path_factory.mktemp("lake"), in_tail=True)


def differences(key: str, shop: Shop, engine, held, scope: Scope) -> dict[str, str]:
    told = {name: different(shop, engine, held, each) for name, each in statements(QUESTIONS[key], scope)}
    return {name: text for name, text in told.items() if text}


@pytest.mark.parametrize("key", [key for key, each in QUESTIONS.items() if each.report.needs - {Needs.CUSTOMERS}])
def test_a_question_about_more_than_sales(key, spark, shop, held):
    assert differences(key, shop, spark, held, WHOLE) == {}


@pytest.mark.parametrize("key", QUESTIONS)
def test_a_question_in_a_narrow_scope(key, spark, shop, held):
    assert differences(key, shop, spark, held, NARROWED) == {}


@pytest.mark.real_data
def test_every_question_about_online_retail(spark, real_data, tmp_path):
    bought = online_retail(real_data)
    scope = Scope(first=date(2010, 12, 1), last=date(2011, 12, 9), today=date(2011, 12, 9))
    held = held_of(bought, tmp_path)
    told = {key: differences(key, bought, spark, held, scope) for key in QUESTIONS}
    assert {key: each for key, each in told.items() if each} == {}


@pytest.mark.real_data
@pytest.mark.parametrize("key", ["cohorts", "repeat"])
def test_a_question_about_cdnow(key, spark, real_data, tmp_path):
    bought = cdnow(real_data)
    scope = Scope(first=date(1997, 1, 1), last=date(1998, 6, 30), today=date(1998, 6, 30))
    assert differences(key, bought, spark, held_of(bought, tmp_path), scope) == {}
