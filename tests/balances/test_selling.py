"""What a sale and what becomes of it do to points, store credit and account."""

from datetime import timedelta

import pytest

from regulars.access.rules import OPERATOR, REGISTER
from regulars.balances.errors import NobodyPays, NotEnoughCredit, NotEnoughPoints
from regulars.balances.models import Lot
from regulars.balances.rules import EarningRule
from regulars.balances.services import account_limit_set, account_pay, credit_adjust, points_adjust
from regulars.balances.settling import sales_settle
from regulars.balances.verifying import differences
from regulars.checkout.services import sale_reassign, sale_return, sale_void
from regulars.storage.writing import writing
from tests import cast
from tests.balances.counter import (
    BY_AMOUNT,
    TODAY,
    bring_back,
    entries,
    held,
    lots,
    noon,
    points,
    policy,
    sell,
    sums,
)

pytestmark = pytest.mark.usefixtures("shop")
VISIT = EarningRule(name="visit", kind="visit", points=5)


@pytest.fixture
def anna(shop):
    return cast.person("Anna")


@pytest.fixture(autouse=True)
def _nothing_differs(shop):
    yield
    assert list(differences(today=TODAY + timedelta(days=30))) == []


def refusal(payload, actor=REGISTER):
    """The one sentence a sale is refused with; of it nothing is kept."""
    before = cast.everything()
    [answer] = cast.record(payload, at=cast.NOW, actor=actor)
    assert answer.outcome == "refused"
    assert cast.everything() == before
    [fault] = answer.faults
    return str(fault)


def pay(n, price, to, actor=OPERATOR, **paid):
    payments = [{"method": method, "amount": amount} for method, amount in paid.items()]
    return cast.sale(n, cast.line(price=price), at=noon(TODAY), customer={"id": to}, payments=payments)


def give(customer, amount, reference="first"):
    points_adjust(customer, amount, reason="a gift", reference=reference, actor=OPERATOR, at=cast.NOW)


def test_a_shop_without_a_policy_books_nothing(anna):
    sell(1, "350.00", to=anna, paid={"points": "50.00", "cash": "300.00"})
    assert (sums(anna), entries(anna)) == ({}, [])


def test_a_sale_before_the_policy_starts_earns_nothing(anna):
    policy(starts_on=TODAY)
    sell(1, "350.00", to=anna, on=TODAY - timedelta(days=1), at=noon(TODAY))
    sell(2, "350.00", to=anna)
    assert entries(anna) == [("earn", 35)]


def test_a_sale_of_before_the_policy_does_not_begin_to_earn_when_it_comes_back_in_part(anna):
    sell(1, "350.00", to=anna, lines=(cast.line(quantity="2"),))
    policy()
    bring_back(2, 1)
    assert entries(anna) == []


def test_the_latest_policy_that_has_started_counts_and_lots_stay_as_they_are(anna):
    policy(expires_after_days=90)
    sell(1, "100.00", to=anna)
    policy(EarningRule(name="double", points=2, per=1000), starts_on=TODAY + timedelta(days=1), expires_after_days=2)
    sell(2, "100.00", to=anna)
    sell(3, "100.00", to=anna, on=TODAY + timedelta(days=1))
    assert list(Lot.objects.order_by("id").values_list("amount", "expires_on")) == [
        (10, TODAY + timedelta(days=90)), (10, TODAY + timedelta(days=90)), (20, TODAY + timedelta(days=3)),
    ]  # fmt: skip


def test_settling_again_changes_nothing(anna):
    policy()
    uid = sell(1, "350.00", to=anna)
    before = cast.everything()
    with writing():
        sales_settle([uid], actor=OPERATOR, at=cast.NOW)
    assert cast.everything() == before


def test_a_sale_sent_again_earns_once(anna):
    policy()
    sell(1, "350.00", to=anna)
    [answer] = cast.record(cast.sale(1, cast.line(price="350.00"), at=noon(TODAY), customer={"id": anna}))
    assert (answer.outcome, points(anna)) == ("unchanged", 35)


