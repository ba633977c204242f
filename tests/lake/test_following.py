"""Whatever the lake holds follows what it is a copy of: beside the sales, too, and however much there is."""

from datetime import date, timedelta

import pytest
from django.db import connection

from regulars.access.rules import OPERATOR
from regulars.balances.services import credit_adjust
from regulars.checkout.services import sales_remove
from regulars.customers.details import AddressDetails, CustomerDetails
from regulars.customers.services import customer_create, customer_deactivate, customer_edit
from regulars.groups.services import group_create, group_delete, members_add
from regulars.lake import following, reading, writing
from regulars.lake.checking import lake_check
from regulars.lake.engines.engine import Statement, StoppedError
from regulars.lake.flushing import lake_flush, lake_rebuild, lake_renew
from regulars.lake.place import folder_of, place_here
from regulars.lake.reading import lake_here, lakes_forget
from regulars.sales.models import Business, Sale
from regulars.sales.services import product_set, stock_set
from regulars.segments.services import tier_set_delete, tier_set_save
from tests.cast import ANNA_PHONE, NOW, brought_back, line, record, sale, shop_open, store
from tests.lake.test_histories import agree

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return shop_open()


def asked(sql, **bound):
    return lake_here().reading(at=NOW).ask(Statement(sql, bound)).to_pylist()


def person(**more):
    return CustomerDetails(name="Anna", **more)


def create(**more):
    return customer_create(person(**more), source="office", country="KE", actor=OPERATOR, at=NOW, today=NOW.date())


def in_both(check):
    """Before it is in files, and after."""
    check()
    lake_flush(at=NOW)
    check()
    lakes_forget()
    check()


@pytest.mark.parametrize(
    ("postcode", "area"),
    [
        ("SW1A 1AA", "SW1A"),
        ("00100", "00100"),
        ("SW1A1AA", "SW1"),
        ("1234AB", "1234"),
        ("", ""),
        (" 75011 Paris", "75011"),
    ],
)
def test_a_postcode_tells_an_area_not_a_house(shop, postcode, area):
    create(addresses=(AddressDetails(kind="billing", city="Nairobi", postcode=postcode),))
    in_both(lambda: one(area))


def one(area):
    [row] = asked("SELECT city, postcode_area FROM customers")
    assert row == {"city": "Nairobi", "postcode_area": area}


def test_an_edited_customer_is_as_edited(shop):
    anna = create()
    lake_flush(at=NOW)
    customer_edit(anna, person(gender="female"), country="KE", actor=OPERATOR, at=NOW, today=NOW.date())
    customer_deactivate(anna, actor=OPERATOR, at=NOW)
    told = [{"customer": anna, "gender": "female", "is_active": False}]
    in_both(lambda: _equal(asked("SELECT customer, gender, is_active FROM customers"), told))


def _equal(found, expected):
    assert found == expected


def test_products_and_stock_are_as_they_are_now(shop):
    record(sale(1))
    lake_flush(at=NOW)
    product = product_set(sku="LATTE", name="Latte", category="Coffee", price=40000, actor=OPERATOR, at=NOW)
    stock_set(product=product, store=store(), on_hand_milli=5000, actor=OPERATOR, at=NOW)
    in_both(
        lambda: _equal(
            asked("SELECT name, category, price FROM products"),
            [{"name": "Latte", "category": "Coffee", "price": 40000}],
        )
    )
    in_both(lambda: _equal(asked("SELECT on_hand FROM stock"), [{"on_hand": 5000}]))
    stock_set(product=product, store=store(), on_hand_milli=3000, actor=OPERATOR, at=NOW + timedelta(hours=1))
    record(sale(2, line("BEANS")))
    in_both(lambda: _equal(asked("SELECT on_hand FROM stock"), [{"on_hand": 3000}]))
    assert asked("SELECT COUNT(*) AS n FROM products") == [{"n": 2}]


