"""The register through its door: what comes into the basket, and what is said where it cannot."""

import re
from html import unescape
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.contrib.staticfiles import finders
from django.urls import reverse

from regulars.access.rules import OPERATOR
from regulars.checkout.models import Basket
from regulars.offers.giving import coupon_make
from regulars.sales.services import product_set
from regulars.web.urls import urlpatterns
from tests import cast
from tests.checkout.counter import holding, loyal, offer, stocked
from tests.web.visiting import signed_in

pytestmark = pytest.mark.usefixtures("people", "noon", "goods")


@pytest.fixture
def goods(people, noon):
    stocked()


class Till:
    """A browser at a register, with one basket before it."""

    def __init__(self, login="manager", *, store=cast.WESTLANDS, register="T1", uid=None):
        self.client = signed_in(login)
        self.uid = uid or uuid4()
        assert self.client.post("/register/place", {"store": store, "register": register}).status_code == 302

    def do(self, act, told=None, **more):
        return self.client.post(f"/register/{self.uid}/{act}", (told or {}) | more, headers={"HX-Request": "true"})

    def put(self, *typed):
        for each in typed:
            answer = self.do("put", q=each)
        return answer

    def page(self):
        return self.client.get(f"/register/{self.uid}")

    @property
    def form(self):
        return Basket.objects.get(uid=self.uid).form


def text(answer):
    """What one reads on the page."""
    plain = re.sub(r"<svg.*?</svg>", "", answer.content.decode(), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", plain)).split())


def skus(till):
    return [(line["sku"], line["quantity"]) for line in till.form["lines"]]


def wrong(answer):
    """The sentences that stand beside something."""
    found = re.findall(r'<p class="errorlist[^>]*>(.*?)</p>', answer.content.decode(), re.DOTALL)
    return [unescape(re.sub(r"<[^>]+>", "", each)).strip() for each in found]


# Where one stands


def test_the_register_is_chosen_once_and_remembered():
    client = signed_in("manager")
    assert client.get("/register/")["Location"] == "/register/place"
    assert client.get(f"/register/{uuid4()}/look", headers={"HX-Request": "true"})["HX-Redirect"] == "/register/place"
    assert "Westlands" in text(client.get("/register/place"))
    assert client.post("/register/place", {"store": cast.WESTLANDS, "register": ""}).status_code == 302
    assert re.fullmatch(r"/register/[0-9a-f-]{36}", client.get("/register/")["Location"])
    assert "Westlands · 1" in text(client.get(client.get("/register/")["Location"]))


@pytest.mark.parametrize(
    "told", [{"store": cast.KAREN, "register": "1"}, {"store": cast.WESTLANDS, "register": "x" * 65}]
)
def test_nobody_stands_in_a_store_that_is_not_theirs(told):
    client = signed_in("cashier")
    answer = client.post("/register/place", told)
    assert answer.status_code == 422
    assert wrong(answer) == ["Choose a store, and a name of at most 64 letters for the register."]
    assert client.get("/register/")["Location"] == "/register/place"


def test_a_cashier_comes_in_at_the_register_and_everybody_else_at_today():
    from tests.web.visiting import PASSWORD, visitor

    for login, page in (("cashier", "/register/"), ("manager", "/"), ("owner", "/")):
        answer = visitor().post("/sign-in", {"login": login, "password": PASSWORD})
        assert answer["Location"] == page
    answer = visitor().post("/sign-in", {"login": "cashier", "password": PASSWORD, "next": "/customers"})
    assert answer["Location"] == "/customers"


# What comes in


def test_a_scanned_sku_is_in_the_basket_and_counts_up():
    till = Till()
    answer = till.put("LATTE", "LATTE", "BEANS")
    assert skus(till) == [("LATTE", "2"), ("BEANS", "1")]
    assert "1,900.50" in text(answer)
    assert "2 lines, Ksh1,900.50." in text(answer)
    # A reload shows the same, and another page of the same register goes on with it.
    assert "Ksh1,900.50" in text(till.page())
    assert till.client.get("/register/")["Location"] == f"/register/{till.uid}"
    assert till.client.get("/register/?new")["Location"] != f"/register/{till.uid}"


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("lat", ("LATTE", "1")),
        ("3*LATTE", ("LATTE", "3")),
        ("0.25 x beans", ("BEANS", "0.25")),
        ("  MUG ", ("MUG", "1")),
    ],
)
def test_a_part_of_a_name_takes_the_likeliest_and_a_number_before_it_so_many(typed, found):
    till = Till()
    till.put(typed)
    assert skus(till) == [found]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("-1*LATTE", "-1 is not above zero; remove the line, or take it back with its receipt."),
        ("1,5*LATTE", '"1,5" is not an amount; write a plain decimal such as 12.50, without thousands separators.'),
    ],
)
def test_a_number_before_a_product_that_is_no_quantity_is_refused_and_stays_typed(typed, sentence):
    # A product that the whole text could be taken for.
    product_set(sku="L-1", name="1 latte", category="Drinks", price=100, actor=OPERATOR, at=cast.NOW)
    till = Till()
    answer = till.put(typed)
    assert wrong(answer) == [sentence]
    assert not Basket.objects.filter(uid=till.uid).exists()


