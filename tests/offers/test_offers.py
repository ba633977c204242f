"""Offers made, changed and ended; who may; and the quote in the shop."""

from dataclasses import replace

import pytest

from regulars.access.models import AuditEntry
from regulars.access.rights import Role
from regulars.access.rules import Actor
from regulars.core.errors import Forbidden
from regulars.groups.errors import GroupInUse
from regulars.groups.services import group_create, group_delete, members_add
from regulars.offers.engine.eligibility import Because, Cause
from regulars.offers.engine.terms import Hours, Kind
from regulars.offers.errors import (
    NotOfYourStores,
    OfferEnded,
    OfferInUse,
    OfferTaken,
    OfferUnknown,
    OfferWrong,
)
from regulars.offers.selectors import offer_get, offers_list
from regulars.offers.services import offer_end, offer_save
from regulars.sales.errors import StoreUnknown
from tests import cast
from tests.offers.making import saved, whys
from tests.offers.selling import DAY, bought, days, live, quoted, refused, take, terms

pytestmark = pytest.mark.usefixtures("shop")


def manager() -> Actor:
    return Actor(key="person:7", name="W", role=Role.MANAGER, stores=frozenset({cast.store().id}))


def save(name="Ten", told=None, *, actor=cast.OPERATOR, **more):
    return offer_save(name, told or terms(), actor=actor, at=cast.NOW, **more)


def test_an_offer_is_a_draft_then_live_then_ended():
    made = save()
    assert whys(quoted()) == saved(quoted()) == {}
    save(offer_id=made, is_live=True)
    assert saved(quoted()) == {made: 100}
    assert saved(quoted(at=cast.NOW + days(300))) == {made: 100}
    offer_end(made, actor=cast.OPERATOR, at=cast.NOW)
    assert saved(quoted()) == {}
    shown = offer_get("Ten", visible_to=cast.OPERATOR)
    assert (shown.state, shown.ended_at, shown.terms) == ("ended", cast.NOW, terms())
    before = cast.everything()
    offer_end(made, actor=cast.OPERATOR, at=cast.NOW + days(1))
    assert cast.everything() == before
    assert list(AuditEntry.objects.order_by("n").filter(verb__startswith="offers.").values_list("verb", flat=True)) == [
        "offers.offer_save", "offers.offer_save", "offers.offer_end",
    ]  # fmt: skip


def test_terms_are_kept_exactly():
    told = terms(
        7_500, first_day=DAY, last_day=DAY + days(30), weekdays=(1, 6), hours=(Hours(60, 120),), minimum=12345,
        is_minimum_after=True, stores=(cast.store().id,), channels=("in_store", "online"), family="f", in_all=7,
        per_customer=2, priority=-3, stack=4, holdout_milli=50,
    )  # fmt: skip
    save("Much", told)
    assert offer_get("Much", visible_to=cast.OPERATOR).terms == told


def test_what_cannot_be_is_refused_with_everything_that_is_wrong():
    made = save(is_live=True)
    said = refused(OfferWrong, lambda: save("Bad", terms(0, in_all=0)))
    assert said == "This cannot be: percent: write more than 0 and at most 100; in_all: write at least 1."
    assert refused(OfferTaken, save) == 'There is an offer "Ten" already; choose another name.'
    assert refused(OfferInUse, lambda: save("Eleven", offer_id=made)).startswith('"Ten" is live')
    amount = replace(terms(), kind=Kind.AMOUNT, amount=5)
    assert refused(OfferInUse, lambda: save(told=amount, offer_id=made)).startswith('"Ten" is live')
    assert refused(OfferUnknown, lambda: save(offer_id=999)).startswith('There is no offer "999"')
    assert refused(OfferUnknown, lambda: offer_get("Tem", visible_to=cast.OPERATOR)).startswith(
        'There is no offer "Tem"; did you mean "Ten"?'
    )
    offer_end(made, actor=cast.OPERATOR, at=cast.NOW)
    assert refused(OfferEnded, lambda: save(told=terms(5_000), offer_id=made)).startswith('"Ten" has ended')


def test_a_change_of_a_live_offer_holds_from_the_next_quote_on():
    made = live()
    save(told=terms(20_000), offer_id=made)
    assert saved(quoted()) == {made: 200}
    assert offer_get("Ten", visible_to=cast.OPERATOR).state == "live"


