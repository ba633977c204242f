"""The index in PostgreSQL: a tsvector per customer, under GIN, in blocks of time.

GIN cannot be read in an order: a word that half the shop shares would be gathered whole and sorted (0.3 s at a
million customers). So every word starts with a character for the block of 16,384 serials its customer is in, and
a search asks the newest block first and stops when it has enough. A rare word costs one look per block.
"""

from collections.abc import Sequence

from django.db import connection

from regulars.customers.search.profiles import Document
from regulars.customers.search.words import Alternative, Group, Query

# Where the block's character goes; words contain letters and digits only.
_BLOCK_MARK = "@"
_BLOCK_BITS = 14

# Each step is materialized: serials are drawn in the order given, rows are written in the order of the customers.
_WRITE = f"""
    WITH known AS MATERIALIZED (
        SELECT given.*, place.serial
        FROM unnest(%s::bigint[], %s::bigint[], %s::text[]) WITH ORDINALITY AS given (customer_id, checksum, words, nth)
        LEFT JOIN customers_searchplace AS place ON place.customer_id = given.customer_id
        ORDER BY given.nth
    ), placed AS MATERIALIZED (
        SELECT customer_id, checksum, words, COALESCE(serial, nextval('customers_searchplace_serial')) AS serial
        FROM known
    )
    INSERT INTO customers_searchplace AS place (customer_id, serial, checksum, document)
    SELECT customer_id, serial, checksum,
        (SELECT array_to_tsvector(array_agg(chr(256 + (serial >> {_BLOCK_BITS})::int) || word))
         FROM unnest(string_to_array(words, ' ')) AS word)
    FROM placed
    ORDER BY customer_id
    ON CONFLICT (customer_id) DO UPDATE
        SET serial = EXCLUDED.serial, checksum = EXCLUDED.checksum, document = EXCLUDED.document
        WHERE place.checksum <> EXCLUDED.checksum
"""
# Adding 0 keeps PostgreSQL from walking the serials and testing every customer; the customer is looked at in a
# scalar subquery so that it stays a filter on the ordered rows and is asked for `limit` of them, not for all.
_FOUND = f"""
    SELECT hit.customer_id
    FROM generate_series((SELECT MAX(serial) FROM customers_searchplace) >> {_BLOCK_BITS}, 0, -1) AS block,
    LATERAL (
        SELECT customer_id
        FROM customers_searchplace
        WHERE document @@ replace(%s, '{_BLOCK_MARK}', chr(256 + block::int))::tsquery
        ORDER BY serial + 0 DESC
    ) AS hit
    WHERE (SELECT is_active FROM customers_customer WHERE id = hit.customer_id)
    LIMIT %s
"""


def write(documents: Sequence[Document]) -> None:
    """Each customer is found by these words; who is new comes to the front. One query.

    Rows are taken in the order of the customers, so two writers never wait for each other in a circle.
    """
    if not documents:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            _WRITE,
            [
                [each.customer for each in documents],
                [each.checksum for each in documents],
                [each.words for each in documents],
            ],
        )


def drop(customer_ids: Sequence[int]) -> None:
    """None of these customers is found. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM customers_searchplace WHERE customer_id IN (SELECT customer_id FROM customers_searchplace"
            " WHERE customer_id = ANY(%s) ORDER BY customer_id FOR UPDATE)",
            [list(customer_ids)],
        )


def found(query: Query, *, limit: int) -> list[int]:
    """The customers who match, most recent first. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_FOUND, [match_text(query), limit])
        return [row[0] for row in cursor.fetchall()]


def match_text(query: Query) -> str:
    """The query as a tsquery, with a mark where the block goes."""
    return " & ".join(_any(group) for group in query)


def _any(group: Group) -> str:
    return "(" + " | ".join(_all(alternative) for alternative in group) + ")"


def _all(alternative: Alternative) -> str:
    return "(" + " & ".join(f"'{_BLOCK_MARK}{prefix}':*" for prefix in alternative) + ")"


def clear() -> None:
    """The index is empty, counts from 1 and waits for `complete`. Three queries; nobody can search until the commit."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE customers_searchplace")
        cursor.execute("ALTER SEQUENCE customers_searchplace_serial RESTART")
        # A million rows go in four times as fast before their index is made.
        cursor.execute("DROP INDEX customers_searchplace_document")


def complete() -> None:
    """What was written since `clear` can be found fast. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE INDEX customers_searchplace_document ON customers_searchplace USING gin (document)"
            " WITH (fastupdate = off)"
        )


def purge() -> None:
    """The index holds no word of what was deleted: GIN keeps words without customers until it is made anew.

    The table keeps no row of it; what lies in the free space of its pages is written over in time, as in every
    table of PostgreSQL. Two queries, not inside a transaction; searches and sales go on meanwhile.
    """
    with connection.cursor() as cursor:
        cursor.execute("VACUUM customers_searchplace")
        cursor.execute("REINDEX INDEX CONCURRENTLY customers_searchplace_document")


def wordless() -> list[int]:
    """The customers with a place in the index but no words: none, for both are one row."""
    return []
