"""The list of customers: every order, every filter, page by page."""

from datetime import date, timedelta

import pytest

from regulars.access.rights import Role
from regulars.access.rules import OPERATOR, Actor
from regulars.core.errors import Forbidden
from regulars.customers.details import AddressDetails
from regulars.customers.models import Customer
from regulars.sales import listing, narrowing
from regulars.sales.listing import SORTS, BadCursor, UnknownSort, customers_among, customers_list, customers_page
from regulars.sales.narrowing import Counted, CustomerFilter, customers_count
from tests import cast

EVERYBODY = CustomerFilter(is_active=None)


@pytest.fixture
def people(shop):
    """Seven customers: equals in every column, two without a name, two who never bought."""
    made = [
        cast.person("Anna", phones=("0712345678",), tags=("regular",), birth_date=date(1990, 5, 1), gender="female",
                    addresses=(AddressDetails(city="Nairobi", country="KE"),)),
        cast.person("Ben", emails=("ben@example.org",), tags=("press", "regular"), gender="male"),
        cast.person("Anna", addresses=(AddressDetails(city="Nairobi", country="UG"), AddressDetails(kind="shipping", city="Mombasa", country="KE"))),
        cast.person(""),
        cast.person("Zoe", birth_date=date(2001, 2, 28)),
        cast.person(""),
        cast.person("Chao"),
    ]  # fmt: skip
    sales = [(0, "350.00", 0), (0, "350.00", 3), (1, "700.00", 1), (2, "350.00", 1), (3, "50.00", 1), (4, "700.00", 9)]
    for n, (who, price, days) in enumerate(sales, 1):
        cast.recorded(
            cast.sale(
                n, cast.line(price=price), customer={"id": made[who]}, at=cast.NOW - timedelta(days=days),
                store=cast.KAREN if who == 4 else cast.WESTLANDS,
            )
        )  # fmt: skip
    return made


def walked(wanted=EVERYBODY, *, sort, limit, actor=OPERATOR):
    """The ids of the whole list, page by page."""
    ids, cursor = [], None
    while True:
        page = customers_page(wanted, sort=sort, limit=limit, cursor=cursor, visible_to=actor)
        ids += [row.id for row in page.rows]
        cursor = page.next_cursor
        if cursor is None:
            return ids
        assert len(page.rows) == limit


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
@pytest.mark.parametrize("direction", ["", "-"])
@pytest.mark.parametrize("name", SORTS)
def test_pages_of_any_size_hold_everybody_once_in_the_order_of_the_whole_list(people, name, direction, limit):
    whole = customers_list(EVERYBODY, sort=direction + name, country="KE", visible_to=OPERATOR)
    assert walked(sort=direction + name, limit=limit) == [row.id for row in whole]
    assert sorted(row.id for row in whole) == sorted(people)


@pytest.mark.parametrize("direction", ["", "-"])
@pytest.mark.parametrize("name", SORTS)
def test_a_list_that_is_gathered_is_the_list_that_is_walked(people, name, direction, monkeypatch):
    wanted = CustomerFilter(is_active=None, spent_from=0)
    gathered = walked(wanted, sort=direction + name, limit=2)
    monkeypatch.setattr(listing, "MOST_GATHERED", 0)
    assert walked(wanted, sort=direction + name, limit=2) == gathered
    monkeypatch.setattr(narrowing, "MOST_FEW", 0)
    assert walked(wanted, sort=direction + name, limit=2) == gathered
    assert len(gathered) == 7


def test_who_has_no_value_comes_last_whichever_way(people):
    anna, ben, other_anna, nameless, zoe, late, chao = people
    assert walked(sort="name", limit=50) == [anna, other_anna, ben, chao, zoe, nameless, late]
    assert walked(sort="-name", limit=50) == [zoe, chao, ben, other_anna, anna, nameless, late]
    assert walked(sort="-last_order", limit=50) == [anna, ben, other_anna, nameless, zoe, late, chao]
    assert walked(sort="last_order", limit=50) == [zoe, nameless, other_anna, ben, anna, late, chao]


def test_equals_are_in_the_order_of_their_ids(people):
    anna, ben, other_anna, nameless, zoe, late, chao = people
    assert walked(sort="-spent", limit=2) == [anna, ben, zoe, other_anna, nameless, late, chao]


