"""`regulars products`"""

import click

from regulars.access.rules import OPERATOR
from regulars.cli.base import ShopCommand, format_option, money, now, show_rows
from regulars.core.money import amount_milli, amount_minor, currency_places, milli_text
from regulars.sales.selectors import business_get, product_get, products_list, store_get
from regulars.sales.services import product_set, stock_set


@click.group()
def products() -> None:
    """What is sold."""


@products.command("list", cls=ShopCommand)
@click.option("--limit", default=100, show_default=True)
@format_option
def products_shown(limit: int, form: str) -> None:
    """List the products, by SKU."""
    currency = business_get().currency
    rows = [
        {
            "sku": product.sku,
            "name": product.name,
            "category": product.category,
            "brand": product.brand,
            "price": money(product.price, currency=currency),
            "on_hand": milli_text(on_hand) if on_hand is not None else None,
        }
        for product, on_hand in products_list(limit=limit, visible_to=OPERATOR)
    ]
    show_rows(rows, form=form, columns=("sku", "name", "category", "brand", "price", "on_hand"))


@products.command("set", cls=ShopCommand)
@click.argument("sku")
@click.option("--name", required=True)
@click.option("--category", default="")
@click.option("--brand", default="")
@click.option("--price", default=None, help="List price, as 12.50.")
def products_set(sku: str, name: str, category: str, brand: str, price: str | None) -> None:
    """Describe the product SKU; what was sold before keeps the words it was sold under."""
    places = currency_places(business_get().currency)
    minor = None if price is None else amount_minor(price, places=places)
    product_set(sku=sku, name=name, category=category, brand=brand, price=minor, actor=OPERATOR, at=now())
    click.echo(f'The product "{sku}" is in the catalogue.')


@products.command("stock", cls=ShopCommand)
@click.argument("sku")
@click.argument("store")
@click.argument("quantity")
def products_stock(sku: str, store: str, quantity: str) -> None:
    """Say that STORE has QUANTITY of SKU, as counted now."""
    product, place = product_get(sku, visible_to=OPERATOR), store_get(store)
    stock_set(product=product, store=place, on_hand_milli=amount_milli(quantity), actor=OPERATOR, at=now())
    click.echo(f"{store} has {quantity} of {sku}.")
