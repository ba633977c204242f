"""The database refuses groups, memberships and rules that cannot be."""

import pytest
from django.db import IntegrityError, connection, transaction

from regulars.customers.models import Customer
from regulars.groups.models import Group, Membership, MembershipChange, Pin, TierSet
from regulars.segments.models import Segment, UpkeepAhead, UpkeepState
from tests import cast

DAY = cast.NOW.date()


def anna():
    return Customer.objects.get(code="A-1")


def staff():
    return Group.objects.get(name="Staff")


def loyalty():
    return TierSet.objects.get(name="Loyalty")


def tier(**fields):
    usual = {"name": "Gold", "kind": "tier", "tier_set": loyalty(), "rank": 1}
    return Group(**{**usual, **fields})


def change(**fields):
    usual = {"group": staff(), "customer": anna(), "is_entry": True, "reason": "sale", "day": DAY, "at": cast.NOW}
    return MembershipChange(**{**usual, **fields})


def rule(**fields):
    usual = {"group": staff(), "text": "spent > 5", "form": {}, "edited_at": cast.NOW, "edited_by": "x"}
    return Segment(**{**usual, **fields})


@pytest.fixture
def rows(shop):
    cast.person("Anna", code="A-1")
    group = Group.objects.create(name="Staff", kind="manual")
    Group.objects.create(
        name="Standard", kind="tier", tier_set=TierSet.objects.create(name="Loyalty"), rank=0, is_default=True
    )
    Membership.objects.create(group=group, customer=anna(), since=DAY)
    Pin.objects.create(group=group, customer=anna(), is_in=True, actor="x", at=cast.NOW)
    UpkeepState.objects.create(id=1, version=1, day=DAY, finished_day=DAY)
    UpkeepAhead.objects.create(customer=anna(), day=DAY)


IMPOSSIBLE = {
    "a set's name is its own": lambda: TierSet(name="Loyalty"),
    "tier_set_name_is_not_empty": lambda: TierSet(name=""),
    "group_name_is_its_own": lambda: Group(name="Staff", kind="automatic"),
    "group_name_is_not_empty": lambda: Group(name="", kind="manual"),
    "group_kind_is_known": lambda: Group(name="X", kind="club"),
    "tier_name_once_per_set": lambda: tier(name="Standard"),
    "tier_rank_once_per_set": lambda: tier(rank=0),
    "one_default_tier_per_set": lambda: tier(is_default=True),
    "a tier without a set": lambda: tier(tier_set=None),
    "a tier without a rank": lambda: tier(rank=None),
    "a group with a set": lambda: tier(kind="manual"),
    "a group with a rank": lambda: Group(name="X", kind="manual", rank=1),
    "a group that is a default": lambda: Group(name="X", kind="manual", is_default=True),
    "a membership twice": lambda: Membership(group=staff(), customer=anna(), since=DAY),
    "a membership of nobody": lambda: Membership(group=staff(), customer_id=999, since=DAY),
    "a membership in nothing": lambda: Membership(group_id=999, customer=anna(), since=DAY),
    "pin_once_per_customer": lambda: Pin(group=staff(), customer=anna(), is_in=False, actor="x", at=cast.NOW),
    "a pin of nobody": lambda: Pin(group=staff(), customer_id=999, is_in=False, actor="x", at=cast.NOW),
    "membership_reason_is_known": lambda: change(reason="whim"),
    "a change of nobody": lambda: change(customer_id=999),
    "a change of nothing": lambda: change(group_id=999),
    "a rule of nothing": lambda: rule(group_id=999),
    "a text without a form": lambda: rule(form=None),
    "a form without a text": lambda: rule(text=""),
    "there_is_one_upkeep": lambda: UpkeepState(id=2, version=1, day=DAY, finished_day=DAY),
    "somebody ahead twice": lambda: UpkeepAhead(customer=anna(), day=DAY),
}


def references_check():
    """Refuses as the end of the transaction would. Django's own check looks for the rowid, and memberships have none."""
    if connection.vendor != "sqlite":
        connection.check_constraints()
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_key_check")
        if cursor.fetchall():
            raise IntegrityError


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_an_impossible_row_is_refused(name):
    row = IMPOSSIBLE[name]()
    before = cast.everything()
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)
        references_check()
    assert cast.everything() == before


@pytest.mark.usefixtures("rows")
def test_upkeep_finishes_no_day_later_than_the_one_it_is_at():
    with pytest.raises(IntegrityError), transaction.atomic():
        UpkeepState.objects.update(finished_day=DAY.replace(day=30))
    UpkeepState.objects.update(finished_day=DAY.replace(day=1))


@pytest.mark.usefixtures("rows")
def test_the_rows_that_are_nearly_impossible_are_possible():
    club = TierSet.objects.create(name="Club")
    for row in (
        Group(name="Standard", kind="manual"),
        tier(name="Staff", rank=1),
        tier(name="Standard", tier_set=club, rank=0, is_default=True),
        change(is_entry=False),
        rule(text="", form=None),
    ):
        row.save(force_insert=True)
    references_check()


@pytest.mark.usefixtures("rows")
def test_whoever_goes_takes_their_memberships_along():
    anna().delete()
    assert not any(model.objects.exists() for model in (Membership, Pin, UpkeepAhead))


@pytest.mark.usefixtures("rows")
@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has no such tables")
def test_memberships_lie_by_customer_and_in_no_other_table():
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE tbl_name = 'groups_membership' ORDER BY type, name")
        [(index, _sql), (_table, made)] = cursor.fetchall()
    assert index == "members_of_group"
    assert made.endswith('PRIMARY KEY ("customer_id", "group_id")) WITHOUT ROWID')
