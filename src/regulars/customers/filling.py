"""What a file knows of customers, filled in where nothing is known yet."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from regulars.access.auditing import audit_record
from regulars.access.rules import Actor
from regulars.customers.details import AddressDetails, CustomerDetails
from regulars.customers.following import customers_touched
from regulars.customers.linking import Holders
from regulars.customers.models import Address, Customer, Identity, Tag
from regulars.customers.rules import IdentityKey, code_new
from regulars.customers.search import search_write
from regulars.customers.selectors import holders_of
from regulars.events.services import events_record
from regulars.storage.writing import ids_reserve, rows_insert

_FILLED = ("name", "first_name", "last_name", "birth_date", "gender", "language", "website", "social")
_PLACE = ("street", "street2", "postcode", "city", "region", "country")
_CUSTOMER = ("id", "code", *_FILLED, "joined", "source", "is_active", "is_vouched", "brought_by")


@dataclass(frozen=True, slots=True)
class Filled:
    """How many profiles a file opened, and how many it added something to."""

    created: int
    completed: int


def customers_fill(
    details: Sequence[CustomerDetails], *, actor: Actor, at: datetime, today: date, brought_by: int
) -> Filled:
    """What is unknown of these customers is what the details say; nothing that is known is overwritten.

    The details are in their written form (`details_checked`) and lead to a customer by their strongest identity that
    is known; where none is, a profile is opened. Doing it again changes nothing. A constant number of queries, and one
    for each profile that changes. Inside `writing()`.
    """
    actor.require("exchange.import")
    holders = holders_of({identity for each in details for identity in each.identities})
    known: dict[int, CustomerDetails] = {}
    new: list[CustomerDetails] = []
    for each in details:
        customer = _held_by(each, holders)
        if customer is None:
            new.append(each)
        else:
            known[customer] = each
    created = _opened(new, actor=actor, at=at, today=today, brought_by=brought_by)
    changed = _columns_filled(known) | _identities_added(known, holders) | _places_filled(known) | _tags_added(known)
    if changed:
        verb = "customers.customers_fill"
        audit_record(actor=actor, verb=verb, subject_kind="customer", subject_ids=sorted(changed), at=at)
    search_write([*created, *sorted(changed)])
    events_record(kind="customer.changed", subjects=[(id_, id_) for id_ in (*created, *sorted(changed))], at=at)
    customers_touched([*created, *changed], reason="import", at=at)
    return Filled(len(created), len(changed))


def _held_by(details: CustomerDetails, holders: Holders) -> int | None:
    return next((holders[key][0].customer for key in details.identities if holders.get(key)), None)


def _opened(
    new: Sequence[CustomerDetails], *, actor: Actor, at: datetime, today: date, brought_by: int
) -> Sequence[int]:
    """Profiles for those nobody knows; a person vouches for them, as somebody chose the file."""
    if not new:
        return []
    ids = ids_reserve(Customer, len(new))
    codes = [each.code or code_new() for each in new]
    rows_insert(
        Customer,
        _CUSTOMER,
        [
            (
                id_,
                code,
                *(getattr(each, name) for name in _FILLED),
                each.joined or today,
                "import",
                True,
                True,
                brought_by,
            )
            for id_, code, each in zip(ids, codes, new, strict=True)
        ],
    )
    keys = [(id_, IdentityKey("code", code)) for id_, code in zip(ids, codes, strict=True)]
    keys += [(id_, key) for id_, each in zip(ids, new, strict=True) for key in each.identities if key.kind != "code"]
    rows_insert(Identity, ("customer_id", "kind", "value"), [(id_, *key) for id_, key in keys])
    opened = dict(zip(ids, new, strict=True))
    _places_filled(opened)
    _tags_added(opened)
    audit_record(actor=actor, verb="customers.customer_create", subject_kind="customer", subject_ids=ids, at=at)
    return ids


def _columns_filled(known: Mapping[int, CustomerDetails]) -> set[int]:
    changed = set()
    for row in Customer.objects.filter(id__among=list(known)).values("id", *_FILLED):
        details = known[row["id"]]
        blank = {name: getattr(details, name) for name in _FILLED if not row[name] and getattr(details, name)}
        if blank:
            Customer.objects.filter(id=row["id"]).update(**blank)
            changed.add(row["id"])
    return changed


def _identities_added(known: Mapping[int, CustomerDetails], holders: Holders) -> set[int]:
    """What nobody holds leads to the customer from now on."""
    free = {key: customer for customer, details in known.items() for key in details.identities if not holders.get(key)}
    rows_insert(Identity, ("customer_id", "kind", "value"), [(customer, *key) for key, customer in free.items()])
    return set(free.values())


def _places_filled(known: Mapping[int, CustomerDetails]) -> set[int]:
    held = {(row.customer_id, row.kind): row for row in Address.objects.filter(customer_id__among=list(known))}
    new: list[tuple[object, ...]] = []
    changed: set[int] = set()
    for customer, details in known.items():
        for told in details.addresses:
            row = held.get((customer, told.kind))
            if row is None and _says_something(told):
                new.append((customer, told.kind, *(getattr(told, name) for name in _PLACE)))
                changed.add(customer)
            elif row is not None and _address_filled(row, told):
                changed.add(customer)
    rows_insert(Address, ("customer_id", "kind", *_PLACE), new)
    return changed


def _says_something(address: AddressDetails) -> bool:
    return any(getattr(address, name) for name in _PLACE)


def _address_filled(row: Address, told: AddressDetails) -> bool:
    blank = {name: getattr(told, name) for name in _PLACE if not getattr(row, name) and getattr(told, name)}
    if blank:
        Address.objects.filter(id=row.id).update(**blank)
    return bool(blank)


def _tags_added(known: Mapping[int, CustomerDetails]) -> set[int]:
    held = set(Tag.objects.filter(customer_id__among=list(known)).values_list("customer_id", "tag"))
    wanted = _pairs(known.items())
    new = [pair for pair in wanted if pair not in held]
    rows_insert(Tag, ("customer_id", "tag"), new)
    return {customer for customer, _tag in new}


def _pairs(known: Iterable[tuple[int, CustomerDetails]]) -> list[tuple[int, str]]:
    return list(dict.fromkeys((customer, tag) for customer, details in known for tag in details.tags))
