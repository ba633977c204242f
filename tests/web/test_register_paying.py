"""Paying at the register, the sale, and what comes back, through the door for people."""

from urllib.parse import unquote
from uuid import UUID

import pytest

from regulars.access.rights import Role
from regulars.access.rules import OPERATOR, Actor
from regulars.access.till_codes import till_code_make
from regulars.balances.services import points_adjust
from regulars.offers.services import offer_end
from regulars.sales.models import Payment, Sale
from tests import cast
from tests.checkout.counter import assert_sound, held, holding, loyal, offer, stocked
from tests.web.test_register import Till, text, wrong

pytestmark = pytest.mark.usefixtures("people", "noon", "goods")


@pytest.fixture
def goods(people, noon):
    stocked()


def paid(uid):
    """The payments of the sale in order."""
    return list(Payment.objects.filter(sale__uid=uid).order_by("n").values_list("method", "amount"))


def finish(till, total=None):
    return till.do("finish", {} if total is None else {"total": str(total)})


def basket(*typed, login="cashier", customer=None):
    """A till with these in its basket; a latte costs 350.00, a mug 900.00."""
    till = Till(login)
    till.put(*(typed or ("LATTE",)))
    if customer is not None:
        till.do("customer", id=str(customer))
    return till


def test_cash_gives_change_and_the_sale_is_made_once():
    till = basket()
    assert "Change Ksh150.00" in text(till.do("pay", method="Cash", amount="500"))
    assert Sale.objects.count() == 0
    first, second = finish(till, 35000), finish(till, 35000)
    assert first["HX-Redirect"] == second["HX-Redirect"] == f"/register/{till.uid}/done"
    assert Sale.objects.count() == 1
    assert paid(till.uid) == [("Cash", 35000)]
    page = text(till.client.get(f"/register/{till.uid}/done"))
    assert "Change Ksh150.00" in page
    assert "Cash 500.00 Change 150.00" in page
    assert "Join: points from your next visit" in page
    assert till.page()["Location"] == f"/register/{till.uid}/done"
    assert_sound()


def test_change_is_counted_once_where_cash_is_handed_over_twice():
    till = basket()
    till.do("pay", method="Cash", amount="100")
    assert "Change Ksh150.00" in text(till.do("pay", method="Cash", amount="400"))
    finish(till, 35000)
    assert paid(till.uid) == [("Cash", 10000), ("Cash", 25000)]
    assert "Cash 100.00 Cash 400.00 Change 150.00" in text(till.client.get(f"/register/{till.uid}/done"))


def test_a_sale_is_paid_in_parts_and_a_part_can_be_taken_off():
    till = basket("LATTE", "MUG")
    assert "Left to pay Ksh950.00" in text(till.do("pay", method="Card", amount="300"))
    till.do("pay", method="M-Pesa", amount="450")
    assert "Left to pay Ksh950.00" in text(till.do("pay", remove="1"))
    assert "Finish the sale" in text(till.do("pay", method="Cash"))
    finish(till)
    assert paid(till.uid) == [("Card", 30000), ("Cash", 95000)]


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"method": "Card", "amount": "351"},
         "Card of Ksh351.00 is more than the Ksh350.00 that are left to pay; only cash gives change."),
        ({"method": "Cash", "amount": "-5"},
         "A payment is above zero; write what is paid, or leave it empty for all that is left."),
        ({"method": "Cash", "amount": "lots"},
         '"lots" is not an amount; write a plain decimal such as 12.50, without thousands separators.'),
        ({"method": "", "amount": "5"},
         "A payment is above zero; write what is paid, or leave it empty for all that is left."),
    ],
)  # fmt: skip
def test_a_payment_that_cannot_be_is_refused_beside_it_and_stays_typed(told, sentence):
    till = basket()
    before = cast.everything()
    answer = till.do("pay", told)
    assert wrong(answer) == [sentence]
    assert f'value="{told["amount"]}"' in answer.content.decode()
    assert cast.everything() == before


def test_what_is_not_paid_is_not_sold():
    till = basket()
    before = cast.everything()
    assert wrong(finish(till)) == ["Ksh350.00 are left to pay; say how."]
    assert {name: rows for name, rows in cast.everything().items() if name != "checkout.Basket"} == {
        name: rows for name, rows in before.items() if name != "checkout.Basket"
    }


def test_a_card_payment_that_became_too_much_says_so():
    till = basket("LATTE", "MUG")
    till.do("pay", method="Card")
    answer = till.do("line/1", remove="1")
    assert wrong(answer) == ["This is more than is left to pay; take it off and pay again."]
    assert "Finish the sale" not in text(answer)


