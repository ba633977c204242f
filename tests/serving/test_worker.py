"""Background tasks are run by one process at a time, without standing in the tills' way, and survive what runs them."""

import os
import signal
import subprocess
from contextlib import contextmanager

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_tasks_db.models import DBTaskResult

from regulars.cli.worker import Runner, tasks_take_over
from tests.serving.harness import COMMAND, PATIENCE, heard, served
from tests.serving.tasks import task_tell


@pytest.fixture
def pipes(tmp_path):
    """Two pipes: what the task says, and what lets it end."""
    for name in ("said", "until"):
        os.mkfifo(tmp_path / name)
    return tmp_path / "said", tmp_path / "until"


@contextmanager
def working(shop):
    """`regulars worker`, running."""
    process = subprocess.Popen([COMMAND, "worker"], env=shop.environment, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout.readline() == f"Running the background tasks of {shop.folder}; stop with Ctrl+C.\n"
        yield process
    finally:
        process.kill()
        process.wait(PATIENCE)
        process.stdout.close()


def test_the_server_runs_background_tasks_itself(server, pipes):
    said, _until = pipes
    with server.client() as client:
        assert client.get("/test/task", params={"to": str(said)}).text == "enqueued"
    assert heard(said) == f"{server.process.pid}\n"


def test_a_task_whose_worker_was_killed_is_run_once_more(own_shop, pipes):
    said, until = pipes
    with served(own_shop, "--no-background") as server, working(own_shop) as first:
        with server.client() as client:
            assert client.get("/test/task", params={"to": str(said), "until": str(until)}).text == "enqueued"
        assert heard(said) == f"{first.pid}\n"
        first.send_signal(signal.SIGKILL)
        first.wait(PATIENCE)
        with working(own_shop) as second:
            assert heard(said) == f"{second.pid}\n"
            # Told to stop, it ends the task it is at.
            second.send_signal(signal.SIGTERM)
            until.write_text("enough")
            assert second.wait(PATIENCE) == 0


def task_left(*, attempts):
    """A task that some process was running when it ended."""
    task_tell.enqueue("/nowhere")
    DBTaskResult.objects.update(status="RUNNING", worker_ids=[f"worker {n}" for n in range(attempts)])


def test_a_task_that_ended_two_processes_is_given_up(db):
    task_left(attempts=1)
    tasks_take_over()
    assert DBTaskResult.objects.get().status == "READY"
    task_left(attempts=2)
    tasks_take_over()
    assert set(DBTaskResult.objects.values_list("status", "exception_class_path")) == {
        ("FAILED", "regulars.cli.worker.TaskCutOffError")
    }


@pytest.fixture
def runner(transactional_db):
    made = Runner()
    made.look()
    yield made
    made._turn.give_up()


def test_a_runner_without_work_only_reads(runner):
    with CaptureQueriesContext(connection) as done:
        runner.look()
    assert [each["sql"].split()[0] for each in done] == ["SELECT"]


def test_a_second_runner_stands_by_until_the_first_gives_up(runner, tmp_path):
    second = Runner()
    task_tell.enqueue(str(tmp_path / "told"))
    second.look()
    assert DBTaskResult.objects.get().status == "READY"
    runner._turn.give_up()
    second.look()
    assert DBTaskResult.objects.get().status == "SUCCESSFUL"
    assert (tmp_path / "told").read_text() == f"{os.getpid()}\n"
    second._turn.give_up()
