"""Consent as evidence."""

from django.db import models
from django.db.models import Q

CONSENT_CHANNELS = ("email", "phone", "post", "sms", "whatsapp")


class ConsentEntry(models.Model):
    """A customer said yes or no to being written to on a channel. Appended, never edited; the last one holds."""

    # By name: this room stands below the customers' and may not import them.
    customer = models.ForeignKey("customers.Customer", on_delete=models.CASCADE, related_name="consent_entries")
    channel = models.CharField(max_length=8, choices=[(name, name) for name in CONSENT_CHANNELS])
    is_given = models.BooleanField()
    wording = models.TextField(blank=True, help_text="What the customer was shown or told.")
    place = models.CharField(max_length=100, blank=True, help_text="Where it was said: a store, a page, an import.")
    actor = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        ordering = ["customer", "channel", "-at", "-id"]
        constraints = [
            models.CheckConstraint(name="consent_channel_is_known", condition=Q(channel__in=CONSENT_CHANNELS)),
        ]
