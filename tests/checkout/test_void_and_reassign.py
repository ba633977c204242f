"""A sale is voided, or given to somebody else, and everything follows."""

from datetime import timedelta

import pytest

from regulars.access.models import AuditEntry
from regulars.access.rules import OPERATOR, REGISTER
from regulars.checkout.services import sale_reassign, sale_return, sale_void
from regulars.core.errors import Forbidden
from regulars.customers.errors import CustomerUnknown
from regulars.customers.models import Customer
from regulars.events.models import Event
from regulars.sales.errors import CannotReassign, CannotVoid, SaleAmbiguous, SaleUnknown
from regulars.sales.facts import facts_rebuild
from regulars.sales.models import Sale
from regulars.sales.selectors import business_get
from tests import cast

pytestmark = pytest.mark.usefixtures("shop")

ANNA = {"phone": cast.ANNA_PHONE, "name": "Anna"}
DAY_ONE = cast.NOW - timedelta(days=3)


def void(name="W-0001", actor=OPERATOR):
    sale_void(name, actor=actor, at=cast.NOW)


def reassign(to, name="W-0001", actor=OPERATOR):
    sale_reassign(name, to, actor=actor, at=cast.NOW)


def owner(n):
    return Sale.objects.get(uid=cast.uid(n)).customer_id


def test_a_voided_sale_counts_nowhere_and_stays_to_be_read():
    anna = cast.recorded(cast.sale(1, cast.line(discount="1.00"), at=DAY_ONE, customer=ANNA)).customer_id
    cast.recorded(cast.sale(2, customer=ANNA))
    void()
    day = cast.NOW.date().replace(day=20)
    assert cast.facts_of(anna) == {
        "spent": 35000, "orders": 1, "visits": 1, "units_milli": 1000, "returned": 0, "discount": 0,
        "first_order": day, "last_order": day,
    }  # fmt: skip
    row = Sale.objects.get(uid=cast.uid(1))
    assert (row.status, row.total, row.lines.count(), row.customer_id) == ("voided", 34900, 1, anna)
    assert list(Event.objects.filter(kind="sale.voided").values_list("subject_id", "customer_id")) == [(row.id, anna)]
    assert list(AuditEntry.objects.filter(verb="checkout.sale_void").values_list("actor", "subject_id")) == [
        ("operator", row.id)
    ]


def test_the_last_sale_of_a_customer_voided_leaves_facts_of_nothing():
    anna = cast.recorded(cast.sale(1, customer=ANNA)).customer_id
    void()
    assert cast.facts_of(anna) == {
        "spent": 0, "orders": 0, "visits": 0, "units_milli": 0, "returned": 0, "discount": 0,
        "first_order": None, "last_order": None,
    }  # fmt: skip
    assert Customer.objects.get().id == anna


def test_voiding_again_changes_nothing():
    cast.recorded(cast.sale(1, customer=ANNA))
    void()
    before = cast.everything()
    void()
    void(str(cast.uid(1)))
    assert cast.everything() == before


def test_a_sale_that_was_brought_back_is_not_voided_until_its_return_is():
    anna = cast.recorded(cast.sale(1, cast.line(quantity="2"), customer=ANNA)).customer_id
    sale_return("W-0001", quantities={1: 1000}, uid=cast.uid(9), actor=REGISTER, at=cast.NOW)
    before = cast.everything()
    with pytest.raises(CannotVoid) as refusal:
        void()
    assert str(refusal.value) == ("Sale W-0001 cannot be voided: some of it was brought back; void that return first.")
    assert cast.everything() == before
    void("W-0001-R1")
    assert cast.facts_of(anna)["spent"] == 70000
    void()
    assert cast.facts_of(anna)["spent"] == 0


def test_a_return_that_came_before_its_sale_also_holds_back_the_void():
    cast.record(cast.brought_back(2, 1), cast.sale(1))
    before = cast.everything()
    with pytest.raises(CannotVoid):
        void()
    assert cast.everything() == before


@pytest.mark.parametrize("change", [void, lambda **more: reassign(None, **more)])
def test_a_till_may_neither_void_nor_reassign(change):
    cast.recorded(cast.sale(1, customer=ANNA))
    before = cast.everything()
    with pytest.raises(Forbidden, match=r"register may not do this: it needs the right \"sales\.(void|reassign)\""):
        change(actor=REGISTER)
    assert cast.everything() == before


