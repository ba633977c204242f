"""`regulars loyalty`"""

from pathlib import Path

import click

from regulars.access.rules import OPERATOR
from regulars.balances.allowances import allowance_get, allowance_make
from regulars.balances.errors import NoAllowance
from regulars.balances.selectors import policies_all
from regulars.balances.services import policy_set
from regulars.checkout.asking import document_told
from regulars.checkout.loyalty import policy_shown, policy_told
from regulars.cli.base import ShopCommand, format_option, now, show_json, show_rows
from regulars.core.money import currency_places
from regulars.sales.selectors import business_get, business_today


@click.group()
def loyalty() -> None:
    """How points are earned, spent and expire."""


@loyalty.command("list", cls=ShopCommand)
@format_option
def loyalty_listed(form: str) -> None:
    """List the versions of the policy; the latest that has started is in force."""
    places = currency_places(business_get().currency)
    rows = [policy_shown(each, places=places) for each in policies_all(visible_to=OPERATOR)]
    told = [row | {"rules": [rule["name"] for rule in row["rules"]]} for row in rows]
    columns = ("id", "starts_on", "rules", "point_value", "expires_after_days", "pending_days")
    show_rows(rows if form == "json" else told, form=form, columns=columns)


@loyalty.command("show", cls=ShopCommand)
def loyalty_show() -> None:
    """Show the version in force as JSON, as `set` takes it."""
    places, today = currency_places(business_get().currency), business_today(at=now())
    found = [each for each in policies_all(visible_to=OPERATOR) if each.starts_on <= today]
    show_json(policy_shown(found[-1], places=places) if found else None)


@loyalty.command("set", cls=ShopCommand)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def loyalty_set(file: Path) -> None:
    """Let the policy of FILE (JSON as docs/reference/loyalty.md tells) be in force from its first day on.

    What was earned before stays as it was earned.
    """
    told = policy_told(document_told(file.read_bytes()), places=currency_places(business_get().currency))
    starts_on = told.starts_on or business_today(at=now())
    policy_set(told.terms, starts_on=starts_on, actor=OPERATOR, at=now())
    click.echo(f"The policy is in force from {starts_on} on.")


@loyalty.command("allowance", cls=ShopCommand)
@click.argument("store")
@click.argument("register")
@click.option("--points", type=int, help="Give it a new allowance of so many points.")
@click.option("--hours", type=int, default=24, show_default=True, help="For so long from now on.")
@format_option
def loyalty_allowance(store: str, register: str, points: int | None, hours: int, form: str) -> None:
    """Show, or with --points give, what REGISTER of STORE may spend in points while it is offline.

    The register sends the token with the sales it made meanwhile; what a customer turns out not to hold is owed.
    """
    if points is None:
        found = allowance_get(store, register, visible_to=OPERATOR, at=now())
    else:
        found = allowance_make(store, register, points=points, hours=hours, actor=OPERATOR, at=now())
    if found is None:
        raise NoAllowance(register=register, store=store)
    told = {
        "points": found.points, "used": found.used, "begins_at": found.begins_at.isoformat(),
        "ends_at": found.ends_at.isoformat(), "token": found.token,
    }  # fmt: skip
    show_rows([told], form=form, columns=tuple(told))
