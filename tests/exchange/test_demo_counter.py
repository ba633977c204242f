"""The demo shop gives points, has offers and prices of its own, and has sold with them; always the same."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, transaction

from regulars.access.rules import OPERATOR
from regulars.balances.jobs import days_end
from regulars.balances.models import Balance, Entry, Lot
from regulars.balances.selectors import accounts_ageing, balances_of, liability, policies_all, statement_of
from regulars.checkout.models import SaleTrace
from regulars.checkout.verifying import differences
from regulars.customers.models import Customer, Identity
from regulars.exchange.demo import DEMO_BUSINESS
from regulars.exchange.demo.at_the_till import NEWCOMER, till_sales
from regulars.exchange.demo.loyalty import ACCOUNT_LIMIT, DEMO_POLICY, bean_week, demo_offers, demo_price_books
from regulars.exchange.demoing import demo_is_half_open, demo_load, demo_open, demo_people
from regulars.groups.models import MembershipChange
from regulars.offers.engine.quote import quote_read
from regulars.offers.engine.terms import terms_faults
from regulars.offers.selectors import coupons_list, offers_list, price_books_list
from regulars.sales.models import Sale
from regulars.sales.services import business_create
from tests import cast

pytestmark = pytest.mark.django_db

# A Friday afternoon, 15:00 in the shop.
AT = datetime(2026, 7, 3, 12, 0, tzinfo=UTC)
TODAY = AT.date()
CUSTOMERS, SEED = 160, 3
# What is drawn anew each time: passwords, seals, the code on a card of the house, which process read the rules; and in
# which order PostgreSQL tells who moved between groups.
RANDOM = {
    "access.Person", "access.AuditEntry", "segments.UpkeepState", "customers.Customer", "customers.Identity",
    "groups.MembershipChange",
}  # fmt: skip


def opened(folder, *, customers=CUSTOMERS):
    """The demo shop is in the database; its rows by table."""
    business_create(
        name=DEMO_BUSINESS.name, currency="KES", country="KE", timezone=DEMO_BUSINESS.timezone, week_start="monday",
        day_cutoff="00:00", actor=OPERATOR,
    )  # fmt: skip
    said = []
    demo_load(folder, customers=customers, seed=SEED, at=AT, say=said.append)
    assert demo_is_half_open()
    demo_people(at=AT)
    demo_open(seed=SEED, at=AT, say=said.append)
    assert not demo_is_half_open()
    everything = {label: rows for label, rows in cast.everything().items() if label not in RANDOM}
    people = Customer.objects.order_by("id").values_list("id", "name", "birth_date", "joined", "source", "is_vouched")
    identities = Identity.objects.exclude(kind="code").order_by("id").values_list("customer_id", "kind", "value")
    moves = MembershipChange.objects.values_list("customer_id", "group_id", "is_entry", "reason", "day", "at")
    return everything | {"people": list(people), "identities": list(identities), "moves": sorted(moves)}


def counted_from_the_beginning():
    """The next id of every table is the first: PostgreSQL goes on counting after what was rolled back."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), apps.get_models()):
            cursor.execute(statement)


# Stands first: from the next test on the module's own shop is there.
def test_a_shop_of_one_customer_opens_too(tmp_path):
    opened(tmp_path, customers=1)
    assert list(differences(visible_to=OPERATOR, at=AT)) == []


@pytest.fixture(scope="module")
def shop(django_db_setup, django_db_blocker, tmp_path_factory):
    """The demo shop, made twice: what the first one held, and what the second holds now."""
    with django_db_blocker.unblock():
        with transaction.atomic():
            counted_from_the_beginning()
            first = opened(tmp_path_factory.mktemp("first"))
            transaction.set_rollback(True)
        with transaction.atomic():
            counted_from_the_beginning()
            yield first, opened(tmp_path_factory.mktemp("second"))
            transaction.set_rollback(True)


def test_the_same_seed_makes_the_same_shop(shop):
    first, second = shop
    assert {label for label in first if first[label] != second[label]} == set()


def test_nothing_derived_differs_from_a_rebuild(shop):
    assert list(differences(visible_to=OPERATOR, at=AT)) == []


