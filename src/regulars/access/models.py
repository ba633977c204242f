"""The audit log."""

from django.db import models


class AuditEntry(models.Model):
    """Who did what to whom, written in the transaction it tells of. Appended, never edited."""

    at = models.DateTimeField(help_text="When it was done, UTC.")
    actor = models.CharField(max_length=200)
    verb = models.CharField(max_length=64, help_text='What was done, as "customers.customer_edit".')
    subject_kind = models.CharField(max_length=32)
    subject_id = models.BigIntegerField()
    facts = models.JSONField(default=dict, help_text="What changed; ids and field names, never personal data.")

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(name="audit_of_subject", fields=["subject_kind", "subject_id"])]
