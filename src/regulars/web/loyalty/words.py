"""A loyalty policy in words."""

from collections.abc import Iterator, Sequence

from babel.dates import get_day_names
from django.utils.translation import gettext, ngettext

from regulars.balances.rules import EarningRule, PolicyTerms
from regulars.core.money import milli_text
from regulars.web.offering.words import period_shown
from regulars.web.templatetags.priced import unit_price
from regulars.web.written import Shop


def rule_told(rule: EarningRule, shop: Shop) -> str:
    """What the rule gives, and for what: "1 point for each KES 100.00, Loyalty: Gold"."""
    return ", ".join([_gives(rule, shop), *_narrowed(rule, shop)])


def _gives(rule: EarningRule, shop: Shop) -> str:
    told = {"n": shop.count(rule.points), "per": shop.money(rule.per), "times": milli_text(rule.factor_milli)}
    match rule.kind:
        case "visit":
            return ngettext("%(n)s point for each visit", "%(n)s points for each visit", rule.points) % told
        case "product":
            return ngettext("%(n)s point for each unit", "%(n)s points for each unit", rule.points) % told
        case "multiplier":
            return gettext("%(times)s times what is earned") % told
        case _:
            return ngettext("%(n)s point for each %(per)s", "%(n)s points for each %(per)s", rule.points) % told


def _narrowed(rule: EarningRule, shop: Shop) -> Iterator[str]:
    for words in (rule.categories, rule.brands, rule.skus, rule.tiers, rule.stores):
        if words:
            yield _few(words)
    if rule.weekdays:
        days = get_day_names("abbreviated", locale=shop.locale)
        yield " ".join(str(days[day - 1]) for day in sorted(rule.weekdays))
    if rule.from_day or rule.until_day:
        yield period_shown(rule.from_day, rule.until_day, shop)


def _few(words: Sequence[str]) -> str:
    shown = gettext(" or ").join(words[:3])
    more = len(words) - 3
    return f"{shown}, {ngettext('%(n)s more', '%(n)s more', more) % {'n': more}}" if more > 0 else shown


def terms_told(terms: PolicyTerms, shop: Shop) -> list[tuple[str, str]]:
    """The terms beside the rules: a label and what it says."""
    days = gettext("%(n)s days after they are earned")
    expires = terms.expires_after_days
    told = [
        (gettext("A point is worth"), unit_price(terms.point_value_milli, shop) + f" {shop.currency}"),
        (gettext("Spent at once, at least"), _points(terms.least_points_redeemed, shop)),
        (gettext("Can be spent"), days % {"n": terms.pending_days} if terms.pending_days else gettext("at once")),
        (gettext("Expire"), gettext("never") if expires is None else days % {"n": shop.count(expires)}),
        (gettext("Tax"), gettext("earns points too") if terms.counts_tax else gettext("earns none")),
    ]
    if terms.welcome_bonus:
        told.append((gettext("For joining"), _points(terms.welcome_bonus, shop)))
    if terms.birthday_bonus:
        told.append((gettext("On a birthday"), _points(terms.birthday_bonus, shop)))
    if terms.bonus_expires_after_days is not None and (terms.welcome_bonus or terms.birthday_bonus):
        bonus = gettext("%(n)s days after it is given") % {"n": shop.count(terms.bonus_expires_after_days)}
        told.append((gettext("A bonus expires"), bonus))
    if terms.not_redeemable_categories:
        told.append((gettext("Points do not pay"), ", ".join(terms.not_redeemable_categories)))
    return told


def _points(points: int, shop: Shop) -> str:
    return ngettext("%(n)s point", "%(n)s points", points) % {"n": shop.count(points)}
