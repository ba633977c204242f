"""`regulars demo`"""

import sys
import tempfile
from datetime import timedelta
from pathlib import Path

import click

from regulars.access.rules import OPERATOR
from regulars.cli.base import FolderCommand, folder, now
from regulars.cli.shop import shop_make
from regulars.exchange.demo import DEMO_BUSINESS
from regulars.exchange.demoing import demo_load
from regulars.sales.selectors import business_get, stores_all
from regulars.storage.opening import database_exists, database_open


@click.command(cls=FolderCommand)
@click.option("--customers", default=5000, show_default=True, type=click.IntRange(1, 200_000))
@click.option("--seed", default=1, show_default=True, help="The same seed makes the same shop.")
def demo(customers: int, seed: int) -> None:
    """Make a believable small chain in the data folder, to try things on."""
    if not database_exists():
        shop_make(
            name=DEMO_BUSINESS.name, currency=DEMO_BUSINESS.currency, timezone=DEMO_BUSINESS.timezone,
            country=DEMO_BUSINESS.country, week_start="monday", cutoff="00:00",
        )  # fmt: skip
    database_open(folder())
    name = business_get().name
    if name == DEMO_BUSINESS.name and not stores_all(visible_to=OPERATOR):
        yesterday = now().date() - timedelta(days=1)
        with tempfile.TemporaryDirectory() as files:
            demo_load(Path(files), customers=customers, seed=seed, until=yesterday, at=now(), say=_say)
        click.echo(f'The shop "{name}" is in {folder().path}.')
    else:
        click.echo(f'The shop "{name}" is in {folder().path} already.')
    click.echo("\nTry:")
    for command in ("customers list", "customers find Wanjiku", "sales list --limit 5", "verify", "doctor"):
        click.echo(f"  {sys.argv[0]} {command} --data {folder().path}")


def _say(text: str) -> None:
    click.echo(text, err=True)
