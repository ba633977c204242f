"""How customers come in: by a code, into the card that is theirs, and nobody learns who else has one."""

import re

import pytest
from django.conf import settings as configured
from django.db import connection
from django.test.utils import CaptureQueriesContext

from regulars.access.models import ContactCode, CustomerSession
from regulars.access.rules import OPERATOR
from regulars.customers.details import CustomerDetails
from regulars.customers.models import Customer, Identity
from regulars.customers.services import customer_deactivate, customer_edit
from regulars.privacy.models import ConsentEntry
from regulars.web.pages import card, card_details, card_points, card_sign_in
from regulars.web.rules import CARD, CARD_PUBLIC
from tests import cast
from tests.access.postbox import POSTBOX, code_in, messages_taken
from tests.web.carding import COOKIE, carded, code_asked, typed_in
from tests.web.visiting import signed_in, visitor

pytestmark = pytest.mark.django_db
PAGES = [*card.urlpatterns, *card_sign_in.urlpatterns, *card_points.urlpatterns, *card_details.urlpatterns]
UNKNOWN = "+254 733 999 888"
WORDS = "Harbour Coffee may send me offers and news by e-mail, until I say stop."


@pytest.fixture(autouse=True)
def posted(people, noon, settings):
    settings.SENDERS = {"phone": POSTBOX, "email": POSTBOX}
    messages_taken()


def joined(client, name="Chidi Obi", contact=UNKNOWN, agreed=(), **more):
    """The code that came to whoever wants a card."""
    words = typed_in(client.get("/card/join").content.decode(), "words")
    told = {"name": name, "contact": contact, "agreed": agreed, "words": words, **more}
    answer = client.post("/card/join", told)
    assert (answer.status_code, answer["Location"]) == (302, "/card/code"), answer.content.decode()
    [(_to, text)] = messages_taken()
    return code_in(text)


def heading(answer):
    return re.search(r"<h1>(.*?)</h1>", answer.content.decode()).group(1).strip()


def neutral(answer, contact):
    """The answer without what was typed and without what differs by chance."""
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", answer.content.decode())
    headers = sorted((name, value) for name, value in answer.headers.items() if name != "Content-Length")
    return answer.status_code, page.replace(contact, "CONTACT"), headers, sorted(answer.cookies)


def test_a_customer_comes_in_with_the_code_that_was_sent(anna):
    client = visitor()
    code = code_asked(client, "0712 345 678")
    page = client.get("/card/code")
    assert "+254 712 345678" in page.content.decode()
    answer = client.post("/card/code", {"code": code})
    assert (answer.status_code, answer["Location"]) == (302, "/card/")
    cookie = client.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/card/")
    # No session of the team's kind is begun for a customer.
    assert "regulars_session" not in client.cookies
    assert heading(client.get("/card/")) == "Anna Maria Okoth"


def test_the_code_in_an_e_mail_does_too(anna):
    assert heading(carded("Anna@Example.org").get("/card/")) == "Anna Maria Okoth"


def test_the_message_names_the_shop_and_how_long_the_code_is_good(anna):
    visitor().post("/card/sign-in", {"contact": cast.ANNA_PHONE})
    [(to, text)] = messages_taken()
    assert to == cast.ANNA_PHONE
    assert re.sub(r"\d{6}", "N", text) == "N is your code for your card at Harbour Coffee. It is good for 10 minutes."


