"""Whose sale it is: known contacts lead home, new ones open a profile, late sales put things right."""

from datetime import date, timedelta

import pytest
from django.db import connection, transaction

from regulars.access.models import AuditEntry
from regulars.access.rules import OPERATOR
from regulars.checkout.services import sale_reassign
from regulars.customers.models import Customer, Identity
from regulars.customers.selectors import customer_details
from regulars.customers.services import customer_consent
from regulars.privacy.selectors import consent_history, consents_held
from regulars.sales.models import CustomerFacts, Sale
from tests import cast
from tests.checkout.state import HOUSE_CODE, people_stored

pytestmark = pytest.mark.usefixtures("shop")

PHONE = {"phone": cast.ANNA_PHONE}
EMAIL = {"email": cast.ANNA_EMAIL}


def at(minute: int):
    return cast.NOW - timedelta(days=2) + timedelta(minutes=minute)


def sale(n: int, minute: int, **contact):
    return cast.sale(n, at=at(minute), customer=contact)


def partition():
    """The numbers of the sales of each customer."""
    rows = Customer.objects.order_by("id").values_list("id", flat=True)
    groups = [
        list(Sale.objects.filter(customer=row).order_by("number").values_list("number", flat=True)) for row in rows
    ]
    return sorted(groups)


def numbers(*groups):
    return sorted([f"W-{n:04}" for n in group] for group in groups)


def test_a_new_contact_opens_a_profile():
    answer = cast.recorded(sale(1, 0, phone="0712 345 678", email="Anna@Example.org", name="Anna  Kamau"))
    row = Customer.objects.get()
    assert row.id == answer.customer_id
    assert (row.name, row.joined, row.source, row.is_active, row.is_vouched) == (
        "Anna Kamau", date(2026, 11, 19), "till", True, False,
    )  # fmt: skip
    assert (row.named_at, row.named_by) == (at(0), cast.uid(1))
    assert HOUSE_CODE.fullmatch(row.code)
    assert list(Identity.objects.values_list("kind", "value", "since_sold_at", "since_sale")) == [
        ("code", row.code, None, None),
        ("email", "anna@example.org", at(0), cast.uid(1)),
        ("phone", "+254712345678", at(0), cast.uid(1)),
    ]
    assert list(AuditEntry.objects.filter(subject_kind="customer").values_list("verb", "actor", "subject_id")) == [
        ("customers.customer_create", "register", row.id)
    ]


@pytest.mark.parametrize(
    "typed", ["0712345678", "+254 712 345 678", "254712345678", "000254712345678", "(0712) 345-678"]
)
def test_a_known_phone_leads_home_however_it_is_typed(typed):
    first = cast.recorded(sale(1, 0, phone="0712 345 678"))
    assert cast.recorded(sale(2, 1, phone=typed)).customer_id == first.customer_id


def test_the_strongest_identity_decides_and_the_others_stay_where_they_are():
    anna = cast.recorded(sale(1, 0, code="A-1", **PHONE)).customer_id
    ben = cast.recorded(sale(2, 1, phone=cast.BEN_PHONE, email="ben@example.org")).customer_id
    assert cast.recorded(sale(3, 2, code="A-1", phone=cast.BEN_PHONE)).customer_id == anna
    assert cast.recorded(sale(4, 3, phone=cast.BEN_PHONE, email=cast.ANNA_EMAIL)).customer_id == ben
    assert cast.recorded(sale(5, 4, **EMAIL)).customer_id == ben


def test_a_code_is_told_from_another_by_its_case():
    upper = cast.recorded(sale(1, 0, code="Ab-1")).customer_id
    lower = cast.recorded(sale(2, 1, code="aB-1")).customer_id
    assert upper != lower
    assert [Customer.objects.get(id=each).code for each in (upper, lower)] == ["Ab-1", "aB-1"]


def test_a_new_identity_is_learnt_and_leads_home_from_then_on():
    anna = cast.recorded(sale(1, 0, **PHONE)).customer_id
    cast.recorded(sale(2, 1, **PHONE, **EMAIL))
    assert cast.recorded(sale(3, 2, **EMAIL)).customer_id == anna
    assert partition() == numbers([1, 2, 3])


def test_a_name_alone_opens_a_profile_each_time():
    answers = cast.record(sale(1, 0, name="Anna"), sale(2, 1, name="Anna"))
    assert answers[0].customer_id != answers[1].customer_id


def test_no_contact_or_an_empty_one_is_anonymous():
    answers = cast.record(cast.sale(1), cast.sale(2, customer={}), sale(3, 0, phone=" ", name=""))
    assert [(answer.outcome, answer.customer_id) for answer in answers] == [("created", None)] * 3
    assert not Customer.objects.exists()
    assert not CustomerFacts.objects.exists()


