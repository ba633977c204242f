"""A rollup gives what its SQL gives of all sales, whatever is in files and whatever came or changed since."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

import duckdb
import pyarrow as pa
import pytest
from pyarrow import parquet

from regulars.access.rules import OPERATOR
from regulars.checkout.services import sale_reassign, sale_void
from regulars.customers.details import AddressDetails, CustomerDetails
from regulars.customers.models import Identity
from regulars.customers.services import customer_edit
from regulars.lake.calendar import calendar_table
from regulars.lake.engines.engine import Held, Statement
from regulars.lake.flushing import lake_flush, lake_rebuild
from regulars.lake.reading import lake_here
from regulars.lake.rolled import Rolled, put_to, summed
from regulars.lake.rolling import Rolling
from regulars.lake.rolling_up import rollups_build, rollups_follow
from regulars.lake.rollups import NAMED, ROLLUPS
from tests.cast import ANNA_PHONE, BEN_PHONE, NOW, line, record, sale, shop_open

OPENED = date(2025, 11, 20)
# The days around these sales are enough.
CALENDAR = calendar_table("monday").slice(12_900, 800)
DB = duckdb.connect()
SCHEMAS = {
    "sales": pa.schema([
        ("sale", pa.int64()), ("store", pa.int32()), ("channel", pa.string()), ("customer", pa.int64()),
        ("kind", pa.string()), ("day", pa.date32()), ("day_number", pa.int32()), ("month", pa.int32()),
        ("hour", pa.int32()), ("minute", pa.int32()), ("weekday", pa.int32()), ("net", pa.int64()), ("tax", pa.int64()),
        ("discount", pa.int64()), ("units", pa.int64()),
    ]),
    "lines": pa.schema([
        ("sale", pa.int64()), ("n", pa.int32()), ("product", pa.int32()), ("category", pa.string()),
        ("brand", pa.string()), ("quantity", pa.int64()), ("net", pa.int64()), ("discount", pa.int64()),
        ("kind", pa.string()), ("channel", pa.string()), ("store", pa.int32()), ("customer", pa.int64()),
        ("day", pa.date32()), ("day_number", pa.int32()), ("month", pa.int32()),
    ]),
    "payments": pa.schema([
        ("sale", pa.int64()), ("n", pa.int32()), ("method", pa.string()), ("amount", pa.int64()), ("status", pa.string()),
        ("kind", pa.string()), ("channel", pa.string()), ("store", pa.int32()), ("customer", pa.int64()),
        ("day", pa.date32()), ("day_number", pa.int32()), ("month", pa.int32()),
    ]),
}  # fmt: skip
HOMES = pa.schema([
    ("customer", pa.int64()), ("country", pa.string()), ("region", pa.string()), ("city", pa.string()),
    ("postcode_area", pa.string()), ("is_active", pa.bool_()),
])  # fmt: skip
ENTRIES = pa.schema([
    ("id", pa.int64()), ("customer", pa.int64()), ("book", pa.string()), ("kind", pa.string()), ("amount", pa.int64()),
    ("day", pa.date32()), ("month", pa.int32()), ("expires_day", pa.date32()), ("sale", pa.string()),
])  # fmt: skip


@dataclass
class Shop:
    """Sales as the database has them, and which of them are in files."""

    folder: object
    chance: Random
    customers: int = 12
    sales: dict = field(default_factory=dict)
    flushed: dict = field(default_factory=dict)
    changed: set = field(default_factory=set)
    entries: list = field(default_factory=list)
    homes: dict = field(default_factory=dict)
    settled: dict = field(default_factory=dict)
    moved: set = field(default_factory=set)
    filed: int = 0
    number: int = 0
    moves: int = 0

    def book(self):
        chance = self.chance
        last = max((each["id"] for each in self.entries), default=0)
        day = OPENED + timedelta(days=chance.randrange(20))
        self.entries.append({
            "id": last + chance.randint(1, 3), "customer": chance.randint(1, self.customers), "month": 0, "sale": "",
            "book": chance.choice(["points", "credit"]), "kind": chance.choice(["earn", "spend"]),
            "amount": chance.randint(-9, 9), "day": day, "expires_day": chance.choice([None, day + timedelta(days=30)]),
        })  # fmt: skip

    def forget(self, customer):
        """Someone is removed, and with them what the ledger had of them; it is read anew until the next flush."""
        self.entries = [each for each in self.entries if each["customer"] != customer]
        self.filed = -1

    def move(self, customer=None):
        """Somebody is known from now on, or lives somewhere else, or only something else of them is changed."""
        customer = customer or self.chance.randint(1, self.customers + 3)
        country = self.chance.choice(["", "KE", "UG"])
        self.homes[customer] = {
            "customer": customer, "country": country, "region": country and "R", "city": self.chance.choice(["", "X", "Y"]),
            "postcode_area": "", "is_active": self.chance.choice([True, False]),
        }  # fmt: skip
        self.moved.add(customer)
        self.moves += 1

    def remove(self, customer):
        del self.homes[customer]
        self.moved.add(customer)
        self.moves += 1

    def sell(self, *, day=None, customer=None):
        self.number += 1
        self._put(self.number, day or OPENED + timedelta(days=self.chance.randrange(100)), customer or self._customer())

    def reassign(self, sale, customer):
        rows = self.sales[sale]
        self.sales[sale] = {name: [{**row, "customer": customer} for row in told] for name, told in rows.items()}
        self.changed.add(sale)
        self.moves += 1

    def refile(self, sale):
        """Its lines and payments are others; the sale itself is as it was."""
        rows = self.sales[sale]
        lines = [{**row, "category": self.chance.choice("ABC"), "product": 5} for row in rows["lines"]]
        paid = [{**row, "method": "voucher"} for row in rows["payments"]]
        self.sales[sale] = {"sales": rows["sales"], "lines": lines, "payments": paid}
        self.changed.add(sale)
        self.moves += 1

    def void(self, sale):
        del self.sales[sale]
        self.changed.add(sale)
        self.moves += 1

    def redate(self, sale):
        self._put(sale, OPENED + timedelta(days=self.chance.randrange(100)), self._customer())

    def _customer(self):
        return self.chance.choice([None, *range(1, self.customers + 1)])

    def _put(self, sale, day, customer):
        chance = self.chance
        kind = "return" if chance.random() < 0.2 else "sale"
        sign = -1 if kind == "return" else 1
        about = {
            "sale": sale, "store": chance.randint(1, 3), "channel": chance.choice(["in_store", "online"]),
            "customer": customer, "kind": kind, "day": day, "day_number": (day - date(1970, 1, 1)).days,
            "month": day.year * 12 + day.month - 1, "hour": chance.randint(8, 10), "minute": chance.randint(0, 1),
            "weekday": day.isoweekday(),
        }  # fmt: skip
        lines = [
            {**about, "n": n, "product": chance.randint(1, 4), "category": chance.choice("ABC"), "brand": "",
             "quantity": sign * 1000, "net": sign * chance.randint(0, 500), "discount": 0}
            for n in range(1, chance.randint(1, 4))
        ]  # fmt: skip
        net = sum(line["net"] for line in lines)
        paid = [{**about, "n": n, "method": chance.choice(["cash", "card"]), "amount": net, "status": "completed"}
                for n in (1, 2)]  # fmt: skip
        head = {**about, "net": net, "tax": 0, "discount": 0, "units": sign * 1000 * len(lines)}
        self.sales[sale] = {"sales": [head], "lines": lines, "payments": paid}
        self.changed.add(sale)
        self.moves += 1

    # What the lake would hold.

    def base(self):
        """The relations: files of what was flushed, what of it is gone, and the tail."""
        gone = sorted(sale for sale in self.changed if sale in self.flushed)
        return {
            **{name: self._held(name, gone) for name in SCHEMAS},
            "calendar": Held("calendar", CALENDAR.schema, CALENDAR),
            "entries": self.ledger(),
            "customers": self.known(),
        }

    def known(self):
        """Who is known, and where they live."""
        tail = [self.homes[each] for each in sorted(self.moved & self.homes.keys())]
        table = pa.Table.from_pylist(tail, schema=HOMES)
        files, gone = tuple(sorted(self.folder.glob("customers/*.parquet"))), sorted(self.moved & self.settled.keys())
        if not gone:
            return Held("customers", HOMES, table, files)
        return Held(
            "customers", HOMES, table, (), files, pa.table({"customer": pa.array(gone, pa.int64())}), "customer"
        )

    def ledger(self):
        tail = [each for each in self.entries if each["id"] > self.filed]
        files = tuple(sorted(self.folder.glob("entries/*.parquet"))) if self.filed > 0 else ()
        return Held("entries", ENTRIES, pa.Table.from_pylist(tail, schema=ENTRIES), files)

    def post(self):
        """The ledger is in files, all of it."""
        for file in self.folder.glob("entries/*.parquet"):
            file.unlink()
        self.filed = max((each["id"] for each in self.entries), default=0)
        if self.entries:
            (self.folder / "entries").mkdir(exist_ok=True)
            file = self.folder / "entries" / f"part-{self.number}-{self.filed}-{len(self.entries)}.parquet"
            parquet.write_table(pa.Table.from_pylist(self.entries, schema=ENTRIES), file)

    def _held(self, name, gone):
        tail = [row for sale in sorted(self.changed & self.sales.keys()) for row in self.sales[sale][name]]
        table = pa.Table.from_pylist(tail, schema=SCHEMAS[name])
        files = tuple(sorted(self.folder.glob(f"{name}/*/*.parquet")))
        if not gone:
            return Held(name, SCHEMAS[name], table, files)
        return Held(name, SCHEMAS[name], table, (), files, pa.table({"sale": pa.array(gone, pa.int64())}), "sale")

    def flush(self):
        """Everything is in files, and nothing in the tail."""
        self.flushed, self.changed = dict(self.sales), set()
        self.settled, self.moved = dict(self.homes), set()
        for file in self.folder.glob("customers/*.parquet"):
            file.unlink()
        if self.homes:
            (self.folder / "customers").mkdir(exist_ok=True)
            file = self.folder / "customers" / f"part-{self.number}-{self.moves}.parquet"
            parquet.write_table(pa.Table.from_pylist(list(self.homes.values()), schema=HOMES), file)
        for name, schema in SCHEMAS.items():
            for file in self.folder.glob(f"{name}/*/*.parquet"):
                file.unlink()
            months = {}
            for told in self.sales.values():
                for row in told[name]:
                    months.setdefault(row["month"], []).append(row)
            for month, rows in months.items():
                place = self.folder / name / f"month={month}"
                place.mkdir(parents=True, exist_ok=True)
                parquet.write_table(pa.Table.from_pylist(rows, schema=schema), place / f"part-{self.number}.parquet")

    def expected(self):
        """Each rollup by its SQL over all sales."""
        return expected_of({
            name: pa.Table.from_pylist([row for told in self.sales.values() for row in told[name]], schema=schema)
            for name, schema in SCHEMAS.items()
        } | {"calendar": CALENDAR, "entries": pa.Table.from_pylist(self.entries, schema=ENTRIES),
             "customers": pa.Table.from_pylist(list(self.homes.values()), schema=HOMES)})  # fmt: skip


def expected_of(relations):
    """The rows of each rollup by its SQL over whole relations."""
    tables = {}
    for name, table in relations.items():
        DB.register(f"{name}_told", table)
        tables[name] = f"SELECT * FROM {name}_told"
    found = {}
    for rollup in ROLLUPS:
        table = DB.sql(put_to(rollup.sql, {read: tables[read] for read in rollup.reads})).to_arrow_table()
        DB.register(f"{rollup.name}_told", table)
        tables[rollup.name] = f"SELECT * FROM {rollup.name}_told"
        found[rollup.name] = _sorted(table)
    return found


def _sorted(table):
    return sorted((tuple(sorted(row.items())) for row in table.to_pylist()), key=repr)


def rows_of(held):
    """What a relation consists of; where its rows are to be added up, added up."""
    rollup, db = NAMED[held.name], DB
    db.register("tail", held.tail)
    parts = ["SELECT * FROM tail"]
    parts += [f"SELECT * FROM '{file}'" for file in held.files]
    if held.gone is not None:
        db.register("gone", held.gone)
        parts += [
            f"SELECT * FROM '{file}' WHERE {held.key} NOT IN (SELECT {held.key} FROM gone)" for file in held.touched
        ]
    rows = " UNION ALL BY NAME ".join(parts)
    if not rollup.is_of_customers:
        rows = summed(rollup, held.schema.names, rows)
    return _sorted(db.sql(rows).to_arrow_table())


def hold(shop, rolling, asked=ROLLUPS):
    base, expected = shop.base(), shop.expected()
    for rollup in asked:
        assert rows_of(rolling.held(rollup.name, base=base, sequence=shop.moves)) == expected[rollup.name], rollup.name


@pytest.fixture
def shop(tmp_path):
    shop = Shop(tmp_path, Random(6))
    for _sale in range(60):
        shop.sell()
        shop.book()
        shop.move()
    shop.flush()
    shop.post()
    return shop


def rolling_of(shop):
    return Rolling(rollups_build(shop.base(), folder=shop.folder), folder=shop.folder)


def test_what_is_built_is_what_the_sql_says(shop):
    hold(shop, rolling_of(shop))


def test_a_new_sale_counts_at_once(shop):
    rolling = rolling_of(shop)
    hold(shop, rolling)
    shop.sell(customer=3)
    hold(shop, rolling)
    shop.sell(customer=99)
    hold(shop, rolling)


def test_a_late_sale_makes_a_first_order_earlier(shop):
    rolling = rolling_of(shop)
    shop.sell(day=OPENED - timedelta(days=40), customer=5)
    hold(shop, rolling)


def test_a_voided_sale_counts_nowhere(shop):
    rolling = rolling_of(shop)
    for number in (1, 2, 3):
        shop.void(number)
        hold(shop, rolling)


def test_the_only_sale_of_a_customer_taken_away_leaves_no_row(shop):
    shop.sell(customer=77)
    shop.flush()
    rolling = rolling_of(shop)
    shop.reassign(shop.number, 78)
    hold(shop, rolling)
    assert [
        dict(row)["customer"] for row in rows_of(rolling.held("by_customer", base=shop.base(), sequence=shop.moves))
    ].count(77) == 0


def test_who_moves_takes_along_what_was_bought(shop):
    rolling = rolling_of(shop)
    hold(shop, rolling)
    shop.homes[3] |= {"country": "TZ", "city": "Mwanza"}
    shop.moved.add(3)
    shop.moves += 1
    hold(shop, rolling)
    [place] = [
        dict(row)
        for row in rows_of(rolling.held("by_place", base=shop.base(), sequence=shop.moves))
        if dict(row)["country"] == "TZ"
    ]
    theirs = [row for told in shop.sales.values() for row in told["sales"] if row["customer"] == 3]
    assert (place["parts"], place["net"]) == (1, sum(row["net"] for row in theirs))
    shop.remove(3)
    hold(shop, rolling)


def test_who_moves_and_buys_nothing_is_followed_by_a_flush(shop):
    rolled = rollups_build(shop.base(), folder=shop.folder)
    shop.move(2)
    shop.move(90)
    followed = rollups_follow(shop.base(), rolled, folder=shop.folder)
    shop.flush()
    hold(shop, Rolling(followed, folder=shop.folder))


def test_another_first_order_is_read_back_from_the_files(shop):
    rolling = rolling_of(shop)
    [customer] = [3]
    theirs = sorted(
        (row["day_number"], row["hour"], row["minute"], row["sale"])
        for told in shop.sales.values()
        for row in told["sales"]
        if row["customer"] == customer and row["kind"] == "sale"
    )
    assert len(theirs) > 2
    shop.void(theirs[0][-1])
    hold(shop, rolling)
    held = rolling.held("by_customer", base=shop.base(), sequence=shop.moves)
    [now] = [row for row in map(dict, rows_of(held)) if row["customer"] == customer]
    assert now["first_sale"] == theirs[1][-1]


def test_what_the_ledger_books_counts_at_once_and_is_followed(shop):
    rolled = rollups_build(shop.base(), folder=shop.folder)
    rolling = Rolling(rolled, folder=shop.folder)
    shop.book()
    hold(shop, rolling)
    last, count = rolled.booked["by_entry_day"]
    # In files, but no flush told the rollups of it: nothing was sold.
    shop.post()
    hold(shop, rolling)
    followed = rollups_follow(shop.base(), rolled, folder=shop.folder)
    assert followed.booked["by_entry_day"] == (shop.entries[-1]["id"], count + 1)
    assert last < shop.entries[-1]["id"]
    hold(shop, Rolling(followed, folder=shop.folder))


def test_what_is_taken_out_of_the_ledger_counts_nowhere(shop):
    rolled = rollups_build(shop.base(), folder=shop.folder)
    rolling = Rolling(rolled, folder=shop.folder)
    shop.forget(shop.entries[0]["customer"])
    hold(shop, rolling)
    shop.post()
    hold(shop, rolling)
    followed = rollups_follow(shop.base(), rolled, folder=shop.folder)
    assert followed.booked["by_entry_day"] == (shop.entries[-1]["id"], len(shop.entries))
    hold(shop, Rolling(followed, folder=shop.folder))


def test_an_unchanged_ledger_is_the_same_relation(shop):
    rolling, base = rolling_of(shop), shop.base()
    held = rolling.held("by_entry_day", base=base, sequence=1)
    assert rolling.held("by_entry_day", base=base, sequence=2) is held


def test_rollups_of_another_version_are_written_anew(shop):
    rolled = rollups_build(shop.base(), folder=shop.folder)
    older = Rolled.read({**rolled.told, "form": "of another version"})
    assert (rolled.is_ours, older.is_ours) == (True, False)
    shop.sell()
    shop.void(1)
    anew = rollups_follow(shop.base(), older, folder=shop.folder)
    assert anew.is_ours
    assert not anew.paths & older.paths
    shop.flush()
    hold(shop, Rolling(anew, folder=shop.folder))


@pytest.mark.parametrize("seed", range(4))
def test_any_history_in_any_order(tmp_path, seed):
    """Sales, late ones, voids, reassignments, and flushes between them; then all of it again from nothing."""
    chance = Random(seed)
    shop = Shop(tmp_path, chance, customers=chance.choice([4, 30]))
    for _sale in range(chance.choice([0, 5, 80])):
        shop.sell()
    shop.flush()
    rolled = rollups_build(shop.base(), folder=tmp_path)
    rolling = Rolling(rolled, folder=tmp_path)
    for _round in range(6):
        for _step in range(chance.randint(0, 4)):
            _anything(shop, chance)
        hold(shop, rolling)
        if chance.random() < 0.5:
            if chance.random() < 0.7:
                shop.post()
            rolled = Rolled.read(rollups_follow(shop.base(), rolled, folder=tmp_path).told)
            shop.flush()
            rolling = Rolling(rolled, folder=tmp_path)
            hold(shop, rolling)
            assert all((tmp_path / path).exists() for path in rolled.paths)
    if shop.changed:
        shop.flush()
    hold(shop, Rolling(rollups_build(shop.base(), folder=tmp_path), folder=tmp_path))


@pytest.mark.parametrize("seed", range(4))
def test_what_was_found_before_and_who_moved_since_is_what_is_so(tmp_path, seed):
    """Some rollups are asked for at a moment, others at the next, and what was found is compared across any of them."""
    chance = Random(seed)
    shop = Shop(tmp_path, chance, customers=8)
    for _sale in range(40):
        shop.sell()
    shop.flush()
    rolling = rolling_of(shop)
    for _round in range(12):
        for _step in range(chance.randint(0, 3)):
            _anything(shop, chance)
        hold(shop, rolling, chance.sample(ROLLUPS, chance.choice([1, 1, 4])))


def _anything(shop, chance):
    sales = sorted(shop.sales)
    if chance.random() < 0.5:
        shop.book()
    elif chance.random() < 0.3:
        shop.move()
    elif shop.homes and chance.random() < 0.1:
        shop.remove(chance.choice(sorted(shop.homes)))
    elif chance.random() < 0.1:
        shop.forget(chance.randint(1, shop.customers))
    what = chance.choice(["sell", "sell", "sell", "void", "reassign", "redate", "refile"])
    if what == "sell" or not sales:
        shop.sell()
    elif what == "void":
        shop.void(chance.choice(sales))
    elif what == "reassign":
        shop.reassign(chance.choice(sales), chance.choice([None, 1, 2, 500]))
    elif what == "refile":
        shop.refile(chance.choice(sales))
    else:
        shop.redate(chance.choice(sales))


def hold_here():
    """What this shop's lake says of each rollup is what its SQL says of the database."""
    reading = lake_here().reading(at=NOW)
    asked = {name: reading.ask(Statement(f"SELECT * FROM history_{name}")) for name in SCHEMAS}
    asked |= {name: reading.ask(Statement(f"SELECT * FROM {name}")) for name in ("entries", "customers")}
    expected = expected_of(asked | {"calendar": CALENDAR})
    assert reading.rolling is not None
    for rollup in ROLLUPS:
        assert rows_of(reading.relation(rollup.name)) == expected[rollup.name], rollup.name


