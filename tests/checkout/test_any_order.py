"""However sales arrive, late, repeated, in any order and in any batches, the end is the same (C7)."""

import os
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from regulars.customers.search import search_differences
from regulars.sales.facts import facts_rebuild
from regulars.sales.selectors import business_get
from tests import cast
from tests.checkout.reference import OfficePerson, people_of, products_of, total_of
from tests.checkout.state import state

EXAMPLES = {"quick": 25, "usual": 60, "deep": 1000}[os.environ.get("REGULARS_HYPOTHESIS", "usual")]
settings.register_profile(
    "regulars",
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    print_blob=True,
)
PROFILE = settings.get_profile("regulars")

MONDAY = datetime(2026, 11, 16, 20, 30, tzinfo=UTC)  # half past eleven at night in Nairobi
SHARED_PHONE = "+254733000001"
OFFICE = [
    OfficePerson("Mary Wanjiru", (("phone", SHARED_PHONE), ("email", "mary@example.org"))),
    OfficePerson("Joseph Otieno", (("phone", SHARED_PHONE), ("email", "joseph@example.org"))),
]

names = st.sampled_from(["", "", "Anna", "anna", "Ben"])
strangers = st.fixed_dictionaries(
    {},
    optional={
        "phone": st.sampled_from(["+254712345678", "+254722000111"]),
        "email": st.sampled_from(["anna@example.org", "ben@example.org"]),
        "code": st.sampled_from(["C-1", "c-1"]),
    },
)
household = st.sampled_from(
    [{"phone": SHARED_PHONE}, {"phone": SHARED_PHONE, "email": "joseph@example.org"}, {"email": "mary@example.org"}]
)
contacts = st.one_of(
    st.none(),
    *[st.builds(lambda given, name: {**given, "name": name}, strangers, names)] * 5,
    st.builds(
        lambda given, name: {**given, "name": name},
        household,
        st.sampled_from(["", "joseph otieno", "Mary Wanjiru", "Anna"]),
    ),
)


@st.composite
def bought(draw: st.DrawFn) -> dict[str, Any]:
    """A line, under changing words for one SKU, or sold by name only."""
    price = draw(st.sampled_from(["350.00", "99.99", "0.05", "12.345"]))
    quantity = draw(st.sampled_from(["1", "2", "3", "0.750"]))
    line = {"unit_price": price, "quantity": quantity}
    line |= draw(
        st.sampled_from(
            [
                {"sku": "LATTE", "name": "Latte"},
                {"sku": "LATTE", "name": "Caffè latte", "category": "Coffee"},
                {"sku": "LATTE"},
                {"sku": "BEANS", "name": "Beans", "category": "Coffee", "brand": "House"},
                {"name": "Cake", "category": "Food"},
                {"name": "Cake"},
            ]
        )
    )
    if Decimal(price) * Decimal(quantity) > 1 and draw(st.booleans()):
        line["discount"] = draw(st.sampled_from(["0.01", "1.00"]))
        line["tax"] = draw(st.sampled_from(["0.07", "1.13"]))
    if draw(st.integers(0, 9)) == 0:
        line["gift_card"] = True
    return line


