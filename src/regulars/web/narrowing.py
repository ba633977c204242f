"""The list of customers as the address asks for it: filter, order and columns, read and written back."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any, NamedTuple

from django import forms
from django.http import QueryDict
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from regulars.core.errors import Invalid
from regulars.core.money import amount_minor, amount_text, currency_places
from regulars.customers.ages import born_from, born_to
from regulars.customers.details import GENDERS
from regulars.sales.listing import SORTS, CustomerRow
from regulars.sales.narrowing import CustomerFilter
from regulars.web.drawing import ChoiceDrawn, DateDrawn, NumberDrawn, QuietErrors, TextDrawn, TickDrawn
from regulars.web.written import Shop

DEFAULT_SORT = "-spent"
OLDEST_AGE = 130
GENDER_LABELS = {"female": gettext_lazy("female"), "male": gettext_lazy("male"), "other": gettext_lazy("other")}


class Column(NamedTuple):
    """A column that may be shown: its name in the address, its heading, what it sorts by (empty: nothing)."""

    name: str
    label: Any
    sort: str = ""
    is_number: bool = False
    # What of PARTS it shows.
    part: str = ""


COLUMNS = (
    Column("phone", gettext_lazy("Phone"), part="contacts"),
    Column("email", gettext_lazy("E-mail"), part="contacts"),
    Column("spent", gettext_lazy("Spent"), "-spent", is_number=True),
    Column("orders", gettext_lazy("Orders"), "-orders", is_number=True),
    Column("visits", gettext_lazy("Visits"), "-visits", is_number=True),
    Column("average_order", gettext_lazy("Average order"), is_number=True),
    Column("last_order", gettext_lazy("Last order"), "-last_order", is_number=True),
    Column("first_order", gettext_lazy("First order"), "-first_order", is_number=True),
    Column("joined", gettext_lazy("Known since"), "-joined", is_number=True),
    Column("city", gettext_lazy("City"), part="places"),
    Column("country", gettext_lazy("Country"), part="places"),
    Column("gender", gettext_lazy("Gender")),
    Column("age", gettext_lazy("Age"), is_number=True),
    Column("tags", gettext_lazy("Tags"), part="tags"),
    Column("code", gettext_lazy("Code")),
)
DEFAULT_COLUMNS = ("phone", "spent", "orders", "visits", "last_order")
NAME = Column("name", gettext_lazy("Name"), "name")


class AmountField(forms.CharField):
    """An amount as typed, in minor units; None for nothing."""

    def __init__(self, **more: Any) -> None:
        super().__init__(required=False, max_length=32, widget=TextDrawn, **more)
        self.places = 2

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return amount_minor(text, places=self.places)
        except Invalid as refusal:
            raise forms.ValidationError(gettext(refusal.message) % refusal.facts) from None


def _day() -> forms.DateField:
    return forms.DateField(required=False, widget=DateDrawn(attrs={"type": "date"}, format="%Y-%m-%d"))


def _whole(most: int) -> forms.IntegerField:
    return forms.IntegerField(
        required=False, min_value=0, max_value=most, widget=NumberDrawn(attrs={"inputmode": "numeric"})
    )


def _word(longest: int) -> forms.CharField:
    return forms.CharField(required=False, max_length=longest, widget=TextDrawn)


class NarrowForm(forms.Form):
    """What narrows the list, as typed."""

    spent_from, spent_to = AmountField(), AmountField()
    orders_from, orders_to = _whole(10**9), _whole(10**9)
    first_order_from, first_order_to = _day(), _day()
    last_order_from, last_order_to = _day(), _day()
    age_from, age_to = _whole(OLDEST_AGE), _whole(OLDEST_AGE)
    gender = forms.ChoiceField(
        required=False, choices=[("", pgettext_lazy("gender", "Any")), *GENDER_LABELS.items()], widget=ChoiceDrawn
    )
    city, country, tag = _word(100), _word(64), _word(64)
    store = forms.ChoiceField(required=False, widget=ChoiceDrawn)
    inactive = forms.BooleanField(required=False, label=gettext_lazy("Those who were deactivated"), widget=TickDrawn)

    def __init__(
        self, asked: QueryDict, *, stores: Sequence[str], currency: str, names: Collection[str] | None = None
    ) -> None:
        """`names`: the only fields it has; None: all."""
        if names is not None:
            # What is not asked need not be copied for every letter that is typed.
            self.base_fields = {name: field for name, field in self.base_fields.items() if name in names}  # type: ignore[misc]
        super().__init__(asked, auto_id="f-%s", error_class=QuietErrors)
        for name, field in self.fields.items():
            if isinstance(field, AmountField):
                field.places = currency_places(currency)
                field.widget.attrs["inputmode"] = "decimal"
            elif name == "store":
                field.choices = [("", gettext("Any")), *((each, each) for each in stores)]  # type: ignore[attr-defined]
            if name in LABELS and name.endswith(("_from", "_to")):
                field.widget.attrs["aria-label"] = str(LABELS[name])

    def wanted(self, *, today: date) -> CustomerFilter:
        """The filter; ages become days of birth. After `is_valid`."""
        told = dict(self.cleaned_data)
        youngest, oldest, inactive = (told.pop(name, None) for name in ("age_from", "age_to", "inactive"))
        return CustomerFilter(
            **{name: value if value != "" else None for name, value in told.items()},
            born_to=None if youngest is None else born_to(youngest, today=today),
            born_from=None if oldest is None else born_from(oldest, today=today),
            is_active=not inactive,
        )


# What a filter is called, on its field and on its chip.
LABELS = {
    "spent_from": gettext_lazy("Spent from"),
    "spent_to": gettext_lazy("Spent up to"),
    "orders_from": gettext_lazy("Orders from"),
    "orders_to": gettext_lazy("Orders up to"),
    "first_order_from": gettext_lazy("First order since"),
    "first_order_to": gettext_lazy("First order until"),
    "last_order_from": gettext_lazy("Last order since"),
    "last_order_to": gettext_lazy("Last order until"),
    "age_from": gettext_lazy("Age from"),
    "age_to": gettext_lazy("Age up to"),
    "gender": gettext_lazy("Gender"),
    "city": gettext_lazy("City"),
    "country": gettext_lazy("Country"),
    "tag": gettext_lazy("Tag"),
    "store": gettext_lazy("Bought in"),
    "inactive": gettext_lazy("Deactivated"),
}


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter that is set, and the address of the list without it."""

    text: str
    without: str


