"""Rows as sales: the tables `sales` (every sale of the files) and `heads` (those to record, in order)."""

from collections.abc import Mapping, Sequence
from uuid import UUID, uuid5

from regulars.core.text import marked as _
from regulars.exchange.fields import FIELDS, ONE_PER_SALE, Form
from regulars.exchange.staging.desk import Desk

# Everything an import names is named under this; changing it would make every old import new again.
NAMESPACE = UUID("5f1b0c1e-6d0a-5b8e-9a51-0d3b1f7c2a64")
# Of a sale's other fields the first that is told counts.
_FIRST = (
    "sale_id", "sale_number", "sale_register", "sale_note", "sale_tip", "customer_name", "customer_first_name",
    "customer_last_name",
)  # fmt: skip


def sales_made(desk: Desk) -> None:
    """The rows of a sale stand as one in `sales`, and what contradicts itself in `faults`; skipped rows are no part.

    `sold_local` is its earliest moment on the clock of the shop, `sold_utc` where a distance from UTC is written.
    """
    desk.run(
        f"CREATE TABLE sales AS SELECT sale_key, count(*) AS n_rows, min(file * 1000000000000 + line) AS first_row,"
        f" min(sale_sold_at) AS sold_local, min(sale_sold_at - to_minutes(offset_minutes)) AS sold_utc,"
        f" bool_or(is_return) AS is_return, sum(net)::BIGINT AS net, {', '.join(_head_columns(desk))}"
        f" FROM rows WHERE class IS NULL GROUP BY sale_key"
    )
    for key in ONE_PER_SALE:
        if desk.has(key):
            _find_two(desk, key)
    _find_half_returns(desk)


def _head_columns(desk: Desk) -> Sequence[str]:
    one = [f"min({key}) AS {key}, max({key}) AS other_{key}" for key in ONE_PER_SALE if desk.has(key)]
    first = [f"arg_min({key}, (file, line)) AS {key}" for key in _FIRST if desk.has(key)]
    return (*one, *first, "bool_and(is_return) AS is_all_return")


def _find_two(desk: Desk, key: str) -> None:
    """A sale that names two of what it can have one of is refused."""
    field = FIELDS[key]
    reason = _("the sale names two of these: %s") % f"{field.section} {field.name}"
    shown = (
        f"CAST({key} AS VARCHAR) || ' / ' || CAST(other_{key} AS VARCHAR)" if field.form is not Form.AMOUNT else "''"
    )
    desk.run(
        f"INSERT INTO faults SELECT first_row // 1000000000000, first_row % 1000000000000, '{key}', {shown}, $reason"
        f" FROM sales WHERE {key} <> other_{key}",
        {"reason": reason},
    )


def _find_half_returns(desk: Desk) -> None:
    desk.run(
        "INSERT INTO faults SELECT first_row // 1000000000000, first_row % 1000000000000, 'sale_kind', '', $reason"
        " FROM sales WHERE is_return AND NOT is_all_return",
        {"reason": _("some rows of the sale are a return and some are not")},
    )


def stores_named(desk: Desk) -> frozenset[str]:
    """The stores that the sales name."""
    if not desk.has("sale_store"):
        return frozenset()
    return frozenset(
        str(row[0]) for row in desk.run("SELECT DISTINCT sale_store FROM sales WHERE sale_store IS NOT NULL")
    )


def storeless_file(desk: Desk) -> str | None:
    """A file with a sale that names no store; None where all do."""
    column = desk.column("sale_store")
    row = desk.run(f"SELECT first_row // 1000000000000 FROM sales WHERE {column} IS NULL ORDER BY first_row LIMIT 1")
    return desk.files[int(str(row[0][0])) - 1] if row else None


