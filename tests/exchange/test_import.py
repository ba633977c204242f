"""An import accounts for every row, keeps all or nothing, and can be run again and undone."""

import csv
import gzip
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5

import pytest
from django.conf import settings

from regulars.access.rules import OPERATOR, REGISTER
from regulars.checkout.services import sales_record
from regulars.core.errors import Forbidden
from regulars.customers.models import Address, Customer, Identity
from regulars.exchange.errors import (
    ColumnMissing,
    CurrencyOther,
    DateOrderDoubtful,
    FileTruncated,
    ImportUndone,
    ImportUnknown,
    NoDates,
    NumberFormatDoubtful,
    StoreNotNamed,
    StoresUnknown,
)
from regulars.exchange.models import Import
from regulars.exchange.selectors import imports_list
from regulars.exchange.services import import_undo
from regulars.sales.models import Payment, Sale, SaleLine, Store
from regulars.sales.services import store_create
from regulars.storage.folder import DataFolder
from tests.cast import NOW, everything, facts_of
from tests.exchange.importing import HEADING, SALES, figures, mapping, run, shop_in, written

pytestmark = pytest.mark.django_db

WHOLE = {
    "rows_read": 7,
    "money_read": "18.00",
    "imported": {"rows": 5, "sales": 4, "money": "14.00", "created": 4, "unchanged": 0},
    "skipped": [
        {"class": "sku = 'DEPOSIT'", "rows": 1, "money": "0.50"},
        {"class": "tests of the till", "rows": 1, "money": "3.50"},
    ],
    "refused": [],
    "rounding": {"rows": 0, "money": "0.00"},
    "customers": {"created": 2, "in_file": 2},
}


@pytest.fixture(autouse=True)
def data_folder(tmp_path, monkeypatch):
    """Refused rows of a test go with it."""
    monkeypatch.setattr(settings, "DATA_FOLDER", DataFolder(tmp_path / "data"))


@pytest.fixture
def shop(db):
    return shop_in("KES", "Westlands", timezone="Africa/Nairobi", country="KE")


@pytest.fixture(autouse=True)
def is_open(shop):
    """Every test here has the shop."""


def test_every_row_is_accounted_for(tmp_path):
    result = run(written(tmp_path))
    assert figures(result) == WHOLE
    assert result.refused_first == ()
    assert result.refused_file is None


def test_the_rows_of_a_sale_stay_together(tmp_path):
    run(written(tmp_path))
    sale = Sale.objects.get(number="100")
    assert sale.sold_at == datetime(2026, 3, 1, 7, 0, tzinfo=UTC)
    assert (sale.total, sale.kind, sale.store.name) == (825, "sale", "Westlands")
    lines = SaleLine.objects.filter(sale=sale).values_list("version__product__sku", "quantity_milli", "net")
    assert list(lines) == [("TEA", 2000, 700), ("BUN", 1000, 125)]
    assert list(Payment.objects.filter(sale=sale).values_list("method", "amount")) == [("Cash", 825)]
    assert Sale.objects.get(number="R1").kind == "return"


def test_a_customer_is_known_by_what_the_file_says_last(tmp_path):
    run(written(tmp_path))
    customer = Customer.objects.get(code="A1")
    assert customer.gender == "female"
    assert Address.objects.get(customer=customer).city == "Mombasa"
    assert set(Identity.objects.filter(customer=customer).values_list("kind", "value")) == {
        ("code", "A1"),
        ("phone", "+254712345678"),
    }
    assert facts_of(customer.id)["spent"] == 700
    assert facts_of(customer.id)["orders"] == 1


def test_importing_again_changes_nothing(tmp_path):
    run(written(tmp_path))
    before = everything()
    again = figures(run(written(tmp_path)))
    assert again["imported"] == {"rows": 5, "sales": 4, "money": "14.00", "created": 0, "unchanged": 4}
    assert again["customers"] == {"created": 0, "in_file": 2}
    assert everything() == before


def test_a_dry_run_says_what_the_run_does_and_keeps_nothing(tmp_path):
    path = written(tmp_path, SALES + "103,soon,,,,,TEA,Tea,1,3.50,Cash\n")
    before = everything()
    tried = run(path, dry_run=True)
    assert everything() == before
    assert tried.import_id is None
    assert not (tmp_path / "data").exists()
    done = run(path)
    assert figures(done) == figures(tried)
    assert done.refused_first == tried.refused_first
    assert len(done.refused_first) == 1


