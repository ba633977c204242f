"""What rules may ask about balances, in the database, in the copy, and word by word."""

from datetime import timedelta

import pytest

from regulars.access.rules import OPERATOR
from regulars.balances.services import account_limit_set, credit_adjust
from regulars.segments.asking import rule_members
from regulars.segments.language.meaning import matches
from regulars.segments.language.reading import rule_read
from regulars.segments.live import live_now
from regulars.segments.lives import life_of
from tests import cast
from tests.balances.counter import TODAY, noon, policy, sell

pytestmark = pytest.mark.usefixtures("shop")


@pytest.fixture
def people(shop):
    """Anna earned 35 points ten days ago and 10 today and spent 5; Ben owes 50.00 and holds 7.00; Chao has nothing."""
    policy(expires_after_days=30)
    anna, ben, chao = (cast.person(name) for name in ("Anna", "Ben", "Chao"))
    account_limit_set(None, 100_000, actor=OPERATOR, at=cast.NOW)
    sell(1, "350.00", to=anna, on=TODAY - timedelta(days=10))
    sell(2, "105.00", to=anna, paid={"points": "5.00", "cash": "100.00"})
    sell(3, "50.00", to=ben, paid={"account": "50.00"})
    credit_adjust(ben, 700, reason="x", reference="x", actor=OPERATOR, at=noon(TODAY))
    return {"anna": anna, "ben": ben, "chao": chao}


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("points >= 40", "anna"),
        ("points = 0", "chao"),
        ("points < 40", "ben chao"),
        ("points is known", "anna ben chao"),
        ("store_credit = 7", "ben"),
        ("account_balance > 0", "ben"),
        ("account_balance = 0", "anna chao"),
        ("points_earned >= 45", "anna"),
        ("points_earned in last 5 days = 10", "anna"),
        ("points_earned in last 5 days = 5", "ben"),
        ("points_spent > 0", "anna"),
        ("points_spent in last 1 day = 5", "anna"),
        ("points_expiring in next 21 days = 30", "anna"),
        ("points_expiring in next 20 days > 0", ""),
        ("points_expiring in next 31 days = 40", "anna"),
        ("points_expiring in next 31 days > 0", "anna ben"),
        ("not points_expiring in next 31 days > 0", "chao"),
    ],
)
def test_rules_ask_about_balances(people, rule, expected):
    tree = rule_read(rule)
    terms = live_now().terms
    names = {id_: name for name, id_ in people.items()}
    found = {names[id_] for id_ in rule_members(tree, today=TODAY, terms=terms)}
    assert found == set(expected.split())
    assert {name for name, id_ in people.items() if matches(tree, life_of(id_), terms=terms, today=TODAY)} == found


def test_midnight_moves_whoever_time_alone_moves(people):
    from regulars.groups.models import Membership
    from regulars.segments.midnight import days_catch_up
    from regulars.segments.services import segment_save

    segment_save("Soon", "points_expiring in next 10 days > 0", actor=OPERATOR, at=noon(TODAY))
    segment_save("Lately", "points_earned in last 5 days > 0", actor=OPERATOR, at=noon(TODAY))

    def members(name):
        return set(Membership.objects.filter(group__name=name).values_list("customer_id", flat=True))

    assert (members("Soon"), members("Lately")) == (set(), {people["anna"], people["ben"]})
    days_catch_up(at=noon(TODAY + timedelta(days=11)))
    assert (members("Soon"), members("Lately")) == ({people["anna"]}, set())
