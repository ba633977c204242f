"""What is brought back goes back the way it was paid, share by share, and every ledger closes."""

import pytest

from regulars.access.rules import OPERATOR
from regulars.balances.errors import NotEnoughPoints, RefundTooLarge
from regulars.checkout.asking import finalising_read
from regulars.checkout.errors import QuoteChanged
from regulars.checkout.exchanging import basket_exchange
from regulars.checkout.paying import Back, PaidPoints, refund
from regulars.checkout.returning import return_preview
from regulars.checkout.services import sale_reassign, sale_void
from regulars.offers.models import Offer, OfferUse
from regulars.sales.drafts import LineDraft, PaymentDraft, SaleDraft
from regulars.sales.errors import CannotReturn
from regulars.sales.models import Payment, Sale
from tests import cast
from tests.checkout.counter import (
    TILL,
    asked,
    assert_sound,
    back,
    basket,
    bought,
    held,
    holding,
    loyal,
    moved,
    offer,
    sold,
    stocked,
)

pytestmark = pytest.mark.usefixtures("shop")


@pytest.fixture(autouse=True)
def _stocked(shop):
    stocked()


def booked(customer):
    """Points, credit and account in all."""
    found = held(customer)
    return found.points + found.points_pending, found.credit, found.account


def paid_off():
    """What all sales and returns add up to in each way of paying."""
    sums = {}
    for method, amount in Payment.objects.order_by().values_list("method", "amount"):
        sums[method] = sums.get(method, 0) + amount
    return {method: amount for method, amount in sums.items() if amount}


def test_a_sale_paid_in_every_way_and_wholly_brought_back_leaves_zero_on_every_ledger():
    loyal()
    anna = holding(points=100, credit=5000, limit=100000)
    before = booked(anna)
    ways = ("store_credit 50.00", "account 200.00", "card 100.00", "cash")
    sold(1, basket(bought("MUG"), to=anna), "900.00", *ways, points=100)
    assert booked(anna) == (8, 0, 20000)
    assert back(2, "R901-00001") == {
        "points": 10000,
        "store_credit": 5000,
        "account": 20000,
        "card": 10000,
        "cash": 45000,
    }
    assert booked(anna) == before
    assert paid_off() == {}
    assert moved(anna) == [("adjust", 100), ("spend", -100), ("earn", 8), ("spend_back", 100), ("earn_back", -8)]
    assert_sound()


def test_points_come_back_with_the_line_they_paid_exactly_over_several_parts():
    loyal(not_redeemable_categories=("Things",))
    anna = holding(points=100)
    told = basket(bought("LATTE", "3"), bought("MUG"), to=anna)
    sold(1, told, "1950.00", "cash", points=100)
    # The mug was paid with money alone.
    assert back(2, "R901-00001", {2: 1000}) == {"cash": 90000}
    assert booked(anna)[0] == 9
    parts = [back(n, "R901-00001", {1: 1000}) for n in (3, 4, 5)]
    assert parts == [
        {"points": 3333, "cash": 31667}, {"points": 3334, "cash": 31666}, {"points": 3333, "cash": 31667},
    ]  # fmt: skip
    assert booked(anna)[0] == 100
    assert paid_off() == {}
    assert_sound()


def test_each_way_of_paying_gives_back_its_share_to_the_cent():
    anna = holding(credit=3333, limit=50000)
    sold(1, basket(bought("LATTE", "7"), to=anna), "2450.00", "store_credit 33.33", "account 333.34", "cash")
    parts = [back(n, "R901-00001", {1: 1000}) for n in range(2, 9)]
    assert all(sum(part.values()) == 35000 for part in parts)
    assert parts[0] == {"store_credit": 476, "account": 4762, "cash": 29762}
    assert booked(anna) == (0, 3333, 0)
    assert paid_off() == {}
    assert_sound()


def test_a_tip_stays_and_no_balance_pays_for_it():
    loyal()
    anna = holding(points=100)
    sold(1, basket(to=anna), "350.00", "cash", points=100, tip="20.00")
    assert back(2, "R901-00001") == {"points": 10000, "cash": 25000}
    assert paid_off() == {"cash": 2000}
    assert booked(anna)[0] == 100


def test_money_can_come_back_as_store_credit():
    loyal()
    anna = holding(points=50)
    sold(1, basket(bought("MUG"), to=anna), "900.00", "cash", points=50)
    seen = return_preview("R901-00001", quantities={1: 1000}, refund_to="store_credit", actor=TILL, at=cast.NOW)
    assert seen.payments == (PaymentDraft("points", -5000), PaymentDraft("store_credit", -85000))
    assert back(2, "R901-00001", refund_to="store_credit") == {"points": 5000, "store_credit": 85000}
    assert booked(anna) == (50, 85000, 0)
    sold(3, basket(to=anna), "350.00", "store_credit")
    assert booked(anna)[1] == 50000
    assert_sound()


