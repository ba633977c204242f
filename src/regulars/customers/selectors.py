"""Reading profiles."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any

from django.db import connection

from regulars.access.rights import Reach
from regulars.access.rules import Actor
from regulars.core.errors import Invalid
from regulars.customers.details import AddressDetails, CustomerDetails
from regulars.customers.errors import CustomerAmbiguous, CustomerUnknown
from regulars.customers.linking import Holder, Holders, SaleKey
from regulars.customers.models import Customer, CustomField, Identity
from regulars.customers.reach import customers_reached, customers_within, right_to_find
from regulars.customers.rules import STRONGEST_FIRST, IdentityKey, identity_key
from regulars.storage.reading import moment_read, rows_among, uuid_read


@dataclass(frozen=True, slots=True)
class NoteShown:
    """A note as it is read."""

    text: str
    author: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ProfileDetails:
    """A customer with everything people have said of them; facts are in the sales room."""

    id: int
    details: CustomerDetails
    is_active: bool
    source: str
    notes: tuple[NoteShown, ...]


_HOLDERS = "SELECT customer_id, kind, value, since_sold_at, since_sale FROM customers_identity WHERE"


def holders_of(identities: Collection[IdentityKey]) -> Holders:
    """Whom each of the identities leads to, oldest profile first. One query, a second where some are shared."""
    if not identities:
        return {}
    wanted = set(identities)
    found: dict[IdentityKey, list[Holder]] = defaultdict(list)
    for customer, kind, value, sold_at, sale in sorted(
        rows_among(_HOLDERS, "value", {identity.value for identity in wanted}), key=itemgetter(0)
    ):
        identity = IdentityKey(kind, value)
        if identity in wanted:
            since = SaleKey(moment_read(sold_at), uuid_read(sale)) if sale is not None else None
            found[identity].append(Holder(customer, since))
    return _with_names(found)


def _with_names(found: dict[IdentityKey, list[Holder]]) -> Holders:
    """The holders with their names where more than one shares an identity; one query there, none elsewhere."""
    shared = {holder.customer for holders in found.values() if len(holders) > 1 for holder in holders}
    if not shared:
        return found
    # A name that a sale gave does not count: it would make the order matter in which sales arrive.
    names = dict(Customer.objects.filter(id__among=shared, named_by=None).values_list("id", "name"))
    return {
        identity: [holder._replace(name=names.get(holder.customer, "")) for holder in holders]
        for identity, holders in found.items()
    }


def customers_existing(ids: Collection[int]) -> set[int]:
    """Which of the ids are customers. One query, none for no ids."""
    if not ids:
        return set()
    return set(Customer.objects.filter(id__among=ids).values_list("id", flat=True))


def customers_count_all() -> int:
    """How many customers there are. One query."""
    return Customer.objects.count()


def customer_find(name: str, *, country: str, visible_to: Actor) -> int:
    """The id of the customer an id, a code, a phone or an e-mail leads to. At most four queries.

    Raises Forbidden, CustomerUnknown; CustomerAmbiguous when several share it.
    """
    right = right_to_find(visible_to)
    text = name.strip()
    found = _reached(_ids_by_identity(text, country=country), right, visible_to)
    if not found and text.isdecimal() and len(text) < 19:
        found = _reached([int(text)], right, visible_to)
    if not found:
        raise CustomerUnknown(name=name)
    if len(found) > 1:
        raise CustomerAmbiguous(name=name, count=len(found), ids=", ".join(map(str, found)))
    return found[0]


def customers_named(names: Collection[str], *, country: str, visible_to: Actor) -> dict[str, tuple[int, ...]]:
    """For each name the customers it leads to, as `customer_find` finds them: none, one, or several who share it.

    Four queries at most, whatever the number of names. Raises Forbidden.
    """
    right = right_to_find(visible_to)
    keys = {name: _keys_of(name.strip(), country=country) for name in names}
    holders = holders_of({key for found in keys.values() for key in found})
    numbers = {name: int(name) for name in names if name.strip().isdecimal() and len(name.strip()) < 19}
    asked = {holder.customer for found in holders.values() for holder in found} | set(numbers.values())
    reached = customers_reached(asked, right=right, actor=visible_to)
    led = {name: tuple(id_ for id_ in _led_by(keys[name], holders) if id_ in reached) for name in names}
    return {name: found or ((numbers[name],) if numbers.get(name) in reached else ()) for name, found in led.items()}


def _reached(ids: Sequence[int], right: str, actor: Actor) -> list[int]:
    """Those of the customers who are within reach, in the order given."""
    reached = customers_reached(ids, right=right, actor=actor)
    return [id_ for id_ in ids if id_ in reached]


def _ids_by_identity(text: str, *, country: str) -> list[int]:
    """The customers with this code, phone or e-mail; a code goes before the rest."""
    keys = _keys_of(text, country=country)
    return _led_by(keys, holders_of(keys))


def _keys_of(text: str, *, country: str) -> list[IdentityKey]:
    """What the text may be, the strongest first."""
    keys = []
    for kind in STRONGEST_FIRST:
        try:
            keys.append(identity_key(kind, text, country=country))
        except Invalid:
            continue  # it cannot be one of this kind; it may be one of another
    return keys


def _led_by(keys: Sequence[IdentityKey], holders: Holders) -> list[int]:
    """The customers of the first key that leads to any."""
    return next(([holder.customer for holder in holders[key]] for key in keys if key in holders), [])


_IDENTITIES = "SELECT kind, value FROM customers_identity WHERE customer_id = %s ORDER BY id"
_TAGS = "SELECT tag FROM customers_tag WHERE customer_id = %s ORDER BY tag"
_CUSTOM = """
    SELECT field.name, held.value
    FROM customers_customvalue AS held JOIN customers_customfield AS field ON field.id = held.field_id
    WHERE held.customer_id = %s
    ORDER BY field.name
