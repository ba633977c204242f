"""`regulars sales`"""

from dataclasses import asdict
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import click

from regulars.access.rules import OPERATOR
from regulars.checkout.asking import document_told
from regulars.checkout.finalising import basket_finalise_told
from regulars.checkout.payload import payloads_parse
from regulars.checkout.services import MOST_SALES, sale_reassign, sale_return, sale_void, sales_record
from regulars.cli.base import ShopCommand, format_option, money, now, show_json, show_rows
from regulars.core.errors import Conflict, Invalid
from regulars.core.money import amount_milli, currency_places, milli_text
from regulars.core.text import marked as _
from regulars.customers.selectors import customer_find
from regulars.sales.receipts import Receipt, receipt_get, receipts_list
from regulars.sales.selectors import business_get


class BadLines(Invalid):
    code = "cli.bad_lines"
    message = _('"%(value)s" names no lines; write place=quantity, such as "1=2,3=0.5".')


class CustomerOrNobody(Invalid):
    code = "cli.customer_or_nobody"
    message = _("Name the customer, or give --nobody to take the customer off; not both.")


@click.group()
def sales() -> None:
    """What was sold."""


@sales.command("record", cls=ShopCommand)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@format_option
@click.pass_context
def sales_recorded(ctx: click.Context, file: Path, form: str) -> None:
    """Record the sales of FILE: a sale as JSON, or a list of them. Each is answered on a line of its own.

    Recording the same file again changes nothing. Ends with 2 if a sale was refused, 5 if one contradicts what is
    stored.
    """
    payloads = payloads_parse(file.read_bytes())
    answers = []
    for start in range(0, len(payloads), MOST_SALES):
        answers += sales_record(payloads[start : start + MOST_SALES], actor=OPERATOR, at=now())
    rows = [
        {
            "number": answer.number,
            "id": answer.uid,
            "outcome": answer.outcome,
            "customer": answer.customer_id,
            "reason": "; ".join(map(str, answer.faults)),
        }
        for answer in answers
    ]
    show_rows(rows, form=form, columns=("number", "id", "outcome", "customer", "reason"))
    outcomes = {answer.outcome for answer in answers}
    ctx.exit(Invalid.exit_code if "refused" in outcomes else Conflict.exit_code if "conflict" in outcomes else 0)


@sales.command("list", cls=ShopCommand)
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 10_000))
@format_option
def sales_listed(limit: int, form: str) -> None:
    """List the newest sales."""
    currency = business_get().currency
    rows = [
        asdict(each) | {"total": money(each.total, currency=currency)}
        for each in receipts_list(limit=limit, visible_to=OPERATOR)
    ]
    show_rows(rows, form=form, columns=("number", "day", "store", "kind", "status", "customer_id", "total"))


@sales.command("show", cls=ShopCommand)
@click.argument("number")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def sales_shown(number: str, form: str) -> None:
    """Show the receipt NUMBER (or the id of a sale)."""
    currency = business_get().currency
    receipt = receipt_json(receipt_get(number, visible_to=OPERATOR), currency=currency)
    if form == "json":
        show_json(receipt)
        return
    for name, value in receipt.items():
        # The day and time on the store's clock say it to a person.
        if name != "sold_at" and value not in (None, "") and not isinstance(value, list):
            click.echo(f"  {name:<12} {value}")
    click.echo()
    show_rows(
        receipt["lines"], form="table", columns=("sku", "name", "quantity", "unit_price", "discount", "tax", "net")
    )
    if receipt["payments"]:
        click.echo()
        show_rows(receipt["payments"], form="table", columns=("method", "amount", "reference", "status"))


