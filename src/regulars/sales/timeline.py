"""Everything that happened with one customer, newest first, a page at a time."""

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial, reduce
from operator import or_
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q

from regulars.access.rights import Reach
from regulars.access.rules import Actor
from regulars.customers.models import Note
from regulars.customers.reach import customer_require
from regulars.privacy.models import ConsentEntry
from regulars.sales.listing import BadCursor
from regulars.sales.models import Sale
from regulars.sales.profiles import Moment
from regulars.sales.reach import sales_within

# In the order in which things of one instant are told.
SALE_KINDS = ("sale", "return")
BALANCE = "balance"
MOMENT_KINDS = (*SALE_KINDS, "note", "consent", BALANCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineMoment(Moment):
    """A moment with what a page draws of it; what its kind does not have is empty. Units in thousandths.

    `words` are a note's own, the wording of a consent or the reason of a movement; `author` who wrote or asked. Of a
    balance, `moved` by so many points (`book` "points") or minor units for the `cause`.
    """

    id: int
    uid: UUID | None = None
    units_milli: int | None = None
    words: str = ""
    author: str = ""
    channel: str = ""
    is_given: bool | None = None
    book: str = ""
    cause: str = ""
    moved: int = 0


# The newest moments of a customer, at most so many: told which are older than a place, given the column of the moment.
MomentsRead = Callable[[int, Callable[[str], Q], int, Actor], Iterable[TimelineMoment]]
_READ: dict[str, MomentsRead] = {}


def moments_declare(kind: str, read: MomentsRead) -> None:
    """A room above tells of the moments of this kind, newest first."""
    _READ[kind] = read


class TimelinePage(NamedTuple):
    """A part of the timeline; `next_cursor` leads to what is older, None at the end."""

    moments: Sequence[TimelineMoment]
    next_cursor: str | None


class _Place(NamedTuple):
    at: datetime
    kind: str
    id: int


def timeline_page(
    customer_id: int,
    *,
    kinds: Collection[str] = MOMENT_KINDS,
    limit: int = 20,
    cursor: str | None = None,
    visible_to: Actor,
) -> TimelinePage:
    """The newest `limit` moments of these kinds, or those before the cursor; sales of own stores where the right
    ends there, no notes for the customer themself. Five queries. Raises Forbidden, CustomerUnknown, BadCursor."""
    customer_require(customer_id, right="customers.see", actor=visible_to)
    before = None if cursor is None else _read(cursor)
    found = [*_sales([kind for kind in SALE_KINDS if kind in kinds], customer_id, before, limit + 1, visible_to)]
    if "note" in kinds:
        found += _notes(customer_id, _before(before, "note"), limit + 1, visible_to)
    if "consent" in kinds:
        found += _consents(customer_id, _before(before, "consent"), limit + 1)
    for kind, read in _READ.items():
        if kind in kinds:
            found += read(customer_id, partial(_older, before=_before(before, kind)), limit + 1, visible_to)
    found.sort(key=lambda each: (each.at, -MOMENT_KINDS.index(each.kind), each.id), reverse=True)
    page = found[:limit]
    return TimelinePage(page, cursor_of(page[-1]) if len(found) > limit else None)


def cursor_of(moment: TimelineMoment) -> str:
    """The cursor that leads to what came before this."""
    told = [moment.at.isoformat(), moment.kind, moment.id]
    return urlsafe_b64encode(json.dumps(told, separators=(",", ":")).encode()).decode().rstrip("=")


def _read(cursor: str) -> _Place:
    try:
        at, kind, id_ = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        moment = datetime.fromisoformat(at)
        place = _Place(moment.astimezone(UTC), kind, id_)
    except (ValueError, TypeError, OverflowError, RecursionError, binascii.Error):
        raise BadCursor from None
    if kind not in MOMENT_KINDS or type(id_) is not int or not 0 <= id_ < 2**63 or moment.tzinfo is None:
        raise BadCursor
    return place


class _Before(NamedTuple):
    """Which of a kind come after a place in the timeline: older ones, and of its instant those below an id."""

    at: datetime
    id: int | None
    is_instant_in: bool


def _before(place: _Place | None, kind: str) -> _Before | None:
    if place is None:
        return None
    rank = MOMENT_KINDS.index(kind) - MOMENT_KINDS.index(place.kind)
    return _Before(place.at, place.id if rank == 0 else None, is_instant_in=rank >= 0)


def _older(column: str, before: _Before | None) -> Q:
    if before is None:
        return Q()
    older = Q(**{f"{column}__lt": before.at})
    if not before.is_instant_in:
        return older
    instant = Q(**{column: before.at})
    return older | (instant if before.id is None else instant & Q(id__lt=before.id))


def _sales(
    kinds: Collection[str], customer_id: int, before: _Place | None, most: int, actor: Actor
) -> Iterator[TimelineMoment]:
    if not kinds:
        return
    wanted = reduce(or_, (Q(kind=kind) & _older("sold_at", _before(before, kind)) for kind in kinds))
    rows = Sale.objects.filter(sales_within("sales.see", actor), wanted, customer_id=customer_id)
    columns = ("sold_at", "kind", "id", "number", "uid", "total", "units_milli", "store__name", "status")
    # Of one instant, sales go before returns: by the alphabet that is backwards too.
    newest = rows.order_by("-sold_at", "-kind", "-id").values_list(*columns)[:most]
    for at, kind, id_, number, uid, total, units, store, status in newest:
        yield TimelineMoment(
            at=at, kind=kind, id=id_, text=number, number=number, uid=uid, amount=total, units_milli=units, store=store,
            status=status,
        )  # fmt: skip


def _notes(customer_id: int, before: _Before | None, most: int, actor: Actor) -> Iterator[TimelineMoment]:
    if actor.reach("customers.see") is Reach.SELF:
        return
    rows = Note.objects.filter(_older("at", before), customer_id=customer_id).order_by("-at", "-id")[:most]
    for note in rows:
        yield TimelineMoment(
            at=note.at, kind="note", id=note.id, text=f"{note.author}: {note.text}", words=note.text, author=note.author
        )


def _consents(customer_id: int, before: _Before | None, most: int) -> Iterator[TimelineMoment]:
    rows = ConsentEntry.objects.filter(_older("at", before), customer_id=customer_id).order_by("-at", "-id")[:most]
    for row in rows:
        yield TimelineMoment(
            at=row.at, kind="consent", id=row.id, text=f"{row.channel}: {'given' if row.is_given else 'withdrawn'}",
            store=row.place, words=row.wording, author=row.actor, channel=row.channel, is_given=row.is_given,
        )  # fmt: skip
