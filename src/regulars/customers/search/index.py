"""Keep the index and ask it: what the rest of the house calls."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Protocol

from django.db import connection, transaction

from regulars.customers.search import postgres, sqlite
from regulars.customers.search.profiles import Document, documents_of
from regulars.customers.search.words import Query, query_of


class Kept(Protocol):
    """What `sqlite` and `postgres` each do in their own way; their docstrings say at which cost."""

    def write(self, documents: Sequence[Document]) -> None: ...
    def drop(self, customer_ids: Sequence[int]) -> None: ...
    def found(self, query: Query, *, limit: int) -> list[int]: ...
    def clear(self) -> None: ...
    def complete(self) -> None: ...
    def purge(self) -> None: ...
    def wordless(self) -> list[int]: ...


# Documents held in memory at a time.
_CHUNK = 25_000

_MISSING = """
    SELECT customer.id FROM customers_customer AS customer
    WHERE customer.is_active
        AND NOT EXISTS (SELECT 1 FROM customers_searchplace AS place WHERE place.customer_id = customer.id)
    ORDER BY customer.id
"""
_GONE = """
    SELECT place.customer_id FROM customers_searchplace AS place
    WHERE NOT EXISTS (
        SELECT 1 FROM customers_customer AS customer WHERE customer.id = place.customer_id AND customer.is_active
    )
    ORDER BY place.customer_id
"""
_PLACED = "SELECT customer_id FROM customers_searchplace ORDER BY customer_id"
_OLDEST_FIRST = """
    SELECT customer.id FROM customers_customer AS customer
    LEFT JOIN customers_searchplace AS place ON place.customer_id = customer.id
    WHERE customer.is_active
    ORDER BY place.serial NULLS LAST, customer.id
"""


def search_write(customer_ids: Sequence[int]) -> None:
    """The index says what the profiles of these customers say now.

    Who is new to it comes to the front, in the order given; who is known keeps the place; who is deleted or
    inactive is dropped. Call it in the transaction that changed the profiles. At most ten queries for every
    25,000 customers; writing the same again writes nothing.
    """
    with transaction.atomic(savepoint=False):
        for chunk in _chunks(list(dict.fromkeys(customer_ids))):
            _write(chunk)


def search_promote(customer_ids: Sequence[int]) -> None:
    """These customers are found first, the last given before all. At most ten queries for every 25,000 customers."""
    last_mentions = list(dict.fromkeys(reversed(customer_ids)))[::-1]
    with transaction.atomic(savepoint=False):
        for chunk in _chunks(last_mentions):
            _kept().drop(chunk)
            _write(chunk)


def search_found(text: str, *, limit: int = 10, country: str) -> list[int]:
    """The ids of the active customers whom the text finds, most recent first, at most `limit`.

    Any text will do; numbers may be phones as dialled in the country (ISO 3166). One query, none for a text
    without a letter or digit.
    """
    query = query_of(text, country=country)
    return _kept().found(query, limit=limit) if query else []


def search_rebuild() -> None:
    """The index is made anew from the profiles; customers keep their order, who was missing comes to the front.

    Idempotent. It also closes the gaps that promotions leave in the numbering.
    """
    with transaction.atomic(savepoint=False):
        ids = _ids(_OLDEST_FIRST)
        _kept().clear()
        for chunk in _chunks(ids):
            _kept().write(documents_of(chunk))
        _kept().complete()


def search_purge() -> None:
    """No page of the index holds a name of somebody who is no longer in it: the last step of an erasure.

    Seconds for a million customers. Not inside a transaction.
    """
    _kept().purge()


def search_differences() -> list[str]:
    """What a rebuild would change, one sentence for each customer; empty when the index is right.

    Reads every profile: four queries, and three more for every 25,000 customers.
    """
    stale = [customer for chunk in _chunks(_ids(_PLACED)) for customer in _stale(chunk)]
    return [
        *(f"customer {customer} is missing from the search index" for customer in _ids(_MISSING)),
        *(f"customer {customer} is in the search index but not among the active" for customer in _ids(_GONE)),
        *(f"customer {customer} has a place in the search index but no words" for customer in _kept().wordless()),
        *(f"customer {customer} is found by an earlier profile" for customer in stale),
    ]


def _write(customer_ids: Sequence[int]) -> None:
    documents = documents_of(customer_ids)
    there = {each.customer for each in documents}
    gone = [customer for customer in customer_ids if customer not in there]
    if gone:
        _kept().drop(gone)
    if documents:
        _kept().write(documents)


def _stale(customer_ids: Sequence[int]) -> Iterator[int]:
    """Those of the customers whose words in the index are not those of the profile."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT customer_id, checksum FROM customers_searchplace WHERE customer_id BETWEEN %s AND %s",
            [customer_ids[0], customer_ids[-1]],
        )
        written = dict(cursor.fetchall())
    return (each.customer for each in documents_of(customer_ids) if each.checksum != written.get(each.customer))


def _kept() -> Kept:
    return sqlite if connection.vendor == "sqlite" else postgres


def _ids(sql: str) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [row[0] for row in cursor.fetchall()]


def _chunks(ids: Sequence[int]) -> Iterator[list[int]]:
    rest = iter(ids)
    while chunk := list(islice(rest, _CHUNK)):
        yield chunk
