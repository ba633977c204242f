"""`regulars worker`, and the background tasks that `regulars serve` runs beside itself."""

import logging
import os
import signal
import threading
import time
from contextlib import suppress
from types import FrameType

import click
from django.core.management import call_command
from django.db import close_old_connections, connections
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from regulars.balances.jobs import days_end
from regulars.cli.base import ShopCommand, folder, now
from regulars.exchange.uploads import uploads_expire
from regulars.lake.flushing import lake_renew
from regulars.reports.jobs import answers_expire, scores_follow
from regulars.sales.errors import NotSetUp
from regulars.segments.copying import copy_renew
from regulars.segments.midnight import days_catch_up
from regulars.storage.locking import background_turn
from regulars.storage.writing import writing

# How often the list of tasks is looked at, and how long a task may take to end when the runner is to stop, in seconds.
INTERVAL, STOPPING = 1.0, 20.0
# How often what has had its time is cleared away: uploads of yesterday, sessions that are over.
TIDYING = 3600.0
# How often it is asked whether a new business day has begun, for the points, segments and tiers that
# time alone changes.
DAY_ASKED = 10.0
# How often it is asked whether the columnar copy, which counts for whoever types a rule, has become old.
COPY_ASKED = 60.0
# How often it is asked whether enough has happened to put it into the lake's files; every answer holds it anyway.
LAKE_ASKED = 15.0
# A task whose process died with it is run once more, then given up: it may be what kills the process.
MOST_ATTEMPTS = 2
_log = logging.getLogger("regulars.background")


class TaskCutOffError(Exception):
    """The process that ran the task ended before the task did, each time it was tried."""


class Runner(threading.Thread):
    """Runs the background tasks of this shop, one after the other, for as long as nobody else does."""

    def __init__(self) -> None:
        super().__init__(name="background", daemon=True)
        self._turn, self._is_mine = background_turn(folder()), False
        self._stopping = threading.Event()
        self._tidy_at = self._ask_day_at = self._copy_at = self._lake_at = time.monotonic()
        self._worker = Worker(
            queue_names=["*"], excluded_queue_names=[], interval=0, batch=True, backend_name="default",
            startup_delay=False, max_tasks=None, worker_id=f"{os.uname().nodename} {os.getpid()}"[:64],
        )  # fmt: skip

    def run(self) -> None:
        while not self._stopping.wait(INTERVAL):
            close_old_connections()
            try:
                self.look()
            except Exception:  # noqa: BLE001  (the next look may go well; without the thread none ever would)
                _log.exception("The list of background tasks could not be worked on; it is tried again.")
        connections.close_all()
        self._turn.give_up()

    def look(self) -> None:
        """What was ready has been run, if it is our turn."""
        was_mine, self._is_mine = self._is_mine, self._turn.is_mine()
        if self._is_mine and not was_mine:
            tasks_take_over()
        if self._is_mine and time.monotonic() >= self._tidy_at:
            self._tidy_at = time.monotonic() + TIDYING
            uploads_expire(at=now())
            answers_expire(at=now())
            call_command("clearsessions")
        if self._is_mine and time.monotonic() >= self._ask_day_at:
            self._ask_day_at = time.monotonic() + DAY_ASKED
            # Points expire before segments ask for them.
            days_end(at=now())
            days_catch_up(at=now())
            # Before there is a shop there is nothing to score.
            with suppress(NotSetUp):
                scores_follow(at=now())
        if self._is_mine and time.monotonic() >= self._copy_at:
            self._copy_at = time.monotonic() + COPY_ASKED
            copy_renew(at=now())
        if self._is_mine and time.monotonic() >= self._lake_at:
            self._lake_at = time.monotonic() + LAKE_ASKED
            with suppress(NotSetUp):
                lake_renew(at=now())
        # A plain read: the worker itself would lock out every till each time it looks.
        if self._is_mine and DBTaskResult.objects.ready().exists():
            self._worker.run()

    def stop(self) -> bool:
        """No further task begins; whether the one at work came to its end in time."""
        self._stopping.set()
        self._worker.running = False
        self.join(STOPPING)
        return not self.is_alive()


def tasks_take_over() -> None:
    """Tasks whose process died are ready to be run once more, or failed if they were already.

    Only for whoever has the turn: then nobody runs any.
    """
    cut_off = list(DBTaskResult.objects.running())
    with writing():
        for task in cut_off:
            if len(task.worker_ids) >= MOST_ATTEMPTS:
                task.set_failed(TaskCutOffError("The process that ran it ended before it was done, twice."))
            else:
                DBTaskResult.objects.filter(pk=task.pk).update(status="READY", started_at=None)


@click.command(cls=ShopCommand)
def worker() -> None:
    """Run background tasks, such as imports, until told to stop (Ctrl+C or SIGTERM).

    `regulars serve` does so by itself; with --no-background it leaves it to this. One process at a time runs them:
    a second one stands by.
    """
    runner, stopping = Runner(), threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    runner.start()
    click.echo(f"Running the background tasks of {folder().path}; stop with Ctrl+C.")
    stopping.wait()
    runner_stop(runner)


def runner_stop(runner: Runner) -> None:
    """Returns when the runner has stopped; what does not end in time ends with the process, and is run again."""
    if not runner.stop():
        click.echo("A background task did not end in time; it is run again at the next start.", err=True)
        os._exit(0)
