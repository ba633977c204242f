"""What the register page shows of a basket: each line with its reasons, the sums, who it is for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils.translation import gettext

from regulars.checkout.answers import QuoteAnswer, Standing
from regulars.core.errors import Fault, RegularsError
from regulars.offers.engine.books import Origin
from regulars.offers.engine.eligibility import Because, Cause
from regulars.offers.engine.quote import LineDiscount, QuotedLine
from regulars.sales.finding import Glimpse
from regulars.web.register.paying import Bill
from regulars.web.register.till import Line, Till
from regulars.web.written import Shop


@dataclass(frozen=True, slots=True)
class LineShown:
    """A line as the page shows it. `quoted` None: it has no price yet. `wrong`: what is wrong with it, if anything."""

    n: int
    told: Line
    quoted: QuotedLine | None
    wrong: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)

    @property
    def quantity(self) -> str:
        return self.typed.get("quantity", self.told.quantity)

    @property
    def price(self) -> str:
        return self.typed.get("price", self.told.price)

    @property
    def is_manual(self) -> bool:
        return bool(self.told.price) and not self.told.is_gift_card

    @property
    def book(self) -> str:
        """The price book that gave the price, and whom it is for."""
        if self.quoted is None or self.quoted.price_from.origin is not Origin.BOOK:
            return ""
        price = self.quoted.price_from
        return f"{price.name} ({price.because})" if price.because else price.name

    @property
    def discounts(self) -> Sequence[LineDiscount]:
        return () if self.quoted is None else [each for each in self.quoted.discounts if each.amount]


class Reason(NamedTuple):
    """An offer that took effect: what it saves, and what gave it to this customer."""

    name: str
    saves: int
    because: str


@dataclass(frozen=True, slots=True)
class Sentences:
    """What is wrong, by the place on the page it stands beside; and what was typed there."""

    wrong: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)

    def __or__(self, other: "Sentences") -> "Sentences":
        return Sentences({**self.wrong, **other.wrong}, {**self.typed, **other.typed})


NOTHING_WRONG = Sentences()


def sentence_of(refusal: RegularsError) -> str:
    """The refusal in one line."""
    return gettext(refusal.message) % refusal.facts


def sentences_of(faults: Sequence[Fault]) -> Sentences:
    """Each fault of a basket beside what it is about; the rest beside the way to sell it."""
    wrong: dict[str, str] = {}
    for fault in faults:
        place = _place_of(fault.place)
        wrong[place] = f"{wrong[place]}; {fault.message}" if place in wrong else fault.message
    return Sentences({place: _begun(sentence) for place, sentence in wrong.items()})


def _place_of(place: str) -> str:
    plain = place.removeprefix("basket.")
    if plain.startswith("lines["):
        return f"line-{plain[6:].partition(']')[0]}"
    if plain.startswith("payments["):
        return "pay"
    return {"customer": "customer", "codes": "code", "points": "points"}.get(
        plain.partition(".")[0].partition("[")[0], "finish"
    )


def _begun(sentence: str) -> str:
    """As a sentence of its own: with a capital and a stop."""
    return sentence[:1].upper() + sentence[1:] + ("" if sentence.endswith(".") else ".")


def lines_of(till: Till, answer: QuoteAnswer | None, sentences: Sentences) -> list[LineShown]:
    """The lines in the order they were put in."""
    quoted: Sequence[QuotedLine | None] = answer.quote.lines if answer else [None] * len(till.lines)
    return [
        LineShown(n, told, line, sentences.wrong.get(f"line-{n}", ""), _typed_of(n, sentences.typed))
        for n, (told, line) in enumerate(zip(till.lines, quoted, strict=True))
    ]


def _typed_of(n: int, typed: Mapping[str, str]) -> dict[str, str]:
    start = f"line-{n}-"
    return {place.removeprefix(start): text for place, text in typed.items() if place.startswith(start)}


def reasons_of(answer: QuoteAnswer, *, shop: Shop) -> list[Reason]:
    """The offers that took effect."""
    return [
        Reason(each.name, each.saves, ", ".join(because_shown(cause, shop=shop) for cause in each.because))
        for each in answer.quote.applied
    ]


def because_shown(because: Because, *, shop: Shop) -> str:
    """What gave an offer to the customer, in words."""
    match because.cause:
        case Cause.TIER | Cause.GROUP if because.since is not None:
            facts = {"name": because.name, "day": shop.day(because.since)}
            return gettext("%(name)s since %(day)s") % facts
        case Cause.CODE:
            return gettext("code %(code)s") % {"code": because.name}
        case Cause.GIVEN if because.since is not None:
            return gettext("given on %(day)s") % {"day": shop.day(because.since)}
        case Cause.FIRST_ORDER:
            return gettext("first order")
        case Cause.EVERYONE:
            return gettext("for everyone")
        case _:
            return because.name


@dataclass(frozen=True, slots=True)
class Screen:
    """All that the page shows of one basket."""

    till: Till
    lines: Sequence[LineShown]
    answer: QuoteAnswer | None
    reasons: Sequence[Reason]
    customer: Glimpse | None
    standing: Standing | None
    bill: Bill | None
    ways: Sequence[str]
    sentences: Sentences

    @property
    def wrong(self) -> Mapping[str, str]:
        return self.sentences.wrong

    @property
    def typed(self) -> Mapping[str, str]:
        return self.sentences.typed

    @property
    def units(self) -> int:
        """How many lines there are."""
        return len(self.lines)
