"""Sales: the list, receipts, returns, voiding, and whose sale it is."""

import re

import pytest

from regulars.access.rules import OPERATOR
from regulars.checkout.verifying import differences
from regulars.sales.receipts import receipt_get
from tests import cast
from tests.web.visiting import signed_in, visitor

ALL = ("owner", "manager", "cashier", "marketer", "analyst", "auditor")


@pytest.fixture
def anna(people):
    """Anna bought twice in Westlands, somebody unknown once in Karen."""
    anna = cast.person("Anna Maria Okoth", phones=(cast.ANNA_PHONE,))
    told = {"customer": {"phone": cast.ANNA_PHONE}}
    cast.record(
        cast.sale(1, cast.line(quantity="2"), cast.line("BEANS", "850.00"), register="Till 1", **told,
                  payments=[{"method": "card", "amount": "1550.00", "reference": "AX-99"}]),
        cast.sale(2, **told),
        cast.sale(3, store=cast.KAREN),
    )  # fmt: skip
    return anna


def text(answer):
    return answer.content.decode()


def numbers(answer):
    return re.findall(r'class="row-link" href="[^"]+">([^<]+)<', text(answer))


def path(n, more=""):
    return f"/sales/{cast.uid(n)}{more}"


def statuses(address):
    return {role: signed_in(role).get(address).status_code for role in ALL}


def test_who_may_see_sales_sees_those_within_reach(anna):
    assert statuses("/sales") == dict.fromkeys(ALL, 200) | {"analyst": 403}
    assert numbers(signed_in("owner").get("/sales")) == ["W-0003", "W-0002", "W-0001"]
    assert numbers(signed_in("cashier").get("/sales")) == ["W-0002", "W-0001"]
    assert visitor().get("/sales").status_code == 302


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("store=Karen", ["W-0003"]),
        ("day_from=2026-11-21", []),
        ("day_from=2026-11-20&day_to=2026-11-20", ["W-0003", "W-0002", "W-0001"]),
        ("kind=return", []),
        ("status=completed&kind=sale&store=Westlands", ["W-0002", "W-0001"]),
    ],
)
def test_the_address_narrows_the_list(anna, query, expected):
    assert numbers(signed_in("owner").get(f"/sales?{query}")) == expected


def test_a_number_opens_its_receipt(anna):
    client = signed_in("owner")
    assert client.get("/sales?q= W-0002 ")["Location"] == path(2)
    assert "No receipt has this number" in text(client.get("/sales?q=W-9999"))
    cast.record(cast.sale(7, number="W-0002"))
    assert numbers(client.get("/sales?q=W-0002")) == ["W-0002", "W-0002"]
    assert client.get("/sales?day_from=soon").status_code == 422


def test_earlier_sales_follow(anna, monkeypatch):
    monkeypatch.setattr("regulars.web.pages.sales.PER_PAGE", 2)
    client = signed_in("owner")
    page = client.get("/sales")
    assert numbers(page) == ["W-0003", "W-0002"]
    following = re.search(r'<tr class="more">.*?href="([^"]+)"', text(page))[1].replace("&amp;", "&")
    assert numbers(client.get(f"/sales{following}", HTTP_HX_REQUEST="true")) == ["W-0001"]
    assert "Back to the beginning" in text(client.get(f"/sales{following}"))


def test_the_list_names_customers_within_reach_only(anna):
    for role in ("owner", "cashier", "auditor"):
        assert text(signed_in(role).get("/sales")).count("Anna Maria Okoth") == 2


def test_a_list_takes_as_many_queries_for_many_as_for_few(anna, django_assert_num_queries):
    client = signed_in("owner")
    client.get("/sales")
    with django_assert_num_queries(_LIST):
        client.get("/sales")
    cast.record(*(cast.sale(n, customer={"phone": f"0712{n:06}"}) for n in range(20, 50)))
    with django_assert_num_queries(_LIST):
        client.get("/sales")


def test_a_receipt_takes_as_many_queries_for_many_lines_as_for_few(anna, django_assert_num_queries):
    cast.recorded(cast.sale(8, *(cast.line(f"SKU{n}") for n in range(40)), customer={"phone": cast.ANNA_PHONE}))
    client = signed_in("owner")
    client.get(path(1))
    for n in (1, 8):
        with django_assert_num_queries(_RECEIPT):
            client.get(path(n))


_LIST, _RECEIPT = 9, 25


def test_a_receipt_shows_what_was_told(anna):
    page = text(signed_in("owner").get(path(1)))
    for told in ("W-0001", "Westlands", "Till 1", "Caffè latte", "2 \N{MULTIPLICATION SIGN} 350.00", "House beans 250 g", "Ksh1,550.00",
                 "Card", "AX-99", "Anna Maria Okoth", "phone ends in 678", "20 Nov 2026"):  # fmt: skip
        assert told in page, told


def test_actions_are_shown_to_whom_they_are_allowed(anna):
    shown = {
        role: {word for word in ("Take back", "Void 1 sale", ">Change<") if word in text(signed_in(role).get(path(1)))}
        for role in ("owner", "manager", "cashier", "marketer", "auditor")
    }
    everything = {"Take back", "Void 1 sale", ">Change<"}
    assert shown == {
        "owner": everything,
        "manager": everything,
        "cashier": {"Take back"},
        "marketer": set(),
        "auditor": set(),
    }
    assert statuses(path(1, "/void")) == dict.fromkeys(ALL, 403) | {"owner": 200, "manager": 200}
    assert statuses(path(1, "/customer")) == dict.fromkeys(ALL, 403) | {"owner": 200, "manager": 200}
    assert statuses(path(1, "/return")) == dict.fromkeys(ALL, 403) | {"owner": 200, "manager": 200, "cashier": 200}