def test_store_credit_for_nobody_is_refused():
    sold(1, basket(), "350.00")
    before = cast.everything()
    with pytest.raises(Exception, match="attach the customer"):
        back(2, "R901-00001", refund_to="store_credit")
    assert cast.everything() == before


def test_a_partial_return_takes_back_what_the_rest_no_longer_earns():
    loyal()
    anna = holding()
    sold(1, basket(bought("LATTE", "3"), to=anna), "1050.00")
    assert booked(anna)[0] == 10
    back(2, "R901-00001", {1: 1000})
    assert booked(anna)[0] == 7
    back(3, "R901-00001", {1: 1000})
    assert booked(anna)[0] == 3
    back(4, "R901-00001")
    assert booked(anna)[0] == 0
    assert_sound()


def test_a_void_takes_everything_back_and_releases_the_offer():
    loyal()
    offer("Once", in_all=1)
    anna = holding(points=100, limit=90000)
    sold(1, basket(bought("MUG"), to=anna), "810.00", "account", points=100)
    assert OfferUse.objects.get().is_released is False
    sale_void("R901-00001", actor=OPERATOR, at=cast.NOW)
    assert booked(anna) == (100, 0, 0)
    assert OfferUse.objects.get().is_released is True
    assert_sound()


def test_an_offer_is_released_when_all_of_the_sale_is_back():
    offer("Once", in_all=1)
    sold(1, basket(bought("MUG"), bought("LATTE")), "1125.00")
    back(2, "R901-00001", {1: 1000})
    assert OfferUse.objects.get().is_released is False
    assert back(3, "R901-00001") == {"cash": 31500}
    assert OfferUse.objects.get().is_released is True
    assert sold(4, basket(), "315.00").total == 31500
    assert_sound()


def test_a_return_that_is_voided_is_as_if_it_had_not_been():
    loyal()
    anna = holding(points=100)
    sold(1, basket(bought("MUG"), to=anna), "900.00", "cash", points=100)
    after = booked(anna)
    back(2, "R901-00001")
    assert booked(anna) == (100, 0, 0)
    sale_void("R901-00001-R1", actor=OPERATOR, at=cast.NOW)
    assert booked(anna) == after
    back(3, "R901-00001")
    sold(4, basket(bought("LATTE"), to=anna), "350.00", "cash", points=100)
    before = cast.everything()
    with pytest.raises(NotEnoughPoints):
        # The points that it gave back are spent.
        sale_void("R901-00001-R2", actor=OPERATOR, at=cast.NOW)
    assert cast.everything() == before
    assert_sound()


def test_a_sale_given_to_another_is_paid_by_the_others_balance():
    loyal()
    offer("Once each", per_customer=1)
    anna, ben = holding(points=100), holding(points=150, name="Ben")
    sold(1, basket(bought("MUG"), to=anna), "810.00", "cash", points=100)
    sale_reassign("R901-00001", ben, actor=OPERATOR, at=cast.NOW)
    assert (booked(anna)[0], booked(ben)[0]) == (100, 57)
    assert OfferUse.objects.get().customer_id == ben
    before = cast.everything()
    poor = holding(points=99, name="Carl")
    with pytest.raises(NotEnoughPoints):
        sale_reassign("R901-00001", poor, actor=OPERATOR, at=cast.NOW)
    assert Sale.objects.get(uid=cast.uid(1)).customer_id == ben
    assert booked(poor)[0] == 99
    assert before["balances.Entry"] == cast.everything()["balances.Entry"][:-1]
    assert_sound()


def test_a_till_cannot_give_back_more_points_than_were_paid():
    loyal()
    anna = holding(points=100)
    sold(1, basket(bought("MUG"), to=anna), "900.00", "cash", points=100)
    line = cast.line("MUG", "900.00", "-1")
    told = cast.brought_back(2, 1, line, payments=[{"method": "points", "amount": "-900.00"}])
    before = cast.everything()
    [answer] = cast.record(told)
    assert answer.outcome == "refused"
    assert cast.sentences(answer) == [
        "payments[0].amount: 900.00 KES is to go back as points, but 100.00 KES was paid so; give the rest otherwise."
    ]
    assert cast.everything() == before
    assert RefundTooLarge.code == "balances.refund_too_large"


def test_nothing_comes_back_twice_nor_of_a_return():
    sold(1, basket(), "350.00")
    back(2, "R901-00001")
    for name in ("R901-00001", "R901-00001-R1"):
        with pytest.raises(CannotReturn):
            back(3, name)


