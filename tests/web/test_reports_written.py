"""How the figures of a report are written on its page: their order, their decimals, names of countries and people."""

import json
import re
from datetime import timedelta
from html import unescape

import pyarrow as pa
import pytest

from regulars.access.rules import OPERATOR
from regulars.customers.models import Address, Customer
from regulars.reports.catalogue import question_named
from regulars.reports.drawing import _kinds, _spec
from regulars.reports.shape import Column, Unit
from regulars.reports.wording import customer_told, words_of
from regulars.sales.selectors import business_get
from regulars.web.context import shop_of
from regulars.web.history import UNKNOWN
from regulars.web.reporting.cells import places_of, value_shown
from regulars.web.reporting.naming import Names
from regulars.web.reporting.tables import columns_shown
from tests import cast
from tests.web.visiting import signed_in

pytestmark = pytest.mark.usefixtures("noon")


def text(answer):
    return unescape(answer.content.decode())


def heads(page, part):
    [row] = re.findall(rf'id="part-{part}">.*?<thead><tr>(.*?)</tr>', page, re.S)
    return [" ".join(re.sub("<[^>]+>", " ", head).split()) for head in re.findall(r"<th[^>]*>(.*?)</th>", row, re.S)]


@pytest.mark.parametrize(
    ("key", "first"),
    [
        ("churn", ["customer", "at_stake", "orders"]),
        ("demand", ["product", "store", "reorder", "on_hand", "cover_days"]),
        ("together", ["first_name", "first_sku", "second_name", "second_sku", "lift", "sales"]),
        ("preferences", ["what", "name", "sku", "preference", "customers"]),
        ("offers", ["offer", "uses"]),
        ("decline", ["category", "change", "net_before"]),
        ("top", ["place", "customer", "net"]),
        ("summary", ["period", "net", "orders"]),
    ],
)
def test_what_a_table_is_ranked_by_is_its_first_figure(key, first):
    part = question_named(key).report.parts[0]
    empty = pa.table({column.name: pa.array([], pa.string()) for column in part.columns})
    assert [column.name for column in columns_shown(part, empty)][: len(first)] == first


@pytest.mark.parametrize(
    ("unit", "values", "shown"),
    [
        (Unit.SHARE, [0.12, 0.085, 0.0, None], ["12.0%", "8.5%", "0.0%", UNKNOWN]),
        (Unit.SHARE, [0.12, 0.5], ["12%", "50%"]),
        (Unit.QUANTITY, [16_500, 106_000], ["16.5", "106.0"]),
        (Unit.QUANTITY, [29_372, 5_240], ["29.37", "5.24"]),
        (Unit.QUANTITY, [2_000, 1_000_000], ["2", "1,000"]),
        (Unit.NUMBER, [1.4, 0.88, 2], ["1.40", "0.88", "2.00"]),
        (Unit.NUMBER, [7, 4.0], ["7", "4"]),
        (Unit.AVERAGE_DAYS, [3.25, 10], ["3.2", "10.0"]),
    ],
)
def test_the_cells_of_a_column_have_as_many_decimals(people, unit, values, shown):
    column = Column("figure", unit, "Figure")
    places = places_of(column, [{"figure": value} for value in values])
    shop = shop_of(business_get())
    assert [value_shown(each, column, shop=shop, names=Names(), places=places) for each in values] == shown


def test_countries_are_called_by_name_and_files_keep_the_code(anna):
    Customer.objects.filter(id=anna).update(name="")
    Address.objects.create(customer_id=anna, kind="billing", country="KE", city="Nakuru")
    client = signed_in("owner")
    page = text(client.get("/reports/places"))
    assert re.findall(r'class="row-link" href="[^"]*">(.*?)<', page) == ["Kenya"]
    assert "Most is bought from Kenya: " in page
    assert ">Kenya</text>" in text(client.get("/reports/places/file.svg"))
    assert text(client.get("/reports/places/file.csv")).split("\n")[1].startswith("KE,")
    [behind] = re.findall(r'href="(/reports/places/behind[^"]*)"', page)
    assert "<h1>1 customer: Kenya</h1>" in text(client.get(behind))


def test_a_customer_without_a_name_is_called_a_customer(anna):
    Customer.objects.filter(id=anna).update(name="")
    code = Customer.objects.get(id=anna).code
    page = text(signed_in("owner").get("/reports/customers"))
    assert re.findall(r'class="row-link" href="/customers/\d+">(.*?)<', page) == [f"Customer {code}"]
    assert customer_told(7, None) == "Customer 7"


def test_words_that_are_not_ours_start_as_ours_do(anna):
    paid = [{"method": "cash", "amount": "350.00"}]
    cast.record(cast.sale(30, payments=paid))
    page = text(signed_in("owner").get("/reports/payments"))
    assert ">Cash<" in page
    assert ">cash<" not in page


@pytest.mark.parametrize(
    ("minor", "told"),
    [(15_352_337, "Ksh153,523"), (100_050, "Ksh1,001"), (99_999, "Ksh999.99"), (-200_000, "-Ksh2,000")],
)
def test_a_sentence_has_no_cents_from_a_thousand_on(people, minor, told):
    assert words_of(business_get(), visible_to=OPERATOR).money(minor) == told


def test_the_forecast_of_demand_is_drawn_with_its_band():
    course = next(part for part in question_named("demand").report.parts if part.name == "course")
    band, line = json.loads(_spec(course.name, course.chart, _kinds(course)))["layer"]
    assert (band["mark"]["type"], line["mark"]["type"]) == ("area", "line")
    assert (band["encoding"]["y"]["field"], band["encoding"]["y2"]["field"]) == ("low", "high")
    # Both tell the same of their colour, else there would be no legend.
    assert band["encoding"]["color"] == line["encoding"]["color"]


def test_the_head_of_a_column_says_its_unit(anna):
    paid = [{"method": "Cash", "amount": "350.00"}]
    cast.record(cast.sale(70, at=cast.NOW - timedelta(days=40), payments=paid, customer={"phone": cast.ANNA_PHONE}))
    page = text(signed_in("owner").get("/reports/frequency"))
    assert heads(page, "query") == ["From days", "To days", "Waits", "Of", "Share"]
    assert heads(text(signed_in("owner").get("/reports/payments")), "methods")[-1] == "Amount KES"


@pytest.mark.parametrize(
    ("days", "told"),
    [(330, "11 months ago"), (364, "12 months ago"), (365, "1 year ago"), (25, "4 weeks ago"), (6, "6 days ago")],
)
def test_a_year_ago_is_a_whole_year(people, days, told):
    shop = shop_of(business_get())
    assert shop.ago(shop.today - timedelta(days=days)) == told