def receipt_json(receipt: Receipt, *, currency: str) -> dict[str, Any]:
    """The receipt for scripts: money as decimal text in the business's currency."""
    sale, places = receipt.sale, currency_places(currency)
    return {
        "id": sale.uid,
        "number": sale.number,
        "kind": sale.kind,
        "status": sale.status,
        "sold_at": sale.sold_at,
        "day": receipt.day,
        "time": f"{receipt.hour:02}:{receipt.minute:02}",
        "store": sale.store,
        "register": sale.register,
        "channel": sale.channel,
        "customer": receipt.customer_id,
        "returns": sale.returns,
        "returned_by": list(receipt.returns),
        "currency": currency,
        "total": money(receipt.total, currency=currency),
        "tax": money(receipt.tax, currency=currency),
        "discount": money(receipt.discount, currency=currency),
        "tip": money(sale.tip, currency=currency),
        "note": sale.note,
        "lines": [
            {
                "sku": line.sku,
                "name": line.name,
                "category": line.category,
                "brand": line.brand,
                "quantity": milli_text(line.quantity_milli),
                "unit_price": milli_text(line.unit_price_milli, places=places),
                "discount": money(line.discount, currency=currency),
                "tax": money(line.tax, currency=currency),
                "net": money(line.net, currency=currency),
            }
            for line in sale.lines
        ],
        "payments": [
            payment._asdict() | {"amount": money(payment.amount, currency=currency)} for payment in sale.payments
        ],
    }


@sales.command("return", cls=ShopCommand)
@click.argument("number")
@click.option(
    "--lines", default=None, metavar="1=2,3=0.5", help="Place on the receipt and quantity; default: all that is left."
)
@click.option(
    "--id", "uid", type=click.UUID, default=None, help="The return's own id; with the same id again nothing changes."
)
@click.option("--refund-to", default="", metavar="WAY", help="How what was paid with money goes back, as store_credit.")
def sales_returned(number: str, lines: str | None, uid: UUID | None, refund_to: str) -> None:
    """Bring back the sale NUMBER, wholly or in part; what it was paid with goes back, share by share."""
    quantities = None if lines is None else _quantities(lines)
    answer = sale_return(
        number, quantities=quantities, refund_to=refund_to, uid=uid or uuid4(), actor=OPERATOR, at=now()
    )
    receipt = receipt_get(str(answer.uid), visible_to=OPERATOR)
    currency = business_get().currency
    click.echo(f"Return {answer.number}: {money(-receipt.total, currency=currency)} goes back.")
    ways = [f"{money(-each.amount, currency=currency)} {each.method}" for each in receipt.sale.payments]
    if ways:
        click.echo(f"It goes back as {', '.join(ways)}.")


@sales.command("finalise", cls=ShopCommand)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def sales_finalised(file: Path) -> None:
    """Sell the basket of FILE as it was quoted (JSON as docs/reference/basket.md tells).

    The same id again gives the same answer. Ends with 5 if it costs otherwise by now.
    """
    sold = basket_finalise_told(document_told(file.read_bytes()), actor=OPERATOR, at=now())
    show_json(asdict(sold) | {"total": money(sold.total, currency=business_get().currency)})


def _quantities(text: str) -> dict[int, int]:
    """Thousandths by place on the receipt, from "1=2,3=0.5". Raises BadLines."""
    quantities = {}
    for part in text.split(","):
        place, equals, quantity = part.partition("=")
        if not equals or not place.strip().isdecimal():
            raise BadLines(value=text)
        quantities[int(place)] = amount_milli(quantity)
    return quantities


@sales.command("void", cls=ShopCommand)
@click.argument("number")
def sales_voided(number: str) -> None:
    """Void the sale NUMBER: it stays to be read and counts nowhere."""
    sale_void(number, actor=OPERATOR, at=now())
    click.echo(f"Sale {number} is void.")


@sales.command("reassign", cls=ShopCommand)
@click.argument("number")
@click.argument("customer", required=False)
@click.option("--nobody", is_flag=True, help="Take the customer off the sale.")
def sales_reassigned(number: str, customer: str | None, nobody: bool) -> None:
    """Give the sale NUMBER to CUSTOMER (an id, a code, a phone or an e-mail)."""
    if nobody == (customer is not None):
        raise CustomerOrNobody
    country = business_get().country
    found = None if customer is None else customer_find(customer, country=country, visible_to=OPERATOR)
    sale_reassign(number, found, actor=OPERATOR, at=now())
    click.echo(f"Sale {number} belongs to {'nobody' if found is None else f'customer {found}'}.")
