"""`regulars offers` and `regulars price-books`"""

import csv
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import NamedTuple

import click

from regulars.access.rules import OPERATOR
from regulars.checkout.asking import document_told
from regulars.cli.base import ShopCommand, format_option, money, now, show_json, show_rows
from regulars.core.errors import Invalid
from regulars.core.money import amount_milli, currency_places, milli_text
from regulars.core.text import marked as _
from regulars.customers.selectors import customer_find
from regulars.groups.selectors import group_named
from regulars.offers.asking import terms_asked, terms_written
from regulars.offers.backtesting import offer_backtest
from regulars.offers.engine.terms import OfferTerms
from regulars.offers.giving import coupon_make, coupons_make, offer_give
from regulars.offers.price_books import price_book_end, price_book_save
from regulars.offers.results import offer_result
from regulars.offers.selectors import (
    coupons_list,
    names_known,
    offer_get,
    offers_list,
    price_book_get,
    price_books_list,
)
from regulars.offers.services import offer_end, offer_save
from regulars.sales.selectors import business_get, business_today, store_get

_DATE = click.DateTime(["%Y-%m-%d"])
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


class BadOffer(Invalid):
    code = "cli.bad_offer"
    message = _('The file holds no offer; write {"name": "...", "live": true, "terms": {...}}.')


class BadPrices(Invalid):
    code = "cli.bad_prices"
    message = _("Line %(line)s of the file %(reason)s.")


@click.group()
def offers() -> None:
    """What is offered, to whom, and what it brings."""


@offers.command("list", cls=ShopCommand)
@format_option
def offers_listed(form: str) -> None:
    """List the offers, how often they were used and what they took off."""
    currency = business_get().currency
    rows = [
        {
            "id": each.id, "name": each.name, "state": each.state, "kind": each.terms.kind.value, "uses": each.uses,
            "saved": money(each.amount, currency=currency), "from": each.terms.conditions.first_day,
            "until": each.terms.conditions.last_day,
        }
        for each in offers_list(visible_to=OPERATOR)
    ]  # fmt: skip
    show_rows(rows, form=form, columns=("id", "name", "state", "kind", "uses", "saved", "from", "until"))


@offers.command("show", cls=ShopCommand)
@click.argument("name")
def offers_show(name: str) -> None:
    """Show the offer NAME as JSON, as `save` takes it."""
    shown = offer_get(name, visible_to=OPERATOR)
    terms = terms_written(shown.terms, names=names_known(visible_to=OPERATOR))
    show_json({"name": shown.name, "live": shown.state == "live", "terms": terms})


@offers.command("save", cls=ShopCommand)
@click.argument("file", type=_FILE)
def offers_save(file: Path) -> None:
    """Save the offer of FILE (JSON with a name, live and its terms, as `show` shows) under its name."""
    told = _told(file)
    known = {each.name: each.id for each in offers_list(visible_to=OPERATOR)}
    earlier = known.get(told.name.strip())
    offer_save(told.name, told.terms, offer_id=earlier, is_live=told.is_live, actor=OPERATOR, at=now())
    state = "live" if told.is_live else "a draft"
    click.echo(f'The offer "{told.name}" is saved, {state}.')


@offers.command("end", cls=ShopCommand)
@click.argument("name")
def offers_end(name: str) -> None:
    """End the offer NAME: nobody gets it from now on."""
    offer_end(offer_get(name, visible_to=OPERATOR).id, actor=OPERATOR, at=now())
    click.echo(f'The offer "{name}" has ended.')


