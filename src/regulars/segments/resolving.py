"""Names in rules replaced by what they stand for: a group's rule with its pins, a manual group's members.

    segment S         (its rule, or pinned in) and not pinned out
    manual group      whoever is in it by hand
    tier T            pinned into T; or pinned into no other tier of its set, and T's rule holds and no higher tier's
    default tier      none of the others

So whoever evaluates a rule knows nothing of names, and a tier set has exactly one tier for everybody.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import NamedTuple

from regulars.core.text import nearest
from regulars.groups.rules import tier_shown
from regulars.segments.errors import SegmentCircle, SegmentTooLarge
from regulars.segments.language.errors import RuleWrong, choice_of
from regulars.segments.language.limits import conditions
from regulars.segments.language.tree import (
    All,
    Always,
    Any,
    Compare,
    Member,
    Not,
    Operator,
    Pinned,
    Rule,
    Text,
    Value,
)
from regulars.segments.language.writing import quoted

# The facts that name groups, and the kinds of group each may name.
REFERENCES = {
    "group": ("manual", "automatic", "tier"),
    "segment": ("automatic",),
    "tier": ("tier",),
}
# How many conditions a rule may come to once all names are replaced, and how many stand inside one another.
MOST_RESOLVED, DEEPEST_RESOLVED = 5_000, 100


class Size(NamedTuple):
    """How many conditions a rule has, and how deep they stand."""

    conditions: int
    depth: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A group as rules see it. `rule` is as it was read; None for a manual group and a default tier.

    `pins`: whether anybody is pinned in (True) or out (False).
    """

    id: int
    name: str
    kind: str
    rule: Rule | None = None
    tier_set: str | None = None
    rank: int = 0
    is_default: bool = False
    pins: frozenset[bool] = frozenset()

    @property
    def shown(self) -> str:
        """How it is told from all others."""
        return self.name if self.tier_set is None else tier_shown(self.tier_set, self.name)