@pytest.mark.parametrize("path", ["/card/sign-in", "/card/join"])
def test_known_and_unknown_contacts_are_answered_alike_by_the_same_work(path, anna):
    told, sent = [], []
    words = typed_in(visitor().get("/card/join").content.decode(), "words")
    code_asked(visitor(), "+254 700 000 001")
    for contact in (cast.ANNA_PHONE, "+254733999888"):
        client = visitor()
        form = {"contact": contact, "name": "Anna Maria Okoth", "words": words, "agreed": ["sms"]}
        with CaptureQueriesContext(connection) as queries:
            answer = client.post(path, form)
        sql = [re.sub(r"'[^']*'|[0-9a-f]{32,}", "V", each["sql"]) for each in queries.captured_queries]
        shown = client.get("/card/code")
        wrong = client.post("/card/code", {"code": "000 00x"})
        cookie = client.cookies["regulars_card_asked"]
        told.append((
            neutral(answer, contact), neutral(shown, f"+254 {contact[4:7]} {contact[7:]}"),
            neutral(wrong, f"+254 {contact[4:7]} {contact[7:]}"), [each for each in sql if "SAVEPOINT" not in each],
            cookie["max-age"],
        ))  # fmt: skip
        sent.append([re.sub(r"\d{6}", "N", text) for _to, text in messages_taken()])
    assert told[0] == told[1]
    assert sent[0] == sent[1]
    assert len(sent[0]) == 1


def test_what_is_no_contact_is_refused_beside_the_field_and_nothing_is_sent(anna):
    before = cast.everything()
    for typed in ("07-nonsense", "anna@", "x" * 254, "\x00"):
        answer = visitor().post("/card/sign-in", {"contact": typed})
        assert (answer.status_code, answer.content.decode().count("errorlist")) == (422, 1), typed
    assert (messages_taken(), cast.everything()) == ([], before)


def test_a_wrong_code_is_refused_and_after_five_the_right_one_too(anna):
    client = visitor()
    code = code_asked(client)
    for _n in range(5):
        answer = client.post("/card/code", {"code": f"{(int(code) + 1) % 1_000_000:06}"})
        assert answer.status_code == 403
        assert "The code is not right, or is no longer good." in answer.content.decode()
    assert client.post("/card/code", {"code": code}).status_code == 403
    assert COOKIE not in client.cookies
    assert client.get("/card/").status_code == 302


def test_a_code_is_of_no_use_in_another_browser(anna):
    code = code_asked(visitor())
    other = visitor()
    assert other.post("/card/code", {"code": code})["Location"] == "/card/sign-in"
    code_asked(other)
    assert other.post("/card/code", {"code": code}).status_code == 403


def test_whoever_asks_too_often_waits(anna):
    for _n in range(5):
        code_asked(visitor())
    answer = visitor().post("/card/sign-in", {"contact": cast.ANNA_PHONE})
    assert answer.status_code == 429
    assert "Too many tries. Wait 60 minutes, then try again." in answer.content.decode()
    assert messages_taken() == []


def test_without_a_session_every_page_leads_to_the_sign_in(anna):
    client = visitor()
    uid = str(cast.uid(1))
    before = cast.everything()
    for pattern in PAGES:
        address = "/" + str(pattern.pattern).replace("<uuid:uid>", uid).replace("<int:request_id>", "1")
        if pattern.name in CARD:
            for method in (client.get, client.post):
                answer = method(address)
                assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/card/sign-in"), address
    assert {pattern.name for pattern in PAGES} == CARD | CARD_PUBLIC
    assert cast.everything() == before


def test_a_customer_is_nobody_of_the_team_and_the_team_is_no_customer(anna):
    client = carded()
    secret = client.cookies[COOKIE].value
    # The same secret, wherever it is tried.
    client.cookies["regulars_session"] = secret
    for address in ("/", "/customers", f"/customers/{anna}", "/sales", "/settings", "/privacy", "/join-code"):
        answer = client.get(address)
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/sign-in"), address
    assert client.get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"}).status_code == 401
    owner = signed_in("owner")
    owner.cookies[COOKIE] = owner.cookies["regulars_session"].value
    assert owner.get("/card/")["Location"] == "/card/sign-in"


