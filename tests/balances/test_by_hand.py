"""What people do to balances by hand: once, by right, within what is there."""

from datetime import date, timedelta

import pytest

from regulars.access.models import AuditEntry
from regulars.access.rights import Role
from regulars.access.rules import OPERATOR, REGISTER, Actor
from regulars.balances.errors import (
    BadAmount,
    BadPolicy,
    NoPayment,
    NotEnoughCredit,
    NotEnoughPoints,
    ReferenceTaken,
)
from regulars.balances.models import Lot, Policy
from regulars.balances.rules import EarningRule, PolicyTerms
from regulars.balances.selectors import (
    account_ageing,
    accounts_ageing,
    balances_of,
    balances_timeline,
    liability,
    policies_all,
    policy_in_force,
    statement_of,
)
from regulars.balances.services import (
    account_limit_set,
    account_pay,
    bonus_give,
    credit_adjust,
    points_adjust,
    points_redeem,
    policy_set,
)
from regulars.core.checks import TextUnfit
from regulars.core.errors import Forbidden
from regulars.customers.errors import CustomerUnknown
from regulars.customers.models import Customer
from regulars.groups.models import Group
from regulars.groups.using import group_users
from regulars.segments.errors import BadDays, TierInUse
from regulars.segments.services import tier_set_save
from tests import cast
from tests.balances.counter import BY_AMOUNT, TODAY, entries, held, lots, noon, points, policy, sell, sums

pytestmark = pytest.mark.usefixtures("shop")
CASHIER = Actor(key="person:7", name="cashier", role=Role.CASHIER)
MARKETER = Actor(key="person:8", name="marketer", role=Role.MARKETER)


@pytest.fixture
def anna(shop):
    return cast.person("Anna")


def adjust(customer, amount, *, reference="r1", reason="a gift", actor=OPERATOR, at=cast.NOW):
    points_adjust(customer, amount, reason=reason, reference=reference, actor=actor, at=at)


