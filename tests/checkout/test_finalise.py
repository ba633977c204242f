"""A basket becomes a sale, once, at the price that was shown, paid as it was told."""

from datetime import timedelta

import pytest

from regulars.access.models import AuditEntry
from regulars.access.rules import OPERATOR
from regulars.balances.errors import (
    NobodyPays,
    NotEnoughCredit,
    NotEnoughPoints,
    NotRedeemable,
    OverLimit,
    TooFewPoints,
)
from regulars.balances.rules import EarningRule
from regulars.checkout.baskets import basket_get, basket_save
from regulars.checkout.errors import BasketRefused, QuoteChanged, SaleOtherwise
from regulars.checkout.finalising import basket_finalise_told
from regulars.checkout.models import SaleTrace
from regulars.checkout.quoting import quote_told
from regulars.checkout.services import sale_void
from regulars.checkout.tracing import trace_get
from regulars.core.errors import Forbidden
from regulars.offers.errors import LimitReached
from regulars.offers.models import OfferUse
from regulars.offers.services import offer_end
from regulars.sales.models import Sale
from regulars.sales.receipts import receipt_get
from tests import cast
from tests.checkout.counter import (
    CASHIER,
    TILL,
    asked,
    assert_sound,
    basket,
    bought,
    held,
    holding,
    loyal,
    moved,
    offer,
    quoted,
    sold,
    stocked,
)

pytestmark = pytest.mark.usefixtures("shop")


@pytest.fixture(autouse=True)
def _stocked(shop):
    stocked()


def refused(kind, payload, *, actor=TILL):
    """The sentence with which the sale is refused; nothing was changed."""
    before = cast.everything()
    with pytest.raises(kind) as refusal:
        basket_finalise_told(payload, actor=actor, at=cast.NOW)
    assert cast.everything() == before
    return str(refusal.value)


def receipt(n):
    return receipt_get(str(cast.uid(n)), visible_to=OPERATOR)


def paid(n):
    return [(each.method, each.amount) for each in receipt(n).sale.payments]


def test_a_quoted_basket_is_sold_with_its_reasons():
    loyal()
    offered = offer("Ten off")
    anna = holding()
    answer = sold(1, basket(bought("LATTE", "2"), bought("MUG"), to=anna), "1440.00", "cash 440.00", "card")
    assert answer == type(answer)(cast.uid(1), "R901-00001", "created", anna, 144000, 0, 14)
    sale = receipt(1)
    assert (sale.total, sale.discount, sale.customer_id, sale.sale.register) == (144000, 16000, anna, "T1")
    assert [(line.sku, line.name, line.category, line.discount, line.net) for line in sale.sale.lines] == [
        ("LATTE", "Latte", "Drinks", 7000, 63000), ("MUG", "Mug", "Things", 9000, 81000),
    ]  # fmt: skip
    assert paid(1) == [("cash", 44000), ("card", 100000)]
    trace = trace_get("R901-00001", visible_to=OPERATOR)
    assert [each.name for each in trace.quote.applied] == ["Ten off"]
    assert trace.quote.total == 144000
    assert list(OfferUse.objects.values_list("offer", "sale_uid", "customer", "amount", "is_released")) == [
        (offered, cast.uid(1), anna, 16000, False)
    ]
    assert held(anna).points == 14
    assert_sound()


def test_the_first_sale_of_a_visit_earns_its_points_too():
    loyal(
        EarningRule(name="by amount", kind="amount", points=1, per=10000),
        EarningRule(name="visit", kind="visit", points=5),
    )
    anna = holding()
    first, later = basket(bought("MUG"), to=anna), basket(bought("MUG", "2"), to=anna)
    assert quote_told(first, actor=TILL, at=cast.NOW).earns == 14
    assert sold(1, first, "900.00").points_earned == 14
    soon = cast.NOW + timedelta(minutes=1)
    assert quote_told(later, actor=TILL, at=soon).earns == 18
    assert sold(2, later, "1800.00", at=soon).points_earned == 18
    assert held(anna).points == 32
    # Sent again, each says what it said.
    again = cast.NOW + timedelta(hours=1)
    assert [sold(1, first, "900.00", at=again).points_earned, sold(2, later, "1800.00", at=again).points_earned] == [
        14,
        18,
    ]