def test_what_is_typed_is_answered_with_products_customers_and_receipts():
    product_set(sku="LAT-2", name="Café latté, large", category="Drinks", price=42000, actor=OPERATOR, at=cast.NOW)
    cast.person("Latoya Okoth", phones=(cast.ANNA_PHONE,))
    cast.record(cast.sale(1))
    till = Till()

    def look(typed):
        return text(till.client.get(f"/register/{till.uid}/look", {"q": typed}, headers={"HX-Request": "true"}))

    assert look("lat").startswith("Café latté, large LAT-2 · Drinks Ksh420.00 ↵ Latte LATTE")
    assert "Latoya Okoth phone ends in 678" in look("lat")
    assert look("cafe latte").startswith("Café latté, large")
    assert "Receipt W-0001" in look("W-0001")
    assert look("nothing such") == "Nothing goes by “nothing such”."
    assert look("") == ""
    assert not Basket.objects.exists()


def test_what_nobody_knows_is_refused_beside_the_field_and_stays_in_it():
    till = Till()
    till.put("LATTE")
    before = cast.everything()
    answer = till.put("zzz")
    assert wrong(answer) == ['Nothing here goes by "zzz"; type a SKU, a part of a name, or scan a card or a coupon.']
    assert cast.everything() == before
    page = till.client.post(f"/register/{till.uid}/put", {"q": "zzz"})
    assert page.status_code == 404
    assert 'value="zzz"' in page.content.decode()
    assert "Latte" in text(page)


def test_a_name_that_is_no_product_is_no_guess_but_a_choice():
    cast.person("Anna Okoth")
    till = Till()
    answer = till.put("okoth")
    assert wrong(answer) == ['"okoth" is no product, but may be one of these customers; choose.']
    assert "Anna Okoth" in text(answer)
    assert not Basket.objects.exists()


def test_a_scanned_card_attaches_its_customer_and_a_coupon_counts():
    anna = cast.person("Anna Okoth", code="2000000000008")
    coupon_make(offer(needs_code=True), "SPRING25", actor=OPERATOR, at=cast.NOW)
    till = Till()
    answer = till.put("LATTE", "2000000000008", "spring25")
    assert till.form["customer"] == {"id": anna}
    assert till.form["codes"] == ["spring25"]
    assert "Anna Okoth" in text(answer)
    assert "code SPRING25 \u221235.00" in text(answer)
    assert "Ksh315.00" in text(answer)
    assert "Ksh350.00" in text(till.do("code", remove="spring25"))


# Changing lines


def test_a_quantity_steps_is_typed_and_its_last_one_takes_the_line():
    till = Till()
    till.put("LATTE", "MUG")
    till.do("line/0", step="1")
    till.do("line/0", quantity="2.5")
    assert skus(till) == [("LATTE", "2.5"), ("MUG", "1")]
    till.do("line/1", step="-1")
    assert skus(till) == [("LATTE", "2.5")]
    till.do("line/0", remove="1")
    assert skus(till) == []
    # A second click on what is gone changes nothing.
    assert till.do("line/5", step="-1").status_code == 200


def test_a_second_click_or_an_old_page_never_changes_another_line():
    till = Till()
    till.put("LATTE", "MUG", "BEANS")
    for _click in range(2):
        till.do("line/0", remove="1", of="LATTE")
    assert skus(till) == [("MUG", "1"), ("BEANS", "1")]
    for _click in range(2):
        till.do("line/0", step="-1", of="MUG")
    assert skus(till) == [("BEANS", "1")]
    # The page of before still knows it as the third.
    till.do("line/2", quantity="4", of="BEANS")
    assert skus(till) == [("BEANS", "4")]
    till.do("line/2", price="300", of="BEANS")
    assert till.form["lines"][0]["unit_price"] == "300"
    assert 'name="of" value="BEANS"' in till.page().content.decode()


