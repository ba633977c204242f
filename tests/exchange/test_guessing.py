"""The form of a mapping begins with a good guess, and what it says is a mapping."""

import pytest

from regulars.exchange.errors import MappingUnreadable
from regulars.exchange.guessing import FileHead, columns_guessed, heads_read, preset_guessed
from regulars.exchange.mapping import mapping_of, preset_named, preset_text, presets_all
from regulars.exchange.wording import (
    COLUMN,
    FIXED,
    KEPT,
    FieldChoice,
    MappingChoices,
    choices_of,
    head_named,
    mapping_drawn,
    mapping_proposed,
    mapping_told,
    mapping_written,
    name_proposed,
)
from tests.exchange.importing import RECEIPTS, written
from tests.exchange.test_uploading import book, table


def head(*columns):
    return FileHead("", columns, has_header=True, rows=())


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("file", "preset"),
    [
        ("supermarket_sales/supermarket_sales.csv", "supermarket"),
        ("cdnow/CDNOW_sample.txt", "cdnow-sample"),
        ("cdnow/CDNOW_master.txt", "cdnow"),
        ("online_retail/OnlineRetail.csv.gz", "online-retail"),
        ("online_retail/OnlineRetail.parquet", "online-retail"),
    ],
)
def test_a_file_that_has_a_preset_is_recognised(real_data, file, preset):
    [found] = heads_read(real_data / file)
    assert preset_guessed(found) == preset


def test_our_own_columns_are_recognised_and_a_few_of_them_by_chance_are_not():
    assert preset_guessed(head("sold_at", "product", "quantity", "total")) == "regulars"
    assert preset_guessed(head("customer_code", "customer_email")) == "regulars"
    assert preset_guessed(head("Receipt", "Day", "total", "quantity", "a", "b", "c")) is None
    assert preset_guessed(head("product", "quantity", "total")) is None


def test_columns_are_guessed_by_their_usual_names():
    columns = ("Order ID", "Order Date", "Customer Name", "E-Mail", "SKU", "Product name", "Qty", "Unit Price", "Total")
    assert columns_guessed(head(*columns)) == {
        "sale_id": "Order ID", "sale_sold_at": "Order Date", "customer_name": "Customer Name",
        "customer_email": "E-Mail", "line_sku": "SKU", "line_name": "Product name", "line_quantity": "Qty",
        "line_unit_price": "Unit Price", "line_total": "Total",
    }  # fmt: skip


def test_no_column_is_guessed_twice_and_no_moment_told_twice():
    found = columns_guessed(head("Date", "Time", "Timestamp", "First name", "Customer"))
    assert len(set(found.values())) == len(found)
    assert "sale_sold_at" not in found or "sale_date" not in found
    assert "customer_name" not in found or "customer_first_name" not in found


def test_a_list_of_customers_is_told_from_sales():
    assert columns_guessed(head("ID", "Name", "Phone", "E-mail")) == {
        "customer_code": "ID", "customer_name": "Name", "customer_phone": "Phone", "customer_email": "E-mail",
    }  # fmt: skip
    assert columns_guessed(head("ID", "Name", "Code", "Qty", "Price")) == {
        "sale_id": "ID", "line_name": "Name", "line_sku": "Code", "line_quantity": "Qty", "line_unit_price": "Price",
    }  # fmt: skip


def test_a_file_without_a_heading_names_its_columns_by_number(tmp_path):
    [found] = heads_read(written(tmp_path, "100,2026-03-01,Tea\n101,2026-03-02,Bun\n"))
    assert (found.columns, found.has_header) == (("1", "2", "3"), False)
    assert found.rows == (("100", "2026-03-01", "Tea"), ("101", "2026-03-02", "Bun"))
    assert mapping_proposed(found, name="x.csv")["file"] == {"header": False}