def test_the_same_id_again_gives_the_same_answer_and_changes_nothing():
    loyal()
    anna = holding(points=100)
    told = asked(1, basket(to=anna), "350.00", "cash", points=100)
    first = basket_finalise_told(told, actor=TILL, at=cast.NOW)
    before = cast.everything()
    again = basket_finalise_told(told, actor=TILL, at=cast.NOW + timedelta(days=3))
    assert (first.outcome, again.outcome) == ("created", "unchanged")
    assert (again.number, again.total, again.points_used, again.points_earned) == ("R901-00001", 35000, 100, 2)
    assert cast.everything() == before
    sentence = refused(SaleOtherwise, asked(1, basket(bought("MUG"), to=anna), "900.00", "cash"))
    assert sentence == (
        "Sale R901-00001 was made under this id with another content; give the new sale an id of its own."
    )


def test_receipts_are_numbered_by_register_and_leave_out_what_is_taken():
    cast.recorded({**cast.sale(9), "number": "R901-00002"})
    told = {**basket(), "register": "T2"}
    numbers = [sold(n, each, "350.00").number for n, each in enumerate((basket(), basket(), told, basket(register="")))]
    assert numbers[1] == "R901-00003"
    assert len(set(numbers)) == 4
    assert numbers[3] == f"S{cast.store().id}-00001"


def test_the_total_that_was_shown_must_be_what_it_costs_now():
    offered = offer("Ten off")
    uid = cast.uid(1)
    shown = quoted(bought("MUG"))
    assert shown.total == 81000
    basket_save(uid, basket(bought("MUG")), shown=shown, actor=TILL, at=cast.NOW)
    offer_end(offered, actor=OPERATOR, at=cast.NOW)
    told = asked(1, basket(bought("MUG")), "810.00", "cash")
    assert refused(QuoteChanged, told) == (
        'It comes to 900.00 now, not to the 810.00 that was shown: "Ten off" no longer applies: it is over. '
        "Look at it again and go on."
    )
    offer("Half", percent_milli=50_000)
    assert '"Half" applies now and saves 450.00' in refused(QuoteChanged, told)
    assert sold(1, basket(bought("MUG")), "450.00").total == 45000


def test_without_a_kept_quote_the_refusal_still_says_what_may_have_changed():
    assert refused(QuoteChanged, asked(1, basket(), "1.00", "cash")) == (
        "It comes to 350.00 now, not to the 1.00 that was shown: an offer, a price or the customer's groups changed "
        "meanwhile. Look at it again and go on."
    )


def test_points_pay_in_part_and_what_they_pay_earns_nothing():
    loyal()
    anna = holding(points=200)
    answer = sold(1, basket(bought("MUG"), to=anna), "900.00", "cash", points=200)
    assert (answer.points_used, answer.points_earned) == (200, 7)
    assert paid(1) == [("points", 20000), ("cash", 70000)]
    assert trace_get("R901-00001", visible_to=OPERATOR).points == (200, 20000, (20000,))
    assert moved(anna) == [("adjust", 200), ("spend", -200), ("earn", 7)]
    assert_sound()


def test_points_pay_only_what_allows_it_spread_by_largest_remainder():
    loyal(not_redeemable_categories=("Things",))
    anna = holding(points=1000)
    told = basket(bought("LATTE"), bought("MUG"), bought("BEANS", "0.1"), to=anna)
    sold(1, told, "1370.05", "cash", points=101)
    # 101.00 over 350.00 and 120.05; the mug takes none.
    assert trace_get("R901-00001", visible_to=OPERATOR).points.by_line == (7520, 0, 2580)
    assert refused(NotRedeemable, asked(2, told, "1370.05", "cash", points=500)) == (
        "Points pay at most 470.05 of this sale, not 500.00; some of its items do not allow it."
    )


def test_points_pay_a_whole_basket_and_no_more_than_it_costs():
    loyal(point_value_milli=30_000)
    anna = holding(points=5000)
    answer = sold(1, basket(bought("BEANS"), to=anna), "1200.50", points=4002)
    # 0.30 a point: 4,002 points are 1,200.60, and it costs 0.10 less.
    assert (answer.points_used, answer.points_earned) == (4002, 0)
    assert paid(1) == [("points", 120050)]
    assert_sound()


@pytest.mark.parametrize(
    ("who", "points", "kind", "sentence"),
    [
        ({"points": 99}, 100, NotEnoughPoints, "Customer %s has 99 points to spend; 100 were asked for. Take less."),
        ({}, 1, NotEnoughPoints, "Customer %s has 0 points to spend; 1 were asked for. Take less."),
        ({"points": 40}, 4, TooFewPoints, "4 points are fewer than may be redeemed at once, 5; take more or none."),
        (None, 10, NobodyPays, 'Nobody is named whose balance the payment "points" is taken from; attach the customer.'),
    ],
)  # fmt: skip
def test_points_that_cannot_be_spent_are_refused(who, points, kind, sentence):
    loyal(least_points_redeemed=5)
    anna = None if who is None else holding(**who)
    told = asked(1, basket(to=anna), "350.00", "cash", points=points)
    assert refused(kind, told) == (sentence % anna if "%s" in sentence else sentence)


