"""From a contact that somebody has proven to hold to the customers it leads to, and back.

No actor asks here: whoever proved the contact may know whom it leads to (access/customer_sign_in.py), and nobody else
is answered. Who was deactivated is not there.
"""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from regulars.customers.models import Identity
from regulars.customers.rules import IdentityKey, identity_key


class CardHolder(NamedTuple):
    """A customer to choose from those who share a contact."""

    id: int
    name: str
    joined: date


def contact_read(text: str, *, country: str) -> IdentityKey:
    """The phone or e-mail that was typed, in its written form. Raises BadPhone, BadEmail."""
    return identity_key("email" if "@" in text else "phone", text, country=country)


def holders_of_contact(contact: IdentityKey) -> Sequence[CardHolder]:
    """The customers whom this phone or e-mail leads to, the oldest profile first. One query."""
    rows = Identity.objects.filter(kind=contact.kind, value=contact.value, customer__is_active=True)
    told = rows.order_by("customer_id").values_list("customer_id", "customer__name", "customer__joined")
    return [CardHolder(*row) for row in told]


def is_held(contact: IdentityKey, *, customer_id: int) -> bool:
    """Whether this phone or e-mail leads to the customer. One query."""
    return any(holder.id == customer_id for holder in holders_of_contact(contact))
