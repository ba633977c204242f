"""What the profiles say now, as documents to index."""

from collections import defaultdict
from collections.abc import Sequence
from hashlib import blake2b
from typing import NamedTuple

from django.db import connection

from regulars.customers.rules import IdentityKey
from regulars.customers.search.words import document
from regulars.storage.writing import bound_list, in_list


class Document(NamedTuple):
    """The words a customer is found by."""

    customer: int
    words: str

    @property
    def checksum(self) -> int:
        """64 bits that differ when the words differ, so that an unchanged document is not written again."""
        return int.from_bytes(blake2b(self.words.encode(), digest_size=8).digest(), "big", signed=True)


def documents_of(customer_ids: Sequence[int]) -> list[Document]:
    """The documents of those among the customers who exist and are active, in the order given. Two queries."""
    given = [bound_list(customer_ids)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, name, first_name, last_name, code FROM customers_customer WHERE is_active AND {in_list('id')}",
            given,
        )
        texts = {row[0]: " ".join(row[1:]) for row in cursor.fetchall()}
        cursor.execute(f"SELECT customer_id, kind, value FROM customers_identity WHERE {in_list('customer_id')}", given)
        identities: dict[int, list[IdentityKey]] = defaultdict(list)
        for customer, kind, value in cursor.fetchall():
            identities[customer].append(IdentityKey(kind, value))
    return [
        Document(customer, document(texts[customer], identities.get(customer, ())))
        for customer in customer_ids
        if customer in texts
    ]
