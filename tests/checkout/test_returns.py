"""What is brought back comes off, to the cent, and no more than was bought."""

from decimal import Decimal
from uuid import UUID

import pytest

from regulars.access.models import AuditEntry
from regulars.access.rules import OPERATOR, REGISTER
from regulars.checkout.services import sale_return, sale_void
from regulars.core.errors import Forbidden
from regulars.events.models import Event
from regulars.sales.errors import CannotReturn, SaleAmbiguous, SaleUnknown
from regulars.sales.models import Sale, SaleLine
from tests import cast

pytestmark = pytest.mark.usefixtures("shop")

ANNA = {"phone": cast.ANNA_PHONE, "name": "Anna"}
NOBODY = cast.GUEST


def brought(name: str = "W-0001", n: int = 90, quantities=None, actor=REGISTER):
    return sale_return(name, quantities=quantities, uid=cast.uid(n), actor=actor, at=cast.NOW)


def zero_but(**facts):
    day = cast.NOW.date().replace(day=20)
    return {
        "spent": 0, "orders": 1, "visits": 1, "units_milli": 0, "returned": 0, "discount": 0,
        "first_order": day, "last_order": day, **facts,
    }  # fmt: skip


def test_a_sale_wholly_brought_back_leaves_nothing_spent():
    sold = cast.recorded(
        cast.sale(
            1,
            cast.line("LATTE", "333.33", "3", discount="0.05", tax="137.93"),
            cast.line("BEANS", "12.345", "0.750", tax="1.28"),
            payments=[{"method": "cash", "amount": "1000.00"}, {"method": "card", "amount": "9.20"}],
            customer=ANNA,
        )
    )
    assert cast.facts_of(sold.customer_id)["spent"] == 100920
    answer = brought()
    assert (answer.outcome, answer.number, answer.customer_id) == ("created", "W-0001-R1", sold.customer_id)
    assert cast.facts_of(sold.customer_id) == zero_but(returned=100920)
    back = Sale.objects.get(uid=cast.uid(90))
    assert (back.kind, back.original_uid, back.total, back.net, back.tax, back.discount, back.units_milli) == (
        "return", cast.uid(1), -100920, -100920, -13921, -5, -3750,
    )  # fmt: skip
    assert list(back.payments.values_list("method", "amount", "status")) == [
        ("cash", -100000, "completed"), ("card", -920, "completed"),
    ]  # fmt: skip
    assert list(AuditEntry.objects.filter(verb="checkout.sale_return").values_list("facts", "actor")) == [
        ({"return": "W-0001-R1"}, "register")
    ]


def test_a_return_told_by_the_till_leaves_nothing_spent():
    told = cast.line("LATTE", "350.00", "2", discount="70.00", tax="86.90")
    back = cast.line("LATTE", "350.00", "-2", discount="-70.00", tax="-86.90")
    sold, returned = cast.record(cast.sale(1, told, customer=ANNA), cast.brought_back(2, 1, back))
    assert (returned.outcome, returned.customer_id) == ("created", sold.customer_id)
    assert cast.facts_of(sold.customer_id) == zero_but(returned=63000)


def test_three_uneven_parts_bring_back_every_cent():
    sold = cast.recorded(cast.sale(1, cast.line("BEANS", "33.33", "7", discount="10.01", tax="3.17"), customer=ANNA))
    for n, quantity in enumerate((1000, 2000, 4000)):
        brought(n=90 + n, quantities={1: quantity})
    assert list(
        SaleLine.objects.filter(sale__kind="return").order_by("sale").values_list("quantity_milli", "net", "discount", "tax")
    ) == [(-1000, -3190, -143, -45), (-2000, -6380, -286, -91), (-4000, -12760, -572, -181)]  # fmt: skip
    assert cast.facts_of(sold.customer_id) == zero_but(returned=22330)
    with pytest.raises(CannotReturn, match=r"Sale W-0001 cannot be returned: nothing is left to bring back\."):
        brought(n=99)


@pytest.mark.parametrize("steps", [(1, 1, 1), (2, 1), (0.1, 0.2, 2.7), (0.001, 2.998, 0.001)])
def test_however_a_line_is_split_its_parts_add_up(steps):
    cast.recorded(cast.sale(1, cast.line("MUG", "0.05", "3", discount="0.01", tax="0.02"), customer=ANNA))
    for n, step in enumerate(steps):
        brought(n=90 + n, quantities={1: int(Decimal(str(step)) * 1000)})
    sums = {
        name: sum(SaleLine.objects.values_list(name, flat=True))
        for name in ("quantity_milli", "net", "discount", "tax")
    }
    assert sums == {"quantity_milli": 0, "net": 0, "discount": 0, "tax": 0}


def test_one_line_of_two_is_brought_back():
    sold = cast.recorded(cast.sale(1, cast.line("LATTE", "350.00"), cast.line("MUG", "900.00", "2"), customer=ANNA))
    brought(quantities={2: 1000})
    assert cast.facts_of(sold.customer_id) == zero_but(spent=125000, units_milli=2000, returned=90000)
    assert list(SaleLine.objects.filter(sale__kind="return").values_list("n", "version__product__sku")) == [(1, "MUG")]