def test_store_credit_without_an_amount_pays_as_much_as_there_is():
    anna = holding(credit=10000, name="Anna Okoth")
    till = basket("LATTE", customer=anna)
    too_much = "Ksh100.00 of store credit is left for this; pay the rest otherwise."
    assert wrong(till.do("pay", method="store_credit", amount="100.01")) == [too_much]
    till.do("pay", method="store_credit")
    none = "Ksh0.00 of store credit is left for this; pay the rest otherwise."
    assert wrong(till.do("pay", method="store_credit")) == [none]
    too_much = "On account of Ksh250.01 is more than the Ksh250.00 that are left to pay; only cash gives change."
    assert wrong(till.do("pay", method="account", amount="250.01")) == [too_much]
    till.do("pay", method="Cash")
    finish(till)
    assert paid(till.uid) == [("store_credit", 10000), ("Cash", 25000)]
    assert held(anna).credit == 0


def test_points_credit_and_account_pay_and_the_customer_is_told_what_is_left():
    loyal()
    anna = holding(points=500, credit=10000, limit=50000, name="Anna Okoth")
    till = basket("LATTE", "MUG", customer=anna)
    assert "500 points 500.00" in text(till.do("points", all="1"))
    assert "Left to pay Ksh1,250.00" not in text(till.do("points", none="1"))
    assert "200 points 200.00" in text(till.do("points", points="200"))
    till.do("pay", method="store_credit", amount="100")
    till.do("pay", method="account", amount="450")
    till.do("pay", method="Cash", amount="500")
    assert finish(till)["HX-Redirect"].endswith("/done")
    assert paid(till.uid) == [("points", 20000), ("store_credit", 10000), ("account", 45000), ("Cash", 50000)]
    assert (held(anna).points, held(anna).credit, held(anna).account) == (310, 0, 45000)
    page = text(till.client.get(f"/register/{till.uid}/done"))
    assert "Earned 10 Spent 200 Points now 310" in page
    assert_sound()


@pytest.mark.parametrize("typed", ["501", "0", "-1", "many", "9" * 30])
def test_points_that_are_not_there_are_not_spent(typed):
    loyal()
    till = basket("MUG", customer=holding(points=500))
    before = cast.everything()
    answer = till.do("points", points=typed)
    assert wrong(answer) == [f"{typed} points cannot be spent on this; at most 500 can."]
    assert cast.everything() == before


def test_where_no_number_of_points_is_typed_none_are_spent():
    loyal()
    till = basket("MUG", customer=holding(points=500))
    before = cast.everything()
    assert wrong(till.do("points", points="")) == ["0 points cannot be spent on this; at most 500 can."]
    assert cast.everything() == before


def test_a_code_from_the_customers_card_attaches_and_spends_once():
    loyal()
    anna = holding(points=500, name="Anna Okoth")
    herself = Actor(key=f"customer:{anna}", name="Anna", role=Role.CUSTOMER, customer_id=anna)
    code = till_code_make(150, actor=herself, at=cast.NOW).code
    till, other = basket("MUG"), basket("MUG")
    for each in (till, other):
        answer = each.do("card-code", till_code=code)
        assert "Anna Okoth" in text(answer)
        assert "150 points 150.00" in text(answer)
        each.do("pay", method="Cash")
    assert "HX-Redirect" in finish(till)
    before = (held(anna).points, Sale.objects.count())
    assert wrong(finish(other)) == ["This code is not good, or no longer. Ask the customer to show a new one."]
    assert (held(anna).points, Sale.objects.count()) == before
    assert held(anna).points == 357
    assert wrong(basket("MUG").do("card-code", till_code="000 000")) == [
        "This code is not good, or no longer. Ask the customer to show a new one."
    ]


def test_an_offer_that_ends_while_the_basket_is_open_is_said_before_anything_is_sold():
    ten = offer("Ten off")
    till = basket()
    till.do("pay", method="Card")
    offer_end(ten, actor=OPERATOR, at=cast.NOW)
    assert wrong(finish(till, 31500)) == [
        'It comes to 350.00 now, not to the 315.00 that was shown: "Ten off" no longer applies: it is over. Look at it again and go on.'
    ]
    # The page shows what it costs now, and the part that is paid so far.
    assert "Left to pay Ksh35.00" in text(till.page())
    till.do("pay", method="Cash")
    assert Sale.objects.count() == 0
    assert "HX-Redirect" in finish(till, 35000)


def test_points_spent_at_another_till_meanwhile_are_not_spent_here():
    loyal()
    anna = holding(points=100)
    till = basket("MUG", customer=anna)
    till.do("points", all="1")
    till.do("pay", method="Cash")
    points_adjust(anna, -60, reason="elsewhere", reference="x", actor=OPERATOR, at=cast.NOW)
    # The page shows what is left of them, and what is to be paid instead.
    assert wrong(finish(till, 90000)) == ["Ksh60.00 are left to pay; say how."]
    assert "40 points 40.00" in text(till.page())
    assert held(anna).points == 40


