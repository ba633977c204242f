"""What customers see of themselves, and what they decide: their own, and nothing of anybody else."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from regulars.access.customer_sign_in import customer_actor
from regulars.access.models import AuditEntry, TillCode
from regulars.access.rules import OPERATOR, REGISTER
from regulars.access.till_codes import till_code_look
from regulars.balances.rules import EarningRule, PolicyTerms
from regulars.balances.services import credit_adjust, points_adjust, policy_set
from regulars.customers.models import Customer, Identity
from regulars.customers.selectors import customer_details
from regulars.customers.services import customer_edit, note_add
from regulars.offers.engine.terms import WHOLE, Kind, Level, Target
from regulars.privacy.models import ConsentEntry, PrivacyRequest
from regulars.segments.services import tier_set_save
from tests import cast
from tests.access.postbox import POSTBOX, code_in, messages_taken
from tests.checkout.counter import offer, stocked
from tests.web.carding import carded, code_asked, typed_in
from tests.web.visiting import signed_in, visitor

pytestmark = pytest.mark.django_db
TODAY = cast.NOW.date()


@pytest.fixture(autouse=True)
def posted(people, noon, settings):
    settings.SENDERS = {"phone": POSTBOX, "email": POSTBOX}
    messages_taken()


@pytest.fixture
def me(anna):
    """Anna, on her card."""
    return carded()


@pytest.fixture
def policy(people):
    """A point for each shilling, worth 10 cents, spent from 100 on."""
    terms = PolicyTerms(
        rules=(EarningRule(name="Each shilling", points=1, per=100),), point_value_milli=10_000,
        least_points_redeemed=100, expires_after_days=365,
    )  # fmt: skip
    policy_set(terms, starts_on=TODAY - timedelta(days=400), actor=OPERATOR, at=cast.NOW)


def page(client, path, status=200):
    answer = client.get(path)
    assert answer.status_code == status, answer.content.decode()
    return answer.content.decode()


def test_the_card_shows_the_code_as_a_till_scans_it(me, anna):
    text = page(me, "/card/")
    assert Customer.objects.get(id=anna).code in text
    assert text.count('role="img"') == 2


def test_points_that_expire_on_many_days_leave_room_for_the_rest(anna, policy):
    for n in range(10):
        points_adjust(anna, 5, reason="x", reference=str(n), actor=OPERATOR, at=cast.NOW - timedelta(days=n))
    shown, _summary, later = page(carded(), "/card/points").partition("2 later days")
    days = [re.findall(r"until (\d+ Nov) 2027", each) for each in (shown, later)]
    assert days == [[f"{day} Nov" for day in range(12, 20)], ["20 Nov", "21 Nov"]]


def test_the_card_shows_points_credit_and_what_is_missing_to_the_next_tier(anna, policy):
    tier_set_save("Loyalty", "Standard: spent < 2000; Gold: spent >= 2000", actor=OPERATOR, at=cast.NOW)
    points_adjust(anna, 1234, reason="a complaint", reference="1", actor=OPERATOR, at=cast.NOW)
    credit_adjust(anna, 50_00, reason="a complaint", reference="1", expires_on=TODAY, actor=OPERATOR, at=cast.NOW)
    text = page(carded(), "/card/")
    for told in ("1,234", "worth Ksh123.40", "Ksh50.00", "Standard", "<b>950.00 KES</b> to Gold"):
        assert told in text, told
    schedule = page(carded(), "/card/points")
    assert "Points that expire" in schedule
    assert "until 21 Nov 2027" in schedule
    assert "Corrected by the shop" in schedule
    # Why the team did it is not for the customer's eyes.
    assert "complaint" not in schedule


def test_the_receipts_are_the_customers_own_and_no_others(me, ben):
    text = page(me, "/card/receipts")
    assert text.count("/card/receipts/") == 3
    receipt = page(me, f"/card/receipts/{cast.uid(1)}")
    assert "Caffè latte" in receipt
    missing = page(me, f"/card/receipts/{cast.uid(77)}", 404)
    others = page(me, f"/card/receipts/{cast.uid(9)}", 404)
    assert missing.replace(str(cast.uid(77)), "UID") == others.replace(str(cast.uid(9)), "UID")


def test_older_receipts_are_a_page_further(anna):
    cast.record(*(cast.sale(n, customer={"phone": cast.ANNA_PHONE}) for n in range(20, 45)))
    client = carded()
    first = client.get("/card/receipts")
    assert first.content.decode().count("/card/receipts/") == 20
    older = client.get("/card/receipts", {"cursor": first.context["page"].next_cursor}).content.decode()
    assert older.count("/card/receipts/") == 8
    assert client.get("/card/receipts", {"cursor": "%%%"}).status_code == 422


def test_nothing_the_team_thinks_of_somebody_is_on_their_card(anna):
    note_add(anna, "Haggles over everything.", actor=OPERATOR, at=cast.NOW)
    assert customer_details(anna, visible_to=customer_actor(anna)).notes == ()
    before = customer_details(anna, visible_to=OPERATOR).details
    customer_edit(anna, replace(before, tags=("difficult",)), country="KE", actor=OPERATOR, at=cast.NOW, today=TODAY)
    client = carded()
    for path in ("/card/", "/card/points", "/card/offers", "/card/me", "/card/details", "/card/consents", "/card/data",
                 "/card/receipts", f"/card/receipts/{cast.uid(1)}"):  # fmt: skip
        text = page(client, path)
        assert "Haggles" not in text
        assert "difficult" not in text


def test_an_offer_calls_its_products_by_their_names_and_not_by_their_skus(me):
    stocked()
    goods = Target(skus=("LATTE", "NOSUCH"))
    offer("Three for two", kind=Kind.BUY_X_GET_Y, level=Level.ITEM, percent_milli=WHOLE, buy=2, get=1, target=goods)
    text = page(me, "/card/offers")
    assert "Latte" in text
    assert "LATTE" not in text
    assert "NOSUCH" in text


def test_a_customer_changes_their_own_details_and_keeps_what_is_not_theirs_to_see(anna):
    before = customer_details(anna, visible_to=OPERATOR).details
    kept = replace(before, tags=("regular",), first_name="Anna", last_name="Okoth", gender="female", birth_date=None)
    customer_edit(anna, kept, country="KE", actor=OPERATOR, at=cast.NOW, today=TODAY)
    client = carded()
    told = {"name": "Anna Wanjiku", "birth_date": "1990-04-01", "billing-street": "Moi Avenue 7",
            "billing-city": "Nairobi", "billing-country": "Kenya"}  # fmt: skip
    answer = client.post("/card/details", told)
    assert (answer.status_code, answer["Location"]) == (302, "/card/details?said=details")
    after = customer_details(anna, visible_to=OPERATOR).details
    assert (after.name, after.first_name, after.last_name) == ("Anna Wanjiku", "", "")
    assert (after.tags, after.gender, after.code, after.phones) == (("regular",), "female", before.code, before.phones)
    assert str(after.birth_date) == "1990-04-01"
    assert (after.addresses[0].street, after.addresses[0].country) == ("Moi Avenue 7", "KE")
    assert AuditEntry.objects.filter(verb="customers.customer_edit").order_by("-n").first().actor == f"customer:{anna}"
    # Presents hang on it: it is given once.
    client.post("/card/details", told | {"birth_date": "1990-11-22"})
    assert customer_details(anna, visible_to=OPERATOR).details == after


def test_what_cannot_be_is_said_beside_the_field_and_changes_nothing(me):
    before = cast.everything()
    for wrong in (
        {"name": ""},
        {"name": "Anna", "birth_date": "1820-01-01"},
        {"name": "Anna", "billing-city": "x" * 150},
    ):
        answer = me.post("/card/details", wrong)
        assert answer.status_code == 422
        assert answer.content.decode().count("errorlist") == 1
    assert cast.everything() == before


def test_a_contact_is_added_once_it_was_proven_and_the_old_one_hears_of_it(me, anna):
    answer = me.post("/card/contacts", {"contact": "0733 999 888"})
    assert answer["Location"] == "/card/code"
    [(to, text)] = messages_taken()
    assert to == "+254733999888"
    assert not Identity.objects.filter(value=to).exists()
    answer = me.post("/card/code", {"code": code_in(text)})
    assert answer["Location"] == "/card/details?said=contact-added"
    assert Identity.objects.get(value=to).customer_id == anna
    assert messages_taken() == [
        (
            cast.ANNA_PHONE,
            "A phone or e-mail was added to your card at Harbour Coffee. If that was not you, tell the shop.",
        )
    ]
    assert "+254 733 999888" in page(me, "/card/details")


def test_a_contact_is_added_to_no_other_card_than_where_it_was_asked_for(me, anna, ben):
    me.post("/card/contacts", {"contact": "0733 999 888"})
    [(_to, text)] = messages_taken()
    asked = me.cookies["regulars_card_asked"].value
    other = carded(cast.BEN_PHONE)
    other.cookies["regulars_card_asked"] = asked
    assert other.post("/card/code", {"code": code_in(text)})["Location"] == "/card/sign-in"
    assert not Identity.objects.filter(value="+254733999888").exists()


def test_a_contact_is_removed_but_not_the_one_that_was_used_to_come_in(me, anna):
    me.post("/card/contacts/remove", {"kind": "phone", "value": cast.ANNA_PHONE})
    assert Identity.objects.filter(value=cast.ANNA_PHONE).exists()
    me.post("/card/contacts/remove", {"kind": "email", "value": cast.ANNA_EMAIL})
    assert not Identity.objects.filter(value=cast.ANNA_EMAIL).exists()
    before = cast.everything()
    me.post("/card/contacts/remove", {"kind": "code", "value": Customer.objects.get(id=anna).code})
    assert cast.everything() == before


def test_consent_is_given_and_withdrawn_with_the_words_that_were_read(me, anna):
    text = page(me, "/card/consents")
    assert text.count("not asked yet") == 5
    mark = typed_in(text, "words")
    me.post("/card/consents", {"channel": "sms", "answer": "yes", "words": mark})
    me.post("/card/consents", {"channel": "sms", "answer": "no"})
    said = ConsentEntry.objects.order_by("id").values_list("customer_id", "channel", "is_given", "wording", "place")
    words = "Harbour Coffee may send me offers and news by SMS, until I say stop."
    assert list(said) == [(anna, "sms", True, words, "my card"), (anna, "sms", False, words, "my card")]
    before = cast.everything()
    answer = me.post("/card/consents", {"channel": "sms", "answer": "yes", "words": "other words"})
    assert answer.status_code == 422
    assert me.post("/card/consents", {"channel": "telepathy", "answer": "no"}).status_code == 422
    assert me.post("/card/consents", {"channel": "sms", "answer": "perhaps", "words": mark}).status_code == 422
    assert cast.everything() == before


def test_data_and_deletion_are_asked_for_once_and_can_be_withdrawn(me, anna):
    for _n in range(2):
        assert me.post("/card/data", {"kind": "erasure"})["Location"] == "/card/data?said=request"
    [request] = PrivacyRequest.objects.all()
    assert (request.customer_id, request.kind, request.due_on, request.outcome) == (
        anna, "erasure", TODAY + timedelta(days=30), ""
    )  # fmt: skip
    assert "you have an answer by" in page(me, "/card/data")
    assert me.post("/card/data", {"kind": "everything"}).status_code == 422
    me.post(f"/card/data/{request.id}/withdraw")
    request.refresh_from_db()
    assert (request.outcome, request.closed_by) == ("withdrawn", f"customer:{anna}")
    assert me.post(f"/card/data/{request.id}/withdraw").status_code == 302


def test_nobody_withdraws_anothers_request(me, ben):
    carded(cast.BEN_PHONE).post("/card/data", {"kind": "export"})
    request = PrivacyRequest.objects.get()
    before = cast.everything()
    assert me.post(f"/card/data/{request.id}/withdraw").status_code == 404
    assert cast.everything() == before


def test_the_owner_sees_who_waits_and_says_what_became_of_it(me, anna):
    me.post("/card/data", {"kind": "export"})
    request = PrivacyRequest.objects.get()
    owner = signed_in("owner")
    text = page(owner, "/privacy")
    assert "Anna Maria Okoth" in text
    assert "their data" in text
    assert 'href="/privacy"' in page(owner, "/settings")
    auditor = signed_in("auditor")
    assert f"/privacy/{request.id}" not in page(auditor, "/privacy")
    assert auditor.post(f"/privacy/{request.id}", {"outcome": "done"}).status_code == 403
    for role in ("manager", "cashier", "marketer", "analyst"):
        assert signed_in(role).get("/privacy").status_code == 403
    assert owner.post(f"/privacy/{request.id}", {"outcome": "forgotten"}).status_code == 422
    assert owner.post(f"/privacy/{request.id}", {"outcome": "done"})["Location"] == "/privacy"
    assert owner.post(f"/privacy/{request.id}", {"outcome": "refused"}).status_code == 409
    assert PrivacyRequest.objects.get().outcome == "done"
    assert "done" in page(me, "/card/data")


def test_points_are_paid_with_by_a_code_that_the_till_looks_up(anna, policy):
    points_adjust(anna, 500, reason="a present", reference="1", actor=OPERATOR, at=cast.NOW)
    client = carded()
    assert "500 points" in page(client, "/card/redeem")
    answer = client.post("/card/redeem", {"points": 120})
    text = answer.content.decode()
    assert answer.status_code == 200
    [code] = [answer.context["code"]]
    assert code in text
    assert "120 points" in text
    assert "12.00" in text
    assert till_code_look(code, actor=REGISTER, at=cast.NOW)[:2] == (anna, 120)
    before = cast.everything()
    for wrong in (99, 501, -1, "x", ""):
        assert client.post("/card/redeem", {"points": wrong}).status_code == 422
    assert cast.everything() == before


def test_who_has_too_few_points_is_shown_no_code(anna, policy):
    points_adjust(anna, 99, reason="a present", reference="1", actor=OPERATOR, at=cast.NOW)
    client = carded()
    assert "Points can be spent from 100 on." in page(client, "/card/redeem")
    assert client.post("/card/redeem", {"points": 99}).status_code == 200
    assert not TillCode.objects.exists()


def test_without_a_policy_nothing_is_spent(me):
    assert "<form" not in page(me, "/card/redeem").split("<main")[1]
    assert "Nothing yet" in page(me, "/card/points")


def test_a_page_asks_as_few_questions_for_any_history(anna):
    client = carded()
    counted = {}
    paths = ("/card/", "/card/receipts", "/card/points", f"/card/receipts/{cast.uid(1)}")
    for round_ in range(3):
        for path in paths:
            with CaptureQueriesContext(connection) as queries:
                page(client, path)
            counted.setdefault(path, []).append(len(queries))
        cast.record(*(cast.sale(n + round_ * 40, customer={"phone": cast.ANNA_PHONE}) for n in range(100, 140)))
    # The first round may still write that the session is in use.
    assert [told[1] == told[2] for told in counted.values()] == [True] * len(paths), counted
    assert max(told[2] for told in counted.values()) <= 25


def test_the_way_to_a_card_is_drawn_for_whoever_opens_profiles(people):
    text = page(signed_in("cashier"), "/join-code")
    assert "http://localhost/card/join" in text
    assert signed_in("analyst").get("/join-code").status_code == 403
    assert visitor().get("/join-code")["Location"].startswith("/sign-in")


def test_the_frame_says_what_was_refused(me):
    text = page(me, f"/card/receipts/{cast.uid(77)}", 404)
    assert 'href="/card/"' in text
    assert "own-main" in text
    assert code_asked(visitor(), "0733 999 888")
