"""Profiles that sales make: found, told apart and redrawn in bulk, as customers/linking.py decides."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat

from regulars.access.auditing import audit_record
from regulars.access.rules import Actor
from regulars.customers.linking import Learnt, Mention
from regulars.customers.models import Customer, Identity
from regulars.customers.rules import code_new
from regulars.customers.search import search_write
from regulars.customers.selectors import customers_vouched
from regulars.events.services import events_record
from regulars.storage.writing import ids_reserve, rows_insert

_CUSTOMER = (
    "id", "code", "name", "first_name", "last_name", "gender", "language", "website", "social",
    "joined", "source", "is_active", "is_vouched", "named_at", "named_by", "brought_by",
)  # fmt: skip
# First and last name, gender, language, website, social: no sale tells them.
_UNKNOWN = ("",) * 6
_IDENTITY = ("customer_id", "kind", "value", "since_sold_at", "since_sale")


class Founding(NamedTuple):
    """A sale that opens a profile, and the business day on which it did."""

    mention: Mention
    day: date


class Naming(NamedTuple):
    """A sale that may give its customer a name."""

    customer: int
    mention: Mention


def customers_found(
    foundings: Sequence[Founding], *, actor: Actor, at: datetime, brought_by: int | None
) -> Sequence[int]:
    """A profile per founding is there, with a code of its own; their ids in order. A constant number of queries."""
    if not foundings:
        return []
    actor.require("customers.create")
    ids = ids_reserve(Customer, len(foundings))
    source = "till" if brought_by is None else "import"
    codes = [founding.mention.contact.code or code_new() for founding in foundings]
    rows_insert(
        Customer,
        _CUSTOMER,
        [
            (id_, code, mention.contact.name, *_UNKNOWN, day, source, True, False, *_named(mention), brought_by)
            for id_, code, (mention, day) in zip(ids, codes, foundings, strict=True)
        ],
    )
    made = [
        (id_, "code", code, None, None)
        for id_, code, (mention, _day) in zip(ids, codes, foundings, strict=True)
        if not mention.contact.code
    ]
    rows_insert(Identity, _IDENTITY, made)
    audit_record(actor=actor, verb="customers.customer_create", subject_kind="customer", subject_ids=ids, at=at)
    return ids


def _named(mention: Mention) -> tuple[datetime | None, UUID | None]:
    return (mention.key.sold_at, mention.key.uid) if mention.contact.name else (None, None)


def identities_learn(learnt: Sequence[Learnt], *, new: Collection[int]) -> None:
    """The identities lead to their customers; where a person vouches for the customer, for good.

    `new` are customers nobody can have vouched for. At most two queries.
    """
    vouched = customers_vouched({customer for _identity, customer, _since in learnt}.difference(new))
    rows = [
        (customer, *identity, *((None, None) if customer in vouched else since)) for identity, customer, since in learnt
    ]
    rows_insert(Identity, _IDENTITY, rows)


def identities_forget(customer_ids: Collection[int]) -> None:
    """What these customers hold because a sale gave it leads nowhere, until it is learnt again. One query."""
    Identity.objects.filter(customer_id__among=customer_ids, since_sale__isnull=False).delete()


def customers_name(namings: Collection[Naming]) -> set[int]:
    """Each customer bears the name that its earliest naming sale gave, unless a person named it; who changed.

    One query, one more per customer that changes.
    """
    earliest: dict[int, Mention] = {}
    for customer, mention in namings:
        held = earliest.get(customer)
        if mention.contact.name and (held is None or mention.key < held.key):
            earliest[customer] = mention
    if not earliest:
        return set()
    changed = set()
    rows = Customer.objects.filter(id__among=earliest).values_list("id", "name", "named_at", "named_by")
    for id_, name, named_at, named_by in rows:
        key, contact = earliest[id_]
        if not name or (named_at is not None and key < (named_at, named_by)):
            Customer.objects.filter(id=id_).update(name=contact.name, named_at=key.sold_at, named_by=key.uid)
            changed.add(id_)
    return changed


def customers_uncode(customer_ids: Collection[int]) -> None:
    """These profiles bear no code until they are redrawn, so that codes may change places among them. One query."""
    placeholder = Concat(Value("~"), Cast("id", CharField()))
    Customer.objects.filter(id__among=customer_ids).update(code=placeholder)


def customers_redraw(foundings: Mapping[int, Founding | None], *, at: datetime) -> None:
    """Each profile is as if the sale beside it had opened it: its code, its day, no name yet.

    With None beside it a profile keeps its day, and bears a code of its own. For profiles that no person vouched
    for and that bear no code (`customers_uncode`); a few queries for each.
    """
    for customer, founding in foundings.items():
        given = founding.mention.contact.code if founding else ""
        row = Customer.objects.filter(id=customer)
        row.update(code=given or _code_made(customer))
        row.exclude(named_at=None).update(name="", named_at=None, named_by=None)
        if founding:
            row.update(joined=founding.day)
    events_record(kind="customer.changed", subjects=[(customer, customer) for customer in foundings], at=at)


def _code_made(customer: int) -> str:
    """The code the house made for the profile; made now where it has none."""
    codes = Identity.objects.filter(customer_id=customer, kind="code", since_sale=None)
    held = codes.values_list("value", flat=True).first()
    if held is not None:
        return held
    code = code_new()
    Identity.objects.create(customer_id=customer, kind="code", value=code)
    return code


def customers_remove(customer_ids: Collection[int], *, actor: Actor, at: datetime) -> None:
    """These profiles never were: for those that a sale opened and no sale or person needs any longer."""
    if not customer_ids:
        return
    Customer.objects.filter(id__among=customer_ids).delete()
    search_write(sorted(customer_ids))
    events_record(kind="customer.removed", subjects=[(customer, None) for customer in sorted(customer_ids)], at=at)
    verb = "customers.customer_remove"
    audit_record(actor=actor, verb=verb, subject_kind="customer", subject_ids=sorted(customer_ids), at=at)
