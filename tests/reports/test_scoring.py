"""Scores of every customer: once a day, dated, asked by rules, followed by memberships."""

import re
from datetime import date, timedelta

import numpy as np
import pytest

from regulars.access.rules import OPERATOR
from regulars.groups.models import Membership
from regulars.reports.models import Score, ScoreDay
from regulars.reports.rfm import GROUPS, NAMES, group_of, scores
from regulars.reports.scoring import scores_refresh
from regulars.segments.asking import rule_members
from regulars.segments.language.meaning import matches
from regulars.segments.language.reading import rule_read
from regulars.segments.live import live_now
from regulars.segments.lives import life_of
from regulars.segments.services import segment_save
from tests import cast

DAY = timedelta(days=1)
TODAY = date(2026, 11, 21)


@pytest.fixture
def shop(db):
    return cast.shop_open()


def bought(customer: int, *days_ago: int, n: int, price: str = "10.00") -> None:
    sales = [
        cast.sale(n + k, cast.line(price=price), at=cast.NOW - back * DAY, customer={"id": customer})
        for k, back in enumerate(days_ago)
    ]
    assert {answer.outcome for answer in cast.record(*sales)} == {"created"}


@pytest.fixture
def five(shop):
    """Each comes more often, more lately and spends more than the one before; a sixth never came."""
    people = [cast.person(f"P{n}") for n in range(6)]
    for n in range(5):
        days = [100 - 20 * n + 3 * k for k in range(n + 1)]
        bought(people[n], *days, n=100 * n, price=f"{10 * (n + 1)}.00")
    return people


def test_scores_are_counted_by_who_does_strictly_worse():
    values = np.array([3, 1, 1, 1, 9, 9, 5])
    by_hand = [min(1 + 5 * sum(other < each for other in values) // 7, 5) for each in values]
    assert scores(values).tolist() == by_hand == [3, 1, 1, 1, 4, 4, 3]
    assert scores(np.array([], dtype=np.int64)).tolist() == []
    assert scores(np.array([7])).tolist() == [1]


def test_groups_are_named_by_recency_and_half_the_sum_of_the_others_rounded_up():
    assert set(GROUPS.values()) == set(NAMES)
    assert [group_of(5, 4, 3), group_of(5, 3, 3), group_of(1, 5, 4), group_of(1, 1, 1)] == [
        "Champions", "Potential loyalists", "Cannot lose them", "Hibernating",
    ]  # fmt: skip


def test_everybody_who_ordered_is_scored_and_below_the_floor_nothing_is_foretold(five):
    assert scores_refresh(at=cast.NOW) == 5

    rows = list(Score.objects.values_list("customer_id", "recency_score", "frequency_score", "monetary_score", "rfm"))
    assert rows == [
        (five[0], 1, 1, 1, "Hibernating"),
        (five[1], 2, 2, 2, "Hibernating"),
        (five[2], 3, 3, 3, "Need attention"),
        (five[3], 4, 4, 4, "Loyal"),
        (five[4], 5, 5, 5, "Champions"),
    ]
    assert set(Score.objects.values_list("churn_risk_milli", "predicted_orders_milli", "predicted_spent", "day")) == {
        (None, None, None, TODAY)
    }


def test_scores_are_made_once_a_day_and_only_what_changed_is_dated_anew(five):
    scores_refresh(at=cast.NOW)
    bought(five[5], 0, n=900)

    assert scores_refresh(at=cast.NOW + timedelta(hours=1)) == 0
    assert not Score.objects.filter(customer_id=five[5]).exists()

    changed = scores_refresh(at=cast.NOW + DAY)
    assert ScoreDay.objects.get().day == TODAY + DAY
    assert dict(Score.objects.values_list("customer_id", "day"))[five[5]] == TODAY + DAY
    assert changed == Score.objects.filter(day=TODAY + DAY).count() > 0


def test_who_has_no_order_left_has_no_score(five):
    from regulars.checkout.services import sale_void

    scores_refresh(at=cast.NOW)
    sale_void(str(cast.uid(0)), actor=OPERATOR, at=cast.NOW)
    scores_refresh(at=cast.NOW + DAY)
    assert five[0] not in Score.objects.values_list("customer_id", flat=True)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ('rfm = "Champions"', {4}),
        ('rfm in ("Loyal", "Need attention")', {2, 3}),
        ("recency_score >= 4 and monetary_score <= 4", {3}),
        ("frequency_score is unknown", {5}),
        ("churn_risk > 0.7", {0}),
        ("churn_risk between 0.2 and 0.7", {1}),
        ("churn_risk is unknown", {2, 3, 4, 5}),
        ("predicted_orders >= 1.5", {1}),
        ("predicted_spent >= 12.34", {1}),
        ("not predicted_spent >= 12.34", {0, 2, 3, 4, 5}),
    ],
)
def test_rules_ask_about_scores(five, rule, expected):
    scores_refresh(at=cast.NOW)
    foretold = {0: (701, 1499, 1233), 1: (700, 1500, 1234)}
    for place, (risk, orders, spent) in foretold.items():
        Score.objects.filter(customer_id=five[place]).update(
            churn_risk_milli=risk, predicted_orders_milli=orders, predicted_spent=spent
        )
    tree, terms = rule_read(rule), live_now().terms
    found = {five.index(each) for each in rule_members(tree, today=TODAY, terms=terms)}
    assert found == expected
    by_hand = {place for place, id_ in enumerate(five) if matches(tree, life_of(id_), terms=terms, today=TODAY)}
    assert by_hand == expected


def test_memberships_follow_scores_in_the_same_transaction(five):
    segment_save("Best", 'rfm = "Champions"', actor=OPERATOR, at=cast.NOW)

    def members() -> set[int]:
        return set(Membership.objects.filter(group__name="Best").values_list("customer_id", flat=True))

    assert members() == set()
    scores_refresh(at=cast.NOW)
    assert members() == {five[4]}

    bought(five[0], *range(1, 9), n=800, price="500.00")
    assert members() == {five[4]}
    scores_refresh(at=cast.NOW + DAY)
    assert members() == set(Score.objects.filter(rfm="Champions").values_list("customer_id", flat=True)) == {five[0]}


def test_no_transaction_holds_the_tills_up(five):
    """However long one customer takes on this clock, the next transaction is made to fit."""
    ticks = iter(range(1_000_000))
    assert scores_refresh(at=cast.NOW, clock=lambda: float(next(ticks))) == 5
    assert Score.objects.count() == 5


def test_from_a_hundred_repeat_customers_on_it_is_foretold(shop):
    rng = np.random.default_rng(7)
    for n in range(120):
        days = sorted({int(each) for each in rng.integers(1, 300, size=2 + n % 3)}, reverse=True)
        bought(cast.person(f"P{n}"), *days, n=1000 + 10 * n, price=f"{5 + n % 7}.00")
    scores_refresh(at=cast.NOW)

    known = Score.objects.filter(churn_risk_milli__isnull=False)
    assert known.count() == Score.objects.count() == 120
    assert known.filter(churn_risk_milli__range=(0, 1000), predicted_orders_milli__gt=0).count() > 100


def test_the_groups_are_those_of_the_question():
    from pathlib import Path

    from regulars.reports import questions

    sql = (Path(questions.__file__).parent / "rfm" / "steps" / "named.sql").read_text("utf-8")
    told = re.findall(r"SELECT (\d)(?: AS r)?, (\d)(?: AS fm)?, '(\w+)'", sql)
    assert {(int(r), int(fm)): name for r, fm, name in told} == {
        place: name.lower().replace(" them", "").replace(" ", "_") for place, name in GROUPS.items()
    }
