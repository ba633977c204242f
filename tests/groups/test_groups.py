"""Groups filled by hand, from lists, renamed and deleted; who is in them, and what happened."""

from datetime import timedelta

import pytest

from regulars.access.models import AuditEntry
from regulars.access.rights import Role
from regulars.access.rules import Actor
from regulars.core.errors import RegularsError
from regulars.customers.errors import CustomerUnknown
from regulars.groups.errors import (
    BadTierName,
    GroupAmbiguous,
    GroupFilledByHand,
    GroupFilledByRule,
    GroupInUse,
    GroupOfSet,
    GroupTaken,
    GroupUnknown,
)
from regulars.groups.history import (
    Flow,
    Movement,
    SizeOn,
    customer_changes,
    group_changes,
    group_history,
    members_on,
    tier_flows,
)
from regulars.groups.models import Group, Membership, TierSet
from regulars.groups.selectors import BadMembersCursor, group_get, groups_list, groups_of_customer, members_page
from regulars.groups.services import (
    group_create,
    group_delete,
    group_describe,
    group_rename,
    members_add,
    members_add_named,
    members_remove,
    pin_set,
)
from regulars.segments.models import Segment
from regulars.segments.services import tier_set_delete, tier_set_save
from tests import cast
from tests.segments.following import LADDER, buys, group_id, groups_of, is_as_rebuilt, loyalty, members, save

pytestmark = pytest.mark.usefixtures("shop")

TODAY = cast.NOW.date()


def staff(*people: int) -> int:
    made = group_create("Staff", actor=cast.OPERATOR, at=cast.NOW)
    members_add(made, people, actor=cast.OPERATOR, at=cast.NOW)
    return made


def refused(refusal: type[RegularsError], act) -> str:
    """The sentence of the refusal, which changed nothing."""
    before = cast.everything()
    with pytest.raises(refusal) as caught:
        act()
    assert cast.everything() == before
    return str(caught.value)


def test_a_group_is_made_described_and_deleted():
    made = group_create("  Front   row ", description="Who sits there.", actor=cast.OPERATOR, at=cast.NOW)
    [shown] = groups_list(visible_to=cast.OPERATOR)
    assert (shown.id, shown.name, shown.kind, shown.description, shown.size) == (
        made, "Front row", "manual", "Who sits there.", 0,
    )  # fmt: skip
    group_describe(made, "Nobody.", actor=cast.OPERATOR, at=cast.NOW)
    assert group_get("Front row", visible_to=cast.OPERATOR).description == "Nobody."
    assert refused(GroupTaken, lambda: group_create("Front row", actor=cast.OPERATOR, at=cast.NOW)).startswith(
        "There is a group"
    )
    group_delete(made, actor=cast.OPERATOR, at=cast.NOW)
    assert groups_list(visible_to=cast.OPERATOR) == []
    verbs = ["groups.group_create", "groups.group_describe", "groups.group_delete"]
    assert (
        list(AuditEntry.objects.filter(verb__startswith="groups.").order_by("n").values_list("verb", flat=True))
        == verbs
    )


def test_members_are_logged_one_by_one():
    anna, ben = cast.person("Anna"), cast.person("Ben")
    made = staff(anna, ben)
    members_remove(made, [ben], actor=cast.OPERATOR, at=cast.NOW)
    rows = AuditEntry.objects.filter(verb__startswith="groups.members").order_by("n")
    assert [(row.verb, row.subject_id, row.facts) for row in rows] == [
        ("groups.members_add", anna, {"group": made}),
        ("groups.members_add", ben, {"group": made}),
        ("groups.members_remove", ben, {"group": made}),
    ]
    assert refused(CustomerUnknown, lambda: members_add(made, [anna, 999], actor=cast.OPERATOR, at=cast.NOW))


