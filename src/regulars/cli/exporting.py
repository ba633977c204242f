"""`regulars segments export` and `regulars customers export`"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import click

from regulars.access.rules import OPERATOR
from regulars.cli.base import ShopCommand, customers_told, now
from regulars.core.errors import Invalid
from regulars.core.text import marked as _
from regulars.exchange.exporting import LEFT_OUT, WITHHELD, ExportCounts, export_look, segment_export
from regulars.exchange.forms import CHANNELS, COLUMNS, DEFAULT_COLUMNS, FORMS

_FILE = click.Path(dir_okay=False, path_type=Path)
_FORMS = "; ".join(f"{name}: {form.meaning}" for name, form in FORMS.items())
_PURPOSE = "What it is for: it goes into the log. Needed where names, codes, phones or e-mails are in it."


class NotWritable(Invalid):
    code = "cli.not_writable"
    message = _("%(path)s cannot be written (%(reason)s); choose another place for the file.")


@click.command("export", cls=ShopCommand)
@click.argument("name")
@click.argument("file", type=_FILE)
@click.option("--as", "form", required=True, type=click.Choice(list(FORMS)), help=f"{_FORMS}.")
@click.option("--columns", help=f"With --as csv: of {', '.join(COLUMNS)}. Default: {','.join(DEFAULT_COLUMNS)}.")
@click.option("--channel", type=click.Choice(CHANNELS), help="Only who agreed to it; each but csv has its own.")
@click.option("--purpose", default="", help=_PURPOSE)
@click.option("--dry-run", is_flag=True, help="Say who would be in it and who not, and write nothing.")
def segments_export(
    name: str, file: Path, form: str, columns: str | None, channel: str | None, purpose: str, dry_run: bool
) -> None:
    """Write the customers of the segment NAME (or of a rule) to FILE, in a form that messaging tools take.

    Nobody is in a file for a channel who did not agree to it; who is left out is counted. The log says who took what.
    """
    asked = _names(columns)
    if dry_run:
        _tell(export_look(name, form=form, columns=asked, channel=channel, at=now(), visible_to=OPERATOR), None)
        return
    _take(name, file, form=form, columns=asked, channel=channel, purpose=purpose)


@click.command("export", cls=ShopCommand)
@click.argument("file", type=_FILE)
@click.option("--where", metavar="RULE", help="Only those who meet the rule, or are in the segment of that name.")
@click.option("--columns", help=f"Of {', '.join(COLUMNS)}. Default: {','.join(DEFAULT_COLUMNS)}.")
@click.option("--purpose", default="", help=_PURPOSE)
def customers_export(file: Path, where: str | None, columns: str | None, purpose: str) -> None:
    """Write customers to FILE as CSV. The log says who took what.

    Phones and e-mails are those of customers who agreed to be called or written to; the rest is withheld and counted.
    """
    _take(where, file, form="csv", columns=_names(columns), channel=None, purpose=purpose)


def _names(columns: str | None) -> list[str]:
    return [name.strip() for name in (columns or "").split(",") if name.strip()]


def _take(
    told: str | None, path: Path, *, form: str, columns: Sequence[str], channel: str | None, purpose: str
) -> None:
    """The export stands in the file, whole or not at all."""
    with written_beside(path) as file:
        export = segment_export(
            told, form=form, columns=columns, channel=channel, purpose=purpose, actor=OPERATOR, at=now()
        )
        file.writelines(export.parts)
    _tell(export.counts, path)


@contextmanager
def written_beside(path: Path) -> Iterator[IO[bytes]]:
    """A file that takes the path's place when all of it is written. Raises NotWritable."""
    beside = path.with_name(f".{path.name}.part")
    try:
        with beside.open("wb") as file:
            beside.chmod(0o600)
            yield file
        beside.replace(path)
    except OSError as error:
        raise NotWritable(path=path, reason=error.strerror) from None
    finally:
        beside.unlink(missing_ok=True)


def _tell(counts: ExportCounts, path: Path | None) -> None:
    where = f"are in {path}" if path else "would be in it"
    click.echo(f"{counts.written:,} of {customers_told(counts.matched)} {where}.")
    for line in _reasons(counts):
        click.echo(line)


def _reasons(counts: ExportCounts) -> Iterable[str]:
    yield from (f"{count:,} left out: {LEFT_OUT[reason]}." for reason, count in counts.left_out.items())
    yield from (f"{count:,} {WITHHELD[cells]}." for cells, count in counts.withheld.items())