def test_each_sheet_with_content_begins_by_itself(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(book(sheets=("March", "April")))
    assert [(each.sheet, each.columns) for each in heads_read(path)] == [
        ("March", ("Receipt", "Item")), ("April", ("Receipt", "Item")),
    ]  # fmt: skip
    path.write_bytes(table())
    [found] = heads_read(path.rename(tmp_path / "a.parquet"))
    assert (found.columns, found.rows) == (("Receipt", "Item"), (("1", "Tea"),))


def test_a_file_of_an_unknown_encoding_is_shown_all_the_same(tmp_path):
    [found] = heads_read(written(tmp_path, "Receipt,Item\n1,Caf\xe9\n".encode("cp1252")))
    assert found.samples("Item") == ["Café"]


@pytest.mark.parametrize("name", presets_all())
def test_a_preset_is_the_same_after_it_was_read_and_written(name):
    again = mapping_of(mapping_written(mapping_told(preset_text(name), name=name)), name=name)
    assert again == preset_named(name)


@pytest.mark.parametrize("name", presets_all())
def test_a_preset_is_the_same_after_it_went_through_the_form(name):
    told = {"name": name, **mapping_told(preset_text(name), name=name)}
    columns = told.get("file", {}).get("columns") or sorted(preset_named(name).headings)
    begins = head_named(FileHead("", tuple(columns), "columns" not in told.get("file", {}), ()), told)
    choices = MappingChoices(name=name, fields=choices_of(told, begins))
    assert mapping_of(mapping_drawn(told, choices), name="x") == preset_named(name)


def test_the_form_changes_what_it_says_and_keeps_what_it_cannot_say():
    told = mapping_told('[customer]\nname = ["First", "Last"]\ngender = { column = "Sex", words = { F = "female" } }\n' + RECEIPTS.replace('[customer]\ncode = "Card"\nphone = "Phone"\ncity = "City"\ngender = "Sex"\n', ""), name="x")  # fmt: skip
    begins = head("Receipt", "When", "First", "Last", "Sex", "Code", "Item", "Qty", "Price", "Paid by", "Shop")
    fields = choices_of(told, begins)
    assert (fields["customer_name"], fields["customer_gender"]) == (FieldChoice(KEPT), FieldChoice(KEPT))
    fields["sale_store"] = FieldChoice(f"{COLUMN}Shop")
    fields["line_quantity"] = FieldChoice(FIXED, "1")
    fields["payment_method"] = FieldChoice()
    fields["sale_channel"] = FieldChoice(FIXED, "")
    drawn = mapping_of(mapping_drawn(told, MappingChoices(name="mine", fields=fields)), name="x")
    assert drawn.name == "mine"
    assert drawn.sources["customer_name"].columns == ("First", "Last")
    assert drawn.sources["customer_gender"].words == (("F", "female"),)
    assert drawn.sources["sale_store"].columns == ("Shop",)
    assert drawn.sources["line_quantity"].value == "1"
    assert {"payment_method", "sale_channel"} & drawn.sources.keys() == set()
    assert [skip.name for skip in drawn.skip] == ["sku = 'DEPOSIT'", "tests of the till"]


def test_what_is_not_in_the_file_is_left_out_of_the_form():
    told = mapping_told(RECEIPTS, name="x")
    assert set(choices_of(told, head("receipt ", "WHEN"))) == {"sale_id", "sale_sold_at"}


@pytest.mark.parametrize(
    "text", ['a "quoted" \\ name', "tab\there", "line\nend", "del\x7f", "naïve ☕", "'", "a = b # c"]
)
def test_any_text_survives_being_written(text):
    told = {"name": text, "sale": {text: [text], "x": {"column": text, "words": {text: text}}}}
    assert mapping_told(mapping_written(told), name="x") == told


def test_what_is_no_toml_is_refused():
    with pytest.raises(MappingUnreadable):
        mapping_told("[sale", name="x")


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("sales-2026-03.csv", "sales"),
        ("Umsätze März 2026.xlsx", "umsätze-märz"),
        ("2026.csv", "till"),
        ("x.csv.gz", "x"),
    ],
)
def test_next_months_file_is_called_the_same(file, name):
    assert name_proposed(file) == name