@offers.command("codes", cls=ShopCommand)
@click.argument("name")
@click.option("--make", "count", type=click.IntRange(1, 10_000), help="So many new codes that nobody guesses.")
@click.option("--code", help="This code, for whoever tells it.")
@click.option("--uses", type=click.IntRange(1), help="How often each can be used; default: once, a told --code always.")
@click.option("--until", type=_DATE, metavar="DATE", help="The last day.")
@format_option
def offers_codes(
    name: str, count: int | None, code: str | None, uses: int | None, until: datetime | None, form: str
) -> None:
    """List the codes of the offer NAME; with --make or --code make some first."""
    found = offer_get(name, visible_to=OPERATOR).id
    last_day = until.date() if until else None
    if code:
        coupon_make(found, code, most_uses=uses, last_day=last_day, actor=OPERATOR, at=now())
    if count:
        coupons_make(found, count=count, most_uses=uses or 1, last_day=last_day, actor=OPERATOR, at=now())
    rows = [asdict(each) for each in coupons_list(found, visible_to=OPERATOR)]
    show_rows(rows, form=form, columns=("code", "customer_id", "used", "left", "last_day"))


@offers.command("give", cls=ShopCommand)
@click.argument("name")
@click.argument("customer", nargs=-1, required=True)
@click.option("--until", type=_DATE, metavar="DATE", help="The last day it can be used.")
def offers_give(name: str, customer: Sequence[str], until: datetime | None) -> None:
    """Give the offer NAME to each CUSTOMER (an id, a code, a phone or an e-mail), to be used once."""
    country, at = business_get().country, now()
    ids = [customer_find(each, country=country, visible_to=OPERATOR) for each in customer]
    given = offer_give(
        offer_get(name, visible_to=OPERATOR).id, ids, until=until.date() if until else None, actor=OPERATOR, at=at,
        today=business_today(at=at),
    )  # fmt: skip
    click.echo(f"{given} of {len(ids)} have it now and had it not.")


@offers.command("result", cls=ShopCommand)
@click.argument("name")
@click.option("--from", "first", type=_DATE, metavar="DATE")
@click.option("--to", "last", type=_DATE, metavar="DATE")
@format_option
def offers_result(name: str, first: datetime | None, last: datetime | None, form: str) -> None:
    """Show what the offer NAME brought: uses, cost, and what the sales with it came to."""
    currency = business_get().currency
    told = offer_result(
        name, today=business_today(at=now()), first=first.date() if first else None, last=last.date() if last else None,
        visible_to=OPERATOR,
    )  # fmt: skip
    row = {
        "offer": told.offer, "first": told.first, "last": told.last, "uses": told.uses, "customers": told.customers,
        "cost": money(told.cost, currency=currency), "net": money(told.net, currency=currency),
        "lift": None if told.lift is None else money(round(told.lift.difference), currency=currency),
    }  # fmt: skip
    show_rows([row], form=form, columns=tuple(row))


@offers.command("backtest", cls=ShopCommand)
@click.argument("file", type=_FILE)
@click.option("--from", "first", type=_DATE, metavar="DATE", required=True)
@click.option("--to", "last", type=_DATE, metavar="DATE", required=True)
@format_option
def offers_backtest(file: Path, first: datetime, last: datetime, form: str) -> None:
    """Try the offer of FILE on what was sold in these days: what it would have cost. Nothing is changed."""
    told, currency = _told(file), business_get().currency
    found = offer_backtest(told.name, told.terms, first=first.date(), last=last.date(), visible_to=OPERATOR)
    row = {
        "offer": told.name, "sales": found.sales, "paid": money(found.paid, currency=currency),
        "cost": money(found.cost, currency=currency), "winners": found.winners.customers,
        "losers": found.losers.customers,
    }  # fmt: skip
    show_rows([row], form=form, columns=tuple(row))


class _Told(NamedTuple):
    """An offer as a file tells it."""

    name: str
    terms: OfferTerms
    is_live: bool


def _told(file: Path) -> _Told:
    """The offer of the file. Raises BadOffer, OfferWrong, NotADocument."""
    match document_told(file.read_bytes()):
        case {"name": str(name), "terms": terms, **rest} if not rest.keys() - {"live"}:
            is_live = rest.get("live", False)
            return _Told(name, terms_asked(terms, names=names_known(visible_to=OPERATOR)), is_live is True)
        case _:
            raise BadOffer