def test_a_list_of_names_is_accounted_for():
    anna = cast.person("Anna", phones=(cast.ANNA_PHONE,), code="A-1")
    ben, cleo = (
        cast.person("Ben", phones=(cast.BEN_PHONE,), emails=("b@example.org",)),
        cast.person("Cleo", phones=(cast.BEN_PHONE,)),
    )
    made = staff(anna)
    taken = members_add_named(
        made, ["A-1", " 0712 345 678 ", "B@example.org", "0722 000 111", str(cleo), "ghost", "ghost", ""],
        actor=cast.OPERATOR, at=cast.NOW,
    )  # fmt: skip
    assert (taken.added, taken.led, taken.unknown) == (2, 4, ("ghost",))
    assert taken.ambiguous == {"0722 000 111": (ben, cleo)}
    assert members("Staff") == {anna, ben, cleo}


def test_what_a_rule_fills_is_not_filled_by_hand_and_the_other_way_round():
    anna = buys(1, "900.00")
    big, made = save("Big", "spent > 5").id, staff()
    loyalty()
    for group in (big, group_id("Gold")):
        assert refused(
            GroupFilledByRule, lambda group=group: members_add(group, [anna], actor=cast.OPERATOR, at=cast.NOW)
        )
        assert refused(
            GroupFilledByRule, lambda group=group: members_add_named(group, ["1"], actor=cast.OPERATOR, at=cast.NOW)
        )
        assert refused(
            GroupFilledByRule, lambda group=group: members_remove(group, [anna], actor=cast.OPERATOR, at=cast.NOW)
        )
    assert refused(GroupFilledByHand, lambda: pin_set(made, [anna], is_in=True, actor=cast.OPERATOR, at=cast.NOW))


def test_a_renamed_group_keeps_its_members_and_the_rules_that_name_it():
    anna, ben = buys(1, "900.00"), buys(2, "100.00", phone=cast.BEN_PHONE)
    made = staff(anna)
    save("Guests", 'spent > 5   and not group = "Staff"')
    save("Deeper", "segment in ('Guests')")
    before = list(Membership.objects.order_by("pk").values_list())
    group_rename(made, 'The "A" team', actor=cast.OPERATOR, at=cast.NOW)
    group_rename(group_id("Guests"), "Visitors", actor=cast.OPERATOR, at=cast.NOW)
    assert dict(Segment.objects.values_list("group__name", "text")) == {
        "Visitors": 'spent > 5   and not group = "The ""A"" team"', "Deeper": 'segment in ("Visitors")',
    }  # fmt: skip
    assert list(Membership.objects.order_by("pk").values_list()) == before
    members_add(made, [ben], actor=cast.OPERATOR, at=cast.NOW)
    assert (members("Visitors"), members("Deeper")) == (set(), set())
    assert is_as_rebuilt()
    assert refused(GroupTaken, lambda: group_rename(made, "Visitors", actor=cast.OPERATOR, at=cast.NOW))


def test_a_renamed_tier_is_named_anew():
    loyalty()
    anna = buys(1, "900.00")
    save("Golden", 'tier = "Gold" or tier = "Loyalty: Platinum"')
    group_rename(group_id("Gold"), "Silver", actor=cast.OPERATOR, at=cast.NOW)
    group_rename(group_id("Platinum"), "Gold", actor=cast.OPERATOR, at=cast.NOW)
    assert Segment.objects.get(group__name="Golden").text == 'tier = "Silver" or tier = "Loyalty: Gold"'
    assert groups_of(anna) == {"Silver", "Golden"}
    assert refused(BadTierName, lambda: group_rename(group_id("Gold"), "a;b", actor=cast.OPERATOR, at=cast.NOW))
    assert is_as_rebuilt()


def test_a_second_set_with_a_tier_of_the_same_name_takes_nothing_from_the_first():
    loyalty()
    buys(1, "900.00")
    save("Golden", 'tier = "Gold"')
    tier_set_save("Club", "Plain; Gold: spent > 5000", actor=cast.OPERATOR, at=cast.NOW)
    assert Segment.objects.get(group__name="Golden").text == 'tier = "Loyalty: Gold"'
    assert len(members("Golden")) == 1
    assert is_as_rebuilt()
    with pytest.raises(GroupAmbiguous):
        group_get("Gold", visible_to=cast.OPERATOR)
    assert group_get("Club: Gold", visible_to=cast.OPERATOR).tier_set == "Club"


