"""What was imported."""

from django.db import models


class Import(models.Model):
    """One run of an import, kept so that it can be found again and undone."""

    preset = models.CharField(max_length=200, help_text="The preset or mapping it was read with.")
    files = models.JSONField(help_text="The names of the files.")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the files' content.")
    status = models.CharField(max_length=8, choices=[("done", "done"), ("undone", "undone")])
    at = models.DateTimeField(help_text="When it was run, UTC.")
    undone_at = models.DateTimeField(null=True)
    actor = models.CharField(max_length=200)
    reconciliation = models.JSONField(help_text="Rows and money read, imported, and each class of the rest.")

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="import_undone_has_its_time",
                condition=models.Q(status="done", undone_at__isnull=True)
                | models.Q(status="undone", undone_at__isnull=False),
            ),
        ]
