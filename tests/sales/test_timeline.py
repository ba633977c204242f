"""What happened with a customer, page by page."""

from datetime import timedelta

import pytest

from regulars.access.models import AuditEntry
from regulars.access.rights import Role
from regulars.access.rules import OPERATOR, Actor
from regulars.core.errors import Forbidden
from regulars.customers.errors import CustomerUnknown
from regulars.customers.services import customer_consent, note_add
from regulars.sales.listing import BadCursor
from regulars.sales.looking import timeline_open
from regulars.sales.timeline import MOMENT_KINDS, timeline_page
from tests import cast


@pytest.fixture
def anna(shop):
    """Two sales of one instant in two stores, a return, and at the same instant as the return a note and a consent."""
    anna = cast.person("Anna", phones=(cast.ANNA_PHONE,))
    who, then = {"customer": {"id": anna}}, cast.NOW - timedelta(days=1)
    cast.recorded(cast.sale(1, at=then, **who))
    cast.recorded(cast.sale(2, at=then, store=cast.KAREN, **who))
    cast.recorded(cast.brought_back(3, 1, at=cast.NOW))
    note_add(anna, "Oat milk.", actor=OPERATOR, at=cast.NOW)
    customer_consent(
        anna, channel="sms", is_given=True, wording="News by SMS?", place="till", actor=OPERATOR, at=cast.NOW
    )
    return anna


def walked(customer, *, limit, kinds=MOMENT_KINDS, actor=OPERATOR):
    told, cursor = [], None
    while True:
        page = timeline_page(customer, kinds=kinds, limit=limit, cursor=cursor, visible_to=actor)
        told += [(moment.kind, moment.text) for moment in page.moments]
        cursor = page.next_cursor
        if cursor is None:
            return told


WHOLE = [
    ("return", "W-0003"),
    ("note", "operator: Oat milk."),
    ("consent", "sms: given"),
    ("sale", "W-0002"),
    ("sale", "W-0001"),
]


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5, 50])
def test_pages_of_any_size_hold_every_moment_once(anna, limit):
    assert walked(anna, limit=limit) == WHOLE


def test_the_timeline_narrows_to_kinds(anna):
    assert walked(anna, limit=1, kinds=("note", "sale")) == [WHOLE[1], WHOLE[3], WHOLE[4]]


def test_a_manager_sees_the_sales_of_their_own_stores(anna):
    manager = Actor(key="person:5", name="Brian", role=Role.MANAGER, stores=frozenset({cast.store(cast.KAREN).id}))
    assert walked(anna, limit=2, actor=manager) == [WHOLE[1], WHOLE[2], WHOLE[3]]


def test_a_customer_reads_no_notes_about_themself(anna):
    herself = Actor(key=f"customer:{anna}", name="Anna", role=Role.CUSTOMER, customer_id=anna)
    assert [kind for kind, _text in walked(anna, limit=9, actor=herself)] == ["return", "consent", "sale", "sale"]


def test_hidden_and_absent_customers_answer_alike(anna):
    stranger = Actor(key="person:6", name="Eve", role=Role.MANAGER, stores=frozenset({999}))
    for actor, customer in ((stranger, anna), (OPERATOR, 10**6)):
        with pytest.raises(CustomerUnknown):
            timeline_page(customer, visible_to=actor)
    with pytest.raises(Forbidden):
        timeline_page(anna, visible_to=cast.GUEST)


def test_a_cursor_of_nothing_is_refused(anna):
    for cursor in ("nonsense", "W10", "WyJub3ciLCJzYWxlIiwxXQ"):
        with pytest.raises(BadCursor):
            timeline_page(anna, cursor=cursor, visible_to=OPERATOR)


def test_five_queries_however_long_the_history(anna, django_assert_num_queries):
    for limit in (1, 5):
        with django_assert_num_queries(5):
            timeline_page(anna, limit=limit, visible_to=OPERATOR)


def test_a_look_at_the_timeline_is_in_the_log(anna):
    timeline_open(anna, actor=OPERATOR, at=cast.NOW)
    last = AuditEntry.objects.order_by("-n").first()
    assert (last.verb, last.subject_id) == ("sales.timeline_open", anna)
