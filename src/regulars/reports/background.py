"""Reports in the background: a task runs one, tells how far it is, stops when it is told to, and keeps the answer.

How far it is, that it is to stop, and the answer stand in files of the run's own folder in the data folder; the row in
the database says that it was asked for, by whom and how it ended.
"""

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from regulars.access.rules import OPERATOR, Actor
from regulars.access.selectors import person_actor, tokens_list
from regulars.core.errors import RegularsError
from regulars.lake.engines.engine import StoppedError
from regulars.reports.catalogue import question_named
from regulars.reports.errors import RunCutOff, RunUnfinished, RunUnknown, RunUnowned
from regulars.reports.heading import Line
from regulars.reports.models import ReportRun
from regulars.reports.running import DUCKDB, Answer, report_run
from regulars.reports.scope import Scope, scope_asked
from regulars.storage.writing import writing

# How long an answer can be found again.
KEPT_DAYS = 7
_ANSWER, _PROGRESS, _CANCEL = "answer.json", "progress", "cancel"


@dataclass(frozen=True, slots=True)
class RunShown:
    """A report in the background. `share`: how far it is, from 0 to 1. `refusal`: why it failed."""

    id: int
    key: str
    scope: Mapping[str, Any]
    state: str
    share: float
    refusal: Mapping[str, Any] | None
    actor: str
    at: datetime
    expires_at: datetime


def run_begin(key: str, scope: Scope, *, engine: str = DUCKDB, actor: Actor, at: datetime) -> int:
    """The id of a run of the report that begins as soon as there is time for it; of one that waits already, if any.

    Raises Forbidden, ReportUnknown.
    """
    actor.require("reports.see")
    report, told = question_named(key).report, scope.words()
    with writing():
        same = ReportRun.objects.filter(key=report.key, engine=engine, state="waiting", actor_key=actor.key)
        for row in same:
            if row.scope == told:
                return row.id
        row = ReportRun.objects.create(
            key=report.key, scope=told, engine=engine, state="waiting", actor_key=actor.key, actor=actor.name, at=at,
            expires_at=at + timedelta(days=KEPT_DAYS),
        )  # fmt: skip
        result = run_worked.enqueue(row.id)
        ReportRun.objects.filter(id=row.id).update(task=str(result.id))
    return row.id


def run_cancel(run_id: int, *, actor: Actor) -> None:
    """It stops at its next look, or never begins; one that ended stays as it is. Raises Forbidden, RunUnknown."""
    row = _found(run_id, actor)
    if row.state == "waiting":
        folder = _folder(row.id)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        (folder / _CANCEL).touch()


def run_get(run_id: int, *, visible_to: Actor) -> RunShown:
    """The run, if it is the actor's own. Two queries. Raises Forbidden, RunUnknown."""
    return _shown([_found(run_id, visible_to)])[0]


def runs_list(*, visible_to: Actor, limit: int = 50) -> Sequence[RunShown]:
    """The actor's own runs, the latest first. Two queries. Raises Forbidden."""
    visible_to.require("reports.see")
    return _shown(list(_own(visible_to)[:limit]))


def run_answer(run_id: int, *, visible_to: Actor, at: datetime) -> Answer:
    """The answer a run came to. Raises Forbidden, RunUnknown; RunUnfinished where there is none."""
    row = _found(run_id, visible_to)
    if row.state != "done":
        raise RunUnfinished(name=run_id)
    return _answer_read(row, actor=visible_to, at=at)


def runs_expire(*, at: datetime) -> None:
    """Runs that have had their time are gone, with their answers; so are answers of no run."""
    with writing():
        ReportRun.objects.filter(expires_at__lte=at).delete()
    known = {str(id_) for id_ in ReportRun.objects.values_list("id", flat=True)}
    if _runs_folder().is_dir():
        for folder in _runs_folder().iterdir():
            if folder.name not in known:
                shutil.rmtree(folder, ignore_errors=True)


@task()
def run_worked(run_id: int) -> None:
    """The run has ended, with its answer or with why not; one that is gone or has ended stays so."""
    row = ReportRun.objects.filter(id=run_id, state="waiting").first()
    if row is None:
        return
    state, refusal = _attempt(row)
    with writing():
        ReportRun.objects.filter(id=row.id).update(state=state, refusal=refusal, task="")


def _attempt(row: ReportRun) -> tuple[str, Mapping[str, Any] | None]:
    """How it ended. A bug falls through: the list of tasks keeps it, and whoever waits is told it was cut off."""
    folder = _folder(row.id)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        actor = _actor_behind(row.actor_key)
        scope = scope_asked(row.scope, question=question_named(row.key), actor=actor, at=row.at)
        answer = report_run(
            row.key, scope, visible_to=actor, at=row.at, engine=row.engine,
            progress=lambda share: _write(folder / _PROGRESS, f"{share:.3f}"),
            cancel=(folder / _CANCEL).exists,
        )  # fmt: skip
    except StoppedError:
        return "cancelled", None
    except RegularsError as refusal:
        facts = {name: str(fact) for name, fact in refusal.facts.items()}
        return "failed", {"code": refusal.code, "message": refusal.message, "facts": facts}
    if (folder / _CANCEL).exists():
        return "cancelled", None
    _answer_write(answer, folder)
    return "done", None


