"""Whom the midnight pass looks at: few, and nobody too few."""

from datetime import date, timedelta

import pytest

from regulars.segments.live import live_now
from regulars.segments.midnight import days_catch_up
from regulars.segments.turned import customers_turned
from tests import cast
from tests.segments.following import is_as_rebuilt, members, moves, save

pytestmark = pytest.mark.usefixtures("shop")

DAY = timedelta(days=1)
TODAY = date(2026, 11, 21)


def bought_twice(n: int, phone: str, *, first: int, last: int) -> int:
    """A customer whose two orders were so many days ago."""
    for number, back in ((n, first), (n + 1, last)):
        answer = cast.recorded(cast.sale(number, at=cast.NOW - back * DAY, customer={"phone": phone}))
    assert answer.customer_id is not None
    return answer.customer_id


def looked_at(night: int) -> list[int]:
    """Whom the night that is so many nights from now looks at."""
    before = TODAY + (night - 1) * DAY
    return customers_turned(live_now(), before=before, after=before + DAY)


def test_of_all_who_ordered_twice_those_are_looked_at_who_pass_a_threshold_of_overdue():
    # Overdue is 5 / 5 = 1 and 2 / 10 = 0.2 today, and a fifth and a tenth more each day.
    anna = bought_twice(1, cast.ANNA_PHONE, first=10, last=5)
    ben = bought_twice(3, cast.BEN_PHONE, first=12, last=2)
    save("Late", "overdue > 1.4")
    assert [looked_at(night) for night in range(1, 14)] == [[]] * 2 + [[anna]] + [[]] * 9 + [[ben]]
    for night in range(1, 14):
        days_catch_up(at=cast.NOW + night * DAY)
        assert is_as_rebuilt()
    assert members("Late") == {anna, ben}
    assert moves("Late") == [(anna, "in", "date"), (ben, "in", "date")]


@pytest.mark.parametrize(
    ("rule", "nights"),
    [
        ("overdue >= 1.4", [2]),
        ("overdue < 1.4", [2]),
        ("overdue = 1.4", [2, 3]),
        ("overdue != 1.4", [2, 3]),
        ("overdue between 1.2 and 1.6", [1, 4]),
        ("overdue in (1.2, 1.8)", [1, 2, 4, 5]),
        ("overdue >= 0.5", []),
        ("overdue is known", []),
        ("not (overdue < 1.2 or overdue > 1.4)", [1, 3]),
    ],
)
def test_whoever_is_more_overdue_is_looked_at_in_the_nights_that_matter_to_the_rule(rule, nights):
    anna = bought_twice(1, cast.ANNA_PHONE, first=10, last=5)
    save("Late", rule)
    assert [night for night in range(1, 6) if looked_at(night) == [anna]] == nights
    for night in range(1, 6):
        days_catch_up(at=cast.NOW + night * DAY)
        assert is_as_rebuilt()
    assert len(moves("Late")) == len(nights) + (
        rule in ("overdue < 1.4", "overdue != 1.4", "overdue >= 0.5", "overdue is known")
    )


def test_with_very_many_conditions_on_overdue_all_who_ordered_twice_are_looked_at():
    anna = bought_twice(1, cast.ANNA_PHONE, first=10, last=5)
    cast.recorded(cast.sale(9, customer={"phone": cast.BEN_PHONE}))
    save("Late", " or ".join(f"overdue > {n}" for n in range(10, 18)))
    assert looked_at(1) == []
    save("Later", "overdue > 20")
    assert looked_at(1) == [anna]
