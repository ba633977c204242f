"""Offers as people and programs write them."""

import json

import pytest

from regulars.groups.services import group_create
from regulars.offers.asking import Names, terms_asked, terms_written
from regulars.offers.engine.terms import Conditions, Hours, Kind, Level, OfferTerms, Target
from regulars.offers.errors import OfferWrong
from regulars.offers.selectors import names_known
from regulars.segments.services import tier_set_save
from tests import cast
from tests.offers.selling import DAY

NAMES = Names({"Staff": 9}, {"Loyalty: Gold": 3, "Gold": 3}, {"Westlands": 1}, 2)

WRITTEN = {
    "tier ladder": (
        {"kind": "percent", "level": "order", "percent": "7.5", "tiers": ["Loyalty: Gold"], "family": "tier", "priority": 2},
        OfferTerms(kind=Kind.PERCENT, level=Level.ORDER, percent_milli=7_500, conditions=Conditions(tiers=(3,)), family="tier", priority=2),
    ),
    "happy hour": (
        {
            "kind": "amount", "level": "item", "amount": "0.50", "categories": ["Coffee"], "not_categories": ["Tea"],
            "weekdays": ["monday", "friday"], "hours": ["15:00-18:00", "22:00-24:00"], "stores": ["Westlands"],
            "channels": ["in_store"], "from": "2026-11-21", "until": "2026-12-31", "minimum": "50.00",
            "minimum_tests": "after", "minimum_units": 2, "stack": -1, "per_customer": 1, "in_all": 100, "holdout": "10",
        },
        OfferTerms(
            kind=Kind.AMOUNT, amount=50, target=Target(categories=("Coffee",), not_categories=("Tea",)),
            conditions=Conditions(
                stores=(1,), channels=("in_store",), first_day=DAY, last_day=DAY.replace(month=12, day=31), weekdays=(1, 5),
                hours=(Hours(900, 1080), Hours(1320, 1440)), minimum=5000, is_minimum_after=True, minimum_units=2,
            ),
            stack=-1, per_customer=1, in_all=100, holdout_milli=100,
        ),
    ),
    "a price": (
        {"kind": "fixed_price", "level": "item", "price": "1.459", "products": ["FUEL"], "brands": ["Acme"], "code": True},
        OfferTerms(kind=Kind.FIXED_PRICE, price_milli=145_900, target=Target(skus=("FUEL",), brands=("Acme",)), conditions=Conditions(needs_code=True)),
    ),
    "a gift": (
        {"kind": "free_item", "level": "item", "get": 1, "gets": {"products": ["MUG"]}, "given": True, "first_order": True, "groups": ["Staff"]},
        OfferTerms(kind=Kind.FREE_ITEM, get=1, gets=Target(skus=("MUG",)), conditions=Conditions(groups=(9,), needs_grant=True, is_first_order=True)),
    ),
    "two and one": (
        {"kind": "buy_x_get_y", "level": "item", "percent": "100", "buy": 2, "get": 1, "most_times": 3},
        OfferTerms(kind=Kind.BUY_X_GET_Y, percent_milli=100_000, buy=2, get=1, most_times=3),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRITTEN)
def test_what_is_written_is_read_and_written_again(name):
    form, terms = WRITTEN[name]
    assert terms_asked(json.loads(json.dumps(form)), names=NAMES) == terms
    assert terms_written(terms, names=NAMES) == form


def test_what_is_usual_need_not_be_written():
    told = {"kind": "buy_x_get_y", "buy": "2", "get": 1, "tiers": ["Gold"], "percent": None, "groups": []}
    terms = terms_asked(told, names=NAMES)
    assert (terms.percent_milli, terms.level, terms.conditions.tiers) == (100_000, Level.ITEM, (3,))


@pytest.mark.parametrize(
    ("form", "faults"),
    [
        ({}, ["kind: write one of percent, amount, fixed_price, buy_x_get_y, free_item"]),
        ([], [": an offer is an object of names and values"]),
        ({"kind": "gift"}, ["kind: write one of percent, amount, fixed_price, buy_x_get_y, free_item"]),
        ({"kind": "percent"}, ["percent: write more than 0 and at most 100"]),
        ({"kind": "percent", "percent": "a lot"}, ['percent: "a lot" is not an amount; write a plain decimal such as 12.50, without thousands separators.']),
        ({"kind": "percent", "percent": 5, "tiers": ["Golf"], "stores": ["Karen"]}, ['tiers: there is no "Golf" here; did you mean "Gold"?', 'stores: there is no "Karen" here']),
        ({"kind": "percent", "percent": 5, "weekday": "monday"}, ["weekday: an offer has no such part"]),
        ({"kind": "percent", "percent": 5, "weekdays": ["Mon"], "hours": ["9"]}, ["weekdays: write days such as monday", 'hours: "9" are no hours; write 15:00-18:00']),
        ({"kind": "percent", "percent": 5, "hours": ["25:00-26:00"]}, ['hours: "26:00" is no time of day; write it as 04:00.']),
        ({"kind": "percent", "percent": 5, "from": "tomorrow", "until": 5}, ['from: "tomorrow" is no day; write it as 2026-11-22', "until: write a text of at most 200 characters"]),
        ({"kind": "amount", "amount": "0.005"}, ['amount: "0.005" has more than 2 decimals, the most that can stand here.']),
        ({"kind": "amount", "amount": "-1"}, ["amount: write an amount above zero"]),
        ({"kind": "percent", "percent": 5, "code": "yes", "in_all": 1.5, "minimum_tests": "later", "channels": ["post"]}, [
            "channels: write one of in_store, online", "minimum_tests: write before or after (the offers on items)",
            "code: write true or false", 'in_all: "1.5" is no whole number',
        ]),
        ({"kind": "free_item", "get": 1, "gets": {"products": "MUG", "size": 1}}, ["gets.products: write a list of texts, 1000 at most", "gets.size: an offer has no such part"]),
        ({"kind": "free_item", "get": 1, "gets": "MUG"}, ['gets: "MUG" cannot stand here']),
    ],
)  # fmt: skip
def test_everything_that_is_wrong_is_told_at_once(form, faults):
    with pytest.raises(OfferWrong) as caught:
        terms_asked(form, names=NAMES)
    assert [f"{fault.place}: {fault.message}" for fault in caught.value.faults] == faults


@pytest.mark.usefixtures("shop")
def test_names_of_the_shop_lead_to_its_groups_and_stores():
    staff = group_create("Staff", actor=cast.OPERATOR, at=cast.NOW)
    for name in ("Loyalty", "Club"):
        tier_set_save(name, f"Plain; Gold: spent > 5; {name} star: spent > 50", actor=cast.OPERATOR, at=cast.NOW)
    names = names_known(visible_to=cast.OPERATOR)
    assert names.groups == {"Staff": staff}
    assert set(names.tiers) == {f"{s}: {t}" for s in ("Loyalty", "Club") for t in ("Plain", "Gold", f"{s} star")} | {
        "Loyalty star", "Club star",
    }  # fmt: skip
    assert names.stores == {cast.WESTLANDS: cast.store().id, cast.KAREN: cast.store(cast.KAREN).id}
    assert names.places == 2