def state_of(asked: QueryDict) -> dict[str, str]:
    """What the address says of filter, search and order, without what is empty and without the place in the list."""
    names = ("q", *LABELS, "sort")
    told = {name: value for name in names if (value := (asked.get(name) or "").strip())}
    columns = columns_asked(asked)
    return told | ({"columns": ",".join(columns)} if columns else {})


def columns_asked(asked: QueryDict) -> list[str]:
    """The names of columns in the address: ticked in the form, or in a link that holds them."""
    return asked.getlist("column") or [name for name in (asked.get("columns") or "").split(",") if name]


def sort_of(asked: Mapping[str, Any]) -> str:
    """The order that is asked for, where it is one that pages offer; else the most spent first."""
    sort = str(asked.get("sort") or "")
    offered = {column.sort.removeprefix("-") for column in (NAME, *COLUMNS) if column.sort}
    return sort if sort.removeprefix("-") in offered & SORTS.keys() else DEFAULT_SORT


def columns_of(names: Sequence[str]) -> tuple[Column, ...]:
    """The columns of these names, in our order; the usual ones where none is known."""
    # Every row shows the labels on a phone; translating each anew would take a third of the page's time.
    found = (column._replace(label=str(column.label)) for column in COLUMNS if column.name in names)
    return tuple(found) or columns_of(DEFAULT_COLUMNS)


