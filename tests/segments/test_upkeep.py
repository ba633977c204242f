"""Memberships follow every change in the transaction that makes it."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from regulars.checkout.services import sale_reassign, sale_void
from regulars.core.checks import TextUnfit
from regulars.customers.details import CustomerDetails
from regulars.customers.models import Customer
from regulars.customers.services import customer_consent, customer_edit
from regulars.events.models import Event
from regulars.groups.errors import DefaultTierPinnedOut
from regulars.groups.models import Membership
from regulars.groups.services import group_create, members_add, members_remove, pin_remove, pin_set
from regulars.sales.services import product_set
from regulars.sales.setting_up import store_edit
from regulars.segments.errors import NotASegment, SegmentCircle
from regulars.segments.language.errors import RuleWrong
from regulars.segments.language.forms import rule_form
from regulars.segments.language.reading import rule_read
from regulars.segments.models import Segment, UpkeepState
from regulars.segments.services import SegmentSaved
from tests import cast
from tests.segments.following import buys, group_id, groups_of, is_as_rebuilt, loyalty, members, moves, save

pytestmark = pytest.mark.usefixtures("shop")


def test_the_receipt_that_moves_480_to_515_changes_the_tier():
    loyalty()
    anna = buys(1, "480.00")
    assert groups_of(anna) == {"Standard"}
    assert buys(2, "35.00") == anna
    assert groups_of(anna) == {"Gold"}
    assert moves("Standard") == [(anna, "in", "sale"), (anna, "out", "sale")]
    assert moves("Gold") == [(anna, "in", "sale")]
    assert is_as_rebuilt()


def test_a_new_customer_is_in_one_tier_of_each_set_and_in_the_segments_that_fit():
    loyalty()
    save("Unknown birthday", "birthday is unknown")
    anna = cast.person("Anna")
    assert groups_of(anna) == {"Standard", "Unknown birthday"}
    assert moves("Standard") == [(anna, "in", "profile")]


def test_a_return_a_void_and_a_reassignment_move_customers():
    loyalty()
    anna, ben = buys(1, "900.00"), buys(2, "100.00", phone=cast.BEN_PHONE)
    cast.recorded(cast.brought_back(3, 1, cast.line(price="900.00", quantity="-1")))
    assert groups_of(anna) == {"Standard"}
    buys(4, "3000.00")
    assert groups_of(anna) == {"Platinum"}
    sale_reassign("W-0004", ben, actor=cast.OPERATOR, at=cast.NOW)
    assert (groups_of(anna), groups_of(ben)) == ({"Standard"}, {"Platinum"})
    sale_void("W-0004", actor=cast.OPERATOR, at=cast.NOW)
    assert groups_of(ben) == {"Standard"}
    assert moves("Gold") == [(anna, "in", "sale"), (anna, "out", "return")]
    assert moves("Platinum") == [
        (anna, "in", "sale"), (anna, "out", "sale"), (ben, "in", "sale"), (ben, "out", "sale"),
    ]  # fmt: skip
    assert is_as_rebuilt()


def test_details_tags_and_consent_move_customers():
    save("Vips", 'tag = "vip"')
    save("Of age", "age >= 18")
    save("To write to", 'consent = "email"')
    anna = cast.person("Anna", tags=("vip",))
    assert groups_of(anna) == {"Vips"}
    details = CustomerDetails(name="Anna", birth_date=date(1990, 5, 1))
    customer_edit(anna, details, country="KE", actor=cast.OPERATOR, at=cast.NOW, today=cast.NOW.date())
    assert groups_of(anna) == {"Of age"}
    customer_consent(
        anna, channel="email", is_given=True, wording="May we?", place="till", actor=cast.OPERATOR, at=cast.NOW
    )
    assert groups_of(anna) == {"Of age", "To write to"}
    assert moves("Vips") == [(anna, "in", "profile"), (anna, "out", "profile")]
    assert is_as_rebuilt()


def test_a_group_filled_by_hand_and_the_segments_that_name_it():
    anna, ben = buys(1, "900.00"), buys(2, "900.00", phone=cast.BEN_PHONE)
    staff = group_create("Staff", actor=cast.OPERATOR, at=cast.NOW)
    save("Guests", 'spent > 0 and not group = "Staff"')
    assert members("Guests") == {anna, ben}
    assert members_add(staff, [ben, ben], actor=cast.OPERATOR, at=cast.NOW) == 1
    assert members("Guests") == {anna}
    assert members_add(staff, [ben], actor=cast.OPERATOR, at=cast.NOW) == 0
    assert members_remove(staff, [ben, anna], actor=cast.OPERATOR, at=cast.NOW) == 1
    assert members("Guests") == {anna, ben}
    assert moves("Staff") == [(ben, "in", "by hand"), (ben, "out", "by hand")]
    assert moves("Guests")[2:] == [(ben, "out", "by hand"), (ben, "in", "by hand")]


def test_pins_win_over_the_rule():
    anna, ben = buys(1, "900.00"), buys(2, "10.00", phone=cast.BEN_PHONE)
    big = save("Big", "spent > 500").id
    save("Small", 'not segment = "Big"')
    pin_set(big, [ben], is_in=True, actor=cast.OPERATOR, at=cast.NOW)
    pin_set(big, [anna], is_in=False, actor=cast.OPERATOR, at=cast.NOW)
    assert (members("Big"), members("Small")) == ({ben}, {anna})
    buys(3, "5.00", phone=cast.BEN_PHONE)
    save("Big", "spent > 600")
    assert (members("Big"), members("Small")) == ({ben}, {anna})
    pin_remove(big, [anna, ben], actor=cast.OPERATOR, at=cast.NOW)
    assert (members("Big"), members("Small")) == ({anna}, {ben})
    assert sorted(moves("Big")[1:]) == [
        (anna, "in", "pinned"), (anna, "out", "pinned"), (ben, "in", "pinned"), (ben, "out", "pinned"),
    ]  # fmt: skip
    assert is_as_rebuilt()


def test_a_pin_into_a_tier_takes_the_customer_out_of_all_others():
    loyalty()
    anna = buys(1, "900.00")
    pin_set(group_id("Platinum"), [anna], is_in=True, actor=cast.OPERATOR, at=cast.NOW)
    assert groups_of(anna) == {"Platinum"}
    pin_set(group_id("Standard"), [anna], is_in=True, actor=cast.OPERATOR, at=cast.NOW)
    assert groups_of(anna) == {"Standard"}
    pin_remove(group_id("Standard"), [anna], actor=cast.OPERATOR, at=cast.NOW)
    assert groups_of(anna) == {"Gold"}
    pin_set(group_id("Gold"), [anna], is_in=False, actor=cast.OPERATOR, at=cast.NOW)
    assert groups_of(anna) == {"Standard"}
    with pytest.raises(DefaultTierPinnedOut):
        pin_set(group_id("Standard"), [anna], is_in=False, actor=cast.OPERATOR, at=cast.NOW)
    assert groups_of(anna) == {"Standard"}


def test_a_first_build_and_an_edit_move_without_events_and_keep_since():
    anna, ben = buys(1, "900.00"), buys(2, "100.00", phone=cast.BEN_PHONE)
    assert save("Big", "spent >= 500") == (SegmentSaved(group_id("Big"), is_new=True, entered=1, left=0))
    later = cast.NOW + timedelta(days=3)
    assert save("Big", "spent >= 50", at=later) == SegmentSaved(group_id("Big"), is_new=False, entered=1, left=0)
    since = dict(Membership.objects.filter(group__name="Big").values_list("customer_id", "since"))
    assert since == {anna: date(2026, 11, 21), ben: date(2026, 11, 24)}
    assert moves("Big") == [(anna, "in", "first build"), (ben, "in", "rule edited")]
    assert not Event.objects.filter(kind__startswith="group.").exists()
    save("Big", "spent >= 500", at=later, is_told=True)
    assert list(Event.objects.filter(kind__startswith="group.").values_list("kind", "subject_id", "customer_id")) == [
        ("group.left", group_id("Big"), ben)
    ]


def test_a_sale_tells_of_who_entered_and_left():
    loyalty()
    anna = buys(1, "480.00")
    Event.objects.all().delete()
    buys(2, "35.00")
    rows = Event.objects.filter(kind__startswith="group.").order_by("id")
    assert list(rows.values_list("kind", "subject_id", "customer_id")) == [
        ("group.left", group_id("Standard"), anna), ("group.entered", group_id("Gold"), anna),
    ]  # fmt: skip


def test_a_segment_follows_those_it_names_however_deep():
    save("A", "spent > 100")
    save("B", 'segment = "A" and spent < 1000')
    save("C", 'not segment in ("A", "B")')
    anna = buys(1, "150.00")
    assert groups_of(anna) == {"A", "B"}
    save("A", "spent > 200")
    assert groups_of(anna) == {"C"}
    assert moves("B") == [(anna, "in", "sale"), (anna, "out", "rule edited")]
    assert is_as_rebuilt()


def test_a_sale_that_is_refused_moves_nobody():
    loyalty()
    anna = buys(1, "480.00")
    before = cast.everything()
    [answer] = cast.record(cast.sale(2, cast.line(price="35.00"), customer={"phone": cast.ANNA_PHONE}, store="Nowhere"))
    assert answer.outcome == "refused"
    assert cast.everything() == before
    assert groups_of(anna) == {"Standard"}


def test_a_late_sale_that_redraws_profiles_leaves_memberships_as_rebuilt():
    loyalty()
    save("Reachable", "email is known")
    cast.recorded(
        cast.sale(1, cast.line(price="600.00"), at=cast.NOW - timedelta(days=5), customer={"phone": cast.ANNA_PHONE})
    )
    cast.recorded(
        cast.sale(2, cast.line(price="600.00"), at=cast.NOW - timedelta(days=4), customer={"email": cast.ANNA_EMAIL})
    )
    cast.recorded(
        cast.sale(
            3,
            cast.line(price="900.00"),
            at=cast.NOW - timedelta(days=6),
            customer={"phone": cast.ANNA_PHONE, "email": cast.ANNA_EMAIL},
        )
    )
    assert Membership.objects.filter(group__kind="tier").count() == Customer.objects.count()
    assert is_as_rebuilt()


def test_another_process_changes_the_rules():
    anna = buys(1, "900.00")
    save("Big", "spent > 500")
    # As another process would: without what this one has read.
    Segment.objects.update(text="spent > 5000", form=rule_form(rule_read("spent > 5000")))
    UpkeepState.objects.update(version=7)
    buys(2, "5.00")
    assert members("Big") == set()
    assert anna not in members("Big")


def test_nothing_is_done_where_there_is_no_rule():
    group_create("Staff", actor=cast.OPERATOR, at=cast.NOW)
    buys(1, "900.00")
    assert not UpkeepState.objects.exists()
    with CaptureQueriesContext(connection) as done:
        buys(2, "900.00")
    assert len([each for each in done if "segments_" in each["sql"] or "groups_" in each["sql"]]) == 1


def queries_of(*payloads):
    with CaptureQueriesContext(connection) as captured:
        answers = cast.record(*payloads)
    assert {answer.outcome for answer in answers} == {"created"}
    return len([each for each in captured if "SAVEPOINT" not in each["sql"]])


def batch(start, count):
    return [
        cast.sale(n, cast.line(price="150.00"), customer={"phone": f"+2547120{n:05}"})
        for n in range(start, start + count)
    ]


def test_following_takes_as_many_queries_whatever_the_number_of_rules_and_customers():
    loyalty()
    save("Some", "spent > 100")
    queries_of(*batch(0, 2))
    few = queries_of(*batch(100, 5))
    for n in range(20):
        save(f"Segment {n}", f"spent in last {n + 1} days > {n}")
    queries_of(*batch(200, 2))
    assert queries_of(*batch(300, 100)) == few


def test_a_sale_that_moves_nobody_takes_two_more_queries():
    buys(1, "10.00")
    before = queries_of(cast.sale(2, cast.line(price="10.00"), customer={"phone": cast.ANNA_PHONE}))
    save("Big", "spent > 500")
    buys(3, "10.00")
    # Before there was a rule, one query asked whether there is any.
    assert queries_of(cast.sale(4, cast.line(price="10.00"), customer={"phone": cast.ANNA_PHONE})) == before + 1


def test_a_product_that_wins_a_name_takes_those_along_who_bought_it_before():
    save("Mochas", 'orders(product = "Mocha") >= 1')
    save("Parts", 'orders(product contains "flat wh") >= 1')
    anna = buys(1, "5.00")
    cast.recorded(
        cast.sale(2, {**cast.line(price="5.00"), "name": "Mocha"}, customer={"phone": cast.BEN_PHONE}),
    )
    assert anna in members("Mochas")
    assert is_as_rebuilt()
    product_set(sku="LATTE", name="Flat White", actor=cast.OPERATOR, at=cast.NOW)
    assert anna in members("Parts")
    product_set(sku="LATTE", name="Latte", actor=cast.OPERATOR, at=cast.NOW)
    assert members("Parts") == set()
    assert is_as_rebuilt()


def test_a_store_that_is_called_otherwise_takes_its_customers_along():
    anna = buys(1, "5.00")
    save("Western", 'orders(store = "Westlands") >= 1')
    save("Riverside", 'favourite_store = "Riverside"')
    assert members("Western") == {anna}
    store_edit(cast.store().id, name="Riverside", city="", region="", actor=cast.OPERATOR, at=cast.NOW)
    assert (members("Western"), members("Riverside")) == (set(), {anna})
    assert is_as_rebuilt()


def test_the_same_again_changes_nothing():
    buys(1, "900.00")
    save("Big", "spent > 5", description="Those who spend.")
    before = cast.everything()
    save("Big", " spent > 5 ", description="Those who spend.")
    save("Big", "spent > 5")
    assert cast.everything() == before


@pytest.mark.parametrize(
    ("name", "rule", "refusal"),
    [
        ("New", "spent >= 5,000", RuleWrong),
        ("New", 'segment = "Nobody"', RuleWrong),
        ("New", 'segment = "New"', RuleWrong),
        ("Big", 'not segment = "Small"', SegmentCircle),
        ("Big", 'group = "Big"', SegmentCircle),
        ("Staff", "spent > 5", NotASegment),
        ("", "spent > 5", TextUnfit),
    ],
)
def test_a_rule_that_cannot_be_is_refused_and_changes_nothing(name, rule, refusal):
    group_create("Staff", actor=cast.OPERATOR, at=cast.NOW)
    save("Big", "spent > 5")
    save("Small", 'not segment = "Big"')
    before = cast.everything()
    with pytest.raises(refusal):
        save(name, rule)
    assert cast.everything() == before