def test_undoing_leaves_nothing(tmp_path, django_capture_on_commit_callbacks):
    before = everything()
    result = run(written(tmp_path, SALES + "103,soon,,,,,TEA,Tea,1,3.50,Cash\n"))
    assert result.refused_file.is_file()
    with django_capture_on_commit_callbacks(execute=True):
        assert import_undo(import_id=result.import_id, actor=OPERATOR, at=NOW) == 4
    assert not result.refused_file.exists()
    after = everything()
    assert Import.objects.get().status == "undone"
    # What was sold once stays in the catalogue, and what was done stays in the log.
    for kept in ("exchange.Import", "access.AuditEntry", "events.Event", "sales.Product", "sales.ProductVersion"):
        before.pop(kept), after.pop(kept)
    assert after == before
    with pytest.raises(ImportUndone):
        import_undo(import_id=result.import_id, actor=OPERATOR, at=NOW)
    assert figures(run(written(tmp_path)))["imported"]["created"] == 4


def test_undoing_keeps_what_others_need(tmp_path):
    result = run(written(tmp_path))
    later = {
        "id": str(uuid5(NAMESPACE_URL, "later")), "number": "L1", "sold_at": "2026-04-01T10:00:00+03:00",
        "store": "Westlands", "customer": {"code": "A1"},
        "lines": [{"sku": "TEA", "name": "Tea", "quantity": "1", "unit_price": "3.50"}],
    }  # fmt: skip
    assert sales_record([later], actor=OPERATOR, at=NOW)[0].outcome == "created"
    import_undo(import_id=result.import_id, actor=OPERATOR, at=NOW)
    customer = Customer.objects.get(code="A1")
    assert facts_of(customer.id)["spent"] == 350
    assert not Customer.objects.filter(code="B2").exists()


def test_an_unknown_import_cannot_be_undone():
    with pytest.raises(ImportUnknown, match="There is no import 7"):
        import_undo(import_id=7, actor=OPERATOR, at=NOW)


def test_imports_are_listed_latest_first(tmp_path):
    more = SALES + "103,2026-03-05 09:00,,,,,TEA,Tea,1,3.50,Cash\n"
    first, second = run(written(tmp_path)), run(written(tmp_path, more, "more.csv"))
    listed = imports_list(visible_to=OPERATOR)
    assert [(each.id, each.files, each.sales_created) for each in listed] == [
        (second.import_id, ("more.csv",), 1),
        (first.import_id, ("sales.csv",), 4),
    ]


def test_a_till_may_not_import(tmp_path):
    before = everything()
    with pytest.raises(Forbidden, match=r"exchange\.import"):
        run(written(tmp_path), actor=REGISTER)
    assert everything() == before


def test_one_bad_line_refuses_its_sale_and_no_other(tmp_path):
    result = run(written(tmp_path, SALES.replace("BUN,Bun,1,", "BUN,Bun,one,")))
    assert figures(result)["refused"] == [{"reason": "this is no number", "rows": 2, "money": "7.00"}]
    assert figures(result)["imported"]["sales"] == 3
    assert not Sale.objects.filter(number="100").exists()
    with result.refused_file.open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == [
            ["file", "line", "column", "value", "reason"],
            ["sales.csv", "2", "", "", "belongs to the sale refused for line 3"],
            ["sales.csv", "3", "Qty", "one", "this is no number"],
        ]


FINER = "the unit price is finer than a thousandth of the smallest coin"
AHEAD = "2027-02-28T21:00:00+00:00 is in the future; set the till's clock"


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (",2026-03-01,,,,,TEA,Tea,1,3.50,Cash", "Receipt", "the sale has no id"),
        ("9,,,,,,TEA,Tea,1,3.50,Cash", "When", "the sold at is missing"),
        ("9,2026-02-30,,,,,TEA,Tea,1,3.50,Cash", "When", "this is no date"),
        ("9,2026-03-01,,,,,,,1,3.50,Cash", "Code", "the sku or name is missing"),
        ("9,2026-03-01,,,,,TEA,Tea,,3.50,Cash", "Qty", "the quantity is missing"),
        ("9,2026-03-01,,,,,TEA,Tea,1.0005,3.50,Cash", "Qty", "the quantity has more than three decimals"),
        ("9,2026-03-01,,,,,TEA,Tea,1,3.500001,Cash", "Price", FINER),
        ("9,2026-03-01,,,,,TEA,Tea,1,99999999999999999,Cash", "Price", "this number is too large to be true"),
        ("9,2026-03-01,no code,,,,TEA,Tea,1,3.50,Cash", "Card", "this is no customer code"),
        ("9,2026-03-01,,12345,,,TEA,Tea,1,3.50,Cash", "Phone", "this is no phone number"),
        ("9,2026-03-01,A1,,,often,TEA,Tea,1,3.50,Cash", "Sex", "this is no gender that is kept: female, male or other"),
        (f"9,2026-03-01,,,,,{'X' * 65},Tea,1,3.50,Cash", "Code", "this is longer than 64 characters"),
        ("9,2026-03-01,,,,,TEA,Tea,0,3.50,Cash", "", "the quantity is 0; leave the line out"),
        ("9,2026-03-01,,,,,TEA,Tea,-1,3.50,Cash", "", "-1 is below zero; a return names its original in `returns`"),
        ("9,2027-03-01,,,,,TEA,Tea,1,3.50,Cash", "", AHEAD),
        ("9,2026-03-01,TEA", "", "the line has another number of cells than the heading"),
    ],
)
def test_a_refused_row_is_listed_with_its_reason(tmp_path, row, column, reason):
    result = run(written(tmp_path, SALES + row + "\n"))
    [refused] = result.refused_first
    assert (refused.line, refused.column, refused.reason) == (9, column, reason)
    assert figures(result)["imported"] == WHOLE["imported"]
    assert figures(result)["rows_read"] == 8


