"""Profiles are made, changed, put away and brought back, and the log says by whom."""

from datetime import date
from itertools import product

import pytest

from regulars.access.models import AuditEntry
from regulars.access.rules import OPERATOR, REGISTER
from regulars.core.errors import Forbidden
from regulars.customers.details import AddressDetails, CustomerDetails
from regulars.customers.errors import (
    BadCode,
    BadDetail,
    BadEmail,
    BadPhone,
    CodeTaken,
    CustomerAmbiguous,
    CustomerUnknown,
    FieldTaken,
    FieldUnknown,
)
from regulars.customers.models import Customer, Identity, Note
from regulars.customers.search import search_found
from regulars.customers.selectors import custom_fields, customer_details, customer_find
from regulars.customers.services import (
    custom_field_create,
    customer_activate,
    customer_create,
    customer_deactivate,
    customer_edit,
    note_add,
)
from tests import cast

pytestmark = pytest.mark.usefixtures("shop")

TODAY = cast.NOW.date()
GUEST = cast.GUEST
FULL = CustomerDetails(
    code="A-1",
    name="Anna Kamau",
    first_name="Anna",
    last_name="Kamau",
    phones=("0712 345 678", "+44 20 7946 0958"),
    emails=("Anna@Example.org",),
    birth_date=date(1990, 2, 28),
    gender="Female",
    language="sw",
    website="https://anna.example",
    social="@anna",
    joined=date(2024, 5, 1),
    addresses=(
        AddressDetails(kind="billing", street="Moi Avenue 1", postcode="00100", city=" Nairobi ", country="Kenya"),
        AddressDetails(kind="shipping", city="Mombasa", country="ke"),
    ),
    tags=("coffee club", "vip"),
    custom=(("Milk", "oat"), ("Since", "2020-01-31")),
)
WRITTEN = CustomerDetails(
    code="A-1",
    name="Anna Kamau",
    first_name="Anna",
    last_name="Kamau",
    phones=("+254712345678", "+442079460958"),
    emails=("anna@example.org",),
    birth_date=date(1990, 2, 28),
    gender="female",
    language="sw",
    website="https://anna.example",
    social="@anna",
    joined=date(2024, 5, 1),
    addresses=(
        AddressDetails(kind="billing", street="Moi Avenue 1", postcode="00100", city="Nairobi", country="KE"),
        AddressDetails(kind="shipping", city="Mombasa", country="KE"),
    ),
    tags=("coffee club", "vip"),
    custom=(("Milk", "oat"), ("Since", "2020-01-31")),
)


def replaced(**fields):
    return CustomerDetails(**{name: getattr(FULL, name) for name in CustomerDetails.__slots__} | fields)


def create(details=FULL, actor=OPERATOR):
    return customer_create(details, source="office", country="KE", actor=actor, at=cast.NOW, today=TODAY)


def edit(customer, details, actor=OPERATOR):
    return customer_edit(customer, details, country="KE", actor=actor, at=cast.NOW, today=TODAY)


def details_of(customer):
    return customer_details(customer, visible_to=OPERATOR).details


def log(verb):
    rows = AuditEntry.objects.filter(verb=f"customers.{verb}").values_list(
        "actor", "subject_kind", "subject_id", "facts"
    )
    return list(rows)


@pytest.fixture
def fields(shop):
    custom_field_create("Milk", kind="choice", options=("cow", "oat"), actor=OPERATOR, at=cast.NOW)
    custom_field_create("Since", kind="date", actor=OPERATOR, at=cast.NOW)


@pytest.mark.usefixtures("fields")
def test_a_profile_is_made_with_all_its_details_in_their_written_form():
    anna = create()
    profile = customer_details(anna, visible_to=OPERATOR)
    assert profile.details == WRITTEN
    assert (profile.id, profile.is_active, profile.source, profile.notes) == (anna, True, "office", ())
    assert log("customer_create") == [("operator", "customer", anna, {})]
    assert search_found("kamau", country="KE") == [anna]


