"""Points, tiers and offers as the rooms write them, and what the reports make of them, to the last sale."""

from collections import Counter
from datetime import date, timedelta

import pytest
from django.db.models import Sum

from regulars.access.rules import OPERATOR
from regulars.balances.jobs import days_end
from regulars.balances.models import Balance, Entry
from regulars.balances.services import account_pay, points_adjust
from regulars.groups.models import Membership
from regulars.lake.flushing import lake_flush
from regulars.reports.behind import customers_behind
from regulars.reports.running import report_run
from regulars.reports.scope import Scope
from regulars.segments.selectors import rule_customers
from tests import cast
from tests.balances.counter import TODAY, bring_back, noon, policy, sell
from tests.segments.following import group_id, loyalty

FIRST = TODAY - timedelta(days=60)


def asked(key, *, on=TODAY, **settings):
    return report_run(key, Scope(first=FIRST, settings=settings), visible_to=OPERATOR, at=noon(on))


def rows(answer, part="query"):
    return answer.parts[part].to_pylist()


def behind(key, part, row):
    return customers_behind(key, Scope(first=FIRST), part=part, row=row, visible_to=OPERATOR, at=noon(TODAY))


def balances():
    return {
        row["book"]: row["sum"] for row in Balance.objects.order_by("book").values("book").annotate(sum=Sum("amount"))
    }


@pytest.fixture
def lived(db):
    """Two months of four customers: points earned, spent, expired and clawed back, credit, accounts, a tier gained."""
    cast.shop_open()
    policy(expires_after_days=30, at=noon(FIRST))
    loyalty(at=noon(FIRST))
    anna, ben, carol, dan = (cast.person(name) for name in ("Anna", "Ben", "Carol", "Dan"))
    sell(1, "400.00", to=anna, on=FIRST)
    sell(2, "300.00", to=anna, on=FIRST + timedelta(days=20), paid={"points": "15.00", "cash": "285.00"})
    sell(3, "100.00", to=ben, on=FIRST + timedelta(days=22), paid={"account": "100.00"})
    days_end(at=noon(FIRST + timedelta(days=45)))
    sell(4, "250.00", to=carol, on=FIRST + timedelta(days=46))
    back = cast.line(price="250.00", quantity="-1")
    bring_back(5, 4, back, on=FIRST + timedelta(days=47), paid={"store_credit": "-250.00"})
    sell(6, "", to=dan, on=TODAY, lines=(cast.line("LATTE", "350.00"), cast.line("MUG", "100.00")))
    account_pay(ben, 4000, method="cash", reference="a", actor=OPERATOR, at=noon(TODAY))
    points_adjust(ben, 3, reason="sorry", reference="b", actor=OPERATOR, at=noon(TODAY))
    return anna, ben, carol, dan


@pytest.mark.parametrize("is_flushed", [False, True])
def test_what_is_owed_is_what_the_balances_say(lived, is_flushed):
    if is_flushed:
        lake_flush(at=noon(TODAY))
        sell(9, "120.00", to=lived[1])
    answer = asked("liability", point_value_milli=100_000)
    booked = Counter(Entry.objects.values_list("book", "kind"))
    assert {("points", "expire"), ("points", "earn_back"), ("points", "spend"), ("credit", "issue")} <= booked.keys()
    closing = {name: rows(answer, part)[-1]["closing"] for name, part in (("points", "query"), ("credit", "credit"), ("account", "account"))}  # fmt: skip
    assert closing == balances()
    assert rows(answer)[0]["opening"] == 0
    for before, after in zip(rows(answer), rows(answer)[1:], strict=False):
        assert before["closing"] == after["opening"]
    assert sum(row["outstanding"] for row in rows(answer, "expiry")) == closing["points"]
    assert rows(answer)[-1]["worth"] == closing["points"] * 100.0
    assert sum(row["spent"] for row in rows(answer)) == -15
    assert sum(row["adjusted"] for row in rows(answer)) == 3


def test_members_are_those_of_the_groups(lived):
    answer = asked("flows")
    at_end = {row["group_id"]: row["at_end"] for row in rows(answer)}
    held = Counter(Membership.objects.values_list("group_id", flat=True))
    assert {group: count for group, count in at_end.items() if count} == dict(held)
    standard, gold = group_id("Standard"), group_id("Gold")
    [move] = rows(answer, "moves")
    assert move == {"tier_before": standard, "tier": gold, "moves": 1, "customers": 1}
    assert behind("flows", "moves", move).customer_ids == (lived[0],)


def test_who_spent_points_is_whom_the_rule_names(lived):
    answer = asked("loyalty")
    found = {row["standing"]: row["customers"] for row in rows(answer, "standing")}
    assert found == {"all": 4, "redeemer": 1, "member": 2, "none": 1}
    for row in rows(answer, "standing"):
        told = behind("loyalty", "standing", row)
        assert len(told.customer_ids) == row["customers"], row
        assert list(told.customer_ids) == rule_customers(told.rule, at=noon(TODAY), visible_to=OPERATOR)
    for row in rows(answer):
        assert len(behind("loyalty", "query", row).customer_ids) == row["customers"], row
    for row in rows(answer, "tiers"):
        assert len(behind("loyalty", "tiers", row).customer_ids) == row["customers"], row


@pytest.mark.parametrize("key", ["decline", "liability", "offers", "preferences", "retaining", "together", "value"])
def test_the_others_answer_too(lived, key):
    answer = asked(key, **({} if key in {"decline", "liability", "offers", "value"} else {"least": 1}))
    assert answer.finding.endswith(".")
    for part in answer.report.parts:
        for row in rows(answer, part.name):
            if part.drill or part.behind:
                assert set(behind(key, part.name, row).customer_ids) <= set(lived), (part.name, row)


def test_two_things_of_one_sale_lead_to_its_customer(lived):
    [pair] = rows(asked("together", least=1))
    assert (pair["first_name"], pair["second_name"], pair["sales"], pair["all_sales"]) == ("Caffè latte", "Mug", 1, 5)
    told = behind("together", "query", pair)
    assert told.customer_ids == (lived[3],)
    assert rule_customers(told.rule, at=noon(TODAY), visible_to=OPERATOR) == [lived[3]]


def test_value_is_what_they_spent(lived):
    answer = asked("value")
    assert sum(row["net"] for row in rows(answer)) == 40000 + 30000 + 10000 + 45000
    assert [(row["store"], row["customers"]) for row in rows(answer, "stores")] == [(cast.store().id, 4)]
    for part in ("query", "sources", "stores", "tiers"):
        for row in rows(answer, part):
            assert len(behind("value", part, row).customer_ids) == row["customers"], (part, row)
    assert rows(answer)[0]["cohort"] == f"{FIRST:%Y-%m}" == f"{date(2026, 9, 22):%Y-%m}"