def test_both_at_once_are_two_people_in_one_browser(anna):
    owner = signed_in("owner")
    code = code_asked(owner)
    owner.post("/card/code", {"code": code})
    assert heading(owner.get("/card/")) == "Anna Maria Okoth"
    assert owner.get("/settings").status_code == 200
    owner.post("/card/sign-out")
    assert owner.get("/card/").status_code == 302
    assert owner.get("/settings").status_code == 200


def test_the_session_is_another_one_at_each_step(anna):
    cast.person("Otieno Okoth", phones=(cast.ANNA_PHONE,))
    client = visitor()
    client.cookies[COOKIE] = "set by somebody else"
    client.post("/card/code", {"code": code_asked(client)})
    unchosen = client.cookies[COOKIE].value
    assert unchosen != "set by somebody else"
    client.post("/card/choose", {"card": anna})
    chosen = client.cookies[COOKIE].value
    assert chosen != unchosen
    stale = visitor()
    stale.cookies[COOKIE] = unchosen
    assert stale.get("/card/")["Location"] == "/card/sign-in"
    client.post("/card/sign-out")
    stale.cookies[COOKIE] = chosen
    assert stale.get("/card/")["Location"] == "/card/sign-in"
    assert CustomerSession.objects.count() == 0


def test_whoever_was_on_the_way_somewhere_lands_there_and_never_outside(anna):
    receipt = f"/card/receipts/{cast.uid(1)}"
    assert visitor().get(receipt)["Location"] == f"/card/sign-in?next=%2Fcard%2Freceipts%2F{cast.uid(1)}"
    client = visitor()
    answer = client.post("/card/code", {"code": code_asked(client, next=receipt)})
    assert answer["Location"] == receipt
    for elsewhere in ("//evil.example/card/", "https://evil.example/", "/settings", "/card/../settings", "/card/\\x"):
        client = visitor()
        code = code_asked_later(client, elsewhere)
        assert client.post("/card/code", {"code": code})["Location"] == "/card/", elsewhere


def code_asked_later(client, elsewhere):
    """As if in another hour: one contact gets few codes."""
    ContactCode.objects.all().delete()
    return code_asked(client, next=elsewhere)


def test_a_household_chooses_among_its_cards(anna):
    otieno = cast.person("Otieno Okoth", phones=(cast.ANNA_PHONE,))
    client = visitor()
    answer = client.post("/card/code", {"code": code_asked(client)})
    assert answer["Location"] == "/card/choose"
    assert client.get("/card/")["Location"] == "/card/choose"
    page = client.get("/card/choose").content.decode()
    assert "Anna Maria Okoth" in page
    assert "Otieno Okoth" in page
    answer = client.post("/card/choose", {"card": otieno})
    assert answer["Location"] == "/card/"
    assert heading(client.get("/card/")) == "Otieno Okoth"
    # And goes over to another without a new code.
    client.post("/card/choose", {"card": anna})
    assert heading(client.get("/card/")) == "Anna Maria Okoth"


def test_nobody_chooses_a_card_that_the_contact_does_not_lead_to(anna, ben):
    client = carded()
    before = cast.everything()
    for chosen in (ben, 99_999, "x"):
        assert client.post("/card/choose", {"card": chosen})["Location"] == "/card/choose"
    assert cast.everything() == before
    assert heading(client.get("/card/")) == "Anna Maria Okoth"


def test_a_session_ends_when_the_contact_is_no_longer_the_customers(anna):
    client = carded()
    details = CustomerDetails(name="Anna Maria Okoth", phones=("0733 111 222",))
    customer_edit(anna, details, country="KE", actor=OPERATOR, at=cast.NOW, today=cast.NOW.date())
    assert client.get("/card/")["Location"] == "/card/sign-in"
    assert CustomerSession.objects.count() == 0


def test_a_session_ends_when_the_customer_is_deactivated(anna):
    client = carded()
    customer_deactivate(anna, actor=OPERATOR, at=cast.NOW)
    assert client.get("/card/")["Location"] == "/card/sign-in"