def test_a_profile_needs_nothing_and_gets_a_code_and_a_day():
    anna = create(CustomerDetails())
    row = Customer.objects.get()
    assert (row.id, row.name, row.joined, row.is_vouched) == (anna, "", TODAY, True)
    assert list(Identity.objects.values_list("kind", "value")) == [("code", row.code)]


def test_a_till_may_open_a_profile():
    assert Customer.objects.get(id=create(CustomerDetails(name="Ben"), actor=REGISTER)).name == "Ben"
    assert log("customer_create")[0][0] == "register"


def test_the_whole_name_is_made_of_its_parts():
    assert details_of(create(CustomerDetails(first_name=" Anna ", last_name="de  Vries"))).name == "Anna de Vries"


@pytest.mark.usefixtures("fields")
@pytest.mark.parametrize(
    ("change", "refusal", "sentence"),
    [
        ({"phones": ("0712345678", "12")}, BadPhone, '"12" is no phone number of KE'),
        ({"emails": ("anna@",)}, BadEmail, '"anna@" is no e-mail address'),
        ({"code": "A 1"}, BadCode, '"A 1" is no customer code'),
        ({"code": "-"}, BadCode, '"-" is no customer code'),
        ({"code": "x" * 65}, BadCode, "is no customer code"),
        ({"code": "é1"}, BadCode, '"é1" is no customer code'),
        ({"birth_date": date(1899, 12, 31)}, BadDetail, '"1899-12-31" cannot be the birth date'),
        ({"birth_date": date(2026, 11, 22)}, BadDetail, '"2026-11-22" cannot be the birth date'),
        ({"gender": "f"}, BadDetail, '"f" cannot be the gender'),
        ({"name": "N" * 201}, BadDetail, "write at most 200 characters"),
        ({"name": "A\x00"}, BadDetail, "leave out the zero character"),
        ({"language": "e" * 17}, BadDetail, "write at most 16 characters"),
        ({"tags": ("t" * 65,)}, BadDetail, "write at most 64 characters"),
        ({"addresses": (AddressDetails(kind="work"),)}, BadDetail, '"work" cannot be the address kind'),
        ({"addresses": (AddressDetails(street="s" * 201),)}, BadDetail, "write at most 200 characters"),
        ({"addresses": (AddressDetails(city="\x00"),)}, BadDetail, "leave out the zero character"),
        (
            {"custom": (("Shoe", "42"),)},
            FieldUnknown,
            'no custom field "Shoe"; make it first, or use one of: Milk, Since',
        ),
        ({"custom": (("Milk", "soy"),)}, BadDetail, '"soy" cannot be the Milk of a customer: write one of cow, oat'),
        ({"custom": (("Since", "31.1.2020"),)}, BadDetail, '"31.1.2020" cannot be the Since'),
    ],
)
def test_a_detail_that_cannot_be_refuses_the_whole_profile(change, refusal, sentence):
    anna = create(CustomerDetails(name="Anna"))
    before = cast.everything()
    with pytest.raises(refusal) as on_create:
        create(replaced(**change))
    assert sentence in str(on_create.value)
    with pytest.raises(refusal) as on_edit:
        edit(anna, replaced(**change))
    assert sentence in str(on_edit.value)
    assert cast.everything() == before


@pytest.mark.parametrize(
    "change",
    [
        {"first_name": "F" * 100, "last_name": "L" * 100, "name": ""},  # the whole name comes to 201
        {"addresses": (AddressDetails(city="Nairobi"), AddressDetails(city="Mombasa"))},  # two of one kind
    ],
)
def test_what_the_database_cannot_hold_is_refused_in_a_sentence(change):
    before = cast.everything()
    with pytest.raises(BadDetail):
        create(replaced(custom=(), **change))
    assert cast.everything() == before


def test_a_custom_value_with_a_zero_character_is_refused():
    custom_field_create("Motto", kind="text", actor=OPERATOR, at=cast.NOW)
    before = cast.everything()
    with pytest.raises(BadDetail):
        create(replaced(custom=(("Motto", "a\x00b"),)))
    assert cast.everything() == before


