"""A rule holds for as many customers by Spark as by the meaning of the rule."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from regulars.access.rules import OPERATOR
from regulars.lake.copying import Copy
from regulars.lake.engines.engine import Statement
from regulars.segments import copying
from regulars.segments.copying import copy_asked, copy_make
from regulars.segments.language.sql.rows import NotInCopyError
from regulars.segments.previewing import rule_count_copied
from regulars.segments.selectors import rule_count
from tests import cast
from tests.cast import NOW
from tests.segments.random_rules import shops_and_rules
from tests.segments.test_engines import expected, stored

pytestmark = [pytest.mark.spark, pytest.mark.django_db]

_SHOPS, _RULES = 5, 6


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Copy]:
    held = Copy(tmp_path / "lake")
    monkeypatch.setattr(copying, "copy_here", lambda: held)
    monkeypatch.setattr("regulars.segments.previewing.copy_here", lambda: held)
    return held


@settings(
    max_examples=_SHOPS, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
@given(drawn=shops_and_rules(count=_RULES))
def test_random_rules_in_random_shops(spark, copy, drawn):
    shop, rules = drawn
    with stored(shop):
        copy_make(at=NOW)
        held = copy.told(copy.folder)
        for n, rule in enumerate(rules):
            as_of = n % 2 > 0
            try:
                plan, bound = copy_asked([rule], today=shop.today, terms=shop.terms, as_of=as_of)
            except NotInCopyError:
                continue
            truth = expected(shop, (rule,), as_of=as_of)
            members = [customer for customer, (is_one,) in truth.items() if is_one]
            found = spark.ask(Statement(plan.members, bound), held=held)
            assert found.column(0).to_pylist() == members, rule
            assert spark.ask(Statement(plan.count, bound), held=held).column(0).to_pylist() == [len(members)], rule


@pytest.mark.parametrize(
    "rule",
    [
        "spent >= 20", "average_order between 15 and 30", "not (orders >= 2)", 'city contains "nai"',
        "last_order in last 10 days", "spent in last 30 days >= 10", 'favourite_store = "Westlands"',
    ],
)  # fmt: skip
def test_a_rule_is_counted_as_by_the_store(rule, spark, copy):
    cast.shop_open()
    cast.record(cast.sale(1, cast.line(price="480.00"), customer={"phone": cast.ANNA_PHONE, "city": "Nairobi"}))
    cast.record(cast.sale(2, cast.line(price="20.00"), customer={"phone": cast.BEN_PHONE}))
    cast.record(cast.sale(3, cast.line(price="5.00"), customer={"phone": cast.BEN_PHONE}))
    count = rule_count(rule, at=NOW, visible_to=OPERATOR)
    assert rule_count_copied(rule, at=NOW, visible_to=OPERATOR, engine=spark) == count
    # What was written for Spark is gone.
    assert [each.name for each in copy.folder.iterdir() if each.name.startswith("told-")] == []
