"""Files in: `regulars import`, and what was imported."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeElapsedColumn

from regulars.access.rules import OPERATOR
from regulars.cli.base import ShopCommand, format_option, now, show_json, show_rows
from regulars.exchange.mapping import FileMapping, mapping_from, mapping_with, preset_named, presets_all
from regulars.exchange.reconciliation import Part, Reconciliation
from regulars.exchange.selectors import import_get, imports_list
from regulars.exchange.services import ImportResult, import_run, import_undo
from regulars.exchange.services import Progress as Told

_COLUMNS = ("id", "at", "preset", "files", "status", "sales", "rows_read", "money_read", "actor")


@click.command("import", cls=ShopCommand)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--as", "preset", metavar="PRESET", help="A mapping that ships: see the list below.")
@click.option(
    "--mapping", "mapping_file", type=click.Path(path_type=Path), metavar="M.TOML", help="A mapping of your own."
)
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="A [file] option, such as date_format=MDY.")
@click.option("--store", metavar="S", help="The store of sales whose file does not name it.")
@click.option("--create-stores", is_flag=True, help="Add the stores that are not here yet.")
@click.option("--dry-run", is_flag=True, help="Do everything and keep nothing.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def import_command(
    files: tuple[Path, ...], preset: str | None, mapping_file: Path | None, settings: tuple[str, ...],
    store: str | None, create_stores: bool, dry_run: bool, form: str,
) -> None:  # fmt: skip
    """Import the sales or customers in FILES (CSV, TSV, XLSX, Parquet, also gzipped); account for every row."""
    mapping = _mapping(preset, mapping_file, settings)
    with _progress() as progress:
        result = import_run(
            paths=list(files), mapping=mapping, store=store, create_stores=create_stores, dry_run=dry_run,
            actor=OPERATOR, at=now(), progress=progress,
        )  # fmt: skip
    if form == "json":
        show_json(_as_json(result, is_dry_run=dry_run))
    else:
        _show(result, is_dry_run=dry_run)


import_command.epilog = f"Presets: {', '.join(presets_all())}. A mapping: docs/how-to/import-mapping.md."


def _mapping(preset: str | None, file: Path | None, settings: Sequence[str]) -> FileMapping:
    if (preset is None) == (file is None):
        raise click.UsageError(
            f"Say how to read the files: --as PRESET ({', '.join(presets_all())}) or --mapping M.toml."
        )
    mapping = preset_named(preset) if preset is not None else mapping_from(Path(str(file)))
    told: dict[str, str] = {}
    for setting in settings:
        key, equals, value = setting.partition("=")
        if not equals:
            raise click.UsageError(f'"{setting}" sets nothing; write KEY=VALUE, such as --set date_format=MDY.')
        told[key.strip()] = value
    return mapping_with(mapping, told)


@contextmanager
def _progress() -> Iterator[Told]:
    """A bar on a terminal, a line for each step otherwise; both on stderr, so that stdout holds the answer alone."""
    if not sys.stderr.isatty():
        yield _line
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def told(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(step, total=total)
            bars.update(tasks[step], completed=done, total=total)

        yield told


def _line(step: str, done: int, total: int) -> None:
    click.echo(f"{step}: {done:,} of {total:,}", err=True)


def _as_json(result: ImportResult, *, is_dry_run: bool) -> Mapping[str, object]:
    return {
        "import": result.import_id,
        "dry_run": is_dry_run,
        **result.reconciliation.as_json(),
        "refused_file": str(result.refused_file) if result.refused_file else None,
        "refused_first": [row._asdict() for row in result.refused_first],
    }


def _show(result: ImportResult, *, is_dry_run: bool) -> None:
    figures = result.reconciliation
    show_rows(list(_parts(figures)), form="table", columns=("what", "rows", "money"))
    click.echo(
        f"{figures.sales_created:,} sales are new, {figures.sales_unchanged:,} were here already; "
        f"{figures.customers_created:,} customers are new, the files name {figures.customers_in_file:,}."
    )
    for row in result.refused_first:
        column = f", {row.column}" if row.column else ""
        value = f' "{row.value}"' if row.value else ""
        click.echo(f"{row.file}, line {row.line}{column}{value}: {row.reason}")
    if is_dry_run:
        click.echo("This was a dry run: nothing was kept.")
        return
    if result.refused_file:
        click.echo(f"Every refused row is in {result.refused_file}.")
    if result.import_id is None:
        click.echo("Nothing of it is new, so nothing was changed.")
        return
    click.echo(f'Kept as import {result.import_id}; "regulars imports undo {result.import_id}" takes it back.')


def _parts(figures: Reconciliation) -> Iterator[Mapping[str, object]]:
    yield _row("read", Part("", figures.rows_read, figures.money_read), figures)
    yield _row("imported", figures.imported, figures)
    for part in figures.skipped:
        yield _row(f"skipped: {part.name}", part, figures)
    for part in figures.refused:
        yield _row(f"refused: {part.name}", part, figures)
    if figures.rounding.rows:
        # These rows stand in the parts above; only the money that rounding left is apart.
        yield {
            "what": f"rounding of {figures.rounding.rows:,} rows",
            "rows": "",
            "money": figures.text(figures.rounding.money),
        }


def _row(what: str, part: Part, figures: Reconciliation) -> Mapping[str, object]:
    return {"what": what, "rows": part.rows, "money": figures.text(part.money)}


@click.group()
def imports() -> None:
    """What was imported, and taking it back."""


@imports.command("list", cls=ShopCommand)
@format_option
def imports_list_command(form: str) -> None:
    """List every import, the latest first."""
    runs = imports_list(visible_to=OPERATOR)
    rows = [
        {
            "id": run.id, "at": run.at, "preset": run.preset, "files": list(run.files), "status": run.status,
            "sales": run.sales_created, "rows_read": run.rows_read, "money_read": run.money_read, "actor": run.actor,
        }
        for run in runs
    ]  # fmt: skip
    show_rows(rows, form=form, columns=_COLUMNS)


@imports.command("show", cls=ShopCommand)
@click.argument("import_id", metavar="ID", type=int)
def imports_show_command(import_id: int) -> None:
    """Print the reconciliation of import ID as JSON."""
    show_json(import_get(import_id, visible_to=OPERATOR).reconciliation)


@imports.command("undo", cls=ShopCommand)
@click.argument("import_id", metavar="ID", type=int)
def imports_undo_command(import_id: int) -> None:
    """Take back what import ID brought: its sales, and the customers that only they need."""
    count = import_undo(import_id=import_id, actor=OPERATOR, at=now())
    click.echo(f"Import {import_id} is undone: {count:,} sales are gone.")
