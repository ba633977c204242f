"""Sales led to customers: at once where nothing is late, redrawn from the stored sales where something is."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from regulars.access.rules import Actor
from regulars.customers.founding import (
    Founding,
    Naming,
    customers_found,
    customers_name,
    customers_redraw,
    customers_remove,
    customers_uncode,
    identities_forget,
    identities_learn,
)
from regulars.customers.linking import Holders, Learnt, Links, Mention, SaleKey, late_identities, links_of
from regulars.customers.rules import IdentityKey
from regulars.customers.search import search_write
from regulars.customers.selectors import customers_vouched, holders_of, identities_from_sales
from regulars.sales.models import Business
from regulars.sales.selectors import PastMention, customers_with_sales, past_mentions
from regulars.sales.services import CheckedSale, returns_follow, sales_assign
from regulars.storage.writing import be_alone


@dataclass(slots=True)
class Linked:
    """Whose each new sale is (by place in the batch), and what changed of those that were stored.

    `moved` says to whom a stored sale (by its id) was led anew, `touched` which customers lost or won one.
    """

    customers: dict[int, int] = field(default_factory=dict)
    moved: dict[UUID, int] = field(default_factory=dict)
    touched: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Scene:
    """In which shop a batch is taken in, by whom, when, and for which import."""

    business: Business
    actor: Actor
    at: datetime
    brought_by: int | None = None


def sales_link(sales: Mapping[int, CheckedSale], scene: Scene) -> Linked:
    """Every sale that gives a contact is led to its customer; profiles are made, named and redrawn as needed.

    A return that names its original is left out: it belongs to whom the original belongs to.
    A constant number of queries where no sale is late. Inside `writing()`.
    """
    told = [(n, _mention(sale), sale.moment.day) for n, sale in sales.items() if _is_linked_by_contact(sale)]
    told.sort(key=lambda each: each[1].key)
    mentions = [mention for _n, mention, _day in told]
    holders = holders_of(_identities(mentions))
    late = late_identities(mentions, holders)
    if late:
        be_alone()
        strangers = {holder.customer for identity in late for holder in holders[identity]}
        return _redrawn(strangers - customers_vouched(strangers), told, scene)
    links = links_of(mentions, holders)
    ids = _found(links, {mention.key: day for _n, mention, day in told}, scene)
    customers = [ids.get(customer, customer) for customer in links.customers]
    _told_apart(links.learnt, ids, zip(customers, mentions, strict=True), new=list(ids.values()))
    return Linked({n: customer for (n, _mention, _day), customer in zip(told, customers, strict=True)})


def customers_relink(customer_ids: Collection[int], scene: Scene) -> set[int]:
    """These profiles are what their stored sales make of them; every customer whose sales are now others than before.

    Profiles that no sale and no person needs any longer are gone. Inside `writing()`.
    """
    be_alone()
    return _redrawn(set(customer_ids) - customers_vouched(customer_ids), [], scene).touched


def _is_linked_by_contact(sale: CheckedSale) -> bool:
    return sale.draft.contact is not None and sale.draft.returns is None


def _mention(sale: CheckedSale) -> Mention:
    contact = sale.draft.contact
    assert contact is not None  # noqa: S101  (see _is_linked_by_contact)
    return Mention(SaleKey(sale.draft.sold_at, sale.draft.uid), contact)


def _identities(mentions: Iterable[Mention]) -> set[IdentityKey]:
    return {identity for mention in mentions for identity in mention.contact.identities}


def _found(links: Links, days: Mapping[SaleKey, date], scene: Scene) -> dict[int, int]:
    """The ids of the profiles founded, by the number (below zero) that stood for them."""
    foundings = [Founding(mention, days[mention.key]) for mention in links.founders]
    ids = customers_found(foundings, actor=scene.actor, at=scene.at, brought_by=scene.brought_by)
    return {-n: id_ for n, id_ in enumerate(ids, 1)}


def _told_apart(
    learnt: Sequence[Learnt], ids: Mapping[int, int], led: Iterable[tuple[int, Mention]], *, new: Collection[int]
) -> None:
    """What was learnt leads to its customer, names are given, and the search knows of both."""
    really = [each._replace(customer=ids.get(each.customer, each.customer)) for each in learnt]
    identities_learn(really, new=new)
    renamed = customers_name([Naming(customer, mention) for customer, mention in led if mention.contact.name])
    changed = dict.fromkeys([*new, *(each.customer for each in really), *sorted(renamed)])
    if changed:
        search_write(list(changed))


def _redrawn(strangers: Collection[int], told: Sequence[tuple[int, Mention, date]], scene: Scene) -> Linked:
    """The links of the new sales and of all stored ones that they bear upon, as if all had come in order."""
    circle, past = _circle(set(strangers))
    days = {mention.key: day for _n, mention, day in told} | {each.mention.key: each.day for each in past}
    mentions = sorted([*(mention for _n, mention, _day in told), *(each.mention for each in past)], key=lambda m: m.key)
    links = links_of(mentions, _without(holders_of(_identities(mentions)), circle))
    led = dict(zip((mention.key for mention in mentions), links.customers, strict=True))
    kept = _profiles_kept(led, past)
    customers_uncode(circle)
    ids = kept | _found_anew(links, kept, days, scene)
    customers = {key: ids.get(customer, customer) for key, customer in led.items()}
    identities_forget(circle)
    touched = _moved(past, customers, scene.at)
    left = circle - set(ids.values())
    removed = left - customers_with_sales(left)
    customers_remove(removed, actor=scene.actor, at=scene.at)
    founders = {id_: Founding(links.founders[-n - 1], days[links.founders[-n - 1].key]) for n, id_ in kept.items()}
    customers_redraw(founders | dict.fromkeys(left - removed), at=scene.at)
    _told_apart(links.learnt, ids, ((customers[m.key], m) for m in mentions), new=[*ids.values(), *circle])
    return Linked(
        {n: customers[mention.key] for n, mention, _day in told},
        moved={each.mention.key.uid: customers[each.mention.key] for each in past},
        # Whoever held something in the circle may have lost it, or won it from another.
        touched=(touched | circle) - removed,
    )


def _circle(strangers: set[int]) -> tuple[set[int], list[PastMention]]:
    """Everyone who holds something that a sale of one of the others gave, and the sales that say so."""
    circle = strangers
    while True:
        past = past_mentions(circle)
        identities = _identities(each.mention for each in past) | identities_from_sales(circle)
        holders = {h.customer for found in holders_of(identities).values() for h in found if h.since is not None}
        if holders <= circle:
            return circle, past
        circle = circle | holders


def _without(holders: Holders, circle: Collection[int]) -> Holders:
    """The holders, but for what the circle holds because of sales: that is worked out anew."""
    return {
        identity: [holder for holder in found if holder.since is None or holder.customer not in circle]
        for identity, found in holders.items()
    }


def _profiles_kept(led: Mapping[SaleKey, int], past: Iterable[PastMention]) -> dict[int, int]:
    """For profiles founded anew, the profile that their earliest stored sale was in, each given once."""
    given: set[int] = set()
    kept: dict[int, int] = {}
    for each in sorted(past, key=lambda p: p.mention.key):
        founded = led[each.mention.key]
        if founded < 0 and founded not in kept and each.customer_id not in given:
            kept[founded] = each.customer_id
            given.add(each.customer_id)
    return kept


def _found_anew(links: Links, kept: Mapping[int, int], days: Mapping[SaleKey, date], scene: Scene) -> dict[int, int]:
    new = [-n for n in range(1, len(links.founders) + 1) if -n not in kept]
    foundings = [Founding(links.founders[-n - 1], days[links.founders[-n - 1].key]) for n in new]
    ids = customers_found(foundings, actor=scene.actor, at=scene.at, brought_by=scene.brought_by)
    return dict(zip(new, ids, strict=True))


def _moved(past: Iterable[PastMention], customers: Mapping[SaleKey, int], at: datetime) -> set[int]:
    """Stored sales are with the customers they are led to now; who lost and who won some."""
    moves = [(each, customers[each.mention.key]) for each in past if customers[each.mention.key] != each.customer_id]
    sales_assign({each.sale_id: customer for each, customer in moves}, at=at)
    touched = returns_follow({each.mention.key.uid: customer for each, customer in moves}, at=at)
    return touched | {each.customer_id for each, _customer in moves} | {customer for _each, customer in moves}