def test_what_is_appended_is_there_and_what_is_taken_away_is_not(shop):
    anna, ben = create(), create()
    group = group_create("Friends", actor=OPERATOR, at=NOW)
    members_add(group, [anna], actor=OPERATOR, at=NOW)
    credit_adjust(anna, 500, reason="sorry", reference="a", actor=OPERATOR, at=NOW)
    changes = 'SELECT "group" AS g, customer, is_entry, reason FROM membership_changes ORDER BY id'
    entries = "SELECT customer, book, amount, month FROM entries ORDER BY id"
    in_both(lambda: _equal(asked(changes), [{"g": group, "customer": anna, "is_entry": True, "reason": "by hand"}]))
    in_both(lambda: _equal(asked(entries), [{"customer": anna, "book": "credit", "amount": 500, "month": 24322}]))
    credit_adjust(ben, 300, reason="sorry", reference="b", actor=OPERATOR, at=NOW)
    in_both(lambda: _equal([row["amount"] for row in asked(entries)], [500, 300]))
    group_delete(group, actor=OPERATOR, at=NOW)
    in_both(lambda: _equal(asked(changes), []))
    assert lake_check(at=NOW) == []


def test_tiers_are_those_of_now(shop):
    anna, ben = create(), create()
    tier_set_save("Levels", "Silver; Gold: gender = 'male'", actor=OPERATOR, at=NOW)
    sql = 'SELECT t.customer, g.name, t.tier_set FROM tiers AS t JOIN groups AS g USING ("group") ORDER BY customer'
    told = [
        {"customer": anna, "name": "Silver", "tier_set": "Levels"},
        {"customer": ben, "name": "Silver", "tier_set": "Levels"},
    ]
    in_both(lambda: _equal(asked(sql), told))
    customer_edit(ben, person(gender="male"), country="KE", actor=OPERATOR, at=NOW, today=NOW.date())
    told[1] = {"customer": ben, "name": "Gold", "tier_set": "Levels"}
    in_both(lambda: _equal(asked(sql), told))
    tier_set_delete("Levels", actor=OPERATOR, at=NOW)
    in_both(lambda: _equal(asked(sql), []))
    assert lake_check(at=NOW) == []


def test_nothing_is_read_twice_nor_missed_however_it_is_portioned(shop, monkeypatch):
    record(
        *(
            sale(n, line(), line("MUG", "900.00"), at=NOW - timedelta(days=n * 3), customer={"phone": ANNA_PHONE})
            for n in range(1, 40)
        )
    )
    monkeypatch.setattr(following, "_AT_ONCE", 7)
    monkeypatch.setattr(writing, "HELD", 11)
    lake_flush(at=NOW)
    agree()
    record(*(sale(n, at=NOW - timedelta(days=n)) for n in range(50, 90)))
    lake_flush(at=NOW)
    agree()
    assert not list(place_here().glob("spooled/*"))
    lake_rebuild(at=NOW)
    agree()


def test_with_very_many_changes_the_files_are_written_first(shop, monkeypatch):
    monkeypatch.setattr(reading, "_MOST", 20)
    record(*(sale(n) for n in range(1, 20)))
    assert asked("SELECT COUNT(*) AS n FROM sales") == [{"n": 19}]
    assert not place_here().exists()
    record(*(sale(n) for n in range(20, 60)))
    assert asked("SELECT COUNT(*) AS n FROM sales") == [{"n": 59}]
    assert folder_of(place_here()).manifest().rows("sales") == 59


def test_files_of_another_database_are_not_read(shop):
    record(sale(1), sale(2))
    lake_flush(at=NOW)
    with connection.cursor() as cursor:
        # As after a restore: the same ids tell of something else.
        cursor.execute(
            "UPDATE events_event SET subject_id = subject_id + 1000 WHERE id = (SELECT MAX(id) FROM events_event)"
        )
        cursor.execute("DELETE FROM sales_payment")
    lakes_forget()
    made = lake_here().reading(at=NOW)
    assert made.manifest is None
    lake_flush(at=NOW)
    assert lake_check(at=NOW) == []


