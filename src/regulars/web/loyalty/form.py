"""The form of a loyalty policy: its terms, and a form for each rule, with a free one at the end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.dates import WEEKDAYS as DAY_NAMES
from django.utils.translation import gettext, gettext_lazy

from regulars.balances.errors import BadPolicy
from regulars.balances.rules import WHOLE, EarningRule, PolicyTerms
from regulars.core.errors import Invalid
from regulars.core.money import amount_milli, amount_text, milli_text
from regulars.web.amounts import MoneyField

RULE_KINDS = {
    "amount": gettext_lazy("points for what is spent"),
    "visit": gettext_lazy("points for each visit"),
    "product": gettext_lazy("points for each unit"),
    "multiplier": gettext_lazy("multiplies what is earned"),
}
MOST_ROOMS = 50
_LARGEST = 10**9
_LONGEST_DAYS = 3650


def _whole(label: Any, help_text: Any = "", *, most: int = _LARGEST, least: int = 0) -> forms.IntegerField:
    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    return forms.IntegerField(
        label=label, help_text=help_text, required=False, min_value=least, max_value=most, widget=widget
    )


_ONE_IN_EACH = gettext_lazy("One in each line.")


def _lines(label: Any, help_text: Any = _ONE_IN_EACH) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 2, "spellcheck": "false", "autocapitalize": "off"})
    return forms.CharField(label=label, help_text=help_text, required=False, max_length=20_000, widget=widget)


def _day(label: Any, *, is_needed: bool = False) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=is_needed, widget=widget)


def _ticks(label: Any, choices: Sequence[tuple[str, Any]] = ()) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=label, required=False, choices=choices, widget=forms.CheckboxSelectMultiple)


class RuleForm(forms.Form):
    """A way of earning points, or a multiplier of all others."""

    name = forms.CharField(label=gettext_lazy("Name"), required=False, max_length=100)
    kind = forms.ChoiceField(label=gettext_lazy("What it does"), choices=list(RULE_KINDS.items()))
    points = _whole(gettext_lazy("Points"))
    per = MoneyField(label=gettext_lazy("for each"), required=False)
    factor = forms.CharField(
        label=gettext_lazy("Times"), required=False, max_length=12, help_text=gettext_lazy("2 doubles."),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )  # fmt: skip
    skus = _lines(gettext_lazy("Products"), gettext_lazy("SKUs, one in each line."))
    categories = _lines(gettext_lazy("Categories"))
    brands = _lines(gettext_lazy("Brands"))
    tiers = _ticks(gettext_lazy("Tiers"))
    stores = _ticks(gettext_lazy("Stores"))
    weekdays = _ticks(gettext_lazy("Weekdays"), [(str(n + 1), name) for n, name in DAY_NAMES.items()])
    from_day = _day(gettext_lazy("First day"))
    until_day = _day(gettext_lazy("Last day"))
    remove = forms.BooleanField(label=gettext_lazy("Take this rule out"), required=False)

    def __init__(
        self, typed: QueryDict | None, n: int, *, known: "Known", initial: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(typed, prefix=f"rule-{n}", initial=dict(initial or {}), auto_id="l-%s")
        self.n = n
        self.fields["tiers"].choices = [(name, name) for name in known.tiers]  # type: ignore[attr-defined]
        self.fields["stores"].choices = [(name, name) for name in known.stores]  # type: ignore[attr-defined]
        self.fields["per"].places = known.places  # type: ignore[attr-defined]

    @property
    def is_left_out(self) -> bool:
        """Whether nothing is said by it, or it is to go."""
        told = self.cleaned_data
        is_blank = not any(
            self.data.get(self.add_prefix(name), "").strip() for name in ("name", "points", "per", "factor")
        )
        return bool(told.get("remove")) or is_blank

    @property
    def is_narrowed(self) -> bool:
        """Whether something stands in the part that is folded away at first."""
        names = ("skus", "categories", "brands", "tiers", "stores", "weekdays", "from_day", "until_day")
        return any(self[name].value() or self[name].errors for name in names)

    def clean_factor(self) -> int:
        """The factor in thousandths."""
        text = self.cleaned_data["factor"].strip()
        try:
            return amount_milli(text) if text else WHOLE
        except Invalid as refusal:
            raise forms.ValidationError(gettext(refusal.message) % refusal.facts) from None

    def rule(self) -> EarningRule:
        """The rule as typed. After `is_valid`."""
        told = self.cleaned_data
        kind, is_multiplier = told["kind"], told["kind"] == "multiplier"
        return EarningRule(
            name=told["name"].strip() or str(RULE_KINDS[kind]),
            kind=kind,
            points=0 if is_multiplier else told["points"] or 0,
            per=(told["per"] or 0) if kind == "amount" else 0,
            factor_milli=told["factor"] if is_multiplier else WHOLE,
            skus=_split(told["skus"]),
            categories=_split(told["categories"]),
            brands=_split(told["brands"]),
            tiers=tuple(told["tiers"]),
            stores=tuple(told["stores"]),
            weekdays=tuple(int(day) for day in told["weekdays"]),
            from_day=told["from_day"],
            until_day=told["until_day"],
        )


@dataclass(frozen=True, slots=True)
class Known:
    """What rules may name, and the decimals of the currency."""

    tiers: Sequence[str]
    stores: Sequence[str]
    places: int


class PolicyForm(forms.Form):
    """The terms but for the rules; those stand in `rules`."""

    starts_on = _day(gettext_lazy("In force from"), is_needed=True)
    value = MoneyField(
        label=gettext_lazy("A point is worth"), is_rate=True,
        help_text=gettext_lazy("What it pays when it is spent."),
    )  # fmt: skip
    least_points_redeemed = _whole(gettext_lazy("Points spent at once, at least"), least=1)
    pending_days = _whole(gettext_lazy("Days until they can be spent"), gettext_lazy("0: at once."), most=_LONGEST_DAYS)
    expires_after_days = _whole(
        gettext_lazy("Days until they expire"), gettext_lazy("Empty: they do not."), most=_LONGEST_DAYS
    )
    counts_tax = forms.BooleanField(label=gettext_lazy("Tax earns points too"), required=False)
    welcome_bonus = _whole(gettext_lazy("Points for joining"))
    birthday_bonus = _whole(gettext_lazy("Points on a birthday"))
    bonus_expires_after_days = _whole(
        gettext_lazy("Days until a bonus expires"), gettext_lazy("Empty: as other points do."), most=_LONGEST_DAYS
    )
    not_redeemable_categories = _lines(
        gettext_lazy("Categories that points do not pay"), gettext_lazy("One in each line; gift cards never.")
    )

    def __init__(self, typed: QueryDict | None, *, known: Known, today: date, held: PolicyTerms | None = None) -> None:
        super().__init__(typed, initial=_initial(held or FRESH, today, known), auto_id="l-%s")
        self.today = today
        self.fields["value"].places = known.places  # type: ignore[attr-defined]
        self.rules = _rules(typed, known, (held or FRESH).rules)

    def is_valid(self) -> bool:
        """Whether every part can be read."""
        return all([super().is_valid(), *(rule.is_valid() for rule in self.rules)])

    def clean_starts_on(self) -> date:
        """Not in the past: what was earned stays as it was earned."""
        day: date = self.cleaned_data["starts_on"]
        if day < self.today:
            raise forms.ValidationError(gettext("That day is over; write today or a day to come."))
        return day

    def terms(self) -> PolicyTerms:
        """The terms as typed. After `is_valid`."""
        told = self.cleaned_data
        return PolicyTerms(
            rules=tuple(rule.rule() for rule in self.told_rules),
            counts_tax=told["counts_tax"],
            pending_days=told["pending_days"] or 0,
            expires_after_days=told["expires_after_days"],
            point_value_milli=told["value"],
            least_points_redeemed=told["least_points_redeemed"] or 1,
            not_redeemable_categories=_split(told["not_redeemable_categories"]),
            welcome_bonus=told["welcome_bonus"] or 0,
            birthday_bonus=told["birthday_bonus"] or 0,
            bonus_expires_after_days=told["bonus_expires_after_days"],
        )

    @property
    def told_rules(self) -> list[RuleForm]:
        return [rule for rule in self.rules if not rule.is_left_out]

    def refuse(self, refusal: BadPolicy) -> None:
        """The sentence stands at the field that is meant."""
        place, reason = str(refusal.facts["place"]), gettext(str(refusal.facts["reason"]))
        sentence = f"{reason[:1].upper()}{reason[1:]}."
        if place.startswith("rules["):
            number, _bracket, name = place.removeprefix("rules[").partition("].")
            rule = self.told_rules[int(number)]
            rule.add_error(name if name in rule.fields else None, sentence)
            return
        name = {"point_value": "value"}.get(place, place)
        self.add_error(name if name in self.fields else None, sentence)

    @property
    def has_wrong_rules(self) -> bool:
        return self.is_bound and any(rule.errors for rule in self.rules)


# What a first policy begins with: a point for each 100 spent, worth one.
FRESH = PolicyTerms(
    rules=(EarningRule(name="", kind="amount", points=1, per=10_000),),
    point_value_milli=100_000,
    expires_after_days=365,
)


def _rules(typed: QueryDict | None, known: Known, held: Sequence[EarningRule]) -> list[RuleForm]:
    """A form for each rule: as typed, or as they are held; always one that is free."""
    if typed is None:
        filled = [RuleForm(None, n, known=known, initial=_rule_initial(rule, known)) for n, rule in enumerate(held)]
        return [*filled, RuleForm(None, len(filled), known=known, initial={"kind": "amount"})]
    asked = typed.get("rules", "")
    count = min(int(asked), MOST_ROOMS) if asked.isascii() and asked.isdigit() and len(asked) < 5 else 0
    more = 1 if typed.get("do") == "add" and count < MOST_ROOMS else 0
    forms_told = [RuleForm(typed, n, known=known) for n in range(count)]
    return [*forms_told, *(RuleForm(_blank(count), count, known=known) for _n in range(more))]


def _blank(n: int) -> QueryDict:
    return QueryDict(f"rule-{n}-kind=amount")


def _initial(held: PolicyTerms, today: date, known: Known) -> dict[str, Any]:
    return {
        "starts_on": today + timedelta(days=1),
        "value": milli_text(held.point_value_milli, places=known.places),
        "least_points_redeemed": held.least_points_redeemed,
        "pending_days": held.pending_days,
        "expires_after_days": held.expires_after_days,
        "counts_tax": held.counts_tax,
        "welcome_bonus": held.welcome_bonus or None,
        "birthday_bonus": held.birthday_bonus or None,
        "bonus_expires_after_days": held.bonus_expires_after_days,
        "not_redeemable_categories": "\n".join(held.not_redeemable_categories),
    }


def _rule_initial(rule: EarningRule, known: Known) -> dict[str, Any]:
    is_multiplier = rule.kind == "multiplier"
    return {
        "name": rule.name,
        "kind": rule.kind,
        "points": None if is_multiplier else rule.points,
        "per": amount_text(rule.per, places=known.places) if rule.per else None,
        "factor": milli_text(rule.factor_milli) if is_multiplier else "",
        "skus": "\n".join(rule.skus),
        "categories": "\n".join(rule.categories),
        "brands": "\n".join(rule.brands),
        "tiers": list(rule.tiers),
        "stores": list(rule.stores),
        "weekdays": [str(day) for day in rule.weekdays],
        "from_day": rule.from_day,
        "until_day": rule.until_day,
    }


def _split(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
