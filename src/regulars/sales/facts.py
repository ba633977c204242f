"""The facts of a customer, derived from that customer's sales and from nothing else."""

from collections.abc import Collection
from functools import cache
from importlib.resources import files

from django.db import connection

from regulars.sales.models import Business
from regulars.storage.writing import bound_list, in_list

_SQL = files("regulars.sales")
_DERIVE = _SQL.joinpath("facts.sql").read_text("utf-8")
_KEEP = _SQL.joinpath("facts_keep.sql").read_text("utf-8")
_DIFFER = _SQL.joinpath("facts_differ.sql").read_text("utf-8")
_EVERYBODY = "1 = 1"


def facts_refresh(customer_ids: Collection[int], *, business: Business) -> None:
    """The facts of these customers are what their sales say. One query (two on PostgreSQL), inside `writing()`."""
    if not customer_ids:
        return
    ids = bound_list(sorted(customer_ids))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Two sales of one customer at once: the second waits here, then derives from both.
            cursor.execute("SELECT id FROM customers_customer WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE", [ids])
        cursor.execute(_keep_of_some(is_tax_spent=business.spend_includes_tax), [ids])


def facts_rebuild(*, business: Business) -> None:
    """The facts of all customers are what their sales say. One query, inside `writing()`."""
    with connection.cursor() as cursor:
        derived = _derived(is_tax_spent=business.spend_includes_tax, customers=_EVERYBODY)
        cursor.execute(_KEEP.format(derived=derived))


def facts_differences(*, business: Business) -> list[int]:
    """The customers whose facts are not what their sales say; empty unless there is a bug. One query."""
    with connection.cursor() as cursor:
        derived = _derived(is_tax_spent=business.spend_includes_tax, customers=_EVERYBODY)
        cursor.execute(_DIFFER.format(derived=derived))
        return [row[0] for row in cursor.fetchall()]


# Asked with every sale.
@cache
def _keep_of_some(*, is_tax_spent: bool) -> str:
    return _KEEP.format(derived=_derived(is_tax_spent=is_tax_spent, customers=in_list("c.id")))


def _derived(*, is_tax_spent: bool, customers: str) -> str:
    return _DERIVE.format(tax_share=0 if is_tax_spent else 1, these_customers=customers)
