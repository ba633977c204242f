"""`regulars consent`"""

import click

from regulars.access.rules import OPERATOR
from regulars.cli.base import ShopCommand, format_option, now, show_rows
from regulars.customers.selectors import customer_find
from regulars.customers.services import customer_consent
from regulars.privacy.selectors import consent_history
from regulars.sales.selectors import business_get


@click.group()
def consent() -> None:
    """What customers agreed to."""


@consent.command("record", cls=ShopCommand)
@click.argument("customer")
@click.argument("channel")
@click.argument("answer", type=click.Choice(["yes", "no"]))
@click.option("--wording", default="", help="What the customer was shown or told.")
@click.option("--place", default="office", show_default=True, help="Where it was said.")
def consent_answer(customer: str, channel: str, answer: str, wording: str, place: str) -> None:
    """Record that CUSTOMER said yes or no to CHANNEL (email, phone, post, sms, whatsapp)."""
    found = customer_find(customer, country=business_get().country, visible_to=OPERATOR)
    customer_consent(
        found, channel=channel, is_given=answer == "yes", wording=wording, place=place, actor=OPERATOR, at=now()
    )
    click.echo(f"Customer {found} said {answer} to {channel}.")


@consent.command("show", cls=ShopCommand)
@click.argument("customer")
@format_option
def consent_show(customer: str, form: str) -> None:
    """Show every yes and no of CUSTOMER, newest first."""
    found = customer_find(customer, country=business_get().country, visible_to=OPERATOR)
    columns = ("at", "channel", "is_given", "wording", "place", "actor")
    rows = [{name: getattr(each, name) for name in columns} for each in consent_history(found, visible_to=OPERATOR)]
    show_rows(rows, form=form, columns=columns)
