"""All rows of all files as one table `rows` of what each says, and the table `faults` of what is wrong with them."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from regulars.core.text import marked as _
from regulars.exchange.conditions import Bound, to_sql
from regulars.exchange.fields import FIELDS, IDENTITIES, Form
from regulars.exchange.reading.tables import Table
from regulars.exchange.staging.desk import Desk
from regulars.exchange.staging.texts import PLAIN, Texts

_SQL_TYPES = {
    Form.QUANTITY: "BIGINT", Form.PRICE: "BIGINT", Form.AMOUNT: "BIGINT",
    Form.MOMENT: "TIMESTAMP", Form.DAY: "TIMESTAMP",
}  # fmt: skip
# Beside the fields: see `_worth_sql`, `_class_sql` and `_key_sql`.
_DERIVED = {
    "offset_minutes": "BIGINT", "exact_micro": "HUGEINT", "net": "BIGINT", "price_milli": "BIGINT",
    "class": "INTEGER", "is_return": "BOOLEAN", "sale_key": "VARCHAR",
}  # fmt: skip


class Missing(NamedTuple):
    """A row needs one of these fields; the sentence is for the rows that give none."""

    keys: tuple[str, ...]
    reason: str


def rows_begin(desk: Desk) -> None:
    """The empty tables `rows` and `faults` are there, for the fields that some file gives."""
    fields = ", ".join(f"{key} {_SQL_TYPES.get(FIELDS[key].form, 'VARCHAR')}" for key in sorted(desk.keys))
    derived = ", ".join(f"{name} {kind}" for name, kind in _DERIVED.items())
    desk.run(f"CREATE TABLE rows (file INTEGER, line BIGINT, {fields}, {derived})")
    desk.run("CREATE TABLE faults (file INTEGER, line BIGINT, field VARCHAR, value VARCHAR, reason VARCHAR)")
    desk.run("CREATE TABLE broken (file INTEGER, line BIGINT, reason VARCHAR, value VARCHAR)")


def rows_add(desk: Desk, texts: Texts, *, faulty: Collection[str]) -> None:
    """The rows of the file stand in `rows`, their faults in `faults`; the tables of the file alone are gone.

    `faulty` are the fields of which some text has no meaning.
    """
    _insert(desk, texts)
    for key in sorted(faulty):
        texts.run(
            f"INSERT INTO faults SELECT {texts.number}, t.line, '{key}', t.{key}, r.fault FROM {texts.sql} AS t"
            f" JOIN {texts.read_name(key)} AS r ON r.text = t.{key} WHERE r.fault IS NOT NULL"
        )
    _find_missing(texts)
    _find_too_long(texts)
    for key in texts.keys:
        if FIELDS[key].form not in PLAIN:
            desk.run(f"DROP TABLE {texts.read_name(key)}")
    desk.run(f"DROP TABLE {texts.table.name}")


def broken_add(desk: Desk, table: Table, number: int) -> None:
    """The lines of the file that are no rows stand in `broken`."""
    reason = _("the line has another number of cells than the heading")
    desk.run(
        f"INSERT INTO broken SELECT {number}, line, $reason, left(text, 200) FROM {table.broken}", {"reason": reason}
    )
    desk.run(f"DROP TABLE {table.broken}")


def _insert(desk: Desk, texts: Texts) -> None:
    bound = Bound(dict(texts.values))
    read = [key for key in texts.keys if FIELDS[key].form not in PLAIN]
    joins = " ".join(f"LEFT JOIN {texts.read_name(key)} AS r_{key} ON r_{key}.text = t.{key}" for key in read)
    values = [f"r_{key}.value AS {key}" if key in read else f"t.{key} AS {key}" for key in texts.keys]
    absent = [f"NULL::{_SQL_TYPES.get(FIELDS[key].form, 'VARCHAR')} AS {key}" for key in desk.keys - set(texts.keys)]
    offset = "r_sale_sold_at.offset_minutes" if "sale_sold_at" in read else "NULL AS offset_minutes"
    said = f"SELECT t.line, {offset}, {', '.join([*values, *absent])} FROM {texts.sql} AS t {joins}"
    fields = ", ".join(sorted(desk.keys))
    derived = ", ".join((*_worth_sql(desk), *_class_sql(desk, bound), _key_sql(desk, texts.number)))
    desk.run(
        f"INSERT INTO rows BY NAME SELECT {texts.number} AS file, line, {fields}, offset_minutes, {derived}"
        f" FROM ({said}) AS t",
        bound.values,
    )


def _worth_sql(desk: Desk) -> Sequence[str]:
    """What the row is worth exactly, what that is in money, and the unit price it follows from or leads to."""
    discount, tax = (f"coalesce({desk.column(key)}, 0)" for key in ("line_discount", "line_tax"))
    on_top = "0" if desk.prices_include_tax else tax
    product = f"CAST({desk.column('line_quantity')} AS HUGEINT) * {desk.column('line_unit_price')}"
    total = f"CAST({desk.column('line_total')} AS HUGEINT)"
    quantity = f"nullif(abs(CAST({desk.column('line_quantity')} AS HUGEINT)), 0)"
    price = f"CAST(half(abs({total} - {on_top} + {discount}), {quantity}) AS BIGINT)"
    return (
        f"coalesce({total}, {product} - {discount} + {on_top}) AS exact_micro",
        f"coalesce(minor({total}), minor({product}) - minor({discount}) + minor({on_top})) AS net",
        f"coalesce({desk.column('line_unit_price')}, {price}) AS price_milli",
    )


def _class_sql(desk: Desk, bound: Bound) -> Sequence[str]:
    """Whether the row takes something back, and the class it is skipped under: its place in the mapping, or NULL."""
    columns = {key: desk.column(key) for key in (*desk.keys, "sale_number")}
    cases = " ".join(
        f"WHEN {to_sql(skip.when, columns, bound, places=desk.places)} THEN {n}"
        for n, skip in enumerate(desk.mapping.skip)
    )
    rule = to_sql(desk.mapping.returns, columns, bound, places=desk.places) if desk.mapping.returns else "FALSE"
    said = f"coalesce({desk.column('sale_kind')} = 'return', FALSE)"
    return (f"CASE {cases} END AS class" if cases else "NULL AS class", f"({rule} OR {said}) AS is_return")


def _key_sql(desk: Desk, number: int) -> str:
    """What the rows of one sale have in common: its id, or without ids the row's whole content (see `rows_finish`)."""
    if desk.has("sale_id"):
        # A row without an id is a sale of its own, that is refused for it.
        return f"coalesce(sale_id, concat(chr(31), {number}, ':', line)) AS sale_key"
    content = ", ".join(f"coalesce(CAST({key} AS VARCHAR), chr(30))" for key in sorted(desk.keys))
    return f"sha256(concat_ws(chr(31), {content})) AS sale_key"


