"""Reports over HTTP: the same words, the same refusals, the same answers."""

import pytest

from tests import cast
from tests.api.calling import caller


@pytest.fixture
def sold(shop):
    cast.record(
        cast.sale(1, customer={"phone": cast.ANNA_PHONE, "name": "Anna Njeri"}),
        cast.sale(2, cast.line("MUG", "500.00"), store=cast.KAREN),
    )


def total(told, name="net"):
    [row] = next(part for part in told["parts"] if part["name"] == "total")["rows"]
    return row[name]


def test_a_wrong_scope_is_refused_with_its_place(sold, owner):
    for path, says in {
        "/reports/summary?from=yesterday": "from",
        "/reports/summary?store=Nowhere": 'there is no store "Nowhere"',
        "/reports/summary?perod=day": 'did you mean "period"',
        "/reports/top?most=0": "from 1 to 1000",
    }.items():
        answer = owner.get(path)
        assert answer.status_code == 422, path
        assert says in answer.content.decode().replace('\\"', '"')
    assert owner.get("/reports/sumary").status_code == 404


def test_the_list_says_what_can_be_asked(sold, owner):
    found = {each["key"]: each for each in owner.read("/reports")["items"]}
    assert found["top"]["parameters"][0] == {
        "name": "by", "title": "Ranked by", "default": "net", "choices": ["net", "orders", "average"],
    }  # fmt: skip
    assert found["summary"]["has_periods"]
    assert not found["summary"]["is_own"]


def test_a_report_is_answered_with_decimal_text(sold, owner):
    told = owner.read("/reports/summary?period=day&store=Westlands&store=Karen")
    assert (total(told), total(told, "orders")) == ("850.00", 2)
    assert told["finding"].startswith("Net sales are")
    assert told["scope"] == {"store": ["Karen", "Westlands"], "period": "day"} or told["scope"]["period"] == "day"
    [row] = owner.read("/reports/top?by=orders")["parts"][0]["rows"]
    assert (row["customer_name"], row["net"], row["orders"]) == ("Anna Njeri", "350.00", 1)


def test_who_sees_one_store_gets_no_other(sold, manager):
    assert total(manager.read("/reports/summary")) == "350.00"
    assert manager.get("/reports/summary?store=Karen").status_code == 422


def test_who_may_not_see_customers_gets_their_numbers(sold, analyst):
    [row] = analyst.read("/reports/top")["parts"][0]["rows"]
    assert (row["customer_name"], row["customer_code"], row["net"]) == (None, None, "350.00")


def test_a_till_sees_no_report(sold, till):
    answer = till.get("/reports/summary")
    assert answer.status_code == 403
    assert "reports.see" in answer.content.decode()
    assert caller("cashier").get("/reports").status_code == 403
