"""`regulars groups`"""

from pathlib import Path

import click

from regulars.access.rules import OPERATOR
from regulars.cli.base import Row, ShopCommand, customers_told, format_option, now, show_rows
from regulars.customers.selectors import customer_find
from regulars.exchange.reading.lists import names_read
from regulars.groups.selectors import group_get, groups_list
from regulars.groups.services import (
    group_create,
    group_delete,
    group_describe,
    group_rename,
    members_add,
    members_add_named,
    members_remove,
    pin_remove,
    pin_set,
)
from regulars.sales.selectors import business_get

_COLUMNS = ("name", "kind", "tier_set", "customers", "description")


@click.group()
def groups() -> None:
    """Named sets of customers: filled by hand, by a rule (segments), or tiers.

    CUSTOMER is an id, a code, a phone or an e-mail. A tier is named with its set where that is needed: "Loyalty: Gold".
    """


@groups.command("list", cls=ShopCommand)
@format_option
def groups_listed(form: str) -> None:
    """List the groups with their sizes."""
    rows = [
        {
            "name": each.name, "kind": each.kind, "tier_set": each.tier_set, "customers": each.size,
            "description": each.description,
        }
        for each in groups_list(visible_to=OPERATOR)
    ]  # fmt: skip
    show_rows(rows, form=form, columns=_COLUMNS)


@groups.command("create", cls=ShopCommand)
@click.argument("name")
@click.option("--description", default="", help="What the group is for.")
def groups_create(name: str, description: str) -> None:
    """Make the group NAME, to be filled by hand."""
    group_create(name, description=description, actor=OPERATOR, at=now())
    click.echo(f'The group "{name}" is there.')


@groups.command("describe", cls=ShopCommand)
@click.argument("name")
@click.argument("description")
def groups_describe(name: str, description: str) -> None:
    """Say what the group NAME is for."""
    group_describe(group_get(name, visible_to=OPERATOR).id, description, actor=OPERATOR, at=now())
    click.echo(f'"{name}" is described.')


@groups.command("rename", cls=ShopCommand)
@click.argument("name")
@click.argument("new")
def groups_rename(name: str, new: str) -> None:
    """Call the group, segment or tier NAME otherwise; the rules that name it follow."""
    group_rename(group_get(name, visible_to=OPERATOR).id, new, actor=OPERATOR, at=now())
    click.echo(f'"{name}" is called "{new}" now.')


@groups.command("delete", cls=ShopCommand)
@click.argument("name")
def groups_delete(name: str) -> None:
    """Delete the group NAME and its history; refused while a rule names it."""
    group_delete(group_get(name, visible_to=OPERATOR).id, actor=OPERATOR, at=now())
    click.echo(f'"{name}" is gone.')


@groups.command("add", cls=ShopCommand)
@click.argument("name")
@click.argument("customers", metavar="CUSTOMER...", nargs=-1, required=True)
def groups_add(name: str, customers: tuple[str, ...]) -> None:
    """Put each CUSTOMER into the group NAME."""
    group = group_get(name, visible_to=OPERATOR)
    added = members_add(group.id, _found(customers), actor=OPERATOR, at=now())
    click.echo(f'"{group.name}" has {customers_told(added)} more.')


@groups.command("remove", cls=ShopCommand)
@click.argument("name")
@click.argument("customers", metavar="CUSTOMER...", nargs=-1, required=True)
def groups_remove(name: str, customers: tuple[str, ...]) -> None:
    """Take each CUSTOMER out of the group NAME."""
    group = group_get(name, visible_to=OPERATOR)
    removed = members_remove(group.id, _found(customers), actor=OPERATOR, at=now())
    click.echo(f'{customers_told(removed)} left "{group.name}".')


@groups.command("import", cls=ShopCommand)
@click.argument("name")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@format_option
def groups_import(name: str, file: Path, form: str) -> None:
    """Put the customers of FILE into the group NAME: one in each row, by id, code, phone or e-mail."""
    group = group_get(name, visible_to=OPERATOR)
    taken = members_add_named(group.id, names_read(file), actor=OPERATOR, at=now())
    if form != "table":
        rows: list[Row] = [{"name": each, "finding": "unknown", "customers": []} for each in taken.unknown]
        rows += [{"name": each, "finding": "ambiguous", "customers": ids} for each, ids in taken.ambiguous.items()]
        show_rows(rows, form=form, columns=("name", "finding", "customers"))
        return
    click.echo(
        f'"{group.name}" has {customers_told(taken.added)} more: {taken.led:,} of the list led to a customer, '
        f"{len(taken.unknown):,} to nobody, {len(taken.ambiguous):,} to several."
    )
    for each in taken.unknown:
        click.echo(f'"{each}" leads to nobody.')
    for each, ids in taken.ambiguous.items():
        click.echo(f'"{each}" leads to customers {", ".join(map(str, ids))}; write the id of the one you mean.')


@groups.command("pin", cls=ShopCommand)
@click.argument("name")
@click.argument("customers", metavar="CUSTOMER...", nargs=-1, required=True)
@click.option("--in/--out", "is_in", default=True, show_default=True, help="Into the group, or out of it.")
def groups_pin(name: str, customers: tuple[str, ...], is_in: bool) -> None:
    """Keep each CUSTOMER in the segment or tier NAME (or out of it), whatever its rule says."""
    group = group_get(name, visible_to=OPERATOR)
    pin_set(group.id, _found(customers), is_in=is_in, actor=OPERATOR, at=now())
    click.echo(f'{customers_told(len(customers))} pinned {"into" if is_in else "out of"} "{group.name}".')


@groups.command("unpin", cls=ShopCommand)
@click.argument("name")
@click.argument("customers", metavar="CUSTOMER...", nargs=-1, required=True)
def groups_unpin(name: str, customers: tuple[str, ...]) -> None:
    """Let the rule of the segment or tier NAME say again whether each CUSTOMER is in it."""
    group = group_get(name, visible_to=OPERATOR)
    pin_remove(group.id, _found(customers), actor=OPERATOR, at=now())
    click.echo(f'The rule of "{group.name}" decides again.')


def _found(names: tuple[str, ...]) -> list[int]:
    """The customers of these names. Raises CustomerUnknown, CustomerAmbiguous."""
    country = business_get().country
    return [customer_find(name, country=country, visible_to=OPERATOR) for name in names]