def test_an_anonymous_sale_earns_for_whom_it_is_given_to_and_moves_on_with_them(anna):
    policy()
    ben = cast.person("Ben")
    sell(1, "350.00")
    sale_reassign("W-0001", anna, actor=OPERATOR, at=cast.NOW)
    assert (points(anna), points(ben)) == (35, 0)
    sale_reassign("W-0001", ben, actor=OPERATOR, at=cast.NOW)
    assert (points(anna), points(ben)) == (0, 35)
    sale_reassign("W-0001", anna, actor=OPERATOR, at=cast.NOW)
    assert (entries(anna), points(ben)) == ([("earn", 35), ("earn_back", -35), ("earn", 35)], 0)
    sale_reassign("W-0001", None, actor=OPERATOR, at=cast.NOW)
    assert (points(anna), points(ben)) == (0, 0)


def test_a_return_that_came_before_its_sale_counts_when_the_sale_does(anna):
    policy()
    cast.recorded(cast.brought_back(2, 1, cast.line(price="100.00", quantity="-1"), at=noon(TODAY)))
    sell(1, "100.00", to=anna, lines=(cast.line(price="100.00", quantity="3"),))
    assert entries(anna) == [("earn", 30), ("earn_back", -10)]


def test_a_return_that_is_voided_makes_the_sale_whole(anna):
    policy()
    give(anna, 30)
    sell(1, "100.00", to=anna, paid={"points": "30.00", "cash": "70.00"})
    sale_return("W-0001", uid=cast.uid(2), actor=OPERATOR, at=cast.NOW)
    assert points(anna) == 30
    sale_void("W-0001-R1", actor=OPERATOR, at=cast.NOW)
    assert (points(anna), lots(anna)) == (7, [(30, 0), (7, 7)])


def test_points_that_wait_cannot_be_spent_yet(anna):
    policy(pending_days=2)
    sell(1, "350.00", to=anna)
    shown = held(anna)
    assert (shown.points, shown.points_pending, points(anna)) == (0, 35, 35)
    sentence = f"payments[0].amount: Customer {anna} has 0 points to spend; 10 were asked for. Take less."
    assert refusal(pay(2, "10.00", anna, points="10.00")) == sentence
    shown = held(anna, on=TODAY + timedelta(days=2))
    assert (shown.points, shown.points_pending) == (35, 0)


def test_points_over_the_balance_are_refused_with_the_balance(anna):
    policy()
    give(anna, 9)
    assert refusal(pay(2, "10.00", anna, points="10.00")) == (
        f"payments[0].amount: Customer {anna} has 9 points to spend; 10 were asked for. Take less."
    )


def test_points_can_be_spent_on_their_last_day_and_not_after_whether_or_not_the_night_has_run(anna):
    policy(expires_after_days=1)
    sell(1, "350.00", to=anna)
    tomorrow = TODAY + timedelta(days=1)
    sell(2, "10.00", to=anna, on=tomorrow, paid={"points": "10.00"})
    told = cast.sale(3, cast.line(price="1.00"), at=noon(tomorrow + timedelta(days=1)), customer={"id": anna},
                     payments=[{"method": "points", "amount": "1.00"}])  # fmt: skip
    [answer] = cast.record(told, at=noon(tomorrow + timedelta(days=1)))
    assert answer.outcome == "refused"
    assert held(anna, on=tomorrow + timedelta(days=1)).points == 0


def test_worth_is_rounded_up_to_points_and_parts_give_back_exactly(anna):
    policy(point_value_milli=3000)
    give(anna, 1000)
    sell(1, "10.00", to=anna, lines=(cast.line(price="5.00", quantity="2"),), paid={"points": "10.00"})
    assert entries(anna)[1:] == [("spend", -334)]
    bring_back(2, 1, cast.line(price="5.00", quantity="-1"), paid={"points": "-5.00"})
    bring_back(3, 1, cast.line(price="5.00", quantity="-1"), paid={"points": "-5.00"})
    assert entries(anna)[2:] == [("spend_back", 167), ("spend_back", 167)]
    assert points(anna) == 1000


def test_what_points_may_not_pay_is_refused(anna):
    policy(not_redeemable_categories=("Tobacco",), least_points_redeemed=5)
    give(anna, 100)
    lines = [cast.line("LATTE", price="10.00"), cast.line("SMOKE", price="20.00", category="Tobacco")]
    told = cast.sale(
        1,
        *lines,
        customer={"id": anna},
        payments=[{"method": "points", "amount": "15.00"}, {"method": "cash", "amount": "15.00"}],
    )
    assert refusal(told) == (
        "payments[0].amount: Points pay at most 10.00 KES of this sale, not 15.00 KES; some of its items do not allow it."
    )
    few = cast.sale(
        1,
        *lines,
        customer={"id": anna},
        payments=[{"method": "points", "amount": "4.00"}, {"method": "cash", "amount": "26.00"}],
    )
    assert refusal(few) == (
        "payments[0].amount: 4 points are fewer than may be redeemed at once, 5; take more or none."
    )


