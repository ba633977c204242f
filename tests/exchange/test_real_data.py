"""The public data sets come out as published; every figure is asked of the source file by a query of its own."""

import json
from collections import Counter

import duckdb
import pytest
from django.conf import settings
from django.db.models import Sum

from regulars.access.rules import OPERATOR
from regulars.customers.models import Address, Customer
from regulars.exchange.errors import DateOrderDoubtful
from regulars.exchange.mapping import mapping_with, preset_named
from regulars.exchange.models import Import
from regulars.exchange.services import import_undo
from regulars.sales.models import CustomerFacts, Payment, Sale, SaleLine
from regulars.storage.folder import DataFolder
from tests.cast import NOW, everything
from tests.exchange.importing import figures, run, shop_in

pytestmark = [pytest.mark.django_db, pytest.mark.real_data]


@pytest.fixture(autouse=True)
def data_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "DATA_FOLDER", DataFolder(tmp_path / "data"))


def asked(sql: str, path) -> list[tuple]:
    """The answer of the source file itself."""
    with duckdb.connect() as connection:
        source = f"read_csv('{path}', all_varchar = true)" if path.suffix != ".parquet" else f"'{path}'"
        return connection.execute(sql.replace("SOURCE", source)).fetchall()


def test_online_retail_comes_out_to_the_penny(real_data):
    path = real_data / "online_retail" / "OnlineRetail.csv.gz"
    shop_in("GBP", "Shop")
    tried = run(path, how="online-retail", dry_run=True)
    assert not Sale.objects.exists()
    result = run(path, how="online-retail")
    assert figures(result) == figures(tried)
    [[rows, money, invoices]] = asked(
        "SELECT count(*), round(sum(Quantity::INT * UnitPrice::DECIMAL(18, 3)), 2)::VARCHAR, count(DISTINCT InvoiceNo)"
        " FILTER (Quantity::INT > 0 AND InvoiceNo NOT LIKE 'A%' OR InvoiceNo LIKE 'C%') FROM SOURCE",
        path,
    )
    read = figures(result)
    assert (read["rows_read"], read["money_read"]) == (rows, money) == (541909, "9747747.93")
    assert read["imported"]["sales"] == read["imported"]["created"] == invoices
    assert read["skipped"] == [
        {"class": "bad debt adjustments", "rows": 3, "money": "-11062.06"},
        {"class": "stock write-offs", "rows": 1336, "money": "0.00"},
    ]
    assert read["refused"] == []
    assert read["rounding"] == {"rows": 4, "money": "0.00"}
    assert read["customers"] == {"created": 4372, "in_file": 4372}
    assert SaleLine.objects.count() == read["imported"]["rows"] == 540570
    assert SaleLine.objects.aggregate(Sum("net"))["net__sum"] == 975880999
    assert Sale.objects.filter(kind="return").count() == 3836
    _check_every_customer(path)


def _check_every_customer(path) -> None:
    expected = {
        code: (int(spent), orders)
        for code, spent, orders in asked(
            "SELECT CustomerID, sum(round(100 * Quantity::INT * UnitPrice::DECIMAL(18, 3))),"
            " count(DISTINCT InvoiceNo) FILTER (InvoiceNo NOT LIKE 'C%') FROM SOURCE WHERE CustomerID <> '' GROUP BY 1",
            path,
        )
    }
    found = CustomerFacts.objects.values_list("customer__code", "spent", "orders")
    assert {code: (spent, orders) for code, spent, orders in found} == expected
    homes = dict(
        asked(
            "SELECT CustomerID, min(Country) FROM SOURCE WHERE CustomerID <> '' GROUP BY 1"
            " HAVING count(DISTINCT Country) = 1",
            path,
        )
    )
    kept = dict(Address.objects.values_list("customer__code", "country"))
    assert len(kept) == 4372
    assert {kept[code] for code, home in homes.items() if home == "United Kingdom"} == {"GB"}
    assert {kept[code] for code, home in homes.items() if home == "EIRE"} == {"EIRE"}


