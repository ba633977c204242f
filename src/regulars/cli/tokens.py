"""`regulars tokens`"""

import click

from regulars.access.rights import PEOPLE, Role
from regulars.access.rules import OPERATOR
from regulars.access.selectors import tokens_list
from regulars.access.tokens import token_create, token_revoke
from regulars.cli.base import ShopCommand, format_option, now, show_json, show_rows
from regulars.sales.selectors import store_get, stores_all

_COLUMNS = ("id", "name", "role", "store", "made_at", "made_by", "expires_at", "revoked_at", "used_on")
_ROLES = [Role.REGISTER.value, *(role.value for role in PEOPLE)]


@click.group()
def tokens() -> None:
    """What tills and programs show instead of signing in."""


@tokens.command("list", cls=ShopCommand)
@format_option
def tokens_shown(form: str) -> None:
    """List the tokens there were, the newest first; never their secrets, which nobody knows."""
    names = {store.id: store.name for store in stores_all(visible_to=OPERATOR)}
    rows = [
        {name: getattr(token, name) for name in _COLUMNS if name != "store"}
        | {"role": token.role.value, "store": names.get(token.store_id or 0)}
        for token in tokens_list(visible_to=OPERATOR)
    ]
    show_rows(rows, form=form, columns=_COLUMNS)


@tokens.command("create", cls=ShopCommand)
@click.argument("name")
@click.option("--store", metavar="NAME", help="The one store it is bound to; needed for a register.")
@click.option("--role", default=Role.REGISTER.value, show_default=True, type=click.Choice(_ROLES))
@click.option("--days", type=int, help="How long it lasts. Default: until it is revoked.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def tokens_create(name: str, store: str | None, role: str, days: int | None, form: str) -> None:
    """Make a token called NAME and print its secret, this once."""
    store_id = store_get(store).id if store else None
    made = token_create(name=name, role=role, store_id=store_id, days=days, actor=OPERATOR, at=now())
    if form == "json":
        show_json({"id": made.id, "token": made.secret})
    else:
        click.echo(f"Token {made.id}. Send it as: Authorization: Bearer TOKEN. It is shown this once:\n  {made.secret}")


@tokens.command("revoke", cls=ShopCommand)
@click.argument("token_id", metavar="ID", type=int)
def tokens_revoke(token_id: int) -> None:
    """Let the token ID open nothing from now on."""
    token_revoke(token_id, actor=OPERATOR, at=now())
    click.echo(f"Token {token_id} opens nothing any longer.")