def test_store_credit_and_the_account_pay_within_what_they_hold():
    anna = holding(credit=10000, limit=30000)
    sold(1, basket(bought("MUG"), to=anna), "900.00", "store_credit 100.00", "account 300.00", "cash")
    assert paid(1) == [("store_credit", 10000), ("account", 30000), ("cash", 50000)]
    assert (held(anna).credit, held(anna).account, held(anna).account_left) == (0, 30000, 0)
    assert refused(NotEnoughCredit, asked(2, basket(to=anna), "350.00", "store_credit")) == (
        f"Customer {anna} has 0.00 KES of store credit; 350.00 KES was asked for. Take less."
    )
    assert refused(OverLimit, asked(2, basket(to=anna), "350.00", "account")) == (
        f"Customer {anna} owes 300.00 KES and may owe 300.00 KES; 350.00 KES more is over the limit. Take a payment, or"
        " ask a manager."
    )
    assert sold(2, basket(to=anna), "350.00", "account", actor=OPERATOR).total == 35000
    assert held(anna).account == 65000
    assert_sound()


@pytest.mark.parametrize(
    ("ways", "more", "sentence"),
    [
        ((), {}, "payments: 0.00 is paid, but it comes to 350.00; tell how the rest is paid"),
        (("cash 300.00",), {}, "payments: 300.00 is paid, but it comes to 350.00; tell how the rest is paid"),
        (("cash 400.00",), {}, "payments: 400.00 is paid, but it comes to 350.00; take less"),
        (("cash 350.00", "card"), {"tip": "-1"}, "tip: -1.00 is below zero"),
        (("cash 0",), {}, "payments[0].amount: 0.00 is not above zero; leave the payment out"),
        (("cash -350.00",), {}, "payments[0].amount: -350.00 is not above zero; leave the payment out"),
        (("cash", "card"), {}, "payments[1].amount: only one payment can be all that is left; tell this amount"),
        (("points 5",), {}, "payments[0].method: points are told in `points`, by their number"),
    ],
)
def test_payments_must_add_up(ways, more, sentence):
    told = asked(1, basket(), "350.00", *ways, **more)
    assert refused(BasketRefused, told).startswith(sentence)


def test_a_tip_is_paid_on_top():
    answer = sold(1, basket(), "350.00", "card", tip="50.00")
    assert answer.total == 35000
    assert paid(1) == [("card", 40000)]
    assert receipt(1).sale.tip == 5000


def test_what_costs_nothing_needs_no_payment():
    offer("All off", percent_milli=100_000)
    assert sold(1, basket(), "0.00").total == 0
    assert paid(1) == []


def test_a_limit_that_was_reached_meanwhile_refuses_and_leaves_nothing():
    offer("First one", in_all=1)
    shown = quoted(bought("MUG")).total
    assert shown == 81000
    sold(1, basket(bought("MUG")), "810.00")
    assert "all 1 are used up" in refused_change(2)
    sale_void("R901-00001", actor=OPERATOR, at=cast.NOW)
    assert sold(2, basket(bought("MUG")), "810.00").total == 81000
    assert_sound()


def refused_change(n):
    basket_save(cast.uid(n), basket(bought("MUG")), shown=quoted(bought("MUG")), actor=TILL, at=cast.NOW)
    from regulars.checkout.models import Basket

    Basket.objects.update(shown={"applied": [{"offer": _offer_id(), "name": "First one", "saves": "90.00"}]})
    return refused(QuoteChanged, asked(n, basket(bought("MUG")), "810.00", "cash"))


def _offer_id():
    return OfferUse.objects.get().offer_id


