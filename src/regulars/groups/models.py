"""Groups, who is in them, and every change of that."""

from django.db import models
from django.db.models import Q

from regulars.customers.models import Customer

KINDS = ("manual", "automatic", "tier")
# Why somebody entered or left.
REASONS = (
    "sale", "return", "profile", "date", "balance", "merge", "first build", "rule edited", "pinned", "import",
    "by hand",
)  # fmt: skip


def _choices(names: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(name, name) for name in names]


class TierSet(models.Model):
    """Groups of which every customer is in exactly one."""

    name = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.CheckConstraint(name="tier_set_name_is_not_empty", condition=~Q(name=""))]


class Group(models.Model):
    """A named set of customers: filled by hand, or by a rule; a tier is one of a set of which each customer has one."""

    name = models.CharField(max_length=64)
    kind = models.CharField(max_length=9, choices=_choices(KINDS))
    tier_set = models.ForeignKey(TierSet, on_delete=models.CASCADE, null=True, related_name="tiers")
    rank = models.PositiveSmallIntegerField(null=True, help_text="Place in the set; of two tiers that fit the higher.")
    is_default = models.BooleanField(default=False, help_text="Takes whoever no other tier of the set takes.")
    description = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["kind", "tier_set", "rank", "name"]
        constraints = [
            models.UniqueConstraint(name="group_name_is_its_own", fields=["name"], condition=Q(tier_set__isnull=True)),
            models.UniqueConstraint(name="tier_name_once_per_set", fields=["tier_set", "name"]),
            models.UniqueConstraint(name="tier_rank_once_per_set", fields=["tier_set", "rank"]),
            models.UniqueConstraint(name="one_default_tier_per_set", fields=["tier_set"], condition=Q(is_default=True)),
            models.CheckConstraint(name="group_kind_is_known", condition=Q(kind__in=KINDS)),
            models.CheckConstraint(name="group_name_is_not_empty", condition=~Q(name="")),
            models.CheckConstraint(
                name="only_a_tier_has_a_set_and_a_rank",
                condition=Q(kind="tier", tier_set__isnull=False, rank__isnull=False)
                | Q(~Q(kind="tier"), tier_set__isnull=True, rank__isnull=True, is_default=False),
            ),
        ]


class Membership(models.Model):
    """A customer is in a group now."""

    pk = models.CompositePrimaryKey("customer_id", "group_id")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="memberships", db_index=False)
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="memberships", db_index=False)
    since = models.DateField(help_text="The business day of the entry.")

    class Meta:
        ordering = ["group", "-since", "-customer"]
        indexes = [
            # Counts a group and pages through it, the newest members first, without touching the rows.
            models.Index(name="members_of_group", fields=["group", "since", "customer"]),
        ]


class Pin(models.Model):
    """A person put a customer into a group, or out of it, whatever the rule says."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="pins", db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="pins", db_index=False)
    is_in = models.BooleanField()
    actor = models.CharField(max_length=200, help_text="Who pinned.")
    at = models.DateTimeField()

    class Meta:
        ordering = ["group", "customer"]
        constraints = [models.UniqueConstraint(name="pin_once_per_customer", fields=["customer", "group"])]
        indexes = [models.Index(name="pins_of_group", fields=["group", "customer"])]


class MembershipChange(models.Model):
    """A customer entered or left a group. Appended, never edited; in the order in which it happened."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="changes", db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="membership_changes", db_index=False)
    is_entry = models.BooleanField()
    reason = models.CharField(max_length=12, choices=_choices(REASONS))
    day = models.DateField(help_text="The business day.")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(name="membership_reason_is_known", condition=Q(reason__in=REASONS))]
        indexes = [
            models.Index(name="changes_of_group", fields=["group", "day"]),
            models.Index(name="changes_of_customer", fields=["customer"]),
        ]
