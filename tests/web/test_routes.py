"""Every page of the door for people, for every role: let in, turned away, or told that there is nothing."""

import re
from uuid import UUID

import pytest
from django.urls import get_resolver, reverse

from regulars.access.rights import PEOPLE, RIGHTS, Role
from regulars.access.rules import OPERATOR
from regulars.offers.engine.terms import Conditions, Kind, OfferTerms
from regulars.offers.price_books import price_book_save
from regulars.offers.services import offer_save
from regulars.segments.editing import segment_create
from regulars.segments.selectors import tier_sets_list
from regulars.segments.services import tier_set_save
from regulars.web.rules import CARD, CARD_PUBLIC, PUBLIC, RULES
from regulars.web.urls import urlpatterns
from tests import cast
from tests.web.visiting import PASSWORD, signed_in, visitor

pytestmark = pytest.mark.django_db
NAMES = [pattern.name for pattern in urlpatterns]
MISSING = {"customer_id": 99_999_999, "uid": UUID(int=7), "store_id": 9_999, "person_id": 9_999, "token_id": 9_999,
           "group_id": 9_999, "tier_set_id": 9_999, "n": 99, "request_id": 9_999, "key": "nothing", "run_id": 9_999}  # fmt: skip


def test_every_page_has_a_rule_and_every_rule_a_page():
    assert sorted(NAMES) == sorted(RULES.keys() | PUBLIC | CARD | CARD_PUBLIC)
    assert {right for rule in RULES.values() for right in rule} <= set(RIGHTS)


def test_there_are_no_pages_but_those_of_the_two_doors():
    assert [str(each.pattern) for each in get_resolver().url_patterns] == ["api/v1/", ""]


@pytest.fixture
def places(people):
    """A customer, and their sale, of the own store and of the other; by what an address is made of."""
    found = {}
    by = {"actor": OPERATOR, "at": cast.NOW}
    tier_set_save("Loyalty", "Standard: spent < 500; Gold: spent >= 500", **by)
    [tiers] = tier_sets_list(visible_to=OPERATOR)
    grouped = {"group_id": segment_create("Spenders", "spent > 1", **by).id, "tier_set_id": tiers.id}
    for n, (where, store, phone) in enumerate(
        (("own", cast.WESTLANDS, cast.ANNA_PHONE), ("other", cast.KAREN, cast.BEN_PHONE)), 1
    ):
        answer = cast.recorded(cast.sale(n, store=store, customer={"phone": phone, "name": "Somebody"}))
        found[where] = {
            "customer_id": answer.customer_id, "uid": cast.uid(n), "store_id": cast.store(store).id,
            "person_id": people["cashier"], "token_id": 1, "upload_id": 1, "import_id": 1, "named": "x", "name": "x", "n": 0,
            "request_id": 1, "size": 192, "key": "summary", "form": "csv", "run_id": 1,
            **grouped, **_offered(cast.store(store).id),
        }  # fmt: skip
    return found


def _offered(store):
    """An offer that needs a code, and a price book, of a store; nothing that entering brings."""
    conditions = Conditions(stores=(store,), needs_code=True)
    by = {"actor": OPERATOR, "at": cast.NOW}
    offer = offer_save(
        f"Offer of {store}", OfferTerms(kind=Kind.PERCENT, percent_milli=5_000, conditions=conditions), **by
    )
    book = price_book_save(f"Book of {store}", {"LATTE": 300_000}, store_id=store, **by)
    return {"offer_id": offer, "book_id": book, "act_id": 1}


def address(name, told):
    pattern = next(each for each in urlpatterns if each.name == name)
    return reverse(name, kwargs={key: told[key] for key in pattern.pattern.converters})


def may(role, name):
    return not RULES[name] or any(role in RIGHTS[right].reach for right in RULES[name])


@pytest.mark.parametrize("role", PEOPLE, ids=str)
def test_each_role_is_let_into_its_pages_and_turned_away_from_all_others(role, places):
    client = signed_in(role.value)
    for method in (client.get, client.post):
        before = cast.everything()
        turned_away = [name for name in RULES if method(address(name, places["own"])).status_code == 403]
        assert turned_away == [name for name in RULES if not may(role, name)]
        if method is client.post and role is Role.ANALYST:
            # Whoever may do nothing has changed nothing (but the theme they look at it in).
            assert cast.everything() == before


def test_without_signing_in_every_page_leads_to_the_sign_in(places):
    client = visitor()
    before = cast.everything()
    for name in RULES:
        for method in (client.get, client.post):
            answer = method(address(name, places["own"]))
            assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/sign-in"), name
    assert {name: rows for name, rows in cast.everything().items() if name != "sessions.Session"} == {
        name: rows for name, rows in before.items() if name != "sessions.Session"
    }


def _without_ids(page, told):
    """The page without what was asked for in its address, and without what differs from page to page anyway."""
    ids = "|".join(re.escape(str(told[key])) for key in ("customer_id", "uid"))
    page = re.sub(
        rf"(?<=customer )({ids})\b|(?<=s/)({ids})\b|(?<=sale )({ids})\b|(?<=&quot;)({ids})(?=&quot;)", "ID", page
    )
    return re.sub(r'"[A-Za-z0-9]{64}"', "TOKEN", page)


@pytest.mark.parametrize(
    "name", [name for name in RULES if name.startswith(("customer-", "sale-")) or name in ("customer", "sale")]
)
def test_what_is_another_stores_answers_as_what_is_not_there(name, places):
    if name in ("customer-new", "customer-doubles"):
        pytest.skip("leads to nobody in particular")
    client = signed_in("manager")
    for method in (client.get, client.post):
        answers = []
        for told in (places["other"], MISSING):
            before = cast.everything()
            answer = method(address(name, told))
            assert cast.everything() == before
            answers.append((answer.status_code, _without_ids(answer.content.decode(), told)))
        assert answers[0] == answers[1]
        assert answers[0][0] in (404, 405)


@pytest.mark.parametrize(
    ("typed", "leads_to"),
    [
        ("/reports/", "/reports"),
        ("/reports//?from=2026-11-01&by=%20x", "/reports?from=2026-11-01&by=%20x"),
        ("/nowhere/", None),
        ("/nowhere", None),
        ("/%2Fexample.com/reports/", None),
        ("/api/v1/sales/", None),
    ],
)
def test_a_slash_behind_an_address_leads_to_the_page_without(people, typed, leads_to):
    answer = signed_in("owner", password=PASSWORD).get(typed)
    assert (answer.status_code, answer.headers.get("Location")) == ((301, leads_to) if leads_to else (404, None))


def test_nothing_that_is_asked_for_is_a_bug(places):
    """Every page, opened by the owner with nothing and with nonsense, answers with less than 500."""
    client = signed_in("owner", password=PASSWORD)
    for name in [*RULES, *PUBLIC, *CARD, *CARD_PUBLIC]:
        for query in ({}, {"q": "x" * 3000, "sort": "nonsense", "cursor": "%%%", "page": "-1", "day": "31.2."}):
            for told in (places["own"], places["own"] | MISSING):
                assert client.get(address(name, told), query).status_code < 500, (name, query)
        if name not in ("sign-out",):
            assert client.post(address(name, places["own"]), {"name": "\x00", "x": "y"}).status_code < 500, name
