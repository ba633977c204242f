"""Offers on the pages: list, editor with its basket, starting and ending, calendar, what entering brings."""

import re
from datetime import timedelta

import pytest

from regulars.groups.services import group_create, members_add
from regulars.offers.engine.terms import Conditions, Hours, Kind, Level, OfferTerms, Target
from regulars.offers.giving import entry_act_save
from regulars.offers.models import EntryAct, Grant, Offer
from regulars.offers.selectors import names_known, offer_get, offers_list
from regulars.offers.services import offer_end
from regulars.segments.services import tier_set_save
from regulars.web.offering.form import OfferForm, initial_of
from regulars.web.offering.templates import OFFER_TEMPLATES
from tests import cast
from tests.web import office
from tests.web.office import BY, OPERATOR, TEN_OFF, TODAY
from tests.web.test_segments import ALL, HTMX, refused, statuses, text
from tests.web.visiting import signed_in

pytestmark = pytest.mark.usefixtures("noon")
# What a browser sends of a form that nobody has touched.
UNTOUCHED = {"kind": "percent", "level": "order", "percent": "10", "way": "all", "minimum_tests": "before"}
BASKET = {"try-store": cast.WESTLANDS, "try-sku-0": "LATTE", "try-quantity-0": "2", "try-day": "2026-11-23",
          "try-time": "15:30"}  # fmt: skip


@pytest.fixture
def shelf(people):
    office.goods()


def told(name="Ten off", **more):
    return UNTOUCHED | {"name": name} | more


def figures(page):
    return [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r'<dd class="figure[^"]*">(.*?)</dd>', page)]


# The list


def test_who_sees_offers_and_who_edits_them(people):
    made = office.offer()
    assert statuses("/offers") == dict.fromkeys(ALL, 200)
    assert statuses(f"/offers/{made}") == dict.fromkeys(ALL, 200)
    editors = dict.fromkeys(ALL, 403) | dict.fromkeys(("owner", "manager", "marketer"), 200)
    for path in ("/offers/new", f"/offers/{made}/edit", f"/offers/{made}/end", f"/offers/{made}/start"):
        assert statuses(path) == editors
    reporters = dict.fromkeys(ALL, 200) | {"cashier": 403}
    assert statuses(f"/offers/{made}/result") == reporters
    assert "New offer" not in text(signed_in("cashier").get("/offers"))
    assert signed_in("owner").get("/offers/99999").status_code == 404


def test_an_empty_list_says_what_to_do_next(people):
    assert "Make the first one" in text(signed_in("marketer").get("/offers"))
    assert "Somebody who may edit offers" in text(signed_in("cashier").get("/offers"))


def test_the_list_says_how_each_offer_stands(people):
    day = timedelta(days=1)
    office.offer("Now")
    office.offer(
        "Soon", OfferTerms(kind=Kind.PERCENT, percent_milli=5_000, conditions=Conditions(first_day=TODAY + day))
    )
    office.offer(
        "Over", OfferTerms(kind=Kind.PERCENT, percent_milli=5_000, conditions=Conditions(last_day=TODAY - day))
    )
    office.offer("Idea", is_live=False)
    offer_end(office.offer("Gone"), **BY)
    client = signed_in("owner")
    page = text(client.get("/offers"))
    rows = re.findall(r'row-link" href="[^"]+">([^<]+)<.*?<span class="badge[^"]*">([^<]+)<', page, re.DOTALL)
    assert rows == [("Now", "live"), ("Soon", "planned"), ("Idea", "draft"), ("Gone", "ended"), ("Over", "ended")]
    page = text(client.get("/offers?state=ended"))
    assert re.findall(r'row-link" href="[^"]+">([^<]+)<', page) == ["Gone", "Over"]
    assert len(re.findall('row-link" href="/offers/', text(client.get("/offers?state=nonsense")))) == 5


def test_the_list_takes_as_many_queries_for_many_offers_as_for_one(people, django_assert_num_queries):
    client = signed_in("owner")
    office.offer()
    client.get("/offers")
    with django_assert_num_queries(7):
        client.get("/offers")
    for n in range(9):
        office.offer(f"Offer {n}")
    with django_assert_num_queries(7):
        client.get("/offers")


# The editor


