"""`regulars reports`"""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from django.utils.translation import gettext
from rich.console import Console
from rich.progress import Progress

from regulars.access.rules import OPERATOR
from regulars.cli.base import Money, Row, ShopCommand, format_option, now, sentence, show_json, show_rows
from regulars.cli.exporting import written_beside
from regulars.reports.catalogue import question_named, reports_all, reports_broken
from regulars.reports.exporting import FORMS, answer_csv, answer_export, tables_of
from regulars.reports.running import Answer, report_run
from regulars.reports.scope import scope_asked
from regulars.reports.shape import Part, Unit
from regulars.reports.telling import names_in, part_named, rows_told

_MOST_SHOWN = 60


@click.group()
def reports() -> None:
    """Fixed questions about the whole history, answered to the last sale."""


@reports.command("list", cls=ShopCommand)
@format_option
def reports_list(form: str) -> None:
    """List the reports: those that come with Regulars, and your own in the folder reports of the data folder."""
    rows = [
        {
            "key": each.key, "title": gettext(each.title), "question": gettext(each.question), "theme": each.theme,
            "parts": [part.name for part in each.parts], "parameters": [one.name for one in each.parameters],
        }
        for each in reports_all()
    ]  # fmt: skip
    columns = ("key", "title", "question", "theme", "parts", "parameters")
    show_rows(rows, form=form, columns=columns[:4] if form == "table" else columns)
    for broken in reports_broken():
        click.echo(sentence(broken.sentence), err=True)


@reports.command("run", cls=ShopCommand)
@click.argument("key")
@click.option("--from", "first", metavar="DATE", help="The first day; default: the first with a sale.")
@click.option("--to", "last", metavar="DATE", help="The last day; default: today.")
@click.option("--store", "stores", multiple=True, metavar="STORE", help="Only this store; may be given again.")
@click.option("--channel", metavar="CHANNEL", help="Only in_store or online.")
@click.option("--segment", metavar="RULE|NAME", help="Only customers who meet the rule or are in the group.")
@click.option("--compare", metavar="previous|year", help="Beside it the same of the time before, or a year before.")
@click.option("--as-of", metavar="DATE", help="As it was at the end of this day.")
@click.option("--period", metavar="PERIOD", help="By day, week, month, quarter or year.")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="A parameter of the report.")
@click.option("--part", metavar="NAME", help="Which table of the report; default: the first.")
@click.option(
    "--engine", type=click.Choice(["duckdb", "spark"]), default="duckdb", show_default=True, help="What answers."
)
@click.option(
    "--format", "form", default="table", show_default=True,
    type=click.Choice(["table", "csv", "json", "xlsx", "parquet", "png", "svg", "pdf"]),
)  # fmt: skip
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write it to FILE.")
@click.option("--purpose", default="", help="What a file that names customers is for: it goes into the log.")
def reports_run(
    key: str, first: str | None, last: str | None, stores: Sequence[str], channel: str | None, segment: str | None,
    compare: str | None, as_of: str | None, period: str | None, settings: Sequence[str], part: str | None, engine: str,
    form: str, out: Path | None, purpose: str,
) -> None:  # fmt: skip
    """Ask the report KEY, and show its answer with what it was asked about."""
    told = {
        "from": first, "to": last, "store": list(stores), "channel": channel, "segment": segment, "compare": compare,
        "as_of": as_of, "period": period, **_settings(settings),
    }  # fmt: skip
    question, at = question_named(key), now()
    wanted = {name: value for name, value in told.items() if value}
    scope = scope_asked(wanted, question=question, actor=OPERATOR, at=at)
    with _progress() as progress:
        answer = report_run(key, scope, visible_to=OPERATOR, at=at, engine=engine, progress=progress)
    if out is None and form in _SHOWN:
        _SHOWN[form](answer, part or "")
        return
    if form not in FORMS:
        raise click.UsageError(f"A file is of one of the forms {', '.join(FORMS)}: add --format.")
    file = answer_export(
        answer, form=form, part=part or "", has_names=bool(purpose), purpose=purpose, actor=OPERATOR, at=at
    )
    if out is None and sys.stdout.isatty():
        out = Path(file.name)
    _leave(file.content, out)


