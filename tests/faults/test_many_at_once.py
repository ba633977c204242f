"""Many tills at once end as one till after the other would."""

import random
from datetime import timedelta

import pytest
from django.db import connection, transaction

from regulars.access.models import AuditEntry
from regulars.access.rules import OPERATOR, REGISTER
from regulars.checkout.services import sale_reassign, sale_return, sale_void
from regulars.customers.errors import CodeTaken
from regulars.customers.models import Customer, Identity
from regulars.sales.facts import facts_rebuild
from regulars.sales.models import CustomerFacts, Payment, Product, ProductVersion, Register, Sale, SaleLine
from regulars.sales.selectors import business_get
from regulars.storage.writing import writing
from tests import cast
from tests.checkout.reference import people_of
from tests.checkout.state import people_stored
from tests.faults.crowd import in_processes, together

pytestmark = pytest.mark.usefixtures("shop")
postgres_only = pytest.mark.skipif(
    "not __import__('os').environ.get('REGULARS_DATABASE_URL')", reason="on SQLite writers stand in one line"
)

CLIENTS = 8
FACTS = ("customer_id", "spent", "orders", "visits", "units_milli", "returned", "discount", "first_order", "last_order")


def assert_derived_is_rebuilt():
    before = list(CustomerFacts.objects.order_by("customer_id").values_list(*FACTS))
    with writing():
        facts_rebuild(business=business_get())
    touched = {row[0] for row in before}
    after = CustomerFacts.objects.filter(customer_id__in=touched).order_by("customer_id").values_list(*FACTS)
    assert before == list(after)


def paid(n, **more):
    return cast.sale(n, payments=[{"method": "cash", "amount": "350.00"}], register=f"T{n % 3}", **more)


BATCH = [paid(n, customer={"phone": f"+25471200000{n % 5}", "name": f"P{n % 5}"}) for n in range(60)]


def outcomes(_n=0):
    return [(answer.outcome, answer.customer_id) for answer in cast.record(*BATCH)]


@pytest.mark.parametrize("crowd", [together, in_processes])
def test_the_same_batch_from_eight_tills_is_stored_once_and_all_are_answered(crowd):
    answered = crowd([outcomes] * CLIENTS)
    assert all(isinstance(each, list) and len(each) == 60 for each in answered), answered
    assert (
        sorted({outcome for outcome, _customer in each}.pop() for each in answered) == ["created"] + ["unchanged"] * 7
    )
    assert len({tuple(customer for _outcome, customer in each) for each in answered}) == 1
    assert [model.objects.count() for model in (Sale, SaleLine, Payment, Customer, Product, ProductVersion, Register)] == [
        60, 60, 60, 5, 1, 1, 3,
    ]  # fmt: skip
    assert set(CustomerFacts.objects.values_list("orders", "spent")) == {(12, 420000)}
    assert_derived_is_rebuilt()


@pytest.mark.parametrize("crowd", [together, in_processes])
def test_a_new_phone_at_eight_tills_at_once_is_one_customer(crowd):
    acts = [lambda n=n: cast.recorded(paid(n, customer={"phone": cast.ANNA_PHONE})).customer_id for n in range(CLIENTS)]
    answered = crowd(acts)
    assert len(set(answered)) == 1, answered
    assert Customer.objects.count() == 1
    assert Identity.objects.filter(kind="phone").count() == 1
    assert cast.facts_of(answered[0])["orders"] == CLIENTS
    assert_derived_is_rebuilt()


def test_one_customers_sales_at_eight_tills_at_once_all_count():
    cast.recorded(paid(0, customer={"phone": cast.ANNA_PHONE}))
    acts = [
        lambda n=n: [cast.recorded(paid(100 * n + m, customer={"phone": cast.ANNA_PHONE})) for m in range(5)]
        for n in range(1, CLIENTS + 1)
    ]
    answered = together(acts)
    anna = Customer.objects.get().id
    assert all(each.customer_id == anna for found in answered for each in found)
    assert cast.facts_of(anna)["orders"] == 41
    assert cast.facts_of(anna)["spent"] == 41 * 35000
    assert_derived_is_rebuilt()


