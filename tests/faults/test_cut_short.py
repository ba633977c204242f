"""A process that dies, a statement that fails, a disk that is full: a sale is there whole or not at all."""

import random
from datetime import timedelta

import pytest
from django.db import OperationalError, connection, connections

from regulars.access.models import AuditEntry
from regulars.customers.models import Customer
from regulars.events.models import Event
from regulars.sales.models import CustomerFacts, Payment, Product, Sale, SaleLine
from regulars.storage.errors import DiskFull
from regulars.storage.writing import writing
from tests import cast
from tests.faults.crowd import dying_at, killed
from tests.faults.test_many_at_once import assert_derived_is_rebuilt

pytestmark = pytest.mark.usefixtures("shop")


def told(n, **customer):
    contact = customer or {"phone": f"+25471200000{n % 7}", "name": "Somebody"}
    return cast.sale(
        n, cast.line(), cast.line("MUG", "900.00"), customer=contact,
        payments=[{"method": "cash", "amount": "1250.00"}], at=cast.NOW - timedelta(days=70) + timedelta(minutes=n),
    )  # fmt: skip


def assert_nothing_is_half():
    for sale in Sale.objects.all():
        assert sale.lines.count() == 2, sale.number
        assert sum(sale.lines.values_list("net", flat=True)) == sale.total == 125000
        assert list(sale.payments.values_list("amount", flat=True)) == [125000]
        assert sale.contact.phone
        assert sale.customer_id is not None
    assert SaleLine.objects.count() == 2 * Sale.objects.count()
    recorded = Event.objects.filter(kind="sale.recorded")
    assert Payment.objects.count() == recorded.count() == Sale.objects.count()
    verbs = list(AuditEntry.objects.filter(subject_kind="customer").values_list("verb", flat=True))
    opened = verbs.count("customers.customer_create") - verbs.count("customers.customer_remove")
    assert CustomerFacts.objects.count() == Customer.objects.count() == opened
    connection.check_constraints()
    assert_derived_is_rebuilt()


def statements_of(act):
    count = 0

    def counted(execute, sql, params, many, context):
        nonlocal count
        count += 1
        return execute(sql, params, many, context)

    with connection.execute_wrapper(counted):
        act()
    return count


def sell_on(start):
    def sell(tell):
        for n in range(start, start + 10_000, 3):
            for answer in cast.record(told(n), told(n + 1), told(n + 2)):
                assert answer.outcome == "created"
            tell([str(cast.uid(m)) for m in (n, n + 1, n + 2)])

    return sell


def test_a_till_killed_at_any_time_loses_nothing_it_was_answered():
    dice = random.Random(7)
    acknowledged = set()
    for start in range(0, 8 * 10_000, 10_000):
        for uids in killed(sell_on(start), after=dice.randrange(1, 12)):
            acknowledged |= set(uids)
    stored = {str(uid) for uid in Sale.objects.values_list("uid", flat=True)}
    assert acknowledged <= stored
    # What was stored beyond is the batch that was being answered when the kill came.
    assert len(stored) - len(acknowledged) <= 8 * 3 * 2
    assert_nothing_is_half()


def test_a_till_killed_before_any_of_its_statements_leaves_nothing_half():
    cast.record(told(1))
    count = statements_of(lambda: cast.record(told(2), told(3)))
    before = cast.everything()
    for statement in range(0, count, 2):

        def die(tell, statement=statement):
            with dying_at(statement):
                cast.record(told(4), told(5, phone=cast.ANNA_PHONE))
            tell("survived")

        assert killed(die) == []
        assert cast.everything() == before
    cast.record(told(4), told(5, phone=cast.ANNA_PHONE))
    assert_nothing_is_half()


def failing_at(statement):
    left = statement

    def fail(execute, sql, params, many, context):
        nonlocal left
        left -= 1
        if left < 0:
            raise OperationalError("injected")
        return execute(sql, params, many, context)

    return connection.execute_wrapper(fail)


def test_a_statement_that_fails_takes_the_whole_batch_with_it():
    late = [told(9), told(1, phone=cast.BEN_PHONE), told(2, phone=cast.BEN_PHONE, email=cast.ANNA_EMAIL)]
    cast.record(told(3, email=cast.ANNA_EMAIL, phone=cast.ANNA_PHONE), told(4, phone=cast.BEN_PHONE))
    before = cast.everything()
    statement = 0
    while True:
        try:
            with failing_at(statement):
                cast.record(*late)
        except OperationalError:
            assert cast.everything() == before
            statement += 1
        else:
            break
    assert statement > 15
    assert Sale.objects.count() == 5
    assert_nothing_is_half()


@pytest.fixture
def small_disk(shop):
    """The database may not grow any more (SQLite's own limit gives the error of a full disk)."""
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL has no limit to set")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")  # pages that other tests left free would be room
        cursor.execute("PRAGMA page_count")
        pages = cursor.fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages + 2}")
    yield
    connections.close_all()  # the limit is the connection's


def test_a_full_disk_refuses_the_batch_and_room_heals_it(small_disk):
    batch = [told(n) for n in range(900)]
    before = cast.everything()
    with pytest.raises(DiskFull) as refusal:
        cast.record(*batch)
    assert str(refusal.value) == "The disk is full, so nothing of this was kept. Make room and do it again."
    assert cast.everything() == before
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA max_page_count = 1000000")
    assert {answer.outcome for answer in cast.record(*batch)} == {"created"}
    assert_nothing_is_half()


def test_a_full_disk_in_the_middle_of_a_piece_of_work_keeps_nothing_of_it(small_disk):
    before = cast.everything()

    def work():
        with writing():
            Product.objects.create(sku="FIRST", name="First")
            for n in range(2000):
                Product.objects.create(sku=f"P{n}", name="x" * 200)

    with pytest.raises(DiskFull):
        work()
    assert cast.everything() == before


def test_another_fault_of_the_database_is_not_taken_for_a_full_disk():
    with pytest.raises(OperationalError, match="injected"), writing():
        raise OperationalError("injected")
