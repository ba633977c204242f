"""The demo's history written down: one row per line, in the columns of the generic preset."""

import csv
import gzip
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

from regulars.core.days import timezone_of
from regulars.core.money import amount_text, milli_text
from regulars.exchange.demo.baskets import Line
from regulars.exchange.demo.payments import Payment
from regulars.exchange.demo.people import Person, people_of
from regulars.exchange.demo.receipts import Receipt, Told, numbers_of, receipts_of
from regulars.exchange.demo.rhythm import Rhythm, rhythm_of
from regulars.exchange.demo.shop import DEMO_BUSINESS, DEMO_STORES, WEB_REGISTER
from regulars.exchange.demo.visits import visits_of

COLUMNS = (
    "sale_id", "number", "sold_at", "store", "register", "channel", "kind", "returns",
    "customer_code", "customer_name", "customer_phone", "customer_email", "customer_gender", "customer_birth_date",
    "customer_city", "customer_country", "customer_tags", "customer_joined", "customer_language",
    "sku", "product", "category", "brand", "quantity", "unit_price", "discount", "tax", "total",
    "payment_method", "payment_amount", "payment_reference", "payment2_method", "payment2_amount",
)  # fmt: skip
SALES_FILE = "sales.csv.gz"
# A customer's receipts in two years, strangers' and returns counted in: 60,000 for 5,000 customers.
RECEIPTS_PER_CUSTOMER = 12
RETURN_SHARE = 0.02
# Level 9 takes 2.5 times as long for files 3 % smaller.
COMPRESSION = 5
TAG_SEPARATOR = ";"
_NO_CUSTOMER = ("",) * 11
_NO_PAYMENT = ("",) * 5


_WHOLE_DAY = 86_400


@dataclass(frozen=True, slots=True)
class DemoFiles:
    """The files to import, and what an import of them must count. `taken` is in cents, what was paid back taken off."""

    files: tuple[Path, ...]
    customers: int
    sales: int
    returns: int
    anonymous: int
    lines: int
    taken: int
    first_day: date
    last_day: date


def demo_files(
    folder: Path, *, customers: int = 5000, seed: int = 1, until: date, until_second: int = _WHOLE_DAY
) -> DemoFiles:
    """The demo chain's history is in the folder, as files an old till could have exported.

    The same customers, seed and until give the same bytes. The last sales are made in the evening of `until`, or, on a
    day that is not over, by `until_second` after its midnight. Raises ValueError below one customer.
    """
    if customers < 1:
        raise ValueError("a demo shop needs at least one customer")
    rng = Random(f"{seed}/{customers}/{until}")  # noqa: S311  a shop of dice, nothing to guess
    rhythm = rhythm_of(until=until, rng=rng)
    people = people_of(customers=customers, until=until, rng=rng)
    in_all = RECEIPTS_PER_CUSTOMER * customers
    returns = round(in_all * RETURN_SHARE)
    visits = visits_of(people, sales=in_all - returns, rhythm=rhythm, rng=rng)
    whole = receipts_of(visits, people, returns=returns, rhythm=rhythm, until=until, rng=rng)
    end = (len(rhythm.days) - 1, until_second)
    receipts = [receipt for receipt in whole if (receipt.day, receipt.second) <= end]
    path = folder / SALES_FILE
    _written(path, _rows(receipts, people, rhythm))
    return _counted(path, receipts, rhythm)


def _counted(path: Path, receipts: Sequence[Receipt], rhythm: Rhythm) -> DemoFiles:
    returns = sum(receipt.returns is not None for receipt in receipts)
    return DemoFiles(
        files=(path,),
        customers=len({receipt.told.person for receipt in receipts if receipt.told}),
        sales=len(receipts) - returns,
        returns=returns,
        anonymous=sum(receipt.told is None for receipt in receipts),
        lines=sum(len(receipt.lines) for receipt in receipts),
        taken=sum(receipt.total for receipt in receipts),
        first_day=rhythm.days[0],
        last_day=rhythm.days[-1],
    )


def _written(path: Path, rows: Iterator[tuple[str, ...]]) -> None:
    """The rows are in the file, with neither its name nor the time of writing inside: same rows, same bytes."""
    with (
        path.open("wb") as raw,
        gzip.GzipFile("", "wb", COMPRESSION, raw, mtime=0) as packed,
        io.TextIOWrapper(io.BufferedWriter(packed), "utf-8", newline="") as text,
    ):
        writer = csv.writer(text)
        writer.writerow(COLUMNS)
        writer.writerows(rows)


def _rows(receipts: Sequence[Receipt], people: Sequence[Person], rhythm: Rhythm) -> Iterator[tuple[str, ...]]:
    """A row per line. Payments stand on a receipt's first row alone, so that their column adds up to what was paid."""
    midnights = _midnights(rhythm)
    joined = _joined(receipts, rhythm)
    products = {line.product.sku: _product(line) for receipt in receipts for line in receipt.lines}
    for receipt, number in zip(receipts, numbers_of(receipts), strict=True):
        head = _head(receipt, number, midnights[receipt.day])
        told = receipt.told
        customer = _customer(told, people[told.person], joined[told.person]) if told else _NO_CUSTOMER
        paid = _paid(receipt.payments)
        for line in receipt.lines:
            yield (*head, *customer, *products[line.product.sku], *_amounts(line), *paid)
            paid = _NO_PAYMENT


def _midnights(rhythm: Rhythm) -> list[datetime]:
    timezone = timezone_of(DEMO_BUSINESS.timezone)
    return [datetime(day.year, day.month, day.day, tzinfo=timezone) for day in rhythm.days]


def _joined(receipts: Sequence[Receipt], rhythm: Rhythm) -> dict[int, str]:
    """The day of each customer's first receipt."""
    joined: dict[int, str] = {}
    for receipt in receipts:
        if receipt.told:
            joined.setdefault(receipt.told.person, rhythm.days[receipt.day].isoformat())
    return joined


def _head(receipt: Receipt, number: str, midnight: datetime) -> tuple[str, ...]:
    return (
        str(receipt.uid),
        number,
        (midnight + timedelta(seconds=receipt.second)).isoformat(),
        DEMO_STORES[receipt.store].name,
        receipt.register,
        "online" if receipt.register == WEB_REGISTER else "in_store",
        "return" if receipt.returns else "sale",
        str(receipt.returns or ""),
    )


def _customer(told: Told, person: Person, joined: str) -> tuple[str, ...]:
    code = person.code if told.code else ""
    phone = person.phone if told.phone else ""
    email = person.email if told.email else ""
    if not told.details:
        return (code, "", phone, email, *[""] * 7)
    return (
        code, person.name, phone, email, person.gender, person.birth_date, person.city, person.country,
        TAG_SEPARATOR.join(person.tags), joined, person.language,
    )  # fmt: skip


def _product(line: Line) -> tuple[str, ...]:
    product = line.product
    return (product.sku, product.name, product.category, product.brand)


def _amounts(line: Line) -> tuple[str, ...]:
    return (
        milli_text(line.quantity_milli),
        *(amount_text(amount, places=2) for amount in (line.unit_price, line.discount, line.tax, line.total)),
    )


def _paid(payments: Sequence[Payment]) -> tuple[str, ...]:
    """The first payment with its reference and the second without: the file has no column for that."""
    first, *more = payments
    second = (more[0].method, amount_text(more[0].amount, places=2)) if more else ("", "")
    return (first.method, amount_text(first.amount, places=2), first.reference, *second)
