"""A report is run: its parts are asked of the lake, within the scope, and told with what they mean."""

import re
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from threading import Lock
from time import perf_counter
from typing import Any, NamedTuple

import pyarrow as pa

from regulars.access.rules import Actor
from regulars.balances.inforce import policies_now
from regulars.core.money import MILLI
from regulars.lake.engines import engine_named
from regulars.lake.engines.engine import Cancel, Engine, Progress, Statement
from regulars.lake.reading import Reading, lake_here
from regulars.reports.catalogue import question_named
from regulars.reports.checking import part_checked
from regulars.reports.errors import ReportBroken
from regulars.reports.folders import Question
from regulars.reports.heading import Line, header_of
from regulars.reports.members import members_of
from regulars.reports.narrowing import MEMBERS, Narrowing, day_numbered, days_bound, narrowed
from regulars.reports.scope import Scope, compared, reach_narrowed
from regulars.reports.shape import Report, Words
from regulars.reports.wording import words_of
from regulars.sales.models import Business
from regulars.sales.selectors import business_get, business_today

DUCKDB = "duckdb"
# What a point is worth, in thousandths of a minor unit: that of the loyalty policy, where it is not told.
POINT_VALUE = "point_value_milli"
# The smallest relation that holds every day with a sale.
_DAYS = "by_store_day_hour"
_ROLLED = re.compile(r"\bby_[a-z_]+")
# Relations that change without a sale.
_BESIDE = re.compile(
    r"\b(FROM|JOIN)\s+(customers|stores|products|stock|tiers|groups|membership_changes|entries|offers|offer_uses|exposures)"
    r"\b",
    re.IGNORECASE,
)
# Answers that are kept in the process, and how many bytes one of them may have.
_MOST_KEPT, _LARGEST_KEPT = 64, 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """What a report came to. `parts` by name, in the order of the report; `compared` the same of the earlier span.

    `at`: the instant of its data. `today`: the day it was asked about. `bound`: the values its statements named.
    """

    report: Report
    scope: Scope
    header: Sequence[Line]
    parts: Mapping[str, pa.Table]
    compared: Mapping[str, pa.Table] | None
    finding: str
    at: datetime
    today: date
    bound: Mapping[str, Any]
    seconds: float
    currency: str


class Asked(NamedTuple):
    """What all parts of a report have in common when they are asked."""

    question: Question
    scope: Scope
    reading: Reading
    engine: Engine | None
    members: pa.Table | None
    today: date
    span: tuple[date, date]
    is_past: bool
    has_future: bool
    business: Business

    @property
    def asked_at(self) -> datetime:
        return self.reading.asked_at


