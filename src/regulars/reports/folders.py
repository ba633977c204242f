"""A report is a folder: `shape.py` says what it is, an SQL file per part what it asks. Pure.

What several statements have in common stands in `steps` (see there); it is put in front of them here, once, so that
whoever asks sees whole statements.
"""

import importlib.util
import re
import sys
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from regulars.reports.errors import ReportBroken
from regulars.reports.shape import Part, Report
from regulars.reports.steps import (
    Steps,
    Text,
    missing_found,
    rolled_made,
    statement_rolled,
    statement_whole,
    steps_of,
    text_read,
)

_KEY = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
# What the narrowing and the scope bind; a parameter of a report has another name.
_TAKEN = frozenset({
    "today", "today_number", "from", "to", "from_number", "to_number", "from_month", "to_month", "period",
    "store", "channel", "segment", "compare", "as_of", "format", "part", "engine",
})  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A report and its statements by the name of the part; `asked` may hold some that only `computed` reads."""

    report: Report
    asked: Mapping[str, str]
    rolled: Mapping[str, str]
    behind: Mapping[str, str]
    is_own: bool = False

    @property
    def has_periods(self) -> bool:
        """Whether it is told by day, week, month, quarter or year, as was asked for."""
        return any("$period" in sql for sql in self.asked.values())


def question_read(folder: Path, *, is_own: bool = False, tables: Collection[str] = ()) -> Question:
    """The question in a folder. Raises ReportBroken, which names the file and what is wrong with it.

    `tables`: all that can be read beside the steps, where that is to be checked.
    """
    report = _report_in(folder / "shape.py", key=folder.name.replace("_", "-"))
    steps = steps_of(folder, tables=tables)
    asked, behind = _asked_in(folder, report), dict(_behind_in(folder, report))
    if tables:
        for text in (*asked.values(), *behind.values()):
            missing_found(text, steps, tables=tables)
    return Question(
        report,
        MappingProxyType({name: statement_whole(text, steps) for name, text in asked.items()}),
        MappingProxyType(dict(_rolled_in(folder, asked, steps))),
        MappingProxyType({name: statement_whole(text, steps) for name, text in behind.items()}),
        is_own,
    )


def _asked_in(folder: Path, report: Report) -> dict[str, Text]:
    """A statement for each part, but for those that `computed` alone gives; it may have some beside the parts, too."""
    if report.computed is None:
        return {part.name: text_read(folder / f"{part.name}.sql") for part in report.parts}
    found = {file.stem: text_read(file) for file in sorted(folder.glob("*.sql")) if "." not in file.stem}
    first = [part.name for part in report.parts if part.name in found]
    return {name: found[name] for name in [*first, *(each for each in found if each not in first)]}


def _behind_in(folder: Path, report: Report) -> Iterator[tuple[str, Text]]:
    for part in report.parts:
        if part.behind:
            name = part.behind.removesuffix(".sql").removesuffix(".behind")
            yield part.name, text_read(folder / f"{name}.behind.sql")


def _rolled_in(folder: Path, asked: Mapping[str, Text], steps: Steps) -> Iterator[tuple[str, str]]:
    """The statements over rollups: those that are written, and those that the steps over rollups give."""
    for name, text in asked.items():
        file = folder / f"{name}.rolled.sql"
        if file.exists():
            yield name, statement_rolled(text_read(file), steps)
        elif (made := rolled_made(text, steps)) is not None:
            yield name, made


def _report_in(file: Path, *, key: str) -> Report:
    if not file.is_file():
        raise ReportBroken(file=file, reason="there is no such file")
    report = _run(file).get("REPORT")
    if not isinstance(report, Report):
        raise ReportBroken(file=file, reason="it gives no REPORT = Report(...)")
    if (reason := _wrong(report, key)) is not None:
        raise ReportBroken(file=file, reason=reason)
    return report


def _run(file: Path) -> Mapping[str, object]:
    """The names that running the file leaves. It is the operator's own code: it may do what the operator may."""
    name = f"regulars_report_{re.sub('[^a-z0-9]', '_', file.parent.name.lower())}"
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise ReportBroken(file=file, reason="it is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses ask their module for its names
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        # Whatever somebody's own file raises must not take the others down.
        raise ReportBroken(file=file, reason=f"{type(error).__name__}: {error}".rstrip(".")) from error
    return vars(module)


def _wrong(report: Report, key: str) -> str | None:
    """What a report says that cannot be, as the end of a sentence."""
    taken = _TAKEN & {parameter.name for parameter in report.parameters}
    found = {
        f'the folder is called "{key}"; call it with small letters, digits and _': not _KEY.fullmatch(key),
        f'its key is "{report.key}", the folder is called "{key}"': report.key != key,
        'it has no part; the first one is called "query"': [part.name for part in report.parts][:1] != ["query"],
        f"a parameter has a name that every report has: {', '.join(sorted(taken))}; choose another": bool(taken),
    }
    first = next((sentence for sentence, is_so in found.items() if is_so), None)
    return first or next((missing for part in report.parts if (missing := _missing(part)) is not None), None)


def _missing(part: Part) -> str | None:
    """Which column a part names and does not have."""
    named = {column.of for column in part.columns}
    if part.chart is not None:
        chart = part.chart
        named |= {chart.x, chart.y, chart.colour, chart.low, chart.high, chart.size}
    missing = named - {column.name for column in part.columns} - {""}
    return f'the part "{part.name}" names the column "{min(missing)}", which it does not have' if missing else None