def test_imported_sales_have_earned_and_old_points_are_over(shop):
    [policy] = policies_all(visible_to=OPERATOR)
    assert (policy.starts_on, policy.terms.rules) == (date(2024, 7, 4), DEMO_POLICY.rules)
    earned = Entry.objects.filter(kind="earn", reason="").values("sale_uid").distinct().count()
    of_customers = Sale.objects.filter(kind="sale", customer__isnull=False).count()
    # What costs less than a hundred shillings earns nothing.
    assert 0.9 * of_customers < earned <= of_customers
    assert not Lot.objects.filter(remaining__gt=0, expires_on__lt=TODAY).exists()
    assert Entry.objects.filter(book="points", kind="expire").count() > 100
    assert days_end(at=AT) == 0


def test_there_are_offers_of_all_kinds_one_over_and_one_to_come(shop):
    shown = {each.name: each for each in offers_list(visible_to=OPERATOR)}
    assert set(shown) == {each.name for each in demo_offers(TODAY)}
    assert Counter(each.state for each in shown.values()) == {"live": len(shown) - 1, "ended": 1}
    assert shown["Bean week"].state == "ended"
    assert shown["Two weeks of brewing"].terms.conditions.first_day == date(2026, 8, 1)
    assert len({each.terms.kind for each in shown.values()}) == 4
    # Whoever planned them, somebody has used them; but for what has not begun, and what nobody of the staff bought.
    unused = {name for name, each in shown.items() if not each.uses}
    assert unused <= {"Two weeks of brewing", "Staff 25 %", "Birthday cake", "Welcome back"}
    assert [each.code for each in coupons_list(shown["Lunch for the office"].id, visible_to=OPERATOR)] == ["LUNCH10"]


def test_there_is_a_price_book_of_a_group_and_one_of_a_store(shop):
    books = {each.name: each for each in price_books_list(visible_to=OPERATOR)}
    assert (books["Wholesale coffee"].group, books["Kilimani lunch"].store) == ("Wholesale", "Kilimani")
    from_books = {
        line.price_from.name
        for trace in SaleTrace.objects.exclude(quote=None)
        for line in quote_read(trace.quote).lines
        if line.price_from.name
    }
    assert from_books == set(books)


def test_what_was_sold_at_the_till_was_quoted_paid_with_points_and_brought_back(shop):
    traces = list(SaleTrace.objects.exclude(quote=None).select_related("sale"))
    assert len(traces) >= 20
    assert all(quote_read(trace.quote).total == trace.sale.total for trace in traces)
    assert sum(trace.points[0] > 0 for trace in traces) >= 3
    returns = Sale.objects.filter(kind="return", original_uid__in=[trace.sale.uid for trace in traces])
    assert sorted(returns.values_list("payments__method", flat=True)) == ["M-Pesa", "points", "store_credit"]
    newcomer = Customer.objects.get(name=NEWCOMER)
    # Twenty to be welcome, and four for the first sale.
    assert balances_of(newcomer.id, at=AT, visible_to=OPERATOR).points == 24


def test_somebody_holds_credit_and_an_office_owes_within_its_limit(shop):
    assert Balance.objects.filter(book="credit", amount__gt=0).exists()
    [owing] = accounts_ageing(today=TODAY, visible_to=OPERATOR)
    held = balances_of(owing.customer_id, at=AT, visible_to=OPERATOR)
    assert 0 < held.account < held.account_limit == ACCOUNT_LIMIT
    statement = statement_of(
        owing.customer_id, book="account", first=TODAY - timedelta(days=60), last=TODAY, visible_to=OPERATOR
    )
    assert [each.kind for each in statement.movements] == ["charge", "charge", "charge", "pay"]
    assert statement.opening + sum(each.amount for each in statement.movements) == statement.closing == held.account


def test_every_book_closes(shop):
    for book in liability(first=date(2024, 1, 1), last=TODAY, visible_to=OPERATOR):
        assert book.opening + sum(book.by_kind.values()) == book.closing


@pytest.mark.parametrize("today", [date(2028, 2, 29), date(2026, 1, 1), date(2026, 8, 8), date(2026, 8, 7)])
def test_on_any_day_offers_can_be_and_bean_week_is_over(today):
    for offer in demo_offers(today):
        assert terms_faults(offer.terms) == []
    assert bean_week(today) + timedelta(days=7) <= today
    assert all(price > 0 for book in demo_price_books() for price in book.prices.values())


def test_at_any_hour_all_sales_at_the_till_are_over():
    for hours in range(24):
        at = AT + timedelta(hours=hours)
        sales = till_sales(at=at, seed=SEED)
        assert max(sale.back_at or sale.at for sale in sales) < at
        assert [sale.at for sale in sales] == sorted({sale.at for sale in sales})
