"""Customers: the list, the finder, the page of one, new ones and changes."""

import re
from datetime import date, timedelta

import pytest

from regulars.access.models import AuditEntry
from regulars.access.rights import Role
from regulars.access.rules import OPERATOR
from regulars.customers.details import AddressDetails
from regulars.customers.selectors import customer_details
from regulars.customers.services import custom_field_create, note_add
from regulars.privacy.models import CONSENT_CHANNELS
from regulars.web.history import CHANNELS
from tests import cast
from tests.web.visiting import signed_in, visitor

HTMX = {"HTTP_HX_REQUEST": "true"}
ALL = ("owner", "manager", "cashier", "marketer", "analyst", "auditor")


@pytest.fixture
def anna(people):
    anna = cast.person("Anna Maria Okoth", phones=(cast.ANNA_PHONE,), emails=(cast.ANNA_EMAIL,), tags=("regular",),
                       birth_date=date(1990, 5, 1), gender="female")  # fmt: skip
    cast.record(*(cast.sale(n, customer={"phone": cast.ANNA_PHONE}) for n in range(1, 4)))
    return anna


@pytest.fixture
def ben(people):
    """Buys in Karen, where neither manager nor cashier work."""
    ben = cast.person("Ben Wekesa", phones=(cast.BEN_PHONE,))
    cast.record(cast.sale(9, cast.line(price="90.00"), store=cast.KAREN, customer={"phone": cast.BEN_PHONE}))
    return ben


def text(answer):
    return answer.content.decode()


def names(answer):
    return re.findall(r'class="row-link" href="[^"]+">([^<]+)<', text(answer))


def statuses(path):
    return {role: signed_in(role).get(path).status_code for role in ALL}


# The list


def test_who_may_see_profiles_sees_the_list_and_cashiers_the_finder(anna):
    assert statuses("/customers") == dict.fromkeys(ALL, 200) | {"analyst": 403}
    assert names(signed_in("owner").get("/customers")) == ["Anna Maria Okoth"]
    cashier = signed_in("cashier").get("/customers?q=okoth")
    assert "Anna Maria Okoth" in text(cashier)
    assert "phone ends in 678" in text(cashier)
    assert cast.ANNA_PHONE not in text(cashier)
    assert cast.ANNA_EMAIL not in text(cashier)


def test_nobody_sees_anything_before_the_sign_in(anna):
    for path in ("/customers", "/customers?q=anna", f"/customers/{anna}", f"/customers/{anna}/card", "/customers/new"):
        answer = visitor().get(path)
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/sign-in")


def test_a_manager_lists_the_customers_of_their_own_stores(anna, ben):
    assert names(signed_in("manager").get("/customers")) == ["Anna Maria Okoth"]
    assert names(signed_in("owner").get("/customers")) == ["Anna Maria Okoth", "Ben Wekesa"]
    assert "Ben" not in text(signed_in("manager").get("/customers?q=ben"))
    assert "Wekesa" not in text(signed_in("cashier").get("/customers?q=ben"))


def test_typing_finds_by_the_last_digits_of_a_phone(anna, ben):
    answer = signed_in("owner").get("/customers?q=5678", **HTMX)
    assert names(answer) == ["Anna Maria Okoth"]
    assert "<html" not in text(answer)
    assert answer["HX-Replace-Url"] == "/customers?q=5678"
    assert "HX-Request" in answer["Vary"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("spent_from=100", ["Anna Maria Okoth"]),
        ("spent_to=100", ["Ben Wekesa"]),
        ("orders_from=3", ["Anna Maria Okoth"]),
        ("age_from=30&age_to=40", ["Anna Maria Okoth"]),
        ("gender=female", ["Anna Maria Okoth"]),
        ("tag=regular", ["Anna Maria Okoth"]),
        ("store=Karen", ["Ben Wekesa"]),
        ("last_order_from=2026-11-20&last_order_to=2026-11-20", ["Anna Maria Okoth", "Ben Wekesa"]),
        ("first_order_from=2026-11-21", []),
        ("q=ben&tag=regular", []),
        ("sort=name", ["Anna Maria Okoth", "Ben Wekesa"]),
        ("sort=spent", ["Ben Wekesa", "Anna Maria Okoth"]),
        ("sort=nonsense", ["Anna Maria Okoth", "Ben Wekesa"]),
        ("inactive=on", []),
    ],
)
def test_the_address_narrows_and_sorts_the_list(anna, ben, query, expected):
    assert names(signed_in("owner").get(f"/customers?{query}")) == expected


