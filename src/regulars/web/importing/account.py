"""The account of an import, as pages show it: what was read and what became of it, to the cent."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


class Line(NamedTuple):
    """A line of the account: read, imported, skipped, refused or rounding; `rows` is None where it is money alone."""

    kind: str
    what: str
    rows: int | None
    money: int


@dataclass(frozen=True, slots=True)
class Account:
    """The reconciliation of an import, money in minor units."""

    lines: tuple[Line, ...]
    sales_new: int
    sales_known: int
    customers_new: int
    customers_named: int
    money: int
    rows_refused: int
    rows_skipped: int

    @property
    def is_of_customers(self) -> bool:
        """Whether the files told of customers alone."""
        return not (self.sales_new or self.sales_known) and self.customers_named > 0

    @property
    def has_new(self) -> bool:
        return bool(self.sales_new or self.customers_new)


def account_of(told: Mapping[str, Any], *, places: int) -> Account:
    """The account in a reconciliation as `Reconciliation.as_json` writes it."""
    imported, customers = told["imported"], told["customers"]
    return Account(
        lines=tuple(_lines(told, places)),
        sales_new=imported["created"],
        sales_known=imported["unchanged"],
        customers_new=customers["created"],
        customers_named=customers["in_file"],
        money=_minor(imported["money"], places),
        rows_refused=sum(part["rows"] for part in told["refused"]),
        rows_skipped=sum(part["rows"] for part in told["skipped"]),
    )


def _lines(told: Mapping[str, Any], places: int) -> Iterator[Line]:
    imported, rounding = told["imported"], told["rounding"]
    yield Line("read", _("Read"), told["rows_read"], _minor(told["money_read"], places))
    yield Line("imported", _("Imported"), imported["rows"], _minor(imported["money"], places))
    for part in told["skipped"]:
        yield Line("skipped", part["class"], part["rows"], _minor(part["money"], places))
    for part in told["refused"]:
        yield Line("refused", _(part["reason"]), part["rows"], _minor(part["money"], places))
    if rounding["rows"]:
        what = ngettext("Rounding of %(n)s row", "Rounding of %(n)s rows", rounding["rows"]) % {"n": rounding["rows"]}
        yield Line("rounding", what, None, _minor(rounding["money"], places))


def _minor(text: str, places: int) -> int:
    return int(Decimal(text).scaleb(places))