def test_dates_are_business_days_of_the_store():
    made = live(first_day=DAY, last_day=DAY)
    # Nairobi is three hours ahead.
    midnight = cast.NOW.replace(hour=21, minute=0)
    assert saved(quoted(at=midnight - days(1))) == {made: 100}
    assert whys(quoted(at=midnight - days(1) - days(1) / 86400)) == {made: f"it begins on {DAY}"}
    assert saved(quoted(at=midnight - days(1) / 86400)) == {made: 100}
    assert saved(quoted(at=midnight)) == {}


def test_an_offer_for_a_group_names_the_membership_that_gave_it():
    anna, ben = cast.person("Anna"), cast.person("Ben")
    staff = group_create("Staff", actor=cast.OPERATOR, at=cast.NOW)
    members_add(staff, [anna], actor=cast.OPERATOR, at=cast.NOW)
    made = live(groups=(staff,))
    [applied] = quoted(anna).applied
    assert applied.because == (Because(Cause.GROUP, "Staff", DAY),)
    assert whys(quoted(ben)) == whys(quoted()) == {made: "it is for Staff only"}
    assert "the offer" in refused(GroupInUse, lambda: group_delete(staff, actor=cast.OPERATOR, at=cast.NOW))
    offer_end(made, actor=cast.OPERATOR, at=cast.NOW)
    group_delete(staff, actor=cast.OPERATOR, at=cast.NOW)


def test_a_first_order_is_first_until_there_is_one():
    anna = cast.person("Anna", phones=(cast.ANNA_PHONE,))
    made = live(is_first_order=True)
    assert saved(quoted(anna)) == {made: 100}
    cast.recorded(cast.sale(1, customer={"phone": cast.ANNA_PHONE}))
    assert whys(quoted(anna)) == {made: "it is for a first order"}
    assert whys(quoted()) == {made: "it needs a customer: attach one"}


def test_a_manager_makes_offers_of_own_stores_only():
    own = (cast.store().id,)
    made = save("Mine", terms(stores=own), actor=manager())
    everywhere = save("Everywhere")
    karen = save("Karen's", terms(stores=(cast.store(cast.KAREN).id,)))
    assert [each.name for each in offers_list(visible_to=manager())] == ["Everywhere", "Mine"]
    for act in (
        lambda: save("More", actor=manager()),
        lambda: save("More", terms(stores=(*own, cast.store(cast.KAREN).id)), actor=manager()),
        lambda: save("Everywhere", terms(stores=own), offer_id=everywhere, actor=manager()),
        lambda: offer_end(karen, actor=manager(), at=cast.NOW),
    ):
        assert refused(NotOfYourStores, act).startswith("You may change offers and price books of your own stores only")
    refused(Forbidden, lambda: save("Till", actor=cast.REGISTER))
    refused(Forbidden, lambda: offer_end(made, actor=cast.GUEST, at=cast.NOW))
    offer_end(made, actor=manager(), at=cast.NOW)


def test_a_till_quotes_in_its_own_store_only():
    till = Actor(key="token:1", name="till", role=Role.REGISTER, stores=frozenset({cast.store().id}))
    assert quoted(visible_to=till).total == 1000
    refused(StoreUnknown, lambda: quoted(visible_to=till, store=cast.store(cast.KAREN)))
    nobody = Actor(key="person:1", name="c", role=Role.CUSTOMER, customer_id=1)
    refused(Forbidden, lambda: quoted(visible_to=nobody))


def test_asking_changes_nothing_and_takes_few_queries(django_assert_num_queries):
    anna = cast.person("Anna")
    before = cast.everything()
    store = cast.store()
    with django_assert_num_queries(2):
        quoted(anna, store=store)
    assert cast.everything() == before
    staff = group_create("Staff", actor=cast.OPERATOR, at=cast.NOW)
    for n in range(20):
        live(
            f"O{n}", 1_000 + n, groups=(staff,) * (n % 2), per_customer=1, is_first_order=n % 3 == 0, needs_grant=n == 5
        )
    before = cast.everything()
    with django_assert_num_queries(7):
        first = quoted(anna, store=store, codes=["NONE"])
    assert cast.everything() == before
    assert quoted(anna, store=store, codes=["NONE"]) == first


def test_what_an_offer_was_used_for_is_shown():
    live()
    live("Other", 5_000, family="x")
    take(1)
    take(2)
    shown = {each.name: (each.uses, each.amount) for each in offers_list(states=("live",), visible_to=cast.OPERATOR)}
    assert shown == {"Ten": (2, 200), "Other": (2, 90)}


def test_weighed_goods_and_big_baskets_are_quoted():
    made = live()
    assert saved(quoted(basket=bought(333))) == {made: 33}
