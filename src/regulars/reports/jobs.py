"""What reports do on a clock. What they compute with is loaded when there is something to compute."""

from datetime import datetime
from importlib import import_module


def answers_expire(*, at: datetime) -> None:
    """Answers kept in the background that have had their time are gone."""
    import_module("regulars.reports.background").runs_expire(at=at)


def scores_follow(*, at: datetime) -> None:
    """Every customer's scores are of today."""
    import_module("regulars.reports.scoring").scores_refresh(at=at)
