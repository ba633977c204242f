"""A profile typed in and printed out."""

from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import click

from regulars.cli.base import money, show_rows
from regulars.core.days import WEEKDAYS
from regulars.core.errors import Invalid
from regulars.core.money import milli_text
from regulars.core.text import marked as _
from regulars.customers.details import ADDRESS_KINDS, GENDERS, AddressDetails, CustomerDetails
from regulars.customers.rules import phone_shown
from regulars.sales.profiles import Bought, Profile

F = TypeVar("F", bound=Callable[..., Any])

_TEXTS = ("name", "first_name", "last_name", "code", "language", "website", "social")
_PLACE = ("street", "street2", "postcode", "city", "region", "country")


class BadField(Invalid):
    code = "cli.bad_field"
    message = _('"%(value)s" is no custom field; write it as "Shoe size=42".')


def details_options(command: F) -> F:
    """The options that hold what is kept of a person."""
    options = [
        *(click.option(f"--{name.replace('_', '-')}", default=None) for name in _TEXTS),
        click.option("--phone", "phones", multiple=True, help="Give it again for a second phone."),
        click.option("--email", "emails", multiple=True),
        click.option("--birth-date", type=click.DateTime(["%Y-%m-%d"])),
        click.option("--gender", type=click.Choice(GENDERS)),
        click.option("--tag", "tags", multiple=True),
        click.option("--field", "custom", multiple=True, metavar="NAME=VALUE", help="A custom field."),
        click.option(
            "--address", type=click.Choice(ADDRESS_KINDS), default="billing", help="Which address the next are of."
        ),
        *(click.option(f"--{name}", default=None) for name in _PLACE),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def details_read(typed: dict[str, Any]) -> CustomerDetails:
    """The details as typed; what was not typed is empty."""
    return details_replaced(CustomerDetails(), typed)


def details_replaced(before: CustomerDetails, typed: dict[str, Any]) -> CustomerDetails:
    """The details with what was typed in place of what was there; a new first or last name makes a new whole name."""
    changes: dict[str, Any] = {name: typed[name] for name in (*_TEXTS, "gender") if typed[name] is not None}
    changes |= {name: typed[name] for name in ("phones", "emails", "tags") if typed[name]}
    if typed["birth_date"] is not None:
        changes["birth_date"] = typed["birth_date"].date()
    if typed["custom"]:
        changes["custom"] = tuple((dict(before.custom) | dict(map(_custom, typed["custom"]))).items())
    if {"first_name", "last_name"} & changes.keys() and "name" not in changes:
        changes["name"] = ""
    place = {name: typed[name] for name in _PLACE if typed[name] is not None}
    if place:
        changes["addresses"] = _addresses(before, typed["address"], place)
    return replace(before, **changes)


def _custom(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise BadField(value=text)
    return name.strip(), value


def _addresses(before: CustomerDetails, kind: str, place: dict[str, str]) -> tuple[AddressDetails, ...]:
    held = {address.kind: address for address in before.addresses}
    held[kind] = replace(held.get(kind, AddressDetails(kind=kind)), **place)
    return tuple(held[kind] for kind in sorted(held))


def profile_json(profile: Profile, *, currency: str) -> dict[str, Any]:
    """The profile for scripts: money as decimal text, dates ISO, unknown null."""
    stats, about = profile.stats, profile.about
    return {
        "id": about.id,
        **asdict(about.details),
        "custom": dict(about.details.custom),
        "is_active": about.is_active,
        "source": about.source,
        "stats": _stats(profile, currency=currency),
        "habits": asdict(profile.habits),
        "products": [_bought(each, currency=currency) for each in profile.products],
        "categories": [_bought(each, currency=currency) for each in profile.categories],
        "months": [asdict(month) | {"net": money(month.net, currency=currency)} for month in profile.months],
        "consents": profile.consents,
        "notes": [asdict(note) for note in about.notes],
        "timeline": [
            asdict(moment) | {"amount": money(moment.amount, currency=currency)} for moment in profile.timeline
        ],
        "days_between_orders": stats.days_between_orders,
    }


def _stats(profile: Profile, *, currency: str) -> dict[str, Any]:
    stats = profile.stats
    units = stats.units_per_order_milli
    return {
        "spent": money(stats.spent, currency=currency),
        "orders": stats.orders,
        "visits": stats.visits,
        "average_order": money(stats.average_order, currency=currency),
        "units_per_order": None if units is None else milli_text(units),
        "days_between_orders": stats.days_between_orders,
        "returned": money(stats.returned, currency=currency),
        "discount": money(stats.discount, currency=currency),
        "first_order": stats.first_order,
        "last_order": stats.last_order,
    }


def _bought(each: Bought, *, currency: str) -> dict[str, Any]:
    return {
        "name": each.name,
        "orders": each.orders,
        "units": milli_text(each.units_milli),
        "net": money(each.net, currency=currency),
    }


def profile_print(profile: Profile, *, currency: str, clock: ZoneInfo) -> None:
    """Print the profile for a person to read, times on the business's clock."""
    about, details = profile.about, profile.about.details
    click.echo(f"{details.name or '(no name)'}  ·  customer {about.id}  ·  code {details.code}")
    _lines(_contact_lines(profile))
    click.echo(f"\nStats ({currency})")
    _lines([(name.replace("_", " "), _shown(value)) for name, value in _stats(profile, currency=currency).items()])
    _lines(_habit_lines(profile))
    for title, rows in (("Most bought", profile.products), ("Categories", profile.categories)):
        if rows:
            click.echo(f"\n{title}")
            table = [_bought(each, currency=currency) for each in rows]
            show_rows(table, form="table", columns=("name", "orders", "units", "net"))
    if profile.timeline:
        click.echo("\nTimeline")
        moments = [
            asdict(each) | {"at": each.at.astimezone(clock), "amount": money(each.amount, currency=currency)}
            for each in profile.timeline
        ]
        show_rows(moments, form="table", columns=("at", "kind", "text", "amount", "store", "status"))


def _contact_lines(profile: Profile) -> list[tuple[str, str]]:
    details = profile.about.details
    lines = [("phone", ", ".join(map(phone_shown, details.phones))), ("e-mail", ", ".join(details.emails))]
    lines += [(name.replace("_", " "), _shown(getattr(details, name))) for name in ("birth_date", "gender", "language")]
    lines += [(name, _shown(getattr(details, name))) for name in ("website", "social", "joined")]
    lines += [
        (f"{address.kind} address", ", ".join(filter(None, (getattr(address, part) for part in _PLACE))))
        for address in details.addresses
    ]
    lines += [("tags", ", ".join(details.tags)), *details.custom]
    lines += [(f"consent to {channel}", "yes" if held else "no") for channel, held in profile.consents.items()]
    return lines + ([] if profile.about.is_active else [("state", "deactivated")])


def _habit_lines(profile: Profile) -> list[tuple[str, str]]:
    habits = profile.habits
    return [
        ("favourite store", habits.store or ""),
        ("favourite weekday", WEEKDAYS[habits.weekday - 1].capitalize() if habits.weekday else ""),
        ("favourite hour", f"{habits.hour}:00" if habits.hour is not None else ""),
    ]


def _lines(lines: list[tuple[str, str]]) -> None:
    for name, text in lines:
        if text:
            click.echo(f"  {name:<20} {text}")


def _shown(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.1f}"
    return "" if value is None else str(value)