@dataclass(slots=True)
class Names:
    """All groups there are, and what each name stands for."""

    groups: dict[int, Named]
    _trees: dict[int, Rule] = field(default_factory=dict)
    _sizes: dict[int, Size] = field(default_factory=dict)

    @classmethod
    def of(cls, groups: Iterable[Named]) -> "Names":
        return cls({group.id: group for group in groups})

    def with_group(self, group: Named) -> "Names":
        """The same names, but for one group."""
        return Names({**self.groups, group.id: group})

    def tree(self, group_id: int) -> Rule:
        """Who is in the group, as a rule without names. Raises SegmentCircle, SegmentTooLarge."""
        self._resolve_all(group_id)
        return self._trees[group_id]

    def resolved(self, rule: Rule, *, text: str = "") -> Rule:
        """The rule without names. Raises RuleWrong for a name that is not there; SegmentCircle, SegmentTooLarge."""
        for group in groups_named(rule, self.groups.values(), text=text):
            self._resolve_all(group.id)
        found = self._replaced(rule, text)
        size = _conditions(found, self._sizes)
        _refuse_large(size, shown="this rule")
        return found

    def order(self) -> list[int]:
        """The groups that rules fill, each after those it names. Raises SegmentCircle."""
        ordered: dict[int, None] = {}
        for group in sorted(self.groups):
            ordered.update(dict.fromkeys(self._after(group)))
        return [id_ for id_ in ordered if self.groups[id_].kind != "manual"]

    def named_by(self, group_id: int) -> list[int]:
        """The groups that the group's tree hangs on directly."""
        return [each for rule in self._own_rules(self.groups[group_id]) for each in self._named_in(rule)]

    def users(self, group_id: int) -> list[Named]:
        """The other groups whose rules name this one by its name."""
        return [
            group
            for group in self.groups.values()
            if group.id != group_id
            and group.rule is not None
            and any(each.id == group_id for each in groups_named(group.rule, self.groups.values()))
        ]

    def _resolve_all(self, group_id: int) -> None:
        """The trees of the group and of all it hangs on are made, those it hangs on first."""
        for id_ in self._after(group_id):
            if id_ not in self._trees:
                tree = self._tree_of(self.groups[id_])
                self._trees[id_] = tree
                self._size(tree, shown=self.groups[id_].shown)

    def _after(self, group_id: int) -> Iterator[int]:
        """What the group hangs on, and then the group; without recursion. Raises SegmentCircle."""
        done: set[int] = set()
        way: list[tuple[int, Iterator[int]]] = [(group_id, iter(self.named_by(group_id)))]
        while way:
            id_, rest = way[-1]
            following = next((each for each in rest if each not in done), None)
            if following is None:
                way.pop()
                done.add(id_)
                yield id_
            elif following in [each for each, _rest in way]:
                self._refuse_circle([each for each, _rest in way], following)
            else:
                way.append((following, iter(self.named_by(following))))

    def _refuse_circle(self, way: Sequence[int], again: int) -> None:
        circle = [*way[way.index(again) :], again]
        names = [self.groups[id_].shown for id_ in circle]
        steps = [f'"{before}" names "{after}"' for before, after in pairwise(names)]
        raise SegmentCircle(circle=", ".join(steps))

    def _named_in(self, rule: Rule) -> list[int]:
        return list(dict.fromkeys(group.id for group in groups_named(rule, self.groups.values())))

    def _own_rules(self, group: Named) -> list[Rule]:
        """The rules that say who is in the group: of a tier, its own and those of the tiers that go before it."""
        tiers = self._tiers_before(group) if group.kind == "tier" else []
        return [each.rule for each in (group, *tiers) if each.rule is not None and not (each.is_default)]

    def _tiers_before(self, tier: Named) -> list[Named]:
        """The tiers of the set that take a customer away from this one: the higher; for the default all others."""
        return [
            each for each in self._others(tier) if not each.is_default and (tier.is_default or each.rank > tier.rank)
        ]

    def _others(self, tier: Named) -> list[Named]:
        same_set = [each for each in self.groups.values() if each.tier_set == tier.tier_set and each.id != tier.id]
        return sorted(same_set, key=lambda each: each.rank)

    def _tree_of(self, group: Named) -> Rule:
        match group.kind:
            case "manual":
                return Member(group.id)
            case "tier":
                return self._tier_tree(group)
            case _:
                return _not_pinned_out(group, any_of(self._rule(group), _pinned_in([group])))

    def _tier_tree(self, tier: Named) -> Rule:
        fits = Always(is_true=True) if tier.is_default else self._fits(tier)
        taken = any_of(*(self._fits(each) for each in self._tiers_before(tier)))
        by_rule = all_of(not_(_pinned_in(self._others(tier))), fits, not_(taken))
        return any_of(_pinned_in([tier]), by_rule)

    def _fits(self, tier: Named) -> Rule:
        return _not_pinned_out(tier, self._rule(tier))

    def _rule(self, group: Named) -> Rule:
        return Always(is_true=False) if group.rule is None else self._replaced(group.rule, "")

    def _replaced(self, rule: Rule, text: str) -> Rule:
        """The rule with every reference replaced by the trees that are made already."""
        match rule:
            case All(rules):
                return all_of(*(self._replaced(each, text) for each in rules))
            case Any(rules):
                return any_of(*(self._replaced(each, text) for each in rules))
            case Not(inner):
                return not_(self._replaced(inner, text))
            case Compare(term) if term.name in REFERENCES:
                trees = any_of(*(self._trees[group.id] for group in _groups_named(rule, self.groups.values(), text)))
                return not_(trees) if rule.operator in _COMPLEMENTS else trees
            case _:
                return rule

    def _size(self, rule: Rule, *, shown: str) -> None:
        size = _conditions(rule, self._sizes)
        _refuse_large(size, shown=shown)
        # Trees are kept for as long as these names are, so no other part ever has the same identity.
        self._sizes[id(rule)] = size


def _refuse_large(size: Size, *, shown: str) -> None:
    if size.conditions > MOST_RESOLVED or size.depth > DEEPEST_RESOLVED:
        raise SegmentTooLarge(name=shown, most=MOST_RESOLVED, deepest=DEEPEST_RESOLVED)


_COMPLEMENTS = (Operator.UNEQUAL, Operator.NOT_IN)


def groups_named(rule: Rule, groups: Collection[Named], *, text: str = "") -> list[Named]:
    """The groups that the rule names, in order. Raises RuleWrong for a name that is not there."""
    return [group for condition in _by_name(rule) for group in _groups_named(condition, groups, text)]


def _groups_named(condition: Compare, groups: Collection[Named], text: str) -> list[Named]:
    """The groups the condition is about: it, or its complement, holds for whoever is in one of them."""
    possible = [group for group in groups if group.kind in REFERENCES[condition.term.name]]
    return [_meant(value, possible, condition.term.name, text) for value in condition.values]