@pytest.mark.parametrize(
    ("act", "refused"),
    [
        (lambda anna: adjust(anna, 5, actor=CASHIER), Forbidden),
        (lambda anna: adjust(anna, 5, actor=MARKETER), Forbidden),
        (lambda anna: adjust(999, 5), CustomerUnknown),
        (lambda anna: adjust(anna, 0), BadAmount),
        (lambda anna: adjust(anna, 10**15), BadAmount),
        (lambda anna: adjust(anna, 5, reason="  "), TextUnfit),
        (lambda anna: adjust(anna, 5, reference=""), TextUnfit),
        (lambda anna: adjust(anna, 5, reference="r" * 101), TextUnfit),
        (lambda anna: adjust(anna, -1), NotEnoughPoints),
        (lambda anna: credit_adjust(anna, -1, reason="x", reference="r", actor=OPERATOR, at=cast.NOW), NotEnoughCredit),
        (lambda anna: credit_adjust(anna, 5, reason="x", reference="r", expires_on=TODAY - timedelta(days=1), actor=OPERATOR, at=cast.NOW), BadAmount),
        (lambda anna: bonus_give(anna, -5, reason="x", reference="r", actor=OPERATOR, at=cast.NOW), BadAmount),
        (lambda anna: points_redeem(anna, 0, reason="", reference="r", actor=OPERATOR, at=cast.NOW), BadAmount),
        (lambda anna: points_redeem(anna, 1, reason="", reference="r", actor=REGISTER, at=cast.NOW), NotEnoughPoints),
        (lambda anna: points_redeem(999, 1, reason="", reference="r", actor=OPERATOR, at=cast.NOW), CustomerUnknown),
        (lambda anna: points_redeem(anna, 1, reason="", reference="r", actor=MARKETER, at=cast.NOW), Forbidden),
        (lambda anna: account_pay(anna, -1, method="cash", reference="r", actor=OPERATOR, at=cast.NOW), BadAmount),
        (lambda anna: account_pay(anna, 1, method="", reference="r", actor=OPERATOR, at=cast.NOW), TextUnfit),
        (lambda anna: account_pay(anna, 1, method="cash", reference="r", actor=MARKETER, at=cast.NOW), Forbidden),
        (lambda anna: account_limit_set(anna, -1, actor=OPERATOR, at=cast.NOW), BadAmount),
        (lambda anna: account_limit_set(anna, 1, actor=CASHIER, at=cast.NOW), Forbidden),
        (lambda anna: balances_of(999, at=cast.NOW, visible_to=OPERATOR), CustomerUnknown),
        (lambda anna: statement_of(anna, book="points", first=TODAY, last=date(2020, 1, 1), visible_to=OPERATOR), BadDays),
        (lambda anna: liability(first=TODAY, last=TODAY, visible_to=CASHIER), Forbidden),
        (lambda anna: policy_set(PolicyTerms(), starts_on=TODAY, actor=CASHIER, at=cast.NOW), Forbidden),
    ],
)  # fmt: skip
def test_a_refusal_changes_nothing(anna, act, refused):
    before = cast.everything()
    with pytest.raises(refused):
        act(anna)
    assert cast.everything() == before


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        (lambda anna: adjust(anna, 0), "0 cannot be booked; give a number other than 0."),
        (
            lambda anna: bonus_give(anna, -5, reason="x", reference="r", actor=OPERATOR, at=cast.NOW),
            "-5 cannot be booked; give a whole number above 0.",
        ),
        (
            lambda anna: account_pay(anna, -550, method="cash", reference="r", actor=OPERATOR, at=cast.NOW),
            "-5.50 KES cannot be booked; give an amount above 0.",
        ),
        (
            lambda anna: account_limit_set(anna, -100, actor=OPERATOR, at=cast.NOW),
            "-1.00 KES cannot be booked; give an amount of at least 0.",
        ),
        (
            lambda anna: credit_adjust(
                anna, 5, reason="x", reference="r", expires_on=date(2020, 1, 1), actor=OPERATOR, at=cast.NOW
            ),
            "2020-01-01 cannot be booked; give a last day that is not over.",
        ),
    ],
)
def test_a_refusal_names_the_amount_as_it_was_written(anna, act, sentence):
    with pytest.raises(BadAmount) as refused:
        act(anna)
    assert str(refused.value) == sentence


@pytest.mark.parametrize("method", ["store_credit", "points", "account", "Store_Credit"])
def test_an_account_is_not_paid_out_of_another_balance_that_stays_whole(anna, method):
    credit_adjust(anna, 900, reason="x", reference="r", actor=OPERATOR, at=cast.NOW)
    before = cast.everything()
    with pytest.raises(NoPayment) as refused:
        account_pay(anna, 500, method=method, reference="p", actor=OPERATOR, at=cast.NOW)
    told = f'"{method}" brings in no money; pay the account in cash, by card or in another way that does.'
    assert str(refused.value) == told
    assert cast.everything() == before


def test_the_same_reference_again_books_once_and_for_something_else_is_refused(anna):
    adjust(anna, 30)
    before = cast.everything()
    adjust(anna, 30)
    assert cast.everything() == before
    with pytest.raises(ReferenceTaken) as refused:
        adjust(anna, 31)
    assert str(refused.value) == 'The reference "r1" is of another booking of 30; give this one a new reference.'
    account_pay(anna, 550, method="cash", reference="r1", actor=OPERATOR, at=cast.NOW)
    with pytest.raises(ReferenceTaken, match=r"another booking of 5\.50 KES;"):
        account_pay(anna, 551, method="cash", reference="r1", actor=OPERATOR, at=cast.NOW)
    points_redeem(anna, 10, reason="a cup", reference="r1", actor=OPERATOR, at=cast.NOW)
    points_redeem(anna, 10, reason="a cup", reference="r1", actor=OPERATOR, at=cast.NOW)
    with pytest.raises(ReferenceTaken):
        points_redeem(anna, 9, reason="a cup", reference="r1", actor=OPERATOR, at=cast.NOW)
    assert entries(anna) == [("adjust", 30), ("spend", -10)]