def test_enter_in_a_quantity_takes_what_is_typed_and_not_the_button_beside_it():
    till = Till()
    page = till.put("LATTE").content.decode()
    stepper = page[page.index('<form class="stepper"') :]
    assert stepper[stepper.index("<button") :].startswith("<button hidden></button>")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("many", '"many" is not an amount; write a plain decimal such as 12.50, without thousands separators.'),
        ("0", "0 is not above zero; remove the line, or take it back with its receipt."),
        ("-1", "-1 is not above zero; remove the line, or take it back with its receipt."),
    ],
)
def test_a_quantity_that_is_none_stands_beside_the_line_as_typed(typed, sentence):
    till = Till()
    till.put("LATTE")
    before = cast.everything()
    answer = till.do("line/0", quantity=typed)
    assert wrong(answer) == [sentence]
    assert f'value="{typed}"' in answer.content.decode()
    assert cast.everything() == before


def test_a_price_of_ones_own_needs_the_right():
    till = Till()
    till.put("LATTE")
    answer = till.do("line/0", price="300")
    assert "Ksh300.00" in text(answer)
    assert "price given here" in text(answer)
    assert "Ksh350.00" in text(till.do("line/0", price=""))
    cashier = Till("cashier")
    assert "Price given here" not in text(cashier.put("LATTE"))
    before = cast.everything()
    assert cashier.do("line/0", price="300").status_code == 403
    assert cast.everything() == before


def test_a_gift_card_is_sold_for_what_is_put_on_it():
    till = Till("cashier")
    answer = till.do("gift-card", amount="500")
    assert "Gift card" in text(answer)
    assert "Ksh500.00" in text(answer)
    answer = till.do("gift-card", amount="0")
    assert wrong(answer) == ["A gift card needs an amount above zero; write what is put on it."]
    assert len(till.form["lines"]) == 1


def test_a_product_without_a_price_says_so_beside_its_line():
    product_set(sku="ODD", name="Odd", category="", price=None, actor=OPERATOR, at=cast.NOW)
    till = Till()
    answer = till.put("ODD")
    assert wrong(answer) == ['"ODD" has no price in the catalogue; set it there, or have a price given here.']
    assert "There is no sum yet" in text(answer)
    assert "Ksh12.00" in text(till.do("line/0", price="12"))


# Who it is for


def test_a_customer_is_found_attached_and_taken_off():
    loyal()
    anna = holding(points=500, credit=30000, name="Anna Okoth")
    offer("Welcome", is_first_order=True)
    till = Till("cashier")
    till.put("LATTE")
    assert "Anna Okoth" in text(
        till.client.get(f"/register/{till.uid}/found", {"find": "okoth"}, headers={"HX-Request": "true"})
    )
    answer = till.do("customer", id=str(anna))
    assert "Points 500 = 500.00" in text(answer)
    assert "Store credit 300.00" in text(answer)
    assert "Welcome first order \u221235.00" in text(answer)
    assert "Store credit" not in text(till.do("customer"))
    # What can only mean one is attached with Enter.
    assert "Anna Okoth" in text(till.do("customer", find="okoth"))


def test_somebody_out_of_reach_is_nobody():
    anna = cast.person("Anna Okoth")
    cast.record(cast.sale(1, store=cast.KAREN, customer={"id": anna}))
    till = Till("cashier")
    till.put("LATTE")
    answers = [till.do("customer", id=str(id_)) for id_ in (anna, 99_999_999)]
    assert [wrong(answer) for answer in answers] == [[f"There is no customer {id_}."] for id_ in (anna, 99_999_999)]
    assert "Okoth" not in text(answers[0])


def test_a_newcomer_is_prefilled_made_and_attached():
    till = Till("cashier")
    till.put("LATTE")
    page = till.client.get(f"/register/{till.uid}?new=Zoe Quist").content.decode()
    assert 'id="new-name" name="name" value="Zoe Quist"' in page
    page = till.client.get(f"/register/{till.uid}?new=0733 123 456").content.decode()
    assert 'id="new-phone" name="phone" type="tel" value="0733 123 456"' in page
    before = cast.everything()
    answer = till.do("newcomer", name="Zoe Quist", phone="12")
    assert wrong(answer) == ['"12" is no phone number of KE; write it with its country code, such as +44 20 7946 0958.']
    assert cast.everything() == before
    answer = till.do("newcomer", name="Zoe Quist", phone="0733 123 456")
    assert "Zoe Quist phone ends in 456" in text(answer)
    assert "Latte" in text(answer)