def _meant(value: Value, possible: Sequence[Named], fact: str, text: str) -> Named:
    """The group that a value names. Raises RuleWrong."""
    name = _said(value)
    found = _answering(name, possible)
    if len(found) == 1:
        return found[0]
    if found:
        sentence = f'"{name}" is a tier of several sets; write {choice_of(quoted(each.shown) for each in found)}'
        near = found[0].shown
    else:
        near = nearest(name, [group.shown for group in possible]) or ""
        sentence = f'there is no {fact} "{name}"' + (f'; did you mean "{near}"?' if near else "")
    raise RuleWrong(sentence, text=text, place=value.at if text else None, nearest=near or None)


def _answering(name: str, possible: Collection[Named]) -> list[Named]:
    """Those called exactly so; else the tiers called so in their set."""
    return [each for each in possible if each.shown == name] or [each for each in possible if each.name == name]


def _said(value: Value) -> str:
    return value.text if isinstance(value, Text) else ""


def respelled(rule: Rule, *, before: Names, after: Names) -> Rule:
    """The rule naming the same groups by the names they have `after`: short where that is clear and was so before."""
    match rule:
        case All(rules):
            return replace(rule, rules=tuple(respelled(each, before=before, after=after) for each in rules))
        case Any(rules):
            return replace(rule, rules=tuple(respelled(each, before=before, after=after) for each in rules))
        case Not(inner):
            return Not(respelled(inner, before=before, after=after))
        case Compare(term, _operator, values) if term.name in REFERENCES:
            meant = _groups_named(rule, before.groups.values(), "")
            told = zip(values, meant, strict=True)
            return replace(rule, values=tuple(_spelled(value, group, term.name, after) for value, group in told))
        case _:
            return rule


def _spelled(value: Value, group: Named, fact: str, after: Names) -> Value:
    called = after.groups.get(group.id, group)
    possible = [each for each in after.groups.values() if each.kind in REFERENCES[fact]]
    is_short = _said(value) == group.name and _answering(called.name, possible) == [called]
    name = called.name if is_short else called.shown
    return value if name == _said(value) else Text(name, at=value.at)


def text_respelled(text: str, rule: Rule, new: Rule) -> str:
    """The text of `rule` with the names of `new` in their places, and everything else as it was typed."""
    changes = [
        (value.at, quoted(_said(changed)))
        for condition, other in zip(_by_name(rule), _by_name(new), strict=True)
        for value, changed in zip(condition.values, other.values, strict=True)
        if value != changed and value.at is not None
    ]
    for (start, end), name in sorted(changes, reverse=True):
        text = text[:start] + name + text[end:]
    return text


def _by_name(rule: Rule) -> list[Compare]:
    found = [each.condition for each in conditions(rule)]
    return [each for each in found if isinstance(each, Compare) and each.term.name in REFERENCES]


def all_of(*rules: Rule) -> Rule:
    """All of the rules hold."""
    flat = [part for rule in rules for part in (rule.rules if isinstance(rule, All) else (rule,))]
    if any(part == Always(is_true=False) for part in flat):
        return Always(is_true=False)
    parts = tuple(part for part in flat if part != Always(is_true=True))
    return All(parts) if len(parts) > 1 else next(iter(parts), Always(is_true=True))


def any_of(*rules: Rule) -> Rule:
    """One of the rules holds."""
    flat = [part for rule in rules for part in (rule.rules if isinstance(rule, Any) else (rule,))]
    if any(part == Always(is_true=True) for part in flat):
        return Always(is_true=True)
    parts = tuple(part for part in flat if part != Always(is_true=False))
    return Any(parts) if len(parts) > 1 else next(iter(parts), Always(is_true=False))


def not_(rule: Rule) -> Rule:
    """The rule does not hold."""
    match rule:
        case Always(is_true):
            return Always(is_true=not is_true)
        case Not(inner):
            return inner
        case _:
            return Not(rule)


def _pinned_in(groups: Iterable[Named]) -> Rule:
    return any_of(*(Pinned(group.id, is_in=True) for group in groups if True in group.pins))


def _not_pinned_out(group: Named, rule: Rule) -> Rule:
    return all_of(rule, not_(Pinned(group.id, is_in=False))) if False in group.pins else rule


def _conditions(rule: Rule, sizes: Mapping[int, Size]) -> Size:
    """How much the rule comes to; parts that are made already are looked at once."""
    known = sizes.get(id(rule))
    if known is not None:
        return known
    match rule:
        case All(rules) | Any(rules):
            parts = [_conditions(each, sizes) for each in rules]
            return Size(sum(part.conditions for part in parts), 1 + max(part.depth for part in parts))
        case Not(inner):
            part = _conditions(inner, sizes)
            return Size(part.conditions, part.depth + 1)
        case _:
            return Size(1, 1)
