"""A day of a rule is a business day: the store's own for its sales, the business's for today."""

from datetime import UTC, datetime

import pytest

from regulars.access.rules import OPERATOR
from regulars.sales.services import business_create, store_create
from regulars.segments.midnight import days_catch_up
from regulars.segments.selectors import rule_count
from tests import cast
from tests.segments.following import is_as_rebuilt, members, moves, save

pytestmark = pytest.mark.django_db
_TILL = {"phone": cast.ANNA_PHONE}


def opened(timezone: str, *, cutoff: str = "00:00", **stores: str) -> None:
    """A business of that zone and cut-off; its stores by name, each with a zone of its own."""
    business = business_create(
        name="Harbour Coffee", currency="GBP", country="GB", timezone=timezone, week_start="monday",
        day_cutoff=cutoff, actor=OPERATOR,
    )  # fmt: skip
    for name, zone in stores.items():
        store_create(
            name=name, business=business, timezone=zone, day_cutoff=cutoff, actor=OPERATOR, at=at("2026-01-01T12:00")
        )


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def sold(n: int, store: str, moment: str) -> int:
    """Anna buys there at that moment, which the till tells at once; who she is."""
    payload = cast.sale(n, customer=_TILL, store=store, at=at(moment))
    answer = cast.recorded(payload, at=at(moment))
    assert answer.customer_id is not None
    return answer.customer_id


def counted(rule: str, moment: str) -> int:
    return rule_count(rule, at=at(moment), visible_to=OPERATOR)


def test_a_day_that_ends_at_four_in_the_morning_ends_then():
    opened("Europe/London", cutoff="04:00", Bar="Europe/London")
    save("Today's guests", "orders in last 1 days >= 1", at=at("2026-11-21T20:00"))
    anna = sold(1, "Bar", "2026-11-22T02:00")
    assert members("Today's guests") == {anna}
    assert days_catch_up(at=at("2026-11-22T03:59")) == 0
    assert members("Today's guests") == {anna}
    assert days_catch_up(at=at("2026-11-22T04:00")) == 1
    assert members("Today's guests") == set()
    assert moves("Today's guests") == [(anna, "in", "sale"), (anna, "out", "date")]
    assert is_as_rebuilt()


def test_a_store_far_west_sells_on_the_businesss_yesterday():
    opened("Africa/Nairobi", Airport="America/Los_Angeles")
    sold(1, "Airport", "2026-11-22T03:00")  # 06:00 on the 22nd in Nairobi, 19:00 on the 21st in Los Angeles
    assert counted("orders in last 1 days >= 1", "2026-11-22T03:00") == 0
    assert counted("orders in last 2 days >= 1", "2026-11-22T03:00") == 1
    assert counted("last_order = yesterday", "2026-11-22T03:00") == 1
    assert counted('orders(weekday = "saturday", hour = 19) = 1', "2026-11-22T03:00") == 1


def test_a_store_far_east_sells_on_the_businesss_tomorrow():
    opened("Africa/Nairobi", Pier="Pacific/Auckland")
    save("Last days", "orders in last 2 days >= 1", at=at("2026-11-20T12:00"))
    anna = sold(1, "Pier", "2026-11-21T12:00")  # 15:00 on the 21st in Nairobi, 01:00 on the 22nd in Auckland
    assert counted("orders >= 1", "2026-11-21T12:00") == 1
    assert counted("orders in last 2 days >= 1", "2026-11-21T12:00") == 0
    assert members("Last days") == set()
    days_catch_up(at=at("2026-11-21T21:00"))  # midnight in Nairobi
    assert members("Last days") == {anna}
    assert moves("Last days") == [(anna, "in", "date")]
    assert is_as_rebuilt()


@pytest.mark.parametrize(
    ("first", "second", "day"),
    [
        # 01:30 comes twice on the night the clocks go back, and not at all on the night they go forward.
        ("2026-10-25T00:30", "2026-10-25T01:30", "2026-10-25"),
        ("2026-03-29T00:30", "2026-03-29T01:30", "2026-03-29"),
    ],
)
def test_a_night_when_the_clocks_change_is_one_day(first: str, second: str, day: str):
    opened("Europe/London", Bar="Europe/London")
    sold(1, "Bar", first)
    sold(2, "Bar", second)
    evening = f"{day}T20:00"
    assert counted(f"orders from {day} to {day} = 2 and visits from {day} to {day} = 1", evening) == 1
    assert counted("orders in last 1 days = 2", evening) == 1
    assert counted("first_order = today and last_order = today", evening) == 1


def test_midnight_comes_once_in_a_night_when_the_clocks_change():
    opened("Europe/London", Bar="Europe/London")
    save("Today", "orders in last 1 days >= 1", at=at("2026-10-24T12:00"))
    anna = sold(1, "Bar", "2026-10-24T20:00")
    # Midnight in London is 23:00 in summer time and 00:00 after.
    assert days_catch_up(at=at("2026-10-24T22:59")) == 0
    assert days_catch_up(at=at("2026-10-24T23:00")) == 1
    assert members("Today") == set()
    sold(2, "Bar", "2026-10-25T23:30")
    assert members("Today") == {anna}
    assert days_catch_up(at=at("2026-10-25T23:59")) == 0
    assert days_catch_up(at=at("2026-10-26T00:00")) == 1
    assert members("Today") == set()