@pytest.mark.parametrize("seed", range(3))
def test_late_sales_that_join_and_part_customers_at_six_tills_end_as_in_order(seed):
    """Contacts that overlap in a chain, so that one till redraws the customers another is selling to."""
    dice = random.Random(seed)
    told = []
    for n in range(48):
        contact = {}
        for kind, values in (
            ("phone", [f"+25471200000{n}" for n in range(4)]),
            ("email", [f"{n}@example.org" for n in range(4)]),
        ):
            if dice.random() < 0.65:
                contact[kind] = dice.choice(values)
        told.append(cast.sale(n, at=cast.NOW - timedelta(minutes=dice.randrange(2000)), customer=contact))
    arriving = dice.sample(told, len(told))
    shares = [arriving[n::6] for n in range(6)]
    answered = together(
        [lambda share=share: [cast.record(*share[m : m + 2]) for m in range(0, len(share), 2)] for share in shares]
    )
    assert [each for each in answered if isinstance(each, Exception)] == []
    assert Sale.objects.count() == 48
    expected = people_of(told, [], timezone=cast.NAIROBI)
    assert [(sorted(each["sales"]), each["identities"], each["facts"]) for each in people_stored()] == sorted(
        ((sorted(each.sales), each.identities, each.facts) for each in expected), key=lambda each: each[0]
    )
    assert_derived_is_rebuilt()


def test_eight_returns_at_once_bring_back_no_more_than_was_bought():
    anna = cast.recorded(cast.sale(1, cast.line(quantity="3"), customer={"phone": cast.ANNA_PHONE})).customer_id
    answered = together([lambda n=n: cast.record(cast.brought_back(10 + n, 1))[0].outcome for n in range(CLIENTS)])
    assert sorted(answered) == ["created"] * 3 + ["refused"] * 5
    assert cast.facts_of(anna)["spent"] == 0


def test_a_code_given_twice_at_once_goes_to_one_and_the_other_is_told():
    answered = together([lambda: cast.person("Anna", code="A-1"), lambda: cast.person("Ben", code="A-1")])
    assert sorted(type(each).__name__ for each in answered) == ["CodeTaken", "int"]
    assert Identity.objects.filter(kind="code", value="A-1").count() == 1


def test_voiding_at_eight_tills_at_once_is_logged_once():
    anna = cast.recorded(paid(1, customer={"phone": cast.ANNA_PHONE})).customer_id
    answered = together([lambda: sale_void("W-0001", actor=OPERATOR, at=cast.NOW)] * CLIENTS)
    assert answered == [None] * CLIENTS
    assert AuditEntry.objects.filter(verb="checkout.sale_void").count() == 1
    assert cast.facts_of(anna)["spent"] == 0


def waiting(act):
    """Start the act while a transaction is open; by the return it waits for a lock of it, or has ended."""
    import threading

    from django.db import connections

    outcome = []

    def run():
        try:
            outcome.append(act())
        except Exception as error:  # noqa: BLE001
            outcome.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    while thread.is_alive():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            )
            locks = cursor.fetchone()[0]
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'")
            locks += cursor.fetchone()[0]
        if locks:
            break
    return thread, outcome


@postgres_only
def test_a_return_while_its_sale_is_given_to_somebody_else_follows_it():
    anna = cast.recorded(paid(1, customer={"phone": cast.ANNA_PHONE})).customer_id
    ben = cast.person("Ben")
    with transaction.atomic():
        sale_reassign("W-0001", ben, actor=OPERATOR, at=cast.NOW)
        thread, outcome = waiting(lambda: sale_return("W-0001", uid=cast.uid(9), actor=REGISTER, at=cast.NOW))
    thread.join()
    assert [each.outcome for each in outcome] == ["created"]
    assert set(Sale.objects.values_list("customer_id", flat=True)) == {ben}
    assert (cast.facts_of(anna)["spent"], cast.facts_of(ben)["spent"]) == (0, 0)
    assert_derived_is_rebuilt()


@postgres_only
def test_a_void_while_the_sale_is_given_to_somebody_else_counts_for_neither():
    anna = cast.recorded(paid(1, customer={"phone": cast.ANNA_PHONE})).customer_id
    ben = cast.person("Ben")
    with transaction.atomic():
        sale_reassign("W-0001", ben, actor=OPERATOR, at=cast.NOW)
        thread, outcome = waiting(lambda: sale_void("W-0001", actor=OPERATOR, at=cast.NOW))
    thread.join()
    assert outcome == [None]
    assert (cast.facts_of(anna)["spent"], cast.facts_of(ben)["spent"]) == (0, 0)
    assert_derived_is_rebuilt()


@postgres_only
def test_a_code_that_another_transaction_is_giving_is_taken_in_the_end():
    with transaction.atomic():
        cast.person("Anna", code="A-1")
        thread, outcome = waiting(lambda: cast.person("Ben", code="A-1"))
    thread.join()
    assert [type(each) for each in outcome] == [CodeTaken], outcome
    assert Customer.objects.count() == 1


@postgres_only
def test_a_sale_with_a_code_that_the_office_is_giving_finds_the_new_customer():
    with transaction.atomic():
        anna = cast.person("Anna", code="A-1")
        thread, outcome = waiting(lambda: cast.recorded(paid(1, customer={"code": "A-1"})).customer_id)
    thread.join()
    assert outcome == [anna]