def chips_of(form: NarrowForm, state: Mapping[str, str], *, shop: Shop) -> Iterator[Chip]:
    """A chip for each filter that is set. After `is_valid`."""
    for name, label in LABELS.items():
        value = form.cleaned_data.get(name)
        if value not in (None, "", False):
            shown = "" if value is True else f" {_shown(name, value, shop)}"
            rest = QueryDict(mutable=True)
            rest.update({other: text for other, text in state.items() if other != name})
            yield Chip(f"{label}{shown}", f"?{rest.urlencode()}")


def _shown(name: str, value: Any, shop: Shop) -> str:
    if name.startswith("spent_"):
        return shop.money(value)
    if isinstance(value, date):
        return shop.day(value)
    if isinstance(value, int):
        return shop.count(value)
    return str(GENDER_LABELS[value]) if name == "gender" and value in GENDERS else str(value)


# The columns that the shop has a way of writing.
_WRITTEN: dict[str, Callable[[Shop, Any], str]] = {
    "spent": Shop.amount,
    "average_order": Shop.amount,
    "orders": Shop.count,
    "visits": Shop.count,
    "last_order": Shop.day,
    "first_order": Shop.day,
    "joined": Shop.day,
}


def lines_of(rows: Sequence[CustomerRow], columns: Sequence[Column], *, shop: Shop) -> list[SafeString]:
    """The rows of the table, drawn: a page has hundreds of cells, and a template takes five times as long for them."""
    # The address of each page is this with the number of the customer.
    way = escape(reverse("customer", args=[0]).removesuffix("0"))
    heads = [(column, _cell_head(column)) for column in columns]
    words = _Words(escape(gettext("No name")), escape(gettext("deactivated")))
    return [
        mark_safe(_name_cell(row, way, words) + "".join(_cell(row, *head, shop) for head in heads) + "</tr>")  # noqa: S308  (all values are escaped)
        for row in rows
    ]


class _Words(NamedTuple):
    """What rows say of who has no name, and of who was deactivated."""

    nameless: str
    deactivated: str


def _name_cell(row: CustomerRow, way: str, words: _Words) -> str:
    """The head of the row, which leads to the customer."""
    badge = "" if row.is_active else f' <span class="badge warning">{words.deactivated}</span>'
    name = escape(row.name) or words.nameless
    return f'<tr><th scope="row"><span><a class="row-link" href="{way}{row.id}">{name}</a>{badge}</span></th>'


def _cell_head(column: Column) -> str:
    """How each cell of the column begins; a narrow window shows the heading beside the value."""
    return f'<td data-label="{escape(column.label)}" class="{"number" if column.is_number else ""}'


def _cell(row: CustomerRow, column: Column, head: str, shop: Shop) -> str:
    """The value under its heading."""
    text = _shown_text(row, column.name, shop)
    if not text:
        return f'{head}{" " if column.is_number else ""}blank"></td>'
    shown = escape(text)
    if column.name == "last_order":
        shown = f"<span><small>{escape(shop.ago(row.last_order))}</small> {shown}</span>"
    return f'{head}">{shown}</td>'


def _shown_text(row: CustomerRow, name: str, shop: Shop) -> str:
    if name in _WRITTEN:
        return _WRITTEN[name](shop, getattr(row, name))
    match name:
        case "age":
            return "" if row.birth_date is None else str(age_on(shop.today, row.birth_date))
        case "gender":
            return str(GENDER_LABELS.get(row.gender, ""))
        case "tags":
            return ", ".join(row.tags)
        case _:
            return str(getattr(row, name))


def age_on(day: date, born: date) -> int:
    """Whole years lived on that day."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def amount_typed(minor: int | None, *, currency: str) -> str:
    """An amount as a field takes it back."""
    return "" if minor is None else amount_text(minor, places=currency_places(currency))
