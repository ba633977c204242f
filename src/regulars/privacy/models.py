"""Consent as evidence, and what people ask for."""

from django.db import models
from django.db.models import Q

CONSENT_CHANNELS = ("email", "phone", "post", "sms", "whatsapp")
REQUEST_KINDS = ("export", "erasure")
OUTCOMES = ("done", "refused", "withdrawn")


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


class PrivacyRequest(models.Model):
    """A customer asks for their data or for their erasure; the law says until when they must have an answer."""

    customer = models.ForeignKey("customers.Customer", on_delete=models.CASCADE, related_name="privacy_requests")
    kind = models.CharField(max_length=8, choices=[(name, name) for name in REQUEST_KINDS])
    place = models.CharField(max_length=100, help_text="Where it was said: a store, a page.")
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=64, help_text="The key of the actor.")
    due_on = models.DateField(help_text="The last day for an answer.")
    outcome = models.CharField(
        max_length=9, blank=True, choices=[(name, name) for name in OUTCOMES], help_text="Empty: it waits."
    )
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=64, blank=True, help_text="The key of the actor.")

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(name="request_kind_is_known", condition=Q(kind__in=REQUEST_KINDS)),
            models.CheckConstraint(name="request_outcome_is_known", condition=Q(outcome__in=["", *OUTCOMES])),
            models.CheckConstraint(
                name="request_is_closed_with_an_outcome",
                condition=Q(outcome="", closed_at=None) | (~Q(outcome="") & Q(closed_at__isnull=False)),
            ),
            models.UniqueConstraint(
                name="one_request_of_a_kind_waits", fields=["customer", "kind"], condition=Q(outcome="")
            ),
        ]
