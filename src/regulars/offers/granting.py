"""What entering and leaving groups brings: offers given to customers alone, and tags (win-back, birthday)."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta

from django.db.models import Q

from regulars.customers.following import customers_touched
from regulars.customers.models import Tag
from regulars.groups.entering import entering_declare
from regulars.offers.models import EntryAct, Grant
from regulars.storage.reading import rows_among
from regulars.storage.writing import rows_insert

_ACTS = "SELECT id FROM offers_entryact WHERE"
_GRANT = ("offer_id", "customer_id", "group_id", "since", "until", "is_used", "at")


def entries_bring(entered: Sequence[tuple[int, int, bool]], day: date, at: datetime) -> None:
    """Who entered (or left: False) which group has been given what that brings: each a customer, a group.

    An offer is not given again while the last gift of it is open. One query where the groups bring nothing; else one
    more, and two for each thing they bring. Inside `writing()`.
    """
    movers: Mapping[tuple[int, bool], list[int]] = defaultdict(list)
    for customer, group, is_entry in entered:
        movers[group, is_entry].append(customer)
    # Asked in plain SQL first: few groups bring anything, and each sale that moves somebody asks.
    found = [id_ for (id_,) in rows_among(_ACTS, "group_id", {group for group, _is_entry in movers})]
    if not found:
        return
    acts = EntryAct.objects.filter(id__in=found)
    for act in acts.select_related("offer").filter(Q(offer=None) | Q(offer__state="live")).order_by("id"):
        customers = movers.get((act.group_id, act.is_entry))
        if customers:
            _grants_make(act, customers, day, at) if act.offer_id is not None else _tags_stick(act, customers, at)


def _grants_make(act: EntryAct, customers: Collection[int], day: date, at: datetime) -> None:
    is_open = Q(is_used=False, since__lte=day) & (Q(until=None) | Q(until__gte=day))
    held = Grant.objects.filter(is_open | Q(since=day), offer=act.offer, customer_id__among=customers)
    new = sorted(set(customers) - set(held.values_list("customer_id", flat=True)))
    until = None if act.days is None else day + timedelta(days=act.days - 1)
    rows_insert(Grant, _GRANT, [(act.offer_id, each, act.group_id, day, until, False, at) for each in new])


def _tags_stick(act: EntryAct, customers: Collection[int], at: datetime) -> None:
    held = Tag.objects.filter(tag=act.tag, customer_id__among=customers)
    new = sorted(set(customers) - set(held.values_list("customer_id", flat=True)))
    rows_insert(Tag, ("customer_id", "tag"), [(each, act.tag) for each in new])
    customers_touched(new, reason="profile", at=at)


entering_declare(entries_bring)
