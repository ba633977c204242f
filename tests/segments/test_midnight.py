"""What time alone changes is changed that night, day by day, without anybody acting."""

import itertools
from datetime import date, datetime, timedelta
from unittest.mock import patch

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from regulars.groups.models import Membership, MembershipChange
from regulars.segments.midnight import Pace, days_catch_up
from regulars.segments.models import UpkeepAhead, UpkeepState
from tests import cast
from tests.segments.following import buys, groups_of, is_as_rebuilt, loyalty, members, moves, save

pytestmark = pytest.mark.usefixtures("shop")

DAY = timedelta(days=1)
TODAY = date(2026, 11, 21)


def days_of(name: str) -> list[tuple[int, bool, date]]:
    rows = MembershipChange.objects.filter(group__name=name).order_by("id")
    return list(rows.values_list("customer_id", "is_entry", "day"))


def test_the_50th_birthday_leaves_a_35_to_49_group_that_night():
    born = date(1976, 11, 22)
    anna, ben = cast.person("Anna", birth_date=born), cast.person("Ben", birth_date=born + DAY)
    save("35 to 49", "age between 35 and 49")
    assert members("35 to 49") == {anna, ben}
    assert days_catch_up(at=cast.NOW) == 0
    # Saturday noon in UTC; the shop's midnight is at 21:00.
    assert days_catch_up(at=datetime.fromisoformat("2026-11-21T20:59:59+00:00")) == 0
    assert days_catch_up(at=datetime.fromisoformat("2026-11-21T21:00:00+00:00")) == 1
    assert members("35 to 49") == {ben}
    assert moves("35 to 49")[2:] == [(anna, "out", "date")]
    assert days_of("35 to 49")[2:] == [(anna, False, TODAY + DAY)]
    assert is_as_rebuilt()


def test_missed_days_are_gone_through_in_order():
    anna = buys(1, "100.00", at=cast.NOW)
    save("Bought yesterday", "last_order = yesterday")
    save("This week", "orders in last 7 days >= 1")
    assert days_catch_up(at=cast.NOW + 10 * DAY) == 3
    assert days_of("Bought yesterday") == [(anna, True, TODAY + DAY), (anna, False, TODAY + 2 * DAY)]
    assert days_of("This week") == [(anna, True, TODAY), (anna, False, TODAY + 7 * DAY)]
    assert UpkeepState.objects.get().finished_day == TODAY + 10 * DAY
    assert is_as_rebuilt()
    before = cast.everything()
    assert days_catch_up(at=cast.NOW + 10 * DAY) == 0
    assert cast.everything() == before


def test_whoever_was_followed_on_a_later_day_is_left_alone_by_earlier_ones():
    anna, ben = buys(1, "100.00", at=cast.NOW), buys(2, "100.00", at=cast.NOW, phone=cast.BEN_PHONE)
    save("Fresh", "last_order >= 2 days ago")
    save("Lapsing", "last_order < 2 days ago")
    later = cast.NOW + 5 * DAY
    # Five days later, before the pass, Anna buys again.
    cast.recorded(cast.sale(3, at=later, customer={"phone": cast.ANNA_PHONE}), at=later)
    assert (groups_of(anna), groups_of(ben)) == ({"Fresh"}, {"Fresh"})
    assert list(UpkeepAhead.objects.values_list("customer_id", "day")) == [(anna, TODAY + 5 * DAY)]
    assert is_as_rebuilt()
    days_catch_up(at=later)
    assert (groups_of(anna), groups_of(ben)) == ({"Fresh"}, {"Lapsing"})
    assert days_of("Lapsing") == [(ben, True, TODAY + 3 * DAY)]
    assert not UpkeepAhead.objects.exists()
    assert is_as_rebuilt()


def test_a_pass_of_a_missed_day_undoes_nothing_that_a_later_day_brought():
    anna = buys(1, "100.00", at=cast.NOW)
    save("Bought today", "orders in last 1 day >= 1")
    later = cast.NOW + 5 * DAY
    cast.recorded(cast.sale(3, at=later, customer={"phone": cast.ANNA_PHONE}), at=later)
    assert days_catch_up(at=later) == 0
    assert days_of("Bought today") == [(anna, True, TODAY)]
    assert is_as_rebuilt()


def test_who_is_ahead_of_one_day_only_follows_those_after_it():
    anna = buys(1, "100.00", at=cast.NOW)
    save("Fresh", "last_order >= 2 days ago")
    later = cast.NOW + DAY
    cast.recorded(cast.sale(3, at=later, customer={"phone": cast.ANNA_PHONE}), at=later)
    days_catch_up(at=cast.NOW + 9 * DAY)
    assert days_of("Fresh") == [(anna, True, TODAY), (anna, False, TODAY + 4 * DAY)]


def test_a_sale_of_the_last_second_is_followed_on_the_day_that_has_begun():
    save("Old", "last_order < today")
    days_catch_up(at=cast.NOW + DAY)
    anna = buys(1, "100.00", at=cast.NOW)
    assert members("Old") == {anna}
    assert is_as_rebuilt()


