"""What the end of a day does: each day once, in order, also late; and what joining and birthdays bring."""

from datetime import date, timedelta

import pytest

from regulars.access.rules import OPERATOR
from regulars.balances.jobs import day_end, days_end
from regulars.balances.models import DayEnd, Entry
from regulars.balances.verifying import differences
from regulars.customers.models import Customer
from regulars.groups.models import Membership
from regulars.segments.services import segment_save
from tests import cast
from tests.balances.counter import TODAY, bring_back, entries, held, lots, noon, points, policy, sell

pytestmark = pytest.mark.usefixtures("shop")
DAY = timedelta(days=1)


@pytest.fixture
def anna(shop):
    return cast.person("Anna")


def test_a_lot_expires_after_its_last_day_under_that_day(anna):
    policy(expires_after_days=2)
    sell(1, "100.00", to=anna)
    days_end(at=noon(TODAY + 2 * DAY))
    assert points(anna) == 10
    days_end(at=noon(TODAY + 3 * DAY))
    assert list(Entry.objects.order_by("id").values_list("kind", "amount", "day", "at")) == [
        ("earn", 10, TODAY, noon(TODAY)), ("expire", -10, TODAY + 2 * DAY, noon(TODAY + 3 * DAY)),
    ]  # fmt: skip


def test_missed_days_are_gone_through_and_a_day_that_ended_ends_once(anna):
    policy(expires_after_days=2)
    sell(1, "100.00", to=anna)
    assert days_end(at=noon(TODAY)) == 1
    assert days_end(at=noon(TODAY + 10 * DAY)) == 10
    assert DayEnd.objects.get().day == TODAY + 9 * DAY
    before = cast.everything()
    assert days_end(at=noon(TODAY + 10 * DAY)) == 0
    day_end(TODAY + 9 * DAY, at=noon(TODAY + 10 * DAY))
    assert cast.everything() == before
    assert entries(anna) == [("earn", 10), ("expire", -10)]


def test_a_day_that_is_not_over_does_not_end(anna):
    policy(expires_after_days=0)
    sell(1, "100.00", to=anna)
    before = cast.everything()
    day_end(TODAY, at=noon(TODAY))
    assert cast.everything() == before


def test_what_had_expired_before_it_was_stored_expires_with_the_next_day(anna):
    policy(expires_after_days=2)
    sell(1, "100.00", to=anna, on=TODAY - 20 * DAY, at=noon(TODAY))
    assert (points(anna), held(anna).points) == (10, 0)
    days_end(at=noon(TODAY))
    assert (points(anna), lots(anna)) == (0, [(10, 0)])
    assert list(differences(today=TODAY)) == []


def test_what_has_expired_does_not_pay_what_is_owed(anna):
    policy(expires_after_days=2)
    sell(1, "100.00", to=anna)
    sell(2, "10.00", to=anna, paid={"points": "10.00"})
    bring_back(3, 1, cast.line(price="100.00", quantity="-1"))
    assert points(anna) == -10
    sell(4, "100.00", to=anna, on=TODAY - 20 * DAY, at=noon(TODAY))
    assert (points(anna), lots(anna)) == (0, [(10, -10), (10, 10)])
    assert held(anna).points == -10
    days_end(at=noon(TODAY))
    assert lots(anna) == [(10, -10), (10, 0)]
    assert list(differences(today=TODAY)) == []


def test_segments_follow_what_expires(anna):
    policy(expires_after_days=0)
    segment_save("Rich", "points >= 10", actor=OPERATOR, at=noon(TODAY))
    sell(1, "100.00", to=anna)
    assert Membership.objects.filter(customer_id=anna).count() == 1
    days_end(at=noon(TODAY + DAY))
    assert Membership.objects.filter(customer_id=anna).count() == 0


def test_who_joins_under_a_policy_with_a_welcome_is_given_it_once(shop):
    early = cast.person("Early")
    policy(welcome_bonus=50, bonus_expires_after_days=9, starts_on=TODAY + DAY)
    cast.person("Of the day before")
    tomorrow = noon(TODAY + DAY)
    from regulars.customers.details import CustomerDetails
    from regulars.customers.services import customer_create

    office = customer_create(
        CustomerDetails(name="New"), source="office", country="KE", actor=OPERATOR, at=tomorrow, today=TODAY + DAY
    )
    assert entries(office) == [("bonus", 50)]
    sell(1, "10.00", on=TODAY + DAY, customer={"phone": cast.ANNA_PHONE})
    sell(2, "10.00", on=TODAY + DAY, customer={"phone": cast.ANNA_PHONE})
    till = Customer.objects.get(source="till").id
    assert sorted(entries(till)) == [("bonus", 50), ("earn", 1), ("earn", 1)]
    sell(3, "10.00", to=early, on=TODAY + DAY)
    assert entries(early) == [("earn", 1)]
    assert held(till, on=TODAY + DAY).expiring == ((TODAY + 10 * DAY, 50),)


@pytest.mark.parametrize(
    ("born", "congratulated"),
    [
        (date(1990, 2, 28), {2027: date(2027, 2, 28), 2028: date(2028, 2, 28)}),
        (date(1992, 2, 29), {2027: date(2027, 2, 28), 2028: date(2028, 2, 29)}),
    ],
)
def test_a_birthday_brings_its_bonus_once_a_year(shop, born, congratulated):
    ben = cast.person("Ben", birth_date=born)
    policy(birthday_bonus=20, bonus_expires_after_days=30)
    for year, on in congratulated.items():
        days = [date(year, 2, 26) + timedelta(days=n) for n in range(6)]
        DayEnd.objects.update_or_create(id=1, defaults={"day": days[0]})
        for day in days:
            days_end(at=noon(day))
            days_end(at=noon(day))
        given = Entry.objects.filter(customer_id=ben, kind="bonus", source=f"birthday/{ben}/{year}")
        assert list(given.values_list("amount", "day")) == [(20, on)]
