"""Customers without sales: every row is one mention of a customer, and stands in `sales` and `heads` by itself."""

from collections.abc import Iterator

from regulars.customers.rules import Contact
from regulars.exchange.fields import IDENTITIES
from regulars.exchange.staging.desk import Desk
from regulars.exchange.staging.details import owners_add
from regulars.exchange.staging.sales import refused_made

_CHUNK = 2_000


def profiles_made(desk: Desk) -> None:
    """Each row stands in `sales`, where skipped rows are no part."""
    told = ", ".join(f"{desk.column(key)}::VARCHAR AS {key}" for key in IDENTITIES)
    desk.run(
        f"CREATE TABLE sales AS SELECT sale_key, 1 AS n_rows, file * 1000000000000 + line AS first_row,"
        f" NULL::BIGINT AS net, {told} FROM rows WHERE class IS NULL"
    )


def profile_heads_made(desk: Desk) -> None:
    """The rows without faults stand in `heads`, numbered in the order of the files, with the `profile` they tell of.

    Rows with the same strongest identity are of one profile. A row without a code is of the one with a code that gives
    its phone first, a row with an e-mail alone of the one with more that gives it first.
    """
    refused_made(desk)
    desk.run("""
        CREATE TABLE heads AS
        WITH told AS (
            SELECT row_number() OVER (ORDER BY first_row) AS sale_no, s.*
            FROM sales AS s
            ANTI JOIN refused AS f ON f.sale_key = s.sale_key
        ),
        carried AS (
            SELECT customer_phone, 'code:' || arg_min(customer_code, sale_no) AS profile
            FROM told WHERE customer_code IS NOT NULL AND customer_phone IS NOT NULL GROUP BY 1
        ),
        led AS (
            SELECT t.*, coalesce('code:' || t.customer_code, c.profile, 'phone:' || t.customer_phone) AS profile
            FROM told AS t LEFT JOIN carried AS c ON c.customer_phone = t.customer_phone
        ),
        shared AS (
            SELECT customer_email, arg_min(profile, sale_no) AS profile
            FROM led WHERE profile IS NOT NULL AND customer_email IS NOT NULL GROUP BY 1
        )
        SELECT l.* REPLACE (coalesce(l.profile, s.profile, 'email:' || l.customer_email) AS profile)
        FROM led AS l LEFT JOIN shared AS s ON s.customer_email = l.customer_email
        ORDER BY sale_no
    """)


def profiles_told(desk: Desk) -> Iterator[list[tuple[int, Contact]]]:
    """Every profile of `heads` with its first number there and the latest contacts, some at a time."""
    held = ", ".join(f"coalesce(arg_max({key}, sale_no), '')" for key in IDENTITIES)
    with desk.connection.cursor() as cursor:
        cursor.execute(f"SELECT min(sale_no) AS first, {held} FROM heads GROUP BY profile ORDER BY first")
        while chunk := cursor.fetchmany(_CHUNK):
            yield [(first, Contact(code=code, phone=phone, email=email)) for first, code, phone, email in chunk]


def profiles_own(desk: Desk, known: list[tuple[int, int | None]]) -> None:
    """Every row of `heads` has its owner: the customer known by the first number of its profile, or a new one."""
    # Numbers below zero are nobody's id: there a profile is opened.
    owners_add(desk, [(first, -first if customer is None else customer) for first, customer in known])


def profiles_owned(desk: Desk) -> None:
    """What `profiles_own` said of the first row of each profile holds for all its rows."""
    desk.run("""
        INSERT INTO owners
        SELECT h.sale_no, o.customer
        FROM (SELECT sale_no, min(sale_no) OVER (PARTITION BY profile) AS first FROM heads) AS h
        JOIN owners AS o ON o.sale_no = h.first
        WHERE h.sale_no <> h.first
    """)
