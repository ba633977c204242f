"""The worked examples of docs/algorithms are what the code does."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import permutations
from uuid import uuid4

import pytest
from django.db import transaction

from regulars.access.rules import OPERATOR
from regulars.checkout.services import sale_reassign, sale_return, sales_record
from regulars.core.days import minute_of_day, moment_at, timezone_of
from regulars.core.errors import Invalid
from regulars.core.money import amount_milli, amount_minor, amount_text, currency_places
from regulars.customers.details import CustomerDetails
from regulars.customers.models import Identity
from regulars.customers.services import customer_create, customer_edit, note_add
from regulars.sales.models import Sale
from regulars.sales.rules import line_net
from tests import cast
from tests.house.documents import section, sections, table

LINKING, MONEY, DAYS = (f"docs/algorithms/{name}.md" for name in ("linking", "money", "days"))
WEEK = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
FAMILY = [pytest.param(each, id=each.title) for each in sections(LINKING) if table(each.text)]
ANNA, BEN = "0712 345 678", "0722 000 111"


def _made(text: str) -> datetime:
    """ "Tue 09:00" of the week before the cast's now."""
    day, clock = text.split()
    hour, minute = map(int, clock.split(":"))
    return datetime(2026, 11, 9 + WEEK.index(day), hour, minute, tzinfo=UTC)


def _contact(gives: str) -> dict[str, str]:
    return {} if gives == "nothing" else dict(part.split(" ", 1) for part in gives.split(", "))


def _sale(row: Mapping[str, str]) -> dict[str, object]:
    contact = _contact(row["gives"])
    return cast.sale(int(row["sale"]), at=_made(row["made"]), **({"customer": contact} if contact else {}))


def _record(*sales: dict[str, object]) -> None:
    """The sales arrive one after the other."""
    for sale in sales:
        [answer] = sales_record([sale], actor=OPERATOR, at=cast.NOW)
        assert answer.outcome == "created", answer


def _owners() -> dict[int, int | None]:
    """Whose each sale is, by its number in the example."""
    return {int(number[2:]): customer for number, customer in Sale.objects.values_list("number", "customer_id")}


def _grouped(owners: Mapping[int, object], nobody: Iterable[int]) -> set[frozenset[int]]:
    """The sales that belong together."""
    known = {n: owner for n, owner in owners.items() if n not in set(nobody)}
    return {frozenset(n for n, owner in known.items() if owner == each) for each in known.values()}


def _write(days: str, contact: dict[str, str], n: int) -> dict[str, object]:
    return cast.sale(n, at=_made(days), customer=contact)


def _rows(title: str) -> list[Mapping[str, str]]:
    return table(section(LINKING, title).text)


def _profile(phones: Sequence[str] = (), emails: Sequence[str] = (), name: str = "") -> CustomerDetails:
    return CustomerDetails(name=name, phones=tuple(phones), emails=tuple(emails))


def _create(details: CustomerDetails) -> int:
    return customer_create(
        details, source="office", country="KE", actor=OPERATOR, at=cast.NOW, today=cast.NOW.date()
    )  # fmt: skip


@pytest.fixture
def shop(db):
    return cast.shop_open()


@pytest.mark.parametrize("example", FAMILY)
def test_sales_are_in_the_profiles_of_the_table_in_whatever_order_they_arrive(example, shop):
    rows = table(example.text)
    nobody = [int(row["sale"]) for row in rows if row["profile"] == "nobody"]
    expected = _grouped({int(row["sale"]): row["profile"] for row in rows}, nobody)
    for order in permutations(rows):
        with transaction.atomic():
            _record(*map(_sale, order))
            owners = _owners()
            transaction.set_rollback(True)
        assert _grouped(owners, nobody) == expected, [row["sale"] for row in order]
        assert [owners[n] for n in nobody] == [None] * len(nobody)


def test_the_family_of_examples_is_whole():
    assert len(FAMILY) == 8


def test_a_person_takes_an_identity_away(shop):
    _record(*map(_sale, _rows("Example 4")))
    anna = _owners()[1]
    customer_edit(
        anna, _profile([ANNA], ["family@example.org"]), country="KE", actor=OPERATOR, at=cast.NOW, today=cast.NOW.date()
    )
    ben = _create(_profile([BEN], name="Ben"))
    _record(_write("Thu 09:00", {"phone": BEN}, 4), _write("Mon 08:00", {"phone": BEN}, 5))
    assert _owners() == {1: anna, 2: anna, 3: anna, 4: ben, 5: ben}