def test_each_filter_is_a_chip_that_leads_to_the_list_without_it(anna):
    page = text(signed_in("owner").get("/customers?spent_from=100&tag=regular&sort=name"))
    chips = re.findall(r'<a class="chip" href="([^"]+)">([^<]+)<', page)
    assert [(href.replace("&amp;", "&"), told) for href, told in chips] == [
        ("?tag=regular&sort=name", "Spent from Ksh100.00"),
        ("?spent_from=100&sort=name", "Tag regular"),
    ]


def test_a_filter_that_cannot_be_read_says_so_in_place(anna):
    answer = signed_in("owner").get("/customers?spent_from=lots&last_order_from=soon")
    assert answer.status_code == 422
    assert "&quot;lots&quot; is not an amount" in text(answer)
    assert "Enter a valid date." in text(answer)
    assert names(answer) == []


def test_columns_are_chosen_and_remembered(anna):
    client = signed_in("owner")
    page = text(client.get("/customers?column=email&column=tags"))
    assert cast.ANNA_EMAIL in page
    assert cast.ANNA_PHONE not in page
    assert cast.ANNA_EMAIL in text(client.get("/customers"))
    assert cast.ANNA_PHONE in text(client.get("/customers?columns=phone,nonsense"))


def test_more_customers_follow_with_and_without_a_script(people, monkeypatch):
    monkeypatch.setattr("regulars.web.pages.customers.PER_PAGE", 2)
    for name in ("Ann", "Bea", "Cho"):
        cast.person(name)
    client = signed_in("owner")
    page = client.get("/customers?sort=name")
    assert names(page) == ["Ann", "Bea"]
    following = re.search(r'<tr class="more">.*?href="([^"]+)"', text(page))[1].replace("&amp;", "&")
    rest = client.get(f"/customers{following}", **HTMX)
    assert names(rest) == ["Cho"]
    assert text(rest).lstrip().startswith("<tr>")
    whole = client.get(f"/customers{following}")
    assert names(whole) == ["Cho"]
    assert "Back to the beginning of the list" in text(whole)
    assert client.get("/customers?cursor=nonsense").status_code == 422


def test_the_count_comes_after_the_list(anna, ben):
    client = signed_in("owner")
    assert 'hx-get="/customers/count?tag=regular"' in text(client.get("/customers?tag=regular"))
    assert text(client.get("/customers/count?tag=regular", **HTMX)).strip() == "1 customer"
    assert "2 customers" in text(client.get("/customers/count"))
    assert signed_in("cashier").get("/customers/count").status_code == 403


@pytest.mark.parametrize(
    ("typed", "way"),
    [("Zoe Q", "name=Zoe+Q"), ("0733 1", "phone=0733+1"), ("zoe@example.org", "email=zoe%40example.org")],
)
@pytest.mark.parametrize("role", ["owner", "cashier"])
def test_who_is_not_found_can_be_added_as_typed(people, role, typed, way):
    client = signed_in(role)
    page = text(client.get("/customers", {"q": typed}))
    assert f'href="/customers/new?{way}"' in page
    assert f'value="{typed}"' in text(client.get(f"/customers/new?{way}"))
    assert "/customers/new" not in text(signed_in("auditor").get("/customers", {"q": typed}))


