"""The index in SQLite: a full-text table whose row number is the customer's place in time.

Read from the last row backwards, the first rows that match are the most recent, so a word that half the shop
shares costs no more than a rare one. That holds for prefixes the table keeps ready (1 to 8 characters); a longer
one is gathered first. Rows are always written in ascending order: FTS5 flushes at every step back.
"""

from collections.abc import Sequence

from django.db import connection

from regulars.customers.search.profiles import Document
from regulars.customers.search.words import Alternative, Group, Query
from regulars.storage.writing import bound_list, in_list

# CROSS JOIN keeps SQLite from starting at the customers.
_FOUND = """
    SELECT place.customer_id
    FROM customers_searchword
    CROSS JOIN customers_searchplace AS place ON place.serial = customers_searchword.rowid
    CROSS JOIN customers_customer AS customer ON customer.id = place.customer_id
    WHERE customers_searchword MATCH %s AND customer.is_active
    ORDER BY customers_searchword.rowid DESC
    LIMIT %s
"""


def write(documents: Sequence[Document]) -> None:
    """Each customer is found by these words; who is new comes to the front. At most six queries."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT customer_id, serial, checksum FROM customers_searchplace WHERE {in_list('customer_id')}",
            [bound_list([each.customer for each in documents])],
        )
        known = {customer: (serial, checksum) for customer, serial, checksum in cursor.fetchall()}
    _rewrite(
        sorted(
            (known[each.customer][0], each)
            for each in documents
            if each.customer in known and known[each.customer][1] != each.checksum
        )
    )
    _append([each for each in documents if each.customer not in known])


def _rewrite(changed: Sequence[tuple[int, Document]]) -> None:
    if not changed:
        return
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE customers_searchplace SET checksum = %s WHERE serial = %s",
            [(each.checksum, serial) for serial, each in changed],
        )
        cursor.executemany(
            "UPDATE customers_searchword SET words = %s WHERE rowid = %s",
            [(each.words, serial) for serial, each in changed],
        )


def _append(new: Sequence[Document]) -> None:
    if not new:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT COALESCE(MAX(seq), 0) FROM sqlite_sequence WHERE name = 'customers_searchplace'")
        first = cursor.fetchone()[0] + 1
        cursor.executemany(
            "INSERT INTO customers_searchplace (serial, customer_id, checksum) VALUES (%s, %s, %s)",
            [(serial, each.customer, each.checksum) for serial, each in enumerate(new, first)],
        )
        cursor.executemany(
            "INSERT INTO customers_searchword (rowid, words) VALUES (%s, %s)",
            [(serial, each.words) for serial, each in enumerate(new, first)],
        )


def drop(customer_ids: Sequence[int]) -> None:
    """None of these customers is found. Two queries."""
    given = [bound_list(customer_ids)]
    places = f"SELECT serial FROM customers_searchplace WHERE {in_list('customer_id')} ORDER BY serial"
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM customers_searchword WHERE rowid IN ({places})", given)
        cursor.execute(f"DELETE FROM customers_searchplace WHERE {in_list('customer_id')}", given)


def found(query: Query, *, limit: int) -> list[int]:
    """The customers who match, most recent first. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_FOUND, [match_text(query), limit])
        return [row[0] for row in cursor.fetchall()]


def match_text(query: Query) -> str:
    """The query as FTS5 reads it."""
    return " AND ".join(_any(group) for group in query)


def _any(group: Group) -> str:
    return "(" + " OR ".join(_all(alternative) for alternative in group) + ")"


def _all(alternative: Alternative) -> str:
    return "(" + " AND ".join(f'"{prefix}"*' for prefix in alternative) + ")"


def clear() -> None:
    """The index is empty and counts from 1. Three queries."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO customers_searchword (customers_searchword) VALUES ('delete-all')")
        cursor.execute("DELETE FROM customers_searchplace")
        cursor.execute("DELETE FROM sqlite_sequence WHERE name = 'customers_searchplace'")


def complete() -> None:
    """The index is in one piece, nothing of what was deleted is left in it. One query."""
    purge()


def purge() -> None:
    """Nothing of what was deleted is left in the index: its pages are written anew, the old ones zeroed. One query."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO customers_searchword (customers_searchword) VALUES ('optimize')")


def wordless() -> list[int]:
    """The customers with a place in the index but no words. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT customer_id FROM customers_searchplace"
            " WHERE serial NOT IN (SELECT id FROM customers_searchword_docsize) ORDER BY customer_id"
        )
        return [row[0] for row in cursor.fetchall()]