def test_a_note_holds_a_profile_together(shop):
    monday, *rest = map(_sale, _rows("Example 5"))
    _record(*rest)
    anna = _owners()[2]
    note_add(anna, "Always asks for oat milk.", actor=OPERATOR, at=cast.NOW)
    _record(monday)
    assert set(_owners().values()) == {anna}


def test_a_household_with_one_phone(shop):
    anna = _create(_profile([ANNA], name="Anna"))
    ben = _create(_profile([ANNA], ["ben@example.org"], name="Ben"))
    _record(
        _write("Mon 09:00", {"phone": ANNA, "name": "BEN"}, 1),
        _write("Mon 10:00", {"phone": ANNA, "email": "ben@example.org"}, 2),
        _write("Mon 11:00", {"phone": ANNA}, 3),
    )
    assert _owners() == {1: ben, 2: ben, 3: anna}


def test_a_sale_given_to_somebody(shop):
    _record(_write("Mon 09:00", {"phone": ANNA}, 1), _write("Mon 10:00", {"phone": BEN}, 2))
    anna, ben = _owners()[1], _owners()[2]
    sale_reassign("W-0001", ben, actor=OPERATOR, at=cast.NOW)
    sale_return("W-0001", uid=uuid4(), actor=OPERATOR, at=cast.NOW)
    _record(_write("Tue 09:00", {"phone": ANNA}, 3))
    assert dict(Sale.objects.values_list("number", "customer_id")) == {
        "W-0001": ben, "W-0001-R1": ben, "W-0002": ben, "W-0003": anna,
    }  # fmt: skip
    assert Identity.objects.get(value=cast.ANNA_PHONE).customer_id == anna


def test_examples_without_a_table_name_a_test_that_is_here():
    told = [each for each in sections(LINKING) if each.title.startswith("Example ") and not table(each.text)]
    named = {name for each in told for name in re.findall(r"`(test_\w+)`", each.text)}
    assert len(told) == len(named) == 4
    assert named <= globals().keys()


def _or_code(read, *arguments, **more):
    """What the function gives, or the code of its refusal."""
    try:
        return str(read(*arguments, **more))
    except Invalid as error:
        return error.code


@pytest.mark.parametrize(
    "row", table(section(MONEY, "Example 1").text), ids=lambda row: f"{row['written']} {row['currency']}"
)
def test_an_amount_is_read_as_the_table_says(row):
    assert _or_code(amount_minor, row["written"], places=currency_places(row["currency"])) == row["amount"]


@pytest.mark.parametrize("row", table(section(MONEY, "Example 2").text), ids=lambda row: " ".join(row.values()))
def test_a_line_costs_what_the_table_says(row):
    costs = line_net(
        quantity_milli=amount_milli(row["quantity"]),
        unit_price_milli=amount_milli(row["unit price"], places=2),
        discount=amount_minor(row["discount"], places=2),
        tax=amount_minor(row["tax"], places=2),
        prices_include_tax=row["prices"] == "with tax",
    )
    assert amount_text(costs, places=2) == row["costs"]


def test_parts_brought_back_give_what_the_table_says(shop):
    _record(cast.sale(1, cast.line(quantity="3", price="3.33333")))
    for row in table(section(MONEY, "Example 3").text):
        sale_return("W-0001", quantities={1: 1000}, uid=uuid4(), actor=OPERATOR, at=cast.NOW)
        back = Sale.objects.get(number=f"W-0001-R{row['piece']}")
        assert amount_text(-back.total, places=2) == row["gives back"]


@pytest.mark.parametrize(
    "row",
    [row for title in ("Example 1", "Example 2") for row in table(section(DAYS, title).text)],
    ids=lambda row: " ".join(list(row.values())[:3]),
)
def test_a_moment_is_on_the_day_the_table_says(row):
    at = datetime.fromisoformat(row["made (UTC)"]).replace(tzinfo=UTC)
    found = moment_at(at, timezone=timezone_of(row["time zone"]), cutoff_minutes=minute_of_day(row["cut-off"]))
    assert str(found.day) == row["business day"]
    assert str(found.weekday) == row["weekday"]
    assert f"{found.hour:02}:{found.minute:02}" == row["clock"]