@pytest.mark.usefixtures("fields")
def test_an_edit_writes_all_details_and_names_those_that_changed():
    anna = create()
    changed = edit(anna, replaced(name="Anna Mwangi", phones=("0722000111",), tags=(), custom=(("Milk", "cow"),)))
    assert changed == ("name", "phones", "tags", "custom")
    found = details_of(anna)
    assert (found.name, found.phones, found.tags, found.custom) == (
        "Anna Mwangi", ("+254722000111",), (), (("Milk", "cow"),),
    )  # fmt: skip
    assert found.emails == WRITTEN.emails
    assert log("customer_edit") == [("operator", "customer", anna, {"changed": ["name", "phones", "tags", "custom"]})]
    assert search_found("mwangi", country="KE") == [anna]
    assert search_found("0712345678", country="KE") == []


@pytest.mark.usefixtures("fields")
def test_the_same_details_again_change_nothing():
    anna = create()
    before = cast.everything()
    assert edit(anna, FULL) == ()
    assert edit(anna, WRITTEN) == ()
    assert cast.everything() == before


@pytest.mark.usefixtures("fields")
@pytest.mark.parametrize("name", ["tags", "addresses", "custom"])
def test_the_same_details_in_another_order_change_nothing(name):
    """No order is kept of them, so there is none to change."""
    anna = create()
    before = cast.everything()
    assert edit(anna, replaced(**{name: getattr(FULL, name)[::-1]})) == ()
    assert cast.everything() == before


@pytest.mark.usefixtures("fields")
def test_an_empty_custom_value_is_none():
    anna = create(replaced(custom=(("Milk", "oat"), ("Since", " "))))
    assert details_of(anna).custom == (("Milk", "oat"),)
    assert edit(anna, replaced(custom=(("Milk", "oat"), ("Since", "")))) == ()


def test_an_edit_of_nobody_is_refused():
    before = cast.everything()
    with pytest.raises(CustomerUnknown, match='no customer "77"'):
        edit(77, CustomerDetails(name="X"))
    for change in (customer_activate, customer_deactivate):
        with pytest.raises(CustomerUnknown):
            change(77, actor=OPERATOR, at=cast.NOW)
    with pytest.raises(CustomerUnknown):
        note_add(77, "Hello", actor=OPERATOR, at=cast.NOW)
    assert cast.everything() == before


def test_an_edit_vouches_for_what_sales_gave():
    anna = cast.recorded(cast.sale(1, customer={"phone": cast.ANNA_PHONE, "name": "Ana"})).customer_id
    edit(anna, CustomerDetails(name="Anna", phones=(cast.ANNA_PHONE,)))
    row = Customer.objects.get()
    assert (row.name, row.named_at, row.named_by, row.is_vouched) == ("Anna", None, None, True)
    assert not Identity.objects.filter(since_sale__isnull=False).exists()


# Codes.


def test_a_code_leads_to_one_customer():
    create(CustomerDetails(code="A-1"))
    ben = create(CustomerDetails(code="B-1"))
    before = cast.everything()
    with pytest.raises(CodeTaken, match='The code "A-1" belongs to another customer'):
        create(CustomerDetails(code="A-1"))
    with pytest.raises(CodeTaken):
        edit(ben, CustomerDetails(code=" A-1 "))
    assert cast.everything() == before


def test_a_code_that_a_sale_gave_is_taken():
    cast.recorded(cast.sale(1, customer={"code": "A-1"}))
    before = cast.everything()
    with pytest.raises(CodeTaken):
        create(CustomerDetails(code="A-1"))
    assert cast.everything() == before


def test_codes_that_differ_in_case_are_two():
    assert create(CustomerDetails(code="ab")) != create(CustomerDetails(code="AB"))


