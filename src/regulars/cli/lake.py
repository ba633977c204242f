"""`regulars lake`"""

import click

from regulars.cli.base import ShopCommand, format_option, now, show_json, show_rows
from regulars.lake.checking import lake_check, lake_status
from regulars.lake.flushing import Flushed, lake_flush, lake_rebuild

_STANDING = ("relation", "files", "rows", "bytes")
_DIFFERENCE = ("relation", "month", "measure", "lake", "database")
_DONE = ("sales", "lines", "files", "bytes", "seconds", "waiting")


@click.group()
def lake() -> None:
    """The columnar copy of the shop that reports and your own tools read: Parquet files, without names.

    They lie in the data folder, under lake/v1. Every answer holds the last sale, whether it is in the files or not.
    """


@lake.command("status", cls=ShopCommand)
@format_option
def status(form: str) -> None:
    """Say what is in the files, and what is waiting to be put there."""
    found = lake_status()
    rows = [{"relation": e.relation, "files": e.files, "rows": e.rows, "bytes": e.size} for e in found.standings]
    if form == "json":
        show_json(
            {
                "made": found.made, "number": found.number, "sequence": found.sequence, "waiting": found.waiting,
                "seconds": round(found.seconds, 3), "relations": rows,
            }
        )  # fmt: skip
        return
    if form == "table":
        click.echo(
            "Nothing is in files yet; everything is read from the database."
            if found.made is None
            else f"Written {found.made:%Y-%m-%d %H:%M} UTC, in {found.seconds:,.1f} s."
        )
        click.echo(f"{found.waiting:,} changes since are read from the database.")
    if rows or form == "csv":
        show_rows(rows, form=form, columns=_STANDING)


@lake.command("flush", cls=ShopCommand)
@format_option
def flush(form: str) -> None:
    """Put what happened since the last time into files. `serve` and `worker` do so by themselves."""
    _show(lake_flush(at=now()), form)


@lake.command("rebuild", cls=ShopCommand)
@format_option
def rebuild(form: str) -> None:
    """Write all files anew from the database."""
    _show(lake_rebuild(at=now()), form)


@lake.command("check", cls=ShopCommand)
@format_option
@click.pass_context
def check(ctx: click.Context, form: str) -> None:
    """Hold the lake against the database, month by month, to the cent; list what differs and end with 1 if any does."""
    rows = [
        {"relation": e.relation, "month": e.month, "measure": e.measure, "lake": e.lake, "database": e.database}
        for e in lake_check(at=now())
    ]
    if rows or form != "table":
        show_rows(rows, form=form, columns=_DIFFERENCE)
    else:
        click.echo("No difference: the lake says what the database says.")
    ctx.exit(1 if rows else 0)


def _show(done: Flushed, form: str) -> None:
    if form != "table":
        row = {
            "sales": done.sales, "lines": done.lines, "files": done.files, "bytes": done.size,
            "seconds": round(done.seconds, 3), "waiting": done.is_waiting,
        }  # fmt: skip
        show_rows([row], form=form, columns=_DONE)
    elif done.is_waiting:
        click.echo("Nothing was written: something that began before is still being stored. It is written next time.")
    else:
        click.echo(
            f"{done.sales:,} sales with {done.lines:,} lines are in {done.files:,} new files"
            f" of {done.size:,} bytes, in {done.seconds:,.1f} s."
        )