def test_the_reference_of_one_customer_is_free_for_another(anna):
    ben = cast.person("Ben")
    adjust(anna, 5)
    adjust(ben, 7)
    assert (points(anna), points(ben)) == (5, 7)


def test_an_adjustment_is_in_the_log_with_its_amount_and_vouches_for_the_customer(shop):
    policy()
    sell(1, "10.00", customer={"phone": cast.ANNA_PHONE})
    anna = Customer.objects.get()
    assert not anna.is_vouched
    adjust(anna.id, 5)
    assert Customer.objects.get().is_vouched
    [row] = AuditEntry.objects.filter(verb="balances.points_adjust")
    assert (row.actor, row.subject_id, row.facts) == (
        "operator", anna.id, {"amount": 5, "source": f"points/{anna.id}/r1"},
    )  # fmt: skip


def test_what_is_given_expires_as_what_is_earned_and_a_bonus_as_bonuses_do(anna):
    policy(expires_after_days=30, bonus_expires_after_days=7)
    adjust(anna, 5)
    bonus_give(anna, 6, reason="x", reference="x", actor=OPERATOR, at=cast.NOW)
    credit_adjust(anna, 7, reason="x", reference="x", expires_on=TODAY, actor=OPERATOR, at=cast.NOW)
    assert list(Lot.objects.order_by("id").values_list("book", "amount", "expires_on")) == [
        ("points", 5, TODAY + timedelta(days=30)),
        ("points", 6, TODAY + timedelta(days=7)),
        ("credit", 7, TODAY),
    ]
    shown = held(anna)
    assert (shown.points, shown.expiring, shown.credit, shown.credit_expiring) == (
        11, ((TODAY + timedelta(days=7), 6), (TODAY + timedelta(days=30), 5)), 7, ((TODAY, 7),),
    )  # fmt: skip
    assert shown.points_value == 1100


def test_taking_points_by_hand_draws_from_what_expires_soonest(anna):
    policy(expires_after_days=30, bonus_expires_after_days=7)
    adjust(anna, 5)
    bonus_give(anna, 6, reason="x", reference="x", actor=OPERATOR, at=cast.NOW)
    adjust(anna, -8, reference="r2")
    assert (lots(anna), entries(anna)[2:]) == ([(5, 3), (6, 0)], [("adjust", -6), ("adjust", -2)])


def test_a_manager_reaches_the_customers_of_their_stores_only(anna):
    karen = cast.store(cast.KAREN)
    manager = Actor(key="person:5", name="manager", role=Role.MANAGER, stores=frozenset({karen.id}))
    adjust(anna, 5, actor=manager)
    sell(1, "10.00", to=anna)
    for act in (
        lambda: adjust(anna, 5, reference="r2", actor=manager),
        lambda: points_redeem(anna, 1, reason="", reference="r2", actor=manager, at=cast.NOW),
        lambda: balances_of(anna, at=cast.NOW, visible_to=manager),
        lambda: balances_timeline(anna, visible_to=manager),
        lambda: account_ageing(anna, today=TODAY, visible_to=manager),
    ):
        with pytest.raises(CustomerUnknown):
            act()
    assert points(anna) == 5


def test_a_customer_sees_their_own_balances_only(anna):
    ben = cast.person("Ben")
    herself = Actor(key=f"customer:{anna}", name="Anna", role=Role.CUSTOMER, customer_id=anna)
    adjust(anna, 5)
    assert balances_of(anna, at=cast.NOW, visible_to=herself).points == 5
    with pytest.raises(CustomerUnknown):
        balances_of(ben, at=cast.NOW, visible_to=herself)


