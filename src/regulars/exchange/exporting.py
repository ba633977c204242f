"""Customers out of the house: a segment, a rule's customers or all of them, in the forms that messaging tools take.

Nobody is in a file for a channel who did not say yes to it, whoever is left out is counted, and the log says who took
what of how many before the first line leaves.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from operator import itemgetter
from typing import NamedTuple

from regulars.access.auditing import audit_record
from regulars.access.rights import Reach
from regulars.access.rules import Actor
from regulars.core.money import amount_text, currency_places, milli_text
from regulars.core.text import marked as _
from regulars.core.text import squeezed, words
from regulars.customers.models import Customer
from regulars.customers.reach import customers_reachable, customers_reached
from regulars.exchange.errors import PurposeNeeded
from regulars.exchange.forms import PHONE_CHANNELS, Layout, cell_safe, layout_of
from regulars.privacy.selectors import consents_given
from regulars.sales.listing import customer_rows
from regulars.sales.selectors import business_get, business_today
from regulars.segments.selectors import rule_customers, rule_told
from regulars.storage.reading import rows_among
from regulars.storage.writing import writing

# So many customers are looked at together.
AT_ONCE = 5_000
SHORTEST_PURPOSE, LONGEST_PURPOSE = 3, 200
WITH_CONTACTS, WITHOUT_CONTACTS = "customers.export", "customers.export_facts"
# Why somebody is not in the file. Of several reasons the first holds.
LEFT_OUT: Mapping[str, str] = {
    "deactivated": _("deactivated"),
    "no_phone": _("no phone is known"),
    "no_email": _("no e-mail is known"),
    "no_consent": _("did not agree to this channel"),
    "duplicate": _("shares the phone or e-mail of somebody who is in it"),
}
# Why a cell of somebody who is in the file is empty, though the phone or e-mail is known.
WITHHELD: Mapping[str, str] = {
    "phone": _("left without their phone: deactivated, or did not agree to be called or written to"),
    "email": _("left without their e-mail: deactivated, or did not agree to e-mails"),
}
_ACTIVE = "SELECT id, is_active FROM customers_customer WHERE"
_IDENTITIES = "SELECT customer_id, kind, value, id FROM customers_identity WHERE kind <> 'code' AND"
_AMOUNTS = ("spent", "average_order", "returned", "discount")


@dataclass(frozen=True, slots=True)
class ExportCounts:
    """How many the rule holds for, how many are in the file, and how many are not, by LEFT_OUT; they add up.

    `withheld`: cells left empty in it, by WITHHELD.
    """

    matched: int
    written: int
    left_out: Mapping[str, int]
    withheld: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Export:
    """A file that is ready to leave: `parts` are read once, from first to last."""

    counts: ExportCounts
    file_name: str
    media_type: str
    parts: Iterator[bytes]


def export_look(
    told: str | None, *, form: str, columns: Sequence[str] = (), channel: str | None = None, at: datetime,
    visible_to: Actor,
) -> ExportCounts:  # fmt: skip
    """Who would be in the export and who not, as `segment_export` would write it; nothing leaves.

    Raises Forbidden, and what `layout_of` and `rule_customers` raise.
    """
    layout = _layout(form, columns, channel, visible_to)
    return _chosen(_customers(told, layout, at=at, actor=visible_to), layout).counts


def segment_export(
    told: str | None, *, form: str, columns: Sequence[str] = (), channel: str | None = None, purpose: str = "",
    actor: Actor, at: datetime,
) -> Export:  # fmt: skip
    """The customers of a segment or a rule (None: all), in this form; that they were taken is in the log.

    Contacts need a purpose. The counts are of the moment at which it was asked for.
    Raises Forbidden, PurposeNeeded, and what `layout_of` and `rule_customers` raise.
    """
    layout = _layout(form, columns, channel, actor)
    aim = _purpose_checked(purpose, is_needed=layout.holds_contacts)
    # Before the turn to write, so that no till waits for a rule over everybody.
    chosen = _chosen(_customers(told, layout, at=at, actor=actor), layout)
    business = business_get()
    with writing():
        audit_record(
            actor=actor, verb="exchange.segment_export", subject_kind="business", subject_ids=[business.id], at=at,
            facts=_facts(told, layout, chosen.counts, purpose=aim),
        )  # fmt: skip
    return Export(
        counts=chosen.counts,
        file_name=_file_name(told, layout, day=business_today(at=at)),
        media_type="text/plain; charset=utf-8" if layout.is_list else "text/csv; charset=utf-8",
        parts=_parts(chosen, layout, places=currency_places(business.currency)),
    )


def _layout(form: str, columns: Sequence[str], channel: str | None, actor: Actor) -> Layout:
    """The layout, if the actor may take what is in it. Who may take nothing is told nothing of what is wrong."""
    if not actor.may(WITH_CONTACTS):
        actor.require(WITHOUT_CONTACTS)
    layout = layout_of(form, columns=columns, channel=channel)
    actor.require(_right(layout))
    return layout


def _right(layout: Layout) -> str:
    return WITH_CONTACTS if layout.holds_contacts else WITHOUT_CONTACTS


def _purpose_checked(purpose: str, *, is_needed: bool) -> str:
    clean = squeezed(purpose)
    if not clean and not is_needed:
        return ""
    letters = sum(sign.isalpha() for sign in clean)
    if letters < SHORTEST_PURPOSE or len(clean) > LONGEST_PURPOSE or not clean.isprintable():
        raise PurposeNeeded(least=SHORTEST_PURPOSE, longest=LONGEST_PURPOSE)
    return clean


def _customers(told: str | None, layout: Layout, *, at: datetime, actor: Actor) -> list[int]:
    """The customers within reach of the rule and of the right to take them out, by number."""
    right = _right(layout)
    if told is None:
        return customers_reachable(right=right, actor=actor)
    ids = rule_customers(rule_told(told), at=at, visible_to=actor)
    if actor.reach(right) is Reach.ALL:
        return ids
    reached = customers_reached(ids, right=right, actor=actor)
    return [id_ for id_ in ids if id_ in reached]


class _Reached(NamedTuple):
    """How a customer is reached: by the first phone and the first e-mail; empty: by none."""

    id: int
    is_active: bool
    phone: str
    email: str


@dataclass(slots=True)
class _Chosen:
    """Who is in the file, with the phones and e-mails that may stand in it."""

    matched: int = 0
    ids: list[int] = field(default_factory=list)
    phones: dict[int, str] = field(default_factory=dict)
    emails: dict[int, str] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)
    withheld: Counter[str] = field(default_factory=Counter)
    taken: set[str] = field(default_factory=set)

    @property
    def counts(self) -> ExportCounts:
        left_out = {reason: self.left_out[reason] for reason in LEFT_OUT if self.left_out[reason]}
        withheld = {cells: self.withheld[cells] for cells in WITHHELD if self.withheld[cells]}
        return ExportCounts(self.matched, len(self.ids), left_out, withheld)

    def add(self, row: _Reached, layout: Layout, agreed: frozenset[str]) -> None:
        """The customer is in the file, or counted under the reason why not."""
        reason = self._reason(row, layout, agreed)
        if reason is not None:
            self.left_out[reason] += 1
            return
        self.ids.append(row.id)
        if layout.reach:
            self.taken.add(getattr(row, layout.reach))
        if "phone" in layout.columns and row.phone:
            asked = (layout.channel,) if layout.channel in PHONE_CHANNELS else PHONE_CHANNELS
            self._cell(self.phones, "phone", row, is_agreed=not agreed.isdisjoint(asked))
        if "email" in layout.columns and row.email:
            self._cell(self.emails, "email", row, is_agreed="email" in agreed)

    def _reason(self, row: _Reached, layout: Layout, agreed: frozenset[str]) -> str | None:
        if layout.channel is None:
            return None
        if not row.is_active:
            return "deactivated"
        reached_at = getattr(row, layout.reach) if layout.reach else None
        if reached_at == "":
            return f"no_{layout.reach}"
        if layout.channel not in agreed:
            return "no_consent"
        return "duplicate" if reached_at in self.taken else None

    def _cell(self, cells: dict[int, str], column: str, row: _Reached, *, is_agreed: bool) -> None:
        if row.is_active and is_agreed:
            cells[row.id] = getattr(row, column)
        else:
            self.withheld[column] += 1


def _chosen(ids: Sequence[int], layout: Layout) -> _Chosen:
    """Who of the customers is in the file. Three queries for every AT_ONCE of them; none where nothing is asked."""
    if layout.channel is None and not {"phone", "email"} & set(layout.columns):
        return _Chosen(matched=len(ids), ids=list(ids))
    chosen = _Chosen()
    for some in _chunks(ids):
        agreed = consents_given(some)
        rows = _reached(some)
        chosen.matched += len(rows)
        for row in rows:
            chosen.add(row, layout, agreed.get(row.id, frozenset()))
    return chosen


def _reached(ids: Sequence[int]) -> list[_Reached]:
    """The customers in the order given. Two queries."""
    active = dict(rows_among(_ACTIVE, "id", ids))
    first: dict[tuple[int, str], str] = {}
    for customer, kind, value, _id in sorted(rows_among(_IDENTITIES, "customer_id", ids), key=itemgetter(3)):
        first.setdefault((customer, kind), value)
    return [
        _Reached(id_, bool(active[id_]), first.get((id_, "phone"), ""), first.get((id_, "email"), ""))
        for id_ in ids
        if id_ in active
    ]


def _facts(told: str | None, layout: Layout, counts: ExportCounts, *, purpose: str) -> dict[str, object]:
    return {
        "rule": told, "form": layout.form, "columns": list(layout.columns), "channel": layout.channel,
        "purpose": purpose, "matched": counts.matched, "written": counts.written, "left_out": dict(counts.left_out),
        "withheld": dict(counts.withheld),
    }  # fmt: skip


def _file_name(told: str | None, layout: Layout, *, day: date) -> str:
    """A name for the file: after the segment, where there is one; a rule may say more than a name should."""
    is_segment = told is not None and rule_told(told) != told
    about = "-".join(words(told or "")) if is_segment else ""
    plain = about.encode("ascii", "ignore").decode().strip("-")[:60] or "customers"
    return f"{plain}-{layout.form}-{day}.{layout.extension}"


def _parts(chosen: _Chosen, layout: Layout, *, places: int) -> Iterator[bytes]:
    if layout.is_list:
        cells = chosen.phones if layout.reach == "phone" else chosen.emails
        for some in _chunks(chosen.ids):
            yield "".join(f"{cells[id_]}\n" for id_ in some).encode()
        return
    yield _lines([layout.heading])
    for some in _chunks(chosen.ids):
        yield _lines(_rows(some, chosen, layout, places=places))


def _rows(ids: Sequence[int], chosen: _Chosen, layout: Layout, *, places: int) -> Iterator[list[str]]:
    """The customers' rows. At most six queries."""
    asked = set(layout.columns)
    parts = [part for part, column in (("places", {"city", "country"}), ("tags", {"tags"})) if column & asked]
    names = _names(ids) if {"first_name", "last_name"} & asked else {}
    agreed = consents_given(ids) if "consents" in asked else {}
    for row in customer_rows(ids, parts=parts):
        first, last = names.get(row.id, ("", ""))
        told = {
            # A tool that greets by the first name greets whoever has but one by that.
            "first_name": first if first or last else row.name, "last_name": last,
            "phone": chosen.phones.get(row.id, ""), "email": chosen.emails.get(row.id, ""),
            "consents": sorted(agreed.get(row.id, ())), "units": milli_text(row.units_milli),
        }  # fmt: skip
        yield [_cell(column, told.get(column, getattr(row, column, None)), places) for column in layout.columns]


def _cell(column: str, value: object, places: int) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case int() if column in _AMOUNTS:
            return amount_text(value, places=places)
        case list() | tuple():
            return cell_safe(", ".join(map(str, value)))
        case str() if column not in ("phone", *_AMOUNTS, "units"):
            return cell_safe(value)
        case _:
            # Phones, numbers and days: none of them is more than it says, and an apostrophe would break a phone.
            return str(value)


def _names(ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    rows = Customer.objects.filter(id__among=ids).order_by().values_list("id", "first_name", "last_name")
    return {id_: (first, last) for id_, first, last in rows}


def _lines(rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[n : n + AT_ONCE] for n in range(0, len(ids), AT_ONCE))
