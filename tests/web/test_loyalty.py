"""The loyalty policy on the pages: in force in words, versions, its editor with what it would do, the limit of all."""

import re
from datetime import timedelta

import pytest

from regulars.balances.limits import limit_of_everybody
from regulars.balances.models import Policy
from regulars.balances.policies import policy_of_form
from regulars.balances.rules import EarningRule, PolicyTerms
from regulars.segments.services import tier_set_save
from regulars.web.loyalty.form import Known, PolicyForm
from tests import cast
from tests.web import office
from tests.web.office import BY, TODAY
from tests.web.test_segments import ALL, HTMX, refused, statuses, text
from tests.web.visiting import signed_in

pytestmark = pytest.mark.usefixtures("noon")
FORM = {
    "starts_on": "2026-12-01", "value": "1", "least_points_redeemed": "1", "pending_days": "0", "counts_tax": "on",
    "rules": "1", "rule-0-name": "Every purchase", "rule-0-kind": "amount", "rule-0-points": "1", "rule-0-per": "10",
}  # fmt: skip


def words(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_everybody_sees_the_policy_and_only_owners_change_it(people):
    office.points()
    assert statuses("/offers/loyalty") == dict.fromkeys(ALL, 200)
    assert statuses("/offers/loyalty/new") == dict.fromkeys(ALL, 403) | {"owner": 200}
    assert statuses("/offers/loyalty/liability") == dict.fromkeys(ALL, 200) | {"cashier": 403}
    assert "Change the terms" not in text(signed_in("manager").get("/offers/loyalty"))


def test_without_a_policy_the_page_says_what_to_do(people):
    assert "Set up points" in text(signed_in("owner").get("/offers/loyalty"))
    assert "An owner says how points are earned" in text(signed_in("cashier").get("/offers/loyalty"))


def test_the_policy_in_force_is_told_in_words_beside_its_versions(people):
    tier_set_save("Loyalty", "Standard: spent < 500; Gold: spent >= 500", **BY)
    double = EarningRule(
        name="Gold",
        kind="multiplier",
        factor_milli=1500,
        tiers=("Gold",),
        weekdays=(5,),
        from_day=TODAY,
        until_day=TODAY,
    )
    first = office.points()
    office.points(rules=(double, EarningRule(name="Come", kind="visit", points=5)), pending_days=2, birthday_bonus=100)
    page = words(text(signed_in("owner").get("/offers/loyalty")))
    assert "1.5 times what is earned, Gold, Fri, 21 Nov 2026 to 21 Nov 2026" in page
    assert "5 points for each visit" in page
    assert "2 days after they are earned" in page
    assert "On a birthday 100 points" in page
    page = words(text(signed_in("owner").get(f"/offers/loyalty?version={first}")))
    assert "1 point for each Ksh10.00" in page
    assert "over" in page
    assert signed_in("owner").get("/offers/loyalty?version=x").status_code == 200


def test_what_no_product_has_is_saved_and_said(people):
    office.goods()
    told = FORM | {"rule-0-categories": "Drinks\nDrink", "rule-0-skus": "NOPE", "not_redeemable_categories": "Tobacco"}
    page = words(text(signed_in("owner").post("/offers/loyalty/new", told, follow=True)))
    said = re.findall(r"No product has “(\w+)” yet: what the terms say of it does nothing until one has\.", page)
    assert said == ["NOPE", "Drink", "Tobacco"]
    assert Policy.objects.get().terms["not_redeemable_categories"] == ["Tobacco"]


def test_a_first_policy_and_its_next_version_are_saved(people):
    client = signed_in("owner")
    assert "A point is worth" in text(client.get("/offers/loyalty/new"))
    client.post("/offers/loyalty/new", FORM | {"starts_on": TODAY.isoformat(), "expires_after_days": "365"})
    rule = EarningRule(name="Every purchase", points=1, per=1_000)
    held = PolicyTerms(rules=(rule,), point_value_milli=100_000, expires_after_days=365)
    assert [policy_of_form(each.terms) for each in Policy.objects.all()] == [held]
    page = text(client.get("/offers/loyalty/new"))
    assert 'name="rule-0-per" value="10.00"' in page
    client.post("/offers/loyalty/new", FORM | {"rule-0-points": "2"})
    assert [each.starts_on.isoformat() for each in Policy.objects.all()] == ["2026-11-21", "2026-12-01"]
    page = words(text(client.get("/offers/loyalty/new")))
    assert "Other terms are set from 1 Dec 2026 already: they take over then." in page


_EVERYTHING = PolicyTerms(
    rules=(
        EarningRule(name="Spend", points=3, per=12_345, categories=("Drinks", "Beans, ground"), skus=("LATTE",)),
        EarningRule(name="Come", kind="visit", points=5, stores=(cast.KAREN,), weekdays=(1, 7)),
        EarningRule(name="Mug", kind="product", points=9, brands=("Acme",), from_day=TODAY, until_day=TODAY),
        EarningRule(name="Gold", kind="multiplier", factor_milli=1_250, tiers=("Gold",)),
    ),
    counts_tax=False, pending_days=3, expires_after_days=90, point_value_milli=50_500, least_points_redeemed=10,
    not_redeemable_categories=("Beans",), welcome_bonus=50, birthday_bonus=100, bonus_expires_after_days=30,
)  # fmt: skip


def test_every_policy_stands_in_the_form_as_it_is(people):
    tier_set_save("Loyalty", "Standard: spent < 500; Gold: spent >= 500", **BY)
    known = Known(("Standard", "Gold"), (cast.WESTLANDS, cast.KAREN), 2)
    form = PolicyForm(None, known=known, today=TODAY, held=_EVERYTHING)
    sent = {"rules": len(form.rules), "starts_on": "2026-12-01"}
    for each in (form, *form.rules):
        for name, field in each.fields.items():
            value = each.get_initial_for_field(field, name)
            if value not in (None, False):
                sent.setdefault(each.add_prefix(name), "on" if value is True else value)
    answer = signed_in("owner").post("/offers/loyalty/new", sent)
    assert answer.status_code == 302, re.findall(r"errorlist[^>]*>(.*?)</ul>", text(answer))
    assert policy_of_form(Policy.objects.get().terms) == _EVERYTHING


@pytest.mark.parametrize(
    ("more", "place", "sentence"),
    [
        ({"starts_on": "2026-11-20"}, "l-starts_on", "That day is over"),
        ({"starts_on": ""}, "l-starts_on", "This field is required."),
        ({"value": ""}, "l-value", "This field is required."),
        ({"value": "0"}, "l-value", "A point is worth more than 0; write how much."),
        ({"value": "much"}, "l-value", "is not an amount"),
        ({"expires_after_days": "2", "pending_days": "9"}, "l-expires_after_days", "let them live longer"),
        ({"pending_days": "x"}, "l-pending_days", "Enter a whole number."),
        ({"rule-0-per": "0"}, "l-rule-0-per", "Points are given for each so much money; write an amount above 0."),
        ({"rule-0-kind": "multiplier", "rule-0-factor": "9999"}, "l-rule-0-factor", "9999 is not between 0 and 1000."),
        ({"rule-0-factor": "two"}, "l-rule-0-factor", "is not an amount"),
        ({"rule-0-kind": "visit", "rule-0-categories": "Drinks"}, "l-rule-0-kind", "A visit is of no product"),
        ({"rule-0-from_day": "2026-12-02", "rule-0-until_day": "2026-12-01"}, "l-rule-0-from_day", "write the earlier day first"),
        ({"rule-0-remove": "on"}, "main", "write at least one rule"),
        ({"rules": "0"}, "main", "write at least one rule"),
        ({"rules": "x"}, "main", "write at least one rule"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_at_its_field(people, more, place, sentence):
    page = text(refused(signed_in("owner"), "/offers/loyalty/new", FORM | more, sentence))
    assert sentence in page[page.index(f'id="{place}"') :]


def test_another_rule_is_added_without_losing_what_was_typed(people):
    client = signed_in("owner")
    page = text(client.post("/offers/loyalty/new", FORM | {"do": "add", "value": "7.77"}))
    assert 'name="rules" value="2"' in page
    assert 'value="7.77"' in page
    assert 'name="rule-1-name"' in page
    assert not Policy.objects.exists()
    # A rule that says nothing is left out.
    client.post("/offers/loyalty/new", FORM | {"rules": "2", "rule-1-kind": "amount"})
    assert len(Policy.objects.get().terms["rules"]) == 1


# What it would do


def test_the_effect_is_told_while_the_terms_are_typed(anna, ben):
    office.points()
    page = words(text(signed_in("owner").post("/offers/loyalty/look", FORM | {"rule-0-points": "2"}, **HTMX)))
    # Three lattes of 350.00, and 90.00: 2 points for each 10.00 instead of 1.
    assert "The last 30 days' 4 sales of known customers would have earned 228 points instead of 114" in page.replace(
        "&#x27;", "'"
    )
    assert "Ksh228.00 instead of Ksh114.00" in page
    assert "2 customers would have earned more, 0 less." in page


def test_the_effect_waits_for_terms_that_can_be_read(people):
    client = signed_in("owner")
    for more, sentence in (
        ({"value": ""}, "as soon as the terms can be read"),
        ({"rule-0-per": "0"}, "oints are given for each so much money; write an amount above 0"),
        ({"starts_on": "2020-01-01"}, "would have earned"),
    ):
        assert sentence in text(client.post("/offers/loyalty/look", FORM | more, **HTMX))


# The limit of all, and what is owed


def test_the_limit_of_everybody_is_set_by_an_owner(people):
    client = signed_in("owner")
    client.post("/offers/loyalty/limit", {"limit": "1500"}, follow=True)
    assert limit_of_everybody() == 150_000
    for wrong, sentence in (("", "This field is required."), ("x", "is not an amount"), ("-1", "at least 0")):
        refused(client, "/offers/loyalty/limit", {"limit": wrong}, sentence)
    assert signed_in("manager").post("/offers/loyalty/limit", {"limit": "1"}).status_code == 403
    assert "Everybody may owe up to Ksh1,500.00." in words(text(signed_in("manager").get("/offers/loyalty")))


def test_what_is_owed_opens_moves_and_closes(anna):
    office.points()
    cast.record(cast.sale(20, customer={"phone": cast.ANNA_PHONE}))
    page = words(text(signed_in("owner").get("/offers/loyalty/liability?from=2026-11-01&until=2026-11-30")))
    assert "Points Opening 0 Earned +35 Closing 35 Worth Ksh35.00" in page
    client = signed_in("owner")
    assert client.get("/offers/loyalty/liability?from=2026-11-30&until=2026-11-01").status_code == 422
    later = (TODAY + timedelta(days=30)).isoformat()
    assert client.get(f"/offers/loyalty/liability?from={later}").status_code == 422