def heads_made(desk: Desk, *, store: str, zones: Mapping[str, str], zone: str) -> None:
    """The sales without faults stand in `heads`, numbered from 1 in the order they were made; theirs in `payments`.

    A sale without a store is the one's named `store`. Local times are of the file's zone, else of the store's
    (`zones`), else of `zone`.
    """
    refused_made(desk)
    desk.run("CREATE TABLE zones (store VARCHAR, zone VARCHAR)")
    for name, found in zones.items():
        desk.run("INSERT INTO zones VALUES ($name, $zone)", {"name": name, "zone": found})
    store_sql = f"coalesce({desk.column('sale_store')}, $store)"
    zone_sql = "$zone" if desk.mapping.file.timezone else "coalesce(z.zone, $zone)"
    sql = f"""
        CREATE TABLE heads AS
        SELECT row_number() OVER (ORDER BY sold_at, uid) AS sale_no, *
        FROM (
            SELECT s.*, {store_sql} AS store, {_uid_sql("s.sale_key")} AS uid, {_returns_sql(desk)} AS returns_uid,
                   coalesce(s.sold_utc, timezone('UTC', timezone({zone_sql}, s.sold_local))) AS sold_at
            FROM sales AS s
            LEFT JOIN zones AS z ON z.store = {store_sql}
            ANTI JOIN refused AS f ON f.sale_key = s.sale_key
        )
        ORDER BY sale_no
    """
    space = uuid5(NAMESPACE, desk.mapping.name).hex
    desk.run(sql, {"store": store, "spaces": space, "zone": desk.mapping.file.timezone or zone})
    if desk.has("payment_method"):
        _payments_made(desk)


def _payments_made(desk: Desk) -> None:
    """Every payment that the rows of a sale tell, each once; one without an amount is all that the others leave to pay.

    `heads` has the number of them as `n_payments`.
    """
    slots = [slot for slot in ("payment", "payment2") if desk.has(f"{slot}_method")]
    told = " UNION ALL BY NAME ".join(_payments_sql(desk, slot) for slot in slots)
    desk.run(f"""
        CREATE TABLE payments AS
        SELECT sale_no, slot, place, method, reference,
               coalesce(amount, due - coalesce(sum(amount) OVER (PARTITION BY sale_no), 0))::BIGINT AS amount
        FROM ({told})
    """)
    desk.run("""
        CREATE OR REPLACE TABLE heads AS
        SELECT h.*, coalesce(p.n, 0) AS n_payments
        FROM heads AS h
        LEFT JOIN (SELECT sale_no, count(*) AS n FROM payments GROUP BY sale_no) AS p USING (sale_no)
        ORDER BY h.sale_no
    """)


def _payments_sql(desk: Desk, slot: str) -> str:
    tip = "minor(coalesce(h.sale_tip, 0))" if desk.has("sale_tip") else "0"
    return f"""
        SELECT h.sale_no, '{slot}' AS slot, r.{slot}_method AS method,
               minor({desk.column(f"{slot}_amount")}) AS amount,
               coalesce({desk.column(f"{slot}_reference")}, '') AS reference,
               h.net + {tip} AS due, min(r.line) AS place
        FROM rows AS r JOIN heads AS h USING (sale_key)
        WHERE r.class IS NULL AND r.{slot}_method IS NOT NULL
        GROUP BY ALL
    """


def refused_made(desk: Desk) -> None:
    """Each sale with a faulty row stands in `refused`, under the first of its reasons in the order of the file."""
    desk.run(
        "CREATE TABLE refused AS SELECT r.sale_key, arg_min(f.reason, (f.file, f.line, f.field)) AS reason"
        " FROM faults AS f JOIN rows AS r USING (file, line) WHERE r.class IS NULL GROUP BY r.sale_key"
    )


def _uid_sql(key: str) -> str:
    """The id of a sale: the UUID it is known by in the file, or UUID 5 (RFC 9562) of its key."""
    digest = f"sha1(from_hex($spaces) || encode({key}))"
    return (
        f"coalesce(TRY_CAST({key} AS UUID), CAST(left({digest}, 12) || '5' || substr({digest}, 14, 3)"
        f" || substr('89ab89ab89ab89ab', strpos('0123456789abcdef', substr({digest}, 17, 1)), 1)"
        f" || substr({digest}, 18, 15) AS UUID))"
    )


def _returns_sql(desk: Desk) -> str:
    if not desk.has("sale_returns"):
        return "NULL::UUID"
    return f"CASE WHEN s.sale_returns IS NOT NULL THEN {_uid_sql('s.sale_returns')} END"
