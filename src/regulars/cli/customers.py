"""`regulars customers`"""

from datetime import datetime
from typing import Any

import click

from regulars.access.rules import OPERATOR
from regulars.cli.base import ShopCommand, format_option, money, now, show_json, show_rows
from regulars.cli.exporting import customers_export
from regulars.cli.people import details_options, details_read, details_replaced, profile_json, profile_print
from regulars.core.days import timezone_of
from regulars.core.errors import Invalid
from regulars.core.money import amount_minor, currency_places, milli_text
from regulars.core.text import marked as _
from regulars.core.text import nearest
from regulars.customers import services
from regulars.customers.ages import born_from, born_to
from regulars.customers.selectors import customer_details, customer_find
from regulars.sales.finding import customers_find
from regulars.sales.listing import MOST_ROWS, CustomerRow, customers_list
from regulars.sales.narrowing import CustomerFilter
from regulars.sales.selectors import business_get, business_today
from regulars.sales.services import profile_open
from regulars.segments.selectors import rule_customers, rule_told

DEFAULT_COLUMNS = ("id", "code", "name", "email", "phone", "spent", "orders", "visits", "last_order")
COLUMNS = (
    *DEFAULT_COLUMNS, "first_order", "average_order", "units", "returned", "discount",
    "joined", "birth_date", "gender", "city", "country", "tags",
)  # fmt: skip


class UnknownColumn(Invalid):
    code = "cli.unknown_column"
    message = _('There is no column "%(name)s"%(hint)s; choose from: %(known)s.')


@click.group()
def customers() -> None:
    """Who buys."""


customers.add_command(customers_export)
_DATE = click.DateTime(["%Y-%m-%d"])


