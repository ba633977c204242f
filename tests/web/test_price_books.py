"""Price books on the pages: list, prices beside the list, editor, overlaps, their end."""

import re
from datetime import timedelta

import pytest

from regulars.groups.services import group_create
from regulars.offers.models import PriceBookUse
from regulars.offers.price_books import price_book_save
from regulars.offers.selectors import price_book_get, price_books_list
from regulars.web.offering.books import prices_read
from tests import cast
from tests.web import office
from tests.web.office import BY, OPERATOR, TODAY
from tests.web.test_segments import ALL, refused, statuses, text
from tests.web.visiting import signed_in

pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def book(people):
    office.goods()
    return price_book_save("Members", {"LATTE": 30_000_000, "NEXT": 1_000}, **BY)


def test_who_sees_price_books_and_who_edits_them(book):
    assert statuses("/offers/price-books") == dict.fromkeys(ALL, 200)
    assert statuses(f"/offers/price-books/{book}") == dict.fromkeys(ALL, 200)
    editors = dict.fromkeys(ALL, 403) | dict.fromkeys(("owner", "manager", "marketer"), 200)
    for path in ("new", f"{book}/edit", f"{book}/end", f"{book}/delete"):
        assert statuses(f"/offers/price-books/{path}") == editors
    assert signed_in("owner").get("/offers/price-books/99999").status_code == 404


def test_an_empty_list_says_what_to_do_next(people):
    assert "wholesale, members, the airport" in text(signed_in("owner").get("/offers/price-books"))


