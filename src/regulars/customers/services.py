"""Making and changing profiles."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from regulars.access.auditing import audit_record
from regulars.access.rules import Actor
from regulars.customers import search
from regulars.customers.details import (
    CustomerDetails,
    custom_value_checked,
    details_checked,
    field_checked,
    note_checked,
)
from regulars.customers.errors import CodeTaken, FieldTaken, FieldUnknown
from regulars.customers.following import customers_touched
from regulars.customers.models import Address, Customer, CustomField, CustomValue, Identity, Note, Tag
from regulars.customers.newcomers import newcomers_follow
from regulars.customers.reach import customer_require
from regulars.customers.rules import code_new
from regulars.customers.selectors import customer_details
from regulars.events.services import events_record
from regulars.privacy.services import consent_record, request_record
from regulars.storage.writing import alone

# The details that are columns of Customer itself.
_COLUMNS = (
    "name", "first_name", "last_name", "birth_date", "gender", "language", "website", "social",
)  # fmt: skip


def customer_create(
    details: CustomerDetails, *, source: str, country: str, actor: Actor, at: datetime, today: date
) -> int:
    """A profile with these details is there; its id. A code is made where none is given.

    Raises Forbidden; CodeTaken; BadPhone, BadEmail, BadCode, BadDetail; FieldUnknown.
    """
    actor.require("customers.create")
    checked = details_checked(details, country=country, today=today)
    with alone():
        _codes_free([checked.code] if checked.code else [], except_for=None)
        code = checked.code or code_new()
        row = Customer.objects.create(
            code=code,
            joined=checked.joined or today,
            source=source,
            **{column: getattr(checked, column) for column in _COLUMNS},
        )
        _parts_write(row.id, replace(checked, code=code))
        audit_record(
            actor=actor, verb="customers.customer_create", subject_kind="customer", subject_ids=[row.id], at=at
        )
        search.search_write([row.id])
        newcomers_follow([row.id])
        _tell(row.id, at)
        customers_touched([row.id], reason="profile", at=at)
        return row.id


def customer_join(
    details: CustomerDetails, *, consents: Mapping[str, str], place: str, country: str, actor: Actor, at: datetime,
    today: date,
) -> int:  # fmt: skip
    """A profile that somebody opened for themself is there, with their yes to these channels; its id.

    `consents` holds the wording that was shown, by channel. Raises as `customer_create`; UnknownChannel.
    """
    actor.require("customers.create")
    with alone():
        made = customer_create(details, source="self", country=country, actor=actor, at=at, today=today)
        for channel, wording in consents.items():
            consent_record(made, channel=channel, is_given=True, wording=wording, place=place, actor=actor, at=at)
        return made


def customer_edit(
    customer_id: int, details: CustomerDetails, *, country: str, actor: Actor, at: datetime, today: date
) -> tuple[str, ...]:
    """The profile has exactly these details; the names of those that changed. The same details change nothing.

    From now on the profile is vouched for: late sales no longer redraw who it is.
    Raises Forbidden; CustomerUnknown; CodeTaken; BadPhone, BadEmail, BadCode, BadDetail; FieldUnknown.
    """
    actor.require("customers.edit")
    checked = details_checked(details, country=country, today=today)
    with alone():
        customer_require(customer_id, right="customers.edit", actor=actor)
        before = customer_details(customer_id, visible_to=actor).details
        after = replace(checked, code=checked.code or before.code, joined=checked.joined or before.joined)
        changed = tuple(name for name in CustomerDetails.__slots__ if getattr(before, name) != getattr(after, name))
        if not changed:
            return ()
        _codes_free([after.code] if after.code != before.code else [], except_for=customer_id)
        _columns_write(customer_id, before, after)
        _parts_clear(customer_id)
        _parts_write(customer_id, after)
        customers_vouch([customer_id])
        _audit_one(actor, "customers.customer_edit", customer_id, at, facts={"changed": list(changed)})
        search.search_write([customer_id])
        _tell(customer_id, at)
        customers_touched([customer_id], reason="profile", at=at)
        return changed


def customer_activate(customer_id: int, *, actor: Actor, at: datetime) -> None:
    """The till finds the customer again. Raises Forbidden, CustomerUnknown."""
    _set_active(customer_id, is_active=True, verb="customers.customer_activate", actor=actor, at=at)


def customer_deactivate(customer_id: int, *, actor: Actor, at: datetime) -> None:
    """The till no longer finds the customer; history, facts and links stay. Raises Forbidden, CustomerUnknown."""
    _set_active(customer_id, is_active=False, verb="customers.customer_deactivate", actor=actor, at=at)


def note_add(customer_id: int, text: str, *, actor: Actor, at: datetime) -> None:
    """The note stands on the profile under the actor's name. Raises Forbidden, CustomerUnknown, BadDetail."""
    actor.require("customers.edit")
    words = note_checked(text)
    with alone():
        customer_require(customer_id, right="customers.edit", actor=actor)
        Note.objects.create(customer_id=customer_id, text=words, author=actor.name, at=at)
        customers_vouch([customer_id])
        _audit_one(actor, "customers.note_add", customer_id, at)


