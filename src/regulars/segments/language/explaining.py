"""Why, how far, and when: each part of a rule with what is so of one customer, what would flip it, and when it will."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from regulars.core.text import marked as _
from regulars.segments.language.foreseeing import Outlook, outlook_of
from regulars.segments.language.life import Life
from regulars.segments.language.meaning import View
from regulars.segments.language.nearing import Nearness
from regulars.segments.language.showing import Shown, Told
from regulars.segments.language.strictness import either, every
from regulars.segments.language.terms import Terms
from regulars.segments.language.tree import All, Any, Compare, Condition, Not, Rule, Within
from regulars.segments.language.writing import rule_text


@dataclass(frozen=True, slots=True)
class Explanation:
    """A rule, or a part of one, and what is so of a customer.

    `kind`: all, any, not or condition; only a condition has a `value` and the `nearest` change that would flip it, each
    empty where there is none. `turns_on`: the next day on which it flips if nobody acts; None: not within 400 days.
    """

    kind: str
    text: str
    holds: bool
    turns_on: date | None
    value: str = ""
    nearest: str = ""
    parts: tuple["Explanation", ...] = ()


def explain(
    rule: Rule,
    life: Life,
    *,
    terms: Terms,
    today: date,
    currency: str,
    meant: Mapping[Compare, Rule] | None = None,
    told: Told = str,
) -> Explanation:
    """The rule as it stands for one customer today, in the shape of its tree.

    `rule` is as it was written; `meant`: what each of its conditions on a group, segment or tier stands for. `told`
    translates a marked text.
    """
    view = View(terms, today)
    shown = Shown(terms, currency, told)
    return _Explaining(outlook_of(life, view), Nearness(view, shown), shown, meant or {}).rule(rule)


def explanation_form(explanation: Explanation) -> dict[str, object]:
    """The explanation as JSON: days as texts, parts as forms."""
    return {
        "kind": explanation.kind,
        "text": explanation.text,
        "holds": explanation.holds,
        "turns_on": explanation.turns_on and explanation.turns_on.isoformat(),
        "value": explanation.value,
        "nearest": explanation.nearest,
        "parts": [explanation_form(each) for each in explanation.parts],
    }


@dataclass(frozen=True, slots=True)
class _Explaining:
    outlook: Outlook
    nearness: Nearness
    shown: Shown
    meant: Mapping[Compare, Rule] = field(default_factory=dict)

    def rule(self, rule: Rule) -> Explanation:
        match rule:
            case All(rules):
                return self._joined("all", rule, rules)
            case Any(rules):
                return self._joined("any", rule, rules)
            case Not(negated):
                return self._joined("not", rule, (negated,))
            case Compare() if rule in self.meant:
                return self._belonging(rule_text(rule), self.meant[rule])
            case _:
                return self._condition(rule)

    def _joined(self, kind: str, rule: Rule, parts: tuple[Rule, ...]) -> Explanation:
        asked = self._replaced(rule)
        return Explanation(
            kind,
            rule_text(rule),
            self.outlook.holds(asked),
            self.outlook.turns_on(asked),
            parts=tuple(self.rule(each) for each in parts),
        )

    def _belonging(self, text: str, rule: Rule) -> Explanation:
        """A group is left by what its own rule says, so what would do it is told there."""
        is_held = self.outlook.holds(rule)
        value = self.shown.told(_("yes") if is_held else _("no"))
        return Explanation("condition", text, is_held, self.outlook.turns_on(rule), value)

    def _condition(self, condition: Condition) -> Explanation:
        course = self.outlook.course(condition)
        today, turns_on = self.outlook.view.today, self.outlook.turns_on(condition)
        is_held = course.truth(today)
        if isinstance(condition, Compare | Within):
            value = self.shown.values(condition.term, course.values(today))
        else:
            value = self.shown.told(_("yes") if is_held else _("no"))
        nearest = self.nearness.nearest(course, turns_on=turns_on)
        return Explanation("condition", rule_text(condition), is_held, turns_on, value, nearest)

    def _replaced(self, rule: Rule) -> Rule:
        """The rule with what its references stand for."""
        match rule:
            case All(rules):
                return every(self._replaced(each) for each in rules)
            case Any(rules):
                return either(self._replaced(each) for each in rules)
            case Not(negated):
                return Not(self._replaced(negated))
            case Compare():
                return self.meant.get(rule, rule)
            case _:
                return rule