def test_hidden_and_absent_sales_answer_alike(anna):
    cashier, manager = signed_in("cashier"), signed_in("manager")
    for client, more in ((cashier, ""), (cashier, "/return"), (manager, "/void"), (manager, "/customer")):
        hidden, absent = client.get(path(3, more)), client.get(path(99, more))
        assert (hidden.status_code, absent.status_code) == (404, 404)
        bare = [text(each).replace(str(cast.uid(n)), "U").split("<main")[1] for each, n in ((hidden, 3), (absent, 99))]
        assert bare[0] == bare[1]
    assert "W-0003" not in text(cashier.get("/sales?q=W-0003")).split("<main")[1].replace('value="W-0003"', "")


def test_lines_are_taken_back_after_what_it_gives_back_was_shown(anna):
    client = signed_in("cashier")
    assert "All that is left" in text(client.get(path(1, "/return")))
    assert 'name="line-1" value="2"' in text(client.get(path(1, "/return?all=1")))
    before = receipt_get(str(cast.uid(1)), visible_to=OPERATOR)
    asked = client.post(path(1, "/return"), {"line-1": "1", "line-2": ""})
    page = text(asked)
    assert "Give back Ksh350.00?" in page
    assert "the money goes back: Card" in page
    assert receipt_get(str(cast.uid(1)), visible_to=OPERATOR) == before
    uid = re.search(r'name="uid" value="([^"]+)"', page)[1]
    for _twice in range(2):
        done = client.post(path(1, "/return"), {"line-1": "1", "uid": uid})
        assert done["Location"] == f"/sales/{uid}"
    assert receipt_get(str(cast.uid(1)), visible_to=OPERATOR).returns == ("W-0001-R1",)
    assert "W-0001-R1" in text(client.get(path(1)))
    assert "Takes back" in text(client.get(f"/sales/{uid}"))
    assert list(differences(visible_to=OPERATOR, at=cast.NOW)) == []


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"line-1": "3"}, "line 1 has 2 left to bring back, not 3"),
        ({"line-1": "some"}, "is not an amount"),
        ({"line-1": ""}, "say how much of which line comes back"),
        ({"line-1": "-1"}, "not -1"),
    ],
)
def test_a_return_that_cannot_be_says_why_and_keeps_what_was_typed(anna, typed, sentence):
    client = signed_in("cashier")
    before = cast.everything()
    answer = client.post(path(1, "/return"), typed)
    assert answer.status_code in (409, 422)
    assert sentence in text(answer)
    assert f'value="{typed["line-1"]}"' in text(answer)
    assert cast.everything() == before


def test_a_sale_is_voided_after_its_consequences_were_told(anna):
    client = signed_in("manager")
    page = text(client.get(path(1, "/void")))
    assert "takes Ksh1,550.00 out of 20 Nov 2026 in Westlands" in page
    assert "takes it off what Anna Maria Okoth spent" in page
    assert client.post(path(1, "/void"))["Location"] == path(1)
    assert "voided" in text(client.get(path(1)))
    assert cast.facts_of(anna)["spent"] == 35000


def test_a_sale_with_a_return_is_not_voided(anna):
    cast.recorded(cast.brought_back(5, 2))
    client = signed_in("manager")
    before = cast.facts_of(anna)
    answer = client.post(path(2, "/void"))
    assert answer.status_code == 409
    assert "void that return first" in text(answer)
    assert cast.facts_of(anna) == before


def test_a_sale_is_given_to_another_customer_or_to_nobody(anna):
    ben = cast.person("Ben Wekesa", phones=(cast.BEN_PHONE,))
    client = signed_in("manager")
    found = client.get(path(1, "/customer?q=111"), HTTP_HX_REQUEST="true")
    assert f'href="{path(1, "/customer")}?to={ben}"' in text(found)
    asked = text(client.get(path(1, f"/customer?to={ben}")))
    assert "takes Ksh1,550.00 off what Anna Maria Okoth spent" in asked
    assert "adds Ksh1,550.00 to what Ben Wekesa spent" in asked
    client.post(path(1, "/customer"), {"to": str(ben)})
    assert (cast.facts_of(anna)["spent"], cast.facts_of(ben)["spent"]) == (35000, 155000)
    assert "Make W-0001 anonymous?" in text(client.get(path(1, "/customer?to=nobody")))
    client.post(path(1, "/customer"), {"to": "nobody"})
    assert receipt_get(str(cast.uid(1)), visible_to=OPERATOR).customer_id is None
    assert client.get(path(1, "/customer?to=99999")).status_code == 404
    assert client.post(path(1, "/customer"), {"to": "x"}).status_code == 200


def test_a_customer_out_of_reach_is_not_named_and_not_given_a_sale(anna):
    ben = cast.person("Ben Wekesa", phones=(cast.BEN_PHONE,))
    cast.recorded(cast.sale(6, store=cast.KAREN, customer={"phone": cast.BEN_PHONE}))
    client = signed_in("manager")
    assert "Wekesa" not in text(client.get(path(1, "/customer?q=wekesa")))
    before = cast.facts_of(anna)
    assert client.post(path(1, "/customer"), {"to": str(ben)}).status_code == 404
    assert cast.facts_of(anna) == before


def test_what_changes_something_needs_the_token_of_its_form(anna):
    strict = visitor(enforce_csrf_checks=True)
    strict.cookies = signed_in("owner").cookies
    before = cast.everything()
    for more in ("/return", "/void", "/customer"):
        assert strict.post(path(1, more), {"to": "nobody"}).status_code == 403
    assert cast.everything() == before
