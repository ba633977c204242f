"""The outbox."""

from django.db import models


class Event(models.Model):
    """Something that happened to a sale or a customer, in the order it was committed to this table."""

    at = models.DateTimeField(help_text="When it was recorded, UTC.")
    kind = models.CharField(max_length=32, help_text='What happened, as "sale.recorded".')
    subject_id = models.BigIntegerField()
    customer_id = models.BigIntegerField(null=True)

    class Meta:
        ordering = ["id"]
