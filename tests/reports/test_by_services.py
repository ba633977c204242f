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
from regulars.offers.engine.holdouts import is_held_out
from regulars.offers.results import offer_result
from regulars.offers.services import offer_end, offer_save
from regulars.reports.behind import customers_behind
from regulars.reports.running import report_run
from regulars.reports.scope import Scope
from regulars.segments.selectors import rule_customers
from tests import cast
from tests.balances.counter import TODAY, bring_back, noon, policy, sell
from tests.offers.selling import live, quoted, take, terms
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


@pytest.mark.parametrize("is_flushed", [False, True])
def test_what_an_offer_did_is_what_its_own_page_says(db, is_flushed):
    """Half of the customers are held out; the last of them comes after the flush."""
    cast.shop_open()
    offer = live("Ten", holdout_milli=500, first_day=FIRST)
    live("Never held back")
    people = [cast.person(f"P{n}") for n in range(12)]
    for n, each in enumerate(people, start=1):
        sell(n, f"{100 + 7 * n}.00", to=each, on=FIRST - timedelta(days=1))
        sell(20 + n, f"{50 + 11 * n}.00", to=each)
    bring_back(40, 25, cast.line(price="105.00", quantity="-1"))
    if is_flushed:
        lake_flush(at=noon(TODAY))
        people.append(cast.person("Late"))
        sell(41, "500.00", to=people[-1])
    for n in (21, 22, 23):
        take(n, people[n - 21], quote=quoted(people[n - 21])) if not held_back(offer, people[n - 21]) else None
    told = offer_result("Ten", today=TODAY, visible_to=OPERATOR)
    row = next(each for each in rows(asked("offers")) if each["offer"] == "Ten")
    assert told.uses > 0
    assert (row["uses"], row["customers"], row["discount"]) == (told.uses, told.customers, told.cost)
    sides = {held_back(offer, each): 0 for each in people}
    assert set(sides) == {True, False}
    assert (row["offered"], row["held_out"]) == (told.lift.offered.size, told.lift.held_out.size)
    assert row["offered"] + row["held_out"] == len(people)
    assert (row["difference"], row["lift"]) == (told.lift.difference, told.lift.share)
    assert (row["difference_low"], row["difference_high"]) == told.lift.difference_within
    assert (row["lift_low"], row["lift_high"]) == (told.lift.share_within or (None, None))


def test_an_offer_made_after_the_flush_is_measured_at_once(db):
    cast.shop_open()
    people = [cast.person(f"P{n}") for n in range(8)]
    lake_flush(at=noon(TODAY))
    assert rows(asked("offers")) == []
    offer = live("Ten", holdout_milli=500)
    [row] = rows(asked("offers"))
    held = sum(held_back(offer, each) for each in people)
    assert (row["offered"], row["held_out"]) == (8 - held, held)
    lake_flush(at=noon(TODAY))
    offer_save("Ten", terms(holdout_milli=900), offer_id=offer, actor=OPERATOR, at=noon(TODAY))
    [row] = rows(asked("offers"))
    assert row["held_out"] == sum(is_held_out(offer=offer, customer=each, share_milli=900) for each in people) > held
    offer_end(offer, actor=OPERATOR, at=noon(TODAY))
    people.append(cast.person("Late"))
    assert sum(rows(asked("offers"))[0][side] for side in ("offered", "held_out")) == 9


def held_back(offer, customer):
    return is_held_out(offer=offer, customer=customer, share_milli=500)
