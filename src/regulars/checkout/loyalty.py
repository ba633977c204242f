"""A loyalty policy as people and programs write it (JSON): decimals instead of minor units and thousandths."""

from datetime import date
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, Field, Strict, ValidationError

from regulars.balances.errors import BadPolicy
from regulars.balances.inforce import Version
from regulars.balances.rules import EarningRule, PolicyTerms
from regulars.checkout.payload import STRICT, Amount, Words, amount_read, milli_read, minor_read, shape_fault
from regulars.core.days import WEEKDAYS
from regulars.core.errors import Fault
from regulars.core.money import amount_text, milli_text

_Count = Annotated[int, Strict()]
_Names = Annotated[list[Words], Field(max_length=1000)]


class EarningRuleIn(BaseModel):
    """One way of earning points, or a multiplier of all others; what is left out does not narrow."""

    model_config = STRICT
    name: Words
    kind: Literal["amount", "visit", "product", "multiplier"] = "amount"
    points: _Count = Field(default=0, description="For each `per` that is paid, each visit or each unit.")
    per: Amount = Field(default=0, description="Points are given for each so much money.")
    factor: Amount = Field(default=1, description="What a multiplier multiplies by.")
    skus: _Names = []
    categories: _Names = []
    brands: _Names = []
    stores: _Names = []
    tiers: _Names = Field(default=[], description='The name of the tier alone, as "Gold".')
    weekdays: list[Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]] = []
    from_day: date | None = Field(default=None, alias="from")
    until: date | None = None


class PolicyIn(BaseModel):
    """How points are earned, spent and expire, from a day on."""

    model_config = STRICT
    starts_on: date | None = Field(default=None, description="The first business day it is in force; else today.")
    rules: Annotated[list[EarningRuleIn], Field(max_length=100)] = []
    counts_tax: bool = True
    pending_days: _Count = 0
    expires_after_days: _Count | None = None
    point_value: Amount = Field(description="What a point is worth when it is spent.")
    least_points_redeemed: _Count = 1
    not_redeemable_categories: _Names = []
    welcome_bonus: _Count = 0
    birthday_bonus: _Count = 0
    bonus_expires_after_days: _Count | None = None


class PolicyTold(NamedTuple):
    """A policy as it was written; `starts_on` None: today."""

    terms: PolicyTerms
    starts_on: date | None


def policy_told(payload: object, *, places: int) -> PolicyTold:
    """The policy that the JSON values tell. Raises BadPolicy for what is wrong first."""
    try:
        told = PolicyIn.model_validate(payload)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=True)[0]
        fault = shape_fault(first, page="loyalty")
        raise BadPolicy(place=fault.place, reason=fault.message) from None
    faults: list[Fault] = []
    terms = PolicyTerms(
        rules=tuple(_rule(each, f"rules[{n}]", places, faults) for n, each in enumerate(told.rules)),
        counts_tax=told.counts_tax,
        pending_days=told.pending_days,
        expires_after_days=told.expires_after_days,
        point_value_milli=amount_read(milli_read, told.point_value, "point_value", places, faults),
        least_points_redeemed=told.least_points_redeemed,
        not_redeemable_categories=tuple(told.not_redeemable_categories),
        welcome_bonus=told.welcome_bonus,
        birthday_bonus=told.birthday_bonus,
        bonus_expires_after_days=told.bonus_expires_after_days,
    )
    for fault in faults:
        raise BadPolicy(place=fault.place, reason=fault.message.removesuffix("."))
    return PolicyTold(terms, told.starts_on)


def _rule(told: EarningRuleIn, place: str, places: int, faults: list[Fault]) -> EarningRule:
    return EarningRule(
        name=told.name,
        kind=told.kind,
        points=told.points,
        per=amount_read(minor_read, told.per, f"{place}.per", places, faults),
        factor_milli=amount_read(milli_read, told.factor, f"{place}.factor", 0, faults),
        skus=tuple(told.skus),
        categories=tuple(told.categories),
        brands=tuple(told.brands),
        stores=tuple(told.stores),
        tiers=tuple(told.tiers),
        weekdays=tuple(WEEKDAYS.index(day) + 1 for day in told.weekdays),
        from_day=told.from_day,
        until_day=told.until,
    )


def policy_shown(version: Version, *, places: int) -> dict[str, Any]:
    """The version as it would be written, with its number."""
    terms = version.terms
    return {
        "id": version.id,
        "starts_on": version.starts_on.isoformat(),
        "rules": [_rule_shown(rule, places) for rule in terms.rules],
        "counts_tax": terms.counts_tax,
        "pending_days": terms.pending_days,
        "expires_after_days": terms.expires_after_days,
        "point_value": milli_text(terms.point_value_milli, places=places),
        "least_points_redeemed": terms.least_points_redeemed,
        "not_redeemable_categories": list(terms.not_redeemable_categories),
        "welcome_bonus": terms.welcome_bonus,
        "birthday_bonus": terms.birthday_bonus,
        "bonus_expires_after_days": terms.bonus_expires_after_days,
    }


def _rule_shown(rule: EarningRule, places: int) -> dict[str, Any]:
    return {
        "name": rule.name,
        "kind": rule.kind,
        "points": rule.points,
        "per": amount_text(rule.per, places=places),
        "factor": milli_text(rule.factor_milli),
        "skus": list(rule.skus),
        "categories": list(rule.categories),
        "brands": list(rule.brands),
        "stores": list(rule.stores),
        "tiers": list(rule.tiers),
        "weekdays": [WEEKDAYS[day - 1] for day in rule.weekdays],
        "from": None if rule.from_day is None else rule.from_day.isoformat(),
        "until": None if rule.until_day is None else rule.until_day.isoformat(),
    }