def test_a_product_on_two_lines_is_brought_back_from_the_first_and_every_cent_comes_back():
    sold = cast.recorded(
        cast.sale(1, cast.line("MUG", "900.00", "2", discount="0.01"), cast.line("MUG", "700.00"), customer=ANNA)
    )
    brought(n=90, quantities={2: 1000})
    brought(n=91)
    assert cast.facts_of(sold.customer_id)["spent"] == 0
    assert cast.facts_of(sold.customer_id)["units_milli"] == 0


@pytest.mark.parametrize(
    ("quantities", "reason"),
    [
        ({1: 2001}, "line 1 has 2 left to bring back, not 2.001"),
        ({1: -1}, "line 1 has 2 left to bring back, not -0.001"),
        ({2: 1000}, "it has no line 2, only 1 to 1"),
        ({0: 1000}, "it has no line 0, only 1 to 1"),
        ({1: 0}, "say how much of which line comes back"),
        ({}, "say how much of which line comes back"),
    ],
)
def test_what_was_not_bought_is_not_taken_back(quantities, reason):
    cast.recorded(cast.sale(1, cast.line(quantity="2"), customer=ANNA))
    before = cast.everything()
    with pytest.raises(CannotReturn) as refusal:
        brought(quantities=quantities)
    assert str(refusal.value) == f"Sale W-0001 cannot be returned: {reason}."
    assert cast.everything() == before


def test_a_return_and_a_voided_sale_are_not_taken_back():
    cast.record(cast.sale(1), cast.brought_back(2, 1), cast.sale(3))
    sale_void("W-0003", actor=OPERATOR, at=cast.NOW)
    before = cast.everything()
    with pytest.raises(CannotReturn, match="it is a return itself"):
        brought("W-0002")
    with pytest.raises(CannotReturn, match="it was voided"):
        brought("W-0003")
    assert cast.everything() == before


def test_an_unknown_or_doubtful_sale_is_not_taken_back():
    cast.record(cast.sale(1), {**cast.sale(2), "number": "W-0001"})
    before = cast.everything()
    with pytest.raises(SaleUnknown, match='no sale "W-7"'):
        brought("W-7")
    with pytest.raises(SaleUnknown):
        brought(str(cast.uid(77)))
    with pytest.raises(SaleAmbiguous, match='2 sales have the number "W-0001"'):
        brought("W-0001")
    assert cast.everything() == before
    assert brought(str(cast.uid(2))).outcome == "created"


def test_the_same_return_again_gives_the_first_answer():
    cast.recorded(cast.sale(1, cast.line(quantity="2"), customer=ANNA))
    first = brought(quantities={1: 1000})
    before = cast.everything()
    again = brought(quantities={1: 1000})
    assert (again.uid, again.number, again.customer_id, again.outcome) == (
        first.uid, first.number, first.customer_id, "unchanged",
    )  # fmt: skip
    assert cast.everything() == before


def test_who_may_not_record_may_not_take_back():
    cast.recorded(cast.sale(1))
    before = cast.everything()
    with pytest.raises(Forbidden):
        brought(actor=NOBODY)
    assert cast.everything() == before


def test_a_return_follows_the_customer_of_its_sale_and_not_its_own_contact():
    sold, back = cast.record(
        cast.sale(1, customer=ANNA), cast.brought_back(2, 1, customer={"phone": cast.BEN_PHONE, "name": "Ben"})
    )
    assert back.customer_id == sold.customer_id
    assert cast.facts_of(sold.customer_id) == zero_but(returned=35000)


def test_a_return_waits_for_its_sale_and_then_belongs_to_its_customer():
    waiting = cast.recorded(cast.brought_back(2, 1))
    assert waiting.customer_id is None
    sold = cast.recorded(cast.sale(1, customer=ANNA))
    assert Sale.objects.get(uid=cast.uid(2)).customer_id == sold.customer_id
    assert cast.facts_of(sold.customer_id) == zero_but(returned=35000)
    [again] = cast.record(cast.brought_back(2, 1))
    assert (again.outcome, again.customer_id) == ("unchanged", sold.customer_id)


def test_a_return_before_its_sale_in_one_batch_belongs_to_its_customer():
    back, sold = cast.record(cast.brought_back(2, 1), cast.sale(1, customer=ANNA))
    assert (back.outcome, back.customer_id) == ("created", sold.customer_id)
    assert cast.facts_of(sold.customer_id) == zero_but(returned=35000)


