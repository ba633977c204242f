"""Sales and receipts as JSON."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from regulars.api.shapes.common import FaultOut, Id, In, Out, Page, PageQuery, Word, money
from regulars.api.words import fault_told
from regulars.checkout.answers import SaleAnswer
from regulars.checkout.payload import Amount, SaleIn
from regulars.core.money import currency_places, milli_text
from regulars.sales.paging import SaleFilter, SaleRow
from regulars.sales.receipts import Receipt


class SaleDone(Out):
    """A sale that is stored."""

    id: UUID
    number: str
    outcome: Literal["created", "unchanged"]
    customer: int | None = Field(description="Whom the sale was led to.")


class SaleAnswerOut(Out):
    """What became of one sale of a batch; see `errors` for why it was refused, or how it differs from the stored."""

    id: UUID | None
    number: str
    outcome: Literal["created", "unchanged", "conflict", "refused"]
    customer: int | None
    errors: list[FaultOut]


class BatchOut(Out):
    """An answer for each sale, in order."""

    answers: list[SaleAnswerOut]


class SalesQuery(PageQuery):
    """Which sales; days are the store's business days, and both ends are in."""

    store: Word | None = None
    day_from: date | None = None
    day_to: date | None = None
    customer: Id | None = None
    kind: Literal["sale", "return"] | None = None
    status: Literal["completed", "voided"] | None = None

    def filter(self) -> SaleFilter:
        return SaleFilter(**self.model_dump(exclude={"limit", "cursor"}))


class SaleOut(Out):
    """A sale as a list shows it."""

    id: UUID
    number: str
    sold_at: datetime
    day: date = Field(description="The store's business day.")
    store: str
    channel: str
    kind: str
    status: str
    customer: int | None
    total: str


class SalesOut(Page[SaleOut]):
    """Sales, the newest first."""


class ReceiptLine(Out):
    """A line of a receipt."""

    sku: str
    name: str
    category: str
    brand: str
    quantity: str
    unit_price: str
    discount: str
    tax: str
    net: str
    gift_card: bool


class ReceiptPayment(Out):
    """How a part was paid."""

    method: str
    amount: str
    reference: str
    status: str


class ReceiptOut(SaleOut):
    """A sale with all its parts."""

    time: str = Field(description="On the store's clock, as 14:05.")
    register_name: str = Field(serialization_alias="register")
    returns: UUID | None = Field(description="The sale that this return takes back.")
    returned_by: list[str] = Field(description="The numbers of the returns that take back of it.")
    currency: str
    tax: str
    discount: str
    tip: str
    note: str
    lines: list[ReceiptLine]
    payments: list[ReceiptPayment]


class ReturnedLine(In):
    """How much of a line comes back."""

    line: int = Field(ge=1, le=10_000, description="Its place on the receipt, from 1.")
    quantity: Amount


class ReturnIn(In):
    """What comes back; without lines all that is left."""

    id: UUID = Field(description="Made by the till for the return; sent again, it is the same return.")
    lines: list[ReturnedLine] | None = Field(None, min_length=1, max_length=10_000)
    refund_to: Word = Field(
        "", max_length=32, description="Another way for what was paid with money to go back, as store_credit."
    )


class ReassignIn(In):
    """Whose the sale is from now on."""

    customer: Id | None = Field(description="The id of a customer, or null for nobody.")


class SaleChanged(Out):
    """The sale that was changed, as it was named."""

    sale: str


def sale_done(answer: SaleAnswer) -> SaleDone:
    """The answer to a sale that is stored."""
    return SaleDone.model_validate(_head(answer))


def answer_out(answer: SaleAnswer) -> SaleAnswerOut:
    """The answer to any sale."""
    return SaleAnswerOut.model_validate(_head(answer) | {"errors": list(map(fault_told, answer.faults))})


def _head(answer: SaleAnswer) -> dict[str, Any]:
    return {
        "id": answer.uid,
        "number": answer.number,
        "outcome": answer.outcome,
        "customer": answer.customer_id,
    }


def sale_out(row: SaleRow, *, currency: str) -> SaleOut:
    """The sale for a list."""
    return SaleOut(
        id=row.uid,
        number=row.number,
        sold_at=row.sold_at,
        day=row.day,
        store=row.store,
        channel=row.channel,
        kind=row.kind,
        status=row.status,
        customer=row.customer_id,
        total=money(row.total, currency=currency),
    )


def receipt_out(receipt: Receipt, *, currency: str) -> ReceiptOut:
    """The receipt with all its parts."""
    sale, places = receipt.sale, currency_places(currency)
    return ReceiptOut(
        id=sale.uid,
        number=sale.number,
        sold_at=sale.sold_at,
        day=receipt.day,
        time=f"{receipt.hour:02}:{receipt.minute:02}",
        store=sale.store,
        register_name=sale.register,
        channel=sale.channel,
        kind=sale.kind,
        status=sale.status,
        customer=receipt.customer_id,
        returns=sale.returns,
        returned_by=list(receipt.returns),
        currency=currency,
        total=money(receipt.total, currency=currency),
        tax=money(receipt.tax, currency=currency),
        discount=money(receipt.discount, currency=currency),
        tip=money(sale.tip, currency=currency),
        note=sale.note,
        lines=[
            ReceiptLine(
                sku=line.sku,
                name=line.name,
                category=line.category,
                brand=line.brand,
                quantity=milli_text(line.quantity_milli),
                unit_price=milli_text(line.unit_price_milli, places=places),
                discount=money(line.discount, currency=currency),
                tax=money(line.tax, currency=currency),
                net=money(line.net, currency=currency),
                gift_card=line.is_gift_card,
            )
            for line in sale.lines
        ],
        payments=[
            ReceiptPayment(
                method=paid.method, amount=money(paid.amount, currency=currency), reference=paid.reference,
                status=paid.status,
            )
            for paid in sale.payments
        ],
    )  # fmt: skip


def sale_in_schema() -> dict[str, Any]:
    """The schema of a sale as tills send it, whole in itself."""
    return SaleIn.model_json_schema(ref_template="#/components/schemas/{model}")
