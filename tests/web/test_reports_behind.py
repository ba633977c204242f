"""The customers behind a figure: what the figure is called, and where there are none to be seen."""

import re
from datetime import timedelta
from html import unescape

import pytest

from regulars.access.rules import OPERATOR
from regulars.reports.catalogue import question_named
from regulars.sales.selectors import business_get
from regulars.web.context import shop_of
from regulars.web.reporting.rows import identity_of, is_nobodys, row_told
from tests import cast
from tests.web.visiting import signed_in

pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def sold(anna, ben):
    cast.record(cast.sale(20, at=cast.NOW - timedelta(days=65), customer={"phone": cast.ANNA_PHONE}))


def text(answer):
    return unescape(answer.content.decode())


def part_of(key, name="query"):
    return next(part for part in question_named(key).report.parts if part.name == name)


@pytest.mark.parametrize(
    ("key", "name", "row", "told"),
    [
        ("places", "query", {"place": "Nakuru", "region": "", "country": "KE", "level": "city"}, "Nakuru, Kenya"),
        ("places", "query", {"place": "", "region": "", "country": "", "level": "country"}, "Unknown"),
        ("payments", "query", {"period": "2026-11", "method": "Cash", "is_whole": False}, "Nov 2026, Cash"),
        ("cohorts", "query", {"cohort": "2026-10", "since": 1}, "First order in Oct 2026, Periods since 1"),
        ("flows", "moves", {"tier_before": 901, "tier": 902}, "From 901, To 902"),
        ("repeat", "query", {"at_least": 3}, "At least 3"),
        ("repeat", "within", {"within_days": 30}, "Within 30 days"),
        ("frequency", "query", {"from_days": 7, "to_days": 13}, "From 7, To 13 days"),
        ("repeat", "second", {}, "Days to the second order"),
        ("rfm", "grid", {"recency": 5, "frequency_money": 4}, "Recency 5, Frequency and money 4"),
    ],
)
def test_a_row_is_called_by_what_tells_it_and_nothing_else(sold, key, name, row, told):
    part = part_of(key, name)
    held = dict.fromkeys((column.name for column in part.columns), 7) | {"top_category": "Drinks"} | row
    shop = shop_of(business_get())
    assert row_told(part, held, shop=shop, actor=OPERATOR) == told


def test_what_came_out_is_no_part_of_what_tells_a_row():
    place = {"place": "Nakuru", "region": "", "country": "KE", "level": "city", "top_category": "Drinks"}
    assert "top_category" not in identity_of(part_of("places"), place)
    best = {"place": 1, "customer": 5, "last_order": None}
    assert identity_of(part_of("top"), best) == {"customer": 5}


def test_a_customer_stands_beside_an_earlier_time_whenever_they_ordered_last(sold):
    told = {"from": "2026-10-01", "to": "2026-11-21", "compare": "previous"}
    page = text(signed_in("owner").get("/reports/customers", told))
    [row] = re.findall(r"<tr><th[^>]*><a[^>]*>Anna Maria Okoth.*?</tr>", page)
    assert "was 350.00" in re.sub(r"<[^>]+>", "", row)


def test_the_rule_of_the_customers_behind_a_figure_is_written_as_people_read(sold):
    paid = [{"method": "Cash", "amount": "350.00"}]
    cast.record(cast.sale(30, payments=paid, customer={"phone": cast.ANNA_PHONE}))
    client = signed_in("owner")
    told = "from=2026-11-01&part=query&row-period=2026-11&row-method=Cash"
    page = text(client.get(f"/reports/payments/behind?{told}"))
    assert re.findall(r'<p class="words">(.*?)</p>', page) == [
        'A customer who ordered at least 1 time from 1 Nov 2026 to 21 Nov 2026, counting only payment "Cash".'
    ]


@pytest.mark.parametrize(
    ("key", "name", "figures", "is_nobody"),
    [
        ("new-returning", "query", {"customers": 0, "all_customers": 9}, True),
        ("new-returning", "query", {"customers": 2, "all_customers": 9}, False),
        ("retention", "query", {"retained": 0, "customers": 25}, True),
        ("liability", "credit", {"opening": 0, "closing": 0}, True),
        ("liability", "credit", {"issued": 100}, False),
        ("liability", "expiry", {"given": 500, "outstanding": 0}, True),
        ("decline", "query", {"change": 500, "customers_lost": 0}, True),
        ("frequency", "query", {"from_days": 7, "to_days": 13, "gaps": 0, "all_gaps": 5}, True),
    ],
)
def test_a_row_whose_figures_are_zero_is_nobodys(key, name, figures, is_nobody):
    part = part_of(key, name)
    row = dict.fromkeys((column.name for column in part.columns), 0) | figures
    assert is_nobodys(part, row) is is_nobody


def test_a_zero_leads_nowhere(sold):
    client = signed_in("owner")
    page = text(client.get("/reports/cohorts"))
    [table] = re.findall(r'<table class="table matrix">(.*?)</table>', page, re.S)
    # Anna came in September and in November, and not in October.
    assert re.findall(r'<td class="[^"]*">(.*?)</td>', re.sub(r'<a href="[^"]*">', "<a>", table)) == [
        "1", "<a>100%*</a>", "0%", "<a>100%*</a>", "1", "<a>100%*</a>",
    ]  # fmt: skip
    [body] = re.findall(r'id="part-query">.*?<tbody>(.*?)</tbody>', page, re.S)
    assert [("row-since=1" in row, "<a" in row) for row in body.strip().split("\n")][1] == (False, False)


def test_an_old_address_of_a_zero_says_so(sold):
    told = "part=query&row-cohort=2026-09&row-since=1"
    page = text(signed_in("owner").get(f"/reports/cohorts/behind?{told}"))
    assert "<h1>0 customers: First order in Sept 2026, Periods since 1</h1>" in page
    assert "The figure is zero." in page
    assert "customers you do not see" not in page