def test_more_cannot_go_back_as_points_than_was_paid_so(anna):
    policy()
    give(anna, 100)
    sell(1, "50.00", to=anna, paid={"points": "20.00", "cash": "30.00"})
    back = cast.brought_back(
        2,
        1,
        cast.line(price="50.00", quantity="-1"),
        at=noon(TODAY),
        payments=[{"method": "points", "amount": "-50.00"}],
    )
    assert "50.00 KES is to go back as points, but 20.00 KES was paid so" in refusal(back)


def test_nobody_pays_from_a_balance(anna):
    policy()
    payments = [{"method": "store_credit", "amount": "350.00"}]
    assert 'Nobody is named whose balance the payment "store_credit" is taken from' in refusal(
        cast.sale(1, payments=payments)
    )


def test_a_reassigned_redemption_goes_along_and_is_refused_where_the_points_are_lacking(anna):
    policy()
    ben = cast.person("Ben")
    give(anna, 20)
    sell(1, "20.00", to=anna, paid={"points": "20.00"})
    before = cast.everything()
    with pytest.raises(NotEnoughPoints) as refused:
        sale_reassign("W-0001", ben, actor=OPERATOR, at=cast.NOW)
    assert refused.value.facts == {"customer": ben, "balance": 0, "asked": 20}
    with pytest.raises(NobodyPays):
        sale_reassign("W-0001", None, actor=OPERATOR, at=cast.NOW)
    assert cast.everything() == before
    give(ben, 25)
    sale_reassign("W-0001", ben, actor=OPERATOR, at=cast.NOW)
    assert (points(anna), points(ben)) == (20, 5)
    sale_return("W-0001", uid=cast.uid(9), actor=OPERATOR, at=cast.NOW)
    assert (points(anna), points(ben)) == (20, 25)


def test_a_return_to_store_credit_issues_it_and_it_pays_the_next_sale(anna):
    sell(1, "80.00", to=anna, paid={"cash": "80.00"})
    sale_return("W-0001", refund_to="store_credit", uid=cast.uid(2), actor=OPERATOR, at=cast.NOW)
    assert (entries(anna, "credit"), held(anna).credit) == ([("issue", 8000)], 8000)
    sell(3, "50.00", to=anna, paid={"store_credit": "50.00"})
    assert entries(anna, "credit")[1:] == [("spend", -5000)]
    over = pay(4, "30.01", anna, store_credit="30.01")
    assert "has 30.00 KES of store credit; 30.01 KES was asked for" in refusal(over)
    sale_return("W-0003", uid=cast.uid(5), actor=OPERATOR, at=cast.NOW)
    assert (entries(anna, "credit")[2:], sums(anna)) == ([("spend_back", 5000)], {"credit": 8000})
    sale_void("W-0001-R1", actor=OPERATOR, at=cast.NOW)
    assert (entries(anna, "credit")[3:], sums(anna)) == ([("issue_back", -8000)], {"credit": 0})


def test_credit_spent_before_its_return_is_voided_is_owed_and_filled(anna):
    sell(1, "80.00", to=anna, paid={"cash": "80.00"})
    sale_return("W-0001", refund_to="store_credit", uid=cast.uid(2), actor=OPERATOR, at=cast.NOW)
    sell(3, "80.00", to=anna, paid={"store_credit": "80.00"})
    sale_void("W-0001-R1", actor=OPERATOR, at=cast.NOW)
    assert (sums(anna), held(anna).credit) == ({"credit": -8000}, -8000)
    credit_adjust(anna, 10000, reason="sorry", reference="1", actor=OPERATOR, at=cast.NOW)
    assert (lots(anna, "credit"), held(anna).credit) == ([(8000, 0), (10000, 2000)], 2000)


