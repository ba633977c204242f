"""Baskets that are not sold yet, what was quoted for those that were, and the numbers on receipts."""

from django.db import models
from django.db.models import Q

from regulars.customers.models import Customer
from regulars.sales.models import Sale, Store

STATES = ("open", "parked", "sold", "dropped")


class Basket(models.Model):
    """What somebody is about to buy, kept so that a register survives whatever ends it."""

    uid = models.UUIDField(unique=True, help_text="The id that its sale has, or will have.")
    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="baskets", db_index=False)
    register = models.CharField(max_length=64, blank=True, help_text="The register that holds it; empty: none.")
    customer = models.ForeignKey(Customer, on_delete=models.SET_NULL, null=True, related_name="baskets")
    form = models.JSONField(help_text="The basket as it is told (docs/reference/basket.md).")
    shown = models.JSONField(null=True, help_text="The quote that was shown last.")
    state = models.CharField(max_length=7, choices=[(name, name) for name in STATES])
    title = models.CharField(max_length=100, blank=True, help_text="What a parked basket is called.")
    opened_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=200, help_text="Who touched it last.")

    class Meta:
        ordering = ["-changed_at", "-id"]
        constraints = [models.CheckConstraint(name="basket_state_is_known", condition=Q(state__in=STATES))]
        indexes = [
            models.Index(
                name="baskets_waiting",
                fields=["store", "state", "changed_at"],
                condition=Q(state__in=["open", "parked"]),
            ),
        ]


class SaleTrace(models.Model):
    """Why a sale cost what it cost: the quote it was made from, and what each line was paid with. Never edited."""

    sale = models.OneToOneField(Sale, on_delete=models.CASCADE, primary_key=True, related_name="trace")
    digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of what was asked; empty: told by a till.")
    quote = models.JSONField(null=True, help_text="The quote; nothing for a sale that a till told.")
    points = models.JSONField(help_text="What was paid with points: their number, worth, and the part of each line.")
    told = models.JSONField(help_text="The points and offers that a till told.")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["sale"]


class ReceiptSeries(models.Model):
    """The last number that a register put on a receipt."""

    name = models.CharField(max_length=40, unique=True, help_text="What its numbers begin with.")
    last = models.BigIntegerField(default=0)

    class Meta:
        ordering = ["name"]
        constraints = [models.CheckConstraint(name="receipt_number_is_not_negative", condition=Q(last__gte=0))]