def test_the_name_is_that_of_the_earliest_sale_that_gives_one():
    anna = cast.recorded(sale(1, 5, **PHONE)).customer_id
    cast.recorded(sale(2, 4, **PHONE, name="Anna K"))
    cast.recorded(sale(3, 6, **PHONE, name="Somebody"))
    assert Customer.objects.get(id=anna).name == "Anna K"
    cast.recorded(sale(4, 3, **PHONE, name="Anna Kamau"))
    assert Customer.objects.get(id=anna).name == "Anna Kamau"


def test_a_late_sale_makes_one_customer_of_two():
    """Phone and e-mail were strangers until the first sale, which came last, showed that they are one person's."""
    cast.record(sale(1, 5, **PHONE), sale(2, 6, **EMAIL))
    assert partition() == numbers([1], [2])
    late = cast.recorded(sale(3, 0, **PHONE, **EMAIL))
    assert partition() == numbers([1, 2, 3])
    assert Customer.objects.get().joined == at(0).date()
    assert cast.facts_of(late.customer_id)["orders"] == 3
    assert CustomerFacts.objects.count() == 1


def test_a_late_sale_makes_two_customers_of_one():
    """By the code the late sale shows that the phone was somebody else's first."""
    cast.record(sale(1, 5, **PHONE, **EMAIL), sale(2, 6, **EMAIL))
    cast.recorded(sale(3, 1, **EMAIL))
    cast.recorded(sale(4, 0, **PHONE))
    assert partition() == numbers([1, 4], [2, 3])
    assert sorted(CustomerFacts.objects.values_list("orders", "spent")) == [(2, 70000), (2, 70000)]


def test_a_return_in_the_batch_of_a_late_sale_goes_where_the_late_sale_puts_its_original():
    """Sale 2 moves from the phone's customer to the e-mail's while its return arrives."""
    cast.record(sale(1, 5, **PHONE, **EMAIL), sale(2, 6, **EMAIL))
    late, back = cast.record(sale(3, 1, **EMAIL), sale(4, 0, **PHONE), cast.brought_back(5, 2))[1:]
    assert late.outcome == back.outcome == "created"
    assert partition() == numbers([1, 4], [2, 3, 5])
    assert back.customer_id == Sale.objects.get(uid=cast.uid(2)).customer_id
    assert sorted(CustomerFacts.objects.values_list("spent", "returned")) == [(35000, 35000), (70000, 0)]
    connection.check_constraints()


def test_a_return_in_the_batch_of_a_late_sale_that_joins_two_customers_is_stored():
    """The profile that its original was in is gone when the return is stored."""
    cast.record(sale(1, 5, **PHONE), sale(2, 6, **EMAIL))
    _late, back = cast.record(sale(3, 0, **PHONE, **EMAIL), cast.brought_back(4, 2))
    connection.check_constraints()
    assert partition() == numbers([1, 2, 3, 4])
    assert back.customer_id == Customer.objects.get().id
    assert cast.facts_of(back.customer_id)["spent"] == 70000


def test_returns_follow_a_sale_that_a_late_one_moves():
    cast.record(sale(1, 5, **PHONE, **EMAIL), sale(2, 6, **EMAIL), cast.brought_back(5, 2))
    cast.record(sale(3, 1, **EMAIL), sale(4, 0, **PHONE))
    assert partition() == numbers([1, 4], [2, 3, 5])
    assert sorted(CustomerFacts.objects.values_list("spent", "returned")) == [(35000, 35000), (70000, 0)]


def test_the_code_of_a_profile_follows_the_sale_that_founds_it():
    cast.record(sale(1, 5, code="A-1", **PHONE))
    house = Customer.objects.get()
    assert house.code == "A-1"
    cast.recorded(sale(2, 0, **PHONE))
    row = Customer.objects.get()
    assert HOUSE_CODE.fullmatch(row.code)
    assert set(Identity.objects.values_list("kind", "value")) == {
        ("code", "A-1"), ("code", row.code), ("phone", cast.ANNA_PHONE),
    }  # fmt: skip


# A till that found the customer sends the id.


def test_the_id_of_a_customer_decides_before_every_identity():
    anna = cast.recorded(sale(1, 0, **PHONE)).customer_id
    ben = cast.recorded(sale(2, 1, **EMAIL)).customer_id
    assert cast.recorded(sale(3, 2, id=anna, **EMAIL)).customer_id == anna
    assert cast.recorded(sale(4, 3, id=ben)).customer_id == ben


@pytest.mark.parametrize("unknown", [0, -1, 999_999, 2**63, 10**30])
def test_an_unknown_id_of_a_customer_is_refused(unknown):
    before = cast.everything()
    [answer] = cast.record(sale(1, 0, id=unknown))
    assert cast.sentences(answer) == [f"customer.id: there is no customer {unknown}"]
    assert cast.everything() == before


def test_a_late_sale_keeps_a_customer_whole_whom_the_till_named_by_id_and_phone():
    """In order and once it is one customer; so it is when the first sale comes last."""
    anna = cast.recorded(sale(1, 5, **PHONE)).customer_id
    cast.recorded(sale(2, 6, id=anna, **PHONE))
    cast.recorded(sale(3, 0, **PHONE))
    assert partition() == numbers([1, 2, 3])
    assert cast.recorded(sale(4, 9, **PHONE)).customer_id == anna


