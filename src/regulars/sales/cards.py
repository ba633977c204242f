"""What is on a customer's card, and who a receipt belongs to: little enough for a till."""

from collections.abc import Collection, Mapping

from regulars.access.rules import Actor
from regulars.customers.errors import CustomerUnknown
from regulars.customers.models import Customer
from regulars.customers.reach import customers_reached, right_to_find
from regulars.sales.finding import Glimpse, glimpses


def card_get(customer_id: int, *, visible_to: Actor) -> Glimpse:
    """The customer as a card or a till shows them. Three queries. Raises Forbidden, CustomerUnknown."""
    found = card_or_nobody(customer_id, visible_to=visible_to)
    if found is None:
        raise CustomerUnknown(name=customer_id)
    return found


def names_reached(customer_ids: Collection[int], *, visible_to: Actor) -> Mapping[int, str]:
    """The names of those of the customers who are within reach, by id. Two queries at most.

    Nobody for an actor who may neither find customers nor see them.
    """
    right = right_to_find(visible_to)
    if not visible_to.may(right):
        return {}
    reached = customers_reached(customer_ids, right=right, actor=visible_to)
    return dict(Customer.objects.filter(id__among=reached).values_list("id", "name")) if reached else {}


def card_or_nobody(customer_id: int | None, *, visible_to: Actor) -> Glimpse | None:
    """The same; None for nobody, and for a customer out of reach. Three queries at most. Raises Forbidden."""
    ids = [] if customer_id is None else [customer_id]
    reached = customers_reached(ids, right=right_to_find(visible_to), actor=visible_to)
    return glimpses(ids)[0] if reached else None
