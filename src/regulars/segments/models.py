"""Rules of groups that rules fill, and how far their upkeep is."""

from django.db import models
from django.db.models import F, Q

from regulars.customers.models import Customer
from regulars.groups.models import Group


class Segment(models.Model):
    """The rule of an automatic group or of a tier; a tier without one takes whoever no other takes."""

    group = models.OneToOneField(Group, on_delete=models.CASCADE, primary_key=True, related_name="segment")
    text = models.TextField(blank=True, help_text="The rule as people read it; empty: none.")
    form = models.JSONField(null=True, help_text="The same rule as machines exchange it; nothing where there is none.")
    edited_at = models.DateTimeField(help_text="When the rule became this one, UTC.")
    edited_by = models.CharField(max_length=200)

    class Meta:
        ordering = ["group"]
        constraints = [
            models.CheckConstraint(
                name="segment_text_and_form_go_together",
                condition=Q(text="", form__isnull=True) | Q(~Q(text=""), form__isnull=False),
            ),
        ]


class UpkeepState(models.Model):
    """How far the upkeep of memberships is; no row before the first rule."""

    version = models.BigIntegerField(help_text="Another number whenever a rule or a group's name is another.")
    day = models.DateField(help_text="The business day that the midnight pass is at; nobody is followed on an earlier.")
    finished_day = models.DateField(help_text="The last business day the midnight pass finished.")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(name="there_is_one_upkeep", condition=Q(id=1)),
            models.CheckConstraint(name="upkeep_finishes_no_later_day", condition=Q(finished_day__lte=F("day"))),
        ]


class UpkeepAhead(models.Model):
    """A customer whose memberships are those of a later day than the pass is at; passes of earlier days skip them."""

    customer = models.OneToOneField(Customer, on_delete=models.CASCADE, primary_key=True, related_name="+")
    day = models.DateField(help_text="The business day the memberships are of.")

    class Meta:
        ordering = ["customer"]