def report_run(
    key: str,
    scope: Scope,
    *,
    visible_to: Actor,
    at: datetime,
    engine: str = DUCKDB,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> Answer:
    """The answer of a report within the scope and the actor's reach.

    Raises Forbidden, ReportUnknown, ReportBroken; StoppedError once `cancel` says so; what `engine_named` raises.
    """
    begun = perf_counter()
    asked = asked_of(key, scope, visible_to=visible_to, at=at, engine=engine)
    before = compared(asked.scope, last=asked.span[1]) if asked.scope.compare else None
    steps = 2 if before else 1
    parts = _parts(asked, _stepped(progress, 0, steps), cancel)
    earlier = _parts(_spanned(asked, before), _stepped(progress, 1, steps), cancel) if before else None
    business = asked.business
    words = words_of(business, visible_to=visible_to)
    bound = bound_of(asked)
    return Answer(
        report=asked.question.report,
        scope=asked.scope,
        header=header_of(
            asked.question.report,
            asked.scope,
            before,
            asked,
            business=business,
            words=words,
            has_periods=asked.question.has_periods,
            settings=settings_of(asked),
        ),
        parts=parts,
        compared=earlier,
        finding=finding_of(asked.question.report, parts, earlier, words),
        at=asked.reading.asked_at,
        today=asked.today,
        bound=bound,
        seconds=perf_counter() - begun,
        currency=business.currency,
    )


def finding_of(
    report: Report, parts: Mapping[str, pa.Table], earlier: Mapping[str, pa.Table] | None, words: Words
) -> str:
    """What the answer comes to, in a sentence; beside an earlier span often in two."""
    told = report.finding(Rows(parts), words)
    if earlier is None or report.beside is None:
        return told
    return f"{told} {report.beside(Rows(parts), Rows(earlier), words)}"


def asked_of(key: str, scope: Scope, *, visible_to: Actor, at: datetime, engine: str = DUCKDB) -> Asked:
    """The report as it is to be asked of the lake as it is now."""
    narrow = reach_narrowed(scope, visible_to=visible_to)
    question = question_named(key)
    reading = lake_here().reading(at=at)
    today = business_today(at=at)
    on = narrow.as_of or today
    first, last = span_of(reading)
    return Asked(
        question=question,
        scope=narrow,
        reading=reading,
        engine=engine_named(engine),
        members=members_of(narrow.members, as_of=narrow.as_of, at=at, actor=visible_to) if narrow.members else None,
        today=on,
        span=(narrow.first or min(first or on, on), min(narrow.last or on, on)),
        is_past=on < today,
        has_future=last is not None and last > on,
        business=business_get(),
    )


def bound_of(asked: Asked) -> dict[str, Any]:
    """The values that statements, drills and `computed` may name."""
    first, last = asked.span
    return {
        **days_bound(today=asked.today, first=first, last=last),
        "period": asked.scope.period,
        "week_start": asked.business.week_start,
        "store_names": asked.scope.store_names,
        "channel": asked.scope.channel,
        **settings_of(asked),
    }


def settings_of(asked: Asked) -> dict[str, int | str]:
    """The report's parameters: as they were told, else as the shop has them set, else as the report says."""
    settings: dict[str, int | str] = {each.name: each.default for each in asked.question.report.parameters}
    if POINT_VALUE in settings and POINT_VALUE not in asked.scope.settings:
        policy = policies_now().on(asked.today)
        settings[POINT_VALUE] = policy.terms.point_value_milli if policy else MILLI
    return settings | dict(asked.scope.settings)


def narrowing_of(asked: Asked) -> Narrowing:
    scope = asked.scope
    return Narrowing(
        first=scope.first,
        last=scope.last,
        stores=scope.stores,
        channel=scope.channel,
        has_members=asked.members is not None,
        until=asked.today if asked.is_past or asked.has_future else None,
        is_past=asked.is_past,
    )


def statement_of(sql: str, asked: Asked, *, more: Mapping[str, object] | None = None) -> Statement:
    """The statement within the scope. `more`: values beside those of every statement."""
    written = narrowed(sql, narrowing_of(asked), {**bound_of(asked), **(more or {})})
    tables = {MEMBERS: asked.members} if asked.members is not None else {}
    return Statement(written.sql, written.bound, tables)


def asked_sql(sql: str, asked: Asked, **how: Any) -> pa.Table:
    """The rows a statement answers with. What is wrong with an own report's SQL is said of its file."""
    statement = statement_of(sql, asked, more=how.pop("more", None))
    if not asked.question.is_own:
        return asked.reading.ask(statement, engine=asked.engine, **how)
    try:
        return asked.reading.ask(statement, engine=asked.engine, **how)
    except Exception as error:
        # What an engine says of somebody's own SQL is theirs to read; a bug of ours does not come this way.
        if not type(error).__module__.startswith(("duckdb", "_duckdb", "pyspark", "sqlglot")):
            raise
        reason = str(error).strip().partition("\n")[0].rstrip(".")
        raise ReportBroken(file=f"{asked.question.report.key}/*.sql", reason=reason) from None


def _parts(asked: Asked, progress: Progress | None, cancel: Cancel | None) -> Mapping[str, pa.Table]:
    """The parts by name, with the columns and types their shape says; from the kept answers, if nothing changed."""
    key = _kept_key(asked)
    with _KEPT_LOCK:
        if key in _KEPT:
            _KEPT.move_to_end(key)
            return _KEPT[key]
    found = _parts_asked(asked, progress, cancel)
    if _reads_sales_only(asked.question) and sum(table.nbytes for table in found.values()) <= _LARGEST_KEPT:
        with _KEPT_LOCK:
            _KEPT[key] = found
            while len(_KEPT) > _MOST_KEPT:
                _KEPT.popitem(last=False)
    return found


def _parts_asked(asked: Asked, progress: Progress | None, cancel: Cancel | None) -> Mapping[str, pa.Table]:
    question, count = asked.question, len(asked.question.asked)
    tables = {
        name: asked_sql(_sql(asked, name), asked, progress=_stepped(progress, n, count), cancel=cancel)
        for n, name in enumerate(question.asked)
    }
    if question.report.computed is not None:
        tables = dict(question.report.computed(tables, bound_of(asked)))
    return {part.name: part_checked(question, part, tables) for part in question.report.parts}


def _sql(asked: Asked, part: str) -> str:
    """The statement over rollups where they give the same, else the one over all rows."""
    rolled = asked.question.rolled.get(part)
    if rolled is None or not _is_rolled(asked):
        return asked.question.asked[part]
    known = set(asked.reading.names)
    return rolled if set(_ROLLED.findall(rolled)) <= known else asked.question.asked[part]


def _is_rolled(asked: Asked) -> bool:
    """Whether the rollups can give this scope."""
    scope, able = asked.scope, asked.question.report.rolled
    if able is None or asked.is_past or asked.has_future or asked.members is not None or scope.channel:
        return False
    has_dates = scope.first is not None or scope.last is not None
    return ("dates" in able or not has_dates) and ("stores" in able or scope.stores is None)


def _spanned(asked: Asked, scope: Scope) -> Asked:
    """The same asked of another span."""
    assert scope.first is not None  # noqa: S101  (`compared` gives both)
    assert scope.last is not None  # noqa: S101
    return asked._replace(scope=scope, span=(scope.first, scope.last))


class Rows(Mapping[str, Sequence[Mapping[str, Any]]]):
    """Rows of each part, made when they are looked at."""

    def __init__(self, parts: Mapping[str, pa.Table]) -> None:
        self._parts = parts
        self._made: dict[str, Sequence[Mapping[str, Any]]] = {}

    def __getitem__(self, name: str) -> Sequence[Mapping[str, Any]]:
        if name not in self._made:
            self._made[name] = self._parts[name].to_pylist()
        return self._made[name]

    def __iter__(self) -> Any:
        return iter(self._parts)

    def __len__(self) -> int:
        return len(self._parts)


def _stepped(progress: Progress | None, n: int, count: int) -> Progress | None:
    """How far one of several steps is, told as how far all of them are."""
    if progress is None:
        return None
    return lambda share: progress((n + share) / count)


# What was answered lately, by all that it hangs on: a change of anything in the lake is another stamp.
_KEPT: OrderedDict[tuple[object, ...], Mapping[str, pa.Table]] = OrderedDict()
_KEPT_LOCK = Lock()
_SPANS: dict[tuple[object, ...], tuple[date | None, date | None]] = {}


def answers_forget() -> None:
    """No answer is kept in this process any more."""
    with _KEPT_LOCK:
        _KEPT.clear()
        _SPANS.clear()


def _kept_key(asked: Asked) -> tuple[object, ...]:
    scope = replace(asked.scope, settings=tuple(sorted(settings_of(asked).items())), compare="")  # type: ignore[arg-type]
    members = None if asked.members is None else hash(asked.members["customer"].combine_chunks().to_numpy().tobytes())
    return (
        id(asked.question), _moment(asked.reading), scope, members, asked.today, asked.is_past,
        asked.engine.name if asked.engine else DUCKDB,
    )  # fmt: skip


def _moment(reading: Reading) -> tuple[object, ...]:
    return (str(reading.place), reading.sequence, reading.version)


@cache
def _reads_sales_only(question: Question) -> bool:
    """Whether its answer hangs on sales alone, whose every change is told by the moment of a reading."""
    return not any(_BESIDE.search(sql) for sql in question.asked.values())


def span_of(reading: Reading) -> tuple[date | None, date | None]:
    """The first and the last day with a sale; None without one. Looked up once for each change."""
    key = _moment(reading)
    found = _SPANS.get(key)
    if found is None:
        held = _DAYS if _DAYS in reading.names else "history_sales"
        sql = f"SELECT MIN(day_number) AS first, MAX(day_number) AS last FROM {held}"
        [row] = reading.ask(Statement(sql)).to_pylist()
        found = (_day(row["first"]), _day(row["last"]))
        with _KEPT_LOCK:
            _SPANS.clear()
            _SPANS[key] = found
    return found


def _day(number: int | None) -> date | None:
    return None if number is None else day_numbered(number)
