"""Every command, under the name people type."""

import click

from regulars import __version__
from regulars.cli import consent, customers, products, sales, shop, stores


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="regulars")
def regulars() -> None:
    """The customer memory of a shop."""


for command in (
    shop.init,
    shop.upgrade,
    shop.demo,
    shop.verify,
    shop.doctor,
    stores.stores,
    products.products,
    customers.customers,
    consent.consent,
    sales.sales,
):
    regulars.add_command(command)