def test_an_edit_without_a_code_keeps_the_code():
    anna = create(CustomerDetails(code="A-1"))
    edit(anna, CustomerDetails(name="Anna"))
    assert details_of(anna).code == "A-1"
    assert customer_find("A-1", country="KE", visible_to=OPERATOR) == anna


def test_the_code_of_the_old_card_still_leads_to_its_customer():
    anna = create(CustomerDetails(code="OLD-1"))
    edit(anna, CustomerDetails(code="NEW-1"))
    assert customer_find("NEW-1", country="KE", visible_to=OPERATOR) == anna
    assert customer_find("OLD-1", country="KE", visible_to=OPERATOR) == anna


def test_a_second_card_becomes_the_card_of_its_customer():
    """The sale gave a second code; the office makes it the code of the profile."""
    anna = create(CustomerDetails(code="A-1", phones=(cast.ANNA_PHONE,)))
    cast.recorded(cast.sale(1, customer={"phone": cast.ANNA_PHONE, "code": "A-2"}))
    edit(anna, CustomerDetails(code="A-2", phones=(cast.ANNA_PHONE,)))
    assert Customer.objects.get().code == "A-2"
    assert customer_find("A-2", country="KE", visible_to=OPERATOR) == anna


# Who may.


@pytest.mark.parametrize(
    ("actor", "act"),
    [
        *product(
            (REGISTER, GUEST),
            (
                lambda who, anna: edit(anna, CustomerDetails(name="X"), actor=who),
                lambda who, anna: customer_activate(anna, actor=who, at=cast.NOW),
                lambda who, anna: customer_deactivate(anna, actor=who, at=cast.NOW),
                lambda who, anna: note_add(anna, "X", actor=who, at=cast.NOW),
                lambda who, anna: custom_field_create("X", kind="text", actor=who, at=cast.NOW),
            ),
        ),
        (GUEST, lambda who, anna: create(CustomerDetails(name="X"), actor=who)),
        (GUEST, lambda who, anna: customer_details(anna, visible_to=who)),
        (GUEST, lambda who, anna: customer_find("A-1", country="KE", visible_to=who)),
    ],
)
def test_who_may_not_changes_nothing(actor, act):
    anna = create(CustomerDetails(code="A-1", name="Anna"))
    before = cast.everything()
    with pytest.raises(Forbidden, match=f"^{actor.name} may not do this"):
        act(actor, anna)
    assert cast.everything() == before


# Away and back, notes, fields.


def test_a_customer_put_away_is_not_found_while_typing_and_keeps_everything():
    anna = create(CustomerDetails(code="A-1", name="Anna", phones=(cast.ANNA_PHONE,)))
    customer_deactivate(anna, actor=OPERATOR, at=cast.NOW)
    assert search_found("anna", country="KE") == []
    assert not customer_details(anna, visible_to=OPERATOR).is_active
    assert cast.recorded(cast.sale(1, customer={"phone": cast.ANNA_PHONE})).customer_id == anna
    customer_activate(anna, actor=OPERATOR, at=cast.NOW)
    assert search_found("anna", country="KE") == [anna]
    assert log("customer_deactivate") == log("customer_activate") == [("operator", "customer", anna, {})]


def test_a_note_stands_under_its_author_newest_first():
    anna = create(CustomerDetails(name="Anna"))
    for text in ("Allergic to nuts", "  Likes the window seat \n"):
        note_add(anna, text, actor=OPERATOR, at=cast.NOW)
    notes = customer_details(anna, visible_to=OPERATOR).notes
    assert [(note.text, note.author, note.at) for note in notes] == [
        ("Likes the window seat", "operator", cast.NOW),
        ("Allergic to nuts", "operator", cast.NOW),
    ]
    assert log("note_add") == [("operator", "customer", anna, {})] * 2


@pytest.mark.parametrize("text", ["", " \n\t ", "n" * 10_001, "a\x00b"])
def test_a_note_of_nothing_or_too_much_is_refused(text):
    anna = create(CustomerDetails(name="Anna"))
    before = cast.everything()
    with pytest.raises(BadDetail, match="write 1 to 10000 characters"):
        note_add(anna, text, actor=OPERATOR, at=cast.NOW)
    assert cast.everything() == before