def test_a_pass_that_was_cut_off_is_taken_up_again():
    anna = buys(1, "100.00", at=cast.NOW)
    save("Old", "last_order < today")
    UpkeepState.objects.update(day=TODAY + DAY)
    assert days_catch_up(at=cast.NOW + DAY) == 1
    assert members("Old") == {anna}
    assert UpkeepState.objects.get().finished_day == TODAY + DAY


def test_a_clock_that_was_ahead_is_made_good():
    anna = buys(1, "100.00", at=cast.NOW)
    save("Old", "last_order < 7 days ago")
    days_catch_up(at=cast.NOW + 30 * DAY)
    assert members("Old") == {anna}
    assert days_catch_up(at=cast.NOW) == 1
    assert members("Old") == set()
    assert UpkeepState.objects.get().finished_day == TODAY
    assert is_as_rebuilt()


def test_clocks_that_are_seconds_apart_turn_no_day_back():
    buys(1, "100.00", at=cast.NOW)
    save("Old", "last_order < today")
    days_catch_up(at=cast.NOW + DAY)
    before = cast.everything()
    assert days_catch_up(at=cast.NOW) == 0
    assert cast.everything() == before


def test_a_rule_saved_before_the_pass_lets_the_pass_go_first():
    anna = buys(1, "100.00", at=cast.NOW)
    save("Old", "last_order < today")
    save("Also old", "last_order < today", at=cast.NOW + 3 * DAY)
    assert days_of("Old") == [(anna, True, TODAY + DAY)]
    assert days_of("Also old") == [(anna, True, TODAY + 3 * DAY)]


def test_without_rules_that_turn_a_day_only_passes():
    loyalty()
    buys(1, "100.00", at=cast.NOW)
    with CaptureQueriesContext(connection) as done:
        assert days_catch_up(at=cast.NOW + DAY) == 0
    assert not any("sales_sale" in each["sql"] for each in done)
    assert UpkeepState.objects.get().finished_day == TODAY + DAY


def test_a_pass_tells_of_who_moved_and_keeps_since_of_the_rest():
    anna = buys(1, "100.00", at=cast.NOW)
    save("Old", "last_order < today")
    save("Known", "orders > 0")
    days_catch_up(at=cast.NOW + DAY)
    assert dict(Membership.objects.filter(customer_id=anna).values_list("group__name", "since")) == {
        "Old": TODAY + DAY, "Known": TODAY,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "born", "joined"),
    [
        ("birthday in next 7 days", date(1980, 11, 29), None),
        ("birthday in next 1 day", date(1992, 2, 29), None),
        ("joined < 30 days ago", None, date(2026, 11, 1)),
        ("overdue > 2", None, None),
        ("spent in last 3 days > 0", None, None),
        ('bought_together("LATTE", "MUG") in last 5 days', None, None),
    ],
    ids=str,
)
def test_every_kind_of_turning_rule_is_as_rebuilt_after_each_night(rule, born, joined):
    cast.person("Anna", phones=(cast.ANNA_PHONE,), birth_date=born, joined=joined)
    for n, back in ((1, 4), (2, 2)):
        sold_at = cast.NOW - back * DAY
        cast.recorded(cast.sale(n, cast.line(), cast.line("MUG"), at=sold_at, customer={"phone": cast.ANNA_PHONE}))
    save("Turning", rule)
    nights = range(1, 110) if born and born.month == 2 else range(1, 20)
    for n in nights:
        days_catch_up(at=cast.NOW + n * DAY)
        assert is_as_rebuilt(), n
    assert MembershipChange.objects.exists()


def test_as_many_are_written_together_as_take_a_fortieth_of_a_second_on_this_machine():
    pace = Pace(lambda: 0.0)
    sizes = []
    for seconds in (0.001, 0.001, 0.001, 0.001, 0.05, 0.025, 0.3, 30.0, 0.0, 0.0125):
        pace.took(seconds, customers=pace.size)
        sizes.append(pace.size)
    # Twice as many at most, never more than a hundred nor none; half as many where it took twice as long.
    assert sizes == [40, 80, 100, 100, 50, 50, 4, 1, 2, 4]


def test_on_a_slow_machine_a_night_is_written_in_smaller_parts():
    for n in range(50):
        cast.person(f"P{n}", birth_date=date(1976, 11, 22))
    save("Old enough", "age >= 50")
    ticks = itertools.count()
    with patch.object(Pace, "took", autospec=True, side_effect=Pace.took) as took:
        assert days_catch_up(at=cast.NOW + DAY, clock=lambda: next(ticks) * 0.0625) == 50
    assert [call.kwargs["customers"] for call in took.call_args_list] == [20, 8, 3, *[1] * 19]
    assert len(members("Old enough")) == 50
    assert is_as_rebuilt()
