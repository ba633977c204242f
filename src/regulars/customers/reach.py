"""Which customers an actor's right reaches.

A customer belongs to the stores they bought in; who has bought nowhere yet belongs to all of them. Where somebody
bought is known on a higher floor, which declares it here.
"""

from collections.abc import Callable, Collection

from django.db.models import Q

from regulars.access.rights import Reach
from regulars.access.rules import Actor
from regulars.customers.errors import CustomerUnknown
from regulars.customers.models import Customer

_BELONGING: list[Callable[[Collection[int]], Q]] = []


def belonging_declare(of_stores: Callable[[Collection[int]], Q]) -> None:
    """`of_stores` says, as a condition on Customer, who belongs to one of the stores."""
    _BELONGING.append(of_stores)


def customers_within(right: str, actor: Actor) -> Q:
    """The condition on Customer that the actor's right reaches them. Raises Forbidden."""
    actor.require(right)
    match actor.reach(right):
        case Reach.SELF:
            return Q(id=actor.customer_id)
        case Reach.OWN if actor.stores is not None:
            [of_stores] = _BELONGING
            return of_stores(actor.stores)
        case _:
            return Q()


def right_to_find(actor: Actor) -> str:
    """Who may see profiles may find them; others need the right to find."""
    return "customers.see" if actor.may("customers.see") else "customers.find"


def customer_require(customer_id: int, *, right: str, actor: Actor) -> None:
    """Returns when there is such a customer within reach. One query. Raises Forbidden, CustomerUnknown."""
    within = customers_within(right, actor)
    if not Customer.objects.filter(within, id=customer_id).exists():
        raise CustomerUnknown(name=customer_id)


def customers_reached(customer_ids: Collection[int], *, right: str, actor: Actor) -> set[int]:
    """Which of the customers are within reach. One query, none for no ids. Raises Forbidden."""
    within = customers_within(right, actor)
    if not customer_ids:
        return set()
    return set(Customer.objects.filter(within, id__among=customer_ids).values_list("id", flat=True))


def customers_reachable(*, right: str, actor: Actor) -> list[int]:
    """All customers within reach, by number: for who is bound to some stores. One query. Raises Forbidden."""
    return list(Customer.objects.filter(customers_within(right, actor)).order_by("id").values_list("id", flat=True))