def test_what_is_typed_is_shown_as_text(people):
    page = text(signed_in("owner").get("/customers", {"q": "<script>alert(1)</script>"}))
    assert "<script>alert" not in page


def test_a_list_takes_as_many_queries_for_many_as_for_few(people, django_assert_max_num_queries):
    client = signed_in("owner")
    client.get("/customers")
    with django_assert_max_num_queries(12) as few:
        client.get("/customers?orders_to=5")
    for n in range(30):
        cast.person(f"Person {n}", phones=(f"07{n:08}",), tags=("x",))
    with django_assert_max_num_queries(16) as many:
        client.get("/customers?orders_to=5")
    # Three for what only rows have: phones and e-mails, addresses, tags; one for the rows.
    assert len(many) <= len(few) + 4


# The page of a customer


def test_a_page_holds_what_is_known(anna):
    note_add(anna, "Oat milk.", actor=OPERATOR, at=cast.NOW)
    page = text(signed_in("owner").get(f"/customers/{anna}"))
    for told in ("Anna Maria Okoth", "+254 712 345678", cast.ANNA_EMAIL, "regular", "Oat milk.", "Ksh1,050.00",
                 "Sale W-0003", "Caffè latte", "Westlands", "years old", 'id="spend-values"'):  # fmt: skip
        assert told in page, told


def test_hidden_and_absent_customers_answer_alike(anna, ben):
    manager = signed_in("manager")
    for path in ("", "/edit", "/card", "/timeline", "/deactivate"):
        hidden, absent = manager.get(f"/customers/{ben}{path}"), manager.get(f"/customers/987654{path}")
        assert (hidden.status_code, absent.status_code) == (404, 404), path
        assert _told(hidden, ben) == _told(absent, 987654)
    before = cast.everything()
    for path in ("/notes", "/consents", "/deactivate", "/activate", "/edit"):
        told = {"text": "Mine", "channel": "sms", "wording": "x", "answer": "yes"}
        assert manager.post(f"/customers/{ben}{path}", told).status_code == 404
    assert cast.everything() == before


def _told(answer, customer):
    """The words of a page, without the number of the customer."""
    page = re.sub(r"<[^>]+>", " ", text(answer).split("<main")[1])
    return re.sub(rf"\b{customer}\b", "N", page)


def test_only_those_with_the_right_open_a_profile(anna):
    path = f"/customers/{anna}"
    assert statuses(path) == dict.fromkeys(ALL, 200) | {"cashier": 403, "analyst": 403}
    assert statuses(f"{path}/timeline") == dict.fromkeys(ALL, 200) | {"cashier": 403, "analyst": 403}
    assert statuses(f"{path}/edit") == dict.fromkeys(ALL, 200) | {"cashier": 403, "analyst": 403, "auditor": 403}
    assert statuses(f"{path}/card") == dict.fromkeys(ALL, 200) | {"analyst": 403}
    auditor = text(signed_in("auditor").get(path))
    assert "Add note" not in auditor
    assert "/edit" not in auditor
    assert "Deactivate" not in auditor


def test_opening_a_profile_is_in_the_log(anna):
    signed_in("marketer").get(f"/customers/{anna}")
    assert AuditEntry.objects.filter(verb="sales.profile_open", subject_id=anna).count() == 1
    signed_in("marketer").get(f"/customers/{anna}/timeline?kind=sale", **HTMX)
    assert AuditEntry.objects.filter(verb="sales.timeline_open", subject_id=anna).count() == 1


def test_a_page_takes_as_many_queries_for_a_long_history_as_for_a_short_one(anna, django_assert_max_num_queries):
    client = signed_in("owner")
    client.get(f"/customers/{anna}")
    with django_assert_max_num_queries(_PAGE) as short:
        client.get(f"/customers/{anna}")
    cast.record(*(cast.sale(n, cast.line(f"SKU{n}"), customer={"phone": cast.ANNA_PHONE}) for n in range(20, 70)))
    for n in range(5):
        note_add(anna, f"Note {n}", actor=OPERATOR, at=cast.NOW + timedelta(minutes=n))
    with django_assert_max_num_queries(_PAGE) as long:
        client.get(f"/customers/{anna}")
    assert len(long) == len(short)


