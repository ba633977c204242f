"""Loyalty policies and the terms of sales, as they are checked and as they are kept: JSON of numbers and texts."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, fields
from datetime import date
from fractions import Fraction
from typing import Any

from regulars.balances.errors import BadPolicy
from regulars.balances.rules import RULE_KINDS, WHOLE, EarningRule, PolicyTerms, Rate, SaleTerms
from regulars.core.money import milli_text
from regulars.core.text import marked as _
from regulars.core.text import nearest

MOST_RULES = 50
LARGEST = 10**9
LONGEST_DAYS = 3650
_TOO_LARGE = _("that is too large to be true; check the decimal point")
_DAYS = ("from_day", "until_day")
_NUMBERS = {
    "pending_days": (0, LONGEST_DAYS),
    "expires_after_days": (0, LONGEST_DAYS),
    "least_points_redeemed": (1, LARGEST),
    "welcome_bonus": (0, LARGEST),
    "birthday_bonus": (0, LARGEST),
    "bonus_expires_after_days": (0, LONGEST_DAYS),
}


def policy_form(terms: PolicyTerms) -> dict[str, Any]:
    """The policy as JSON keeps it."""
    form = asdict(terms)
    for rule in form["rules"]:
        for name in _DAYS:
            rule[name] = rule[name].isoformat() if rule[name] else None
    return form


def policy_of_form(form: Mapping[str, Any]) -> PolicyTerms:
    """The policy that `policy_form` wrote. What is not told is as it is by default."""
    known = {field.name for field in fields(PolicyTerms)}
    told = {name: value for name, value in form.items() if name in known}
    told["rules"] = tuple(_rule_of_form(rule) for rule in told.get("rules", ()))
    told["not_redeemable_categories"] = tuple(told.get("not_redeemable_categories", ()))
    return PolicyTerms(**told)


def _rule_of_form(form: Mapping[str, Any]) -> EarningRule:
    told: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list | tuple) else value for name, value in form.items()
    }
    for name in _DAYS:
        told[name] = date.fromisoformat(told[name]) if told.get(name) else None
    return EarningRule(**told)


def policy_checked(terms: PolicyTerms, *, tiers: Collection[str], stores: Collection[str]) -> PolicyTerms:
    """The policy, if every number can be and every tier and store is there. Raises BadPolicy for the first fault."""
    for place, reason in _faults(terms, tiers, stores):
        raise BadPolicy(place=place, reason=reason)
    return terms


def _faults(terms: PolicyTerms, tiers: Collection[str], stores: Collection[str]) -> Iterator[tuple[str, str]]:
    for name, (least, most) in _NUMBERS.items():
        value = getattr(terms, name)
        if value is not None and not least <= value <= most:
            yield name, _("%s is not between %s and %s") % (value, least, most)
    # What is counted in thousandths or in the smallest coin is named as people write it, and without its bounds.
    if terms.point_value_milli < 1:
        yield "point_value", _("a point is worth more than 0; write how much")
    if terms.point_value_milli > LARGEST:
        yield "point_value", _TOO_LARGE
    if terms.expires_after_days is not None and terms.expires_after_days < terms.pending_days:
        reason = _("points would expire after %s days and be available after %s; let them live longer")
        yield "expires_after_days", reason % (terms.expires_after_days, terms.pending_days)
    if len(terms.rules) > MOST_RULES:
        yield "rules", _("%s rules are more than a policy holds (%s)") % (len(terms.rules), MOST_RULES)
    for n, rule in enumerate(terms.rules):
        for place, reason in _rule_faults(rule, tiers, stores):
            yield f"rules[{n}].{place}", reason


def _rule_faults(rule: EarningRule, tiers: Collection[str], stores: Collection[str]) -> Iterator[tuple[str, str]]:
    if not rule.name.strip():
        yield "name", _("a rule needs a name")
    yield from _gives_faults(rule)
    if rule.from_day and rule.until_day and rule.from_day > rule.until_day:
        yield "from_day", _("%s is after %s; write the earlier day first") % (rule.from_day, rule.until_day)
    if not all(1 <= day <= 7 for day in rule.weekdays):
        yield "weekdays", _("weekdays are 1 (Monday) to 7")
    for place, named, known in (("tiers", rule.tiers, tiers), ("stores", rule.stores, stores)):
        for name in named:
            if name not in known:
                near = nearest(name, known)
                hint = f'; did you mean "{near}"?' if near else ""
                yield place, _('there is no "%s" here%s') % (name, hint)


def _gives_faults(rule: EarningRule) -> Iterator[tuple[str, str]]:
    """What is wrong with how much a rule gives, and for what."""
    if rule.kind not in RULE_KINDS:
        yield "kind", _('"%s" is no kind of rule; write one of %s') % (rule.kind, ", ".join(RULE_KINDS))
    if rule.kind == "multiplier" and not 0 <= rule.factor_milli <= 1000 * WHOLE:
        yield "factor", _("%s is not between 0 and 1000") % milli_text(rule.factor_milli)
    if rule.kind != "multiplier" and not 0 <= rule.points <= LARGEST:
        yield "points", _("%s is not between 0 and %s") % (rule.points, LARGEST)
    if rule.kind == "amount" and rule.per < 1:
        yield "per", _("points are given for each so much money; write an amount above 0")
    if rule.kind == "amount" and rule.per > LARGEST:
        yield "per", _TOO_LARGE
    if rule.kind == "visit" and rule.is_of_some_products:
        yield "kind", _("a visit is of no product; leave out products, categories and brands")


def terms_form(terms: SaleTerms) -> dict[str, Any]:
    """The terms of a sale as a lot keeps them; the rates of lines are told once each."""
    distinct = list(dict.fromkeys(terms.rates))
    form: dict[str, Any] = {
        "policy": terms.policy,
        "tax": terms.counts_tax,
        "rates": [[str(rate.per_minor), str(rate.per_milli), rate.is_redeemable] for rate in distinct],
    }
    if terms.tiers:
        form["tiers"] = list(terms.tiers)
    place = {rate: n for n, rate in enumerate(distinct)}
    form["lines"] = len(terms.rates) if len(distinct) == 1 else [place[rate] for rate in terms.rates]
    return form


def terms_of_form(form: Mapping[str, Any]) -> SaleTerms:
    """The terms that `terms_form` wrote."""
    rates = [Rate(Fraction(minor), Fraction(milli), redeemable) for minor, milli, redeemable in form["rates"]]
    lines = form["lines"]
    by_line = tuple(rates * lines) if isinstance(lines, int) else tuple(rates[n] for n in lines)
    return SaleTerms(form["policy"], form["tax"], tuple(form.get("tiers", ())), by_line)