_EVERY_PART = OfferTerms(
    kind=Kind.BUY_X_GET_Y, target=Target(skus=("LATTE",), categories=("Drinks", "Beans"), not_categories=("Things",)),
    percent_milli=50_000, buy=2, get=1, gets=Target(skus=("MUG",)), most_times=3, family="fun", priority=4, stack=5,
    per_customer=6, in_all=7, holdout_milli=125,
    conditions=Conditions(
        channels=("online",), first_day=TODAY, last_day=TODAY, weekdays=(1, 7), hours=(Hours(420, 540), Hours(1320, 120)),
        minimum=12_345, is_minimum_after=True, minimum_units=2, is_first_order=True,
    ),
)  # fmt: skip


@pytest.mark.parametrize(
    "terms",
    [
        TEN_OFF, _EVERY_PART,
        OfferTerms(kind=Kind.AMOUNT, amount=1_050, target=Target(brands=("Acme, Ltd",))),
        OfferTerms(kind=Kind.FIXED_PRICE, price_milli=0),
        OfferTerms(kind=Kind.FREE_ITEM, get=1, gets=Target(categories=("Things",)), conditions=Conditions(needs_code=True)),
        OfferTerms(kind=Kind.PERCENT, percent_milli=3_125, conditions=Conditions(needs_grant=True)),
        *(each.terms for each in OFFER_TEMPLATES),
    ],
)  # fmt: skip
def test_every_offer_stands_in_the_form_as_it_is(people, terms):
    names = names_known(visible_to=OPERATOR)
    shown = OfferForm(None, names=names, initial=initial_of("It", terms, names))
    typed = {name: shown.get_initial_for_field(field, name) for name, field in shown.fields.items()}
    client = signed_in("owner")
    sent = {name: "on" if value is True else value for name, value in typed.items() if value not in (None, False)}
    answer = client.post("/offers/new", sent | {"do": "draft", "anyway": "on"})
    assert answer.status_code == 302, re.findall(r"errorlist[^>]*>(.*?)</ul>", text(answer))
    assert offer_get("It", visible_to=OPERATOR).terms == terms


def test_an_offer_is_made_as_a_draft_started_and_ended(shelf):
    client = signed_in("marketer")
    made = client.post("/offers/new", told(do="draft", categories="Drinks", level="item"))["Location"]
    page = text(client.get(made))
    assert "10 % off Drinks" in page
    assert "Nobody gets it yet" in page
    assert "every register gives it from now on" in text(client.get(f"{made}/start"))
    client.post(f"{made}/start")
    assert Offer.objects.get().state == "live"
    assert "registers give it to nobody from now on" in text(client.get(f"{made}/end"))
    client.post(f"{made}/end")
    assert Offer.objects.get().state == "ended"
    page = text(client.get(made))
    assert f"{made}/edit" not in page
    assert "?like=" in page
    before = cast.everything()
    assert client.get(f"{made}/edit").status_code == 409
    assert client.post(f"{made}/edit", told()).status_code == 409
    assert client.post(f"{made}/start").status_code == 409
    assert cast.everything() == before


def test_an_offer_whose_last_day_is_over_is_kept_as_a_draft_but_not_started(shelf):
    client, over = signed_in("marketer"), (TODAY - timedelta(days=1)).isoformat()
    sentence = "That day is over; write today or a day to come."
    page = text(refused(client, "/offers/new", told(do="start", until=over), sentence))
    at = page.index('id="o-until"')
    assert sentence in page[at : at + 4000]
    made = client.post("/offers/new", told(do="draft", until=over))["Location"]
    assert client.post(f"{made}/start")["Location"] == f"{made}/edit"
    assert Offer.objects.get().state == "draft"
    assert "Its last day, 20 Nov 2026, is over: choose another before it is started." in text(
        client.get(f"{made}/edit")
    )
    assert client.post(f"{made}/edit", told(do="start", until=TODAY.isoformat())).status_code == 302
    assert Offer.objects.get().state == "live"


def test_a_live_offer_keeps_its_name_and_takes_other_terms(shelf):
    made = office.offer()
    client = signed_in("owner")
    refused(client, f"/offers/{made}/edit", told("Eleven off", do="save"), "its name and kind stay")
    assert client.post(f"/offers/{made}/edit", told(do="save", percent="11")).status_code == 302
    held = offer_get("Ten off", visible_to=OPERATOR)
    assert (held.state, held.terms.percent_milli) == ("live", 11_000)