def test_a_sale_that_names_two_customers_is_refused(tmp_path):
    result = run(written(tmp_path, SALES.replace("10:01,A1", "10:01,B2")))
    [part] = figures(result)["refused"]
    assert part == {"reason": "the sale names two of these: customer code", "rows": 2, "money": "8.25"}
    assert [row.line for row in result.refused_first] == [2, 3]
    assert result.refused_first[0].value == "A1 / B2"


def test_a_sale_that_is_here_with_other_content_is_refused(tmp_path):
    run(written(tmp_path))
    result = run(written(tmp_path, SALES.replace("Tea,2,3.50", "Tea,3,3.50")))
    assert figures(result)["refused"] == [
        {"reason": "the sale is here already with other content", "rows": 2, "money": "11.75"}
    ]
    assert figures(result)["imported"]["unchanged"] == 3


def test_a_cell_that_a_spreadsheet_would_run_is_made_safe(tmp_path):
    result = run(written(tmp_path, SALES + "9,2026-03-01,=1+1,,,,TEA,Tea,1,3.50,Cash\n"))
    assert "'=1+1" in result.refused_file.read_text("utf-8")
    assert oct(result.refused_file.stat().st_mode & 0o777) == "0o600"


def refused_whole(error, words, *paths, **more):
    """The import is refused with a sentence that has these words, and nothing changed."""
    before = everything()
    with pytest.raises(error) as caught:
        run(*paths, **more)
    assert all(word in str(caught.value) for word in words), str(caught.value)
    assert everything() == before


def test_a_missing_column_refuses_the_file(tmp_path):
    path = written(tmp_path, SALES.replace("Qty", "Quantities"))
    refused_whole(ColumnMissing, ['no column "Qty"', "Receipt, When, Card"], path)


def test_dates_in_doubt_refuse_the_file_until_told(tmp_path):
    path = written(tmp_path, HEADING + "1,03/04/2026,,,,,TEA,Tea,1,3.50,Cash\n")
    refused_whole(DateOrderDoubtful, ['"When"', '"03/04/2026" on line 2', "date_format"], path)
    run(path, how=mapping(date_format="MDY"))
    assert str(Sale.objects.get().day) == "2026-03-04"


def test_dates_that_are_none_refuse_the_file(tmp_path):
    refused_whole(NoDates, ['line 2: "soon"'], written(tmp_path, HEADING + "1,soon,,,,,TEA,Tea,1,3.50,Cash\n"))


def test_numbers_in_doubt_refuse_the_file_until_told(tmp_path):
    path = written(tmp_path, HEADING.replace(",", ";") + "1;2026-03-04;;;;;TEA;Tea;1.500;4;Cash\n")
    refused_whole(NumberFormatDoubtful, ['"1.500" on line 2', "[file] decimal"], path)
    run(path, how=mapping(decimal="."))
    assert SaleLine.objects.get().quantity_milli == 1500


def test_a_second_file_that_is_broken_keeps_the_first_out_too(tmp_path):
    cut = written(tmp_path, gzip.compress(SALES.encode())[:-9], "more.csv.gz")
    refused_whole(FileTruncated, ["more.csv.gz"], written(tmp_path), cut)


def test_a_currency_that_is_not_the_shops_refuses_the_file(tmp_path):
    refused_whole(CurrencyOther, ["EUR", "KES"], written(tmp_path), how=mapping(currency="EUR"))


