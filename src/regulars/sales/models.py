"""The shop, what it sells and what it sold.

Amounts are integers in the currency's minor unit, `..._milli` integers in thousandths (core/money.py).
"""

from django.db import models
from django.db.models import F, Q

from regulars.core.days import WEEKDAYS
from regulars.customers.models import Customer

KINDS = ("sale", "return")
STATUSES = ("completed", "voided")
CHANNELS = ("in_store", "online")
PAYMENT_STATUSES = ("completed", "pending", "failed", "refunded")


def _choices(names: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(name, name) for name in names]


class Business(models.Model):
    """The one business whose data this is."""

    name = models.CharField(max_length=100)
    currency = models.CharField(max_length=3, help_text="ISO 4217.")
    country = models.CharField(
        max_length=2, help_text="ISO 3166; phones without a country code are read as dialled here."
    )
    timezone = models.CharField(max_length=64, help_text="Whose midnight ends `today`.")
    week_start = models.CharField(max_length=9, choices=_choices(WEEKDAYS), default="monday")
    day_cutoff = models.PositiveSmallIntegerField(
        default=0, help_text="Minutes after midnight at which a new day begins."
    )
    prices_include_tax = models.BooleanField(default=True)
    spend_includes_tax = models.BooleanField(default=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(name="there_is_one_business", condition=Q(id=1))]


class Store(models.Model):
    """A place, or a web shop, that sells."""

    name = models.CharField(max_length=100, unique=True)
    country = models.CharField(max_length=2)
    timezone = models.CharField(max_length=64)
    currency = models.CharField(max_length=3, help_text="The business's own: amounts of two currencies do not add up.")
    day_cutoff = models.PositiveSmallIntegerField(
        default=0, help_text="Minutes after midnight at which a new day begins."
    )
    city = models.CharField(max_length=100, blank=True)
    region = models.CharField(max_length=100, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(name="store_cutoff_is_within_a_day", condition=Q(day_cutoff__lt=1440)),
            models.CheckConstraint(name="store_name_is_not_empty", condition=~Q(name="")),
        ]


class Register(models.Model):
    """A till of a store."""

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="registers")
    name = models.CharField(max_length=64)

    class Meta:
        ordering = ["store", "name"]
        constraints = [models.UniqueConstraint(name="register_once_per_store", fields=["store", "name"])]


class Product(models.Model):
    """A thing sold, as the catalogue has it today."""

    sku = models.CharField(max_length=64, null=True, unique=True, help_text="Null: sold by name only.")
    name = models.CharField(max_length=200, blank=True)
    category = models.CharField(max_length=100, blank=True)
    brand = models.CharField(max_length=100, blank=True)
    price = models.BigIntegerField(null=True, help_text="List price, minor units.")
    is_catalogued = models.BooleanField(default=False, help_text="A person or an import described it; sales do not.")
    described_at = models.DateTimeField(null=True, help_text="When the sale was made whose words describe it.")

    class Meta:
        ordering = ["sku", "name", "id"]
        constraints = [
            models.UniqueConstraint(
                name="product_without_sku_once_per_name", fields=["name"], condition=Q(sku__isnull=True)
            ),
            models.CheckConstraint(name="product_has_sku_or_name", condition=Q(sku__isnull=False) | ~Q(name="")),
        ]


class ProductVersion(models.Model):
    """A product as it was called when it was sold, so that renaming does not rewrite history."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="versions")
    name = models.CharField(max_length=200, blank=True)
    category = models.CharField(max_length=100, blank=True)
    brand = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ["product", "id"]
        constraints = [
            models.UniqueConstraint(name="product_version_once", fields=["product", "name", "category", "brand"]),
        ]


class Stock(models.Model):
    """How much of a product a store has, as last told by the till or a count; sales do not move it."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="stock")
    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="stock")
    on_hand_milli = models.BigIntegerField()
    counted_at = models.DateTimeField()

    class Meta:
        ordering = ["product", "store"]
        constraints = [models.UniqueConstraint(name="stock_once_per_store", fields=["product", "store"])]