def _actor_behind(key: str) -> Actor:
    """Who asked, with the rights they have now. Raises RunUnowned."""
    if key == OPERATOR.key:
        return OPERATOR
    kind, _colon, number = key.partition(":")
    found = person_actor(int(number)) if kind == "person" else _token_actor(key)
    if found is None:
        raise RunUnowned
    return found


def _token_actor(key: str) -> Actor | None:
    for token in tokens_list(visible_to=OPERATOR):
        if f"token:{token.id}" == key and token.revoked_at is None:
            stores = frozenset({token.store_id}) if token.store_id else None
            return Actor(key=key, name=token.name, role=token.role, stores=stores)
    return None


def _answer_write(answer: Answer, folder: Path) -> None:
    """The answer lies in the folder; its head last, so that a half one is none."""
    for name, table in answer.parts.items():
        pq.write_table(table, folder / f"{name}.parquet")
    for name, table in (answer.compared or {}).items():
        pq.write_table(table, folder / f"{name}.compared.parquet")
    head = {
        "header": [list(line) for line in answer.header],
        "finding": answer.finding,
        "at": answer.at.isoformat(),
        "today": answer.today.isoformat(),
        "bound": {name: _kept(value) for name, value in answer.bound.items()},
        "compared": answer.compared is not None,
        "seconds": answer.seconds,
        "currency": answer.currency,
    }
    _write(folder / _ANSWER, json.dumps(head))


def _answer_read(row: ReportRun, *, actor: Actor, at: datetime) -> Answer:
    folder, question = _folder(row.id), question_named(row.key)
    try:
        head = json.loads((folder / _ANSWER).read_text("utf-8"))
    except FileNotFoundError:
        raise RunUnknown(name=row.id) from None
    names = [part.name for part in question.report.parts]
    return Answer(
        report=question.report,
        scope=scope_asked(row.scope, question=question, actor=actor, at=at),
        header=tuple(Line(*line) for line in head["header"]),
        parts=_tables(folder, names, ".parquet"),
        compared=_tables(folder, names, ".compared.parquet") if head["compared"] else None,
        finding=head["finding"],
        at=datetime.fromisoformat(head["at"]),
        today=date.fromisoformat(head["today"]),
        bound=MappingProxyType({name: _read(value) for name, value in head["bound"].items()}),
        seconds=head["seconds"],
        currency=head["currency"],
    )


def _tables(folder: Path, names: Sequence[str], ending: str) -> dict[str, pa.Table]:
    return {name: pq.read_table(folder / f"{name}{ending}") for name in names}


def _kept(value: object) -> object:
    """A value as JSON holds it: a day in a list of its own, for it must come back as one."""
    return {"day": value.isoformat()} if isinstance(value, date) else value


def _read(value: Any) -> Any:
    match value:
        case {"day": day}:
            return date.fromisoformat(day)
        case list():
            return tuple(value)
        case _:
            return value


def _shown(rows: Sequence[ReportRun]) -> list[RunShown]:
    cut_off = _cut_off(rows)
    told = {"code": RunCutOff.code, "message": RunCutOff.message, "facts": {}}
    return [
        RunShown(
            row.id, row.key, row.scope, _state(row, cut_off), _share(row), told if row.id in cut_off else row.refusal,
            row.actor, row.at, row.expires_at,
        )
        for row in rows
    ]  # fmt: skip


def _state(row: ReportRun, cut_off: set[int]) -> str:
    if row.id in cut_off:
        return "failed"
    if row.state != "waiting":
        return row.state
    if (_folder(row.id) / _CANCEL).exists():
        return "cancelled"
    return "running" if (_folder(row.id) / _PROGRESS).exists() else "waiting"


def _share(row: ReportRun) -> float:
    if row.state == "done":
        return 1.0
    try:
        return float((_folder(row.id) / _PROGRESS).read_text("ascii"))
    except FileNotFoundError:
        return 0.0


def _cut_off(rows: Sequence[ReportRun]) -> set[int]:
    """The runs that wait for a task that ended without an answer. At most one query."""
    tasks = {row.task: row.id for row in rows if row.state == "waiting" and row.task}
    if not tasks:
        return set()
    failed = DBTaskResult.objects.filter(id__in=list(tasks), status="FAILED").values_list("id", flat=True)
    return {tasks[str(id_)] for id_ in failed}


def _own(actor: Actor) -> Any:
    return ReportRun.objects.filter(actor_key=actor.key).order_by("-id")


def _found(run_id: int, actor: Actor) -> ReportRun:
    actor.require("reports.see")
    row: ReportRun | None = _own(actor).filter(id=run_id).first()
    if row is None:
        raise RunUnknown(name=run_id)
    return row


def _runs_folder() -> Path:
    path: Path = settings.DATA_FOLDER.path
    return path / "runs"


def _folder(run_id: int) -> Path:
    return _runs_folder() / str(run_id)


def _write(path: Path, text: str) -> None:
    """The file holds the text, whole at every moment."""
    beside = path.with_name(f"{path.name}.new")
    beside.write_text(text, "utf-8")
    beside.replace(path)
