"""Shops to ask on two engines: their relations in DuckDB's tables, and the same rows as the lake would hold them."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from regulars.lake.engines.engine import Held
from tests.reports.harness import Shop, Sold, sold

FIRST, TODAY = date(2024, 11, 3), date(2026, 3, 14)
_NAMES = ("Coffee", "Tea & cake", "it's", "back\\slash", "Bücher", "", "100%", 'a "word"')
_AREAS = ("", "SW1", "00100", "é")


def small_shop(seed: int = 11) -> Shop:
    """Sales, returns, payments, gift cards of a year and four months, and of everything beside them a little."""
    random = Random(seed)
    people = [None, *range(1, 41)]
    sales = [_sale(random, random.choice(people), day) for day in _days(random, 420)]
    return Shop(sales, dict(_beside(random)))


def _days(random: Random, count: int) -> list[str]:
    """Many days, one of them often, none in the whole of a summer."""
    days = [FIRST + timedelta(days=random.randrange((TODAY - FIRST).days + 1)) for _ in range(count)]
    return sorted(day.isoformat() for day in days if not date(2025, 7, 10) < day < date(2025, 9, 2))


def _sale(random: Random, customer: int | None, day: str) -> Sold:
    is_return = random.random() < 0.08
    lines = []
    for _ in range(random.randrange(1, 5)):
        product = random.randrange(1, 13)
        units = random.choice((1, 1, 2, 0.25))
        net = random.randrange(0, 9000)
        lines.append((product, -units if is_return else units, -net if is_return else net, _NAMES[product % 8]))
    total = sum(net for _, _, net, _ in lines)
    paid = [("cash", total)] if random.random() < 0.7 else [("card", total - total // 3), ("points", total // 3)]
    return sold(
        day, customer, kind="return" if is_return else "sale", store=random.randrange(1, 4),
        channel=random.choice(("in_store", "in_store", "online")), hour=random.randrange(7, 22),
        tax=total // 6, discount=random.choice((0, 0, 150)), lines=lines, paid=paid,
    )  # fmt: skip


Rows = list[dict[str, Any]]


def _beside(random: Random) -> Iterator[tuple[str, Rows]]:
    yield "customers", [
        {
            "customer": n, "joined": FIRST + timedelta(days=7 * n), "source": random.choice(("till", "web", "")),
            "gender": random.choice(("", "female", "male")), "country": random.choice(("GB", "KE", "")),
            "region": random.choice(("", "North")), "city": random.choice(("", "London", "Nairobi")),
            "postcode_area": random.choice(_AREAS), "is_active": n % 9 > 0,
        }
        for n in range(1, 39)
    ]  # fmt: skip
    yield "stock", [
        {"product": product, "store": store, "on_hand": random.randrange(-2000, 90_000)}
        for product in range(1, 11) for store in (1, 2)
    ]  # fmt: skip
    yield (
        "groups",
        [
            {"group": n, "name": name, "tier_set": "Tiers" if n < 3 else "", "is_tier": n < 3}
            for n, name in enumerate(("Gold", "Silver", "Staff"), 1)
        ],
    )
    yield from _members(random)
    yield "entries", _entries(random)
    yield "offers", [{"offer": 1, "name": "10 % off"}, {"offer": 2, "name": "Birthday"}]
    yield "offer_uses", [
        {
            "offer": random.choice((1, 2)), "sale": n * 5, "customer": random.choice((None, n)),
            "day": FIRST + timedelta(days=n * 11), "discount": n * 10, "is_released": n % 7 == 0,
        }
        for n in range(1, 31)
    ]  # fmt: skip
    yield (
        "exposures",
        [
            {"offer": 1, "customer": n, "is_held_out": n % 4 == 0, "day": FIRST + timedelta(days=30)}
            for n in range(1, 39)
        ],
    )


def _members(random: Random) -> Iterator[tuple[str, Rows]]:
    changes: Rows = []
    held: dict[int, tuple[int, date]] = {}
    for n in range(1, 91):
        customer, group = random.randrange(1, 39), random.choice((1, 2))
        day = FIRST + timedelta(days=5 * n)
        if customer in held:
            changes.append(_change(changes, held.pop(customer)[0], customer, day, is_entry=False))
        changes.append(_change(changes, group, customer, day, is_entry=True))
        held[customer] = (group, day)
    yield "membership_changes", changes
    yield (
        "tiers",
        [
            {"customer": customer, "group": group, "tier_set": "Tiers", "since": day}
            for customer, (group, day) in held.items()
        ],
    )


def _change(earlier: Rows, group: int, customer: int, day: date, *, is_entry: bool) -> dict[str, Any]:
    return {
        "id": len(earlier) + 1, "group": group, "customer": customer, "day": day, "is_entry": is_entry, "reason": "rule",
    }  # fmt: skip


def _entries(random: Random) -> Rows:
    kinds = {"earn": 1, "spend": -1, "expire": -1, "claw_back": -1, "give": 1}
    rows: Rows = []
    for n in range(1, 161):
        kind = random.choice(list(kinds))
        day = FIRST + timedelta(days=3 * n)
        rows.append({
            "id": n, "customer": random.randrange(1, 39), "book": random.choice(("points", "credit", "account")),
            "kind": kind, "amount": kinds[kind] * random.randrange(1, 5000), "day": day,
            "month": day.year * 12 + day.month - 1, "sale": "",
            "expires_day": random.choice((None, day + timedelta(days=200))),
        })  # fmt: skip
    return rows


def held_of(shop: Shop, folder: Path, *, in_tail: bool = False) -> Mapping[str, Held]:
    """The shop's relations as a lake holds them: in files, and with `in_tail` in all the places a row can be."""
    # Named as the lake names its own, in a folder as somebody may call theirs.
    folder = folder / "Till & Söhne, 100 % [ours] {1}" / "month=2026-11"
    folder.mkdir(parents=True, exist_ok=True)
    names = [name for (name,) in shop.connection.execute("SHOW TABLES").fetchall()]
    tables = {name: shop.connection.sql(f'SELECT * FROM "{name}"').to_arrow_table() for name in names}
    return {name: (_spread if in_tail and "sale" in table.column_names else _filed)(name, table, folder)
            for name, table in tables.items()}  # fmt: skip


def _filed(name: str, table: pa.Table, folder: Path) -> Held:
    """All in one file; what is empty in none."""
    files = (_written(table, folder / f"{name}.parquet"),) if table.num_rows else ()
    return Held(name=name, schema=table.schema, tail=table.schema.empty_table(), files=files)


def _spread(name: str, table: pa.Table, folder: Path) -> Held:
    """Old rows in files, some in a file of which half is gone and told anew, the newest told only in memory."""
    third = table.num_rows // 3
    old, touched, new = table.slice(0, third), table.slice(third, third), table.slice(2 * third)
    sales = touched.column("sale").to_pylist()
    gone = sorted({sale for sale in sales if sale is not None and hash(sale) % 2 == 0})
    is_gone = pa.array([sale in gone for sale in sales], pa.bool_())
    return Held(
        name=name, schema=table.schema, key="sale", gone=pa.table({"sale": pa.array(gone, table.schema.field("sale").type)}),
        files=(_written(old, folder / f"{name}-1.parquet"),), touched=(_written(touched, folder / f"{name}-2.parquet"),),
        tail=pa.concat_tables([touched.filter(is_gone), new]),
    )  # fmt: skip


def _written(table: pa.Table, file: Path) -> Path:
    pq.write_table(table, file)
    return file
