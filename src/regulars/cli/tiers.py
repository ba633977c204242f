"""`regulars tiers`"""

import click

from regulars.access.rules import OPERATOR
from regulars.cli.base import ShopCommand, format_option, now, show_rows
from regulars.segments.selectors import tier_set_check, tier_set_get, tier_sets_list
from regulars.segments.services import tier_set_delete, tier_set_save

_COLUMNS = ("set", "tier", "rule", "is_default", "customers")


@click.group()
def tiers() -> None:
    """Sets of tiers; every customer is in exactly one tier of each set."""


@tiers.command("set", cls=ShopCommand)
@click.argument("name")
@click.option(
    "--ladder", required=True, metavar="LADDER",
    help='The lowest first: "Standard: spent < 500; Gold: spent between 500 and 2000; Platinum: spent > 2000".',
)  # fmt: skip
@click.option("--anyway", is_flag=True, help="Keep a ladder with gaps or overlaps.")
@click.option("--tell", is_flag=True, help="Let webhooks and offers hear of those who move now.")
def tiers_set(name: str, ladder: str, anyway: bool, tell: bool) -> None:
    """Save the tiers of the set NAME.

    The tier without a rule, or else the first, takes whoever fits no other; of two that fit the higher counts.
    """
    findings = tier_set_save(name, ladder, is_anyway=anyway, is_told=tell, actor=OPERATOR, at=now())
    for each in findings:
        click.echo(f"{each.kind}: {each.sentence}.")
    shown = tier_set_get(name, visible_to=OPERATOR)
    sizes = ", ".join(f"{tier.name} {tier.size:,}" for tier in shown.tiers)
    told = "is kept as it is" if findings else "has no gaps and no overlaps"
    click.echo(f"The ladder of {shown.name} {told}. Customers: {sizes}.")


@tiers.command("check", cls=ShopCommand)
@click.argument("name")
@format_option
@click.pass_context
def tiers_check(ctx: click.Context, name: str, form: str) -> None:
    """Look for gaps and overlaps in the ladder of NAME; end with 1 if there are any."""
    findings = tier_set_check(name, at=now(), visible_to=OPERATOR)
    if form != "table" or findings:
        rows = [{"kind": each.kind, "tiers": each.tiers, "finding": each.sentence} for each in findings]
        show_rows(rows, form=form, columns=("kind", "tiers", "finding"))
    else:
        click.echo(f"The ladder of {name} has no gaps and no overlaps.")
    ctx.exit(1 if findings else 0)


@tiers.command("list", cls=ShopCommand)
@format_option
def tiers_list(form: str) -> None:
    """List the tiers of every set, the lowest first."""
    rows = [
        {
            "set": each.name, "tier": tier.name, "rule": tier.text, "is_default": tier.is_default,
            "customers": tier.size,
        }
        for each in tier_sets_list(visible_to=OPERATOR)
        for tier in each.tiers
    ]  # fmt: skip
    show_rows(rows, form=form, columns=_COLUMNS)


@tiers.command("delete", cls=ShopCommand)
@click.argument("name")
def tiers_delete(name: str) -> None:
    """Delete the set NAME with its tiers and their history; refused while a rule names one of them."""
    tier_set_delete(name, actor=OPERATOR, at=now())
    click.echo(f"The tiers of {name} are gone.")
