"""The rules that hold now, read once in a process and again whenever one of them is another."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from regulars.core.days import moment_at, timezone_of
from regulars.core.money import currency_places
from regulars.customers.selectors import custom_fields
from regulars.groups.models import Group, Pin
from regulars.sales.selectors import business_get
from regulars.segments.language.checking import Known
from regulars.segments.language.terms import Terms
from regulars.segments.language.tree import Rule
from regulars.segments.language.turning import turns
from regulars.segments.language.unforming import rule_of_form
from regulars.segments.models import Segment, UpkeepState
from regulars.segments.resolving import Named, Names


@dataclass(frozen=True)
class Live:
    """All groups, and the rules of those that rules fill as rules without names. `version` is of what it was read."""

    version: int | None
    names: Names
    terms: Terms
    zone: ZoneInfo
    cutoff: int

    def today(self, at: datetime) -> date:
        """The business day it is."""
        return moment_at(at, timezone=self.zone, cutoff_minutes=self.cutoff).day

    @cached_property
    def trees(self) -> Mapping[int, Rule]:
        """Who is in each group that a rule fills, each after those it names. Raises SegmentCircle, SegmentTooLarge."""
        return {id_: self.names.tree(id_) for id_ in self.names.order()}

    @cached_property
    def ids(self) -> tuple[int, ...]:
        return tuple(self.trees)

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        return tuple(self.trees.values())

    @cached_property
    def turning(self) -> Mapping[int, Rule]:
        """Those groups that time alone can move customers into or out of."""
        return {id_: tree for id_, tree in self.trees.items() if turns(tree)}

    @property
    def known(self) -> Known:
        """What a rule may name."""
        told: dict[str, set[str]] = {"automatic": set(), "tier": set(), "manual": set()}
        for group in self.names.groups.values():
            told[group.kind] |= {group.name, group.shown}
        return Known(
            terms=self.terms,
            groups=frozenset(name for names in told.values() for name in names),
            segments=frozenset(told["automatic"]),
            tiers=frozenset(told["tier"]),
        )


_read: Live | None = None


def live_of(version: int) -> Live:
    """The rules of this version. No query where this process has read them, six otherwise."""
    global _read  # noqa: PLW0603
    if _read is None or _read.version != version:
        _read = live_read(version)
    return _read


def live_now() -> Live:
    """The rules as they are in this transaction. One query, six more where this process has not read them."""
    version = UpkeepState.objects.values_list("version", flat=True).first()
    return live_read(None) if version is None else live_of(version)


def live_read(version: int | None) -> Live:
    """The rules as the database has them. Six queries."""
    forms = dict(Segment.objects.exclude(text="").values_list("group_id", "form"))
    pins: dict[int, set[bool]] = {}
    for group, is_in in Pin.objects.order_by().values_list("group_id", "is_in").distinct():
        pins.setdefault(group, set()).add(is_in)
    groups = [
        _named(group, forms.get(group.id), frozenset(pins.get(group.id, ())))
        for group in Group.objects.select_related("tier_set")
    ]
    business = business_get()
    terms = Terms(
        places=currency_places(business.currency),
        spend_includes_tax=business.spend_includes_tax,
        fields={each.name: each.kind for each in custom_fields()},
    )
    return Live(version, Names.of(groups), terms, timezone_of(business.timezone), business.day_cutoff)


def version_renew(*, today: date) -> None:
    """Every process reads the rules anew before it follows them. Inside `writing()`; one query.

    Versions are drawn, not counted: one that was rolled back never comes again.
    """
    version = secrets.randbits(62)
    if not UpkeepState.objects.filter(id=1).update(version=version):
        UpkeepState.objects.create(id=1, version=version, day=today, finished_day=today)


def _named(group: Group, form: object, pins: frozenset[bool]) -> Named:
    return Named(
        id=group.id,
        name=group.name,
        kind=group.kind,
        rule=rule_of_form(form) if form is not None else None,
        tier_set=group.tier_set.name if group.tier_set else None,
        rank=group.rank or 0,
        is_default=group.is_default,
        pins=pins,
    )