class Sale(models.Model):
    """A completed transaction, or a return (quantities and amounts below zero)."""

    uid = models.UUIDField(unique=True, help_text="The id the till gave it; sent again, it is the same sale.")
    number = models.CharField(max_length=64, help_text="The number on the receipt.")
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="sales", db_index=False)
    register = models.ForeignKey(Register, on_delete=models.PROTECT, null=True, related_name="sales", db_index=False)
    channel = models.CharField(max_length=8, choices=_choices(CHANNELS))
    kind = models.CharField(max_length=6, choices=_choices(KINDS))
    status = models.CharField(max_length=9, choices=_choices(STATUSES))
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True, related_name="sales", db_index=False)
    is_assigned = models.BooleanField(default=False, help_text="A person chose the customer; contacts no longer do.")
    original_uid = models.UUIDField(null=True, help_text="Return: the id of the sale it takes back.")
    sold_at = models.DateTimeField(help_text="When it was made, UTC.")
    day = models.DateField(help_text="The store's business day.")
    weekday = models.PositiveSmallIntegerField(help_text="1 is Monday.")
    hour = models.PositiveSmallIntegerField(help_text="On the store's clock.")
    minute = models.PositiveSmallIntegerField()
    total = models.BigIntegerField(help_text="What the lines cost the customer: discounts off, tax in.")
    net = models.BigIntegerField(help_text="The part of the total that counts as spending: no gift cards.")
    tax = models.BigIntegerField(help_text="The tax within `net`.")
    discount = models.BigIntegerField()
    tip = models.BigIntegerField(default=0, help_text="On top of the total.")
    units_milli = models.BigIntegerField()
    note = models.CharField(max_length=500, blank=True)
    brought_by = models.BigIntegerField(null=True, help_text="The import that brought it; null: a till.")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(name="sale_kind_is_known", condition=Q(kind__in=KINDS)),
            models.CheckConstraint(name="sale_status_is_known", condition=Q(status__in=STATUSES)),
            models.CheckConstraint(name="sale_channel_is_known", condition=Q(channel__in=CHANNELS)),
            models.CheckConstraint(name="sale_tip_is_not_negative", condition=Q(kind="return") | Q(tip__gte=0)),
            models.CheckConstraint(
                name="sale_sign_follows_kind",
                condition=Q(kind="sale", units_milli__gte=0) | Q(kind="return", units_milli__lte=0),
            ),
            models.CheckConstraint(
                name="only_a_return_takes_back", condition=Q(kind="return") | Q(original_uid__isnull=True)
            ),
            models.CheckConstraint(
                name="sale_weekday_hour_minute_exist", condition=Q(weekday__range=(1, 7), hour__lte=23, minute__lte=59)
            ),
        ]
        indexes = [
            # Covers the facts of a customer: everything they are derived from, without touching the sale's row.
            models.Index(
                name="sales_of_customer",
                fields=["customer", "day", "kind", "status", "store", "net", "tax", "discount", "units_milli"],
                condition=Q(customer__isnull=False),
            ),
            # The sales of a day, and what they come to, store by store.
            models.Index(name="sales_of_day", fields=["day", "store", "kind", "status", "net", "customer"]),
            models.Index(name="sale_number", fields=["number"]),
            models.Index(name="returns_of_sale", fields=["original_uid"], condition=Q(original_uid__isnull=False)),
            models.Index(name="sale_brought_by", fields=["brought_by"], condition=Q(brought_by__isnull=False)),
        ]


class SaleLine(models.Model):
    """One product on a sale."""

    pk = models.CompositePrimaryKey("sale_id", "n")
    sale = models.ForeignKey(Sale, on_delete=models.CASCADE, related_name="lines", db_index=False)
    n = models.PositiveSmallIntegerField(help_text="Its place on the receipt, from 1.")
    version = models.ForeignKey(ProductVersion, on_delete=models.PROTECT, related_name="lines", db_index=False)
    quantity_milli = models.BigIntegerField()
    unit_price_milli = models.BigIntegerField(help_text="In thousandths of the minor unit.")
    discount = models.BigIntegerField()
    tax = models.BigIntegerField()
    net = models.BigIntegerField(help_text="What the line cost: discount off, tax in.")
    is_gift_card = models.BooleanField(default=False, help_text="Money kept for later: not spent yet.")
    returns_line = models.PositiveSmallIntegerField(
        db_default=0, help_text="Return: the place of the line it takes back, on the receipt of the sale; 0: not told."
    )

    class Meta:
        ordering = ["sale", "n"]


class Payment(models.Model):
    """How a sale, or a part of it, was paid."""

    pk = models.CompositePrimaryKey("sale_id", "n")
    sale = models.ForeignKey(Sale, on_delete=models.CASCADE, related_name="payments", db_index=False)
    n = models.PositiveSmallIntegerField()
    method = models.CharField(max_length=32)
    amount = models.BigIntegerField()
    reference = models.CharField(max_length=100, blank=True)
    status = models.CharField(max_length=9, choices=_choices(PAYMENT_STATUSES))

    class Meta:
        ordering = ["sale", "n"]
        constraints = [models.CheckConstraint(name="payment_status_is_known", condition=Q(status__in=PAYMENT_STATUSES))]


class SaleContact(models.Model):
    """The contact a till sent with a sale: what the sale's customer is derived from."""

    sale = models.OneToOneField(Sale, on_delete=models.CASCADE, primary_key=True, related_name="contact")
    code = models.CharField(max_length=64, blank=True)
    phone = models.CharField(max_length=16, blank=True)
    email = models.CharField(max_length=254, blank=True)
    name = models.CharField(max_length=200, blank=True)
    customer_given = models.BigIntegerField(null=True, help_text="The id of a customer, where the till sent one.")

    class Meta:
        ordering = ["sale"]


class CustomerFacts(models.Model):
    """What follows from a customer's sales. Derived whole, never incremented; voided sales do not count."""

    customer = models.OneToOneField(Customer, on_delete=models.CASCADE, primary_key=True, related_name="facts")
    spent = models.BigIntegerField(help_text="Sales minus returns, minor units.")
    orders = models.PositiveIntegerField(help_text="Sales that are no returns.")
    visits = models.PositiveIntegerField(help_text="Distinct pairs of store and day with a sale.")
    units_milli = models.BigIntegerField()
    returned = models.BigIntegerField(help_text="Worth of what was brought back, above zero.")
    discount = models.BigIntegerField()
    first_order = models.DateField(null=True)
    last_order = models.DateField(null=True)

    class Meta:
        ordering = ["customer"]
        indexes = [
            models.Index(name="customers_by_spent", fields=["-spent", "customer", "orders"]),
            models.Index(name="customers_by_last_order", fields=["-last_order", "customer", "orders"]),
            models.Index(name="customers_by_orders", fields=["-orders", "customer"]),
            models.Index(name="customers_by_visits", fields=["-visits", "customer"]),
            models.Index(name="customers_by_first_order", fields=["-first_order", "customer"]),
        ]
        constraints = [
            models.CheckConstraint(name="facts_returned_is_not_negative", condition=Q(returned__gte=0)),
            models.CheckConstraint(
                name="facts_orders_have_dates",
                condition=Q(orders=0, first_order=None, last_order=None)
                | Q(orders__gt=0, first_order__isnull=False, last_order__gte=F("first_order")),
            ),
        ]
