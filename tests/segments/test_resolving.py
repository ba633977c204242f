"""Names in rules become what they stand for."""

import pytest

from regulars.segments.errors import SegmentCircle, SegmentTooLarge
from regulars.segments.language.errors import RuleWrong
from regulars.segments.language.reading import rule_read
from regulars.segments.language.tree import All, Always, Any, Member, Not, Pinned
from regulars.segments.resolving import Named, Names, all_of, any_of, not_, respelled, text_respelled

BIG, SMALL = rule_read("spent > 500"), rule_read("spent > 100")


def manual(id_, name):
    return Named(id=id_, name=name, kind="manual")


def segment(id_, name, text, **more):
    return Named(id=id_, name=name, kind="automatic", rule=rule_read(text), **more)


def tier(id_, name, text, rank, tier_set="Loyalty", **more):
    rule = rule_read(text) if text else None
    return Named(id=id_, name=name, kind="tier", rule=rule, rank=rank, tier_set=tier_set, is_default=rank == 0, **more)


STAFF = manual(1, "Staff")
TIERS = (tier(2, "Standard", "", 0), tier(3, "Gold", "spent > 100", 1), tier(4, "Platinum", "spent > 500", 2))


def test_a_group_filled_by_hand_is_its_members():
    names = Names.of([STAFF])
    assert names.resolved(rule_read('group = "Staff"')) == Member(1)
    assert names.resolved(rule_read('group != "Staff" and spent > 500')) == All((Not(Member(1)), BIG))


def test_a_segment_is_its_rule_with_its_pins():
    both = frozenset({True, False})
    names = Names.of([segment(5, "Big", "spent > 500"), segment(6, "Pinned", "spent > 500", pins=both)])
    assert names.tree(5) == BIG
    assert names.tree(6) == All((Any((BIG, Pinned(6, is_in=True))), Not(Pinned(6, is_in=False))))
    assert names.resolved(rule_read('segment not in ("Big", "Pinned")')) == not_(any_of(names.tree(5), names.tree(6)))


def test_a_tier_holds_where_no_higher_does_and_the_default_where_no_other_does():
    names = Names.of(TIERS)
    assert names.tree(4) == BIG
    assert names.tree(3) == All((SMALL, Not(BIG)))
    assert names.tree(2) == Not(Any((SMALL, BIG)))


def test_a_pin_into_a_tier_goes_before_the_rules_of_all():
    pinned = Names.of([TIERS[0], tier(3, "Gold", "spent > 100", 1, pins=frozenset({True})), TIERS[2]])
    assert pinned.tree(4) == All((Not(Pinned(3, is_in=True)), BIG))
    assert pinned.tree(3) == Any((Pinned(3, is_in=True), All((SMALL, Not(BIG)))))
    assert pinned.tree(2) == All((Not(Pinned(3, is_in=True)), Not(Any((SMALL, BIG)))))


def test_groups_come_after_those_they_name():
    names = Names.of(
        [segment(7, "C", 'segment = "B"'), segment(8, "B", 'segment = "A"'), segment(9, "A", "spent > 500")]
    )
    assert names.order() == [9, 8, 7]
    assert names.tree(7) == BIG


@pytest.mark.parametrize(
    ("groups", "circle"),
    [
        ([segment(7, "A", 'segment = "A"')], '"A" names "A"'),
        (
            [segment(7, "A", 'segment = "B" or spent > 1'), segment(8, "B", 'not group = "C"'), segment(9, "C", 'segment = "A"')],
            '"A" names "B", "B" names "C", "C" names "A"',
        ),
        (
            [TIERS[0], tier(3, "Gold", 'segment = "A"', 1), segment(7, "A", 'tier = "Standard"')],
            '"Loyalty: Standard" names "A", "A" names "Loyalty: Standard"',
        ),
    ],
    ids=["itself", "three", "through the default of a set"],
)  # fmt: skip
def test_a_circle_is_spelled_out(groups, circle):
    with pytest.raises(SegmentCircle) as refusal:
        Names.of(groups).order()
    assert str(refusal.value) == f"A segment cannot hang on itself: {circle}."


