"""Groups and tiers as JSON."""

from collections.abc import Sequence
from datetime import date

from pydantic import Field

from regulars.api.shapes.common import AnyText, Id, In, Out, Text, Word, example
from regulars.groups.history import ChangeShown, Flow
from regulars.groups.selectors import Belonging, GroupShown
from regulars.groups.services import MembersTaken
from regulars.segments.ladders import LadderFinding
from regulars.segments.selectors import TierSetShown

# Within what a body may hold.
MOST_CUSTOMERS = 10_000
_LADDER = "Standard: spent < 500; Gold: spent between 500 and 2000; Platinum: spent > 2000"


class GroupIn(In):
    """A group to be filled by hand."""

    model_config = example(name="Staff", description="Who works here.")

    name: Word
    description: Text = ""


class GroupChange(In):
    """What is to be otherwise; what is left out stays."""

    model_config = example(name="Team")

    name: Word | None = None
    description: Text | None = None


class GroupOut(Out):
    """A group, segment or tier with how many of those within reach are in it."""

    id: int
    name: str
    kind: str = Field(description="manual, automatic (a segment) or tier.")
    tier_set: str | None
    rank: int | None = Field(description="The place of a tier in its set, the lowest first.")
    is_default: bool = Field(description="Whether it takes whoever no other tier of its set takes.")
    description: str
    customers: int


class GroupsOut(Out):
    """Every group: manual ones, segments, then tiers by set and rank."""

    items: list[GroupOut]


class CustomersIn(In):
    """Customers by their ids."""

    model_config = example(customers=[17, 23])

    customers: list[Id] = Field(min_length=1, max_length=MOST_CUSTOMERS)


class PinIn(CustomersIn):
    """Customers to be kept in, or out, whatever the rule says."""

    model_config = example(**{"customers": [17], "in": True})

    is_in: bool = Field(alias="in")


class NamesIn(In):
    """Customers by id, code, phone or e-mail."""

    model_config = example(names=["0712 345 678", "anna@example.org", "B-17"])

    names: list[Word] = Field(min_length=1, max_length=MOST_CUSTOMERS)


class GroupMoved(Out):
    """How many customers moved."""

    id: int
    moved: int


class AmbiguousOut(Out):
    """A name that leads to several."""

    place: int
    customers: list[int]


class ImportedOut(Out):
    """What became of a list of names; places in it count from 0, so that the answer holds none of them."""

    id: int
    moved: int
    led: int = Field(description="So many names led to one customer each.")
    unknown: list[int] = Field(description="The places of those that led to nobody.")
    ambiguous: list[AmbiguousOut]


class TierOut(Out):
    """A tier; without a rule it takes whoever no other takes."""

    id: int
    name: str
    rule: str
    is_default: bool
    customers: int


class TierSetOut(Out):
    """A set of tiers, the lowest first; every customer is in one of them."""

    id: int
    name: str
    ladder: str
    tiers: list[TierOut]


class TierSetsOut(Out):
    """Every set of tiers, by name."""

    items: list[TierSetOut]


class LadderIn(In):
    """Tiers from the lowest to the highest, each with its rule."""

    model_config = example(ladder=_LADDER)

    ladder: AnyText = Field(examples=[_LADDER])


class TierSetIn(LadderIn):
    """A set of tiers by its name."""

    model_config = example(name="Loyalty", ladder=_LADDER)

    name: Word
    anyway: bool = Field(default=False, description="Keep a ladder with gaps or overlaps.")
    tell: bool = Field(default=False, description="Whether webhooks and offers hear of those who move now.")


class FindingOut(Out):
    """A gap or an overlap, with a customer who falls into it."""

    kind: str = Field(description="gap or overlap.")
    tiers: list[str]
    sentence: str


class LadderOut(Out):
    """What is wrong with a ladder; nothing where every customer fits exactly one tier."""

    findings: list[FindingOut]


class TierSetDone(LadderOut):
    """The set that was saved."""

    id: int


class FlowOut(Out):
    """How many went from one tier to another; from null: new customers."""

    before: str | None
    after: str
    customers: int


class FlowsOut(Out):
    """Every way that somebody went."""

    items: list[FlowOut]


class BelongingOut(Out):
    """A group that a customer is in."""

    id: int
    name: str
    kind: str
    tier_set: str | None
    since: date
    how: str = Field(description="by hand, by rule or pinned in.")
    reason: str = Field(description="What brought them in last: sale, date, first build, by hand, ...")


def group_out(group: GroupShown) -> GroupOut:
    return GroupOut(
        id=group.id,
        name=group.name,
        kind=group.kind,
        tier_set=group.tier_set,
        rank=group.rank,
        is_default=group.is_default,
        description=group.description,
        customers=group.size,
    )


def imported_out(group_id: int, taken: MembersTaken, names: Sequence[str]) -> ImportedOut:
    """What became of the names, by their places: the answer is kept for good."""
    places: dict[str, int] = {}
    for place, name in enumerate(names):
        places.setdefault(name.strip(), place)
    return ImportedOut(
        id=group_id,
        moved=taken.added,
        led=taken.led,
        unknown=[places[name] for name in taken.unknown],
        ambiguous=[AmbiguousOut(place=places[name], customers=list(ids)) for name, ids in taken.ambiguous.items()],
    )


def tier_set_out(shown: TierSetShown) -> TierSetOut:
    """The set with its tiers."""
    return TierSetOut(
        id=shown.id,
        name=shown.name,
        ladder=shown.ladder,
        tiers=[
            TierOut(id=tier.id, name=tier.name, rule=tier.text, is_default=tier.is_default, customers=tier.size)
            for tier in shown.tiers
        ],
    )


def findings_out(findings: Sequence[LadderFinding]) -> list[FindingOut]:
    return [FindingOut(kind=each.kind, tiers=list(each.tiers), sentence=each.sentence) for each in findings]


def flow_out(flow: Flow) -> FlowOut:
    return FlowOut(before=flow.before, after=flow.after, customers=flow.customers)


def belongings_out(belongings: Sequence[Belonging], changes: Sequence[ChangeShown]) -> list[BelongingOut]:
    """The groups of a customer, each with what brought them in."""
    reasons = {(change.group, change.at): change.reason for change in changes if change.is_entry}
    return [
        BelongingOut(
            id=each.group_id,
            name=each.group,
            kind=each.kind,
            tier_set=each.tier_set,
            since=each.since,
            how=each.how,
            reason=reasons.get((each.group, each.since_at), ""),
        )
        for each in belongings
    ]
