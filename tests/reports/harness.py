"""A lake made by hand, to try a question on: its folder, the narrowing and DuckDB; no database, no files.

    shop = Shop([sold("2026-01-05", customer=1, net=1000), sold("2026-01-09", customer=1, net=-300, kind="return")])
    asked = shop.ask("cohorts", today="2026-02-01", first="2026-01-01", period="month")
    asked.rows(), asked.rows("spread"), asked.finding, asked.tables["query"]

`online_retail(real_data)` and `cdnow(real_data)` are the public data as the presets import them; `ask` also takes
`stores`, `channel`, `members` (numbers of customers), `is_past`, `rolled` and the report's own parameters by name.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from regulars.reports import questions
from regulars.reports.folders import Question, question_read
from regulars.reports.narrowing import MEMBERS, Narrowing, days_bound, narrowed
from regulars.reports.shape import Report, Unit, Words

FOLDER = Path(questions.__file__).parent

ARROW = {
    Unit.MONEY: pa.int64(), Unit.COUNT: pa.int64(), Unit.QUANTITY: pa.int64(), Unit.DAYS: pa.int64(),
    Unit.CUSTOMER: pa.int64(), Unit.STORE: pa.int32(), Unit.PRODUCT: pa.int32(), Unit.GROUP: pa.int32(),
    Unit.WEEKDAY: pa.int32(), Unit.HOUR: pa.int32(), Unit.SHARE: pa.float64(), Unit.NUMBER: pa.float64(),
    Unit.CURRENCY: pa.float64(), Unit.AVERAGE_DAYS: pa.float64(), Unit.DAY: pa.date32(), Unit.PERIOD: pa.string(),
    Unit.TEXT: pa.string(), Unit.WORD: pa.string(), Unit.YES: pa.bool_(),
}  # fmt: skip

_RELATIONS = """
CREATE TABLE history_sales (sale BIGINT, number TEXT, store INTEGER, register INTEGER, channel TEXT, customer BIGINT,
    kind TEXT, day DATE, day_number INTEGER, month INTEGER, weekday INTEGER, hour INTEGER, minute INTEGER,
    net BIGINT, tax BIGINT, discount BIGINT, units BIGINT);
CREATE TABLE history_lines (sale BIGINT, n INTEGER, product INTEGER, category TEXT, brand TEXT, quantity BIGINT,
    net BIGINT, discount BIGINT, kind TEXT, channel TEXT, store INTEGER, customer BIGINT, day DATE, day_number INTEGER,
    month INTEGER);
CREATE TABLE history_payments (sale BIGINT, n INTEGER, method TEXT, amount BIGINT, status TEXT, kind TEXT, channel TEXT,
    store INTEGER, customer BIGINT, day DATE, day_number INTEGER, month INTEGER);
CREATE TABLE customers (customer BIGINT, joined DATE, source TEXT, gender TEXT, country TEXT, region TEXT, city TEXT,
    postcode_area TEXT, is_active BOOLEAN);
CREATE TABLE stores (store INTEGER, name TEXT, city TEXT, region TEXT, country TEXT);
CREATE TABLE products (product INTEGER, sku TEXT, name TEXT, category TEXT, brand TEXT, price BIGINT);
CREATE TABLE stock (product INTEGER, store INTEGER, on_hand BIGINT);
CREATE TABLE tiers (customer BIGINT, "group" INTEGER, tier_set TEXT, since DATE);
CREATE TABLE groups ("group" INTEGER, name TEXT, is_tier BOOLEAN, tier_set TEXT);
CREATE TABLE membership_changes (id BIGINT, "group" INTEGER, customer BIGINT, day DATE, is_entry BOOLEAN, reason TEXT);
CREATE TABLE entries (id BIGINT, customer BIGINT, book TEXT, kind TEXT, amount BIGINT, day DATE, month INTEGER,
    expires_day DATE, sale TEXT);