def test_rules_that_grow_by_being_named_are_refused_in_time():
    groups = [segment(1, "S0", "spent > 1")]
    groups += [
        segment(n + 1, f"S{n}", f'segment = "S{n - 1}" and spent > {n} or segment = "S{n - 1}"') for n in range(1, 40)
    ]
    with pytest.raises(SegmentTooLarge):
        Names.of(groups).tree(40)


def test_a_long_chain_of_names_is_refused_where_it_is_too_deep():
    groups = [segment(1, "S0", "spent > 1")]
    groups += [segment(n + 1, f"S{n}", f'not (segment = "S{n - 1}" and spent > {n})') for n in range(1, 300)]
    with pytest.raises(SegmentTooLarge):
        Names.of(groups).tree(300)


def test_an_unknown_name_is_told_with_its_place_and_the_nearest():
    text = 'spent > 5 and group = "Stuff"'
    with pytest.raises(RuleWrong) as refusal:
        Names.of([STAFF]).resolved(rule_read(text), text=text)
    assert str(refusal.value) == 'there is no group "Stuff"; did you mean "Staff"?'
    assert (refusal.value.facts["start"], refusal.value.facts["end"]) == (22, 29)


def test_a_tier_of_several_sets_must_be_told_with_its_set():
    names = Names.of([*TIERS, tier(10, "Plain", "", 0, "Club"), tier(11, "Gold", "spent > 500", 1, "Club")])
    with pytest.raises(RuleWrong) as refusal:
        names.resolved(rule_read('tier = "Gold"'))
    assert str(refusal.value) == '"Gold" is a tier of several sets; write "Loyalty: Gold" or "Club: Gold"'
    assert names.resolved(rule_read('tier = "Club: Gold"')) == BIG


def test_the_groups_whose_rules_name_one():
    names = Names.of(
        [STAFF, *TIERS, segment(5, "Guests", 'not group = "Staff"'), segment(6, "Golden", 'tier = "Gold"')]
    )
    assert [each.name for each in names.users(1)] == ["Guests"]
    assert [each.name for each in names.users(3)] == ["Golden"]
    assert names.users(5) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('spent >= 5   and group = "Staff"', 'spent >= 5   and group = "Crew ""A"""'),
        (
            "group in ('Staff', \"Gold\") or not group != 'Staff'",
            'group in ("Crew ""A""", "Gold") or not group != "Crew ""A"""',
        ),
        ('city = "Staff"', 'city = "Staff"'),
    ],
)
def test_a_renamed_group_is_named_anew_and_nothing_else_changes(text, expected):
    before = Names.of([STAFF, *TIERS])
    after = Names.of([manual(1, 'Crew "A"'), *TIERS])
    rule = rule_read(text)
    new = respelled(rule, before=before, after=after)
    assert text_respelled(text, rule, new) == expected
    assert rule_read(expected) == new
    assert after.resolved(new) == before.resolved(rule)


def test_a_name_that_becomes_that_of_several_is_told_with_its_set():
    before = Names.of(TIERS)
    rule = rule_read('tier = "Gold"')
    for newcomer in (manual(20, "Gold"), tier(20, "Gold", "spent > 1", 1, "Club")):
        after = before.with_group(newcomer)
        fact = "tier" if newcomer.kind == "tier" else "group"
        asked = rule_read(f'{fact} = "Gold"')
        new = respelled(asked, before=before, after=after)
        assert new == rule_read(f'{fact} = "Loyalty: Gold"')
        assert after.resolved(new) == before.resolved(asked) == before.resolved(rule)


def test_what_always_or_never_holds_is_left_out():
    yes, no = Always(is_true=True), Always(is_true=False)
    assert all_of(yes, BIG, yes) == BIG
    assert all_of(no, BIG) == no
    assert any_of(no, BIG) == BIG
    assert any_of(yes, BIG) == yes
    assert (all_of(), any_of(), not_(yes), not_(Not(BIG))) == (yes, no, no, BIG)
    assert all_of(All((BIG, SMALL)), BIG) == All((BIG, SMALL, BIG))