def test_an_offer_told_by_a_till_counts_and_its_limit_refuses_only_that_sale():
    offered = offer("First one", in_all=1)
    line = cast.line("MUG", "900.00", discount="90.00")
    told = {"offers": [{"name": "First one", "amount": "90.00"}]}
    one, two, three, four = cast.record(
        cast.sale(1, line, **told), cast.sale(2, line, **told), cast.sale(3), cast.sale(4, line, offers=[{"id": 99, "amount": "1"}]),
    )  # fmt: skip
    assert [each.outcome for each in (one, two, three, four)] == ["created", "refused", "created", "refused"]
    assert cast.sentences(two) == [
        'offers[0]: "First one" has just been used up; quote again for the price without it.'
    ]
    assert cast.sentences(four)[0].startswith('offers[0]: There is no offer "99"')
    assert list(OfferUse.objects.values_list("offer", "sale_uid")) == [(offered, cast.uid(1))]
    before = cast.everything()
    [again] = cast.record(cast.sale(1, line, **told))
    assert again.outcome == "unchanged"
    [other] = cast.record(cast.sale(1, line))
    assert (other.outcome, cast.sentences(other)) == ("conflict", ['offers: stored as "1", now sent as "0"'])
    assert cast.everything() == before
    assert Sale.objects.count() == 2


def test_an_offer_counted_for_each_customer_needs_one():
    offer("First one", per_customer=1)
    told = {"offers": [{"name": "First one", "amount": "90.00"}]}
    one, two = cast.record(cast.sale(1, cast.line("MUG", "900.00", discount="90.00"), **told), cast.sale(2))
    assert [each.outcome for each in (one, two)] == ["refused", "created"]
    assert cast.sentences(one) == [
        'offers[0]: "First one" is counted for each customer, and nobody is on the sale; attach the customer.'
    ]
    assert list(OfferUse.objects.values_list("offer", "sale_uid")) == []


def test_points_told_by_a_till_are_taken_or_refuse_only_that_sale():
    loyal()
    anna = holding(points=100)

    def told(n, points, worth):
        payments = [{"method": "points", "amount": worth}, {"method": "cash", "amount": str(350 - int(worth))}]
        return cast.sale(n, at=cast.NOW, customer={"id": anna}, payments=payments, points_redeemed=points)

    answers = cast.record(told(1, 80, "80"), told(2, 80, "80"), told(3, 19, "20"), told(4, 20, "20"), cast.sale(5))
    assert [each.outcome for each in answers] == ["created", "refused", "refused", "created", "created"]
    assert cast.sentences(answers[1]) == [
        f"payments[0].amount: Customer {anna} has 22 points to spend; 80 were asked for. Take less."
    ]
    assert cast.sentences(answers[2]) == [
        "points_redeemed: 19 points were told, but what was paid with points takes 20; send that number."
    ]
    assert moved(anna) == [("adjust", 100), ("spend", -80), ("earn", 2), ("spend", -20), ("earn", 3)]
    assert SaleTrace.objects.count() == 2
    assert_sound()


def test_a_price_of_ones_own_is_in_the_log():
    refused(BasketRefused, asked(1, basket(bought("MUG", unit_price="10")), "10.00", "cash"), actor=CASHIER)
    sold(1, basket(bought("LATTE"), bought("MUG", unit_price="10")), "360.00", actor=OPERATOR)
    entries = AuditEntry.objects.filter(verb="checkout.manual_price").values_list("subject_id", "facts", "actor")
    assert list(entries) == [(Sale.objects.get().id, {"lines": [2]}, "operator")]


def test_who_may_not_record_may_not_sell():
    for actor in (cast.GUEST, type(TILL)(key="p", name="p", role="marketer")):
        refused(Forbidden, asked(1, basket(), "350.00", "cash"), actor=actor)


def test_a_basket_is_sold_now():
    told = asked(1, basket(at="2026-11-20T12:00:00+03:00"), "350.00", "cash")
    assert refused(BasketRefused, told) == "at: a basket is sold now; leave the time out"


def test_a_new_contact_opens_a_profile_and_earns():
    loyal()
    told = basket(customer={"phone": cast.ANNA_PHONE, "name": "Anna"})
    answer = sold(1, told, "350.00")
    assert held(answer.customer_id).points == 3
    assert quote_told(told, actor=TILL, at=cast.NOW).customer.name == "Anna"


def test_what_was_sold_leaves_no_contact_in_the_basket():
    told = basket(customer={"phone": cast.ANNA_PHONE, "name": "Anna"})
    basket_save(cast.uid(1), told, shown=None, actor=TILL, at=cast.NOW)
    sold(1, told, "350.00")
    kept = basket_get(cast.uid(1), visible_to=TILL)
    assert (kept.state, kept.form, kept.shown) == ("sold", {}, None)


def test_a_limit_for_each_customer_holds_at_the_till():
    offer("Once each", per_customer=1)
    anna, ben = holding(), holding(name="Ben")
    sold(1, basket(to=anna), "315.00")
    assert quoted(to=anna).total == 35000
    assert quoted(to=ben).total == 31500
    with pytest.raises((LimitReached, QuoteChanged)):
        sold(2, basket(to=anna), "315.00")