def test_an_account_is_charged_up_to_its_limit_and_paid_off_without_earning(anna):
    policy()
    account_limit_set(None, 50_000, actor=OPERATOR, at=cast.NOW)
    sell(1, "500.00", to=anna, paid={"account": "500.00"}, actor=REGISTER)
    assert (sums(anna), held(anna).account_left) == ({"points": 50, "account": 50_000}, 0)
    assert refusal(pay(2, "0.01", anna, account="0.01")) == (
        f"payments[0].amount: Customer {anna} owes 500.00 KES and may owe 500.00 KES; 0.01 KES more is over the limit. "
        "Take a payment, or ask a manager."
    )
    account_limit_set(anna, 60_000, actor=OPERATOR, at=cast.NOW)
    sell(2, "100.00", to=anna, paid={"account": "100.00"}, actor=REGISTER)
    account_pay(anna, 45_000, method="cash", reference="r1", actor=OPERATOR, at=cast.NOW)
    assert (sums(anna), entries(anna, "account")) == (
        {"points": 60, "account": 15_000}, [("charge", 50_000), ("charge", 10_000), ("pay", -45_000)],
    )  # fmt: skip
    sale_return("W-0001", uid=cast.uid(9), actor=OPERATOR, at=cast.NOW)
    assert sums(anna) == {"points": 10, "account": -35_000}


def test_who_may_go_over_the_limit_can(anna):
    sell(1, "500.00", to=anna, paid={"account": "500.00"}, actor=OPERATOR)
    assert sums(anna) == {"account": 50_000}


def test_a_visit_earns_once_a_day_and_store_as_long_as_a_sale_of_it_stands(anna):
    policy(VISIT)
    sell(1, "10.00", to=anna)
    sell(2, "10.00", to=anna)
    sell(3, "10.00", to=anna, store=cast.KAREN)
    assert entries(anna) == [("earn", 5), ("earn", 5)]
    sale_void("W-0001", actor=OPERATOR, at=cast.NOW)
    assert points(anna) == 10
    sale_return("W-0002", uid=cast.uid(9), actor=OPERATOR, at=cast.NOW)
    assert (points(anna), entries(anna)[2:]) == (5, [("earn_back", -5)])
    sell(4, "10.00", to=anna)
    assert (points(anna), entries(anna)[3:]) == (10, [("earn", 5)])


def test_a_visit_goes_with_its_sale(anna):
    policy(VISIT)
    ben = cast.person("Ben")
    sell(1, "10.00", to=anna)
    sale_reassign("W-0001", ben, actor=OPERATOR, at=cast.NOW)
    assert (points(anna), points(ben)) == (0, 5)


def test_many_sales_of_a_batch_earn_as_one_by_one(anna):
    policy(BY_AMOUNT, VISIT)
    told = [cast.sale(n, cast.line(price="35.00"), at=noon(TODAY), customer={"id": anna}) for n in range(30)]
    cast.record(*told)
    assert points(anna) == 30 * 3 + 5


def test_a_category_that_the_catalogue_filled_in_counts(anna):
    from regulars.sales.services import product_set

    policy(EarningRule(name="coffee", points=1, per=100, categories=("Coffee",)))
    product_set(sku="LATTE", name="Latte", category="Coffee", brand="House", actor=OPERATOR, at=cast.NOW)
    sell(1, "10.00", to=anna)
    assert points(anna) == 10


def test_redeeming_by_name_of_an_expired_lot_gives_back_nothing(anna):
    policy(expires_after_days=1)
    sell(1, "100.00", to=anna)
    sell(2, "10.00", to=anna, paid={"points": "10.00"})
    late = TODAY + timedelta(days=5)
    bring_back(3, 2, cast.line(price="10.00", quantity="-1"), on=late, paid={"points": "-10.00"})
    assert entries(anna) == [("earn", 10), ("spend", -10), ("spend_back", 10), ("expire", -10)]


def test_not_enough_credit_is_a_conflict(anna):
    with pytest.raises(NotEnoughCredit):
        credit_adjust(anna, -1, reason="x", reference="1", actor=OPERATOR, at=cast.NOW)


def test_a_visit_taken_back_stands_again_with_the_next_sale_also_under_another_policy(anna):
    policy(VISIT)
    sell(1, "10.00", to=anna)
    sale_return("W-0001", uid=cast.uid(9), actor=OPERATOR, at=cast.NOW)
    policy(BY_AMOUNT)
    sell(2, "10.00", to=anna)
    assert sorted(entries(anna)) == [("earn", 1), ("earn", 5), ("earn", 5), ("earn_back", -5)]