# An exchange


def exchange(n, told, total, *ways, sale="R901-00001", quantities=None, **more):
    payload = asked(n, told, total, *ways, **more)
    return basket_exchange(
        finalising_read(payload, places=2, country="KE"), sale=sale, quantities=quantities, return_uid=cast.uid(n + 50),
        actor=TILL, at=cast.NOW,
    )  # fmt: skip


def payments(uid):
    return list(Payment.objects.filter(sale__uid=uid).order_by("n").values_list("method", "amount"))


def test_an_exchange_for_something_dearer_is_paid_up():
    loyal()
    anna = holding(points=100)
    sold(1, basket(bought("LATTE"), to=anna), "350.00", "card", points=100)
    done = exchange(2, basket(bought("MUG"), to=anna), "900.00", "cash")
    assert payments(done.returned.uid) == [("points", -10000), ("exchange", -25000)]
    assert payments(done.sold.uid) == [("exchange", 25000), ("cash", 65000)]
    assert booked(anna)[0] == 109
    again = exchange(2, basket(bought("MUG"), to=anna), "900.00", "cash")
    assert (again.returned.outcome, again.sold.outcome) == ("unchanged", "unchanged")
    # What an exchange paid comes back as money.
    assert back(9, done.sold.number) == {"cash": 90000}
    assert booked(anna)[0] == 100
    assert_sound()


def test_an_exchange_for_something_cheaper_gives_back_the_rest():
    sold(1, basket(bought("MUG")), "900.00", "card")
    done = exchange(2, basket(bought("LATTE")), "350.00")
    assert payments(done.returned.uid) == [("card", -55000), ("exchange", -35000)]
    assert payments(done.sold.uid) == [("exchange", 35000)]
    assert back(9, done.sold.number) == {"cash": 35000}
    assert paid_off() == {"card": 35000, "cash": -35000}


def test_an_exchange_that_cannot_be_is_none_of_both():
    sold(1, basket(bought("MUG")), "900.00", "card")
    before = cast.everything()
    with pytest.raises(QuoteChanged):
        exchange(2, basket(bought("LATTE")), "1.00")
    with pytest.raises(CannotReturn):
        exchange(2, basket(bought("LATTE")), "350.00", quantities={1: 2000})
    assert cast.everything() == before


# The arithmetic alone


def plain(total, *payments, tip=0):
    line = LineDraft("A", "A", "", "", 3000, total, 0, 0, total)
    paid = tuple(PaymentDraft(*each) for each in payments)
    return SaleDraft(cast.uid(1), "1", cast.NOW, "S", (line,), paid, tip=tip)


@pytest.mark.parametrize(
    ("paid", "gone", "back_now", "expected"),
    [
        ([("cash", 100)], [], Back(40, {1: 1000}), [("cash", -40)]),
        ([("cash", 50), ("card", 50)], [], Back(33, {1: 1000}), [("cash", -17), ("card", -16)]),
        ([("cash", 50), ("card", 50)], [("cash", -17), ("card", -16)], Back(67, {1: 3000}), [("cash", -33), ("card", -34)]),
        # A till gave it all back in cash before.
        ([("cash", 50), ("card", 50)], [("cash", -90)], Back(10, {1: 3000}), [("card", -10)]),
        ([("card", 50), ("points", 50)], [("cash", -90)], Back(10, {1: 3000}), [("points", -10)]),
        ([("store_credit", 100)], [("store_credit", -100)], Back(10, {1: 3000}), [("cash", -10)]),
        ([("cash", 100, "", "failed"), ("card", 100)], [], Back(100, {1: 3000}), [("card", -100)]),
        ([], [], Back(100, {1: 3000}), []),
    ],
)  # fmt: skip
def test_a_refund(paid, gone, back_now, expected):
    sale = plain(100, *paid)
    points = PaidPoints(5, 50, (50,)) if any(each[0] == "points" for each in paid) else PaidPoints(0, 0, ())
    found = refund(sale, points, [PaymentDraft(*each) for each in gone], back_now)
    assert [(each.method, each.amount) for each in found] == expected


def test_a_return_that_is_voided_makes_the_sale_use_its_offer_again():
    made = offer("Once", in_all=1)
    sold(1, basket(bought("MUG")), "810.00")
    back(2, "R901-00001")
    assert OfferUse.objects.get().is_released is True
    assert Offer.objects.get(id=made).used == 0
    sale_void("R901-00001-R1", actor=OPERATOR, at=cast.NOW)
    assert OfferUse.objects.get().is_released is False
    assert Offer.objects.get(id=made).used == 1
    assert sold(3, basket(), "350.00").total == 35000
    assert_sound()
