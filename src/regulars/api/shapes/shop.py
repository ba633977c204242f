"""The shop as JSON: stores, registers, products, today's figures, tokens, and who asks."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from regulars.access.selectors import TokenShown
from regulars.access.tokens import MOST_DAYS
from regulars.api.shapes.common import In, Out, Page, PageQuery, Text, Word, money, money_or_none, quantity_or_none
from regulars.checkout.payload import Amount
from regulars.sales.paging import ProductRow
from regulars.sales.today import Figures, NewestSale, Today


class StoreOut(Out):
    """A place that sells."""

    id: int
    name: str
    country: str
    timezone: str
    currency: str
    day_cutoff: str = Field(description="When a new business day begins, as 04:00.")
    city: str
    region: str
    is_active: bool


class StoresOut(Out):
    """Every store within reach, by name."""

    items: list[StoreOut]


class StoreIn(In):
    """A new store; what is left out is the business's own."""

    name: Word
    country: Word = ""
    timezone: Word = ""
    day_cutoff: Annotated[str, Field(pattern=r"^([0-9]{2}:[0-9]{2})?$")] = ""
    city: Word = ""
    region: Word = ""


class RegisterOut(Out):
    """A till."""

    id: int
    name: str
    store: str


class RegistersOut(Out):
    """Every register of the stores within reach, by store and name."""

    items: list[RegisterOut]


class ProductOut(Out):
    """A product; `on_hand` is the stock of the stores within reach, null where nobody counted."""

    sku: str
    name: str
    category: str
    brand: str
    price: str | None
    on_hand: str | None


class ProductsOut(Page[ProductOut]):
    """Products by SKU."""


class ProductsQuery(PageQuery):
    """Which products."""


class ProductIn(In):
    """How the catalogue describes a product from now on."""

    name: Text
    category: Word = ""
    brand: Word = ""
    price: Amount | None = None


class ProductDone(Out):
    """The product that was described or counted."""

    sku: str


class StockIn(In):
    """What a store has, as counted now."""

    store: Word
    on_hand: Amount


class FiguresOut(Out):
    """What was sold."""

    net: str = Field(description="Returns off.")
    orders: int
    average_order: str | None
    known_share: float | None = Field(description="Of the orders, how many have a customer, 0 to 1.")


class StoreLive(Out):
    """One store's day so far."""

    store: str
    now: FiguresOut
    week_ago: FiguresOut


class NewestOut(Out):
    """One of the sales that were made last."""

    number: str
    sold_at: datetime
    store: str
    kind: str
    status: str
    customer: int | None
    total: str


class LiveOut(Out):
    """The business day so far, beside the same day a week ago up to the same time. Money is in `currency`."""

    at: datetime
    currency: str
    now: FiguresOut
    week_ago: FiguresOut
    stores: list[StoreLive]
    newest: list[NewestOut] = Field(description="Empty for those who see totals only.")


class TokenOut(Out):
    """A token, without its secret."""

    id: int
    name: str
    role: str
    store: str | None
    made_at: datetime
    made_by: str
    expires_at: datetime | None
    revoked_at: datetime | None
    used_on: date | None


class TokensOut(Out):
    """Every token there was, the newest first."""

    items: list[TokenOut]


class TokenIn(In):
    """A new token."""

    name: Word
    role: Literal["register", "cashier", "manager", "marketer", "analyst", "owner", "auditor"] = "register"
    store: Word | None = Field(None, description="The one store it is bound to; needed for a register.")
    days: int | None = Field(None, ge=1, le=MOST_DAYS, description="Null: until it is revoked.")


class TokenMadeOut(Out):
    """The new token. Its secret is shown this once, and not again under the same Idempotency-Key."""

    id: int
    secret: str | None = None


class MeOut(Out):
    """Who the token is, and what it may do."""

    name: str
    role: str
    stores: list[str] | None = Field(description="The stores it is bound to; null: every store.")
    rights: dict[str, str] = Field(description="Each right, and how far it goes: all, own (stores), self.")
    business: str
    currency: str
    country: str
    timezone: str


def product_out(row: ProductRow, *, currency: str) -> ProductOut:
    """The product with its price and stock as text."""
    return ProductOut(
        sku=row.sku,
        name=row.name,
        category=row.category,
        brand=row.brand,
        price=money_or_none(row.price, currency=currency),
        on_hand=quantity_or_none(row.on_hand_milli),
    )


def live_out(today: Today, newest: list[NewestOut], *, currency: str, at: datetime) -> LiveOut:
    """The figures with their amounts as text."""
    return LiveOut(
        at=at,
        currency=currency,
        now=_figures_out(today.now, currency=currency),
        week_ago=_figures_out(today.week_ago, currency=currency),
        stores=[
            StoreLive(
                store=each.name,
                now=_figures_out(each.now, currency=currency),
                week_ago=_figures_out(each.week_ago, currency=currency),
            )
            for each in today.stores
        ],
        newest=newest,
    )


def newest_out(sale: NewestSale, *, currency: str) -> NewestOut:
    """The sale with its total as text."""
    return NewestOut(
        number=sale.number,
        sold_at=sale.sold_at,
        store=sale.store,
        kind=sale.kind,
        status=sale.status,
        customer=sale.customer_id,
        total=money(sale.total, currency=currency),
    )


def _figures_out(figures: Figures, *, currency: str) -> FiguresOut:
    return FiguresOut(
        net=money(figures.net, currency=currency),
        orders=figures.orders,
        average_order=money_or_none(figures.average_order, currency=currency),
        known_share=figures.known_share,
    )


def token_out(token: TokenShown, *, store: str | None) -> TokenOut:
    """The token with the name of its store."""
    return TokenOut(
        id=token.id,
        name=token.name,
        role=token.role.value,
        store=store,
        made_at=token.made_at,
        made_by=token.made_by,
        expires_at=token.expires_at,
        revoked_at=token.revoked_at,
        used_on=token.used_on,
    )
