"""Whatever a till sends, it gets an answer: one sentence for each fault, naming the place and the value."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.sales.models import Sale
from tests import cast

pytestmark = pytest.mark.usefixtures("shop")


def told(**fields):
    return {**cast.sale(1), **fields}


def with_line(**fields):
    return told(lines=[{**cast.line(), **fields}])


def with_customer(**fields):
    return told(customer=fields)


NO_OBJECT = "is no object; write it in { } with the fields of docs/reference/sale.md"
NO_ID = "is no id; write a UUID such as 0b6a8f0e-8a3f-4a3e-9a53-2f1c7a9d4b11"
NOT_KNOWN = "is not known here; leave it out, or look at docs/reference/sale.md for the name"
NO_AMOUNT = "is not an amount; write a plain decimal such as 12.50, without thousands separators."
UNREADABLE = [
    (None, [f"This {NO_OBJECT}"]),
    ([], [f"This {NO_OBJECT}"]),
    ("hello", [f'"hello" {NO_OBJECT}']),
    (5, [f'"5" {NO_OBJECT}']),
    ({}, [f"{name}: is missing" for name in ("id", "number", "sold_at", "store", "lines")]),
    (told(id="x"), [f'id: "x" {NO_ID}']),
    (told(returns="x"), [f'returns: "x" {NO_ID}']),
    (told(number=" "), ['number: " " is empty']),
    (told(number="9" * 65), [f'number: "{"9" * 65}" is longer than 64 characters']),
    (told(number=12), ['number: "12" is no text; write it in quotes']),
    (told(number="a\x00b"), ['number: "a\x00b" holds a zero character; leave it out']),
    (told(store="\x00"), ['store: "\x00" holds a zero character; leave it out']),
    (told(currency="\x00"), ['currency: "\x00" holds a zero character; leave it out']),
    (told(note="n" * 501), [f'note: "{"n" * 80}" is longer than 500 characters']),
    (told(sold_at="yesterday"), ['sold_at: "yesterday" is no date and time; write it as 2026-11-22T14:05:00+03:00']),
    (told(channel="phone"), ["channel: \"phone\" is none of 'in_store' or 'online'"]),
    (told(status="open"), ["status: \"open\" is none of 'completed' or 'voided'"]),
    (told(colour="red"), [f'colour: "red" {NOT_KNOWN}']),
    (with_line(colour="red"), [f'lines[0].colour: "red" {NOT_KNOWN}']),
    (told(lines="abc"), ['lines: "abc" is no list; write it in [ ]']),
    (told(lines=None), ["lines: is no list; write it in [ ]"]),
    (told(lines=[5]), [f'lines[0]: "5" {NO_OBJECT}']),
    (told(lines=[{"sku": "A"}]), ["lines[0].unit_price: is missing"]),
    (told(customer="Anna"), [f'customer: "Anna" {NO_OBJECT}']),
    (with_customer(name="N" * 10_000), [f'customer.name: "{"N" * 80}" is longer than 200 characters']),
    (with_customer(name="A\x00"), ['customer.name: "A\x00" holds a zero character; leave it out']),
    (with_customer(name="\ud800"), ['customer.name: "\ud800" is no text; write it in quotes']),
    (told(points_redeemed=-5), ['points_redeemed: "-5" is less than 0']),
    (told(points_redeemed=10**13), ['points_redeemed: "10000000000000" is more than 1000000000000']),
    (told(offers=[{"id": 1, "amount": 1}] * 201), ["offers: holds more than 200"]),
    (with_customer(id="seven"), ['customer.id: "seven" is no whole number']),
    (told(payments=[{"method": "", "amount": 1}]), ['payments[0].method: "" is empty']),
    (
        told(payments=[{"method": "cash", "amount": "1", "status": "lost"}]),
        ["payments[0].status: \"lost\" is none of 'completed', 'pending', 'failed' or 'refunded'"],
    ),
]
UNTRUE = [
    (told(store="Westland"), ['store: there is no store "Westland"; did you mean "Westlands"?; add it first']),
    (told(store="Mombasa"), ['store: there is no store "Mombasa"; add it first']),
    (told(sold_at="2026-11-21T15:10:01+03:00"), ["sold_at: 2026-11-21T12:10:01+00:00 is in the future; set the till's clock"]),
    (told(sold_at="1979-12-31T23:59:59Z"), ["sold_at: 1979-12-31T23:59:59+00:00 is before 1980; check the date"]),
    (told(currency="XYZ"), ['currency: "XYZ" is not the currency of the store, which counts in KES']),
    (told(currency="EUR"), ['currency: "EUR" is not the currency of the store, which counts in KES']),
    (told(total="349.99"), ["total: 349.99 is not what the lines add up to, 350.00"]),
    (told(payments=[{"method": "cash", "amount": "350.01"}]), ["payments: 350.01 was paid, but the lines and the tip add up to 350.00"]),
    (
        told(tip="5", payments=[{"method": "cash", "amount": "350"}, {"method": "card", "amount": "5", "status": "failed"}]),
        ["payments: 350.00 was paid, but the lines and the tip add up to 355.00"],
    ),
    (told(lines=[]), ["lines: a sale needs at least one line"]),
    (with_line(quantity="-1"), ["lines[0].quantity: -1 is below zero; a return names its original in `returns`"]),
    (with_line(quantity="0"), ["lines[0].quantity: the quantity is 0; leave the line out"]),
    (with_line(sku="", name=" "), ["lines[0]: a line needs a sku or a name"]),
    (with_line(unit_price="-350"), ["lines[0].unit_price: -350 is below zero; give the discount in `discount`"]),
    (with_line(discount="350.01"), ["lines[0].discount: 350.01 is not between 0.00 and 350.00, the worth of the line"]),
    (with_line(discount="-0.01"), ["lines[0].discount: -0.01 is not between 0.00 and 350.00, the worth of the line"]),
    (with_line(unit_price="NaN"), [f'lines[0].unit_price: "NaN" {NO_AMOUNT}']),
    (with_line(unit_price=float("nan")), [f'lines[0].unit_price: "nan" {NO_AMOUNT}']),
    (with_line(unit_price="Infinity"), [f'lines[0].unit_price: "Infinity" {NO_AMOUNT}']),
    (with_line(unit_price=1e400), [f'lines[0].unit_price: "inf" {NO_AMOUNT}']),
    (with_line(unit_price=Decimal("-Infinity")), [f'lines[0].unit_price: "-inf" {NO_AMOUNT}']),
    (with_line(unit_price="1,000.00"), [f'lines[0].unit_price: "1,000.00" {NO_AMOUNT}']),
    (with_line(unit_price="1e400"), ['lines[0].unit_price: "1e400" is too large to be true; check the decimal point.']),
    (with_line(quantity=10**14), ['lines[0].quantity: "100000000000000" is too large to be true; check the decimal point.']),
    (with_line(quantity="1.0001"), ['lines[0].quantity: "1.0001" has more than 3 decimals, the most that can stand here.']),
    (with_line(unit_price="0.000001"), ['lines[0].unit_price: "0.000001" has more than 5 decimals, the most that can stand here.']),
    (with_line(tax="0.001"), ['lines[0].tax: "0.001" has more than 2 decimals, the most that can stand here.']),
    (told(total="1e-3"), ['total: "1e-3" has more than 2 decimals, the most that can stand here.']),
    (told(tip="1e400"), ['tip: "1e400" is too large to be true; check the decimal point.']),
    (with_customer(phone="12"), ['customer.phone: "12" is no phone number of KE; write it with its country code, such as +44 20 7946 0958.']),
    (with_customer(email="anna@"), ['customer.email: "anna@" is no e-mail address; it needs a name, an @ and a domain, such as ann@example.org.']),
    (with_customer(code="A 1"), ['customer.code: "A 1" is no customer code; use up to 64 letters, digits and the signs - _ . /']),
    (told(lines=[cast.line()] * 5000), ["lines: 5000 lines are more than a receipt holds (2000); split it"]),
]  # fmt: skip


@pytest.mark.parametrize(("payload", "faults"), UNREADABLE + UNTRUE)
def test_a_wrong_sale_is_refused_in_a_sentence_that_names_place_and_value(payload, faults):
    before = cast.everything()
    [answer] = cast.record(payload)
    assert (answer.outcome, answer.customer_id) == ("refused", None)
    assert cast.sentences(answer) == faults
    assert cast.everything() == before


@pytest.mark.parametrize("value", [None, [], {}])
def test_an_amount_of_a_wrong_type_is_one_fault_at_its_place(value):
    """Not one for each type that an amount may have."""
    [answer] = cast.record(with_line(unit_price=value))
    assert [fault.place for fault in answer.faults] == ["lines[0].unit_price"]


@pytest.mark.parametrize("sold_at", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00"])
def test_a_date_at_the_end_of_time_is_refused_and_harms_no_neighbour(sold_at):
    answers = cast.record(told(sold_at=sold_at), cast.sale(2))
    assert [answer.outcome for answer in answers] == ["refused", "created"]
    assert {fault.place for fault in answers[0].faults} == {"sold_at"}


def test_a_line_worth_more_than_the_database_can_hold_is_refused_and_harms_no_neighbour():
    """Quantity and price are each within bounds, their product is not within 64 bits."""
    answers = cast.record(with_line(quantity="99999999999", unit_price="999999999.99"), cast.sale(2))
    assert [answer.outcome for answer in answers] == ["refused", "created"]


def test_a_receipt_with_more_payments_than_can_be_numbered_is_refused():
    nothing = {"method": "cash", "amount": "0"}
    answers = cast.record(told(payments=[nothing] * 32_768 + [{"method": "cash", "amount": "350"}]), cast.sale(2))
    assert [answer.outcome for answer in answers] == ["refused", "created"]


@pytest.mark.parametrize("payload", [with_line(unit_price=10**5000), told(number=10**5000), {"number": 10**5000}])
def test_a_number_of_thousands_of_digits_is_refused_and_harms_no_neighbour(payload):
    answers = cast.record(payload, cast.sale(2))
    assert [answer.outcome for answer in answers] == ["refused", "created"]


def test_a_yes_is_not_taken_for_an_amount():
    [answer] = cast.record(with_line(quantity=True))
    assert answer.outcome == "refused"


@pytest.mark.parametrize("sold_at", ["2026-11-20T12:00:00", datetime(2026, 11, 20, 12)])  # noqa: DTZ001
def test_a_time_without_an_offset_is_refused(sold_at):
    before = cast.everything()
    [answer] = cast.record(told(sold_at=sold_at))
    assert answer.outcome == "refused"
    assert "has no offset" in answer.faults[0].message
    assert cast.everything() == before
    assert [fault.place for fault in answer.faults] == ["sold_at"]


def test_a_till_ten_minutes_fast_is_taken_at_its_word():
    assert cast.recorded(told(sold_at=(cast.NOW + timedelta(minutes=10)).isoformat())).outcome == "created"


def test_a_sale_of_two_thousand_lines_is_stored():
    cast.recorded(told(lines=[cast.line(f"S{n % 7}") for n in range(2000)]))
    assert Sale.objects.get().total == 70_000_000


def test_deep_nesting_is_refused():
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    before = cast.everything()
    answers = cast.record(told(lines=deep), told(customer=deep), with_line(name=deep), deep)
    assert [answer.outcome for answer in answers] == ["refused"] * 4
    assert cast.everything() == before
    while deep:
        deep = deep.pop()


def test_a_store_that_was_closed_takes_no_sale():
    closed = cast.store(cast.KAREN)
    closed.is_active = False
    closed.save()
    before = cast.everything()
    [answer] = cast.record(told(store=cast.KAREN))
    assert answer.outcome == "refused"
    assert [fault.place for fault in answer.faults] == ["store"]
    assert cast.everything() == before


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.binary(max_size=4)
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
)
PATHS = [
    ("id",), ("number",), ("sold_at",), ("store",), ("register",), ("channel",), ("kind",), ("status",), ("returns",),
    ("total",), ("tip",), ("note",), ("currency",), ("customer",), ("lines",), ("payments",), ("customer", "id"),
    ("customer", "code"), ("customer", "phone"), ("customer", "email"), ("customer", "name"), ("lines", 0, "sku"),
    ("lines", 0, "name"), ("lines", 0, "quantity"), ("lines", 0, "unit_price"), ("lines", 0, "discount"),
    ("lines", 0, "tax"), ("lines", 0, "gift_card"), ("payments", 0, "method"), ("payments", 0, "amount"),
]  # fmt: skip


@settings(max_examples=150, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.sampled_from(PATHS), anything), min_size=1, max_size=3))
def test_whatever_stands_in_a_sale_it_is_answered_and_its_neighbour_is_stored(changes):
    payload = cast.sale(1, customer={"name": "Anna"}, payments=[{"method": "cash", "amount": "350.00"}])
    for path, value in changes:
        part = payload
        for step in path[:-1]:
            held = dict(enumerate(part)) if isinstance(part, list) else part
            part = held.get(step, {}) if isinstance(held, dict) else {}
        if isinstance(part, dict):
            part[path[-1]] = value
    Sale.objects.all().delete()
    answer, neighbour = cast.record(payload, cast.sale(2))
    assert neighbour.outcome == "created"
    assert answer.outcome in ("created", "refused")
    assert bool(answer.faults) == (answer.outcome == "refused")
    assert Sale.objects.count() == 1 + (answer.outcome == "created")