@click.group("price-books")
def price_books() -> None:
    """Prices for groups, tiers, stores and days."""


@price_books.command("list", cls=ShopCommand)
@format_option
def price_books_listed(form: str) -> None:
    """List the price books."""
    rows = [
        {
            "id": each.id, "name": each.name, "group": each.group, "store": each.store, "from": each.first_day,
            "until": each.last_day, "products": len(each.prices),
        }
        for each in price_books_list(visible_to=OPERATOR)
    ]  # fmt: skip
    show_rows(rows, form=form, columns=("id", "name", "group", "store", "from", "until", "products"))


@price_books.command("show", cls=ShopCommand)
@click.argument("name")
@format_option
def price_books_show(name: str, form: str) -> None:
    """Show the prices of the price book NAME."""
    places = currency_places(business_get().currency)
    found = price_book_get(name, visible_to=OPERATOR)
    rows = [{"sku": sku, "price": milli_text(price, places=places)} for sku, price in found.prices]
    show_rows(rows, form=form, columns=("sku", "price"))


@price_books.command("save", cls=ShopCommand)
@click.argument("name")
@click.argument("file", type=_FILE)
@click.option("--group", help="Whom it is for: a group, a segment or a tier; default: everybody.")
@click.option("--store", help="Default: every store.")
@click.option("--from", "first", type=_DATE, metavar="DATE")
@click.option("--to", "last", type=_DATE, metavar="DATE")
def price_books_save(
    name: str, file: Path, group: str | None, store: str | None, first: datetime | None, last: datetime | None
) -> None:
    """Save the prices of FILE (CSV: a SKU, a comma, an amount) as the price book NAME; a new one, or changed."""
    known = {each.name: each.id for each in price_books_list(visible_to=OPERATOR)}
    prices = _prices(file)
    price_book_save(
        name,
        prices,
        group_id=group_named(group).id if group else None,
        store_id=store_get(store).id if store else None,
        first_day=first.date() if first else None,
        last_day=last.date() if last else None,
        book_id=known.get(name.strip()),
        actor=OPERATOR,
        at=now(),
    )
    click.echo(f'The price book "{name}" holds {len(prices)} prices.')


@price_books.command("end", cls=ShopCommand)
@click.argument("name")
@click.argument("day", type=_DATE, metavar="DATE")
def price_books_end(name: str, day: datetime) -> None:
    """Let the price book NAME hold up to DATE."""
    price_book_end(price_book_get(name, visible_to=OPERATOR).id, last_day=day.date(), actor=OPERATOR, at=now())
    click.echo(f'The price book "{name}" holds until {day.date()}.')


def _prices(file: Path) -> dict[str, int]:
    """The unit prices of the file, by SKU; a first line of names is left out. Raises BadPrices."""
    places = currency_places(business_get().currency)
    found: dict[str, int] = {}
    for n, row in enumerate(csv.reader(StringIO(_text(file), newline="")), 1):
        if not row or (n == 1 and row[0].strip().lower() == "sku"):
            continue
        if len(row) != 2:
            raise BadPrices(line=n, reason=_("is no price; write a SKU, a comma and an amount, such as LATTE,3.50"))
        sku = row[0].strip()
        if sku in found:
            raise BadPrices(line=n, reason=_("prices %s a second time; leave one out") % sku)
        try:
            found[sku] = amount_milli(row[1].strip(), places=places)
        except Invalid as refusal:
            reason = str(refusal).removesuffix(".")
            raise BadPrices(line=n, reason=_("has no price for %s: %s") % (sku, reason)) from None
    return found


def _text(file: Path) -> str:
    """What stands in the file. Raises BadPrices for the first line that is not UTF-8."""
    told = file.read_bytes()
    try:
        return told.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = told.count(b"\n", 0, error.start) + 1
        raise BadPrices(line=line, reason=_("is not UTF-8; save the file as UTF-8")) from None
