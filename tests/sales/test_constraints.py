"""The database refuses a row that cannot be."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from regulars.customers.models import Address, Customer, CustomField, CustomValue, Identity, Note, Tag
from regulars.privacy.models import ConsentEntry
from regulars.sales.models import (
    Business,
    CustomerFacts,
    Payment,
    Product,
    ProductVersion,
    Register,
    Sale,
    SaleLine,
    Stock,
    Store,
)
from tests import cast

DAY = cast.NOW.date()


def sale(**fields):
    usual = {
        "uid": uuid4(), "number": "1", "store": cast.store(), "channel": "in_store", "kind": "sale",
        "status": "completed", "sold_at": cast.NOW, "day": DAY, "weekday": 6, "hour": 15, "minute": 0, "total": 1,
        "net": 1, "tax": 0, "discount": 0, "units_milli": 1000,
    }  # fmt: skip
    return Sale(**{**usual, **fields})


def facts(**fields):
    usual = {
        "customer": anna(), "spent": 0, "orders": 1, "visits": 1, "units_milli": 0, "returned": 0, "discount": 0,
        "first_order": DAY, "last_order": DAY,
    }  # fmt: skip
    return CustomerFacts(**{**usual, **fields})


def anna():
    return Customer.objects.get(code="A-1")


def mug():
    return Product.objects.get(sku="MUG")


def stored():
    return Sale.objects.get(number="W-0001")


def facts_named(**fields):
    CustomerFacts.objects.all().delete()
    return facts(**fields)


@pytest.fixture
def rows(shop):
    """One of each, for the rows that must not stand beside them."""
    cast.person("Anna", code="A-1", phones=(cast.ANNA_PHONE,), tags=("vip",))
    Address.objects.create(customer=anna(), kind="billing")
    CustomValue.objects.create(customer=anna(), field=CustomField.objects.create(name="Milk", kind="text"), value="oat")
    cast.recorded(cast.sale(1, cast.line("MUG"), cast.line("", name="Cake"), customer={"code": "A-1"}, register="T1"))
    Stock.objects.create(product=mug(), store=cast.store(), on_hand_milli=1, counted_at=cast.NOW)


IMPOSSIBLE = {
    "there_is_one_business": lambda: Business(id=2, name="B", currency="KES", country="KE", timezone="UTC"),
    "store_name_is_not_empty": lambda: Store(name="", country="KE", timezone="UTC", currency="KES"),
    "store_cutoff_is_within_a_day": lambda: Store(name="X", country="KE", timezone="UTC", currency="KES", day_cutoff=1440),
    "a store's name is its own": lambda: Store(name=cast.KAREN, country="KE", timezone="UTC", currency="KES"),
    "register_once_per_store": lambda: Register(store=cast.store(), name="T1"),
    "a sku is one product's": lambda: Product(sku="MUG", name="Other mug"),
    "product_without_sku_once_per_name": lambda: Product(sku=None, name="Cake"),
    "product_has_sku_or_name": lambda: Product(sku=None, name=""),
    "product_version_once": lambda: ProductVersion(product=mug(), name="Mug"),
    "stock_once_per_store": lambda: Stock(product=mug(), store=cast.store(), on_hand_milli=2, counted_at=cast.NOW),
    "a uid is one sale's": lambda: sale(uid=cast.uid(1)),
    "sale_kind_is_known": lambda: sale(kind="gift"),
    "sale_status_is_known": lambda: sale(status="open"),
    "sale_channel_is_known": lambda: sale(channel="phone"),
    "sale_tip_is_not_negative": lambda: sale(tip=-1),
    "sale_sign_follows_kind": lambda: sale(units_milli=-1),
    "sale_sign_follows_kind of a return": lambda: sale(kind="return", units_milli=1),
    "only_a_return_takes_back": lambda: sale(original_uid=uuid4()),
    "a weekday of 0": lambda: sale(weekday=0),
    "a weekday of 8": lambda: sale(weekday=8),
    "an hour of 24": lambda: sale(hour=24),
    "a minute of 60": lambda: sale(minute=60),
    "a sale of no store": lambda: sale(store_id=999),
    "a sale of no customer": lambda: sale(customer_id=999),
    "a sale of no register": lambda: sale(register_id=999),
    "a line's place on the receipt": lambda: SaleLine(
        sale=stored(), n=1, version=ProductVersion.objects.first(), quantity_milli=1, unit_price_milli=1, discount=0, tax=0, net=0
    ),
    "a line of no sale": lambda: SaleLine(
        sale_id=999, n=1, version=ProductVersion.objects.first(), quantity_milli=1, unit_price_milli=1, discount=0, tax=0, net=0
    ),
    "payment_status_is_known": lambda: Payment(sale=stored(), n=1, method="cash", amount=1, status="lost"),
    "facts_returned_is_not_negative": lambda: facts_named(returned=-1),
    "facts of orders without dates": lambda: facts_named(first_order=None, last_order=None),
    "facts of no orders with dates": lambda: facts_named(orders=0),
    "facts whose last is before the first": lambda: facts_named(last_order=DAY.replace(day=1)),
    "customer_gender_is_known_word": lambda: Customer(code="B", joined=DAY, source="office", gender="x"),
    "customer_code_is_not_empty": lambda: Customer(code="", joined=DAY, source="office"),
    "a code is one customer's": lambda: Customer(code="A-1", joined=DAY, source="office"),
    "identity_once_per_customer": lambda: Identity(customer=anna(), kind="phone", value=cast.ANNA_PHONE),
    "code_leads_to_one_customer": lambda: Identity(
        customer=Customer.objects.create(code="B", joined=DAY, source="office"), kind="code", value="A-1"
    ),
    "identity_kind_is_known": lambda: Identity(customer=anna(), kind="fax", value="1"),
    "identity_is_not_empty": lambda: Identity(customer=anna(), kind="email", value=""),
    "identity_since_is_whole": lambda: Identity(customer=anna(), kind="email", value="a@b.org", since_sold_at=cast.NOW),
    "identity_since_is_whole of an id": lambda: Identity(customer=anna(), kind="email", value="a@b.org", since_sale=uuid4()),
    "one_address_of_a_kind": lambda: Address(customer=anna(), kind="billing"),
    "address_kind_is_known": lambda: Address(customer=anna(), kind="work"),
    "tag_once_per_customer": lambda: Tag(customer=anna(), tag="vip"),
    "tag_is_not_empty": lambda: Tag(customer=anna(), tag=""),
    "a custom field's name is its own": lambda: CustomField(name="Milk", kind="text"),
    "one_value_per_field": lambda: CustomValue(customer=anna(), field=CustomField.objects.get(), value="cow"),
    "note_is_not_empty": lambda: Note(customer=anna(), text="", author="x", at=cast.NOW),
    "consent_channel_is_known": lambda: ConsentEntry(customer=anna(), channel="fax", is_given=True, actor="x", at=cast.NOW),
}  # fmt: skip


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_an_impossible_row_is_refused(name):
    row = IMPOSSIBLE[name]()
    before = cast.everything()
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)
        connection.check_constraints()
    assert cast.everything() == before


@pytest.mark.usefixtures("rows")
def test_the_rows_that_are_nearly_impossible_are_possible():
    for row in (
        sale(kind="return", units_milli=-1, original_uid=uuid4(), tip=-5),
        sale(weekday=7, hour=23, minute=59),
        sale(units_milli=0),
        Product(sku="", name=""),
        Product(sku="CAKE", name="Cake"),
        Register(store=cast.store(cast.KAREN), name="T1"),
        Identity(
            customer=Customer.objects.create(code="B", joined=DAY, source="office"), kind="phone", value=cast.ANNA_PHONE
        ),
        Address(customer=anna(), kind="shipping"),
    ):
        row.save(force_insert=True)
        assert type(row).objects.filter(pk=row.pk).exists()
    connection.check_constraints()


@pytest.mark.usefixtures("rows")
def test_who_has_sales_cannot_be_deleted():
    with pytest.raises(IntegrityError), transaction.atomic():
        anna().delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        cast.store().delete()
