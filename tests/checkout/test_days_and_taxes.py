"""The day, the hour and the money of a sale are those of its store and its business."""

from datetime import date

import pytest

from regulars.access.rules import OPERATOR, REGISTER
from regulars.checkout.services import sale_return
from regulars.customers.models import Customer
from regulars.sales.facts import facts_rebuild
from regulars.sales.models import Sale
from regulars.sales.selectors import business_get
from regulars.sales.services import business_create, store_create
from tests import cast

ANNA = {"phone": "+254712345678"}


def shop(currency="KES", **settings):
    made = business_create(
        name="Harbour Coffee", currency=currency, country="KE", timezone=cast.NAIROBI, week_start="monday",
        day_cutoff="00:00", actor=OPERATOR,
    )  # fmt: skip
    for name, value in settings.items():
        setattr(made, name, value)
    made.save()
    for name, timezone, cutoff in (
        ("Westlands", "", ""),
        ("London", "Europe/London", ""),
        ("Bar", "Europe/London", "04:00"),
    ):
        store_create(name=name, business=made, timezone=timezone, day_cutoff=cutoff, actor=OPERATOR, at=cast.NOW)
    return made


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("store", "sold_at", "expected"),
    [
        ("Westlands", "2026-10-24T21:30:00+00:00", (date(2026, 10, 25), 7, 0, 30)),
        ("London", "2026-10-24T22:30:00+00:00", (date(2026, 10, 24), 6, 23, 30)),
        ("London", "2026-10-25T00:30:00+00:00", (date(2026, 10, 25), 7, 1, 30)),  # before the clocks go back
        ("London", "2026-10-25T01:30:00+00:00", (date(2026, 10, 25), 7, 1, 30)),  # and after
        ("London", "2026-03-29T01:05:00+00:00", (date(2026, 3, 29), 7, 2, 5)),  # the hour after the one that is not
        ("Bar", "2026-10-25T03:59:00+00:00", (date(2026, 10, 24), 6, 3, 59)),
        ("Bar", "2026-10-25T04:00:00+00:00", (date(2026, 10, 25), 7, 4, 0)),
        ("Bar", "2026-03-29T02:59:00+00:00", (date(2026, 3, 28), 6, 3, 59)),
        ("Bar", "2026-03-29T05:00:00+02:00", (date(2026, 3, 29), 7, 4, 0)),
    ],
)
def test_a_sale_keeps_the_day_and_hour_of_its_store(store, sold_at, expected):
    shop()
    cast.recorded({**cast.sale(1), "store": store, "sold_at": sold_at})
    assert Sale.objects.values_list("day", "weekday", "hour", "minute").get() == expected


@pytest.mark.django_db
def test_a_visit_is_a_day_in_a_store():
    shop()
    times = [
        "2026-11-01T08:00:00+00:00",
        "2026-11-01T09:00:00+00:00",
        "2026-11-02T03:59:00+00:00",
        "2026-11-02T04:00:00+00:00",
    ]
    told = [{**cast.sale(n, customer=ANNA), "store": "Bar", "sold_at": time} for n, time in enumerate(times)]
    told.append({**cast.sale(9, customer={"phone": "+254712345678"}), "store": "London", "sold_at": times[0]})
    [*_rest, last] = cast.record(*told)
    facts = cast.facts_of(last.customer_id)
    assert (facts["orders"], facts["visits"], facts["first_order"], facts["last_order"]) == (
        5, 3, date(2026, 11, 1), date(2026, 11, 2),
    )  # fmt: skip