def test_what_is_used_stays():
    made = staff()
    loyalty()
    save("Guests", 'not group = "Staff"')
    save("Golden", 'tier = "Gold"')
    save("Both", 'segment = "Guests" and segment = "Golden"')
    sentence = '"Staff" is used by "Guests"; change or delete those first.'
    assert refused(GroupInUse, lambda: group_delete(made, actor=cast.OPERATOR, at=cast.NOW)) == sentence
    assert refused(GroupInUse, lambda: group_delete(group_id("Guests"), actor=cast.OPERATOR, at=cast.NOW))
    said = refused(GroupOfSet, lambda: group_delete(group_id("Gold"), actor=cast.OPERATOR, at=cast.NOW))
    assert said == '"Gold" is a tier of Loyalty; change the ladder of the set.'
    said = refused(RegularsError, lambda: tier_set_delete("Loyalty", actor=cast.OPERATOR, at=cast.NOW))
    assert said.startswith('The tier "Gold" is not in the new ladder but is used by "Golden"')
    for name in ("Both", "Guests", "Golden"):
        group_delete(group_id(name), actor=cast.OPERATOR, at=cast.NOW)
    tier_set_delete("Loyalty", actor=cast.OPERATOR, at=cast.NOW)
    group_delete(made, actor=cast.OPERATOR, at=cast.NOW)
    assert not Group.objects.exists()
    assert not TierSet.objects.exists()


def test_a_group_is_found_by_its_name():
    staff()
    loyalty()
    assert group_get("Loyalty: Gold", visible_to=cast.OPERATOR).id == group_get("Gold", visible_to=cast.OPERATOR).id
    with pytest.raises(GroupUnknown, match='There is no group "Stuff"; did you mean "Staff"?'):
        group_get("Stuff", visible_to=cast.OPERATOR)


def test_members_are_paged_the_newest_first():
    people = [cast.person(f"P{n}") for n in range(7)]
    made = staff(*people[:3])
    members_add(made, people[3:], actor=cast.OPERATOR, at=cast.NOW + timedelta(days=2))
    seen, cursor = [], None
    while True:
        page = members_page(made, limit=2, cursor=cursor, visible_to=cast.OPERATOR)
        seen += [(row.customer_id, row.since) for row in page.rows]
        cursor = page.next_cursor
        if cursor is None:
            break
    later = TODAY + timedelta(days=2)
    assert seen == [(id_, later) for id_ in reversed(people[3:])] + [(id_, TODAY) for id_ in reversed(people[:3])]
    with pytest.raises(BadMembersCursor):
        members_page(made, cursor="x", visible_to=cast.OPERATOR)


def test_a_customer_is_told_their_groups_with_since_and_how():
    anna = buys(1, "900.00")
    staff(anna)
    loyalty()
    save("Big", "spent > 5")
    save("Small", "spent < 5")
    pin_set(group_id("Small"), [anna], is_in=True, actor=cast.OPERATOR, at=cast.NOW)
    shown = groups_of_customer(anna, visible_to=cast.OPERATOR)
    assert [(each.group, each.tier_set, each.since, each.how) for each in shown] == [
        ("Gold", "Loyalty", TODAY, "by rule"),
        ("Big", None, TODAY, "by rule"),
        ("Small", None, TODAY, "pinned in"),
        ("Staff", None, TODAY, "by hand"),
    ]


def test_a_manager_sees_and_fills_what_is_within_reach():
    anna = buys(1, "900.00")
    ben = buys(2, "900.00", phone=cast.BEN_PHONE, store=cast.KAREN)
    made = staff(anna, ben)
    save("Big", "spent > 5")
    who = Actor(key="person:7", name="W", role=Role.MANAGER, stores=frozenset({cast.store().id}))
    assert {each.name: each.size for each in groups_list(visible_to=who)} == {"Staff": 1, "Big": 1}
    assert [row.customer_id for row in members_page(made, visible_to=who).rows] == [anna]
    assert group_history(made, first=TODAY, last=TODAY, visible_to=who).sizes == [SizeOn(TODAY, 1, 1, 0)]
    assert members_remove(made, [anna], actor=who, at=cast.NOW) == 1
    assert refused(CustomerUnknown, lambda: members_remove(made, [ben], actor=who, at=cast.NOW))
    taken = members_add_named(made, [cast.ANNA_PHONE, cast.BEN_PHONE], actor=who, at=cast.NOW)
    assert (taken.added, taken.unknown) == (1, (cast.BEN_PHONE,))


