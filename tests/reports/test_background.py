"""Reports in the background: begun, told of, stopped, found again, cleared away."""

from datetime import timedelta

import pytest
from django.conf import settings
from django_tasks_db.models import DBTaskResult

from regulars.access.rights import Role
from regulars.access.rules import OPERATOR, Actor
from regulars.core.errors import Forbidden
from regulars.reports import background
from regulars.reports.background import run_answer, run_begin, run_cancel, run_get, run_worked, runs_expire, runs_list
from regulars.reports.catalogue import question_named
from regulars.reports.errors import RunUnfinished, RunUnknown
from regulars.reports.models import ReportRun
from regulars.reports.running import report_run
from regulars.reports.scope import scope_asked
from regulars.storage.folder import DataFolder
from tests import cast
from tests.cast import ANNA_PHONE, NOW, record, sale

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def data_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "DATA_FOLDER", DataFolder(tmp_path / "data"))


@pytest.fixture
def shop(db):
    cast.shop_open()
    record(*(sale(n, customer={"phone": ANNA_PHONE}) for n in range(1, 4)))


def scope(key="summary", **told):
    return scope_asked(told, question=question_named(key), actor=OPERATOR, at=NOW)


def begun(**told) -> int:
    return run_begin("summary", scope(**told), actor=OPERATOR, at=NOW)


def test_a_run_gives_the_answer_that_was_asked_for(shop):
    run = begun(store="Westlands", compare="previous", **{"from": "2026-11-01"})
    assert run_get(run, visible_to=OPERATOR).state == "waiting"
    with pytest.raises(RunUnfinished):
        run_answer(run, visible_to=OPERATOR, at=NOW)
    run_worked.call(run)
    shown = run_get(run, visible_to=OPERATOR)
    assert (shown.state, shown.share, shown.key) == ("done", 1.0, "summary")
    kept = run_answer(run, visible_to=OPERATOR, at=NOW)
    fresh = report_run(
        "summary", scope(store="Westlands", compare="previous", **{"from": "2026-11-01"}), visible_to=OPERATOR, at=NOW
    )
    assert (kept.parts, kept.compared) == (fresh.parts, fresh.compared)
    assert (kept.finding, kept.header, kept.at, kept.bound, kept.scope) == (
        fresh.finding, fresh.header, fresh.at, fresh.bound, fresh.scope,
    )  # fmt: skip
    # A later sale does not change what was kept.
    record(sale(7))
    assert run_answer(run, visible_to=OPERATOR, at=NOW).parts == kept.parts


def test_the_same_is_asked_once_while_it_waits(shop):
    first = begun()
    assert begun() == first
    assert begun(store="Karen") != first
    assert DBTaskResult.objects.count() == 2


def test_a_run_that_is_cancelled_gives_no_answer(shop):
    run = begun()
    run_cancel(run, actor=OPERATOR)
    assert run_get(run, visible_to=OPERATOR).state == "cancelled"
    run_worked.call(run)
    assert ReportRun.objects.get(id=run).state == "cancelled"
    with pytest.raises(RunUnfinished):
        run_answer(run, visible_to=OPERATOR, at=NOW)


def test_a_run_whose_report_is_gone_says_why_it_failed(shop, monkeypatch):
    run = begun()
    ReportRun.objects.filter(id=run).update(key="gone")
    run_worked.call(run)
    shown = run_get(run, visible_to=OPERATOR)
    assert (shown.state, shown.refusal["code"]) == ("failed", "reports.unknown")


def test_a_run_whose_task_was_cut_off_is_told_to_have_failed(shop):
    run = begun()
    DBTaskResult.objects.update(status="FAILED", exception_class_path="x.Y", traceback="")
    shown = run_get(run, visible_to=OPERATOR)
    assert (shown.state, shown.refusal["code"]) == ("failed", "reports.run_cut_off")


def test_a_run_is_its_owners_own(shop):
    run = begun()
    other = Actor(key="person:3", name="Eve", role=Role.OWNER)
    with pytest.raises(RunUnknown):
        run_get(run, visible_to=other)
    with pytest.raises(RunUnknown):
        run_cancel(run, actor=other)
    assert runs_list(visible_to=other) == []
    with pytest.raises(Forbidden):
        run_get(run, visible_to=cast.REGISTER)
    assert [each.id for each in runs_list(visible_to=OPERATOR)] == [run]


def test_runs_that_had_their_time_are_gone(shop):
    run = begun()
    run_worked.call(run)
    folder = background._folder(run)
    assert folder.is_dir()
    runs_expire(at=NOW + timedelta(days=6))
    assert run_get(run, visible_to=OPERATOR).state == "done"
    runs_expire(at=NOW + timedelta(days=7))
    assert not folder.exists()
    with pytest.raises(RunUnknown):
        run_get(run, visible_to=OPERATOR)
