"""`regulars stores`"""

import click

from regulars.access.rules import OPERATOR
from regulars.cli.base import ShopCommand, format_option, now, show_rows
from regulars.sales.selectors import business_get, stores_all
from regulars.sales.services import store_create

_COLUMNS = ("name", "country", "timezone", "currency", "day_cutoff", "city", "region", "is_active")


@click.group()
def stores() -> None:
    """The places that sell."""


@stores.command("list", cls=ShopCommand)
@format_option
def stores_list(form: str) -> None:
    """List the stores."""
    rows = [
        {name: getattr(store, name) for name in _COLUMNS}
        | {"day_cutoff": f"{store.day_cutoff // 60:02}:{store.day_cutoff % 60:02}"}
        for store in stores_all(visible_to=OPERATOR)
    ]
    show_rows(rows, form=form, columns=_COLUMNS)


@stores.command("add", cls=ShopCommand)
@click.argument("name")
@click.option("--country", default="", metavar="KE", help="Default: the business's.")
@click.option("--timezone", default="", metavar="ZONE", help="Default: the business's.")
@click.option("--currency", default="", metavar="KES", help="Must be the business's.")
@click.option("--day-cutoff", default="", metavar="HH:MM", help="When a new business day begins.")
@click.option("--city", default="")
@click.option("--region", default="")
def stores_add(name: str, country: str, timezone: str, currency: str, day_cutoff: str, city: str, region: str) -> None:
    """Add the store NAME."""
    store_create(
        name=name, business=business_get(), country=country, timezone=timezone, currency=currency,
        day_cutoff=day_cutoff, city=city, region=region, actor=OPERATOR, at=now(),
    )  # fmt: skip
    click.echo(f'The store "{name}" is there.')