@contextmanager
def _progress() -> Iterator[Callable[[float], None] | None]:
    """A bar on a terminal; what takes no second shows none."""
    if not sys.stderr.isatty():
        yield None
        return
    with Progress(transient=True, console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=1.0)
        yield lambda share: bar.update(task, completed=share)


def _leave(content: bytes, out: Path | None) -> None:
    """The file is where it was asked for, for its owner only, whole or not at all; without a place on the output."""
    if out is None:
        sys.stdout.buffer.write(content)
        return
    with written_beside(out) as file:
        file.write(content)
    click.echo(f"{out} is written.", err=True)


def _settings(told: Sequence[str]) -> dict[str, str]:
    pairs = [each.partition("=") for each in told]
    for name, equals, value in pairs:
        if not (name.strip() and equals and value.strip()):
            raise click.BadParameter("write --set NAME=VALUE", param_hint="--set")
    return {name.strip(): value.strip() for name, _equals, value in pairs}


def _show_table(answer: Answer, name: str) -> None:
    click.echo(gettext(answer.report.title))
    click.echo(answer.finding)
    for line in answer.header:
        click.echo(f"  {line.title}: {line.text}")
    parts = [part_named(answer, name)] if name else answer.report.parts
    for part in parts:
        click.echo(f"\n{gettext(part.title)}")
        rows = [_for_people(row, part) for row in _timed(answer, part)]
        columns = (["time"] if answer.compared is not None else []) + _shown_columns(part)
        show_rows(rows[:_MOST_SHOWN], form="table", columns=columns)
        if len(rows) > _MOST_SHOWN:
            click.echo(f"... and {len(rows) - _MOST_SHOWN:,} more; --format csv shows all.")


def _show_csv(answer: Answer, name: str) -> None:
    part = part_named(answer, name)
    tables = [table for _time, table in tables_of(answer, part)]
    content = answer_csv(answer, part, named=names_in(tables, part, visible_to=OPERATOR))
    sys.stdout.buffer.write(content)


def _show_json(answer: Answer, name: str) -> None:
    """A list of objects, one for each row; what the answer says of itself goes to the error output."""
    part = part_named(answer, name)
    show_json(list(_timed(answer, part)))
    click.echo(answer.finding, err=True)


def _timed(answer: Answer, part: Part) -> Iterator[dict[str, Any]]:
    """The rows; where another time stands beside, both, told apart by `time`."""
    for time, table in tables_of(answer, part):
        before = {"time": time} if answer.compared is not None else {}
        named = names_in([table], part, visible_to=OPERATOR)
        yield from (before | row for row in rows_told(table, part, named=named, currency=answer.currency))


def _shown_columns(part: Part) -> list[str]:
    """What people see of it: a customer by name."""
    return [f"{each.name}_name" if each.unit is Unit.CUSTOMER else each.name for each in part.columns]


def _for_people(row: Row, part: Part) -> dict[str, object]:
    told: dict[str, object] = dict(row)
    for column in part.columns:
        value = row[column.name]
        if column.unit is Unit.CUSTOMER:
            told[f"{column.name}_name"] = row[f"{column.name}_name"] or row[f"{column.name}_code"] or value
        elif column.unit is Unit.WORD and value is not None:
            told[column.name] = gettext(column.words.get(str(value), str(value)))
        elif column.unit is Unit.SHARE and value is not None:
            told[column.name] = Money(f"{100 * value:.1f} %")
        elif isinstance(value, float):
            told[column.name] = Money(f"{value:.2f}")
        elif column.unit in (Unit.MONEY, Unit.CURRENCY, Unit.QUANTITY) and value is not None:
            told[column.name] = Money(value)
    return told


_SHOWN: Mapping[str, Callable[[Answer, str], None]] = {"table": _show_table, "csv": _show_csv, "json": _show_json}