FILTERS = [
    (CustomerFilter(spent_from=70000), {0, 1, 4}),
    (CustomerFilter(spent_to=0), {5, 6}),
    (CustomerFilter(orders_from=2), {0}),
    (CustomerFilter(orders_to=0), {5, 6}),
    (CustomerFilter(first_order_to=date(2026, 11, 18)), {0, 4}),
    (CustomerFilter(last_order_from=date(2026, 11, 21)), {0}),
    (CustomerFilter(born_from=date(2000, 1, 1), born_to=date(2001, 2, 28)), {4}),
    (CustomerFilter(gender="male"), {1}),
    (CustomerFilter(city="Nairobi"), {0, 2}),
    (CustomerFilter(city="Nairobi", country="KE"), {0}),
    (CustomerFilter(country="KE"), {0, 2}),
    (CustomerFilter(tag="regular"), {0, 1}),
    (CustomerFilter(tag="regular", gender="female", spent_from=1), {0}),
    (CustomerFilter(store=cast.KAREN), {4}),
    (CustomerFilter(store="Nowhere"), set()),
    (CustomerFilter(is_active=False), set()),
]


@pytest.mark.parametrize("most", [{"FEW": 0}, {"FEW": 5000, "GATHERED": 0}, {"FEW": 5000, "GATHERED": 5000}])
@pytest.mark.parametrize(("wanted", "expected"), FILTERS)
def test_each_filter_lets_through_whom_it_says(people, wanted, expected, most, monkeypatch):
    monkeypatch.setattr(narrowing, "MOST_FEW", most["FEW"])
    monkeypatch.setattr(listing, "MOST_GATHERED", most.get("GATHERED", 0))
    for sort in ("id", "-spent"):
        assert {people.index(id_) for id_ in walked(wanted, sort=sort, limit=2)} == expected
    assert customers_count(wanted, visible_to=OPERATOR) == Counted(len(expected), is_exact=True)


def test_counting_stops_where_told(people):
    assert customers_count(EVERYBODY, at_most=3, visible_to=OPERATOR) == Counted(3, is_exact=False)
    assert customers_count(EVERYBODY, at_most=7, visible_to=OPERATOR) == Counted(7, is_exact=True)
    assert customers_count(EVERYBODY, at_most=None, visible_to=OPERATOR) == Counted(7, is_exact=True)


def test_a_manager_lists_their_own_stores_customers_and_those_of_nobody_yet(people):
    manager = Actor(key="person:5", name="Brian", role=Role.MANAGER, stores=frozenset({cast.store(cast.KAREN).id}))
    assert walked(sort="id", limit=2, actor=manager) == [people[4], people[5], people[6]]
    assert walked(CustomerFilter(store=cast.WESTLANDS), sort="id", limit=2, actor=manager) == []
    assert customers_count(EVERYBODY, visible_to=manager) == Counted(3, is_exact=True)
    assert [row.id for row in customers_among(people, EVERYBODY, visible_to=manager)] == people[4:]


def test_who_may_not_see_profiles_gets_no_list(people):
    for ask in (
        lambda: customers_page(EVERYBODY, visible_to=cast.GUEST),
        lambda: customers_count(EVERYBODY, visible_to=cast.GUEST),
        lambda: customers_among(people, EVERYBODY, visible_to=cast.GUEST),
    ):
        with pytest.raises(Forbidden):
            ask()


def test_a_cursor_of_another_order_or_of_nothing_is_refused(people):
    page = customers_page(EVERYBODY, sort="-spent", limit=2, visible_to=OPERATOR)
    for sort, cursor in (("spent", page.next_cursor), ("-spent", "nonsense"), ("-spent", ""), ("-spent", "W10")):
        with pytest.raises(BadCursor):
            customers_page(EVERYBODY, sort=sort, cursor=cursor, visible_to=OPERATOR)
    with pytest.raises(UnknownSort):
        customers_page(EVERYBODY, sort="-spend", visible_to=OPERATOR)


def test_a_cursor_holds_no_name(people):
    page = customers_page(EVERYBODY, sort="name", limit=1, visible_to=OPERATOR)
    Customer.objects.filter(id=people[0]).update(name="Anne")
    after = customers_page(EVERYBODY, sort="name", limit=9, cursor=page.next_cursor, visible_to=OPERATOR)
    assert [row.name for row in after.rows] == ["Ben", "Chao", "Zoe", "", ""]


def test_a_page_takes_as_many_queries_for_many_as_for_few(people, django_assert_num_queries):
    for limit in (1, 6):
        with django_assert_num_queries(5):
            customers_page(EVERYBODY, sort="-spent", limit=limit, visible_to=OPERATOR)
