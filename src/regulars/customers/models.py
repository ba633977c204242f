"""Profiles and what is known of them."""

from django.db import models
from django.db.models import Q

from regulars.customers.details import ADDRESS_KINDS, FIELD_KINDS, GENDERS
from regulars.customers.rules import STRONGEST_FIRST


def _choices(names: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(name, name) for name in names]


class Customer(models.Model):
    """A person (or a firm) who buys."""

    code = models.CharField(max_length=64, unique=True, help_text="The code on the card; also an identity.")
    name = models.CharField(max_length=200, blank=True, help_text="The whole name, as shown.")
    first_name = models.CharField(max_length=100, blank=True)
    last_name = models.CharField(max_length=100, blank=True)
    birth_date = models.DateField(null=True)
    gender = models.CharField(max_length=8, blank=True, choices=_choices(GENDERS))
    language = models.CharField(max_length=16, blank=True, help_text='A language tag such as "en" or "pt-BR".')
    website = models.CharField(max_length=200, blank=True)
    social = models.CharField(max_length=100, blank=True, help_text="A handle on a social network.")
    joined = models.DateField(help_text="The business day of the first contact.")
    source = models.CharField(
        max_length=8,
        choices=_choices(("till", "office", "import", "api", "self")),
        help_text="How the profile came to be.",
    )
    is_active = models.BooleanField(default=True, help_text="False: hidden at the till, history kept.")
    is_vouched = models.BooleanField(
        default=True, help_text="A person or an import made or edited it, so late sales do not redraw it."
    )
    named_at = models.DateTimeField(
        null=True, help_text="When the sale that gave the name was made; null: not by a sale."
    )
    named_by = models.UUIDField(null=True, help_text="The id of that sale.")
    brought_by = models.BigIntegerField(null=True, help_text="The import that created it.")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(name="customer_gender_is_known_word", condition=Q(gender__in=["", *GENDERS])),
            models.CheckConstraint(name="customer_code_is_not_empty", condition=~Q(code="")),
        ]
        indexes = [
            models.Index(name="customer_brought_by", fields=["brought_by"], condition=Q(brought_by__isnull=False)),
            models.Index(name="customers_deactivated", fields=["id"], condition=Q(is_active=False)),
            models.Index(name="customers_by_name", fields=["name", "id"]),
            models.Index(name="customers_by_joined", fields=["-joined", "id"]),
            models.Index(name="customers_by_birth", fields=["birth_date"], condition=Q(birth_date__isnull=False)),
        ]


class Identity(models.Model):
    """A phone, e-mail or code that leads to a customer.

    A code leads to one customer. A phone or an e-mail may lead to several (a household);
    docs/algorithms/linking.md says whom a sale then goes to.
    """

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="identities")
    kind = models.CharField(max_length=5, choices=_choices(STRONGEST_FIRST))
    value = models.CharField(
        max_length=254, help_text="Its one written form: E.164, lower-case address, code as printed."
    )
    since_sold_at = models.DateTimeField(
        null=True, help_text="The first sale that gave it; null: given by a person or import."
    )
    since_sale = models.UUIDField(null=True, help_text="The id of that sale.")

    class Meta:
        ordering = ["kind", "value", "customer"]
        constraints = [
            models.UniqueConstraint(name="identity_once_per_customer", fields=["value", "kind", "customer"]),
            models.UniqueConstraint(name="code_leads_to_one_customer", fields=["value"], condition=Q(kind="code")),
            models.CheckConstraint(name="identity_kind_is_known", condition=Q(kind__in=STRONGEST_FIRST)),
            models.CheckConstraint(name="identity_is_not_empty", condition=~Q(value="")),
            models.CheckConstraint(
                name="identity_since_is_whole",
                condition=Q(since_sold_at__isnull=True, since_sale__isnull=True)
                | Q(since_sold_at__isnull=False, since_sale__isnull=False),
            ),
        ]


class Address(models.Model):
    """Where to send bills or goods; the billing address also says where the customer is from."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="addresses")
    kind = models.CharField(max_length=8, choices=_choices(ADDRESS_KINDS))
    street = models.CharField(max_length=200, blank=True)
    street2 = models.CharField(max_length=200, blank=True)
    postcode = models.CharField(max_length=20, blank=True)
    city = models.CharField(max_length=100, blank=True)
    region = models.CharField(max_length=100, blank=True)
    country = models.CharField(max_length=64, blank=True, help_text="ISO 3166 code where known, else as written.")

    class Meta:
        ordering = ["customer", "kind"]
        constraints = [
            models.UniqueConstraint(name="one_address_of_a_kind", fields=["customer", "kind"]),
            models.CheckConstraint(name="address_kind_is_known", condition=Q(kind__in=ADDRESS_KINDS)),
        ]
        indexes = [
            models.Index(name="addresses_of_city", fields=["city", "customer"]),
            models.Index(name="addresses_of_country", fields=["country", "customer"]),
        ]


class Tag(models.Model):
    """A word a shop sticks on a customer."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="tags")
    tag = models.CharField(max_length=64)

    class Meta:
        ordering = ["customer", "tag"]
        constraints = [
            models.UniqueConstraint(name="tag_once_per_customer", fields=["customer", "tag"]),
            models.CheckConstraint(name="tag_is_not_empty", condition=~Q(tag="")),
        ]
        indexes = [models.Index(name="customers_of_tag", fields=["tag", "customer"])]


class CustomField(models.Model):
    """A detail this shop keeps of its customers that no other shop does."""

    name = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=8, choices=_choices(FIELD_KINDS))
    options = models.JSONField(default=list, blank=True, help_text="For a choice: the words to choose from.")

    class Meta:
        ordering = ["name"]


class CustomValue(models.Model):
    """What a custom field holds for one customer."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="custom_values")
    field = models.ForeignKey(CustomField, on_delete=models.PROTECT, related_name="values")
    value = models.TextField(help_text="Written plainly: 2026-11-22, 42.5, yes.")

    class Meta:
        ordering = ["customer", "field"]
        constraints = [models.UniqueConstraint(name="one_value_per_field", fields=["customer", "field"])]


class Note(models.Model):
    """What the team wants to remember of a customer; the customer never sees it."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="notes")
    text = models.TextField()
    author = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        ordering = ["customer", "-at", "-id"]
        constraints = [models.CheckConstraint(name="note_is_not_empty", condition=~Q(text=""))]