def test_the_page_holds_each_price_against_the_list(book):
    page = text(signed_in("cashier").get(f"/offers/price-books/{book}"))
    cells = [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", page)]
    assert cells == ["LATTE", "350.00", "300.00", "-14%", "NEXT", "\N{EN DASH}", "0.01", ""]
    assert "1 SKU is of no product yet: NEXT." in page


def test_a_book_is_made_changed_ended_and_deleted(people):
    office.goods()
    group = group_create("Club", **BY)
    client = signed_in("marketer")
    told = {
        "name": "Club",
        "group": group,
        "store": cast.store().id,
        "from": "2026-12-01",
        "prices": "LATTE 300\nMUG;4.5",
    }
    made = client.post("/offers/price-books/new", told)["Location"]
    held = price_book_get("Club", visible_to=OPERATOR)
    assert held.prices == (("LATTE", 30_000_000), ("MUG", 450_000))
    assert (held.group, held.store, held.first_day.isoformat(), held.last_day) == (
        "Club",
        cast.WESTLANDS,
        "2026-12-01",
        None,
    )
    page = text(client.get(f"{made}/edit"))
    assert "LATTE 300\nMUG 4.5</textarea>" in page
    client.post(f"{made}/edit", told | {"prices": "LATTE\t299.125"}, follow=True)
    assert price_book_get("Club", visible_to=OPERATOR).prices == (("LATTE", 29_912_500),)
    refused(client, f"{made}/end", {"until": "x"}, "Write the last day.")
    refused(client, f"{made}/end", {"until": "2026-11-30"}, "ends before it begins")
    client.post(f"{made}/end", {"until": "2026-12-24"})
    assert price_book_get("Club", visible_to=OPERATOR).last_day.isoformat() == "2026-12-24"
    assert "deletes 1 price" in text(client.get(f"{made}/delete"))
    assert client.post(f"{made}/delete")["Location"] == "/offers/price-books"
    assert list(price_books_list(visible_to=OPERATOR)) == []


def test_a_book_that_something_was_sold_by_is_ended_and_not_deleted(book):
    PriceBookUse.objects.create(sale_uid=cast.uid(1), book_id=book)
    client = signed_in("owner")
    before = cast.everything()
    answer = client.post(f"/offers/price-books/{book}/delete")
    assert answer.status_code == 409
    assert "so it stays: end it instead" in text(answer)
    assert cast.everything() == before


@pytest.mark.parametrize(
    ("more", "place", "sentence"),
    [
        ({"name": ""}, "b-name", "This field is required."),
        ({"name": "Members"}, "b-name", "choose another name"),
        ({"prices": ""}, "b-prices", "A price book needs at least one price."),
        ({"prices": "LATTE"}, "b-prices", "Line 1: “LATTE” has no price"),
        ({"prices": "MUG 3\n\nLATTE x"}, "b-prices", "Line 3: &quot;x&quot; is not an amount"),
        ({"prices": "MUG 3\nMUG 4"}, "b-prices", "Line 2: “MUG” is there twice"),
        ({"prices": "MUG,1,000.00"}, "b-prices", "Line 1: &quot;1,000.00&quot; is not an amount"),
        ({"until": "2026-11-20"}, "b-until", "That day is over; write today or a day to come."),
        ({"prices": "MUG -1"}, "b-prices", "price of zero or more"),
        ({"prices": "\n".join(f"a{n}" for n in range(9))}, "b-prices", "4 more lines cannot be read."),
        ({"from": "2026-12-01", "until": "2026-11-01"}, "b-until", "It ends before it begins."),
        ({"group": "99999"}, "b-group", "Select a valid choice"),
        ({"prices": "LATTE 310"}, "b-prices", "holds LATTE too, at the same time"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(book, more, place, sentence):
    told = {"name": "Other", "prices": "MUG 100"} | more
    page = text(refused(signed_in("owner"), "/offers/price-books/new", told, sentence))
    assert sentence in page[page.index(f'id="{place}"') :]


def test_a_manager_sets_prices_of_their_own_stores(people):
    client = signed_in("manager")
    refused(client, "/offers/price-books/new", {"name": "All", "prices": "MUG 1"}, "your own stores only")
    told = {"name": "Here", "prices": "MUG 1", "store": cast.store().id}
    assert client.post("/offers/price-books/new", told).status_code == 302
    other = price_book_save("Karen's", {"MUG": 1_000}, store_id=cast.store(cast.KAREN).id, **BY)
    assert client.get(f"/offers/price-books/{other}").status_code == 404


def test_books_that_meet_are_shown_with_which_of_them_counts(book):
    club = group_create("Club", **BY)
    more = price_book_save("For the club", {"LATTE": 25_000_000}, group_id=club, **BY)
    price_book_save(
        "Next year",
        {"LATTE": 1_000},
        group_id=club,
        first_day=TODAY + timedelta(days=400),
        store_id=cast.store().id,
        **BY,
    )
    client = signed_in("owner")
    page = text(client.get(f"/offers/price-books/{more}"))
    notice = re.sub(r"<[^>]+>", "", re.findall(r'<div class="notice warning">(.*?)</ul>', page, re.DOTALL)[0])
    assert "Members: 1 product (LATTE), this one counts" in notice
    page = text(client.get(f"/offers/price-books/{book}"))
    assert "For the club" in page
    assert "the other one counts" in page
    assert "meets 2 others" in text(client.get("/offers/price-books"))


@pytest.mark.parametrize(
    ("text_typed", "prices"),
    [
        ("LATTE 3.50", {"LATTE": 350_000}),
        ("A B 1\r\n  C = 2  ", {"A B": 100_000, "C": 200_000}),
        ("X;0.001", {"X": 100}),
        ("", {}),
        ("LATTE, 3.50\nMUG,4\nA,B 5", {"LATTE": 350_000, "MUG": 400_000, "A,B": 500_000}),
    ],
)
def test_prices_are_read_line_by_line(text_typed, prices):
    assert prices_read(text_typed, places=2) == (prices, [])


def test_the_list_takes_as_many_queries_for_many_books_as_for_one(book, django_assert_num_queries):
    client = signed_in("owner")
    with django_assert_num_queries(6):
        client.get("/offers/price-books")
    for n in range(8):
        price_book_save(f"Book {n}", {f"S{n}": 1_000}, **BY)
    with django_assert_num_queries(6):
        client.get("/offers/price-books")
