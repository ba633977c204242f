"""Codes of an offer: made, listed, printed."""

import re
from datetime import timedelta

import pytest

from regulars.groups.services import group_create, members_add
from regulars.offers.giving import coupon_make, coupons_make
from regulars.offers.models import Coupon
from tests import cast
from tests.web import office
from tests.web.office import BY
from tests.web.test_segments import ALL, refused, statuses, text
from tests.web.visiting import signed_in

pytestmark = pytest.mark.usefixtures("noon")


def test_codes_are_for_those_who_edit_offers(people):
    made = office.coded()
    editors = dict.fromkeys(ALL, 403) | dict.fromkeys(("owner", "manager", "marketer"), 200)
    for path in (f"/offers/{made}/codes", f"/offers/{made}/codes/sheet"):
        assert statuses(path) == editors


def test_each_kind_of_code_is_made(anna, ben):
    made = office.coded()
    group = group_create("Friends", **BY)
    members_add(group, [anna, ben], **BY)
    client = signed_in("marketer")
    path = f"/offers/{made}/codes"
    assert "No codes yet" in text(client.get(path))
    client.post(path, {"kind": "shared", "code": "spring 26", "most_uses": "", "last_day": "2026-12-31"})
    client.post(path, {"kind": "single", "count": "3", "most_uses": "1"})
    client.post(path, {"kind": "customers", "group": group, "most_uses": "1"})
    rows = list(Coupon.objects.order_by("id").values_list("customer_id", "most_uses", "used"))
    assert rows == [(None, None, 0), (None, 1, 0), (None, 1, 0), (None, 1, 0), (anna, 1, 0), (ben, 1, 0)]
    assert Coupon.objects.first().code == "SPRING26"
    page = text(client.get(path))
    assert re.findall(r'<dd class="figure">(\d+)<', page) == ["6", "6", "0"]
    assert "Ben Wekesa" in page
    # Who may not see customers in Karen gets no code for Ben, and is not told his name.
    page = text(signed_in("manager").get(path))
    assert "Ben Wekesa" not in page
    assert "Anna Maria Okoth" in page


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"kind": "shared"}, "Write the code."),
        ({"kind": "shared", "code": "!!"}, "Write 3 to 32 letters and digits."),
        ({"kind": "single", "count": "1", "last_day": "2026-11-20"}, "That day is over; write today or a day to come."),
        ({"kind": "shared", "code": "TAKEN"}, "leads to an offer already"),
        ({"kind": "single"}, "Write how many codes to make."),
        ({"kind": "single", "count": "10001"}, "less than or equal to 10000"),
        ({"kind": "customers"}, "Choose whose customers get a code each."),
        ({"kind": "customers", "group": "EMPTY"}, "Nobody is in it"),
        ({"kind": "single", "count": "1", "most_uses": "0"}, "greater than or equal to 1"),
        ({}, "This field is required."),
    ],
)
def test_codes_that_cannot_be_are_refused(people, told, sentence):
    made = office.coded()
    coupon_make(made, "TAKEN", **BY)
    empty = group_create("Empty", **BY)
    sent = {name: empty if value == "EMPTY" else value for name, value in told.items()}
    refused(signed_in("owner"), f"/offers/{made}/codes", sent, sentence)


def test_an_offer_that_needs_no_code_has_none(people):
    made = office.offer()
    client = signed_in("owner")
    assert "given without a code" in text(client.get(f"/offers/{made}/codes"))
    refused(client, f"/offers/{made}/codes", {"kind": "single", "count": "1"}, "is given without a code")


def test_the_sheet_holds_what_can_be_used_with_its_qr(people):
    made = office.coded()
    client = signed_in("owner")
    assert "No code can be used" in text(client.get(f"/offers/{made}/codes/sheet"))
    coupons_make(made, count=50, **BY)
    Coupon.objects.filter(id=Coupon.objects.first().id).update(used=1)
    page = text(client.get(f"/offers/{made}/codes/sheet"))
    assert page.count('class="qr"') == page.count("<svg viewBox") == 48 or page.count('class="qr"') == 48
    assert text(client.get(f"/offers/{made}/codes/sheet?page=2")).count('class="qr"') == 1
    # Nobody can use a code whose last day is over.
    Coupon.objects.filter(id=Coupon.objects.last().id).update(last_day=cast.NOW.date() - timedelta(days=1))
    assert text(client.get(f"/offers/{made}/codes/sheet?page=2")).count('class="qr"') == 0
    assert '<dt>Can still be used</dt><dd class="figure">48</dd>' in text(client.get(f"/offers/{made}/codes"))
    for asked in ("0", "x", "999999", "-1"):
        assert client.get(f"/offers/{made}/codes/sheet?page={asked}").status_code == 200


def test_the_list_of_codes_takes_as_many_queries_for_many_as_for_few(people, django_assert_num_queries):
    made = office.coded()
    client = signed_in("owner")
    coupons_make(made, count=2, **BY)
    with django_assert_num_queries(8):
        client.get(f"/offers/{made}/codes")
    coupons_make(made, count=150, **BY)
    with django_assert_num_queries(8):
        page = text(client.get(f"/offers/{made}/codes"))
    assert "?page=2" in page