@st.composite
def told(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Sales of one week in two stores, some brought back in parts; in the order in which they were numbered."""
    sales: list[dict[str, Any]] = []
    for _ in range(draw(st.integers(1, 7))):
        n = len(sales)
        lines = draw(st.lists(bought(), min_size=1, max_size=2))
        sale = cast.sale(n, *lines, at=MONDAY + timedelta(minutes=draw(st.integers(0, 8)) * 11))
        sale["store"] = draw(st.sampled_from([cast.WESTLANDS, cast.KAREN]))
        sale["register"] = draw(st.sampled_from(["", "1", "2"]))
        sale["channel"] = draw(st.sampled_from(["in_store", "online"]))
        contact = draw(contacts)
        if contact:
            sale["customer"] = contact
        if draw(st.booleans()):
            sale["payments"] = [{"method": "cash", "amount": total_of(lines), "reference": f"r{n}"}]
        sales.append(sale)
        if draw(st.integers(0, 7)) == 0:
            sale["status"] = "voided"
        elif draw(st.booleans()):
            sales += draw(returns_of(n, sale))
    return sales


@st.composite
def returns_of(draw: st.DrawFn, original: int, sale: dict[str, Any]) -> list[dict[str, Any]]:
    """One or two returns that together bring back no more than was bought."""
    returns = []
    left = [Decimal(line["quantity"]) for line in sale["lines"]]
    for n in range(100 + 2 * original, 100 + 2 * original + draw(st.integers(1, 2))):
        lines = []
        for place, line in enumerate(sale["lines"]):
            quantity = draw(st.sampled_from([Decimal(0), left[place], round(left[place] / 2, 3)]))
            if quantity:
                left[place] -= quantity
                words = {name: value for name, value in line.items() if name not in ("discount", "tax")}
                lines.append({**words, "quantity": str(-quantity)})
        if lines:
            back = cast.brought_back(n, original, *lines, at=MONDAY + timedelta(days=1, minutes=n))
            back["store"] = sale["store"]
            if draw(st.booleans()):
                back["customer"] = {"phone": "+254722000111", "name": "Whoever brings it"}
            returns.append(back)
    return returns


@st.composite
def entangled(draw: st.DrawFn) -> list[dict[str, Any]]:
    """A few sales of one line whose contacts overlap, most of them brought back: late ones join and part customers."""
    sales: list[dict[str, Any]] = []
    for n in range(draw(st.integers(2, 5))):
        kinds = draw(st.sets(st.sampled_from(["phone", "email", "code"]), min_size=1, max_size=2))
        known = {"phone": "+254712345678", "email": "anna@example.org", "code": "C-1"}
        contact = {kind: value for kind, value in known.items() if kind in kinds}
        minute = draw(st.integers(0, 6))
        sale = cast.sale(n, at=MONDAY + timedelta(minutes=minute), customer={**contact, "name": f"Anna {minute}"})
        sales.append(sale)
        if draw(st.integers(0, 2)):
            sales.append(cast.brought_back(100 + n, n, at=MONDAY + timedelta(days=1)))
    return sales


@st.composite
def arrivals(
    draw: st.DrawFn, some: st.SearchStrategy[list[dict[str, Any]]]
) -> tuple[list[dict[str, Any]], list[list[dict[str, Any]]]]:
    """Some sales, and the batches in which they arrive: in any order, some of them again."""
    sales = draw(some)
    again = draw(st.lists(st.sampled_from(sales), max_size=4))
    arriving = draw(st.permutations([*sales, *again]))
    cuts = sorted(draw(st.sets(st.integers(1, len(arriving)), max_size=3)))
    batches = [list(arriving[start:end]) for start, end in zip([0, *cuts], [*cuts, len(arriving)], strict=True)]
    return sales, [batch for batch in batches if batch]


@st.composite
def late_arrivals(draw: st.DrawFn) -> tuple[list[dict[str, Any]], list[list[dict[str, Any]]]]:
    """Entangled sales, some of which come late, in one batch with returns of those that came before."""
    sales = draw(entangled())
    batches: list[list[dict[str, Any]]] = [[], []]
    for sale in draw(st.permutations(sales)):
        batches[1 if sale.get("returns") else draw(st.integers(0, 1))].append(sale)
    return sales, [batch for batch in batches if batch]


JOINED_LATE = [
    cast.sale(1, at=MONDAY + timedelta(minutes=5), customer={"phone": "+254712345678", "name": ""}),
    cast.sale(2, at=MONDAY + timedelta(minutes=6), customer={"email": "anna@example.org", "name": ""}),
    cast.sale(
        3, at=MONDAY, customer={"phone": "+254712345678", "email": "anna@example.org", "name": "Anna"}
    ),
    cast.brought_back(4, 2, at=MONDAY + timedelta(days=1)),
]  # fmt: skip


def shop_with_household() -> None:
    cast.shop_open()
    for person in OFFICE:
        [phone, email] = [value for _kind, value in person.identities]
        cast.person(person.name, phones=(phone,), emails=(email,))


def after(batches: list[list[dict[str, Any]]]) -> dict[str, Any]:
    """What is stored after these batches; then it is undone."""
    with transaction.atomic():
        stored: set[str] = set()
        for batch in batches:
            for payload, answer in zip(batch, cast.record(*batch), strict=True):
                expected = "unchanged" if payload["id"] in stored else "created"
                assert answer.outcome == expected, (payload, answer)
                assert (str(answer.uid), answer.number) == (payload["id"], payload["number"])
                stored.add(payload["id"])
        connection.check_constraints()
        found = state()
        assert search_differences() == []
        facts_rebuild(business=business_get())
        assert state() == found, "a rebuild changes what was derived"
        transaction.set_rollback(True)
    return found


def expected(sales: list[dict[str, Any]]) -> list[dict[str, Any]]:
    people = [
        {
            "sales": frozenset(person.sales),
            "name": person.name,
            "named": person.named,
            "joined": person.joined,
            "code": person.code,
            "identities": person.identities,
            "facts": person.facts,
            "is_vouched": person.is_from_office,
        }
        for person in people_of(sales, OFFICE, timezone=cast.NAIROBI)
    ]
    return sorted(people, key=lambda each: (sorted(each["sales"]), sorted(each["identities"]), each["name"]))


def assert_any_order_is_in_order(sales: list[dict[str, Any]], batches: list[list[dict[str, Any]]]) -> None:
    with transaction.atomic():
        shop_with_household()
        in_order = sorted(sales, key=lambda sale: (bool(sale.get("returns")), sale["sold_at"], sale["id"]))
        once = after([[sale] for sale in in_order])
        assert once["people"] == expected(sales)
        assert once["products"] == products_of(sales)
        assert len(once["sales"]) == len(sales)
        assert after(batches) == once
        transaction.set_rollback(True)


@pytest.mark.django_db
@PROFILE
@given(arrivals(told()))
def test_sales_in_any_order_repetition_and_batches_end_as_in_order_and_once(told_and_arriving):
    assert_any_order_is_in_order(*told_and_arriving)


@pytest.mark.django_db
@PROFILE
@given(late_arrivals() | arrivals(entangled()))
@example((JOINED_LATE, [JOINED_LATE[:2], JOINED_LATE[2:]]))
def test_entangled_contacts_and_returns_in_any_order_end_as_in_order_and_once(told_and_arriving):
    assert_any_order_is_in_order(*told_and_arriving)