@pytest.mark.django_db
def test_the_lake_keeps_them_through_whatever_the_shop_does():
    shop_open()
    for n in range(1, 7):
        customer = {"phone": ANNA_PHONE if n % 2 else BEN_PHONE} if n % 3 else None
        record(sale(n, line("LATTE"), line("BEANS", "900.00", "2"), customer=customer))
    assert lake_here().reading(at=NOW).rolling is None
    lake_flush(at=NOW)
    hold_here()
    record(sale(7, customer={"phone": BEN_PHONE}))
    hold_here()
    sale_void("W-0001", actor=OPERATOR, at=NOW)
    hold_here()
    anna = Identity.objects.filter(kind="phone", value=ANNA_PHONE).values_list("customer_id", flat=True)[0]
    sale_reassign("W-0002", anna, actor=OPERATOR, at=NOW)
    hold_here()
    lake_flush(at=NOW)
    # She moves, and nothing is sold until the next flush.
    for city in ("Mombasa", "Kisumu"):
        told = CustomerDetails(name="Anna", addresses=(AddressDetails(kind="billing", country="KE", city=city),))
        customer_edit(anna, told, country="KE", actor=OPERATOR, at=NOW, today=NOW.date())
        hold_here()
    [place] = lake_here().reading(at=NOW).ask(Statement("SELECT city, net FROM by_place WHERE city <> ''")).to_pylist()
    assert place["city"] == "Kisumu"
    lake_flush(at=NOW)
    hold_here()
    lake_rebuild(at=NOW)
    hold_here()