@customers.command("list", cls=ShopCommand)
@click.option("--where", metavar="RULE", help="Only those who meet the rule, or are in the segment of that name.")
@click.option("--search", default="", help="Only those that `find` finds.")
@click.option("--sort", default="-spent", show_default=True, help="A column; with - before it, largest first.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, MOST_ROWS))
@click.option("--offset", default=0, type=click.IntRange(0), help="Leave out that many first.")
@click.option("--columns", default=",".join(DEFAULT_COLUMNS), show_default=True, help="Separated by commas.")
@click.option("--spent-from", metavar="AMOUNT", help="Spent at least.")
@click.option("--spent-to", metavar="AMOUNT", help="Spent at most.")
@click.option("--orders-from", type=int, help="At least so many orders.")
@click.option("--orders-to", type=int, help="At most so many orders.")
@click.option("--first-order-from", type=_DATE, help="First bought on this day or later.")
@click.option("--first-order-to", type=_DATE)
@click.option("--last-order-from", type=_DATE, help="Last bought on this day or later.")
@click.option("--last-order-to", type=_DATE)
@click.option("--age-from", type=int, help="At least so many years old.")
@click.option("--age-to", type=int)
@click.option("--gender", type=click.Choice(["female", "male", "other"]))
@click.option("--city")
@click.option("--country", metavar="KE")
@click.option("--tag")
@click.option("--store", help="Bought there at least once.")
@click.option("--inactive", is_flag=True, help="Those that were deactivated.")
@format_option
def customers_shown(
    where: str | None,
    search: str,
    sort: str,
    limit: int,
    offset: int,
    columns: str,
    form: str,
    inactive: bool,
    **narrow: Any,
) -> None:
    """List customers, the best first."""
    business = business_get()
    shown = _columns(columns)
    wanted = _filter(narrow, currency=business.currency, inactive=inactive)
    among = None if where is None else rule_customers(rule_told(where), at=now(), visible_to=OPERATOR)
    rows = customers_list(
        wanted, search=search, sort=sort, limit=limit, offset=offset, among=among, country=business.country,
        visible_to=OPERATOR,
    )  # fmt: skip
    show_rows([_row(row, currency=business.currency) for row in rows], form=form, columns=shown)


def _columns(text: str) -> list[str]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    for name in names:
        if name not in COLUMNS:
            near = nearest(name, COLUMNS)
            raise UnknownColumn(name=name, hint=f'; did you mean "{near}"?' if near else "", known=", ".join(COLUMNS))
    return names


def _filter(narrow: dict[str, Any], *, currency: str, inactive: bool) -> CustomerFilter:
    """The filter as typed: amounts in minor units, ages as days of birth."""
    places = currency_places(currency)
    today = business_today(at=now())
    youngest, oldest = narrow.pop("age_from"), narrow.pop("age_to")
    values: dict[str, Any] = {}
    for name, value in narrow.items():
        if isinstance(value, datetime):
            values[name] = value.date()
        elif value is not None and name.startswith("spent_"):
            values[name] = amount_minor(value, places=places)
        else:
            values[name] = value
    return CustomerFilter(
        **values,
        born_to=None if youngest is None else born_to(youngest, today=today),
        born_from=None if oldest is None else born_from(oldest, today=today),
        is_active=not inactive,
    )


def _row(row: CustomerRow, *, currency: str) -> dict[str, Any]:
    amounts = {name: money(getattr(row, name), currency=currency) for name in _AMOUNTS}
    plain = {name: getattr(row, name) for name in COLUMNS if name not in _AMOUNTS and name != "units"}
    return plain | amounts | {"units": milli_text(row.units_milli)}


_AMOUNTS = ("spent", "average_order", "returned", "discount")


@customers.command("find", cls=ShopCommand)
@click.argument("text")
@click.option("--limit", default=10, show_default=True, type=click.IntRange(1, 100))
@format_option
def customers_found(text: str, limit: int, form: str) -> None:
    """Find customers as a cashier types: a part of a name, code, phone (or its last digits), e-mail, or a receipt."""
    business = business_get()
    rows = []
    for id_ in customers_find(text, limit=limit, country=business.country, visible_to=OPERATOR):
        details = customer_details(id_, visible_to=OPERATOR).details
        rows.append(
            {"id": id_, "code": details.code, "name": details.name, "phones": details.phones, "emails": details.emails}
        )
    show_rows(rows, form=form, columns=("id", "code", "name", "phones", "emails"))


@customers.command("show", cls=ShopCommand)
@click.argument("customer")
@click.option("--timeline", default=20, show_default=True, type=click.IntRange(0, 10_000), help="So many moments.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def customers_profile(customer: str, timeline: int, form: str) -> None:
    """Show everything known of CUSTOMER (an id, a code, a phone or an e-mail)."""
    business = business_get()
    found = customer_find(customer, country=business.country, visible_to=OPERATOR)
    profile = profile_open(found, timeline=timeline, actor=OPERATOR, at=now())
    if form == "json":
        show_json(profile_json(profile, currency=business.currency))
    else:
        profile_print(profile, currency=business.currency, clock=timezone_of(business.timezone))


@customers.command("create", cls=ShopCommand)
@details_options
def customers_create(**typed: Any) -> None:
    """Open a profile."""
    business, at = business_get(), now()
    today = business_today(at=at)
    details = details_read(typed)
    created = services.customer_create(
        details, source="office", country=business.country, actor=OPERATOR, at=at, today=today
    )
    click.echo(
        f"Customer {created} is there, with the code {customer_details(created, visible_to=OPERATOR).details.code}."
    )


@customers.command("edit", cls=ShopCommand)
@click.argument("customer")
@details_options
def customers_edit(customer: str, **typed: Any) -> None:
    """Change what is given; what is left out stays. Phones, e-mails and tags given replace those that are there."""
    business, at = business_get(), now()
    found = customer_find(customer, country=business.country, visible_to=OPERATOR)
    details = details_replaced(customer_details(found, visible_to=OPERATOR).details, typed)
    changed = services.customer_edit(
        found, details, country=business.country, actor=OPERATOR, at=at, today=business_today(at=at)
    )
    click.echo(f"Customer {found}: {', '.join(changed)} changed." if changed else f"Customer {found}: nothing changed.")


@customers.command("note", cls=ShopCommand)
@click.argument("customer")
@click.argument("text")
def customers_note(customer: str, text: str) -> None:
    """Write a note on CUSTOMER that only the team sees."""
    found = customer_find(customer, country=business_get().country, visible_to=OPERATOR)
    services.note_add(found, text, actor=OPERATOR, at=now())
    click.echo(f"The note stands on customer {found}.")


@customers.command("deactivate", cls=ShopCommand)
@click.argument("customer")
def customers_deactivate(customer: str) -> None:
    """Hide CUSTOMER at the till; the history stays."""
    found = customer_find(customer, country=business_get().country, visible_to=OPERATOR)
    services.customer_deactivate(found, actor=OPERATOR, at=now())
    click.echo(f"Customer {found} is no longer found at the till.")


@customers.command("activate", cls=ShopCommand)
@click.argument("customer")
def customers_activate(customer: str) -> None:
    """Let the till find CUSTOMER again."""
    found = customer_find(customer, country=business_get().country, visible_to=OPERATOR)
    services.customer_activate(found, actor=OPERATOR, at=now())
    click.echo(f"Customer {found} is found at the till again.")