def test_another_first_day_of_the_week_makes_another_calendar(shop):
    record(sale(1))
    lake_flush(at=NOW)
    sql = "SELECT week_text FROM calendar WHERE day = $day"
    assert asked(sql, day=date(2026, 11, 22)) == [{"week_text": "2026-W47"}]
    Business.objects.update(week_start="sunday")
    in_both(lambda: _equal(asked(sql, day=date(2026, 11, 22)), [{"week_text": "2026-W47"}]))
    assert asked(sql, day=date(2026, 11, 21)) == [{"week_text": "2026-W46"}]
    assert folder_of(place_here()).manifest().terms["week_start"] == "sunday"


def test_spending_without_tax_is_net_of_it(shop):
    Business.objects.update(spend_includes_tax=False)
    record(sale(1, line(price="116.00", tax="16.00")))
    in_both(
        lambda: _equal(
            asked("SELECT s.net, s.tax, l.net AS line FROM sales AS s JOIN lines AS l ON l.sale = s.sale"),
            [{"net": 10000, "tax": 1600, "line": 10000}],
        )
    )
    assert lake_check(at=NOW) == []


def test_it_is_flushed_when_there_is_enough(shop, monkeypatch):
    assert lake_renew(at=NOW) is True
    assert lake_renew(at=NOW) is False
    record(sale(1))
    assert lake_renew(at=NOW + timedelta(minutes=4)) is False
    assert lake_renew(at=NOW + timedelta(minutes=6)) is True
    assert folder_of(place_here()).manifest().rows("sales") == 1
    record(sale(2))
    monkeypatch.setattr("regulars.lake.flushing._MANY", 1)
    assert lake_renew(at=NOW + timedelta(minutes=6)) is True


def test_a_question_can_be_stopped_and_says_how_far_it_is(shop):
    far = []
    sql = "SELECT COUNT(*) AS n FROM calendar AS a, calendar AS b, calendar AS c WHERE a.week + b.week * c.week % 7 = 3"
    with pytest.raises(StoppedError):
        lake_here().reading(at=NOW).ask(Statement(sql), progress=far.append, cancel=lambda: len(far) >= 2)
    assert all(0 <= each <= 1 for each in far)


@pytest.mark.parametrize(
    "sql", ["SELECT * FROM read_csv('../outside.csv')", "COPY (SELECT 1) TO '../outside.csv'", "INSTALL httpfs"]
)
def test_a_question_reaches_nothing_but_the_lake(shop, sql):
    import duckdb

    with pytest.raises(duckdb.Error):
        lake_here().reading(at=NOW).ask(Statement(sql))


def owners():
    return dict(Sale.objects.order_by("id").values_list("number", "customer_id"))


def test_sales_that_a_late_one_moves_are_with_their_new_customer(shop):
    record(sale(1, customer={"code": "C1"}), sale(2, customer={"phone": ANNA_PHONE}))
    before = owners()
    assert len(set(before.values())) == 2
    lake_flush(at=NOW)
    record(sale(3, at=NOW - timedelta(days=40), customer={"code": "C1", "phone": ANNA_PHONE}))
    assert len(set(owners().values())) == 1
    in_both(agree)


def test_a_return_that_came_first_follows_its_sale(shop):
    record(brought_back(2, 1))
    lake_flush(at=NOW)
    assert owners() == {"W-0002": None}
    record(sale(1, customer={"phone": ANNA_PHONE}))
    assert owners()["W-0002"] is not None
    in_both(agree)


def test_sales_of_an_import_that_is_undone_are_gone(shop):
    record(sale(1), sale(2, customer={"phone": ANNA_PHONE}))
    Sale.objects.filter(number="W-0002").update(brought_by=7)
    lake_flush(at=NOW)
    sales_remove(brought_by=7, actor=OPERATOR, at=NOW)
    assert list(owners()) == ["W-0001"]
    in_both(agree)
