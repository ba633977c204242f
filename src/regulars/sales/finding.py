"""Finding customers as a cashier types, and showing no more of them than a cashier may see."""

from collections.abc import Sequence
from dataclasses import dataclass

from regulars.access.rules import Actor
from regulars.customers.models import Customer, Identity
from regulars.customers.reach import customers_reached, right_to_find
from regulars.customers.search import search_found
from regulars.sales.models import Sale
from regulars.sales.reach import sales_within

# Of so many newest matches those within reach are shown; who is further back is found by typing more.
_LOOKED_THROUGH = 500


@dataclass(frozen=True, slots=True)
class Glimpse:
    """What a till shows of a customer: enough to ask "Anna, ending in 678?", too little to call her."""

    id: int
    code: str
    name: str
    phone_end: str


def customers_find(text: str, *, limit: int = 10, country: str, visible_to: Actor) -> list[int]:
    """The ids of the customers that a cashier may mean, the likeliest first: by name, code, phone, its last digits,
    e-mail, or by the number of a receipt. Two queries, three for an actor with stores of their own. Raises Forbidden.
    """
    right = right_to_find(visible_to)
    is_bound = visible_to.stores_within(right) is not None
    wanted = text.strip()
    found = [*_by_receipt(wanted, limit=limit, visible_to=visible_to)]
    found += search_found(wanted, limit=_LOOKED_THROUGH if is_bound else limit, country=country)
    found = list(dict.fromkeys(found))
    if is_bound:
        reached = customers_reached(found, right=right, actor=visible_to)
        found = [id_ for id_ in found if id_ in reached]
    return found[:limit]


def customers_glimpsed(text: str, *, limit: int = 10, country: str, visible_to: Actor) -> Sequence[Glimpse]:
    """The customers that `customers_find` finds, as a till shows them. Two queries more."""
    return glimpses(customers_find(text, limit=limit, country=country, visible_to=visible_to))


def glimpses(customer_ids: Sequence[int]) -> Sequence[Glimpse]:
    """What a till shows of these customers, who are within reach, in the order given. Two queries."""
    heads = {id_: (code, name) for id_, code, name in _heads(customer_ids)}
    phones = Identity.objects.filter(customer_id__among=customer_ids, kind="phone").order_by("-id")
    ends = {customer: value[-3:] for customer, value in phones.values_list("customer_id", "value")}
    return [Glimpse(id_, *heads[id_], ends.get(id_, "")) for id_ in customer_ids if id_ in heads]


def _heads(customer_ids: Sequence[int]) -> list[tuple[int, str, str]]:
    return list(Customer.objects.filter(id__among=customer_ids).values_list("id", "code", "name"))


def _by_receipt(number: str, *, limit: int, visible_to: Actor) -> list[int]:
    if not number or not visible_to.may("sales.see"):
        return []
    sales = Sale.objects.filter(
        sales_within("sales.see", visible_to), number=number, customer__isnull=False, customer__is_active=True
    )
    rows = sales.order_by("-id").values_list("customer_id", flat=True)[:limit]
    return [id_ for id_ in rows if id_ is not None]