def test_who_has_no_card_makes_one_after_the_contact_was_proven(anna):
    client = visitor()
    answer = client.post("/card/code", {"code": code_asked(client, UNKNOWN)})
    assert answer["Location"] == "/card/choose"
    page = client.get("/card/choose").content.decode()
    assert "leads to no card yet" in page
    told = {"name": "Chidi Obi", "words": typed_in(page, "words"), "agreed": ["sms"]}
    assert client.post("/card/choose", told)["Location"] == "/card/?said=joined"
    made = Customer.objects.get(name="Chidi Obi")
    assert (made.source, made.birth_date) == ("self", None)
    assert list(Identity.objects.filter(customer=made, kind="phone").values_list("value", flat=True)) == [
        "+254733999888"
    ]


def test_joining_makes_a_card_with_what_was_agreed_to_as_evidence():
    client = visitor()
    code = joined(client, contact="chidi@example.org", birth_date="1990-04-01", agreed=["email"])
    assert not Customer.objects.exists()
    answer = client.post("/card/code", {"code": code})
    assert answer["Location"] == "/card/?said=joined"
    made = Customer.objects.get()
    assert (made.name, made.source, str(made.birth_date)) == ("Chidi Obi", "self", "1990-04-01")
    [entry] = ConsentEntry.objects.all()
    assert (entry.customer_id, entry.channel, entry.is_given, entry.wording, entry.place, entry.at) == (
        made.id, "email", True, WORDS, "my card", cast.NOW
    )  # fmt: skip
    assert "Welcome." in client.get(answer["Location"]).content.decode()


def test_what_was_not_ticked_is_not_agreed_to():
    client = visitor()
    client.post("/card/code", {"code": joined(client)})
    assert not ConsentEntry.objects.exists()


def test_whoever_was_shown_other_words_reads_again():
    client = visitor()
    before = cast.everything()
    told = {"name": "Chidi Obi", "contact": UNKNOWN, "agreed": ["email"], "words": "0123456789abcdef"}
    answer = client.post("/card/join", told)
    assert answer.status_code == 422
    assert "The wording has changed meanwhile." in answer.content.decode()
    assert (messages_taken(), cast.everything()) == ([], before)


def test_what_cannot_be_is_refused_before_a_code_is_sent():
    client = visitor()
    before = cast.everything()
    words = typed_in(client.get("/card/join").content.decode(), "words")
    fine = {"name": "Chidi", "contact": UNKNOWN, "words": words}
    for wrong in ({"name": ""}, {"name": "x" * 201}, {"birth_date": "1890-01-01"}, {"birth_date": "2031-01-01"},
                  {"birth_date": "x"}, {"contact": "07-no"}, {"agreed": ["telepathy"]}, {"name": "a\x00b"}):  # fmt: skip
        assert client.post("/card/join", fine | wrong).status_code == 422, wrong
    assert (messages_taken(), cast.everything()) == ([], before)


def test_who_joins_with_a_phone_that_has_a_card_is_led_to_it_and_keeps_what_was_agreed(anna):
    client = visitor()
    answer = client.post("/card/code", {"code": joined(client, "anna maria okoth", cast.ANNA_PHONE, ["sms"])})
    assert answer["Location"] == "/card/"
    assert Customer.objects.count() == 1
    assert ConsentEntry.objects.get().customer_id == anna


def test_who_joins_under_another_name_chooses_or_makes_a_card_of_their_own(anna):
    client = visitor()
    answer = client.post("/card/code", {"code": joined(client, "Otieno Okoth", cast.ANNA_PHONE, ["sms"])})
    assert answer["Location"] == "/card/choose"
    page = client.get("/card/choose").content.decode()
    assert 'value="Otieno Okoth"' in page
    assert not ConsentEntry.objects.exists()
    told = {"name": "Otieno Okoth", "words": typed_in(page, "words"), "agreed": ["sms"]}
    client.post("/card/choose", told)
    made = Customer.objects.get(name="Otieno Okoth")
    assert set(Identity.objects.filter(value=cast.ANNA_PHONE).values_list("customer_id", flat=True)) == {anna, made.id}
    assert ConsentEntry.objects.get().customer_id == made.id