def test_the_history_of_a_group():
    anna = buys(1, "480.00")
    loyalty()
    day = timedelta(days=1)
    cast.recorded(cast.sale(2, cast.line(price="35.00"), customer={"phone": cast.ANNA_PHONE}), at=cast.NOW + day)
    ben = buys(3, "700.00", phone=cast.BEN_PHONE)
    gold = group_history(group_id("Gold"), first=TODAY - day, last=TODAY + 2 * day, visible_to=cast.OPERATOR)
    assert gold.sizes == [
        SizeOn(TODAY - day, 0, 0, 0), SizeOn(TODAY, 1, 1, 0), SizeOn(TODAY + day, 2, 1, 0), SizeOn(TODAY + 2 * day, 2, 0, 0),
    ]  # fmt: skip
    assert gold.movements == [Movement(TODAY, True, "sale", 1), Movement(TODAY + day, True, "sale", 1)]
    part = group_history(group_id("Gold"), first=TODAY, last=TODAY, visible_to=cast.OPERATOR)
    assert part.sizes == [SizeOn(TODAY, 1, 1, 0)]
    assert part.movements == gold.movements[:1]
    assert members_on(group_id("Gold"), TODAY - day) == set()
    assert members_on(group_id("Gold"), TODAY) == {ben}
    assert members_on(group_id("Standard"), TODAY) == {anna}
    assert members_on(group_id("Gold"), TODAY + day) == {anna, ben}
    flows = tier_flows(TierSet.objects.get().id, first=TODAY, last=TODAY + day, visible_to=cast.OPERATOR)
    assert flows == [Flow(None, "Gold", 1), Flow(None, "Standard", 1), Flow("Standard", "Gold", 1)]
    assert [(each.group, each.is_entry, each.reason) for each in customer_changes(anna, visible_to=cast.OPERATOR)] == [
        ("Gold", True, "sale"), ("Standard", False, "sale"), ("Standard", True, "first build"),
    ]  # fmt: skip
    latest = group_changes(group_id("Gold"), first=TODAY, last=TODAY + day, visible_to=cast.OPERATOR)
    assert {each.customer_id for each in latest} == {anna, ben}


def test_a_ladder_that_changes_keeps_the_tiers_that_stay():
    loyalty()
    anna = buys(1, "900.00")
    gold = group_id("Gold")
    later = cast.NOW + timedelta(days=3)
    tier_set_save("Loyalty", "Basic; Gold: spent >= 500; Black: spent >= 5000", actor=cast.OPERATOR, at=later)
    assert [group.name for group in Group.objects.order_by("rank")] == ["Basic", "Gold", "Black"]
    assert group_id("Gold") == gold
    assert Membership.objects.get(customer_id=anna).since == TODAY
    tier_set_save("Loyalty", LADDER, actor=cast.OPERATOR, at=later)
    assert Membership.objects.get(customer_id=anna).since == TODAY
    assert is_as_rebuilt()


def test_a_ladder_about_several_things_is_held_against_the_customers():
    buys(1, "900.00")
    ladder = 'Plain: spent < 500; Vip: tag = "vip" or spent > 800; Known: email is known'
    cast.person("Ben", emails=("b@example.org",), tags=("vip",))
    cleo = buys(2, "600.00", phone=cast.BEN_PHONE)
    said = refused(RegularsError, lambda: tier_set_save("Loyalty", ladder, actor=cast.OPERATOR, at=cast.NOW))
    assert f"customer {cleo} is in no tier" in said
    assert "is in Plain and in Vip and in Known" in said