def rows_finish(desk: Desk) -> None:
    """Where a file names no sales, rows that are alike are told apart by their number among each other."""
    if not desk.has("sale_id"):
        desk.run(
            "CREATE OR REPLACE TABLE rows AS SELECT * REPLACE (sale_key || ':' || row_number() OVER"
            " (PARTITION BY sale_key ORDER BY file, line) AS sale_key) FROM rows ORDER BY file, line"
        )


def _find_missing(texts: Texts) -> None:
    needed = [*(Missing(group, _missing_reason(group)) for group in texts.desk.needed)]
    if texts.desk.has("sale_id"):
        needed.append(Missing(("sale_id",), _("the sale has no id")))
    for keys, reason in needed:
        given = [key for key in keys if key in texts.keys]
        nothing = " AND ".join(f"{key} IS NULL" for key in given) or "TRUE"
        field = given[0] if given else keys[0]
        texts.run(
            f"INSERT INTO faults SELECT {texts.number}, line, '{field}', '', $reason FROM {texts.sql} WHERE {nothing}",
            reason=reason,
        )


def _missing_reason(group: tuple[str, ...]) -> str:
    if group == IDENTITIES:
        return _("the customer has no code, phone or e-mail")
    names = _(" or ").join(FIELDS[key].name.replace("_", " ") for key in group)
    return _("the %s is missing") % names


def _find_too_long(texts: Texts) -> None:
    for key in texts.keys:
        if FIELDS[key].longest:
            reason = _("this is longer than %d characters") % FIELDS[key].longest
            texts.run(
                f"INSERT INTO faults SELECT {texts.number}, line, '{key}', left({key}, 200), $reason FROM {texts.sql}"
                f" WHERE length({key}) > {FIELDS[key].longest}",
                reason=reason,
            )
