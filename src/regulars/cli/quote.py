"""`regulars quote`"""

from pathlib import Path

import click

from regulars.access.rules import OPERATOR
from regulars.checkout.answers import quote_text
from regulars.checkout.asking import document_told
from regulars.checkout.quoting import quote_told
from regulars.cli.base import ShopCommand, now


@click.command("quote", cls=ShopCommand)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def quote(file: Path) -> None:
    """Print what the basket of FILE costs, and why: prices, offers that apply and those that do not, the customer's
    standing.

    FILE is JSON as docs/reference/basket.md tells; the answer is what POST /quote of the API gives, byte for byte.
    Nothing is changed.
    """
    answer = quote_told(document_told(file.read_bytes()), actor=OPERATOR, at=now())
    click.echo(quote_text(answer), nl=False)