def test_online_retail_is_the_same_sales_as_parquet(real_data):
    folder = real_data / "online_retail"
    shop_in("GBP", "Shop")
    first = run(folder / "OnlineRetail.csv.gz", how="online-retail")
    before = everything()
    again = figures(run(folder / "OnlineRetail.parquet", how="online-retail"))
    assert again["imported"]["unchanged"] == figures(first)["imported"]["created"]
    assert again["imported"]["created"] == 0
    assert everything() == before
    import_undo(import_id=first.import_id, actor=OPERATOR, at=NOW)
    assert not any(model.objects.exists() for model in (Sale, SaleLine, Customer, CustomerFacts))


@pytest.mark.parametrize(
    ("preset", "file", "rows", "money", "customers", "units"),
    [
        ("cdnow", "CDNOW_master.txt", 69659, "2500315.63", 23570, 167881),
        ("cdnow-sample", "CDNOW_sample.txt", 6919, "244091.94", 2357, None),
    ],
)
def test_cdnow_comes_out_as_published(real_data, preset, file, rows, money, customers, units):  # noqa: PLR0917
    shop_in("USD", "Shop", timezone="America/New_York", country="US")
    read = figures(run(real_data / "cdnow" / file, how=preset))
    assert (read["rows_read"], read["money_read"], read["imported"]["money"]) == (rows, money, money)
    assert read["imported"]["created"] == rows
    assert read["customers"] == {"created": customers, "in_file": customers}
    assert read["rounding"]["rows"] == 0
    if units:
        assert Sale.objects.aggregate(Sum("units_milli"))["units_milli__sum"] == units * 1000
        assert Sale.objects.filter(total=0).count() == 80
    assert figures(run(real_data / "cdnow" / file, how=preset))["imported"]["unchanged"] == rows


def test_supermarket_comes_out_as_published(real_data):
    path = real_data / "supermarket_sales" / "supermarket_sales.csv"
    shop_in("USD", timezone="Asia/Yangon", country="MM")
    read = figures(run(path, how="supermarket", create_stores=True))
    [[exact, rounded]] = asked(
        "SELECT round(sum(Total::DECIMAL(18, 4)), 2)::VARCHAR, sum(round(Total::DECIMAL(18, 4), 2))::VARCHAR"
        " FROM SOURCE",
        path,
    )
    assert (read["rows_read"], read["money_read"]) == (1000, exact) == (1000, "322966.75")
    assert read["imported"]["money"] == rounded
    assert read["rounding"]["money"] == "-0.68"
    methods = Counter(Payment.objects.values_list("method", flat=True))
    assert methods == {"Ewallet": 345, "Cash": 344, "Credit card": 311}
    assert json.loads(json.dumps(Import.objects.get().reconciliation)) == read


def test_the_supermarkets_mixed_dates_are_refused_until_told(real_data):
    [path] = (real_data / "supermarket_sales" / "variants").glob("*mixed date*")
    shop_in("USD", timezone="Asia/Yangon", country="MM")
    before = everything()
    with pytest.raises(DateOrderDoubtful) as caught:
        run(path, how="supermarket", create_stores=True)
    assert "written in two ways" in str(caught.value)
    assert '"01-05-2019 13:08" on line 2' in str(caught.value)
    assert everything() == before
    told = mapping_with(preset_named("supermarket"), {"date_format": "MDY"})
    assert figures(run(path, how=told, create_stores=True))["imported"]["created"] == 1000
    assert set(Sale.objects.dates("day", "month")) == {NOW.date().replace(2019, month, 1) for month in (1, 2, 3)}


def test_the_supermarkets_junk_lines_are_refused_alone(real_data):
    [path] = (real_data / "supermarket_sales" / "variants").glob("*junk tail*")
    shop_in("USD", timezone="Asia/Yangon", country="MM")
    result = run(path, how="supermarket", create_stores=True)
    assert figures(result)["imported"]["created"] == 1000
    assert [(row.line, row.value) for row in result.refused_first] == [
        (1002, "cd C:\\Users\\Sneh\\Downloads"),
        (1003, "python grocery_analysis.py"),
    ]