@pytest.mark.parametrize(
    ("more", "place", "sentence"),
    [
        ({"name": ""}, "o-name", "This field is required."),
        ({"name": "Taken"}, "o-name", "choose another name"),
        ({"percent": ""}, "o-percent", "Write more than 0 and at most 100."),
        ({"percent": "ten"}, "o-percent", "&quot;ten&quot; is not an amount"),
        ({"percent": "0.0001"}, "o-percent", "more than 3 decimals"),
        ({"kind": "amount", "amount": "-1"}, "o-amount", "Write an amount above zero."),
        ({"kind": "fixed_price", "price": "x"}, "o-price", "is not an amount"),
        ({"kind": "buy_x_get_y", "percent": ""}, "o-buy", "at least 1"),
        ({"kind": "free_item", "get": "1"}, "o-gets-products", "Name the product that is free."),
        ({"hours": "noon"}, "o-hours", "are no hours"),
        ({"from": "2026-12-01", "until": "2026-11-01"}, "o-until", "It ends before it begins."),
        ({"minimum": "much"}, "o-minimum", "is not an amount"),
        ({"per_customer": "0"}, "o-per_customer", "Write at least 1."),
        ({"in_all": "1.5"}, "o-in_all", "is no whole number"),
        ({"holdout": "95"}, "o-holdout", "Write 0 to 90 percent."),
        ({"categories": "Drink"}, "o-categories", "did you mean “Drinks”?"),
        ({"products": "NOPE"}, "o-products", "No product has “NOPE”"),
        ({"kind": "explode"}, "o-kind", "Select a valid choice"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_at_its_field(shelf, more, place, sentence):
    office.offer("Taken")
    page = text(refused(signed_in("owner"), "/offers/new", told(**more, do="draft"), sentence))
    at = page.index(f'id="{place}"') if f'id="{place}"' in page else page.index(f'id="{place}_0"')
    assert sentence in page[at : at + 4000]


def test_what_is_to_come_can_be_named(shelf):
    client = signed_in("owner")
    page = text(client.post("/offers/new", told(do="draft", products="NEXT", level="item")))
    assert 'name="anyway"' in page
    client.post("/offers/new", told(do="draft", products="NEXT", level="item", anyway="on"))
    assert offer_get("Ten off", visible_to=OPERATOR).terms.target.skus == ("NEXT",)


def test_a_manager_makes_offers_of_their_own_stores(shelf):
    client = signed_in("manager")
    refused(client, "/offers/new", told(do="draft"), "your own stores only")
    assert client.post("/offers/new", told(do="draft", stores=cast.WESTLANDS)).status_code == 302
    elsewhere = OfferTerms(
        kind=Kind.PERCENT, percent_milli=1, conditions=Conditions(stores=(cast.store(cast.KAREN).id,))
    )
    made = office.offer("Karen's", elsewhere)
    assert "Karen&#x27;s" not in text(client.get("/offers"))
    before = cast.everything()
    assert client.post(f"/offers/{made}/end").status_code == client.post("/offers/99999/end").status_code == 404
    assert client.post(f"/offers/{office.offer('All')}/end").status_code == 403
    assert {name for name, rows in cast.everything().items() if rows != before[name]} <= {
        "offers.Offer", "access.AuditEntry",
    }  # fmt: skip
    assert {each.state for each in offers_list(visible_to=OPERATOR)} == {"draft", "live"}


# The basket it is tried on


def tried(client, **more):
    return re.sub(
        r"\s+", " ", re.sub(r"<[^>]+>", " ", text(client.post("/offers/look", told() | BASKET | more, **HTMX)))
    )


def test_the_basket_is_priced_while_the_offer_is_typed(shelf):
    page = tried(signed_in("owner"))
    assert "10 % off the whole basket" in page
    assert "Costs Ksh70.00 less with it." in page
    assert "Without this offer 700.00" in page
    assert not Offer.objects.exists()


def test_the_basket_says_why_an_offer_takes_no_effect(shelf):
    client = signed_in("owner")
    assert "It holds on monday, not on tuesday." in tried(client, **{"weekdays": "monday", "try-day": "2026-11-24"})
    assert "It holds from 07:00 to 09:00, and it is 15:30." in tried(client, hours="07:00-09:00")
    assert "It needs a basket of 1000.00, and this is 700.00." in tried(client, minimum="1000")


def test_others_that_are_live_are_in_the_basket_too(shelf):
    family = OfferTerms(kind=Kind.PERCENT, level=Level.ORDER, percent_milli=20_000, family="tier")
    office.offer("Better", family)
    page = tried(signed_in("owner"), family="tier")
    assert "It takes no effect here. Only one of &quot;tier&quot; is taken" in page
    assert "Better \N{MINUS SIGN}140.00" in page


def test_it_is_tried_on_whoever_it_is_for_on_nobody_and_on_a_customer(shelf, anna, ben):
    tier_set_save("Loyalty", "Standard: spent < 500; Gold: spent >= 500", **BY)
    client = signed_in("owner")
    gold = {"tiers": "Loyalty: Gold"}
    assert "Costs Ksh70.00 less with it." in tried(client, **gold)
    assert "It is for Loyalty: Gold only." in tried(client, **gold, **{"try-buyer": "nobody"})
    somebody = {"try-buyer": "customer"}
    assert "Loyalty: Gold since" in tried(client, **gold, **somebody, **{"try-customer": "Anna Maria Okoth"})
    assert "It is for Loyalty: Gold only." in tried(client, **gold, **somebody, **{"try-customer": cast.BEN_PHONE})
    assert "No customer is found by “Zoe”." in tried(client, **gold, **somebody, **{"try-customer": "Zoe"})
    assert "Write the customer" in tried(client, **gold, **somebody)
    assert "with a code" in tried(client, way="code")
    assert "given to the customer" in tried(client, way="given")
    assert "first order" in tried(client, first_order="on")


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"try-sku-0": "NOPE"}, "There is no product &quot;NOPE&quot;."),
        ({"try-sku-0": ""}, "The basket is empty; put something in."),
        ({"try-quantity-0": "-1"}, "Write quantities above zero."),
        ({"try-quantity-0": "two"}, "is not an amount"),
        ({"try-day": "31.2."}, "Write a day and a time of day"),
        ({"try-time": "25:99"}, "Write a day and a time of day"),
        ({"try-store": "Nowhere"}, "Nowhere"),
        ({"percent": ""}, "Write more than 0 and at most 100."),
    ],
)
def test_what_cannot_be_priced_is_said_in_the_basket(shelf, more, sentence):
    assert sentence in tried(signed_in("owner"), **more)


