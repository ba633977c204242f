"""What is kept of reports: those that run in the background, and what is foretold of each customer."""

from django.db import models

from regulars.customers.models import Customer


class ReportRun(models.Model):
    """A report asked for in the background, for some days; how far it is and its answer lie in the data folder."""

    STATES = ("waiting", "done", "failed", "cancelled")

    key = models.CharField(max_length=100, help_text="The key of the report.")
    scope = models.JSONField(help_text="What it is asked about, in the words it was told in.")
    engine = models.CharField(max_length=20)
    state = models.CharField(max_length=9, choices=[(state, state) for state in STATES])
    refusal = models.JSONField(null=True, help_text="Why it failed: code, message, facts.")
    task = models.CharField(max_length=64, blank=True, help_text="The background task at work on it.")
    actor_key = models.CharField(max_length=100)
    actor = models.CharField(max_length=200)
    at = models.DateTimeField(help_text="When it was asked for, UTC.")
    expires_at = models.DateTimeField(help_text="When it is cleared away, UTC.")

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="report_failed_has_its_reason",
                condition=~models.Q(state="failed") | models.Q(refusal__isnull=False),
            ),
        ]
        indexes = [models.Index(name="report_runs_by_actor", fields=["actor_key", "-id"])]


class Score(models.Model):
    """What is concluded about a customer who has ordered; what is foretold is unknown where data is too little."""

    customer = models.OneToOneField(Customer, on_delete=models.CASCADE, primary_key=True, related_name="score")
    recency_score = models.PositiveSmallIntegerField()
    frequency_score = models.PositiveSmallIntegerField()
    monetary_score = models.PositiveSmallIntegerField()
    rfm = models.CharField(max_length=40, help_text="The group that the three scores make.")
    churn_risk_milli = models.PositiveIntegerField(null=True, help_text="Chance to be gone, thousandths.")
    predicted_orders_milli = models.PositiveBigIntegerField(null=True, help_text="In the next 365 days, thousandths.")
    predicted_spent = models.PositiveBigIntegerField(null=True, help_text="In the next 365 days, minor units.")
    day = models.DateField(help_text="The business day since which these hold.")

    class Meta:
        ordering = ["customer"]
        constraints = [
            models.CheckConstraint(
                name="score_is_from_1_to_5",
                condition=models.Q(recency_score__range=(1, 5))
                & models.Q(frequency_score__range=(1, 5))
                & models.Q(monetary_score__range=(1, 5)),
            ),
            models.CheckConstraint(
                name="score_risk_is_a_chance",
                condition=models.Q(churn_risk_milli__isnull=True) | models.Q(churn_risk_milli__lte=1000),
            ),
        ]


class ScoreDay(models.Model):
    """The business day that all scores are of; one row at most."""

    day = models.DateField()

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(name="score_day_is_one_row", condition=models.Q(id=1))]