CREATE TABLE offers (offer INTEGER, name TEXT);
CREATE TABLE offer_uses (offer INTEGER, sale BIGINT, customer BIGINT, day DATE, discount BIGINT, is_released BOOLEAN);
CREATE TABLE exposures (offer INTEGER, customer BIGINT, is_held_out BOOLEAN, day DATE);
"""

_CALENDAR = """
SELECT d AS day, (d - DATE '1970-01-01')::INTEGER AS day_number, isodow(d)::INTEGER AS weekday,
    ((d - DATE '1969-12-29') // 7)::INTEGER AS week, (year(d) * 12 + month(d) - 1)::INTEGER AS month,
    (year(d) * 4 + quarter(d) - 1)::INTEGER AS quarter, year(d)::INTEGER AS year, strftime(d, '%Y-%m-%d') AS day_text,
    strftime(d, '%G-W%V') AS week_text, strftime(d, '%Y-%m') AS month_text,
    year(d)::TEXT || '-Q' || quarter(d)::TEXT AS quarter_text, year(d)::TEXT AS year_text
FROM (SELECT unnest(generate_series(DATE '1990-01-01', DATE '2045-12-31', INTERVAL 1 DAY))::DATE AS d);
"""


@cache
def calendar() -> pa.Table:
    """A row for each day, made once."""
    with duckdb.connect() as connection:
        return connection.sql(_CALENDAR).to_arrow_table()


@dataclass(frozen=True, slots=True)
class Sold:
    """A sale by hand. `lines`: (product, units, net) or (product, units, net, category); `paid`: (method, amount)."""

    day: date
    customer: int | None
    net: int
    kind: str
    store: int
    channel: str
    hour: int
    tax: int
    discount: int
    lines: tuple[tuple[Any, ...], ...]
    paid: tuple[tuple[str, int], ...]


def sold(
    day: str, customer: int | None = None, net: int = 1000, *, kind: str = "", store: int = 1,
    channel: str = "in_store", hour: int = 12, tax: int = 0, discount: int = 0,
    lines: Iterable[tuple[Any, ...]] = (), paid: Iterable[tuple[str, int]] = (),
) -> Sold:  # fmt: skip
    """A sale of one unit of product 1 unless told otherwise; below zero it is a return."""
    told = tuple(lines) or ((1, -1 if net < 0 else 1, net),)
    total = sum(each[2] for each in told)
    kind = kind or ("return" if total < 0 else "sale")
    return Sold(
        date.fromisoformat(day), customer, total, kind, store, channel, hour, tax, discount, told,
        tuple(paid) or (("cash", total),),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question answered."""

    report: Report
    tables: Mapping[str, pa.Table]
    bound: Mapping[str, Any]

    def rows(self, part: str = "query") -> list[dict[str, Any]]:
        return self.tables[part].to_pylist()

    @property
    def finding(self) -> str:
        return self.report.finding({name: table.to_pylist() for name, table in self.tables.items()}, WORDS)

    def drilled(self, row: int = 0, part: str = "query") -> str | None:
        """The rule of the customers behind a row, as doors ask for it."""
        [asked] = [each for each in self.report.parts if each.name == part]
        assert asked.drill is not None
        named = {f"${name}": value for name, value in self.bound.items() if not name.startswith("scope_")}
        return asked.drill({**named, **self.rows(part)[row]})


WORDS = Words(
    money=lambda minor: f"{minor / 100:,.2f}",
    share=lambda share: f"{100 * share:.1f} %",
    number=lambda number: f"{number:,.1f}".removesuffix(".0"),
    day=lambda day: day.isoformat(),
    period=lambda period: f"<{period}>",
    weekday=lambda number: ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")[number - 1],
    store=lambda number: f"Store {number}",
    customer=lambda number: f"Customer {number}",
    product=lambda number: f"Product {number}",
    group=lambda number: f"Group {number}",
    country=lambda code: code,
    text=lambda text: text,
)


@dataclass
class Shop:
    """Relations of the contract in a DuckDB of their own. `beside`: rows of any other relation, as dictionaries."""

    sales: Sequence[Sold] = ()
    beside: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.connection = duckdb.connect()
        self.connection.execute(_RELATIONS)
        self.connection.register("calendar", calendar())
        self._fill()

    def _fill(self) -> None:
        told: dict[str, list[tuple[Any, ...]]] = {"history_sales": [], "history_lines": [], "history_payments": []}
        for n, each in enumerate(self.sales, start=1):
            self._sale(n, each, told)
        for relation, rows in told.items():
            self._insert(relation, rows)
        for relation, rows in self.beside.items():
            self.add(relation, rows)
        self._rest()

    def _sale(self, n: int, each: Sold, told: dict[str, list[tuple[Any, ...]]]) -> None:
        number, month = (each.day - date(1970, 1, 1)).days, each.day.year * 12 + each.day.month - 1
        units = sum(round(1000 * line[1]) for line in each.lines)
        where = (each.channel, each.store, each.customer, each.day, number, month)
        told["history_sales"].append((
            n, f"N-{n}", each.store, each.store, each.channel, each.customer, each.kind, each.day, number, month,
            each.day.isoweekday(), each.hour, 0, each.net, each.tax, each.discount, units,
        ))  # fmt: skip
        for k, (product, quantity, net, *category) in enumerate(each.lines, start=1):
            named = category[0] if category else f"C{product}"
            told["history_lines"].append((n, k, product, named, "", round(1000 * quantity), net, 0, each.kind, *where))
        for k, (method, amount) in enumerate(each.paid, start=1):
            told["history_payments"].append((n, k, method, amount, "completed", each.kind, *where))

    def _insert(self, relation: str, rows: Sequence[Sequence[Any]]) -> None:
        if not rows:
            return
        names = [row[0] for row in self.connection.execute(f"SELECT column_name FROM (DESCRIBE {relation})").fetchall()]
        table = pa.table({name: list(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)})
        self.connection.register("told", table)
        self.connection.execute(f"INSERT INTO {relation} SELECT * FROM told")
        self.connection.unregister("told")

    def add(self, relation: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Rows of a relation, of which what is not named is null."""
        for row in rows:
            names = ", ".join(f'"{name}"' for name in row)
            self.connection.execute(
                f"INSERT INTO {relation} ({names}) VALUES ({', '.join('?' * len(row))})", list(row.values())
            )

    def _rest(self) -> None:
        """Customers, stores and products that nobody described are there with what the sales say of them."""
        self.connection.execute("""
            INSERT INTO customers SELECT customer, min(day), 'till', '', '', '', '', '', true FROM history_sales
            WHERE customer IS NOT NULL AND customer NOT IN (SELECT customer FROM customers) GROUP BY 1 ORDER BY 1;
            INSERT INTO stores SELECT DISTINCT store, 'Store ' || store, '', '', 'GB' FROM history_sales
            WHERE store NOT IN (SELECT store FROM stores) ORDER BY 1;
            INSERT INTO products SELECT product, 'P' || product, 'Product ' || product, min(category), min(brand), NULL
            FROM history_lines WHERE product NOT IN (SELECT product FROM products) GROUP BY product ORDER BY 1;
        """)

    def ask(
        self, key: str, *, first: str = "", last: str = "", today: str = "", stores: Iterable[int] | None = None,
        channel: str = "", members: Iterable[int] | None = None, is_past: bool = False, rolled: bool = False,
        folder: Path = FOLDER, **parameters: Any,
    ) -> Asked:  # fmt: skip
        """The answer, with the names and types of its columns held to its shape."""
        question = question_read(folder / key.replace("-", "_"))
        on = date.fromisoformat(today) if today else self._last_day()
        narrowing = Narrowing(
            first=date.fromisoformat(first) if first else None,
            last=date.fromisoformat(last) if last else None,
            stores=tuple(stores) if stores is not None else None,
            channel=channel, has_members=members is not None, until=on, is_past=is_past,
        )  # fmt: skip
        bound = self._bound(question, narrowing, on, parameters)
        self._beside(members)
        tables = {
            name: self._asked(question.rolled[name] if rolled else sql, narrowing, bound)
            for name, sql in question.asked.items()
        }
        if question.report.computed is not None:
            tables = dict(question.report.computed(tables, bound))
        check(question.report, tables)
        return Asked(question.report, tables, bound)

    def _bound(
        self, question: Question, narrowing: Narrowing, today: date, parameters: Mapping[str, Any]
    ) -> dict[str, Any]:
        names = (
            self.connection.execute(
                "SELECT name FROM stores WHERE store = ANY(?) ORDER BY store", [list(narrowing.stores)]
            ).fetchall()
            if narrowing.stores
            else []
        )
        own = {each.name: each.default for each in question.report.parameters}
        assert parameters.keys() <= own.keys() | {"period"}, f"{question.report.key} takes {sorted(own)}"
        return {
            "period": "month",
            "week_start": "monday",
            **days_bound(
                today=today, first=narrowing.first or self._first_day(), last=min(narrowing.last or today, today)
            ),
            "store_names": tuple(name for (name,) in names),
            "channel": narrowing.channel,
            **own,
            **parameters,
        }

    def _beside(self, members: Iterable[int] | None) -> None:
        self.connection.execute(
            f"CREATE OR REPLACE TABLE {MEMBERS} AS SELECT unnest(?::BIGINT[]) AS customer", [list(members or ())]
        )

    def _asked(self, sql: str, narrowing: Narrowing, bound: Mapping[str, Any]) -> pa.Table:
        statement = narrowed(sql, narrowing, bound)
        return self.connection.sql(statement.sql, params=dict(statement.bound)).to_arrow_table()

    def _last_day(self) -> date:
        [[day]] = self.connection.execute("SELECT coalesce(max(day), DATE '2026-11-21') FROM history_sales").fetchall()
        return day

    def _first_day(self) -> date:
        [[day]] = self.connection.execute("SELECT coalesce(min(day), DATE '2026-11-21') FROM history_sales").fetchall()
        return day


def check(report: Report, tables: Mapping[str, pa.Table]) -> None:
    """Each part has the columns it says, in their order and of the type of their unit."""
    assert list(tables) == [part.name for part in report.parts]
    for part in report.parts:
        found = [(field.name, field.type) for field in tables[part.name].schema]
        assert found == [(column.name, ARROW[column.unit]) for column in part.columns], f"{report.key}/{part.name}"


class _Loaded(Shop):
    """A shop filled by a statement over a file of invoices: columns as in `history_lines` beside what makes a sale."""

    def __init__(self, file: Path, lines: str) -> None:
        self.lines = lines.replace("SOURCE", f"'{file}'")
        super().__init__()

    def _fill(self) -> None:
        self.connection.execute(f"CREATE TEMP TABLE told AS {self.lines}")
        self.connection.execute("""
            INSERT INTO products SELECT row_number() OVER (ORDER BY sku)::INTEGER, sku, min(name), '', '', NULL
            FROM told GROUP BY sku ORDER BY sku;
            INSERT INTO stores VALUES (1, 'Shop', '', '', 'GB');
            INSERT INTO history_sales
            SELECT sale, min(number), 1, NULL, 'online', min(customer), min(kind), min(day), min(day_number), min(month),
                isodow(min(day))::INTEGER, min(hour)::INTEGER, 0, sum(net)::BIGINT, 0, 0, sum(quantity)::BIGINT
            FROM told GROUP BY sale ORDER BY min(day), sale;
            INSERT INTO history_lines
            SELECT sale, n, product, '', '', quantity, net, 0, kind, 'online', 1, customer, s.day, s.day_number, s.month
            FROM told AS t JOIN products USING (sku) JOIN (SELECT sale, day, day_number, month FROM history_sales) AS s
            USING (sale) ORDER BY s.day, sale, n;
            INSERT INTO customers SELECT customer, min(day), 'import', '', min(country), '', '', '', true FROM told
            WHERE customer IS NOT NULL GROUP BY customer ORDER BY customer;
        """)


@cache
def online_retail(folder: Path) -> Shop:
    """The UK gift wholesaler; the number of a customer is the code in the file. One day is asked about unless told:
    the last of the file."""
    return _Loaded(folder / "online_retail" / "OnlineRetail.parquet", """
        SELECT dense_rank() OVER (ORDER BY InvoiceNo)::BIGINT AS sale, InvoiceNo::TEXT AS number,
            row_number() OVER (PARTITION BY InvoiceNo)::INTEGER AS n, StockCode::TEXT AS sku,
            coalesce(Description::TEXT, '') AS name, TRY_CAST(CustomerID AS BIGINT) AS customer, Country::TEXT AS country,
            CASE WHEN InvoiceNo LIKE 'C%' THEN 'return' ELSE 'sale' END AS kind,
            moment::DATE AS day, (moment::DATE - DATE '1970-01-01')::INTEGER AS day_number,
            (year(moment) * 12 + month(moment) - 1)::INTEGER AS month, hour(moment) AS hour,
            (Quantity::BIGINT * 1000)::BIGINT AS quantity,
            round(100 * Quantity::INTEGER * UnitPrice::DECIMAL(18, 3))::BIGINT AS net
        FROM (SELECT *, InvoiceDate::TIMESTAMP AS moment FROM SOURCE)
        WHERE InvoiceNo NOT LIKE 'A%' AND NOT (Quantity::INTEGER < 0 AND InvoiceNo NOT LIKE 'C%')
    """)  # fmt: skip


@cache
def cdnow(folder: Path, *, sample: bool = False) -> Shop:
    """The music shop, 23,570 customers, or the tenth of them; the number of a customer is the master's."""
    file = "CDNOW_sample.txt" if sample else "CDNOW_master.txt"
    rows = [line.split() for line in (folder / "cdnow" / file).read_text("ascii").splitlines()]
    told = [(int(row[0]), row[-3], int(row[-2]), row[-1]) for row in rows if row and row[0].isdigit()]
    shop = Shop()
    shop.connection.register("told", pa.table({
        "c": [row[0] for row in told], "d": [row[1] for row in told], "u": [row[2] for row in told],
        "m": [row[3] for row in told],
    }))  # fmt: skip
    shop.connection.execute("""
        INSERT INTO products VALUES (1, NULL, 'CDs', '', '', NULL);
        INSERT INTO stores VALUES (1, 'Shop', '', '', 'US');
        INSERT INTO history_sales
        SELECT row_number() OVER ()::BIGINT, 'N', 1, NULL, 'online', c, 'sale', day,
            (day - DATE '1970-01-01')::INTEGER, (year(day) * 12 + month(day) - 1)::INTEGER, isodow(day)::INTEGER, 0, 0,
            round(100 * m::DECIMAL(18, 2))::BIGINT, 0, 0, u * 1000
        FROM (SELECT *, strptime(d, '%Y%m%d')::DATE AS day FROM told);
        INSERT INTO history_lines SELECT sale, 1, 1, '', '', units, net, 0, kind, channel, store, customer, day, day_number,
            month FROM history_sales;
        INSERT INTO customers SELECT customer, min(day), 'import', '', 'US', '', '', '', true FROM history_sales
        GROUP BY customer ORDER BY customer;
    """)
    return shop