def test_without_a_script_a_button_prices_the_basket(shelf):
    page = text(signed_in("owner").post("/offers/new", told(do="try") | BASKET))
    assert "Costs <b>Ksh70.00</b> less with it." in page
    assert not Offer.objects.exists()


def test_a_new_offer_begins_with_a_template_or_with_another_offer(shelf):
    client = signed_in("owner")
    page = text(client.get("/offers/new"))
    assert re.findall(r"template=([\w-]+)", page) == [each.slug for each in OFFER_TEMPLATES]
    page = text(client.get("/offers/new?template=win-back"))
    assert re.findall(r'name="way" value="(\w+)"[^>]* checked', page) == ["given"]
    made = office.offer("Spring")
    assert 'value="Spring again"' in text(client.get(f"/offers/new?like={made}"))
    assert client.get("/offers/new?like=99999").status_code == 404
    assert client.get("/offers/new?like=x&template=nonsense").status_code == 200


# The calendar


def bars(page):
    return re.findall(r'colspan="(\d+)">(?:<div class="runs ([\w -]+)">)?', page)


def test_the_calendar_draws_what_runs_when(people):
    days = Conditions(first_day=TODAY.replace(day=10), last_day=TODAY.replace(day=25))
    office.offer("Some days", OfferTerms(kind=Kind.PERCENT, percent_milli=5_000, conditions=days))
    client = signed_in("analyst")
    page = text(client.get("/offers/calendar"))
    assert bars(page) == [("9", ""), ("16", "live"), ("5", "")]
    assert "November 2026" in page
    assert 'aria-current="date"' in page
    assert "Nothing runs then" in text(client.get("/offers/calendar?from=2026-12"))
    office.offer("Always")
    page = text(client.get("/offers/calendar?span=quarter"))
    assert "Oct to Dec 2026" in page
    # Fourteen weeks, cut at both ends; the first is always.
    assert bars(page) == [("14", "live from-before goes-on"), ("6", ""), ("3", "live"), ("5", "")]


