"""Lots, the one ledger and the balances kept beside it; loyalty policies; limits of accounts.

Points are whole points; amounts of credit and account are integers in minor units. A lot is an amount of points or of
store credit with a last day; an entry is one movement, never changed; a balance is the sum of its entries.
"""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from regulars.balances.rules import BOOKS
from regulars.customers.models import Customer
from regulars.sales.models import Register

KINDS = (
    "earn", "spend", "expire", "adjust", "bonus", "earn_back", "spend_back", "issue", "issue_back",
    "charge", "charge_back", "pay", "fill",
)  # fmt: skip
_OF_ACCOUNT = ("charge", "charge_back", "pay", "adjust")


def _choices(names: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(name, name) for name in names]


class Policy(models.Model):
    """A version of the loyalty policy; never edited. The latest that has started is in force."""

    starts_on = models.DateField(help_text="The first business day it is in force.")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=200)
    terms = models.JSONField(help_text="What it says (balances/rules.py, PolicyTerms).")

    class Meta:
        ordering = ["starts_on", "id"]


class Lot(models.Model):
    """An amount of points or store credit that came at once; below zero: more was taken back than was left."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="lots", db_index=False)
    book = models.CharField(max_length=7, choices=_choices(("points", "credit")))
    amount = models.BigIntegerField(help_text="What it held at first.")
    remaining = models.BigIntegerField(help_text="The sum of its entries.")
    earned_on = models.DateField()
    available_on = models.DateField(help_text="The first business day it can be spent.")
    expires_on = models.DateField(null=True, help_text="The last business day it can be spent; null: it stays.")
    sale_uid = models.UUIDField(null=True, help_text="The sale it was earned with or issued for.")
    terms = models.JSONField(default=dict, help_text="How the sale earned, line by line.")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(name="lot_book_is_known", condition=Q(book__in=("points", "credit"))),
            models.CheckConstraint(name="lot_amount_is_above_zero", condition=Q(amount__gt=0)),
            models.CheckConstraint(name="lot_holds_no_more_than_it_did", condition=Q(remaining__lte=F("amount"))),
            models.CheckConstraint(
                name="lot_can_be_spent_before_it_expires",
                condition=Q(expires_on__isnull=True) | Q(expires_on__gte=F("available_on")),
            ),
            models.CheckConstraint(name="lot_is_available_once_earned", condition=Q(available_on__gte=F("earned_on"))),
        ]
        indexes = [
            models.Index(name="lots_that_hold", fields=["customer", "book"], condition=~Q(remaining=0)),
            models.Index(name="lots_in_debt", fields=["customer"], condition=Q(remaining__lt=0)),
            models.Index(name="lots_by_expiry", fields=["expires_on"], condition=Q(remaining__gt=0)),
        ]


class Entry(models.Model):
    """One movement of a balance; never changed, never removed."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="entries", db_index=False)
    book = models.CharField(max_length=7, choices=_choices(BOOKS))
    kind = models.CharField(max_length=11, choices=_choices(KINDS))
    amount = models.BigIntegerField(help_text="Signed; of an account, what the customer owes more.")
    lot = models.ForeignKey(Lot, on_delete=models.CASCADE, null=True, related_name="entries", db_index=False)
    day = models.DateField(help_text="The business day it counts for.")
    at = models.DateTimeField(help_text="When it was booked, UTC.")
    sale_uid = models.UUIDField(null=True, help_text="The sale it hangs on; of a return, the sale it takes back.")
    source = models.CharField(max_length=200, help_text="What it was booked for; the same again is refused.")
    part = models.PositiveSmallIntegerField(help_text="Its place among the entries of one source, from 0.")
    actor = models.CharField(max_length=200)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            # One index for both: no sale is booked twice under one name, and its entries are found by it.
            models.UniqueConstraint(
                name="entry_of_a_sale_once",
                fields=["sale_uid", "source", "part"],
                condition=Q(sale_uid__isnull=False),
            ),
            models.UniqueConstraint(
                name="entry_once_per_source", fields=["source", "part"], condition=Q(sale_uid__isnull=True)
            ),
            models.CheckConstraint(name="entry_book_is_known", condition=Q(book__in=BOOKS)),
            models.CheckConstraint(name="entry_kind_is_known", condition=Q(kind__in=KINDS)),
            models.CheckConstraint(name="entry_moves_something", condition=~Q(amount=0)),
            models.CheckConstraint(
                name="entry_of_an_account_has_no_lot",
                condition=Q(book="account", lot__isnull=True, kind__in=_OF_ACCOUNT)
                | Q(~Q(book="account"), lot__isnull=False),
            ),
            models.CheckConstraint(
                name="entry_sign_follows_kind",
                condition=Q(kind__in=("earn", "bonus", "issue", "charge", "spend_back"), amount__gt=0)
                | Q(kind__in=("spend", "earn_back", "issue_back", "charge_back", "pay"), amount__lt=0)
                | Q(kind__in=("adjust", "expire", "fill")),
            ),
        ]
        indexes = [
            models.Index(name="entries_of_customer", fields=["customer", "book", "day", "id"]),
            models.Index(name="entries_of_expiry", fields=["lot"], condition=Q(kind="expire")),
        ]


class Balance(models.Model):
    """The sum of a customer's entries in one book, kept with each of them."""

    pk = models.CompositePrimaryKey("customer_id", "book")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="balances", db_index=False)
    book = models.CharField(max_length=7, choices=_choices(BOOKS))
    amount = models.BigIntegerField()

    class Meta:
        ordering = ["customer", "book"]
        constraints = [models.CheckConstraint(name="balance_book_is_known", condition=Q(book__in=BOOKS))]


class Allowance(models.Model):
    """So many points a till may spend while it is offline, over all customers, beyond what they turn out to hold."""

    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="allowances", db_index=False)
    points = models.PositiveIntegerField()
    used = models.PositiveIntegerField(default=0, help_text="Points that were spent under it and were not there.")
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    made_by = models.CharField(max_length=200)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(name="allowance_is_not_exceeded", condition=Q(used__lte=F("points"))),
            models.CheckConstraint(name="allowance_ends_after_it_begins", condition=Q(ends_at__gt=F("begins_at"))),
        ]
        indexes = [models.Index(name="allowances_of_register", fields=["register", "ends_at"])]


class Redemption(models.Model):
    """What of a sale was paid with points, at what a point was worth then."""

    sale_uid = models.UUIDField(primary_key=True)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="redemptions")
    day = models.DateField()
    points = models.BigIntegerField()
    worth = models.BigIntegerField(help_text="Minor units.")
    point_value_milli = models.BigIntegerField(help_text="What a point was worth, in thousandths of the minor unit.")

    class Meta:
        ordering = ["sale_uid"]
        constraints = [
            models.CheckConstraint(
                name="redemption_is_above_zero", condition=Q(points__gt=0, worth__gt=0, point_value_milli__gt=0)
            )
        ]


class AccountLimit(models.Model):
    """How much a customer may owe on account; the row without a customer is for all who have none of their own."""

    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, null=True, related_name="account_limits", db_index=False
    )
    amount = models.BigIntegerField()
    set_at = models.DateTimeField()
    set_by = models.CharField(max_length=200)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(name="account_limit_is_not_negative", condition=Q(amount__gte=0)),
            # Of those without a customer there is one.
            models.UniqueConstraint(Coalesce("customer", 0), name="one_account_limit_for_all_others"),
        ]


class DayEnd(models.Model):
    """How far the ending of days is; no row before the first."""

    day = models.DateField(help_text="The last business day whose end was gone through.")

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(name="there_is_one_day_end", condition=Q(id=1))]
