"""What a basket costs now, and why: nothing is changed by asking."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from regulars.access.rules import OPERATOR
from regulars.balances.rules import EarningRule
from regulars.checkout.answers import quote_form, quote_text
from regulars.checkout.asking import document_told
from regulars.checkout.errors import BasketRefused, NotADocument
from regulars.checkout.quoting import quote_told
from regulars.core.errors import Forbidden
from regulars.groups.models import Group
from regulars.offers.engine.terms import Hours
from regulars.offers.giving import coupon_make
from regulars.offers.price_books import price_book_save
from regulars.segments.services import tier_set_save
from tests import cast
from tests.checkout.counter import (
    CASHIER,
    TILL,
    basket,
    bought,
    holding,
    loyal,
    offer,
    quoted,
    sold,
    stocked,
)

pytestmark = pytest.mark.usefixtures("shop")


@pytest.fixture(autouse=True)
def _stocked(shop):
    stocked()


def refusals(*lines, actor=TILL, **more):
    """Every sentence that a basket is refused with; nothing was changed by asking."""
    before = cast.everything()
    with pytest.raises(BasketRefused) as refusal:
        quote_told(basket(*lines, **more), actor=actor, at=cast.NOW)
    assert cast.everything() == before
    return [str(fault) for fault in refusal.value.faults]


def test_a_basket_costs_what_the_catalogue_says():
    form = quote_form(quoted(bought("LATTE", "2"), bought("BEANS", "0.5")))
    assert form["total"] == form["subtotal"] == "1300.25"
    assert form["discount"] == "0.00"
    assert form["customer"] is None
    assert form["at"] == "2026-11-21T12:00:00+00:00"
    assert [(line["sku"], line["name"], line["quantity"], line["unit_price"], line["net"]) for line in form["lines"]] == [
        ("LATTE", "Latte", "2", "350", "700.00"), ("BEANS", "Beans", "0.5", "1200.5", "600.25"),
    ]  # fmt: skip
    assert {line["price_from"] for line in form["lines"]} == {"list"}


def test_an_offer_is_told_with_its_reason_and_one_that_is_not_with_why():
    offer("Ten off")
    offer("Evening", percent_milli=50_000, hours=(Hours(1200, 1320),))
    form = quote_form(quoted(bought("LATTE"), bought("MUG")))
    assert (form["subtotal"], form["discount"], form["total"]) == ("1250.00", "125.00", "1125.00")
    assert [(each["name"], each["saves"], each["because"]) for each in form["applied"]] == [
        ("Ten off", "125.00", "everyone")
    ]
    assert [(each["name"], each["why"]) for each in form["not_applied"]] == [
        ("Evening", "it holds from 20:00 to 22:00, and it is 15:00")
    ]
    assert [[each["amount"] for each in line["discounts"]] for line in form["lines"]] == [["35.00"], ["90.00"]]


def test_the_tier_gives_its_price_and_the_quote_says_so_and_what_is_missing_to_the_next():
    tier_set_save("Loyalty", "Standard; Gold: spent >= 1000", is_told=False, actor=OPERATOR, at=cast.NOW)
    gold = Group.objects.get(name="Gold").id
    anna = holding()
    price_book_save("Gold prices", {"LATTE": 30_000_000}, group_id=gold, actor=OPERATOR, at=cast.NOW)
    first = quote_form(quoted(bought("LATTE", "2"), to=anna))
    assert first["total"] == "700.00"
    assert [(each["tier"], each["to_next"]) for each in first["customer"]["tiers"]] == [("Standard", "1000.00 to Gold")]
    sold(1, basket(bought("LATTE", "2"), to=anna), "700.00")
    [tier] = quote_form(quoted(to=anna))["customer"]["tiers"]
    assert tier == {"set": "Loyalty", "tier": "Standard", "since": "2026-11-21", "to_next": "300.00 to Gold"}
    sold(2, basket(to=anna), "350.00")
    form = quote_form(quoted(to=anna))
    assert [(each["tier"], each["to_next"]) for each in form["customer"]["tiers"]] == [("Gold", "")]
    [line] = form["lines"]
    assert (line["unit_price"], line["list_price"], line["price_from"], line["price_book"], line["price_because"]) == (
        "300", "350", "book", "Gold prices", "Loyalty: Gold",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("ladder", "missing"),
    [
        ("Standard; Gold: orders >= 3", "3 orders to Gold"),
        ("Standard; Gold: spent in last 30 days > 1000", "1000.01 to Gold"),
        ("Standard; Gold: spent between 500 and 900; Top: spent > 900", "500.00 to Gold"),
        ("Standard; Gold: spent >= 500 and orders >= 2", ""),
        ('Standard; Gold: city = "Oslo"', ""),
    ],
)
def test_what_is_missing_is_told_where_one_number_tells_it(ladder, missing):
    tier_set_save("Loyalty", ladder, is_anyway=True, is_told=False, actor=OPERATOR, at=cast.NOW)
    [tier] = quote_form(quoted(to=holding()))["customer"]["tiers"]
    assert tier["to_next"] == missing


def test_balances_and_the_points_that_can_be_used_and_earned_are_told():
    loyal(not_redeemable_categories=("Things",))
    anna = holding(points=900, credit=5000, limit=100000)
    form = quote_form(quoted(bought("LATTE"), bought("MUG"), to=anna))
    told = form["customer"]
    assert (told["points"], told["points_worth"], told["credit"], told["account"], told["account_left"]) == (
        900, "900.00", "50.00", "0.00", "1000.00",
    )  # fmt: skip
    # A mug cannot be paid with points.
    assert form["redeemable"] == {"points": 350, "worth": "350.00"}
    assert form["earns"] == 12


def test_points_are_earned_by_the_tier_that_is_held():
    tier_set_save("Loyalty", "Standard; Gold: spent >= 1000", is_told=False, actor=OPERATOR, at=cast.NOW)
    base = EarningRule(name="by amount", points=1, per=10000)
    loyal(base, EarningRule(name="double", kind="multiplier", factor_milli=2000, tiers=("Gold",)))
    anna = holding()
    assert quoted(bought("MUG", "2"), to=anna).earns == 18
    # The sale that crosses the boundary earns at the tier before it.
    assert sold(1, basket(bought("MUG", "2"), to=anna), "1800.00").points_earned == 18
    assert quoted(bought("MUG", "2"), to=anna).earns == 36


def test_a_contact_leads_to_the_customer_that_the_sale_would_be_led_to():
    anna = cast.recorded(cast.sale(1, customer={"phone": cast.ANNA_PHONE, "name": "Anna"})).customer_id
    found = quoted(customer={"phone": "0712 345 678"}).customer
    assert (found.customer_id, found.name) == (anna, "Anna")
    assert quoted(customer={"phone": cast.BEN_PHONE}).customer is None


def test_a_code_gives_its_offer_and_one_that_does_not_is_told_with_why():
    coupon_make(offer("Spring", needs_code=True), "SPRING", actor=OPERATOR, at=cast.NOW)
    form = quote_form(quoted(bought("MUG"), codes=["spring", "WINTER", "spring"]))
    assert form["total"] == "810.00"
    assert form["applied"][0]["because"] == "code SPRING"
    why = "no offer for everyone has this code; where it is a customer's own, attach the customer"
    assert form["codes_unused"] == [{"code": "WINTER", "why": why}]
    anna = cast.person("Anna")
    form = quote_form(quoted(bought("MUG"), codes=["WINTER"], customer={"id": anna}))
    assert form["codes_unused"] == [{"code": "WINTER", "why": "no offer of this customer has this code"}]


def test_asking_changes_nothing_and_the_answer_is_written_in_one_way():
    loyal()
    offer()
    anna = holding(points=10)
    before = cast.everything()
    first, second = (quoted(bought("MUG"), to=anna) for _n in range(2))
    assert cast.everything() == before
    assert quote_text(first) == quote_text(second)
    assert json.loads(quote_text(first)) == quote_form(first)
    assert quote_text(first).endswith("}\n")


def test_it_takes_as_many_queries_whatever_the_number_of_lines():
    loyal()
    for n in range(3):
        offer(f"Offer {n}")
    tier_set_save("Loyalty", "Standard; Gold: spent >= 1000", is_told=False, actor=OPERATOR, at=cast.NOW)
    anna = holding(points=10)
    quoted(to=anna)
    with CaptureQueriesContext(connection) as one:
        quoted(to=anna)
    with CaptureQueriesContext(connection) as many:
        quoted(*(bought(sku, str(n)) for n in range(1, 60) for sku in ("LATTE", "BEANS", "MUG")), to=anna)
    assert len(one) == len(many) == 17
    with CaptureQueriesContext(connection) as anonymous:
        quoted()
    assert len(anonymous) == 6


def test_everything_wrong_with_a_basket_is_told_at_once():
    assert refusals(
        bought("LATTE", "0"), bought("LATE"), bought("MUG", unit_price="-1"), {"quantity": "2"}, bought("MUG", "1e9"),
        store=cast.WESTLANDS,
    )[:4] == [
        "lines[0].quantity: 0 is not above zero; what comes back is a return",
        "lines[2].unit_price: -1 is below zero; a price is not",
        "lines[3]: a line needs a sku or a name",
    ]  # fmt: skip
    assert refusals(bought("LATE"), bought("MUG", unit_price="5"), customer={"id": 999}, store="Westland") == [
        'store: there is no store "Westland"; did you mean "Westlands"?; add it first',
        "customer.id: there is no customer 999",
        'lines[0].sku: there is no product "LATE"; did you mean "LATTE"?; put it into the catalogue',
        'lines[1].unit_price: a price of one\'s own needs the right "offers.manual_price"; leave it out, or ask a manager',
    ]


@pytest.mark.parametrize(
    ("told", "sentences"),
    [
        ({"lines": []}, ["lines: the basket is empty; put something in"]),
        ({"lines": [bought("LATTE", "two")]}, ['lines[0].quantity: "two" is not an amount; write a plain decimal such as 12.50, without thousands separators.']),
        ({"at": "2026-11-21T12:00:00"}, ["at: 2026-11-21T12:00:00 has no offset; write it as 2026-11-22T14:05:00+03:00"]),
        ({"colour": "red"}, ['colour: "red" is not known here; leave it out, or look at docs/reference/basket.md for the name']),
        ({"customer": {"phone": "12"}}, ['customer.phone: "12" is no phone number of KE; write it with its country code, such as +44 20 7946 0958.']),
        ({"lines": [bought("LATTE")] * 501}, ["lines: 501 are more than a basket holds (500); split it"]),
        ({"store": ""}, ['store: "" is empty']),
    ],
)  # fmt: skip
def test_a_basket_out_of_shape_is_told_by_its_places(told, sentences):
    assert refusals(**told) == sentences


def test_a_price_of_ones_own_needs_the_right_and_locks_the_line():
    offer()
    form = quote_form(quoted(bought("LATTE", unit_price="100"), bought("MUG"), actor=OPERATOR))
    assert [(line["price_from"], line["net"]) for line in form["lines"]] == [("manual", "100.00"), ("list", "810.00")]
    assert refusals(bought("LATTE", unit_price="100"), actor=CASHIER)[0].startswith("lines[0].unit_price: a price of")


def test_a_gift_card_costs_what_is_put_on_it_but_nothing_becomes_one_by_being_called_so():
    card = {"name": "Gift card", "gift_card": True, "unit_price": "500"}
    assert quote_form(quoted(card))["total"] == "500.00"
    assert refusals(bought("LATTE", gift_card=True, unit_price="1"))[0].startswith("lines[0].unit_price: a price of")


def test_what_has_a_price_nowhere_is_refused():
    cast.recorded(cast.sale(1, cast.line("TEA", "90.00")))
    assert refusals(bought("TEA")) == [
        'lines[0].unit_price: "TEA" has no price in the catalogue; set it there, or have a price given here'
    ]
    price_book_save("All", {"TEA": 8_000_000}, actor=OPERATOR, at=cast.NOW)
    assert quote_form(quoted(bought("TEA")))["total"] == "80.00"


def test_who_sells_in_another_store_quotes_nothing_here():
    other = cast.store(cast.KAREN).id
    bound = type(TILL)(key="t", name="till", role=TILL.role, stores=frozenset({other}))
    assert refusals(actor=bound) == ['store: there is no store "Westlands"; add it first']
    with pytest.raises(Forbidden):
        quoted(actor=type(TILL)(key="c", name="customer", role="customer", customer_id=1))


def test_a_document_that_is_no_json_is_refused_with_its_place():
    with pytest.raises(NotADocument, match=r"This cannot be read: line 1, column 2 is not JSON"):
        document_told(b"{,}")