@pytest.mark.parametrize("asked", ["", "x", "2026-13", "9999-99", "0001-01", "2026-11-01"])
def test_a_month_that_is_none_is_this_one(people, asked):
    assert "November 2026" in text(signed_in("owner").get(f"/offers/calendar?from={asked}"))


def test_an_offer_that_was_ended_by_hand_runs_until_then(people):
    offer_end(office.offer("Gone"), **BY)
    page = text(signed_in("owner").get("/offers/calendar"))
    assert bars(page) == [("21", "ended from-before"), ("9", "")]


# What entering brings, and giving by hand


def test_entering_a_group_brings_an_offer_or_a_tag(people):
    group, made = group_create("Lapsing", **BY), office.given()
    office.offer("Not given")
    client = signed_in("marketer")
    page = text(client.get("/offers/entering"))
    assert "Not given" not in page
    assert (
        client.post("/offers/entering", {"move": "enter", "group": group, "offer": made, "days": "30"}).status_code
        == 302
    )
    assert client.post("/offers/entering", {"move": "leave", "group": group, "tag": "back"}).status_code == 302
    acts = EntryAct.objects.order_by("id").values_list("is_entry", "offer__name", "days", "tag")
    assert list(acts) == [(True, "We miss you", 30, ""), (False, None, None, "back")]
    assert "Who enters Lapsing, for 30 days" in re.sub(r"\s+", " ", text(client.get(f"/offers/{made}")))
    last = EntryAct.objects.last().id
    assert "keeps what was given" in text(client.get(f"/offers/entering/{last}/delete"))
    client.post(f"/offers/entering/{last}/delete")
    assert EntryAct.objects.count() == 1
    assert client.post("/offers/entering/99999/delete").status_code == 302


@pytest.mark.parametrize(
    ("told_of", "sentence"),
    [
        ({"tag": "x"}, "This field is required."),
        ({"group": "GROUP"}, "Choose an offer, or write a tag: one of the two."),
        ({"group": "GROUP", "offer": "OFFER", "tag": "x"}, "one of the two."),
        ({"group": "GROUP", "offer": "OFFER", "days": "0"}, "greater than or equal to 1"),
        ({"group": "99999", "tag": "x"}, "Select a valid choice"),
    ],
)
def test_what_entering_cannot_bring_is_refused(people, told_of, sentence):
    known = {"GROUP": group_create("Lapsing", **BY), "OFFER": office.given()}
    sent = {"move": "enter"} | {name: known.get(value, value) for name, value in told_of.items()}
    refused(signed_in("owner"), "/offers/entering", sent, sentence)


def test_a_manager_sets_up_what_is_of_all_stores_no_more_than_a_cashier(people):
    group = group_create("Lapsing", **BY)
    sent = {"move": "enter", "group": group, "tag": "x"}
    refused(signed_in("manager"), "/offers/entering", sent, "your own stores only")
    before = cast.everything()
    assert signed_in("cashier").post("/offers/entering", sent).status_code == 403
    assert {name for name, rows in cast.everything().items() if rows != before[name]} <= {
        "sessions.Session",
        "access.AuditEntry",
        "access.Person",
    }
    assert "Save" not in re.findall(r"<main.*</main>", text(signed_in("cashier").get("/offers/entering")), re.DOTALL)[0]


def test_an_offer_is_given_to_everybody_in_a_group(anna, ben):
    group, made = group_create("Friends", **BY), office.given()
    members_add(group, [anna, ben], **BY)
    client = signed_in("owner")
    refused(client, f"/offers/{made}/give", {}, "Choose whom it is given to.")
    past = {"group": group, "until": (TODAY - timedelta(days=1)).isoformat()}
    refused(client, f"/offers/{made}/give", past, "it is over before it is given")
    answer = client.post(f"/offers/{made}/give", {"group": group, "until": "2026-12-01"}, follow=True)
    assert "2 customers have it." in text(answer)
    assert Grant.objects.count() == 2
    client.post(f"/offers/{made}/give", {"group": group})
    assert Grant.objects.count() == 2


def test_what_gives_an_offer_is_shown_on_its_page(people):
    made = office.given()
    client = signed_in("owner")
    assert "Nobody is given it yet" in text(client.get(f"/offers/{made}"))
    entry_act_save(group_create("Lapsing", **BY), offer_id=made, **BY)
    assert "Nobody is given it yet" not in text(client.get(f"/offers/{made}"))
