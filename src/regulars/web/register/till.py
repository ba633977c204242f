"""The basket as a till keeps it between two requests: read from its form, changed, written again. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from regulars.core.money import amount_milli, milli_text
from regulars.web.register.errors import NotAGift, NotAQuantity


class Line(NamedTuple):
    """One product as told; `price` empty: what the catalogue or a price book says."""

    sku: str
    name: str
    quantity: str = "1"
    price: str = ""
    is_gift_card: bool = False

    @property
    def goods(self) -> str:
        """What it is of: a page names its lines by that beside their place."""
        return self.sku or self.name


class Part(NamedTuple):
    """A part of what is paid; of cash what was handed over, of which change goes back. Minor units."""

    method: str
    amount: int


class Back(NamedTuple):
    """What is brought back in the same step: of which sale, thousandths by place on its receipt, and how it goes back.

    `uid` is the id that the return will have.
    """

    sale: str
    number: str
    quantities: tuple[tuple[int, int], ...]
    uid: str
    refund_to: str = ""


@dataclass(frozen=True, slots=True)
class Till:
    """What is about to be bought on a register, for whom, and how it is to be paid.

    `points`: how many points are to be spent; `till_code`: the code on the customer's own card that said so.
    """

    store: str
    register: str
    customer: int | None = None
    lines: tuple[Line, ...] = ()
    codes: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    points: int = 0
    till_code: str = ""
    back: Back | None = None

    @property
    def is_empty(self) -> bool:
        return not self.lines and self.customer is None and self.back is None


def till_read(form: Mapping[str, Any]) -> Till:
    """The basket of a form that `till_form` wrote."""
    paying = form.get("paying") or {}
    customer = form.get("customer") or {}
    return Till(
        store=form["store"],
        register=form.get("register", ""),
        customer=customer.get("id"),
        lines=tuple(_line_read(line) for line in form.get("lines", ())),
        codes=tuple(form.get("codes", ())),
        parts=tuple(Part(*part) for part in paying.get("parts", ())),
        points=paying.get("points", 0),
        till_code=paying.get("till_code", ""),
        back=_back_read(paying.get("back")),
    )


def till_form(till: Till) -> dict[str, Any]:
    """The basket as JSON values: what is asked for a quote (docs/reference/basket.md), and `paying` beside it."""
    paying = {
        "parts": [list(part) for part in till.parts],
        "points": till.points,
        "till_code": till.till_code,
        "back": till.back and list(till.back),
    }
    return {**asked_form(till), "paying": paying}


def asked_form(till: Till) -> dict[str, Any]:
    """The basket as it is asked what it costs."""
    form: dict[str, Any] = {
        "store": till.store,
        "register": till.register,
        "lines": [_line_form(line) for line in till.lines],
        "codes": list(till.codes),
    }
    return form if till.customer is None else {**form, "customer": {"id": till.customer}}


def product_added(till: Till, sku: str, name: str, *, quantity: str = "1") -> Till:
    """One more of the product: on the line that has it, else on a new one. Raises NotAnAmount, NotAQuantity."""
    for n, line in enumerate(till.lines):
        if line.sku == sku and not line.price and not line.is_gift_card:
            return quantity_set(till, n, milli_text(amount_milli(line.quantity) + _above_zero(quantity)))
    told = Line(sku, name, milli_text(_above_zero(quantity)))
    return replace(till, lines=(*till.lines, told))


def gift_card_added(till: Till, amount: str, *, name: str) -> Till:
    """A gift card of that amount. Raises NotAnAmount, NotAGift."""
    if amount_milli(amount) <= 0:
        raise NotAGift
    return replace(till, lines=(*till.lines, Line("", name, price=amount.strip(), is_gift_card=True)))


def line_found(till: Till, n: int, goods: str) -> int | None:
    """Where the line of these goods is now that stood at `n` on the page; None where it is gone. Without `goods`: `n`.

    A second click, or a page left open, tells a place that is another line's by now.
    """
    if not goods or (n < len(till.lines) and till.lines[n].goods == goods):
        return n
    return next((place for place, line in enumerate(till.lines) if line.goods == goods), None)


def quantity_set(till: Till, n: int, quantity: str) -> Till:
    """So much of the line. Raises NotAnAmount, NotAQuantity."""
    return _with_line(till, n, quantity=milli_text(_above_zero(quantity)))


def quantity_stepped(till: Till, n: int, step: int) -> Till:
    """One more of the line, or one less; the last one taken off takes the line."""
    if not 0 <= n < len(till.lines):
        return till
    quantity = amount_milli(till.lines[n].quantity) + 1000 * step
    return line_removed(till, n) if quantity <= 0 else _with_line(till, n, quantity=milli_text(quantity))


def price_set(till: Till, n: int, price: str) -> Till:
    """The line costs so much each; empty gives it back its own price. Raises NotAnAmount."""
    told = price.strip()
    if told:
        amount_milli(told)
    return _with_line(till, n, price=told)


def line_removed(till: Till, n: int) -> Till:
    return replace(till, lines=tuple(line for place, line in enumerate(till.lines) if place != n))


def code_added(till: Till, code: str) -> Till:
    """The code is told; a second time changes nothing."""
    return till if code in till.codes else replace(till, codes=(*till.codes, code))


def code_removed(till: Till, code: str) -> Till:
    return replace(till, codes=tuple(each for each in till.codes if each != code))


def customer_set(till: Till, customer_id: int | None) -> Till:
    """The basket is theirs; what was to be paid from the balances of another is not."""
    if customer_id == till.customer:
        return till
    return replace(till, customer=customer_id, points=0, till_code="", parts=_of_nobody(till.parts))


def _of_nobody(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    return tuple(part for part in parts if part.method not in ("store_credit", "account"))


def _with_line(till: Till, n: int, **changes: Any) -> Till:
    lines = tuple(line._replace(**changes) if place == n else line for place, line in enumerate(till.lines))
    return replace(till, lines=lines)


def _above_zero(quantity: str) -> int:
    milli = amount_milli(quantity.strip())
    if milli <= 0:
        raise NotAQuantity(quantity=quantity.strip())
    return milli


def _line_read(form: Mapping[str, Any]) -> Line:
    return Line(
        form.get("sku", ""),
        form.get("name", ""),
        form.get("quantity", "1"),
        form.get("unit_price", ""),
        form.get("gift_card", False),
    )


def _back_read(form: Sequence[Any] | None) -> Back | None:
    if form is None:
        return None
    sale, number, quantities, uid, refund_to = form
    return Back(sale, number, tuple((place, quantity) for place, quantity in quantities), uid, refund_to)


def _line_form(line: Line) -> dict[str, Any]:
    form: dict[str, Any] = {"sku": line.sku, "name": line.name, "quantity": line.quantity}
    if line.price:
        form["unit_price"] = line.price
    return {**form, "gift_card": True} if line.is_gift_card else form