def test_a_note_of_ten_thousand_characters_is_kept():
    note_add(create(CustomerDetails()), "n" * 10_000, actor=OPERATOR, at=cast.NOW)
    assert len(Note.objects.get().text) == 10_000


@pytest.mark.parametrize(
    ("name", "kind", "options"),
    [
        ("", "text", ()),
        ("  ", "text", ()),
        ("n" * 65, "text", ()),
        ("Milk", "colour", ()),
        ("Milk", "choice", ()),
        ("Milk", "text", ("oat",)),
        ("Mi\x00lk", "text", ()),
    ],
)
def test_a_custom_field_that_cannot_be_is_refused(name, kind, options):
    before = cast.everything()
    with pytest.raises(BadDetail):
        custom_field_create(name, kind=kind, options=options, actor=OPERATOR, at=cast.NOW)
    assert cast.everything() == before


def test_a_choice_without_anything_to_choose_says_so():
    with pytest.raises(BadDetail) as refused:
        custom_field_create("Milk", kind="choice", options=(), actor=OPERATOR, at=cast.NOW)
    told = '"" cannot be the options of a custom field of a customer: write what one can choose.'
    assert str(refused.value) == told


def test_a_custom_field_is_made_once():
    made = custom_field_create("Milk", kind="choice", options=("cow", "oat"), actor=OPERATOR, at=cast.NOW)
    assert [(field.id, field.name, field.kind, field.options) for field in custom_fields()] == [
        (made, "Milk", "choice", ["cow", "oat"])
    ]
    assert log("custom_field_create") == [("operator", "field", made, {})]
    before = cast.everything()
    with pytest.raises(FieldTaken, match='There is a custom field "Milk" already'):
        custom_field_create("Milk", kind="text", actor=OPERATOR, at=cast.NOW)
    assert cast.everything() == before


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("text", "anything", None),
        ("number", "42.5", "many"),
        ("number", "-1000.50", "NaN"),
        ("date", "2028-02-29", "2027-02-29"),
        ("yes_no", "yes", "Yes"),
    ],
)
def test_the_value_of_a_custom_field_is_of_its_kind(kind, good, bad):
    custom_field_create("F", kind=kind, actor=OPERATOR, at=cast.NOW)
    assert details_of(create(CustomerDetails(custom=(("F", f" {good} "),)))).custom == (("F", good),)
    if bad is not None:
        before = cast.everything()
        with pytest.raises(BadDetail, match=f'"{bad}" cannot be the F of a customer'):
            create(CustomerDetails(custom=(("F", bad),)))
        assert cast.everything() == before


# Finding one.


def test_a_customer_is_found_by_id_code_phone_and_email():
    anna = create(CustomerDetails(code="A-1", phones=(cast.ANNA_PHONE,), emails=(cast.ANNA_EMAIL,)))
    for name in (str(anna), "A-1", " A-1 ", "0712 345 678", "+254712345678", "ANNA@example.org"):
        assert customer_find(name, country="KE", visible_to=OPERATOR) == anna
    for name in ("", "a-1", "0722000111", "ben@example.org", "9" * 30, "Anna"):
        with pytest.raises(CustomerUnknown):
            customer_find(name, country="KE", visible_to=OPERATOR)


def test_a_shared_phone_leads_to_several():
    first, second = (create(CustomerDetails(phones=(cast.ANNA_PHONE,))) for _ in range(2))
    with pytest.raises(CustomerAmbiguous, match=rf"leads to 2 customers \({first}, {second}\)"):
        customer_find("0712345678", country="KE", visible_to=OPERATOR)


def test_a_code_goes_before_an_id():
    first = create(CustomerDetails())
    second = create(CustomerDetails(code=str(first)))
    assert customer_find(str(first), country="KE", visible_to=OPERATOR) == second
