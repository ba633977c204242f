"""The same id is the same sale: told just so it is unchanged, told otherwise it is a conflict that says where."""

from datetime import timedelta

import pytest

from regulars.access.rules import OPERATOR
from regulars.checkout.services import sale_reassign, sale_void
from regulars.sales.models import Sale
from regulars.sales.services import product_set
from tests import cast

pytestmark = pytest.mark.usefixtures("shop")

TOLD = cast.sale(
    1,
    cast.line("LATTE", category="Coffee", brand="House", discount="50.00", tax="41.38"),
    cast.line("BEANS", "1200.00"),
    register="Till 1",
    customer={"phone": "0712 345 678", "email": "Anna@Example.org", "code": "A-1", "name": "Anna Kamau"},
    payments=[{"method": "cash", "amount": "1000.00"}, {"method": "mpesa", "amount": "510.00", "reference": "QX1"}],
    tip="10.00",
    note="Extra hot",
)


def changed(**fields):
    return {**TOLD, **fields}


def with_line(**fields):
    return changed(lines=[{**TOLD["lines"][0], **fields}, TOLD["lines"][1]])


def with_customer(**fields):
    return changed(customer={**TOLD["customer"], **fields})


def with_payment(**fields):
    return changed(payments=[{**TOLD["payments"][0], **fields}, TOLD["payments"][1]])


def test_a_sale_sent_again_is_unchanged_with_the_same_answer():
    first = cast.recorded(TOLD)
    before = cast.everything()
    [again] = cast.record(TOLD, at=cast.NOW + timedelta(days=30))
    assert (again.uid, again.number, again.outcome, again.customer_id, again.faults) == (
        first.uid, first.number, "unchanged", first.customer_id, (),
    )  # fmt: skip
    assert cast.everything() == before


@pytest.mark.parametrize(
    "told",
    [
        changed(sold_at="2026-11-20T15:01:00+03:00"),
        with_customer(phone="+254 712-345-678", email="ANNA@example.ORG", name="  Anna   Kamau "),
        with_line(quantity="1.000", unit_price="350.000", discount=50, tax="41.380"),
        changed(id=TOLD["id"].upper()),
        changed(note=" Extra  hot "),
        changed(total="1510.00", currency="KES", kind="sale"),
    ],
)
def test_the_same_content_written_otherwise_is_unchanged(told):
    cast.recorded(TOLD)
    before = cast.everything()
    [again] = cast.record(told)
    assert again.outcome == "unchanged", again.faults
    assert cast.everything() == before


@pytest.mark.parametrize(
    ("told", "differences"),
    [
        (changed(number="W-9999"), ['number: stored as "W-0001", now sent as "W-9999"']),
        (
            changed(sold_at="2026-11-20T12:02:00+00:00"),
            ['sold_at: stored as "2026-11-20T12:01:00+00:00", now sent as "2026-11-20T12:02:00+00:00"'],
        ),
        (changed(store=cast.KAREN), ['store: stored as "Westlands", now sent as "Karen"']),
        (changed(register="Till 2"), ['register: stored as "Till 1", now sent as "Till 2"']),
        (changed(register=""), ['register: stored as "Till 1", now sent as nothing']),
        (changed(channel="online"), ['channel: stored as "in_store", now sent as "online"']),
        (changed(note=""), ['note: stored as "Extra hot", now sent as nothing']),
        (changed(tip="0", payments=[]), ['tip: stored as "10.00", now sent as "0.00"', 'payments: stored as "2", now sent as "0"']),
        (with_customer(code=""), ['customer.code: stored as "A-1", now sent as nothing']),
        (with_customer(phone="0722000111"), ['customer.phone: stored as "+254712345678", now sent as "+254722000111"']),
        (with_customer(email="b@example.org"), ['customer.email: stored as "anna@example.org", now sent as "b@example.org"']),
        (with_customer(name="Anne Kamau"), ['customer.name: stored as "Anna Kamau", now sent as "Anne Kamau"']),
        (
            changed(customer=None),
            [
                'customer.code: stored as "A-1", now sent as nothing',
                'customer.phone: stored as "+254712345678", now sent as nothing',
                'customer.email: stored as "anna@example.org", now sent as nothing',
                'customer.name: stored as "Anna Kamau", now sent as nothing',
            ],
        ),
        (changed(lines=TOLD["lines"][:1]), ['lines: stored as "2", now sent as "1"']),
        (with_line(sku="LATTE2"), ['lines[0].sku: stored as "LATTE", now sent as "LATTE2"']),
        (with_line(name="Latte"), ['lines[0].name: stored as "Caffè latte", now sent as "Latte"']),
        (with_line(category="Tea"), ['lines[0].category: stored as "Coffee", now sent as "Tea"']),
        (with_line(brand="Own"), ['lines[0].brand: stored as "House", now sent as "Own"']),
        (with_line(tax="41.39"), ['lines[0].tax: stored as "41.38", now sent as "41.39"']),
        (with_line(gift_card=True), ['lines[0].gift_card: stored as "False", now sent as "True"']),
        (with_payment(method="card"), ['payments[0].method: stored as "cash", now sent as "card"']),
        (with_payment(reference="x"), ['payments[0].reference: stored as nothing, now sent as "x"']),
        (with_payment(status="failed"), ['payments[0].status: stored as "completed", now sent as "failed"']),
        (with_payment(amount="990.00"), ['payments[0].amount: stored as "1000.00", now sent as "990.00"']),
    ],
)  # fmt: skip
def test_other_content_under_the_same_id_is_a_conflict_that_names_the_difference(told, differences):
    first = cast.recorded(TOLD)
    before = cast.everything()
    [answer] = cast.record(told)
    assert answer.outcome == "conflict"
    assert cast.sentences(answer) == differences
    assert (answer.uid, answer.customer_id) == (first.uid, first.customer_id)
    assert cast.everything() == before


