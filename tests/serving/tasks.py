"""Background tasks that say when they run."""

import os
from pathlib import Path

from django_tasks import task


@task()
def task_tell(to: str, until: str | None = None) -> int:
    """Says who runs it into one pipe, and ends once something came through the other."""
    Path(to).write_text(f"{os.getpid()}\n")
    if until:
        Path(until).read_text()
    return os.getpid()
