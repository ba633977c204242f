"""`regulars users`"""

from datetime import datetime

import click

from regulars.access.people import (
    password_new,
    password_reset,
    person_activate,
    person_create,
    person_deactivate,
    person_id_named,
    second_factor_reset,
)
from regulars.access.rights import PEOPLE
from regulars.access.rules import OPERATOR
from regulars.access.selectors import people_list
from regulars.cli.base import ShopCommand, format_option, now, show_rows
from regulars.sales.selectors import store_get, stores_all

_COLUMNS = ("login", "name", "role", "stores", "is_active", "second_factor", "last_login")


@click.group()
def users() -> None:
    """The people who sign in."""


@users.command("list", cls=ShopCommand)
@format_option
def users_list(form: str) -> None:
    """List the team: who signs in, as what, in which stores."""
    names = {store.id: store.name for store in stores_all(visible_to=OPERATOR)}
    rows = [
        {
            "login": person.login,
            "name": person.name,
            "role": person.role.value,
            "stores": [names[store] for store in person.stores],
            "is_active": person.is_active,
            "second_factor": person.has_second_factor,
            "last_login": person.last_login,
        }
        for person in people_list(visible_to=OPERATOR)
    ]
    show_rows(rows, form=form, columns=_COLUMNS)


@users.command("create", cls=ShopCommand)
@click.argument("login")
@click.option("--name", default="", help="What others read. Default: LOGIN.")
@click.option("--role", required=True, type=click.Choice([role.value for role in PEOPLE]))
@click.option("--store", "stores", multiple=True, metavar="NAME", help="A store of their own; may be given again.")
def users_create(login: str, name: str, role: str, stores: tuple[str, ...]) -> None:
    """Let LOGIN sign in, with a first password that is printed once and must be changed."""
    password = password_new()
    own = [store_get(store).id for store in stores]
    person_create(login=login, name=name or login, role=role, stores=own, password=password, actor=OPERATOR, at=now())
    _told(login, password)


@users.command("password", cls=ShopCommand)
@click.argument("login")
def users_password(login: str) -> None:
    """Give LOGIN a new first password; whoever is signed in as LOGIN is signed out."""
    password = password_new()
    password_reset(person_id_named(login), password=password, actor=OPERATOR, at=now())
    _told(login, password)


@users.command("second-factor", cls=ShopCommand)
@click.argument("login")
def users_second_factor(login: str) -> None:
    """Take the second factor of LOGIN away, for whoever lost the phone and the recovery codes."""
    second_factor_reset(person_id_named(login), actor=OPERATOR, at=now())
    click.echo(f"{login} signs in with the password alone, and sets up a second factor then if the role asks for one.")


@users.command("deactivate", cls=ShopCommand)
@click.argument("login")
def users_deactivate(login: str) -> None:
    """Let LOGIN sign in no more; what they did stays theirs."""
    _switch(login, now(), is_active=False)
    click.echo(f"{login} is signed out and signs in no more.")


@users.command("activate", cls=ShopCommand)
@click.argument("login")
def users_activate(login: str) -> None:
    """Let LOGIN sign in again."""
    _switch(login, now(), is_active=True)
    click.echo(f"{login} can sign in again.")


def _switch(login: str, at: datetime, *, is_active: bool) -> None:
    change = person_activate if is_active else person_deactivate
    change(person_id_named(login), actor=OPERATOR, at=at)


def _told(login: str, password: str) -> None:
    click.echo(f"{login} signs in with this password, and chooses another then:\n  {password}")
