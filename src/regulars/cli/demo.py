"""`regulars demo`"""

import os
import sys
import tempfile
from pathlib import Path

import click

from regulars.access.rules import OPERATOR
from regulars.cli.base import FolderCommand, folder, now
from regulars.cli.serve import serve
from regulars.cli.shop import shop_make
from regulars.exchange.demo import DEMO_BUSINESS, DEMO_PASSWORD, DEMO_PEOPLE, DEMO_STORES
from regulars.exchange.demoing import demo_is_half_open, demo_load, demo_open, demo_people
from regulars.sales.listing import customers_list
from regulars.sales.narrowing import CustomerFilter
from regulars.sales.selectors import business_get, stores_all
from regulars.storage.opening import database_exists, database_open


@click.command(cls=FolderCommand)
@click.option("--customers", default=5000, show_default=True, type=click.IntRange(1, 200_000))
@click.option("--seed", default=1, show_default=True, help="The same seed makes the same shop.")
@click.option("--no-serve", is_flag=True, help="Make the shop and end.")
@click.pass_context
def demo(ctx: click.Context, customers: int, seed: int, no_serve: bool) -> None:
    """Make a believable small chain in the data folder, to try things on, and serve it on http://localhost:8000."""
    if not database_exists():
        shop_make(
            name=DEMO_BUSINESS.name, currency=DEMO_BUSINESS.currency, timezone=DEMO_BUSINESS.timezone,
            country=DEMO_BUSINESS.country, week_start="monday", cutoff="00:00",
        )  # fmt: skip
    database_open(folder())
    name = business_get().name
    if name == DEMO_BUSINESS.name and not stores_all(visible_to=OPERATOR):
        with tempfile.TemporaryDirectory() as files:
            demo_load(Path(files), customers=customers, seed=seed, at=now(), say=_say)
        click.echo(f'The shop "{name}" is in {folder().path}.')
    else:
        click.echo(f'The shop "{name}" is in {folder().path} already.')
    if {store.name for store in stores_all(visible_to=OPERATOR)} >= {store.name for store in DEMO_STORES}:
        demo_people(at=now())
        if demo_is_half_open():
            demo_open(seed=seed, at=now(), say=_say)
        _people_show()
        _customer_show()
    click.echo("\nTry:")
    for command in ("customers list", "customers find Wanjiku", "sales list --limit 5", "verify", "doctor"):
        click.echo(f"  {sys.argv[0]} {command} --data {folder().path}")
    if not no_serve:
        click.echo()
        # Codes to customers appear on this screen: for a demo nobody's phone rings.
        for name in ("REGULARS_EMAIL", "REGULARS_SMS"):
            os.environ.setdefault(name, "console")
        ctx.invoke(serve)


def _people_show() -> None:
    """Who can sign in stands on the screen."""
    click.echo(f'\nThese can sign in, all with the password "{DEMO_PASSWORD}":')
    for person in DEMO_PEOPLE:
        where = f" of {' and '.join(person.stores)}" if person.stores else ""
        click.echo(f"  {person.login:10} {person.name}, {person.role}{where}")


def _customer_show() -> None:
    """Whose card can be opened, and where the code for it appears, stands on the screen."""
    rows = customers_list(
        CustomerFilter(), sort="-spent", limit=20, country=business_get().country, visible_to=OPERATOR
    )
    phone = next((row.phone for row in rows if row.phone), "")
    if phone:
        click.echo(f"\nA customer opens their card on /card/ with {phone}; the code for it appears here.")


def _say(text: str) -> None:
    click.echo(text, err=True)
