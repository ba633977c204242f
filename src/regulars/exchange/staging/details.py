"""What the files know of the customers beside their sales, or without any: of each customer the latest that is told."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

import pyarrow as pa

from regulars.customers.details import AddressDetails, CustomerDetails, full_name
from regulars.exchange.fields import DETAILS, IDENTITIES
from regulars.exchange.staging.desk import Desk

_CHUNK = 2_000
_TEXTS = ("first_name", "last_name", "gender", "language", "website", "social")
_ADDRESS = ("street", "street2", "postcode", "city", "region", "country")
_BETWEEN_TAGS = re.compile(r"[;,|]")
_OWNERS = pa.schema([("sale_no", pa.int64()), ("customer", pa.int64())])


def customers_count(desk: Desk) -> int:
    """How many customers the sales of the files name, each by the strongest identity that is given.

    Without sales it is to how many customers the rows lead.
    """
    if desk.is_of_customers:
        return desk.number("SELECT count(DISTINCT customer) FROM owners")
    given = ", ".join(f"'{key}:' || {key}" for key in IDENTITIES if desk.has(key))
    return desk.number(f"SELECT count(DISTINCT coalesce({given})) FROM sales") if given else 0


def owners_begin(desk: Desk) -> None:
    """The empty table `owners` is there: whose the recorded sales of `heads` are."""
    desk.run("CREATE TABLE owners (sale_no BIGINT, customer BIGINT)")


def owners_add(desk: Desk, owners: Sequence[tuple[int, int | None]]) -> None:
    """Whose these sales are is known; None is nobody."""
    held = [owner for owner in owners if owner[1] is not None]
    if held:
        columns = [pa.array(column, pa.int64()) for column in zip(*held, strict=True)]
        with desk.connection.cursor() as cursor:
            cursor.register("incoming", pa.table(columns, schema=_OWNERS))
            cursor.execute("INSERT INTO owners SELECT * FROM incoming")
            cursor.unregister("incoming")


def details_told(desk: Desk) -> Iterator[list[CustomerDetails]]:
    """What is told of each customer of `owners`, some at a time, in the order of their first sales or rows."""
    told = [key for key in DETAILS if desk.has(key)]
    given = [key for key in IDENTITIES if desk.has(key)]
    if not given or not (told or desk.is_of_customers):
        return
    held = [f"arg_max(h.{key}, h.sale_no) AS {key}" for key in given]
    latest = [f"arg_max(r.{key}, h.sale_no * 1000000000 + r.line) AS {key}" for key in told]
    sql = f"""
        SELECT {", ".join([*held, *latest])}
        FROM rows AS r
        JOIN heads AS h USING (sale_key)
        JOIN owners AS o USING (sale_no)
        WHERE r.class IS NULL AND coalesce({", ".join(f"h.{key}" for key in given)}) IS NOT NULL
        GROUP BY o.customer
        ORDER BY min(h.sale_no)
    """
    with desk.connection.cursor() as cursor:
        cursor.execute(sql)
        names = [column[0] for column in cursor.description or ()]
        while chunk := [_details(dict(zip(names, row, strict=True))) for row in cursor.fetchmany(_CHUNK)]:
            yield chunk


def _details(told: dict[str, Any]) -> CustomerDetails:
    def text(name: str) -> str:
        return told.get(f"customer_{name}") or ""

    address = AddressDetails(**{name: text(name) for name in _ADDRESS})
    tags = (tag.strip() for tag in _BETWEEN_TAGS.split(text("tags")))
    texts: dict[str, Any] = {name: text(name) for name in _TEXTS}
    return CustomerDetails(
        code=text("code"),
        name=text("name") or full_name(first_name=text("first_name"), last_name=text("last_name")),
        phones=(text("phone"),) if text("phone") else (),
        emails=(text("email"),) if text("email") else (),
        birth_date=_day(told.get("customer_birth_date")),
        joined=_day(told.get("customer_joined")),
        addresses=(address,) if address != AddressDetails() else (),
        tags=tuple(dict.fromkeys(tag[:64] for tag in tags if tag)),
        **texts,
    )


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None