def test_a_newcomer_with_a_known_phone_is_shown_whose_it_is_first():
    anna = cast.person("Anna Okoth", phones=(cast.ANNA_PHONE,))
    till = Till("cashier")
    before = cast.everything()
    answer = till.do("newcomer", name="Ann", phone=cast.ANNA_PHONE)
    assert wrong(answer) == ["Somebody has this phone or e-mail already:"]
    assert f'value="{anna}"' in answer.content.decode()
    assert cast.everything() == before
    assert "Ann phone ends in 678" in text(till.do("newcomer", name="Ann", phone=cast.ANNA_PHONE, other="1"))


# Waiting


def test_a_parked_basket_is_taken_up_on_another_register_by_one():
    till, other, third = Till(), Till("cashier", register="T2"), Till("cashier", register="T3")
    till.put("LATTE")
    assert till.do("park", title="Blue coat")["HX-Redirect"] == "/register/?new"
    assert "Blue coat" in text(other.client.get("/register/waiting"))
    assert other.client.post(f"/register/{till.uid}/take")["Location"] == f"/register/{till.uid}"
    assert third.client.post(f"/register/{till.uid}/take")["Location"] == "/register/waiting"
    told = "This basket is open on T2; park it there before it is taken up here."
    assert told in text(third.client.get("/register/waiting"))
    other.uid = till.uid
    other.put("MUG")
    assert skus(other) == [("LATTE", "1"), ("MUG", "1")]
    # Whoever still has the page open is told, and changes nothing.
    before = cast.everything()
    assert told in text(till.put("BEANS"))
    assert cast.everything() == before


def test_a_dropped_basket_waits_no_longer():
    till = Till()
    till.put("LATTE")
    assert "Latte" in text(till.client.get("/register/waiting"))
    till.do("drop")
    assert "No basket waits" in text(till.client.get("/register/waiting"))
    assert till.page()["Location"] == "/register/waiting"
    # An empty one is dropped without a word.
    assert Till(uid=UUID(int=5)).do("drop")["HX-Redirect"] == "/register/?new"


def test_a_page_left_open_drops_and_parks_nothing_that_another_register_took_up():
    till, other = Till(), Till("cashier", register="T2")
    till.put("LATTE")
    till.do("park")
    other.client.post(f"/register/{till.uid}/take")
    told = "This basket is open on T2; park it there before it is taken up here."
    assert till.do("drop")["HX-Redirect"] == "/register/?new"
    assert told in text(till.client.get("/register/waiting"))
    assert told in text(till.do("park"))
    assert (Basket.objects.get(uid=till.uid).state, skus(till)) == ("open", [("LATTE", "1")])


def test_what_is_typed_into_a_basket_that_was_put_aside_leads_to_those_that_wait():
    till = Till()
    till.put("LATTE")
    till.do("park")
    answer = till.put("MUG")
    assert (answer.status_code, answer["HX-Redirect"]) == (200, "/register/waiting")
    told = "This basket is parked; take it up to go on with it. Nothing was changed."
    assert told in text(till.client.get("/register/waiting"))
    assert skus(till) == [("LATTE", "1")]
    # Without a script the way is the same.
    assert till.client.post(f"/register/{till.uid}/put", {"q": "MUG"})["Location"] == "/register/waiting"


# Nonsense


@pytest.mark.parametrize("text_", ["\x00", "x" * 5000, "9" * 400, "<script>alert(1)</script>", "%s' OR 1=1 --", "🥐"])
def test_nothing_that_is_typed_is_a_bug(text_):
    till = Till("owner")
    till.put("LATTE")
    fields = ("q", "sku", "find", "id", "quantity", "price", "amount", "method", "code", "remove", "points", "till_code",
              "name", "phone", "email", "total", "title", "line-1", "uid", "refund_to")  # fmt: skip
    # Those that go before the others where both are told.
    typed_only = [field for field in fields if field not in ("sku", "id", "remove", "price")]
    for pattern in urlpatterns:
        if not (pattern.name or "").startswith("register"):
            continue
        kwargs = {key: {"uid": till.uid, "n": 0}[key] for key in pattern.pattern.converters}
        address = reverse(pattern.name, kwargs=kwargs)
        for told in (dict.fromkeys(fields, text_), dict.fromkeys(typed_only, text_)):
            for answer in (till.client.get(address, told), till.client.post(address, told)):
                assert answer.status_code < 500, (pattern.name, told)
                assert "<script>alert" not in answer.content.decode()


def test_the_first_load_is_light():
    till = Till()
    till.put("LATTE", "MUG")
    page = till.page().content
    files = re.findall(r'<(?:link|script|img)[^>]+(?:href|src)="/static/([^"?]+)', page.decode())
    assert "web/js/register.js" in files
    assert len(page) + sum(Path(str(finders.find(name))).stat().st_size for name in files) < 150_000
