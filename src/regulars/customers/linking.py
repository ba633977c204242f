"""Whose sale it is: the rule that leads a contact to a customer (docs/algorithms/linking.md).

A function of the set of sales, not of the order in which they arrive. Sales are taken in the order in which
they were made (`SaleKey`); each goes to whoever holds the strongest identity it gives that was known before it,
and what it gives that was unknown becomes that customer's. A sale that gives nothing known founds a profile.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from regulars.core.text import folded
from regulars.customers.rules import Contact, IdentityKey


class SaleKey(NamedTuple):
    """The place of a sale in time; the id decides between sales of one instant."""

    sold_at: datetime
    uid: UUID


class Mention(NamedTuple):
    """A sale that gives a contact."""

    key: SaleKey
    contact: Contact


class Holder(NamedTuple):
    """A customer an identity leads to. `since` is the sale that first gave it; None: a person vouched for it."""

    customer: int
    since: SaleKey | None
    name: str = ""


Holders = Mapping[IdentityKey, Sequence[Holder]]


class Learnt(NamedTuple):
    """An identity that a customer holds from now on."""

    identity: IdentityKey
    customer: int
    since: SaleKey


@dataclass(slots=True)
class Links:
    """Where each mention leads. Customers below zero are founded here: -1 by the first founder, and so on."""

    customers: list[int] = field(default_factory=list)
    founders: list[Mention] = field(default_factory=list)
    learnt: list[Learnt] = field(default_factory=list)


def late_identities(mentions: Iterable[Mention], holders: Holders) -> set[IdentityKey]:
    """The identities that a mention gives earlier than the sale they are known from: their links must be redrawn."""
    return {
        identity
        for mention in mentions
        for identity in mention.contact.identities
        for holder in holders.get(identity, ())
        if holder.since is not None and holder.since > mention.key
    }


def links_of(mentions: Sequence[Mention], holders: Holders) -> Links:
    """Lead every mention to a customer. Mentions are in the order of their keys; none of their identities is late."""
    links = Links()
    known: dict[IdentityKey, Sequence[Holder]] = dict(holders)
    for mention in mentions:
        customer = _customer_of(mention.contact, known)
        if customer is None:
            links.founders.append(mention)
            customer = -len(links.founders)
        links.customers.append(customer)
        for identity in mention.contact.identities:
            if not known.get(identity):
                known[identity] = (Holder(customer, mention.key),)
                links.learnt.append(Learnt(identity, customer, mention.key))
    return links


def _customer_of(contact: Contact, known: Holders) -> int | None:
    if contact.id is not None:
        return contact.id
    for identity in contact.identities:
        holders = known.get(identity)
        if holders:
            return holders[0].customer if len(holders) == 1 else _most_likely(contact, holders, known)
    return None


def _most_likely(contact: Contact, holders: Sequence[Holder], known: Holders) -> int:
    """Of several who share an identity: who holds most others given, whose name it is, whose profile is oldest."""
    others = [holder.customer for identity in contact.identities for holder in known.get(identity, ())]
    name = folded(contact.name)

    def likeness(holder: Holder) -> tuple[int, bool, int]:
        return (-others.count(holder.customer), not name or folded(holder.name) != name, holder.customer)

    return min(holders, key=likeness).customer