def test_a_return_of_an_anonymous_sale_is_anonymous():
    sold, back = cast.record(cast.sale(1), cast.brought_back(2, 1, customer=ANNA))
    assert sold.customer_id is back.customer_id is None


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ([cast.line(quantity="-3")], "lines[0].quantity: 3 is more than the 2 left to return of sale W-0001"),
        (
            [cast.line(quantity="-1.5"), cast.line(quantity="-1")],
            "lines[1].quantity: 1 is more than the 0.5 left to return of sale W-0001",
        ),
        ([cast.line("MUG", quantity="-1")], 'lines[0]: "MUG" was not on sale W-0001'),
    ],
)
def test_a_till_cannot_bring_back_more_than_was_bought(lines, fault):
    cast.recorded(cast.sale(1, cast.line(quantity="2"), customer=ANNA))
    before = cast.everything()
    [answer] = cast.record(cast.brought_back(2, 1, *lines))
    assert (answer.outcome, cast.sentences(answer)) == ("refused", [fault])
    assert cast.everything() == before


def test_two_returns_in_one_batch_cannot_bring_back_more_than_was_bought():
    cast.recorded(cast.sale(1, cast.line(quantity="2")))
    two, one = cast.record(cast.brought_back(2, 1, cast.line(quantity="-2")), cast.brought_back(3, 1))
    assert (two.outcome, one.outcome) == ("created", "refused")
    assert cast.sentences(one) == ["lines[0].quantity: 1 is more than the 0 left to return of sale W-0001"]


def test_a_till_cannot_bring_back_a_return_a_voided_sale_or_itself():
    cast.record(cast.sale(1), cast.brought_back(2, 1), cast.sale(3))
    sale_void("W-0003", actor=OPERATOR, at=cast.NOW)
    before = cast.everything()
    answers = cast.record(cast.brought_back(4, 2), cast.brought_back(5, 3), cast.brought_back(6, 6))
    assert [cast.sentences(answer) for answer in answers] == [
        ["returns: W-0002 is a return itself; name the sale it took back"],
        ["returns: sale W-0003 was voided; there is nothing to bring back"],
        ["returns: a return cannot take back itself; name the sale that was made before"],
    ]
    assert cast.everything() == before


def test_a_return_without_its_sale_needs_a_manager():
    told = {**cast.sale(1, cast.line(quantity="-1")), "kind": "return"}
    before = cast.everything()
    [answer] = cast.record(told)
    assert cast.sentences(answer) == ["returns: a return names its original; without one a manager must record it"]
    assert cast.everything() == before
    [answer] = cast.record(told, actor=OPERATOR)
    assert (answer.outcome, answer.customer_id) == ("created", None)
    assert Sale.objects.get().total == -35000


def test_a_refused_return_in_the_batch_takes_nothing_from_its_neighbour():
    """The first is wrong in its total; the second brings back the one mug that was bought."""
    cast.recorded(cast.sale(1))
    wrong, right = cast.record(cast.brought_back(2, 1, total="-1.00"), cast.brought_back(3, 1))
    assert wrong.outcome == "refused"
    assert right.outcome == "created", cast.sentences(right)


def test_a_return_sent_as_voided_takes_nothing_from_its_neighbour_in_the_batch():
    """As when the two come one after the other."""
    cast.recorded(cast.sale(1))
    voided, right = cast.record(cast.brought_back(2, 1, status="voided"), cast.brought_back(3, 1))
    assert voided.outcome == "created"
    assert right.outcome == "created", cast.sentences(right)


def test_a_voided_return_leaves_the_goods_to_be_brought_back_again():
    sold, _back = cast.record(cast.sale(1, customer=ANNA), cast.brought_back(2, 1))
    sale_void("W-0002", actor=OPERATOR, at=cast.NOW)
    assert cast.facts_of(sold.customer_id) == zero_but(spent=35000, units_milli=1000)
    assert cast.recorded(cast.brought_back(3, 1)).customer_id == sold.customer_id
    assert cast.facts_of(sold.customer_id) == zero_but(returned=35000)


def test_a_sale_told_as_a_return_or_with_one_in_it_is_refused():
    before = cast.everything()
    answers = cast.record(
        cast.sale(1, cast.line(quantity="-1")),
        cast.sale(2, cast.line(quantity="1"), kind="return"),
        cast.sale(3, returns=str(cast.uid(1)), kind="sale"),
    )
    assert [cast.sentences(answer) for answer in answers] == [
        ["lines[0].quantity: -1 is below zero; a return names its original in `returns`"],
        [
            "lines[0].quantity: 1 is above zero on a return; write it below zero",
            "returns: a return names its original; without one a manager must record it",
        ],
        ["returns: a sale takes nothing back; send the returned lines as a return of their own"],
    ]
    assert cast.everything() == before


def test_a_return_is_told_of_in_the_outbox():
    sold = cast.recorded(cast.sale(1, customer=ANNA))
    brought()
    back = Sale.objects.get(uid=UUID(str(cast.uid(90))))
    assert list(Event.objects.values_list("kind", "customer_id", "subject_id"))[1] == (
        "sale.recorded", sold.customer_id, back.id,
    )  # fmt: skip


def test_the_id_of_another_sale_is_no_retry_of_a_return():
    cast.record(cast.sale(1), cast.sale(2))
    before = cast.everything()
    with pytest.raises(CannotReturn, match="the id given to the return is that of sale W-0002"):
        sale_return("W-0001", uid=cast.uid(2), actor=OPERATOR, at=cast.NOW)
    assert cast.everything() == before