@pytest.mark.parametrize(
    ("terms", "sentence"),
    [
        ({"pending_days": -1}, "pending_days: -1 is not between 0 and 3650."),
        ({"point_value_milli": 0}, "point_value: a point is worth more than 0; write how much."),
        ({"point_value_milli": 10**9 + 1}, "point_value: that is too large to be true; check the decimal point."),
        ({"pending_days": 5, "expires_after_days": 4}, "expires_after_days: points would expire after 4 days and be available after 5; let them live longer."),
        ({"rules": (EarningRule(name=" "),)}, "rules[0].name: a rule needs a name."),
        ({"rules": (EarningRule(name="x", kind="odd"),)}, 'rules[0].kind: "odd" is no kind of rule; write one of amount, visit, product, multiplier.'),
        ({"rules": (EarningRule(name="x", points=1, per=0),)}, "rules[0].per: points are given for each so much money; write an amount above 0."),
        ({"rules": (EarningRule(name="x", points=-1, per=1),)}, "rules[0].points: -1 is not between 0 and 1000000000."),
        ({"rules": (EarningRule(name="x", kind="multiplier", factor_milli=-1),)}, "rules[0].factor: -0.001 is not between 0 and 1000."),
        ({"rules": (EarningRule(name="x", kind="visit", points=1, skus=("A",)),)}, "rules[0].kind: a visit is of no product; leave out products, categories and brands."),
        ({"rules": (EarningRule(name="x", points=1, per=1, stores=("Westland",)),)}, 'rules[0].stores: there is no "Westland" here; did you mean "Westlands"?.'),
        ({"rules": (EarningRule(name="x", points=1, per=1, tiers=("Gold",)),)}, 'rules[0].tiers: there is no "Gold" here.'),
        ({"rules": (EarningRule(name="x", points=1, per=1, weekdays=(8,)),)}, "rules[0].weekdays: weekdays are 1 (Monday) to 7."),
        ({"rules": (EarningRule(name="x", points=1, per=1, from_day=TODAY, until_day=date(2020, 1, 1)),)}, "rules[0].from_day: 2026-11-21 is after 2020-01-01; write the earlier day first."),
        ({"rules": (BY_AMOUNT,) * 51}, "rules: 51 rules are more than a policy holds (50)."),
    ],
)  # fmt: skip
def test_a_policy_that_cannot_be_is_refused_with_the_place(shop, terms, sentence):
    with pytest.raises(BadPolicy) as refused:
        policy_set(PolicyTerms(**terms), starts_on=TODAY, actor=OPERATOR, at=cast.NOW)
    assert str(refused.value) == sentence
    assert not Policy.objects.exists()


def test_a_policy_is_read_as_it_was_written(shop):
    terms = PolicyTerms(
        rules=(EarningRule(name="x", kind="multiplier", factor_milli=1500, weekdays=(6, 7), from_day=TODAY, skus=("A",)),),
        counts_tax=False, pending_days=1, expires_after_days=365, not_redeemable_categories=("Tobacco",),
    )  # fmt: skip
    policy_set(terms, starts_on=TODAY, actor=OPERATOR, at=cast.NOW)
    assert policy_in_force(TODAY) == terms
    assert policy_in_force(TODAY - timedelta(days=1)) is None
    [version] = policies_all(visible_to=CASHIER)
    assert (version.starts_on, version.terms) == (TODAY, terms)


def test_a_tier_that_the_policy_names_cannot_go(shop):
    tier_set_save("Loyalty", "Standard: spent < 500; Gold: spent >= 500", actor=OPERATOR, at=cast.NOW)
    policy(EarningRule(name="gold", points=1, per=100, tiers=("Gold",)))
    gold = Group.objects.get(name="Gold")
    assert group_users(gold.id) == ["the loyalty policy"]
    with pytest.raises(TierInUse):
        tier_set_save("Loyalty", "Standard: spent < 500; Silver: spent >= 500", actor=OPERATOR, at=cast.NOW)