# Databases begin and lock in different ways: SQLite takes 30.
_PAGE = 33


def test_the_timeline_narrows_and_goes_on(anna, monkeypatch):
    monkeypatch.setattr("regulars.web.pages.customer.MOST_LISTED", 2)
    note_add(anna, "Oat milk.", actor=OPERATOR, at=cast.NOW)
    client = signed_in("owner")
    notes = text(client.get(f"/customers/{anna}/timeline?kind=note", **HTMX))
    assert ("Oat milk." in notes, "W-0001" in notes) == (True, False)
    first = text(client.get(f"/customers/{anna}/timeline?kind=sale", **HTMX))
    assert re.findall(r"Sale (W-\d+)", first) == ["W-0003", "W-0002"]
    older = re.search(r'href="([^"]+cursor=[^"]+)"', first)[1].replace("&amp;", "&")
    assert re.findall(r"Sale (W-\d+)", text(client.get(older, **HTMX))) == ["W-0001"]
    assert "<h1>" in text(client.get(older))


def test_a_note_is_added_and_an_empty_one_refused_in_place(anna):
    client = signed_in("manager")
    assert client.post(f"/customers/{anna}/notes", {"text": "Likes the window."}).status_code == 302
    page = text(client.get(f"/customers/{anna}"))
    assert "The note was added." in page
    assert "Likes the window." in page
    assert "Manager Wanjiku" in page
    refused = client.post(f"/customers/{anna}/notes", {"text": "x" * 10_001})
    assert refused.status_code == 422
    assert "write 1 to 10000 characters" in text(refused)
    assert len(customer_details(anna, visible_to=OPERATOR).notes) == 1


def test_an_answer_about_consent_is_recorded_with_its_wording(anna):
    client = signed_in("marketer")
    told = {"channel": "sms", "wording": "News by SMS?", "answer": "yes"}
    client.post(f"/customers/{anna}/consents", told)
    page = text(client.get(f"/customers/{anna}"))
    assert "News by SMS?" in page
    before = cast.everything()
    for wrong in (told | {"wording": " "}, told | {"answer": "perhaps"}, told | {"channel": "pigeon"}):
        answer = client.post(f"/customers/{anna}/consents", wrong)
        assert answer.status_code == 422
        assert wrong["wording"].strip() in text(answer)
    after = cast.everything()
    looks = [table for table in after if after[table] != before[table]]
    assert set(looks) <= {"access.AuditEntry", "access.AuditHead", "sessions.Session", "django_sessions.Session"}


def test_every_channel_of_consent_has_a_name():
    assert tuple(sorted(CHANNELS)) == CONSENT_CHANNELS


def test_a_customer_is_deactivated_after_asking_and_activated_again(anna):
    client = signed_in("manager")
    asked = text(client.get(f"/customers/{anna}/deactivate"))
    assert "keeps the history" in asked
    assert "Deactivate 1 customer" in asked
    assert names(client.get("/customers?q=okoth")) == ["Anna Maria Okoth"]
    client.post(f"/customers/{anna}/deactivate")
    assert names(client.get("/customers?q=okoth")) == []
    assert "deactivated" in text(client.get(f"/customers/{anna}"))
    client.post(f"/customers/{anna}/activate")
    assert names(client.get("/customers?q=okoth")) == ["Anna Maria Okoth"]


