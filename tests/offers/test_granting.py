"""What entering and leaving a group brings: offers and tags."""

import pytest

from regulars.customers.models import Tag
from regulars.groups.errors import GroupInUse, GroupUnknown
from regulars.groups.models import Group
from regulars.groups.services import group_create, group_delete, members_add, members_remove
from regulars.offers.errors import OfferWrong
from regulars.offers.giving import entry_act_delete, entry_act_save
from regulars.offers.models import Grant
from regulars.offers.selectors import entry_acts_list
from regulars.offers.services import offer_end
from regulars.segments.services import segment_save
from tests import cast
from tests.offers.making import saved
from tests.offers.selling import DAY, days, live, quoted, refused, release, take

pytestmark = pytest.mark.usefixtures("shop")


def sleepy():
    return group_create("Sleepy", actor=cast.OPERATOR, at=cast.NOW)


def brings(group, **what):
    return entry_act_save(group, actor=cast.OPERATOR, at=cast.NOW, **what)


def enter(group, *people, at=cast.NOW):
    members_add(group, people, actor=cast.OPERATOR, at=at)


def leave(group, *people, at=cast.NOW):
    members_remove(group, people, actor=cast.OPERATOR, at=at)


def test_entering_gives_an_offer_for_some_days():
    group, made = sleepy(), live("Come back", needs_grant=True)
    anna, ben, cleo = (cast.person(name) for name in ("Anna", "Ben", "Cleo"))
    enter(group, cleo)
    brings(group, offer_id=made, days=7)
    enter(group, anna)
    assert list(Grant.objects.values_list("offer", "customer", "group", "since", "until")) == [
        (made, anna, group, DAY, DAY + days(6))
    ]
    assert saved(quoted(anna, at=cast.NOW + days(6))) == {made: 100}
    assert saved(quoted(anna, at=cast.NOW + days(7))) == saved(quoted(ben)) == saved(quoted(cleo)) == {}


def test_an_offer_is_given_again_once_the_last_gift_is_used_or_over():
    group, made = sleepy(), live("Come back", needs_grant=True)
    brings(group, offer_id=made, days=7)
    anna = cast.person("Anna")

    def again(at):
        leave(group, anna, at=at)
        enter(group, anna, at=at)
        return list(Grant.objects.order_by("since").values_list("since", flat=True))

    enter(group, anna)
    assert again(cast.NOW + days(1)) == [DAY]
    assert again(cast.NOW + days(7)) == [DAY, DAY + days(7)]
    take(1, anna, quote=quoted(anna, at=cast.NOW + days(8)))
    assert again(cast.NOW + days(8)) == [DAY, DAY + days(7), DAY + days(8)]
    release(1)


def test_entering_and_leaving_stick_tags_that_rules_see():
    group = sleepy()
    brings(group, tag="win back")
    brings(group, tag="awake", is_entry=False)
    segment_save("Won", 'tag = "win back"', actor=cast.OPERATOR, at=cast.NOW)
    anna = cast.person("Anna", tags=("vip",))
    enter(group, anna)
    assert sorted(Tag.objects.values_list("tag", flat=True)) == ["vip", "win back"]
    assert list(Group.objects.get(name="Won").memberships.values_list("customer_id", flat=True)) == [anna]
    leave(group, anna)
    enter(group, anna)
    assert sorted(Tag.objects.values_list("tag", flat=True)) == ["awake", "vip", "win back"]


def test_a_segment_brings_what_a_sale_moves_into_it_but_not_its_first_build():
    anna = cast.recorded(cast.sale(1, customer={"phone": cast.ANNA_PHONE})).customer_id
    segment_save("Buyers", "orders >= 1", actor=cast.OPERATOR, at=cast.NOW)
    made = live("Thanks", needs_grant=True)
    brings(Group.objects.get(name="Buyers").id, offer_id=made)
    segment_save("Buyers", "orders >= 1 and spent > 1", actor=cast.OPERATOR, at=cast.NOW)
    assert not Grant.objects.exists()
    ben = cast.recorded(cast.sale(2, customer={"phone": cast.BEN_PHONE})).customer_id
    assert list(Grant.objects.values_list("customer", "until")) == [(ben, None)]
    assert saved(quoted(anna)) == {}


def test_an_offer_that_is_over_is_given_to_nobody():
    group, made = sleepy(), live("Come back", needs_grant=True)
    brings(group, offer_id=made)
    offer_end(made, actor=cast.OPERATOR, at=cast.NOW)
    enter(group, cast.person("Anna"))
    assert not Grant.objects.exists()


def test_what_entering_brings_is_listed_changed_and_taken_away():
    group, made = sleepy(), live("Come back", needs_grant=True)
    act = brings(group, offer_id=made, days=7)
    assert brings(group, offer_id=made, days=9) == act
    brings(group, tag="win back")
    assert [(each.group, each.offer, each.days, each.tag) for each in entry_acts_list(visible_to=cast.OPERATOR)] == [
        ("Sleepy", "Come back", 9, ""), ("Sleepy", "", None, "win back"),
    ]  # fmt: skip
    said = refused(GroupInUse, lambda: group_delete(group, actor=cast.OPERATOR, at=cast.NOW))
    assert said == '"Sleepy" is used by what entering it brings; change or delete those first.'
    for each in entry_acts_list(visible_to=cast.OPERATOR):
        entry_act_delete(each.id, actor=cast.OPERATOR, at=cast.NOW)
    group_delete(group, actor=cast.OPERATOR, at=cast.NOW)


def test_what_cannot_be_brought_is_refused():
    group, plain = sleepy(), live("Plain")
    refused(OfferWrong, lambda: brings(group))
    refused(OfferWrong, lambda: brings(group, offer_id=plain, tag="x"))
    refused(OfferWrong, lambda: brings(group, offer_id=plain, days=0))
    said = refused(OfferWrong, lambda: brings(group, offer_id=plain))
    assert said.endswith("only an offer that is given can be given.")
    refused(GroupUnknown, lambda: brings(999, tag="x"))
