"""A batch is answered sale by sale, and a bad one harms none of its neighbours."""

import pytest

from regulars.checkout.errors import BatchTooLarge
from regulars.checkout.services import MOST_SALES
from regulars.core.errors import Forbidden
from regulars.events.models import Event
from regulars.sales.errors import NotSetUp
from regulars.sales.models import CustomerFacts, Register, Sale, SaleLine
from tests import cast


@pytest.mark.django_db
def test_without_a_shop_nothing_is_recorded():
    with pytest.raises(NotSetUp, match="This database holds no shop yet"):
        cast.record(cast.sale(1))


@pytest.mark.usefixtures("shop")
class TestBatches:
    def test_an_empty_batch_has_no_answers(self):
        before = cast.everything()
        assert cast.record() == []
        assert cast.everything() == before

    def test_a_full_batch_is_stored_and_answered_in_order(self):
        told = [cast.sale(n, customer={"phone": f"+2547120{n % 40:05}"}) for n in range(1000)]
        answers = cast.record(*told)
        assert [(str(answer.uid), answer.number, answer.outcome) for answer in answers] == [
            (each["id"], each["number"], "created") for each in told
        ]
        assert (Sale.objects.count(), SaleLine.objects.count()) == (1000, 1000)
        assert list(CustomerFacts.objects.values_list("orders", "spent")) == [(25, 875000)] * 40

    def test_one_sale_too_many_is_refused_with_the_rest(self):
        before = cast.everything()
        with pytest.raises(BatchTooLarge) as refusal:
            cast.record(*(cast.sale(n) for n in range(MOST_SALES + 1)))
        assert str(refusal.value) == "1001 sales are more than one batch holds (1000); send them in several."
        assert cast.everything() == before

    def test_who_may_not_record_is_refused_before_anything_is_read(self):
        before = cast.everything()
        with pytest.raises(Forbidden, match=r'guest may not do this: it needs the right "sales\.record"'):
            cast.record("nonsense", actor=cast.GUEST)
        assert cast.everything() == before

    def test_a_bad_sale_harms_none_of_its_neighbours(self):
        bad = [
            None,
            {"number": "B-1"},
            cast.sale(51, total="0.01"),
            cast.sale(52, store="Westland"),
            cast.sale(53, cast.line(price="a lot"), customer={"phone": cast.BEN_PHONE, "name": "Ben"}),
            cast.sale(54, customer={"phone": "12"}),
            cast.sale(55, customer={"id": 99}),
        ]
        good = [cast.sale(n, register="T1", customer={"phone": cast.ANNA_PHONE}) for n in range(len(bad))]
        answers = cast.record(*(each for pair in zip(bad, good, strict=True) for each in pair))
        assert [answer.outcome for answer in answers] == ["refused", "created"] * 7
        assert [answer.number for answer in answers[::2]] == [
            "",
            "B-1",
            "W-0051",
            "W-0052",
            "W-0053",
            "W-0054",
            "W-0055",
        ]
        assert set(Sale.objects.values_list("number", flat=True)) == {f"W-{n:04}" for n in range(7)}
        assert cast.facts_of(answers[1].customer_id)["orders"] == 7
        assert CustomerFacts.objects.count() == 1
        assert Event.objects.count() == 7

    def test_all_that_is_wrong_with_a_sale_is_said_at_once(self):
        told = cast.sale(
            1, cast.line("", quantity="0", name=""), cast.line(price="-1"), cast.line(discount="350.01"),
            at=cast.NOW.replace(year=2031), currency="EUR", total="5", tip="-1", customer={"id": 77},
            payments=[{"method": "cash", "amount": "3"}],
        )  # fmt: skip
        before = cast.everything()
        [answer] = cast.record(told)
        assert cast.sentences(answer) == [
            "sold_at: 2031-11-21T12:00:00+00:00 is in the future; set the till's clock",
            'currency: "EUR" is not the currency of the store, which counts in KES',
            "lines[0]: a line needs a sku or a name",
            "lines[0].quantity: the quantity is 0; leave the line out",
            "lines[1].unit_price: -1 is below zero; give the discount in `discount`",
            "lines[2].discount: 350.01 is not between 0.00 and 350.00, the worth of the line",
            "total: 5.00 is not what the lines add up to, -1.01",
            "payments: 3.00 was paid, but the lines and the tip add up to -2.01",
            "tip: -1.00 is below zero",
            "customer.id: there is no customer 77",
        ]
        assert cast.everything() == before

    def test_unreadable_values_are_said_with_what_else_is_wrong(self):
        told = cast.sale(
            1, cast.line(price="x", quantity="1.0001"), at=cast.NOW.replace(year=1979), store="Westland",
            currency="EUR", customer={"phone": "12", "email": "anna", "code": "!"},
            payments=[{"method": "cash", "amount": "1.001"}],
        )  # fmt: skip
        before = cast.everything()
        [answer] = cast.record(told)
        assert [fault.place for fault in answer.faults] == [
            "lines[0].quantity", "lines[0].unit_price", "payments[0].amount", "customer.code", "customer.phone",
            "customer.email", "sold_at", "currency", "store",
        ]  # fmt: skip
        assert cast.everything() == before

    def test_a_refused_sale_makes_no_register(self):
        cast.record(cast.sale(1, register="Till 9", total="1"))
        assert not Register.objects.exists()
