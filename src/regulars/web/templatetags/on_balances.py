"""Points, credit and account as templates show them."""

from django import template

from regulars.web.balances.words import BOOKS, amount_told, kind_told, reason_told, signed
from regulars.web.written import Shop

register = template.Library()


@register.filter
def book_name(book: str) -> str:
    """What people call a book."""
    return str(BOOKS.get(book, book))


@register.filter
def kind_name(kind: str) -> str:
    return kind_told(kind)


@register.filter
def reason_name(reason: str) -> str:
    return reason_told(reason)


@register.simple_tag
def in_book(book: str, amount: int, shop: Shop) -> str:
    """An amount of a book: "12 points", "KES 5.00"."""
    return amount_told(book, amount, shop)


@register.simple_tag
def moved_in(book: str, amount: int, shop: Shop) -> str:
    """What moved in a book, with its sign."""
    return signed(book, amount, shop)


@register.simple_tag
def in_book_plain(book: str, amount: int, shop: Shop) -> str:
    """An amount of a book as a column shows it, whose head says of what."""
    return shop.count(amount) if book == "points" else shop.amount(amount)


@register.filter
def turned(minor: int) -> int:
    """The amount with its sign turned."""
    return -minor
