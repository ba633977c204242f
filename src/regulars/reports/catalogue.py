"""Which questions there are: those that come with Regulars, and the folders of the shop's own."""

from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from regulars.core.text import nearest
from regulars.lake.relations import lake_relations
from regulars.lake.rollups import ROLLUPS
from regulars.reports import questions
from regulars.reports.errors import ReportBroken, ReportUnknown
from regulars.reports.folders import Question, question_read
from regulars.reports.narrowing import MEMBERS, OF_SALES
from regulars.reports.shape import Report
from regulars.reports.steps import SHARED

# Where in the data folder somebody's own reports lie, a folder each.
OWN = "reports"

# Which files a folder holds, and when each was last written.
_Seen = tuple[tuple[str, int, int], ...]


class Broken(NamedTuple):
    """A folder that is to be a report and is none, and why."""

    folder: Path
    sentence: ReportBroken


def own_folder() -> Path:
    """The folder of the shop's own reports; perhaps it is not there."""
    path: Path = settings.DATA_FOLDER.path
    return path / OWN


def questions_all() -> Mapping[str, Question]:
    """Every question that can be asked, by its key: those that come with Regulars first, then the shop's own."""
    return {**built_in(), **{each.report.key: each for each in _own() if isinstance(each, Question)}}


def reports_all() -> tuple[Report, ...]:
    """Every report that can be asked for, in the order of `questions_all`."""
    return tuple(question.report for question in questions_all().values())


def reports_broken() -> tuple[Broken, ...]:
    """The shop's own folders that cannot be used; they take nothing else down."""
    return tuple(each for each in _own() if isinstance(each, Broken))


def report_named(key: str) -> Report:
    """The report of this key. Raises ReportUnknown with the nearest key; ReportBroken for an own one that is."""
    return question_named(key).report


def question_named(key: str) -> Question:
    """The question of this key. Raises ReportUnknown with the nearest key; ReportBroken for an own one that is."""
    found = questions_all()
    wanted = key.strip().lower().replace("_", "-")
    if wanted in found:
        return found[wanted]
    for each in reports_broken():
        if each.folder.name.replace("_", "-") == wanted:
            raise each.sentence
    near = nearest(wanted, found)
    raise ReportUnknown(name=key, hint=f'; did you mean "{near}"?' if near else "")


@cache
def built_in() -> Mapping[str, Question]:
    """The questions that come with Regulars, by their key."""
    folder = Path(questions.__file__).parent
    read = (question_read(each) for each in _folders(folder))
    return {question.report.key: question for question in read}


def _own() -> tuple[Question | Broken, ...]:
    folder = own_folder()
    if not folder.is_dir():
        return ()
    return tuple(_own_read(each, _seen(each)) for each in _folders(folder))


@lru_cache(maxsize=256)
def _own_read(folder: Path, _files: _Seen) -> Question | Broken:
    """The question as its files are now: they are read again when one of them was written."""
    try:
        question = question_read(folder, is_own=True, tables=_tables())
    except ReportBroken as broken:
        return Broken(folder, broken)
    if question.report.key in built_in():
        reason = f'a report "{question.report.key}" comes with Regulars; give the folder and the key another name'
        return Broken(folder, ReportBroken(file=folder, reason=reason))
    return question


def _tables() -> frozenset[str]:
    """All that a statement may read beside the steps."""
    rollups = (rollup.name for rollup in ROLLUPS)
    return frozenset({*lake_relations(), "calendar", MEMBERS, *OF_SALES, *rollups})


def _folders(folder: Path) -> Iterator[Path]:
    """The folders in it that are to be questions, by name."""
    for each in sorted(folder.iterdir()):
        if each.is_dir() and each != SHARED and not each.name.startswith((".", "__")):
            yield each


def _seen(folder: Path) -> _Seen:
    return tuple(
        (str(each), stat.st_mtime_ns, stat.st_size)
        for each in sorted([*folder.iterdir(), *folder.glob("steps/*.sql")])
        if each.is_file() and not each.name.startswith(".")
        for stat in [each.stat()]
    )