@pytest.mark.parametrize("change", [void, lambda name: reassign(None, name)])
def test_an_unknown_or_doubtful_sale_is_neither_voided_nor_reassigned(change):
    cast.record(cast.sale(1), {**cast.sale(2), "number": "W-0001"})
    before = cast.everything()
    with pytest.raises(SaleUnknown, match='There is no sale "W-9"'):
        change("W-9")
    with pytest.raises(SaleAmbiguous):
        change("W-0001")
    assert cast.everything() == before


def test_a_customer_is_attached_to_an_anonymous_sale():
    anna = cast.person("Anna")
    cast.record(cast.sale(1), cast.brought_back(2, 1, cast.line(quantity="-0.5")))
    reassign(anna)
    assert (owner(1), owner(2)) == (anna, anna)
    assert cast.facts_of(anna)["spent"] == 17500
    row = Sale.objects.get(uid=cast.uid(1))
    assert row.is_assigned
    assert AuditEntry.objects.get(verb="checkout.sale_reassign").facts == {"from": None, "to": anna}
    assert list(Event.objects.filter(kind="sale.reassigned").values_list("subject_id", "customer_id")) == [
        (row.id, anna)
    ]


def test_a_sale_given_to_somebody_else_takes_its_returns_along():
    anna, _back = (
        each.customer_id
        for each in cast.record(
            cast.sale(1, cast.line(quantity="2"), customer=ANNA), cast.brought_back(2, 1)
        )
    )  # fmt: skip
    ben = cast.person("Ben")
    reassign(ben)
    assert (owner(1), owner(2)) == (ben, ben)
    assert (cast.facts_of(anna)["spent"], cast.facts_of(anna)["orders"]) == (0, 0)
    assert (cast.facts_of(ben)["spent"], cast.facts_of(ben)["returned"]) == (35000, 35000)


def test_a_sale_taken_from_its_customer_is_nobodys():
    anna = cast.recorded(cast.sale(1, customer=ANNA)).customer_id
    reassign(None)
    assert owner(1) is None
    assert cast.facts_of(anna)["orders"] == 0
    assert Customer.objects.get(id=anna).is_vouched


def test_a_return_after_the_reassignment_goes_to_the_new_customer():
    cast.recorded(cast.sale(1, customer=ANNA))
    ben = cast.person("Ben")
    reassign(ben)
    back = cast.recorded(cast.brought_back(2, 1, customer=ANNA))
    assert back.customer_id == ben
    assert cast.facts_of(ben)["spent"] == 0


def test_reassigned_and_back_is_as_before():
    anna = cast.recorded(cast.sale(1, customer=ANNA)).customer_id
    facts = cast.facts_of(anna)
    ben = cast.person("Ben")
    reassign(ben)
    reassign(anna)
    assert cast.facts_of(anna) == facts
    assert cast.facts_of(ben)["orders"] == 0


def test_the_contact_of_a_reassigned_sale_still_leads_to_whom_it_led():
    anna = cast.recorded(cast.sale(1, customer=ANNA)).customer_id
    reassign(cast.person("Ben"))
    assert cast.recorded(cast.sale(2, customer=ANNA)).customer_id == anna


def test_a_return_is_not_reassigned_without_its_sale():
    cast.record(cast.sale(1), cast.brought_back(2, 1))
    anna = cast.person("Anna")
    before = cast.everything()
    with pytest.raises(CannotReassign, match="a return belongs to whom its sale belongs to; reassign the sale"):
        reassign(anna, "W-0002")
    assert cast.everything() == before


def test_a_sale_is_not_given_to_a_customer_who_is_not_there():
    cast.recorded(cast.sale(1, customer=ANNA))
    before = cast.everything()
    with pytest.raises(CustomerUnknown, match='There is no customer "424242"'):
        reassign(424242)
    assert cast.everything() == before


def test_facts_equal_a_rebuild_after_voids_returns_and_reassignments():
    cast.record(*(cast.sale(n, customer=ANNA) for n in range(1, 6)), cast.brought_back(7, 1))
    ben = cast.person("Ben", phones=(cast.BEN_PHONE,))
    cast.recorded(cast.sale(8, customer={"phone": cast.BEN_PHONE}))
    void("W-0002")
    reassign(ben, "W-0001")
    reassign(None, "W-0003")
    before = cast.everything()
    facts_rebuild(business=business_get())
    assert cast.everything() == before
