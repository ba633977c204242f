"""Figures beside the reports: when a customer comes, what a segment buys, how the lake stands."""

from datetime import timedelta
from html import unescape

import pytest

from regulars.access.rules import OPERATOR
from regulars.sales.profiles import Occasion, customer_profile
from regulars.sales.today import HoursToday, HourToday, Usual
from regulars.segments.editing import segment_create
from regulars.web.context import shop_of
from regulars.web.reporting.hours import hours_drawn
from regulars.web.reporting.rhythm import rhythm_drawn
from tests import cast
from tests.web.visiting import signed_in

pytestmark = pytest.mark.usefixtures("noon")


def text(answer):
    return unescape(answer.content.decode())


# A customer


def test_a_customer_page_shows_when_they_come(anna):
    # Friday, 15:01 to 15:03 on the shop's clock.
    assert customer_profile(anna, visible_to=OPERATOR).occasions == [Occasion(5, 15, 3)]
    page = text(signed_in("owner").get(f"/customers/{anna}"))
    assert "Most often on Friday from 15:00." in page
    assert "Friday 15:00: 3 orders" in page


def test_two_orders_are_no_rhythm(people):
    from regulars.sales.selectors import business_get

    shop = shop_of(business_get())
    assert rhythm_drawn([Occasion(1, 9, 2)], shop=shop) is None
    drawn = rhythm_drawn([Occasion(1, 9, 2), Occasion(7, 20, 4)], shop=shop)
    assert drawn is not None
    assert drawn.finding == "Most often on Sunday from 20:00."
    shades = {each.told: each.shade for each in drawn.fields if each.shade}
    assert shades == {"Monday 9:00: 2 orders": 2, "Sunday 20:00: 4 orders": 4}
    assert len(drawn.fields) == 7 * 12


# Today


@pytest.mark.parametrize(
    ("usual", "sentence"),
    [
        (None, "There is no earlier Monday to compare with yet."),
        (Usual(0, 0.0, None, None), "By this time nothing is usually sold on a Monday."),
        (Usual(100, 1.0, None, 100), "So far 50% more was sold than usually on a Monday by this time."),
        (Usual(200, 1.5, None, 133), "So far 25% less was sold than usually on a Monday by this time."),
        (Usual(150, 1.5, None, 100), "So far as much was sold as usually on a Monday by this time."),
    ],
)
def test_the_hours_say_how_the_day_compares(people, usual, sentence):
    from regulars.sales.selectors import business_get

    hours = HoursToday((HourToday(9, 150, 1, 100, 1.0), HourToday(10, 0, 0, 100, 1.0)), 2, usual)
    drawn = hours_drawn(hours, weekday="Monday", shop=shop_of(business_get()))
    assert drawn is not None
    assert drawn.finding == sentence


# A segment


def test_a_segment_leads_to_what_its_members_buy(anna):
    segment = segment_create("Spenders", "spent >= 500", actor=OPERATOR, at=cast.NOW).id
    address = "/reports/preferences?segment=Spenders"
    assert f'href="{address}"' in text(signed_in("marketer").get(f"/segments/{segment}"))
    assert address not in text(signed_in("cashier").get(f"/segments/{segment}"))
    assert signed_in("marketer").get(address).status_code == 200


# The lake


def test_the_data_page_says_how_the_lake_stands_and_brings_it_up_to_date(anna):
    client = signed_in("owner")
    assert "no files yet" in text(client.get("/data"))
    assert client.post("/data/lake/flush").status_code == 302
    page = text(client.get("/data"))
    assert "The files of the lake are up to date." in page
    assert "up to date" in page
    cast.record(cast.sale(60, at=cast.NOW - timedelta(hours=1)))
    assert "not in the files yet" in text(client.get("/data"))
    client.post("/data/lake/check")
    assert "The lake was checked: every sum is that of the database." in text(client.get("/data"))


def test_only_who_may_import_touches_the_lake(people):
    for role in ("manager", "analyst", "auditor", "marketer", "cashier"):
        client = signed_in(role)
        assert (client.post("/data/lake/flush").status_code, client.post("/data/lake/check").status_code) == (403, 403)
