"""What a sale must be to be true: signs, sums and dates. Pure; money rules are in core/money.py."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import zip_longest

from regulars.core.errors import Fault
from regulars.core.money import LARGEST_AMOUNT, MILLI_OF_MILLI, amount_text, line_amount, milli_text
from regulars.core.text import marked as _
from regulars.customers.rules import Contact
from regulars.sales.drafts import LineDraft, OfferDraft, PaymentDraft, SaleDraft, Sums

# Clocks of tills drift; a sale further ahead than this was not made yet.
CLOCK_DRIFT = timedelta(minutes=10)
OLDEST_SALE = datetime(1980, 1, 1, tzinfo=UTC)
MOST_LINES = 2000
MOST_PAYMENTS = 200
MOST_OFFERS = 200
# Of a line, before it is rounded to minor units.
_LARGEST_WORTH = LARGEST_AMOUNT * MILLI_OF_MILLI


def line_net(*, quantity_milli: int, unit_price_milli: int, discount: int, tax: int, prices_include_tax: bool) -> int:
    """What a line costs the customer, in minor units: discount off, tax in."""
    gross = line_amount(quantity_milli, unit_price_milli)
    return gross - discount if prices_include_tax else gross - discount + tax


def sums_of(lines: Iterable[LineDraft]) -> Sums:
    """The totals of a sale; gift cards are in the total and in nothing else."""
    total = net = tax = discount = units = 0
    # By place, not by name: an import adds up half a million lines.
    for _sku, _name, _category, _brand, quantity, _price, off, tax_of, worth, is_gift_card, _place in lines:
        total += worth
        if not is_gift_card:
            net += worth
            tax += tax_of
            discount += off
            units += quantity
    return Sums(total, net, tax, discount, units)


def draft_faults(draft: SaleDraft, sums: Sums, *, at: datetime, currency: str, places: int) -> list[Fault]:
    """Everything that is wrong with a sale in itself, in the order of its fields."""
    return [
        *head_faults(draft, at=at, currency=currency),
        *_line_faults(draft, sums, places=places),
        *_sum_faults(draft, sums, places=places),
    ]


def head_faults(draft: SaleDraft, *, at: datetime, currency: str) -> Iterator[Fault]:
    """What is wrong with the date, the currency and the kind of a sale, whatever its lines."""
    if draft.sold_at > at + CLOCK_DRIFT:
        yield Fault("sold_at", _("%s is in the future; set the till's clock") % draft.sold_at.isoformat())
    if draft.sold_at < OLDEST_SALE:
        yield Fault("sold_at", _("%s is before 1980; check the date") % draft.sold_at.isoformat())
    if draft.currency and draft.currency != currency:
        yield Fault(
            "currency", _('"%s" is not the currency of the store, which counts in %s') % (draft.currency, currency)
        )
    if draft.kind == "sale" and draft.returns is not None:
        yield Fault("returns", _("a sale takes nothing back; send the returned lines as a return of their own"))
    if draft.returns == draft.uid:
        yield Fault("returns", _("a return cannot take back itself; name the sale that was made before"))


def _line_faults(draft: SaleDraft, sums: Sums, *, places: int) -> Iterator[Fault]:
    if not draft.lines:
        yield Fault("lines", _("a sale needs at least one line"))
    if len(draft.lines) > MOST_LINES:
        yield Fault(
            "lines", _("%d lines are more than a receipt holds (%d); split it") % (len(draft.lines), MOST_LINES)
        )
    backwards = draft.kind == "return"
    # Most sales are told by one quick look, the rest line by line; the sentences are for what is wrong.
    if not (backwards or sums.tax or sums.discount) and _are_plain(draft.lines):
        return
    is_usual = _is_usual_return_line if backwards else _is_usual_line
    for n, line in enumerate(draft.lines):
        if not is_usual(line):
            yield from _one_line_faults(line, f"lines[{n}]", backwards=backwards, places=places)


def _are_plain(lines: Sequence[LineDraft]) -> bool:
    """Whether every line sells some of a product with an SKU, at a price that can be, without discount or tax."""
    # By place, not by name, as in `sums_of`.
    for sku, _name, _category, _brand, quantity, price, discount, tax, _net, _is_gift_card, _place in lines:
        if discount or tax or not sku or quantity <= 0 or price < 0 or quantity * price > _LARGEST_WORTH:
            return False
    return bool(lines)


def _is_usual_line(line: LineDraft) -> bool:
    sku, name, _category, _brand, quantity, unit_price, discount, tax, _net, _is_gift_card, _place = line
    if not (quantity > 0 and 0 <= quantity * unit_price <= _LARGEST_WORTH and (sku or name)):
        return False
    gross = line_amount(quantity, unit_price)
    return 0 <= discount <= gross and 0 <= tax <= gross


def _is_usual_return_line(line: LineDraft) -> bool:
    if line.quantity_milli >= 0 or line.unit_price_milli < 0 or not (line.sku or line.name):
        return False
    low, high = _return_bounds(line)
    return low >= -LARGEST_AMOUNT and low <= line.discount <= high and low <= line.tax <= high


def _return_bounds(line: LineDraft) -> tuple[int, int]:
    """A part of a discounted whole may be a minor unit off, from rounding."""
    return line_amount(line.quantity_milli, line.unit_price_milli) - 1, 1


def _one_line_faults(line: LineDraft, place: str, *, backwards: bool, places: int) -> Iterator[Fault]:
    low, high = _return_bounds(line) if backwards else (0, line_amount(line.quantity_milli, line.unit_price_milli))
    if not (line.sku or line.name):
        yield Fault(place, _("a line needs a sku or a name"))
    if line.quantity_milli == 0:
        yield Fault(f"{place}.quantity", _("the quantity is 0; leave the line out"))
    elif line.quantity_milli < 0 and not backwards:
        text = milli_text(line.quantity_milli)
        yield Fault(f"{place}.quantity", _("%s is below zero; a return names its original in `returns`") % text)
    elif line.quantity_milli > 0 and backwards:
        yield Fault(
            f"{place}.quantity",
            _("%s is above zero on a return; write it below zero") % milli_text(line.quantity_milli),
        )
    if abs(line.quantity_milli * line.unit_price_milli) > _LARGEST_WORTH:
        yield Fault(place, _("quantity times price is too large to be true; check the decimal points"))
    if line.unit_price_milli < 0:
        text = milli_text(line.unit_price_milli, places=places)
        yield Fault(f"{place}.unit_price", _("%s is below zero; give the discount in `discount`") % text)
    elif (line.quantity_milli < 0) == backwards:
        for name, amount in (("discount", line.discount), ("tax", line.tax)):
            if not low <= amount <= high:
                texts = tuple(amount_text(each, places=places) for each in (amount, low, high))
                yield Fault(f"{place}.{name}", _("%s is not between %s and %s, the worth of the line") % texts)


def _sum_faults(draft: SaleDraft, sums: Sums, *, places: int) -> Iterator[Fault]:
    if draft.total is not None and draft.total != sums.total:
        texts = (amount_text(draft.total, places=places), amount_text(sums.total, places=places))
        yield Fault("total", _("%s is not what the lines add up to, %s") % texts)
    if len(draft.payments) > MOST_PAYMENTS:
        faults = (len(draft.payments), MOST_PAYMENTS)
        yield Fault("payments", _("%d payments are more than a receipt holds (%d)") % faults)
    paid = [payment.amount for payment in draft.payments if payment.status != "failed"]
    if paid and sum(paid) != sums.total + draft.tip:
        texts = (amount_text(sum(paid), places=places), amount_text(sums.total + draft.tip, places=places))
        yield Fault("payments", _("%s was paid, but the lines and the tip add up to %s") % texts)
    if draft.kind == "sale" and draft.tip < 0:
        yield Fault("tip", _("%s is below zero") % amount_text(draft.tip, places=places))


def return_faults(
    lines: Iterable[LineDraft], *, bought: Mapping[str, int], returned: Mapping[str, int], number: str
) -> list[Fault]:
    """What a return takes back beyond what was bought.

    `bought` and `returned` (earlier returns, above zero) are in thousandths by product (`product_key`).
    """
    left = {key: quantity - returned.get(key, 0) for key, quantity in bought.items()}
    faults = []
    for n, line in enumerate(lines):
        key = product_key(line.sku, line.name)
        left[key] = left.get(key, 0) + line.quantity_milli
        if left[key] < 0 and key not in bought:
            faults.append(Fault(f"lines[{n}]", _('"%s" was not on sale %s') % (line.sku or line.name, number)))
        elif left[key] < 0:
            most = milli_text(max(0, left[key] - line.quantity_milli))
            faults.append(
                Fault(
                    f"lines[{n}].quantity",
                    _("%s is more than the %s left to return of sale %s")
                    % (milli_text(-line.quantity_milli), most, number),
                )
            )
    return faults


def product_key(sku: str, name: str) -> str:
    """What tells products apart: the SKU, or the name of what has none."""
    return f"sku:{sku}" if sku else f"name:{name}"


_HEAD = ("number", "sold_at", "store", "register", "channel", "kind", "returns", "tip", "note", "points_redeemed")
# What a till calls a part, where that is not the name of the column.
_TOLD_AS = {"quantity_milli": "quantity", "unit_price_milli": "unit_price", "is_gift_card": "gift_card", "net": "total"}
Part = LineDraft | PaymentDraft | OfferDraft
_AMOUNTS = {"tip", "discount", "tax", "net", "amount"}


def draft_differences(told: SaleDraft, stored: SaleDraft, *, places: int) -> list[Fault]:
    """Where a sale told again differs from what was stored; empty when it is the same sale.

    What happened to it since (voided, given to another customer) is no difference, nor is a word of a product
    that the till left out and the catalogue filled in.
    """
    given, held = told.contact or Contact(), stored.contact or Contact()
    pairs = [("", name, getattr(told, name), getattr(stored, name)) for name in _HEAD]
    pairs += [("customer.", name, getattr(given, name), getattr(held, name)) for name in Contact._fields]
    pairs += _parts("lines", [_as_filled(*each) for each in zip_longest(told.lines, stored.lines)], stored.lines)
    pairs += _parts("payments", told.payments, stored.payments)
    pairs += _parts("offers", told.offers, stored.offers)
    return [
        Fault(
            place + _TOLD_AS.get(name, name),
            _("stored as %s, now sent as %s") % (_shown(name, was, places), _shown(name, now, places)),
        )
        for place, name, now, was in pairs
        if now != was
    ]


def _as_filled(told: LineDraft | None, stored: LineDraft | None) -> LineDraft | None:
    if told is None or stored is None or told == stored:
        return told
    words = {name: getattr(told, name) or getattr(stored, name) for name in ("name", "category", "brand")}
    return told._replace(**words)


def _parts(place: str, told: Sequence[Part | None], stored: Sequence[Part]) -> list[tuple[str, str, object, object]]:
    """The fields of the parts that differ, or their numbers when these do."""
    here = [each for each in told if each is not None]
    if len(here) != len(stored):
        return [("", place, len(here), len(stored))]
    differing = [
        (f"{place}[{n}].", now, was) for n, (now, was) in enumerate(zip(here, stored, strict=True)) if now != was
    ]
    return [
        (at, name, getattr(now, name), getattr(was, name))
        for at, now, was in differing
        for name in _told_fields(now, was)
    ]


def _told_fields(now: Part, was: Part) -> list[str]:
    """The fields that differ; what a line comes to is no difference of its own where its parts differ."""
    names = [name for name in was._fields if getattr(now, name) != getattr(was, name)]
    return names if names == ["net"] else [name for name in names if name != "net"]


def _shown(name: str, value: object, places: int) -> str:
    """The value as a till writes it."""
    match value:
        case None | "":
            return _("nothing")
        case int() if name in _AMOUNTS:
            return f'"{amount_text(value, places=places)}"'
        case int() if name == "quantity_milli":
            return f'"{milli_text(value)}"'
        case int() if name == "unit_price_milli":
            return f'"{milli_text(value, places=places)}"'
        case datetime():
            return f'"{value.isoformat()}"'
        case _:
            return f'"{value}"'
