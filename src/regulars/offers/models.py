"""Offers, price books, codes, and every use of them."""

from django.db import models
from django.db.models import F, Q

from regulars.customers.models import Customer
from regulars.groups.models import Group
from regulars.offers.engine.terms import Kind
from regulars.sales.models import Store

STATES = ("draft", "live", "ended")
KINDS = tuple(kind.value for kind in Kind)


def _choices(names: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(name, name) for name in names]


class Offer(models.Model):
    """A promotion. What it promises stands in `terms`; the columns beside it are what the database guards or finds."""

    name = models.CharField(max_length=100, unique=True)
    kind = models.CharField(max_length=11, choices=_choices(KINDS))
    state = models.CharField(max_length=5, choices=_choices(STATES), default="draft")
    terms = models.JSONField(help_text="As offers/engine/forms.py writes OfferTerms.")
    first_day = models.DateField(null=True, help_text="As in the terms: the first business day.")
    last_day = models.DateField(null=True)
    most_uses = models.PositiveIntegerField(null=True, help_text="As in the terms: how often in all; null: any number.")
    used = models.PositiveIntegerField(default=0, help_text="Uses not released, counted while there is such a limit.")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=200)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(name="offer_kind_is_known", condition=Q(kind__in=KINDS)),
            models.CheckConstraint(name="offer_state_is_known", condition=Q(state__in=STATES)),
            models.CheckConstraint(name="offer_name_is_not_empty", condition=~Q(name="")),
            models.CheckConstraint(
                name="offer_ends_after_it_begins",
                condition=Q(first_day=None) | Q(last_day=None) | Q(last_day__gte=F("first_day")),
            ),
            models.CheckConstraint(
                name="only_an_ended_offer_has_an_end",
                condition=Q(state="ended", ended_at__isnull=False) | Q(~Q(state="ended"), ended_at=None),
            ),
        ]
        indexes = [models.Index(name="offers_live", fields=["last_day"], condition=Q(state="live"))]


class PriceBook(models.Model):
    """Prices for a group or tier, a store, both or everybody, on some days."""

    name = models.CharField(max_length=100, unique=True)
    group = models.ForeignKey(Group, on_delete=models.PROTECT, null=True, related_name="price_books")
    store = models.ForeignKey(Store, on_delete=models.PROTECT, null=True, related_name="price_books")
    first_day = models.DateField(null=True)
    last_day = models.DateField(null=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=200)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(name="price_book_name_is_not_empty", condition=~Q(name="")),
            models.CheckConstraint(
                name="price_book_ends_after_it_begins",
                condition=Q(first_day=None) | Q(last_day=None) | Q(last_day__gte=F("first_day")),
            ),
        ]


class PriceBookEntry(models.Model):
    """What a product costs by a price book."""

    book = models.ForeignKey(PriceBook, on_delete=models.CASCADE, related_name="entries", db_index=False)
    sku = models.CharField(max_length=64)
    price_milli = models.BigIntegerField(help_text="Unit price in thousandths of the minor unit.")

    class Meta:
        ordering = ["book", "sku"]
        constraints = [
            models.UniqueConstraint(name="price_once_per_book", fields=["sku", "book"]),
            models.CheckConstraint(name="price_book_price_is_not_negative", condition=Q(price_milli__gte=0)),
            models.CheckConstraint(name="price_book_sku_is_not_empty", condition=~Q(sku="")),
        ]
        indexes = [models.Index(name="prices_of_book", fields=["book", "sku"])]


class Coupon(models.Model):
    """A code that gives an offer: to one customer or whoever tells it, once, some times, or any number of times."""

    code = models.CharField(max_length=32, unique=True, help_text="In its one written form: capitals and digits.")
    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="coupons", db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, null=True, related_name="coupons", db_index=False)
    most_uses = models.PositiveIntegerField(null=True, help_text="Null: any number of times.")
    used = models.PositiveIntegerField(default=0, help_text="Uses not released.")
    last_day = models.DateField(null=True)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["offer", "id"]
        constraints = [
            models.CheckConstraint(name="coupon_code_is_not_empty", condition=~Q(code="")),
            models.CheckConstraint(
                name="coupon_is_not_used_too_often", condition=Q(most_uses=None) | Q(used__lte=F("most_uses"))
            ),
        ]
        indexes = [
            models.Index(name="coupons_of_offer", fields=["offer", "id"]),
            models.Index(name="coupons_of_customer", fields=["customer"], condition=Q(customer__isnull=False)),
        ]


