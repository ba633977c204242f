"""`regulars balances`"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial

import click

from regulars.access.rules import OPERATOR
from regulars.balances.rules import BOOKS, POINTS
from regulars.balances.selectors import accounts_ageing, balances_of, liability, statement_of
from regulars.balances.services import account_limit_set, account_pay, bonus_give, credit_adjust, points_adjust
from regulars.cli.base import Row, ShopCommand, format_option, money, now, show_json, show_rows
from regulars.core.money import amount_minor, currency_places
from regulars.customers.selectors import customer_find
from regulars.sales.selectors import business_get, business_today

_DATE = click.DateTime(["%Y-%m-%d"])
USUAL_DAYS = 30
first_option = click.option("--from", "first", type=_DATE, metavar="DATE", help="The first day; default: 30 days ago.")
last_option = click.option("--to", "last", type=_DATE, metavar="DATE", help="The last day; default: today.")
reason_option = click.option("--reason", required=True, help="Why; it stays in the ledger.")
reference_option = click.option(
    "--reference", required=True, help="What this is called; with the same reference again nothing changes."
)


@click.group()
def balances() -> None:
    """Points, store credit and accounts.

    CUSTOMER is an id, a code, a phone or an e-mail.
    """


@balances.command("show", cls=ShopCommand)
@click.argument("customer")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def balances_show(customer: str, form: str) -> None:
    """Show what CUSTOMER holds and owes."""
    found = _found(customer)
    currency = business_get().currency
    told = balances_of(found, at=now(), visible_to=OPERATOR)
    row: Row = {
        "customer": found,
        "points": told.points,
        "points_pending": told.points_pending,
        "points_worth": money(told.points_value, currency=currency),
        "points_expiring": [{"day": each.day, "points": each.amount} for each in told.expiring],
        "credit": money(told.credit, currency=currency),
        "credit_expiring": [
            {"day": each.day, "amount": money(each.amount, currency=currency)} for each in told.credit_expiring
        ],
        "account": money(told.account, currency=currency),
        "account_limit": money(told.account_limit, currency=currency),
        "account_left": money(told.account_left, currency=currency),
    }
    if form == "json":
        show_json(row)
        return
    for name, value in row.items():
        if not isinstance(value, list):
            click.echo(f"  {name.replace('_', ' '):<16} {value}")
    for each in told.expiring:
        click.echo(f"  {each.amount} points expire after {each.day}")


@balances.command("statement", cls=ShopCommand)
@click.argument("customer")
@click.option("--book", type=click.Choice(BOOKS), default=POINTS, show_default=True)
@first_option
@last_option
@format_option
def balances_statement(customer: str, book: str, first: datetime | None, last: datetime | None, form: str) -> None:
    """Show what moved a balance of CUSTOMER: opening + movements = closing."""
    begins, ends = _days(first, last)
    told = statement_of(_found(customer), book=book, first=begins, last=ends, visible_to=OPERATOR)
    shown = _in_book(book)
    rows: list[Row] = [{"day": begins, "kind": "opening", "balance": shown(told.opening)}]
    rows += [
        {
            "day": each.day, "kind": each.kind, "amount": shown(each.amount), "balance": shown(each.balance),
            "sale": each.number, "reason": each.reason,
        }
        for each in told.movements
    ]  # fmt: skip
    rows.append({"day": ends, "kind": "closing", "balance": shown(told.closing)})
    show_rows(rows, form=form, columns=("day", "kind", "amount", "balance", "sale", "reason"))


@balances.command("points", cls=ShopCommand)
@click.argument("customer")
@click.argument("points", type=int)
@reason_option
@reference_option
def balances_points(customer: str, points: int, reason: str, reference: str) -> None:
    """Give CUSTOMER so many POINTS; below zero takes them (write -- before it)."""
    found = _found(customer)
    points_adjust(found, points, reason=reason, reference=reference, actor=OPERATOR, at=now())
    _tell(found)


@balances.command("bonus", cls=ShopCommand)
@click.argument("customer")
@click.argument("points", type=int)
@reason_option
@reference_option
def balances_bonus(customer: str, points: int, reason: str, reference: str) -> None:
    """Give CUSTOMER so many POINTS as a bonus, which expire as bonuses do."""
    found = _found(customer)
    bonus_give(found, points, reason=reason, reference=reference, actor=OPERATOR, at=now())
    _tell(found)


@balances.command("credit", cls=ShopCommand)
@click.argument("customer")
@click.argument("amount")
@reason_option
@reference_option
@click.option("--expires-on", type=_DATE, metavar="DATE", help="The last day on which it can be spent.")
def balances_credit(customer: str, amount: str, reason: str, reference: str, expires_on: datetime | None) -> None:
    """Give CUSTOMER so much store credit; below zero takes it (write -- before it)."""
    found = _found(customer)
    day = expires_on.date() if expires_on else None
    credit_adjust(found, _minor(amount), reason=reason, reference=reference, expires_on=day, actor=OPERATOR, at=now())
    _tell(found)


@balances.command("pay", cls=ShopCommand)
@click.argument("customer")
@click.argument("amount")
@click.option("--method", default="cash", show_default=True)
@reference_option
def balances_pay(customer: str, amount: str, method: str, reference: str) -> None:
    """Take AMOUNT towards the account of CUSTOMER."""
    found = _found(customer)
    account_pay(found, _minor(amount), method=method, reference=reference, actor=OPERATOR, at=now())
    _tell(found)


@balances.command("limit", cls=ShopCommand)
@click.argument("amount")
@click.argument("customer", required=False)
def balances_limit(amount: str, customer: str | None) -> None:
    """Let CUSTOMER, or everybody without a limit of their own, owe up to AMOUNT."""
    found = None if customer is None else _found(customer)
    account_limit_set(found, _minor(amount), actor=OPERATOR, at=now())
    click.echo(f"{'Everybody' if found is None else f'Customer {found}'} may owe {amount}.")


@balances.command("owing", cls=ShopCommand)
@format_option
def balances_owing(form: str) -> None:
    """List who owes on account, and for how long."""
    currency = business_get().currency
    rows = [
        {"customer": each.customer_id, "name": each.name, "owed": money(each.ageing.owed, currency=currency)}
        | {name: money(amount, currency=currency) for name, amount in each.ageing._asdict().items()}
        for each in accounts_ageing(today=business_today(at=now()), visible_to=OPERATOR)
    ]
    columns = ("customer", "name", "owed", "up_to_30", "up_to_60", "up_to_90", "older")
    show_rows(rows, form=form, columns=columns)


@balances.command("liability", cls=ShopCommand)
@first_option
@last_option
@format_option
def balances_liability(first: datetime | None, last: datetime | None, form: str) -> None:
    """Show what the shop owes in points and store credit, and is owed on account."""
    begins, ends = _days(first, last)
    currency = business_get().currency
    rows = []
    for each in liability(first=begins, last=ends, visible_to=OPERATOR):
        shown = _in_book(each.book)
        rows.append(
            {
                "book": each.book, "opening": shown(each.opening), "moved": shown(each.closing - each.opening),
                "closing": shown(each.closing), "worth": money(each.worth, currency=currency),
            }
        )  # fmt: skip
    show_rows(rows, form=form, columns=("book", "opening", "moved", "closing", "worth"))


def _in_book(book: str) -> Callable[[int], object]:
    """How amounts of the book are told: points as they are, money as decimal text."""
    return int if book == POINTS else partial(money, currency=business_get().currency)


def _days(first: datetime | None, last: datetime | None) -> tuple[date, date]:
    ends = last.date() if last else business_today(at=now())
    return (first.date() if first else ends - timedelta(days=USUAL_DAYS)), ends


def _found(customer: str) -> int:
    return customer_find(customer, country=business_get().country, visible_to=OPERATOR)


def _minor(amount: str) -> int:
    return amount_minor(amount, places=currency_places(business_get().currency))


def _tell(customer: int) -> None:
    """What the customer holds now."""
    told = balances_of(customer, at=now(), visible_to=OPERATOR)
    currency = business_get().currency
    credit, account = money(told.credit, currency=currency), money(told.account, currency=currency)
    click.echo(f"Customer {customer} holds {told.points} points and {credit} of credit, and owes {account}.")
