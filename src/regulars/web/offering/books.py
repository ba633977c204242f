"""Price books as they are typed and shown: a product and its price in each line, and what else names the same."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django import forms
from django.utils.translation import gettext, gettext_lazy, ngettext

from regulars.core.errors import Invalid
from regulars.core.money import amount_milli, milli_text
from regulars.offers.rules import LONGEST_NAME, days_meet
from regulars.offers.selectors import PriceBookShown

# A SKU and its price: a blank, a tab, a comma, a semicolon or an equals sign between them.
_LINE = re.compile(r"(.+?)[\s;,=]+(\S+)")
_MOST_NAMED = 3


class BookForm(forms.Form):
    """Whose prices, where and when, and the prices."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=LONGEST_NAME)
    group = forms.ChoiceField(label=gettext_lazy("For"), required=False)
    store = forms.ChoiceField(label=gettext_lazy("Store"), required=False)
    prices = forms.CharField(
        label=gettext_lazy("Prices"), required=False, max_length=5_000_000,
        help_text=gettext_lazy(
            "A product in each line: its SKU, a blank, its price. A sheet of two columns can be pasted."
        ),
        widget=forms.Textarea(attrs={"rows": 14, "class": "code", "spellcheck": "false", "autocapitalize": "off"}),
    )  # fmt: skip

    def __init__(
        self, typed: Any, *, groups: Sequence[tuple[str, str]], stores: Sequence[tuple[str, str]],
        initial: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(typed, initial=dict(initial or {}), auto_id="b-%s")
        self.fields["group"].choices = [("", gettext("everybody")), *groups]  # type: ignore[attr-defined]
        self.fields["store"].choices = [("", gettext("every store")), *stores]  # type: ignore[attr-defined]
        for name, label in (("from", gettext_lazy("First day")), ("until", gettext_lazy("Last day"))):
            widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            self.fields[name] = forms.DateField(label=label, required=False, widget=widget)

    def require_left(self, today: date) -> None:
        """A last day that is over is told at the field: registers would follow none of these prices."""
        if not self.is_bound or not self.is_valid():
            return
        first, last = self.cleaned_data["from"], self.cleaned_data["until"]
        if last is not None and last < today and (first is None or first <= last):
            self.add_error("until", gettext("That day is over; write today or a day to come."))

    def prices_typed(self, places: int) -> dict[str, int]:
        """The prices by SKU in thousandths; what cannot be read is told at the field. After `is_valid`."""
        read = prices_read(self.cleaned_data["prices"], places=places)
        for wrong in read.wrong[:5]:
            self.add_error("prices", wrong)
        if len(read.wrong) > 5:
            more = len(read.wrong) - 5
            told = ngettext("%(n)s more line cannot be read.", "%(n)s more lines cannot be read.", more)
            self.add_error("prices", told % {"n": more})
        return read.prices


class PricesRead(NamedTuple):
    """Prices by SKU, and a sentence for each line that is wrong."""

    prices: dict[str, int]
    wrong: list[str]


def prices_read(text: str, *, places: int) -> PricesRead:
    """The lines of a text: a SKU and its price each. A SKU twice is told; empty lines are not."""
    prices: dict[str, int] = {}
    wrong = []
    for n, line in enumerate(text.splitlines(), 1):
        clean = line.strip()
        if not clean:
            continue
        found = _LINE.fullmatch(clean)
        if found is None:
            wrong.append(gettext("Line %(n)s: “%(line)s” has no price; write a SKU and a price.") % _facts(n, clean))
        elif found[1].strip() in prices:
            wrong.append(gettext("Line %(n)s: “%(line)s” is there twice; leave one out.") % _facts(n, found[1].strip()))
        else:
            try:
                prices[found[1].strip()] = amount_milli(found[2], places=places)
            except Invalid as refusal:
                wrong.append(f"{gettext('Line %(n)s') % {'n': n}}: {gettext(refusal.message) % refusal.facts}")
    return PricesRead(prices, wrong)


def _facts(n: int, line: str) -> dict[str, Any]:
    return {"n": n, "line": line[:60]}


def prices_text(book: PriceBookShown, *, places: int) -> str:
    """The prices of a book as they are typed."""
    return "\n".join(f"{sku} {milli_text(price, places=places)}" for sku, price in book.prices)


@dataclass(frozen=True, slots=True)
class Overlap:
    """Another book that holds some of the same products at the same time; which of the two counts."""

    id: int
    name: str
    count: int
    skus: str
    which: str


def overlaps_of(book: PriceBookShown, others: Sequence[PriceBookShown]) -> Iterator[Overlap]:
    """The books that meet this one: nothing is wrong with that, but whoever sets a price wants to know."""
    held = dict(book.prices)
    for other in others:
        shared = [sku for sku, _price in other.prices if sku in held]
        if other.id == book.id or not shared or not _meet(book, other):
            continue
        yield Overlap(other.id, other.name, len(shared), ", ".join(shared[:_MOST_NAMED]), _which(book, other))


def _meet(one: PriceBookShown, other: PriceBookShown) -> bool:
    is_apart = None not in (one.store_id, other.store_id) and one.store_id != other.store_id
    return not is_apart and days_meet((one.first_day, one.last_day), (other.first_day, other.last_day))


def _which(book: PriceBookShown, other: PriceBookShown) -> str:
    """Which of two books counts for whoever both are for (balances.md, rule 13)."""
    mine, theirs = _layer(book), _layer(other)
    if mine == theirs:
        return gettext("the lower price counts")
    return gettext("this one counts") if mine < theirs else gettext("the other one counts")


def _layer(book: PriceBookShown) -> int:
    return 2 * (book.group_id is None) + (book.store_id is None)