"""
_NOTES = "SELECT text, author, at FROM customers_note WHERE customer_id = %s ORDER BY at DESC, id DESC"
_ADDRESSES = """
    SELECT kind, street, street2, postcode, city, region, country
    FROM customers_address
    WHERE customer_id = %s
    ORDER BY kind
"""


def rows_of_customer(sql: str, customer_id: int) -> list[tuple[Any, ...]]:
    """The rows of a query whose one parameter is the customer, as the driver gives them. One query."""
    with connection.cursor() as cursor:
        cursor.execute(sql, [customer_id])
        return list(cursor.fetchall())


def customer_details(customer_id: int, *, visible_to: Actor) -> ProfileDetails:
    """Everything people have said of a customer; no notes for the customer themself. Six queries.

    Raises Forbidden, CustomerUnknown.
    """
    row = Customer.objects.filter(customers_within("customers.see", visible_to), id=customer_id).first()
    if row is None:
        raise CustomerUnknown(name=customer_id)
    identities = rows_of_customer(_IDENTITIES, customer_id)
    details = CustomerDetails(
        code=row.code,
        name=row.name,
        first_name=row.first_name,
        last_name=row.last_name,
        phones=tuple(value for kind, value in identities if kind == "phone"),
        emails=tuple(value for kind, value in identities if kind == "email"),
        birth_date=row.birth_date,
        gender=row.gender,
        language=row.language,
        website=row.website,
        social=row.social,
        joined=row.joined,
        addresses=_addresses_of(customer_id),
        tags=tuple(tag for (tag,) in rows_of_customer(_TAGS, customer_id)),
        custom=tuple((name, value) for name, value in rows_of_customer(_CUSTOM, customer_id)),
    )
    is_self = visible_to.reach("customers.see") is Reach.SELF
    notes = [] if is_self else rows_of_customer(_NOTES, customer_id)
    told = tuple(NoteShown(text, author, moment_read(at)) for text, author, at in notes)
    return ProfileDetails(row.id, details, row.is_active, row.source, told)


def _addresses_of(customer_id: int) -> tuple[AddressDetails, ...]:
    return tuple(
        AddressDetails(
            kind=kind, street=street, street2=street2, postcode=postcode, city=city, region=region, country=country
        )
        for kind, street, street2, postcode, city, region, country in rows_of_customer(_ADDRESSES, customer_id)
    )


def custom_fields() -> Sequence[CustomField]:
    """The details this shop keeps beside the usual ones, by name. One query."""
    return list(CustomField.objects.all())


def customers_vouched(ids: Collection[int]) -> set[int]:
    """Which of the customers a person has vouched for. One query, none for no ids."""
    if not ids:
        return set()
    return set(Customer.objects.filter(id__among=ids, is_vouched=True).values_list("id", flat=True))


def identities_from_sales(customer_ids: Collection[int]) -> set[IdentityKey]:
    """The identities that these customers hold because a sale gave them. One query."""
    rows = Identity.objects.filter(customer_id__among=customer_ids, since_sale__isnull=False)
    return {IdentityKey(kind, value) for kind, value in rows.values_list("kind", "value")}


def customers_brought(brought_by: int) -> set[int]:
    """The customers whose profiles an import opened. One query."""
    return set(Customer.objects.filter(brought_by=brought_by).values_list("id", flat=True))