def test_a_card_is_made_once_however_often_the_form_is_sent():
    client = visitor()
    client.post("/card/code", {"code": code_asked(client, UNKNOWN)})
    told = {"name": "Chidi Obi", "words": typed_in(client.get("/card/choose").content.decode(), "words")}
    stale = client.cookies[COOKIE].value
    client.post("/card/choose", told)
    again = visitor()
    again.cookies[COOKIE] = stale
    assert again.post("/card/choose", told)["Location"] == "/card/sign-in"
    assert Customer.objects.count() == 1


def test_what_the_browser_keeps_cannot_be_rewritten(anna, ben):
    client = visitor()
    code = code_asked(client)
    kept = client.cookies["regulars_card_asked"].value
    client.cookies["regulars_card_asked"] = kept[:-2] + ("aa" if not kept.endswith("aa") else "bb")
    assert client.post("/card/code", {"code": code})["Location"] == "/card/sign-in"


def test_where_nothing_is_sent_the_pages_say_so(settings):
    settings.SENDERS = {"phone": "", "email": ""}
    for path in ("/card/sign-in", "/card/join"):
        page = visitor().get(path).content.decode()
        assert "This shop does not send codes yet" in page
        assert "<form" not in page
    assert visitor().post("/card/sign-in", {"contact": cast.ANNA_PHONE}).status_code == 422
    settings.SENDERS = {"phone": "", "email": POSTBOX}
    assert ">E-mail<" in visitor().get("/card/sign-in").content.decode()
    answer = visitor().post("/card/sign-in", {"contact": cast.ANNA_PHONE})
    assert "This shop does not send codes there; it sends them to: email." in answer.content.decode()


def test_the_pages_of_a_card_are_as_closed_as_all_others(anna):
    client = carded()
    for path in ("/card/", "/card/sign-in", "/card/join", "/card/details", "/card/offline"):
        answer = client.get(path)
        assert answer["Cache-Control"] == "no-store"
        rules = dict(each.split(" ", 1) for each in answer["Content-Security-Policy"].split("; "))
        assert (rules["default-src"], rules["script-src"], rules["manifest-src"]) == ("'none'", "'self'", "'self'")
        text = answer.content.decode()
        assert not any(each in text for each in (" style=", " onclick=", "<style", "javascript:"))
        assert text.count("<script") == text.count('<script type="module" src=')
    strict = visitor(enforce_csrf_checks=True)
    for path in ("/card/sign-in", "/card/join", "/card/sign-out"):
        assert strict.post(path, {"contact": cast.ANNA_PHONE}).status_code == 403


def test_over_https_the_cookie_never_travels_in_the_clear(anna, settings):
    assert not carded().cookies[COOKIE]["secure"]
    settings.SESSION_COOKIE_SECURE = True
    assert carded().cookies[COOKIE]["secure"]
    assert configured.SESSION_COOKIE_SECURE


def test_a_phone_can_put_the_card_on_its_first_screen():
    told = visitor().get("/card/manifest.webmanifest")
    assert told["Content-Type"] == "application/manifest+json"
    found = told.json()
    assert (found["start_url"], found["scope"], found["display"]) == ("/card/", "/card/", "standalone")
    for icon in found["icons"]:
        picture = visitor().get(icon["src"])
        assert (picture.status_code, picture["Content-Type"]) == (200, "image/png")
        size = int.from_bytes(picture.content[16:20])
        assert icon["sizes"] == f"{size}x{size}"
    assert visitor().get("/card/icon-99999.png").status_code == 200
    worker = visitor().get("/card/worker.js")
    assert worker["Content-Type"] == "text/javascript"
    assert "/card/offline" in worker.content.decode()