def customer_consent(
    customer_id: int, *, channel: str, is_given: bool, wording: str, place: str, actor: Actor, at: datetime
) -> None:
    """The customer's yes or no to this channel holds from `at` on, and no late sale takes the profile it hangs on.

    Raises Forbidden, CustomerUnknown, UnknownChannel.
    """
    actor.require("customers.edit")
    with alone():
        customer_require(customer_id, right="customers.edit", actor=actor)
        consent_record(
            customer_id, channel=channel, is_given=is_given, wording=wording, place=place, actor=actor, at=at
        )
        customers_vouch([customer_id])
        customers_touched([customer_id], reason="profile", at=at)


def customer_request(customer_id: int, *, kind: str, place: str, actor: Actor, at: datetime, today: date) -> int:
    """The customer's request for their data ("export") or for their "erasure" waits for an answer; its id.

    Asked again it stays as it is. Raises Forbidden, CustomerUnknown, UnknownRequestKind.
    """
    actor.require("privacy.request")
    with alone():
        customer_require(customer_id, right="privacy.request", actor=actor)
        made = request_record(customer_id, kind=kind, place=place, actor=actor, at=at, today=today)
        customers_vouch([customer_id])
        return made


def custom_field_create(name: str, *, kind: str, options: Sequence[str] = (), actor: Actor, at: datetime) -> int:
    """Profiles can hold this field from now on; its id. Raises Forbidden, FieldTaken, BadDetail."""
    actor.require("business.edit")
    field_checked(name, kind=kind, options=options)
    with alone():
        if CustomField.objects.filter(name=name).exists():
            raise FieldTaken(name=name)
        field = CustomField.objects.create(name=name, kind=kind, options=list(options))
        audit_record(
            actor=actor, verb="customers.custom_field_create", subject_kind="field", subject_ids=[field.id], at=at
        )
        return field.id


def customers_vouch(ids: Collection[int]) -> None:
    """A person vouches for who these customers are: neither later sales nor undoing an import redraws them.

    Inside `writing()`.
    """
    Identity.objects.filter(customer_id__among=ids).update(since_sold_at=None, since_sale=None)
    Customer.objects.filter(id__among=ids).update(is_vouched=True, brought_by=None)


def _set_active(customer_id: int, *, is_active: bool, verb: str, actor: Actor, at: datetime) -> None:
    actor.require("customers.edit")
    with alone():
        customer_require(customer_id, right="customers.edit", actor=actor)
        Customer.objects.filter(id=customer_id).update(is_active=is_active)
        _audit_one(actor, verb, customer_id, at)
        search.search_write([customer_id])
        _tell(customer_id, at)


def _tell(customer_id: int, at: datetime) -> None:
    events_record(kind="customer.changed", subjects=[(customer_id, customer_id)], at=at)


def _codes_free(codes: Collection[str], *, except_for: int | None) -> None:
    """Returns when no other customer has one of the codes. Raises CodeTaken."""
    taken = Identity.objects.filter(kind="code", value__among=codes)
    if except_for is not None:
        taken = taken.exclude(customer_id=except_for)
    for code in taken.values_list("value", flat=True)[:1]:
        raise CodeTaken(value=code)


def _columns_write(customer_id: int, before: CustomerDetails, after: CustomerDetails) -> None:
    columns = {column: getattr(after, column) for column in _COLUMNS}
    # A name that a person wrote is no longer a sale's to give.
    given = {} if after.name == before.name else {"named_at": None, "named_by": None}
    Customer.objects.filter(id=customer_id).update(**columns, **given, code=after.code, joined=after.joined)


def _parts_clear(customer_id: int) -> None:
    """What hangs on the profile in rows of its own is gone; but codes stay: an old card still leads here."""
    Identity.objects.filter(customer_id=customer_id).exclude(kind="code").delete()
    for model in (Address, Tag, CustomValue):
        model._default_manager.filter(customer_id=customer_id).delete()


def _parts_write(customer_id: int, details: CustomerDetails) -> None:
    codes = set(Identity.objects.filter(customer_id=customer_id, kind="code").values_list("kind", "value"))
    Identity.objects.bulk_create(
        Identity(customer_id=customer_id, kind=key.kind, value=key.value)
        for key in details.identities
        if key not in codes
    )
    Address.objects.bulk_create(
        Address(customer_id=customer_id, **{name: getattr(address, name) for name in type(address).__slots__})
        for address in details.addresses
    )
    Tag.objects.bulk_create(Tag(customer_id=customer_id, tag=tag) for tag in details.tags)
    if details.custom:
        CustomValue.objects.bulk_create(_custom_values(customer_id, dict(details.custom)))


def _custom_values(customer_id: int, values: Mapping[str, str]) -> list[CustomValue]:
    """The rows of the custom values. One query. Raises FieldUnknown, BadDetail."""
    fields = {field.name: field for field in CustomField.objects.all()}
    for name in values:
        if name not in fields:
            raise FieldUnknown(name=name, known=", ".join(fields) or "none yet")
    return [
        CustomValue(
            customer_id=customer_id,
            field=fields[name],
            value=custom_value_checked(name, value, kind=fields[name].kind, options=fields[name].options),
        )
        for name, value in values.items()
        if value.strip()
    ]


def _audit_one(
    actor: Actor, verb: str, customer_id: int, at: datetime, *, facts: Mapping[str, object] | None = None
) -> None:
    audit_record(actor=actor, verb=verb, subject_kind="customer", subject_ids=[customer_id], at=at, facts=facts)
