"""The facts of a customer, derived from that customer's sales and from nothing else."""

from collections.abc import Collection
from importlib.resources import files

from django.db import connection

from regulars.sales.models import Business
from regulars.storage.writing import bound_list, in_list

_DERIVE = files("regulars.sales").joinpath("facts.sql").read_text("utf-8")


def facts_refresh(customer_ids: Collection[int], *, business: Business) -> None:
    """The facts of these customers are what their sales say. One query (two on PostgreSQL), inside `writing()`."""
    if not customer_ids:
        return
    ids = bound_list(sorted(customer_ids))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Two sales of one customer at once: the second waits here, then derives from both.
            cursor.execute("SELECT id FROM customers_customer WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE", [ids])
        cursor.execute(_derive(business, these_customers=in_list("c.id")), [ids])


def facts_rebuild(*, business: Business) -> None:
    """The facts of all customers are what their sales say. One query, inside `writing()`."""
    with connection.cursor() as cursor:
        cursor.execute(_derive(business, these_customers="1 = 1"))


def _derive(business: Business, *, these_customers: str) -> str:
    return _DERIVE.format(tax_share=0 if business.spend_includes_tax else 1, these_customers=these_customers)
