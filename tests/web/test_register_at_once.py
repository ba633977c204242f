"""Scans and clicks that meet on one basket: none is lost."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import connection

from regulars.checkout.models import Basket
from regulars.sales.models import Sale
from tests import cast
from tests.checkout.counter import stocked
from tests.web.test_register import Till
from tests.web.visiting import team

TILLS, SCANS = 4, 5


@pytest.mark.django_db(transaction=True)
def test_no_scan_is_lost_where_many_meet_on_one_basket_and_it_is_sold_once():
    team()
    stocked()
    uid = uuid4()
    tills = [Till(uid=uid) for _n in range(TILLS)]

    def scanned(till):
        try:
            return [till.put("LATTE").status_code for _n in range(SCANS)]
        finally:
            connection.close()

    def finished(till):
        try:
            return till.do("finish", total=str(TILLS * SCANS * 35000))["HX-Redirect"]
        finally:
            connection.close()

    with ThreadPoolExecutor(TILLS) as threads:
        answers = list(threads.map(scanned, tills))
    assert answers == [[200] * SCANS] * TILLS
    assert [line["quantity"] for line in Basket.objects.get(uid=uid).form["lines"]] == [str(TILLS * SCANS)]
    tills[0].do("pay", method="Cash")
    with ThreadPoolExecutor(TILLS) as threads:
        ways = set(threads.map(finished, tills))
    assert ways == {f"/register/{uid}/done"}
    assert list(Sale.objects.values_list("total", flat=True)) == [TILLS * SCANS * 35000]
    assert Sale.objects.get().store.name == cast.WESTLANDS