def test_a_store_must_be_told_where_there_are_several(tmp_path, shop):
    store_create(name="Karen", business=shop, actor=OPERATOR, at=NOW)
    refused_whole(StoreNotNamed, ["--store", "Karen, Westlands"], written(tmp_path))
    words = ['"Karenn"', 'did you mean "Karen"', "regulars stores add"]
    refused_whole(StoresUnknown, words, written(tmp_path), store="Karenn")
    run(written(tmp_path), store="Karen")
    assert set(Sale.objects.values_list("store__name", flat=True)) == {"Karen"}


ONE, TWO = "9b2b4f3e-6a34-4c1c-8f5e-000000000001", "9b2b4f3e-6a34-4c1c-8f5e-000000000002"
GENERIC = (
    "sale_id,number,sold_at,store,kind,returns,customer_code,customer_tags,sku,product,quantity,unit_price,discount,"
    "total,payment_method,payment_amount,payment_reference,payment2_method,payment2_amount\n"
    f"{ONE},W-1,2026-03-01T10:00:00+03:00,Karen,sale,,A1,vip;early,TEA,Tea,3,3.50,0.50,10.00,Card,6.00,x1,Cash,9.00\n"
    f"{ONE},W-1,2026-03-01T10:00:00+03:00,Karen,sale,,A1,,BUN,Bun,4,1.25,,5.00,,,,,\n"
    f"{TWO},W-2,2026-03-02T10:00:00+03:00,Karen,return,{ONE},,,BUN,Bun,-1,1.25,,-1.25,Cash,-1.25,,,\n"
)


def test_the_generic_preset_takes_fields_by_their_names(tmp_path):
    refused_whole(StoresUnknown, ['"Karen"', "--create-stores"], written(tmp_path, GENERIC), how="regulars")
    result = run(written(tmp_path, GENERIC), how="regulars", create_stores=True)
    assert figures(result)["imported"]["created"] == 2
    sale, back = Sale.objects.order_by("sold_at")
    assert str(sale.uid) == ONE
    assert (sale.number, sale.total, sale.discount, sale.store.name) == ("W-1", 1500, 50, "Karen")
    assert list(Payment.objects.filter(sale=sale).values_list("method", "amount", "reference")) == [
        ("Card", 600, "x1"),
        ("Cash", 900, ""),
    ]
    assert back.original_uid == sale.uid
    assert back.customer_id == sale.customer_id
    assert set(Customer.objects.get(code="A1").tags.values_list("tag", flat=True)) == {"vip", "early"}
    assert Store.objects.get(name="Karen").timezone == "Africa/Nairobi"


def test_a_slip_in_a_column_of_the_generic_preset_is_seen(tmp_path):
    path = written(tmp_path, GENERIC.replace("discount", "dicsount"))
    refused_whole(ColumnMissing, ['"discount"', '"dicsount"'], path, how="regulars", create_stores=True)
    path = written(tmp_path, GENERIC.replace("quantity", "amount"))
    refused_whole(ColumnMissing, ['"quantity"'], path, how="regulars", create_stores=True)


BY_CONTENT = """
[sale]
sold_at = "when"
[customer]
code = "card"
[line]
name = { value = "CDs" }
quantity = "units"
total = "paid"
"""


def test_rows_that_are_alike_are_sales_of_their_own_without_ids(tmp_path):
    rows = "when,card,units,paid\n2026-03-01,A1,1,5.00\n2026-03-01,A1,1,5.00\n"
    assert figures(run(written(tmp_path, rows), how=mapping(BY_CONTENT)))["imported"]["created"] == 2
    longer = figures(run(written(tmp_path, rows + "2026-03-01,A1,1,5.00\n"), how=mapping(BY_CONTENT)))
    assert (longer["imported"]["created"], longer["imported"]["unchanged"]) == (1, 2)


def test_a_total_gives_the_unit_price_and_is_rounded_once(tmp_path):
    rows = "when;card;units;paid\n2026-03-01;A1;3;10,00\n2026-03-02;A1;1;0,005\n2026-03-03;A1;1;0,004\n"
    result = figures(run(written(tmp_path, rows), how=mapping(BY_CONTENT)))
    assert result["money_read"] == "10.01"
    assert result["imported"]["money"] == "10.01"
    assert result["rounding"] == {"rows": 2, "money": "0.00"}
    assert SaleLine.objects.get(quantity_milli=3000).unit_price_milli == 333333


def test_moments_without_a_zone_are_of_the_file_or_the_store(tmp_path):
    run(written(tmp_path), how=mapping(timezone="America/New_York"))
    assert Sale.objects.get(number="100").sold_at == datetime(2026, 3, 1, 15, 0, tzinfo=UTC)