def test_a_statement_opens_moves_and_closes(anna):
    policy()
    sell(1, "100.00", to=anna, on=TODAY - timedelta(days=10))
    sell(2, "50.00", to=anna, on=TODAY - timedelta(days=2), paid={"points": "4.00", "cash": "46.00"})
    adjust(anna, 3)
    told = statement_of(anna, book="points", first=TODAY - timedelta(days=2), last=TODAY, visible_to=OPERATOR)
    assert (told.opening, told.closing) == (10, 13)
    assert [(each.day, each.kind, each.amount, each.balance, each.number) for each in told.movements] == [
        (TODAY - timedelta(days=2), "spend", -4, 6, "W-0002"),
        (TODAY - timedelta(days=2), "earn", 4, 10, "W-0002"),
        (TODAY, "adjust", 3, 13, ""),
    ]
    newest = balances_timeline(anna, limit=2, visible_to=OPERATOR)
    assert [(each.kind, each.amount) for each in newest] == [("adjust", 3), ("earn", 4)]
    older = balances_timeline(anna, before=newest[-1].id, visible_to=OPERATOR)
    assert [(each.kind, each.amount) for each in older] == [("spend", -4), ("earn", 10)]


def test_what_the_shop_owes_opens_moves_and_closes(anna):
    policy(expires_after_days=30)
    account_limit_set(None, 100_000, actor=OPERATOR, at=cast.NOW)
    sell(1, "100.00", to=anna, on=TODAY - timedelta(days=10))
    sell(2, "50.00", to=anna, paid={"account": "50.00"})
    account_pay(anna, 2000, method="cash", reference="p", actor=OPERATOR, at=cast.NOW)
    credit_adjust(anna, 700, reason="x", reference="c", actor=OPERATOR, at=cast.NOW)
    in_points, credit, account = liability(first=TODAY, last=TODAY, visible_to=OPERATOR)
    assert (in_points.opening, in_points.by_kind, in_points.closing, in_points.worth) == (10, {"earn": 5}, 15, 1500)
    assert in_points.expiring == ((TODAY + timedelta(days=20), 10), (TODAY + timedelta(days=30), 5))
    assert (credit.opening, credit.by_kind, credit.closing) == (0, {"adjust": 700}, 700)
    assert (account.opening, account.by_kind, account.closing) == (0, {"charge": 5000, "pay": -2000}, 3000)
    assert account_ageing(anna, today=TODAY, visible_to=OPERATOR).up_to_30 == 3000
    [owing] = accounts_ageing(today=TODAY + timedelta(days=31), visible_to=OPERATOR)
    assert (owing.customer_id, owing.name, owing.ageing.up_to_60) == (anna, "Anna", 3000)


def test_paying_more_than_is_owed_leaves_the_shop_owing(anna):
    account_pay(anna, 2000, method="cash", reference="p2", actor=CASHIER, at=cast.NOW)
    assert sums(anna) == {"account": -2000}
    assert account_ageing(anna, today=TODAY, visible_to=OPERATOR).paid_ahead == 2000


def test_segments_follow_a_balance_that_moves_outside_a_sale(anna):
    from regulars.groups.models import Membership, MembershipChange
    from regulars.segments.services import segment_save

    segment_save("Rich", "points >= 100", actor=OPERATOR, at=cast.NOW)
    adjust(anna, 100)
    assert Membership.objects.filter(customer_id=anna, group__name="Rich").exists()
    points_redeem(anna, 1, reason="", reference="x", actor=OPERATOR, at=noon(TODAY))
    assert not Membership.objects.filter(customer_id=anna, group__name="Rich").exists()
    assert set(MembershipChange.objects.filter(customer_id=anna).values_list("reason", flat=True)) == {"balance"}
