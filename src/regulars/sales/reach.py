"""Which sales an actor's right reaches, and whose store a customer is."""

from collections.abc import Collection

from django.db.models import Exists, OuterRef, Q

from regulars.access.rights import Reach
from regulars.access.rules import Actor
from regulars.customers.newcomers import newcomers_declare
from regulars.customers.reach import belonging_declare
from regulars.sales.models import CustomerFacts, Sale


def sales_within(right: str, actor: Actor) -> Q:
    """The condition on Sale that the actor's right reaches it. Raises Forbidden."""
    actor.require(right)
    if actor.reach(right) is Reach.SELF:
        return Q(customer_id=actor.customer_id)
    stores = actor.stores_within(right)
    return Q() if stores is None else Q(store_id__in=stores)


def _of_stores(stores: Collection[int]) -> Q:
    sales = Sale.objects.filter(customer_id=OuterRef("id"))
    return Q(Exists(sales.filter(store_id__in=stores))) | ~Q(Exists(sales))


def _facts_begin(customer_ids: Collection[int]) -> None:
    """Who has bought nothing yet has facts too: zeros."""
    zeros = {"spent": 0, "orders": 0, "visits": 0, "units_milli": 0, "returned": 0, "discount": 0}
    CustomerFacts.objects.bulk_create(
        [CustomerFacts(customer_id=id_, **zeros) for id_ in customer_ids], ignore_conflicts=True
    )


belonging_declare(_of_stores)
newcomers_declare(_facts_begin)
