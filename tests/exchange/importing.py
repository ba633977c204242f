"""Files and mappings for the tests of importing."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from regulars.access.rules import OPERATOR, Actor
from regulars.exchange.mapping import FileMapping, mapping_of, mapping_with, preset_named
from regulars.exchange.services import ImportResult, import_run
from regulars.sales.models import Business
from regulars.sales.services import business_create, store_create
from tests.cast import NOW

RECEIPTS = """
[sale]
id = "Receipt"
sold_at = "When"
[customer]
code = "Card"
phone = "Phone"
city = "City"
gender = "Sex"
[line]
sku = "Code"
name = "Item"
quantity = "Qty"
unit_price = "Price"
[payment]
method = "Paid by"
[rules]
returns = "number starts with 'R'"
skip = ["sku = 'DEPOSIT'", { name = "tests of the till", when = "number starts with 'T'" }]
"""
HEADING = "Receipt,When,Card,Phone,City,Sex,Code,Item,Qty,Price,Paid by\n"
SALES = (
    HEADING
    + "100,2026-03-01 10:00,A1,0712345678,Nairobi,female,TEA,Tea,2,3.50,Cash\n"
    + "100,2026-03-01 10:01,A1,0712345678,Nairobi,female,BUN,Bun,1,1.25,Cash\n"
    + "101,2026-03-02 11:00,,,,,TEA,Tea,1,3.50,Card\n"
    + "R1,2026-03-03 12:00,A1,,Mombasa,,BUN,Bun,-1,1.25,Cash\n"
    + "T1,2026-03-03 12:00,,,,,TEA,Tea,1,3.50,Cash\n"
    + "102,2026-03-04 13:00,B2,,,,TEA,Tea,1,3.50,Cash\n"
    + "102,2026-03-04 13:00,B2,,,,DEPOSIT,Bottle,1,0.50,Cash\n"
)


def silent(step: str, done: int, total: int) -> None:
    """Tells nobody."""


def mapping(text: str = RECEIPTS, **options: str) -> FileMapping:
    return mapping_with(mapping_of(text, name="receipts"), options)


def run(
    *paths: Path, how: FileMapping | str = "", dry_run: bool = False, actor: Actor = OPERATOR, **more: Any
) -> ImportResult:
    """Import the files with a mapping, or the preset of that name."""
    read_with = mapping() if how == "" else preset_named(how) if isinstance(how, str) else how
    return import_run(paths=paths, mapping=read_with, dry_run=dry_run, actor=actor, at=NOW, progress=silent, **more)


def figures(result: ImportResult) -> Mapping[str, Any]:
    return result.reconciliation.as_json()


def written(folder: Path, text: str | bytes = SALES, name: str = "sales.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def shop_in(currency: str, *stores: str, timezone: str = "Europe/London", country: str = "GB") -> Business:
    """A shop that counts in the currency, with these stores."""
    business = business_create(
        name="The shop", currency=currency, country=country, timezone=timezone, week_start="monday", day_cutoff="00:00",
        actor=OPERATOR,
    )  # fmt: skip
    for store in stores:
        store_create(name=store, business=business, actor=OPERATOR, at=NOW)
    return business
