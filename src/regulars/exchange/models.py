"""What was imported."""

from django.db import models


class Upload(models.Model):
    """Files on their way to an import, for a day at most; the files themselves lie in the data folder."""

    STATES = ("uploaded", "looking", "looked", "importing", "done", "failed", "cancelled")

    state = models.CharField(max_length=9, choices=[(state, state) for state in STATES])
    files = models.JSONField(help_text="The name and size of each file.")
    heads = models.JSONField(help_text="How the first file begins: per sheet its columns and first rows.")
    preset = models.CharField(max_length=100, blank=True, help_text="The preset its columns were recognised as.")
    mapping = models.TextField(blank=True, help_text="The mapping to read it with, as TOML.")
    options = models.JSONField(help_text="The store, whether stores may be added, what [file] options were set.")
    outcome = models.JSONField(null=True, help_text="The figures of the dry run, or of an import with nothing new.")
    refusal = models.JSONField(null=True, help_text="Why it failed: code, message, facts.")
    task = models.CharField(max_length=64, blank=True, help_text="The background task at work on it.")
    actor_key = models.CharField(max_length=100)
    actor = models.CharField(max_length=200)
    at = models.DateTimeField(help_text="When the files came, UTC.")
    asked_at = models.DateTimeField(help_text="When it was last asked to be tried or imported, UTC.")

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="upload_failed_has_its_reason",
                condition=~models.Q(state="failed") | models.Q(refusal__isnull=False),
            ),
        ]


class Import(models.Model):
    """One run of an import, kept so that it can be found again and undone."""

    preset = models.CharField(max_length=200, help_text="The preset or mapping it was read with.")
    files = models.JSONField(help_text="The names of the files.")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the files' content.")
    status = models.CharField(max_length=8, choices=[("done", "done"), ("undone", "undone")])
    at = models.DateTimeField(help_text="When it was run, UTC.")
    undone_at = models.DateTimeField(null=True)
    actor = models.CharField(max_length=200)
    # Written with the import, so that nobody need ask whether the one of an upload was kept.
    upload = models.OneToOneField(Upload, on_delete=models.SET_NULL, null=True, related_name="brought")
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