def sold(*typed, customer=None, method="Cash"):
    till = basket(*typed, customer=customer)
    till.do("pay", method=method)
    assert "HX-Redirect" in finish(till)
    return till


def test_a_receipt_is_found_by_its_number_and_half_of_it_comes_back_the_way_it_was_paid():
    loyal()
    anna = holding(points=500, name="Anna Okoth")
    till = basket("3*MUG", customer=anna)
    till.do("points", points="300")
    till.do("pay", method="Cash")
    finish(till)
    number = Sale.objects.get(uid=till.uid).number
    assert till.client.get("/register/return", {"q": number})["Location"] == f"/register/return/{till.uid}"
    assert wrong(till.client.get("/register/return", {"q": "X-1"})) == ["No receipt here bears the number X-1."]
    page = f"/register/return/{till.uid}"
    look = till.client.post(page, {"line-1": "1"}, headers={"HX-Request": "true"})
    assert "Points 100.00 Cash 800.00 Goes back Ksh900.00" in text(look)
    assert Sale.objects.count() == 1
    told = {"line-1": "1", "do": "1", "uid": str(UUID(int=9))}
    first, second = till.client.post(page, told), till.client.post(page, told)
    assert first["Location"] == second["Location"] == f"/register/{UUID(int=9)}/done"
    assert paid(UUID(int=9)) == [("points", -10000), ("Cash", -80000)]
    assert "Taken back" in text(till.client.get(first["Location"]))
    answer = till.client.post(page, {"line-1": "3", "do": "1"})
    assert wrong(answer) == [f"Sale {number} cannot be returned: line 1 has 2 left to bring back, not 3."]
    assert_sound()


def test_money_goes_back_as_store_credit_where_the_customer_chooses_so():
    anna = holding(name="Anna Okoth")
    till = sold("MUG", customer=anna)
    till.client.post(f"/register/return/{till.uid}", {"line-1": "1", "do": "1", "refund_to": "store_credit"})
    assert held(anna).credit == 90000
    # Credit is somebody's: of an anonymous sale the money goes back as it came.
    nobody = sold("MUG")
    nobody.client.post(
        f"/register/return/{nobody.uid}",
        {"line-1": "1", "do": "1", "refund_to": "store_credit", "uid": str(UUID(int=3))},
    )
    assert paid(UUID(int=3)) == [("Cash", -90000)]


def test_an_exchange_pays_with_what_comes_back():
    till = sold("LATTE")
    answer = till.client.post(f"/register/return/{till.uid}", {"line-1": "1", "exchange": "1"})
    till.uid = UUID(answer["Location"].split("/")[-1])
    answer = till.put("MUG")
    assert "350.00" in text(answer)
    assert "Left to pay Ksh550.00" in text(answer)
    till.do("pay", method="Card")
    assert "HX-Redirect" in finish(till)
    assert sorted(paid(till.uid)) == [("Card", 55000), ("exchange", 35000)]
    assert Sale.objects.filter(kind="return").count() == 1
    assert_sound()


def test_a_receipt_in_an_e_mail_names_the_ways_to_pay_as_the_page_does():
    anna = holding(credit=10000, limit=50000, name="Anna Okoth")
    till = basket("LATTE", customer=anna)
    till.do("pay", method="store_credit")
    till.do("pay", method="account", amount="50")
    till.do("pay", method="M-Pesa")
    finish(till)
    written = unquote(till.client.get(f"/register/{till.uid}/done").content.decode())
    assert "Store credit                      100.00\nOn account                         50.00\nM-Pesa" in written


def test_nobody_saved_anything_by_bringing_it_back():
    offer("Five off", percent_milli=5_000)
    till = sold("MUG")
    assert "You saved 45.00" in text(till.client.get(f"/register/{till.uid}/done"))
    back = till.client.post(f"/register/return/{till.uid}", {"uid": str(cast.uid(7)), "line-1": "1", "do": "1"})
    page = text(till.client.get(back["Location"]))
    assert ("Taken back" in page, "You saved" in page) == (True, False)


def test_a_receipt_goes_to_an_e_mail_where_the_shop_sends_any(settings, capsys):
    from regulars.access.sending import sending_settled

    till = sold("MUG")
    done = f"/register/{till.uid}/done"
    assert "Send the receipt" not in text(till.client.get(done))
    assert "mailto:?subject=Your%20receipt" in till.client.get(done).content.decode()
    settings.SENDERS = {"email": "regulars.access.sending.Console", "phone": ""}
    assert wrong(till.client.post(done, {"email": "nobody"})) != []
    assert till.client.post(done, {"email": "anna@example.org"}).status_code == 200
    assert sending_settled(within_seconds=10)
    assert "Total" in capsys.readouterr().out
