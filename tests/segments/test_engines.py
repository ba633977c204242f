"""One meaning on every engine: random rules in random shops, asked in every way there is."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings

from regulars.lake.copying import Copy
from regulars.segments import copying
from regulars.segments.asking import rule_members, rules_count, rules_hold
from regulars.segments.copying import copy_asked, copy_make
from regulars.segments.language.meaning import matches
from regulars.segments.language.sql.rows import NotInCopyError
from regulars.segments.language.tree import Not, Rule
from tests.cast import NOW
from tests.segments.random_rules import shops_and_rules
from tests.segments.random_shops import Shop, lives_of
from tests.segments.storing import shop_store

EXAMPLES = int(os.environ.get("REGULARS_TEST_CASES", "150"))
_SETTINGS = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


@contextmanager
def stored(shop: Shop) -> Iterator[None]:
    """The shop is in the database, and gone afterwards."""
    with transaction.atomic():
        shop_store(shop)
        yield
        transaction.set_rollback(True)


def expected(shop: Shop, rules: tuple[Rule, ...], *, as_of: bool = False) -> dict[int, tuple[bool, ...]]:
    """What the plain evaluator says of every customer."""
    return {
        n: tuple(matches(rule, life, terms=shop.terms, today=shop.today, as_of=as_of) for rule in rules)
        for n, life in enumerate(lives_of(shop), 1)
    }


@pytest.mark.django_db
@_SETTINGS
@given(shops_and_rules(count=4))
def test_the_database_says_what_the_rule_means(drawn: tuple[Shop, tuple[Rule, ...]]) -> None:
    shop, rules = drawn
    with stored(shop):
        asked = {"today": shop.today, "terms": shop.terms}
        truth = expected(shop, rules)
        assert rules_hold(rules, **asked) == truth
        assert rules_hold(rules, customer_ids=list(truth), **asked) == truth
        assert rules_hold(rules, customer_ids=[1], **asked) == {1: truth[1]}
        assert rules_hold(rules, as_of=True, **asked) == expected(shop, rules, as_of=True)
        assert rules_count(rules, **asked) == [sum(each) for each in zip(*truth.values(), strict=True)]
        for n, rule in enumerate(rules):
            assert rule_members(rule, **asked) == [id_ for id_, held in truth.items() if held[n]]
            assert rules_count([rule], **asked) == [sum(held[n] for held in truth.values())]


@pytest.mark.django_db
@_SETTINGS
@given(shops_and_rules(count=4))
def test_the_copy_says_what_the_rule_means(tmp_path_factory, drawn: tuple[Shop, tuple[Rule, ...]]) -> None:
    shop, rules = drawn
    copy = Copy(tmp_path_factory.getbasetemp() / "lake")
    with stored(shop), pytest.MonkeyPatch.context() as patch:
        patch.setattr(copying, "copy_here", lambda: copy)
        copy_make(at=NOW)
        for as_of in (False, True):
            truth = expected(shop, rules, as_of=as_of)
            for n, rule in enumerate(rules):
                try:
                    plan, bound = copy_asked([rule], today=shop.today, terms=shop.terms, as_of=as_of)
                except NotInCopyError:
                    continue
                held = [id_ for id_, held in truth.items() if held[n]]
                assert [id_ for (id_,) in copy.ask(plan.members, bound)] == held
                assert copy.ask(plan.count, bound) == [(len(held),)]
                assert dict(copy.ask(plan.truths, bound)) == {id_: int(each[n]) for id_, each in truth.items()}


@pytest.mark.django_db
@_SETTINGS
@given(shops_and_rules(count=2))
def test_a_rule_and_its_opposite_split_the_base(drawn: tuple[Shop, tuple[Rule, ...]]) -> None:
    shop, rules = drawn
    with stored(shop):
        for rule in rules:
            asked = {"today": shop.today, "terms": shop.terms}
            held, not_held = rule_members(rule, **asked), rule_members(Not(rule), **asked)
            assert sorted(held + not_held) == list(range(1, len(shop.people) + 1))
