"""`regulars init | upgrade | verify | doctor`"""

import click

from regulars.access.rules import OPERATOR
from regulars.checkout.verifying import differences
from regulars.cli.base import FolderCommand, ShopCommand, folder, format_option, now, show_rows
from regulars.cli.safety import serving_findings
from regulars.core.checks import text_fit
from regulars.core.days import WEEKDAYS, minute_of_day, timezone_country, timezone_of
from regulars.core.errors import Invalid
from regulars.core.money import currency_places
from regulars.core.text import marked as _
from regulars.customers.details import country_checked
from regulars.sales.selectors import shop_findings
from regulars.sales.services import business_create, store_create
from regulars.storage.opening import database_make, database_upgrade, storage_findings


class CountryNeeded(Invalid):
    code = "cli.country_needed"
    message = _('The time zone %(timezone)s does not tell the country; name it with "--country KE".')


@click.command(cls=FolderCommand)
@click.option("--name", required=True, help="The business; its first store is named so too.")
@click.option("--currency", required=True, metavar="KES", help="ISO 4217.")
@click.option("--timezone", required=True, metavar="ZONE", help="Such as Africa/Nairobi.")
@click.option("--country", default="", metavar="KE", help="Default: the time zone's.")
@click.option("--week-start", type=click.Choice(WEEKDAYS), default="monday", show_default=True)
@click.option(
    "--day-cutoff", default="00:00", show_default=True, metavar="HH:MM", help="When a new business day begins."
)
def init(name: str, currency: str, timezone: str, country: str, week_start: str, day_cutoff: str) -> None:
    """Set up a shop in the data folder: its key, its database and its first store."""
    shop_make(
        name=name, currency=currency, timezone=timezone, country=country, week_start=week_start, cutoff=day_cutoff,
        first_store=name,
    )  # fmt: skip
    click.echo(f'The shop "{name}" is set up in {folder().path}.')
    click.echo(f"Its key is {folder().key_file}. Keep a copy elsewhere: without it nobody can read the data again.")


def shop_make(
    *, name: str, currency: str, timezone: str, country: str, week_start: str, cutoff: str, first_store: str = ""
) -> None:
    """The shop is set up, with its first store if one is named. What was typed is checked before anything is made."""
    currency_places(currency)
    timezone_of(timezone)
    minute_of_day(cutoff)
    found = country or timezone_country(timezone)
    if not found:
        raise CountryNeeded(timezone=timezone)
    country_checked(found)
    text_fit(name, field=_("name of the business"), longest=100, least=1)
    database_make(folder())
    business = business_create(
        name=name, currency=currency, country=found, timezone=timezone, week_start=week_start, day_cutoff=cutoff,
        actor=OPERATOR,
    )  # fmt: skip
    if first_store:
        store_create(name=first_store, business=business, actor=OPERATOR, at=now())


@click.command(cls=FolderCommand)
def upgrade() -> None:
    """Bring the data of an older Regulars up to date."""
    database_upgrade()
    click.echo(f"The data in {folder().path} is up to date.")


@click.command(cls=ShopCommand)
@format_option
@click.pass_context
def verify(ctx: click.Context, form: str) -> None:
    """Hold everything derived against a full rebuild; list what differs and end with 1 if anything does."""
    found = [{"subject": each.subject, "finding": each.finding} for each in differences(visible_to=OPERATOR, at=now())]
    if found or form != "table":
        show_rows(found, form=form, columns=("subject", "finding"))
    else:
        click.echo("No difference: everything derived equals a full rebuild.")
    ctx.exit(1 if found else 0)


@click.command(cls=ShopCommand)
@format_option
@click.pass_context
def doctor(ctx: click.Context, form: str) -> None:
    """Say what is set up, what is unsafe and what to do; end with 5 if something needs doing now."""
    found = [*storage_findings(folder()), *shop_findings(visible_to=OPERATOR), *serving_findings(at=now())]
    rows = [{"level": each.level, "subject": each.subject, "finding": each.finding} for each in found]
    show_rows(rows, form=form, columns=("level", "subject", "finding"))
    ctx.exit(5 if any(each.level == "problem" for each in found) else 0)