@pytest.mark.django_db
def test_the_phone_of_a_sale_is_read_as_dialled_in_its_store():
    made = shop()
    store_create(name="Leeds", business=made, country="GB", actor=OPERATOR, at=cast.NOW)
    cast.recorded({**cast.sale(1, customer={"phone": "020 7946 0958"}), "store": "Leeds"})
    assert Customer.objects.get().identities.get(kind="phone").value == "+442079460958"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("currency", "price", "quantity", "total", "stored"),
    [
        ("JPY", "350", "3", "1050", 1050),
        ("JPY", "0.5", "1", "1", 1),
        ("JPY", "0.499", "1", "0", 0),
        ("KWD", "1.2345", "1", "1.235", 1235),
        ("KWD", "0.001", "3", "0.003", 3),
        ("KES", "0.001", "5", "0.01", 1),
        ("KES", "0.001", "4", "0.00", 0),
    ],
)
def test_amounts_have_the_decimals_of_the_currency(currency, price, quantity, total, stored):
    shop(currency)
    cast.recorded(cast.sale(1, cast.line(price=price, quantity=quantity), total=total, currency=currency))
    assert Sale.objects.get().total == stored


@pytest.mark.django_db
def test_a_yen_has_no_half():
    shop("JPY")
    before = cast.everything()
    [answer] = cast.record(cast.sale(1, total="350.5"))
    assert cast.sentences(answer) == ['total: "350.5" has more than 0 decimals, the most that can stand here.']
    assert cast.everything() == before


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("prices_include_tax", "spend_includes_tax", "total", "spent"),
    [
        (True, True, 95000, 95000),
        (True, False, 95000, 79800),
        (False, True, 110200, 110200),
        (False, False, 110200, 95000),
    ],
)
def test_tax_in_or_on_top_of_prices_and_in_or_out_of_spending(prices_include_tax, spend_includes_tax, total, spent):
    shop(prices_include_tax=prices_include_tax, spend_includes_tax=spend_includes_tax)
    told = cast.line(price="500.00", quantity="2", discount="50.00", tax="152.00")
    anna = cast.recorded(cast.sale(1, told, customer=ANNA)).customer_id
    row = Sale.objects.get()
    assert (row.total, row.net, row.tax, row.discount) == (total, total, 15200, 5000)
    assert cast.facts_of(anna)["spent"] == spent
    sale_return("W-0001", quantities={1: 1000}, uid=cast.uid(8), actor=REGISTER, at=cast.NOW)
    assert (cast.facts_of(anna)["spent"], cast.facts_of(anna)["returned"]) == (spent / 2, spent / 2)
    sale_return("W-0001", uid=cast.uid(9), actor=REGISTER, at=cast.NOW)
    facts = cast.facts_of(anna)
    assert (facts["spent"], facts["returned"], facts["discount"], facts["units_milli"]) == (0, spent, 0, 0)
    facts_rebuild(business=business_get())
    assert cast.facts_of(anna) == facts


@pytest.mark.django_db
def test_a_gift_card_is_paid_for_and_not_spent():
    shop()
    told = cast.sale(
        1, cast.line(), cast.line("GIFT", "1000.00", tax="0", gift_card=True), total="1350.00", customer=ANNA,
        payments=[{"method": "cash", "amount": "1350.00"}],
    )  # fmt: skip
    anna = cast.recorded(told).customer_id
    assert Sale.objects.values_list("total", "net", "units_milli").get() == (135000, 35000, 1000)
    assert cast.facts_of(anna)["spent"] == 35000


@pytest.mark.django_db
def test_a_sale_of_gift_cards_only_is_an_order_of_nothing_spent():
    shop()
    anna = cast.recorded(cast.sale(1, cast.line("GIFT", "1000.00", gift_card=True), customer=ANNA)).customer_id
    facts = cast.facts_of(anna)
    assert (facts["orders"], facts["spent"], facts["units_milli"]) == (1, 0, 0)


@pytest.mark.django_db
def test_a_tip_is_paid_and_not_spent():
    shop()
    told = cast.sale(1, tip="50.00", payments=[{"method": "cash", "amount": "400"}], customer=ANNA)
    anna = cast.recorded(told).customer_id
    assert Sale.objects.values_list("total", "tip").get() == (35000, 5000)
    assert cast.facts_of(anna)["spent"] == 35000
