"""Segments and exports of them as JSON."""

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from regulars.api.errors import InputWrong
from regulars.api.shapes.asked import AskIn, RuleIn, sentence_of
from regulars.api.shapes.common import Out, Page, Text, Word, example
from regulars.core.errors import Fault
from regulars.core.text import marked as _
from regulars.exchange.exporting import ExportCounts
from regulars.exchange.forms import COLUMNS
from regulars.groups.history import ChangeShown, GroupHistory
from regulars.groups.selectors import MemberRow
from regulars.segments.errors import BadDays
from regulars.segments.language.forms import rule_of_form
from regulars.segments.selectors import SegmentShown
from regulars.segments.services import SegmentSaved

USUAL_DAYS, MOST_DAYS = 30, 3_660
_SEGMENT = {"name": "Lapsing", "rule": "last_order < 60 days ago", "description": "To be written to."}


class SegmentIn(RuleIn):
    """A segment: its name and its rule."""

    model_config = example(**_SEGMENT)

    name: Word = Field(examples=["Lapsing"])
    description: Text | None = Field(None, description="What it is for; left out in a change, it stays.")
    tell: bool = Field(default=False, description="Whether webhooks and offers hear of those who move now.")


class SegmentDone(Out):
    """The segment that was saved, and how many entered and left."""

    id: int
    entered: int
    left: int


class SegmentOut(Out):
    """A segment with its rule and size."""

    id: int
    name: str
    description: str
    rule: str
    form: dict[str, Any]
    sentence: str
    customers: int = Field(description="How many of those within reach are in it.")
    change_30_days: int
    turns_with_time: bool = Field(description="Whether time alone can move customers in or out.")
    edited_at: datetime
    edited_by: str


class SegmentsOut(Out):
    """Every segment, by name."""

    items: list[SegmentOut]


class MemberOut(Out):
    """Somebody who is in it."""

    customer: int
    code: str
    name: str
    since: date
    pinned_by: str = Field(description="Who put them in whatever the rule says; empty: nobody.")


class MembersOut(Page[MemberOut]):
    """Who is in it, the newest first."""


class DaysQuery(BaseModel):
    """Which days; both ends are in."""

    day_from: date | None = Field(None, description="30 days before the last where left out.")
    day_to: date | None = Field(None, description="Today where left out.")

    def days(self, *, today: date) -> tuple[date, date]:
        """The first and the last. Raises BadDays, InputWrong."""
        last = self.day_to or today
        first = self.day_from or date.fromordinal(max(last.toordinal() - USUAL_DAYS, 1))
        if first > last:
            raise BadDays(first=first, last=last)
        if (last - first).days > MOST_DAYS:
            sentence = _("lies more than %(days)s days before the last; ask for fewer at once") % {"days": MOST_DAYS}
            raise InputWrong(faults=[Fault("day_from", sentence)])
        return first, last


class ChangesQuery(DaysQuery):
    """Which changes."""

    limit: int = Field(50, ge=1, le=1_000, description="At most so many.")


class SizeOut(Out):
    """How many were in it when the day ended."""

    day: date
    customers: int
    entered: int
    left: int


class MovementOut(Out):
    """How many entered or left on a day for one reason."""

    day: date
    entered: bool
    reason: str
    customers: int


class HistoryOut(Out):
    """Its size day by day, and why people came and went."""

    sizes: list[SizeOut]
    movements: list[MovementOut]


class ChangeOut(Out):
    """Somebody entered or left."""

    customer: int
    entered: bool
    reason: str
    day: date
    at: datetime


class ChangesOut(Out):
    """Who entered and left, the latest first."""

    items: list[ChangeOut]


_EXPORT = {"rule": "Lapsing", "as": "sms"}


class ExportAsked(AskIn):
    """Whom an export is to hold, and how it is written; without a rule everybody within reach."""

    model_config = example(**_EXPORT)

    written_as: Literal["phones", "emails", "sms", "whatsapp", "email", "csv"] = Field(
        alias="as", description="A plain list, or CSV as tools that send messages take it; csv: columns of your choice."
    )
    columns: list[Literal[COLUMNS]] = Field(  # type: ignore[valid-type]
        [], max_length=len(COLUMNS), description="Of csv alone."
    )
    channel: Literal["email", "phone", "post", "sms", "whatsapp"] | None = Field(
        None, description="Only who agreed to it; all but csv have one of their own."
    )

    def told(self) -> str | None:
        """The rule or the name of a segment; None for everybody. Raises InputWrong, RuleWrong."""
        return None if self.rule is None and self.form is None else self.text()


class ExportIn(ExportAsked):
    """An export to be taken."""

    model_config = example(**_EXPORT, purpose="We miss you: 10 % off in June")

    purpose: Text = Field("", description="What it is for: needed where it holds contacts.")


class ExportCountsOut(Out):
    """How many are in an export, and how many are not and why; the numbers add up to `matched`."""

    matched: int
    written: int
    left_out: dict[str, int] = Field(description="deactivated, no_phone, no_email, no_consent, duplicate.")
    withheld: dict[str, int] = Field(description="Cells left empty of who is in it: phone, email.")


def segment_out(shown: SegmentShown, *, currency: str) -> SegmentOut:
    """The segment with its rule in words."""
    return SegmentOut(
        id=shown.group.id,
        name=shown.group.name,
        description=shown.group.description,
        rule=shown.text,
        form=dict(shown.form) if isinstance(shown.form, dict) else {},
        sentence=sentence_of(rule_of_form(shown.form), currency=currency),
        customers=shown.group.size,
        change_30_days=shown.change,
        turns_with_time=shown.turns_with_time,
        edited_at=shown.edited_at,
        edited_by=shown.edited_by,
    )


def segment_done(saved: SegmentSaved) -> SegmentDone:
    return SegmentDone(id=saved.id, entered=saved.entered, left=saved.left)


def member_out(row: MemberRow) -> MemberOut:
    return MemberOut(customer=row.customer_id, code=row.code, name=row.name, since=row.since, pinned_by=row.pinned_by)


def history_out(history: GroupHistory) -> HistoryOut:
    """The history with the words of JSON."""
    return HistoryOut(
        sizes=[
            SizeOut(day=each.day, customers=each.size, entered=each.entered, left=each.left) for each in history.sizes
        ],
        movements=[
            MovementOut(day=each.day, entered=each.is_entry, reason=each.reason, customers=each.customers)
            for each in history.movements
        ],
    )


def change_out(change: ChangeShown) -> ChangeOut:
    return ChangeOut(
        customer=change.customer_id, entered=change.is_entry, reason=change.reason, day=change.day, at=change.at
    )


def counts_out(counts: ExportCounts) -> ExportCountsOut:
    return ExportCountsOut(
        matched=counts.matched,
        written=counts.written,
        left_out=dict(counts.left_out),
        withheld=dict(counts.withheld),
    )