class Grant(models.Model):
    """An offer given to a customer alone, to be used once: on entering a group, or by hand."""

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="grants", db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="grants", db_index=False)
    group = models.ForeignKey(Group, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    since = models.DateField(help_text="The business day it was given on, the first it can be used.")
    until = models.DateField(null=True, help_text="The last day; null: as long as the offer.")
    is_used = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        ordering = ["customer", "since", "id"]
        constraints = [
            models.UniqueConstraint(name="grant_once_a_day", fields=["customer", "offer", "since"]),
            models.CheckConstraint(
                name="grant_ends_after_it_begins", condition=Q(until=None) | Q(until__gte=F("since"))
            ),
        ]
        indexes = [models.Index(name="grants_of_offer", fields=["offer", "since"])]


class EntryAct(models.Model):
    """What entering or leaving a group brings: an offer, or a tag."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="entry_acts")
    is_entry = models.BooleanField(default=True, help_text="False: on leaving.")
    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, null=True, related_name="entry_acts")
    days = models.PositiveSmallIntegerField(null=True, help_text="How many days an offer given so can be used.")
    tag = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["group", "id"]
        constraints = [
            models.UniqueConstraint(
                name="entry_gives_an_offer_once",
                fields=["group", "is_entry", "offer"],
                condition=Q(offer__isnull=False),
            ),
            models.UniqueConstraint(
                name="entry_sticks_a_tag_once", fields=["group", "is_entry", "tag"], condition=~Q(tag="")
            ),
            models.CheckConstraint(
                name="entry_brings_an_offer_or_a_tag",
                condition=Q(offer__isnull=False, tag="") | Q(Q(offer=None, days=None), ~Q(tag="")),
            ),
        ]


class OfferUse(models.Model):
    """An offer took effect on a sale. Its reversal releases it; nothing else changes."""

    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="uses", db_index=False)
    sale_uid = models.UUIDField(help_text="The id of the sale.")
    customer = models.ForeignKey(
        Customer, on_delete=models.SET_NULL, null=True, related_name="offer_uses", db_index=False
    )
    coupon = models.ForeignKey(Coupon, on_delete=models.SET_NULL, null=True, related_name="uses", db_index=False)
    grant = models.ForeignKey(Grant, on_delete=models.SET_NULL, null=True, related_name="uses", db_index=False)
    amount = models.BigIntegerField(help_text="What it took off, minor units.")
    at = models.DateTimeField()
    is_released = models.BooleanField(default=False)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(name="offer_once_per_sale", fields=["sale_uid", "offer"]),
            models.CheckConstraint(name="offer_use_takes_something_off", condition=Q(amount__gt=0)),
        ]
        indexes = [
            models.Index(name="uses_of_offer", fields=["offer", "customer"]),
            models.Index(name="uses_of_customer", fields=["customer"], condition=Q(customer__isnull=False)),
        ]


class OfferTally(models.Model):
    """How often a customer has used an offer that is limited for each: what two tills at once are held to."""

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="tallies", db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="offer_tallies", db_index=False)
    used = models.PositiveIntegerField()

    class Meta:
        ordering = ["customer", "offer"]
        constraints = [models.UniqueConstraint(name="tally_once_per_customer", fields=["customer", "offer"])]


class PriceBookUse(models.Model):
    """A line of a sale was priced by a price book."""

    sale_uid = models.UUIDField()
    book = models.ForeignKey(PriceBook, on_delete=models.PROTECT, related_name="uses")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(name="price_book_once_per_sale", fields=["sale_uid", "book"])]