def test_another_quantity_under_the_same_id_names_the_quantity_and_what_it_comes_to():
    cast.recorded(TOLD)
    before = cast.everything()
    [answer] = cast.record(with_line(quantity="2"))
    assert cast.sentences(answer) == [
        'lines[0].quantity: stored as "1", now sent as "2"',
    ]
    assert cast.everything() == before


def test_another_original_under_the_same_id_is_a_conflict():
    cast.record(cast.sale(1), cast.sale(2), cast.brought_back(3, 1))
    before = cast.everything()
    [answer] = cast.record(cast.brought_back(3, 2))
    assert answer.outcome == "conflict"
    assert [fault.place for fault in answer.faults] == ["returns"]
    assert cast.everything() == before


def test_a_voided_sale_sent_again_stays_voided():
    first = cast.recorded(TOLD)
    sale_void("W-0001", actor=OPERATOR, at=cast.NOW)
    before = cast.everything()
    [again] = cast.record(TOLD)
    assert (again.outcome, again.customer_id) == ("unchanged", first.customer_id)
    assert cast.everything() == before


def test_a_reassigned_sale_sent_again_stays_with_whom_it_was_given_to():
    cast.recorded(TOLD)
    ben = cast.person("Ben")
    sale_reassign("W-0001", ben, actor=OPERATOR, at=cast.NOW)
    before = cast.everything()
    [again] = cast.record(TOLD)
    assert (again.outcome, again.customer_id) == ("unchanged", ben)
    assert cast.everything() == before


def test_a_word_that_the_catalogue_filled_in_is_no_difference():
    product_set(sku="LATTE", name="Caffè latte", category="Coffee", actor=OPERATOR, at=cast.NOW)
    told = cast.sale(1, {"sku": "LATTE", "unit_price": "350.00"})
    cast.recorded(told)
    product_set(sku="LATTE", name="Flat white", category="Coffee", actor=OPERATOR, at=cast.NOW)
    [again] = cast.record(told)
    assert again.outcome == "unchanged"


def test_a_sale_twice_in_one_batch_is_stored_once():
    answers = cast.record(TOLD, cast.sale(2), TOLD)
    assert [answer.outcome for answer in answers] == ["created", "created", "unchanged"]
    assert answers[2].customer_id == answers[0].customer_id is not None
    assert Sale.objects.count() == 2
    assert cast.facts_of(answers[0].customer_id)["orders"] == 1


def test_a_sale_that_contradicts_its_twin_in_the_batch_is_a_conflict_and_the_first_stands():
    first, second = cast.record(TOLD, changed(number="W-9999"))
    assert (first.outcome, second.outcome) == ("created", "conflict")
    assert cast.sentences(second) == ['number: stored as "W-0001", now sent as "W-9999"']
    assert list(Sale.objects.values_list("number", flat=True)) == ["W-0001"]


def test_a_refused_sale_twice_in_one_batch_is_refused_twice():
    wrong = changed(total="1.00")
    before = cast.everything()
    answers = cast.record(wrong, wrong)
    assert [answer.outcome for answer in answers] == ["refused", "refused"]
    assert cast.sentences(answers[0]) == cast.sentences(answers[1]) == [
        "total: 1.00 is not what the lines add up to, 1500.00"
    ]  # fmt: skip
    assert cast.everything() == before


def test_a_corrected_sale_in_the_batch_of_its_refused_twin_is_stored():
    """As when the two come one after the other: nothing is stored that it could contradict."""
    first, second = cast.record(changed(store="Nowhere"), TOLD)
    assert first.outcome == "refused"
    assert second.outcome == "created", cast.sentences(second)
    assert Sale.objects.get().store.name == cast.WESTLANDS
