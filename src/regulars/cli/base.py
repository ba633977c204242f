"""What every command shares: the data folder, the answer's format, and refusals as one sentence."""

import csv
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

import click
from django.conf import settings
from django.utils.translation import gettext
from rich.console import Console
from rich.table import Table

from regulars.core.errors import RegularsError
from regulars.core.money import amount_text, currency_places
from regulars.storage.folder import DataFolder
from regulars.storage.opening import database_open

F = TypeVar("F", bound=Callable[..., Any])
Row = Mapping[str, Any]

DATA_HELP = "The data folder; also REGULARS_DATA. Default: ./regulars-data."


class ShopCommand(click.Command):
    """A command on a shop's data. Refusals are printed as one sentence and end with their exit code."""

    # `init` and its kin work on a folder that holds no shop yet.
    needs_shop = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Read by `main` before Django starts; here so that --help tells of it.
        self.params.append(click.Option(["--data"], metavar="DIR", help=DATA_HELP, expose_value=False))

    def invoke(self, ctx: click.Context) -> Any:
        try:
            if self.needs_shop:
                database_open(folder())
            return super().invoke(ctx)
        except RegularsError as error:
            click.echo(sentence(error), err=True)
            ctx.exit(error.exit_code)


class FolderCommand(ShopCommand):
    """A command that also works where there is no shop yet."""

    needs_shop = False


def sentence(error: RegularsError) -> str:
    """The error in the reader's language; of a rule, under the place that is wrong."""
    shown = error.facts.get("shown")
    return shown if isinstance(shown, str) else gettext(error.message) % error.facts


def folder() -> DataFolder:
    """The data folder this process works on."""
    found: DataFolder = settings.DATA_FOLDER
    return found


def now() -> datetime:
    """The clock; only doors ask it."""
    return datetime.now(UTC)  # noqa: TID251


def format_option(command: F) -> F:
    """`--format table|csv|json`, as every command that lists takes."""
    choice = click.Choice(["table", "csv", "json"])
    return click.option("--format", "form", type=choice, default="table", show_default=True)(command)


def show_rows(rows: Sequence[Row], *, form: str, columns: Sequence[str]) -> None:
    """Print the rows with these columns: a table for people, CSV for spreadsheets, JSON for scripts."""
    if form == "json":
        show_json([{name: row.get(name) for name in columns} for row in rows])
    elif form == "csv":
        writer = csv.writer(sys.stdout)
        writer.writerow(columns)
        writer.writerows([_cell(row.get(name)) for name in columns] for row in rows)
    else:
        _show_table(rows, columns)


def _show_table(rows: Sequence[Row], columns: Sequence[str]) -> None:
    if not rows:
        click.echo("Nothing found.")
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in columns:
        is_number = all(isinstance(row.get(name), int | float | Decimal | Money) for row in rows)
        table.add_column(name.replace("_", " "), justify="right" if is_number else "left", overflow="fold")
    for row in rows:
        table.add_row(*(_cell(row.get(name)) for name in columns))
    Console(width=None if sys.stdout.isatty() else 200, highlight=False, markup=False).print(table)


class Money(str):
    """An amount as decimal text in the business's currency; aligned right in tables."""

    __slots__ = ()


def money(minor: int | None, *, currency: str) -> Money | None:
    """The amount as printed, or None for unknown."""
    return None if minor is None else Money(amount_text(minor, places=currency_places(currency)))


def customers_told(count: int) -> str:
    """How many customers, in words."""
    return "1 customer" if count == 1 else f"{count:,} customers"


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case list() | tuple():
            return ", ".join(map(_cell, value))
        case datetime():
            return f"{value:%Y-%m-%d %H:%M}"
        case _:
            return str(value)


def show_json(value: object) -> None:
    """Print the value as JSON; dates as ISO, money as the decimal text it is already."""
    click.echo(json.dumps(value, default=_plain, ensure_ascii=False, indent=2))


def _plain(value: object) -> object:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, UUID | Decimal):
        return str(value)
    raise TypeError(f"{type(value)} has no JSON form")