def test_a_late_sale_with_the_code_of_a_customer_named_by_id_is_stored():
    anna = cast.recorded(sale(1, 5, code="A-1")).customer_id
    cast.recorded(sale(2, 6, id=anna, code="A-1"))
    cast.recorded(sale(3, 0, code="A-1"))
    assert partition() == numbers([1, 2, 3])


# Profiles a person vouches for.


def test_a_sale_finds_the_customer_whom_the_office_entered():
    anna = cast.person("Anna Kamau", phones=("0712345678",))
    answer = cast.recorded(sale(1, 0, **PHONE, **EMAIL, name="Somebody else"))
    assert answer.customer_id == anna
    details = customer_details(anna, visible_to=OPERATOR).details
    assert (details.name, details.phones, details.emails) == ("Anna Kamau", (cast.ANNA_PHONE,), (cast.ANNA_EMAIL,))
    assert Identity.objects.get(kind="email").since_sale is None


def test_an_unnamed_customer_of_the_office_is_named_by_a_sale():
    anna = cast.person(phones=(cast.ANNA_PHONE,))
    cast.recorded(sale(1, 0, **PHONE, name="Anna"))
    assert Customer.objects.get(id=anna).name == "Anna"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, "Mary"),  # nothing tells them apart: the oldest profile
        ({"name": "joseph OTIENO"}, "Joseph"),  # the name
        ({"name": "Jöseph Otieno"}, "Joseph"),
        ({"email": "joseph@example.org"}, "Joseph"),  # another identity
        ({"email": "joseph@example.org", "name": "Mary Wanjiru"}, "Joseph"),  # goes before the name
        ({"email": "new@example.org"}, "Mary"),
    ],
)
def test_who_of_a_household_bought(given, expected):
    shared = "+254733000001"
    people = {
        cast.person("Mary Wanjiru", phones=(shared,), emails=("mary@example.org",)): "Mary",
        cast.person("Joseph Otieno", phones=(shared,), emails=("joseph@example.org",)): "Joseph",
    }
    assert people[cast.recorded(sale(1, 0, phone=shared, **given)).customer_id] == expected


@pytest.mark.parametrize("together", [True, False])
def test_names_that_sales_give_do_not_make_the_order_matter_in_a_household(together):
    """Two profiles without names share a phone: whoever sells first, in one batch or two, it ends the same."""
    shared = "+254733000001"
    cast.person(phones=(shared,))
    cast.person(phones=(shared,), emails=("ann@example.org",))
    told = [sale(1, 0, email="ann@example.org", name="Ann"), sale(2, 1, phone=shared, name="Ann")]
    with_order = []
    for arriving in (told, told[::-1]):
        point = transaction.savepoint()
        for batch in [arriving] if together else [[each] for each in arriving]:
            cast.record(*batch)
        with_order.append((partition(), people_stored()))
        transaction.savepoint_rollback(point)
    cast.record(told[0])
    cast.record(told[1])
    assert with_order == [(partition(), people_stored())] * 2


def test_what_a_profile_of_the_office_learnt_from_a_sale_it_keeps():
    """A person vouches for the profile, so the late sale with the e-mail does not take the e-mail from it."""
    anna = cast.person("Anna", phones=(cast.ANNA_PHONE,))
    cast.recorded(sale(1, 5, **PHONE, **EMAIL))
    cast.recorded(sale(2, 0, **EMAIL))
    assert partition() == numbers([1, 2])
    assert Customer.objects.get().id == anna


def test_a_late_sale_does_not_redraw_what_a_person_reassigned():
    anna = cast.record(sale(1, 5, **PHONE), sale(2, 6, **EMAIL))[0].customer_id
    ben = cast.person("Ben")
    sale_reassign("W-0001", ben, actor=OPERATOR, at=cast.NOW)
    late = cast.recorded(sale(3, 0, **PHONE, **EMAIL))
    assert Sale.objects.get(uid=cast.uid(1)).customer_id == ben
    assert late.customer_id == Sale.objects.get(uid=cast.uid(2)).customer_id == anna
    assert (cast.facts_of(anna)["orders"], cast.facts_of(ben)["orders"]) == (2, 1)


def test_a_consent_holds_a_profile_that_a_late_sale_would_have_taken_away():
    """In order the second profile would never have been; but its owner has said yes to something."""
    cast.record(sale(1, 5, **PHONE), sale(2, 6, **EMAIL))
    second = Sale.objects.get(uid=cast.uid(2)).customer_id
    customer_consent(
        second, channel="email", is_given=True, wording="May we write?", place="till", actor=OPERATOR, at=cast.NOW
    )
    cast.recorded(sale(3, 0, **PHONE, **EMAIL))
    assert Sale.objects.get(uid=cast.uid(2)).customer_id == second
    assert consents_held(consent_history(second, visible_to=OPERATOR)) == {"email": True}