def test_what_changes_something_needs_the_token_of_its_form(anna):
    client = signed_in("owner")
    strict = visitor(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    before = cast.everything()
    for path in ("/customers/new", f"/customers/{anna}/edit", f"/customers/{anna}/notes", f"/customers/{anna}/consents",
                 f"/customers/{anna}/deactivate", f"/customers/{anna}/activate"):  # fmt: skip
        assert strict.post(path, {"text": "x", "name": "y"}).status_code == 403, path
    assert cast.everything() == before
    for path in (f"/customers/{anna}/notes", f"/customers/{anna}/consents", f"/customers/{anna}/activate"):
        assert client.get(path).status_code == 405


def test_the_card_shows_code_and_name_and_nothing_more(anna):
    code = customer_details(anna, visible_to=OPERATOR).details.code
    page = text(signed_in("cashier").get(f"/customers/{anna}/card"))
    assert code in page
    assert "Harbour Coffee" in page
    assert page.count("<svg") >= 2
    assert cast.ANNA_PHONE not in page
    assert " style=" not in page


# New ones and changes


def _form(**told):
    return {"name": "", "phone": [""], "email": [""]} | told


def test_a_customer_is_made_with_everything_that_is_kept(people):
    custom_field_create("Shoe size", kind="number", actor=OPERATOR, at=cast.NOW)
    page = text(signed_in("owner").get("/customers/new"))
    key = re.search(r'name="(custom-\d+)"', page)[1]
    told = _form(
        name="Zoe Quist", phone=["0733 123 456", "", "+44 20 7946 0958"], email=["Zoe@Example.org"], first_name="Zoe",
        last_name="Quist", birth_date="1999-02-03", gender="other", language="en", website="https://zoe.example",
        social="@zoe", tags="press, regular", code="Z-1", **{"shipping-street": "Bima Rd 2", "shipping-city": "Nairobi",
        key: "41"},
    )  # fmt: skip
    answer = signed_in("owner").post("/customers/new", told)
    made = int(answer["Location"].rsplit("/", 1)[1])
    details = customer_details(made, visible_to=OPERATOR).details
    assert details.phones == ("+254733123456", "+442079460958")
    assert details.emails == ("zoe@example.org",)
    assert (details.name, details.code, details.tags) == ("Zoe Quist", "Z-1", ("press", "regular"))
    assert (details.birth_date, details.gender, details.social) == (date(1999, 2, 3), "other", "@zoe")
    assert details.addresses == (AddressDetails(kind="shipping", street="Bima Rd 2", city="Nairobi"),)
    assert details.custom == (("Shoe size", "41"),)


def test_a_cashier_makes_a_customer_and_is_shown_the_card(people):
    answer = signed_in("cashier").post("/customers/new", _form(name="Zoe"))
    assert re.fullmatch(r"/customers/\d+/card", answer["Location"])
    for role in ("analyst", "auditor"):
        assert signed_in(role).get("/customers/new").status_code == 403


@pytest.mark.parametrize(
    ("told", "sentence", "field"),
    [
        ({"phone": ["12"]}, "&quot;12&quot; is no phone number", 'aria-describedby="wrong-phone"'),
        ({"email": ["zoe@"]}, "&quot;zoe@&quot; is no e-mail address", 'aria-describedby="wrong-email"'),
        ({"birth_date": "3000-01-01"}, "cannot be the birth date", 'id="d-birth_date_error"'),
        ({"birth_date": "soon"}, "Enter a valid date.", 'id="d-birth_date_error"'),
        ({"code": "a b"}, "is no customer code", 'id="d-code_error"'),
        ({"code": "C-1"}, "belongs to another customer", 'id="d-code_error"'),
        ({"delivery-postcode": "x" * 21}, "cannot be the postcode", 'id="d-delivery-postcode_error"'),
        ({"tags": "x" * 65}, "cannot be the tag", 'id="d-tags_error"'),
    ],
)
def test_what_is_refused_is_told_beside_its_field_and_nothing_typed_is_lost(people, told, sentence, field):
    cast.person("Other", code="C-1")
    before = cast.everything()
    answer = signed_in("owner").post("/customers/new", _form(name="Zoe Quist", social="@zoe", **told))
    page = text(answer)
    assert answer.status_code in (409, 422)
    assert sentence in page
    assert field in page
    assert 'value="Zoe Quist"' in page
    assert 'value="@zoe"' in page
    after = cast.everything()
    assert {table for table in after if after[table] != before[table]} <= _OF_SIGNING_IN


_OF_SIGNING_IN = {"access.AuditEntry", "access.AuditHead", "access.Person", "sessions.Session"}


def test_somebody_with_the_same_phone_is_shown_before_another_is_made(anna):
    client = signed_in("cashier")
    hint = text(client.get("/customers/new/doubles", {"phone": "0712 345 678"}))
    assert "Open Anna Maria Okoth" in hint
    assert cast.ANNA_PHONE not in hint
    asked = client.post("/customers/new", _form(name="Anna's son", phone=["0712345678"]))
    assert asked.status_code == 409
    assert "This is somebody else: add" in text(asked)
    made = client.post("/customers/new", _form(name="Anna's son", phone=["0712345678"], other="1"))
    assert made.status_code == 302
    assert text(client.get("/customers/new/doubles", {"phone": "0733000000", "email": "x"})).strip() == ""


def test_a_double_out_of_reach_is_not_told_of(ben):
    assert "Ben" not in text(signed_in("cashier").get("/customers/new/doubles", {"phone": cast.BEN_PHONE}))


def test_a_customer_is_edited_and_what_is_not_touched_stays(anna):
    client = signed_in("manager")
    page = text(client.get(f"/customers/{anna}/edit"))
    assert 'value="+254 712 345678"' in page
    before = customer_details(anna, visible_to=OPERATOR).details
    told = _form(name="Anna M. Okoth", phone=["+254 712 345678"], email=[cast.ANNA_EMAIL], tags="regular",
                 birth_date="1990-05-01", gender="female", code=before.code)  # fmt: skip
    assert client.post(f"/customers/{anna}/edit", told)["Location"] == f"/customers/{anna}"
    after = customer_details(anna, visible_to=OPERATOR).details
    assert [name for name in type(after).__slots__ if getattr(before, name) != getattr(after, name)] == ["name"]


# What draws


def test_the_script_that_draws_may_be_kept_for_good_and_runs_no_text(people):
    page = text(signed_in("owner").get(f"/customers/{cast.person('Zoe')}"))
    address = re.search(r'(/charts/[^"]+\.js)"', page + '"')
    address = address[1] if address else None
    assert address is None  # nothing happened yet, nothing is drawn
    assert visitor().get("/charts/0.0.js").status_code == 404
    spec = visitor().get("/charts/timeline.json")
    assert spec["Cache-Control"] == "public, max-age=3600"
    assert spec.json()["$schema"].startswith("https://vega.github.io/schema/vega-lite/")
    assert visitor().get("/charts/nonsense.json").status_code == 404


@pytest.mark.parametrize("hours", [[12], [12, 15], [12, 36], [12, 5000]])
def test_the_strip_of_a_life_tells_days_and_never_times(hours):
    """Also of one order, whose axis has no length."""
    import vl_convert

    spec = visitor().get("/charts/timeline.json").json()
    spec["datasets"] = {
        "values": [
            {"at": f"{cast.NOW + timedelta(hours=n, seconds=38):%Y-%m-%dT%H:%M:%SZ}", "kind": "sale", "amount": 350}
            for n in hours
        ]
    }
    drawing = vl_convert.vegalite_to_svg(spec | {"width": 600})
    labels = re.findall(r">([^<>]+)</text>", drawing)
    assert labels
    assert all(re.fullmatch(r"\d{1,2} [A-Z][a-z]{2}|[A-Z][a-z]{2}|\d{4}", label) for label in labels), labels


def test_roles_are_those_of_the_house():
    assert set(ALL) == {role.value for role in Role if role not in (Role.REGISTER, Role.CUSTOMER)}
