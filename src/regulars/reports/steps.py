"""Steps: SELECTs that several statements of reports read by name, each written once. Pure.

A report's folder may hold `steps/<name>.sql`, and beside it `steps/<name>.rolled.sql`: the same rows, from rollups.
Beside this file is `questions/steps`, with those that every report may read; one of the folder's own goes before them.
A statement that names a step after FROM or JOIN gets it put in front as a common table, after the steps that it reads
in turn. What the statement itself calls so stays its own.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from regulars.reports.errors import ReportBroken

# Which every report may read.
SHARED = Path(__file__).parent / "questions" / "steps"

_NAME = re.compile(r"([a-z][a-z0-9_]*)(\.rolled)?\.sql")
_COMMENTS = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
_READ = re.compile(r'\b(?:FROM|JOIN)\s+"?([a-z_][a-z0-9_]*)\b"?(?!\s*[.(])', re.IGNORECASE)
_CALLED = re.compile(
    r'(?:\bWITH|,)\s*"?([a-z_][a-z0-9_]*)"?\s*(?:\([^()]*\)\s*)?AS\s+(?:(?:NOT\s+)?MATERIALIZED\s+)?\(', re.IGNORECASE
)
_WITH = re.compile(r"\s*WITH\b", re.IGNORECASE)
_OF_SALES = re.compile(r"(?:(?:history|all)_)?(?:sales|lines|payments)")


class Text(NamedTuple):
    """What a file asks."""

    file: Path
    sql: str

    @property
    def bare(self) -> str:
        """Without its comments, which may hold anything."""
        return _COMMENTS.sub("", self.sql).strip().rstrip(";").rstrip()

    @property
    def called(self) -> set[str]:
        """The names it gives to common tables of its own."""
        return {name.lower() for name in _CALLED.findall(self.bare)}

    @property
    def reads(self) -> list[str]:
        """What it may read from elsewhere, in the order it is named."""
        own = self.called
        return [name for name in dict.fromkeys(each.lower() for each in _READ.findall(self.bare)) if name not in own]


class Steps(NamedTuple):
    """The steps by name; `rolled` has those that can be read from rollups, too."""

    plain: Mapping[str, Text]
    rolled: Mapping[str, Text]


def steps_of(folder: Path, *, tables: Collection[str] = ()) -> Steps:
    """The steps that statements in the folder may read.

    Raises ReportBroken for a file that is empty, reads itself, is called as one of the tables, or stands over rollups
    alone.
    """
    own, shared = _steps_in(folder / "steps"), _shared()
    if taken := own.plain.keys() & tables:
        raise ReportBroken(file=own.plain[min(taken)].file, reason="it has the name of a table; call it otherwise")
    steps = Steps(
        {**shared.plain, **own.plain},
        {**{name: text for name, text in shared.rolled.items() if name not in own.plain}, **own.rolled},
    )
    for text in (*own.plain.values(), *own.rolled.values()):
        _needed(text, steps.plain)
        _needed(text, {**steps.plain, **steps.rolled})
    return steps


def statement_whole(text: Text, steps: Steps) -> str:
    """The statement with the steps it reads in front."""
    return _fronted(text, _needed(text, steps.plain))


def statement_rolled(text: Text, steps: Steps) -> str:
    """The statement, written for rollups, with the steps it reads in front: from rollups where they can be."""
    return _fronted(text, _needed(text, {**steps.plain, **steps.rolled}))


def rolled_made(text: Text, steps: Steps) -> str | None:
    """The statement over rollups made of the one over the sales.

    None where none of its steps is rolled, or where it reads the sales otherwise than through one that is. What a
    rolled step reads is its own business: some things only the sales can tell.
    """
    plain, needed = _needed(text, steps.plain), _needed(text, {**steps.plain, **steps.rolled})
    same = [text, *(step for name, step in needed.items() if plain.get(name) is step)]
    is_rolled = any(steps.rolled.get(name) is step for name, step in needed.items())
    reads_sales = any(_OF_SALES.fullmatch(name) for each in same for name in each.reads if name not in needed)
    return _fronted(text, needed) if is_rolled and not reads_sales else None


def missing_found(text: Text, steps: Steps, *, tables: Collection[str]) -> None:
    """All that the statement and its steps read is there.

    Raises ReportBroken for what is neither a step nor a table.
    """
    needed = _needed(text, steps.plain)
    for each in (text, *needed.values()):
        doubtful = [name for name in each.reads if name not in needed and name not in tables]
        if doubtful and (unknown := [name for name in doubtful if name in _tables_read(each.bare)]):
            reason = f'it reads "{unknown[0]}", which is no table, and there is no steps/{unknown[0]}.sql'
            raise ReportBroken(file=each.file, reason=reason)


def text_read(file: Path) -> Text:
    """What the file asks. Raises ReportBroken where it is missing, empty or no text."""
    try:
        sql = file.read_text("utf-8")
    except FileNotFoundError:
        raise ReportBroken(file=file, reason="there is no such file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ReportBroken(file=file, reason=str(error)) from None
    text = Text(file, sql)
    if not text.bare:
        raise ReportBroken(file=file, reason="it is empty")
    return text


@cache
def _shared() -> Steps:
    return _steps_in(SHARED)


def _steps_in(folder: Path) -> Steps:
    steps = Steps({}, {})
    if not folder.is_dir():
        return steps
    found = {name: text_read(file) for file, name in _files(folder)}
    plain = {name: text for name, text in found.items() if not name.endswith(".rolled")}
    rolled = {name.removesuffix(".rolled"): text for name, text in found.items() if name not in plain}
    for name in rolled.keys() - plain.keys():
        raise ReportBroken(file=folder / f"{name}.sql", reason="there is no such file")
    return Steps(plain, rolled)


def _files(folder: Path) -> Iterator[tuple[Path, str]]:
    for file in sorted(folder.glob("*.sql")):
        if not _NAME.fullmatch(file.name):
            raise ReportBroken(file=file, reason="call a step with small letters, digits and _")
        yield file, file.stem


def _needed(text: Text, steps: Mapping[str, Text]) -> dict[str, Text]:
    """The steps it reads, and those they read in turn: each after those it reads."""
    needed: dict[str, Text] = {}

    def look(into: Text, path: tuple[str, ...]) -> None:
        for name in into.reads:
            if name not in steps or name in needed:
                continue
            if name in path:
                round_ = ", ".join((*path[path.index(name) :], name))
                raise ReportBroken(file=steps[name].file, reason=f"it reads itself: {round_}")
            look(steps[name], (*path, name))
            needed[name] = steps[name]

    look(text, ())
    if taken := needed.keys() & text.called:
        reason = f'it calls a table of its own "{min(taken)}", and a step that it reads reads the step of that name'
        raise ReportBroken(file=text.file, reason=f"{reason}; call it otherwise")
    return needed


def _fronted(text: Text, needed: Mapping[str, Text]) -> str:
    if not needed:
        return text.sql
    return fronted(text.bare, {name: f"\n{step.bare}\n" for name, step in needed.items()})


def fronted(sql: str, tables: Mapping[str, str]) -> str:
    """The statement (without comments) with these in front as common tables, in their order."""
    front = ",\n".join(f"{name} AS ({select})" for name, select in tables.items())
    opening = _WITH.match(sql)
    return f"WITH {front}" + (f",\n{sql[opening.end() :].lstrip()}" if opening else f"\n{sql}")


def _tables_read(sql: str) -> set[str]:
    """The tables in it: FROM stands also where none follows, as in EXTRACT(year FROM day)."""
    from sqlglot import exp, parse_one  # noqa: PLC0415  (slow to come, and wanted only where something is amiss)
    from sqlglot.errors import SqlglotError  # noqa: PLC0415

    try:
        tree = parse_one(sql, read="duckdb")
    except SqlglotError:
        # The engine says better what is wrong with it.
        return set()
    return {table.name.lower() for table in tree.find_all(exp.Table)}
