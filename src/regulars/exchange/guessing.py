"""How a file begins, and what its columns may be: what the mapping form is filled with at first.

A guess only fills the form. What the file is read as is what the mapping says; where the file leaves doubt the dry run
says so.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import python_calamine as calamine

from regulars.core.text import folded, squeezed, words
from regulars.core.text import marked as _
from regulars.exchange.errors import DelimiterDoubtful, FileDamaged, NoRows, NotUtf8
from regulars.exchange.fields import are_of_customers
from regulars.exchange.mapping import FileMapping, preset_named, presets_all
from regulars.exchange.reading.delimiters import delimiter_of, split_rows
from regulars.exchange.reading.encodings import text_file
from regulars.exchange.reading.kinds import Kind, blocks, kind_of, opened
from regulars.exchange.reading.spreadsheets import cell_text, parquet_opened

ROWS = 8
_LONGEST_CELL = 80
# So much of a text is looked at.
_CUT = 1 << 16
_NUMBER = re.compile(r"[-+(]?[\d\s.,:/'%-]*\d[\d\s.,:/'%)-]*")


@dataclass(frozen=True, slots=True)
class FileHead:
    """How a file, or one sheet of it, begins. Columns without a heading are named by their number."""

    sheet: str
    columns: tuple[str, ...]
    has_header: bool
    rows: tuple[tuple[str, ...], ...]

    def samples(self, column: str, *, most: int = 3) -> list[str]:
        """The first different values of a column."""
        if column not in self.columns:
            return []
        place = self.columns.index(column)
        return list(islice(dict.fromkeys(row[place] for row in self.rows if row[place]), most))


def heads_read(path: Path) -> list[FileHead]:
    """How each sheet of the file begins that holds anything; of other files, the file.

    Raises what `kind_of`, `text_file` and `parquet_opened` raise, but for doubts, which are for later; NoRows.
    """
    match kind_of(path):
        case Kind.SPREADSHEET:
            heads = list(_sheet_heads(path))
        case Kind.PARQUET:
            heads = [_parquet_head(path)]
        case Kind.TEXT:
            heads = [_text_head(path)]
    if not heads:
        raise NoRows(file=path.name)
    return heads


def _text_head(path: Path) -> FileHead:
    try:
        start = text_file(path, encoding=None).start
    except NotUtf8:
        # Good enough to show; in which encoding it is read is asked when it is tried.
        with opened(path) as file:
            start = next(blocks(file, name=path.name), b"")[:_CUT].decode("cp1252", errors="replace")
    try:
        delimiter = delimiter_of(start, file=path.name, headings=_KNOWN_HEADINGS)
    except DelimiterDoubtful:
        delimiter = ","
    # The last line counts as cut off; of a short file it is whole.
    whole = start if len(start) >= _CUT else start.rstrip("\r\n") + "\n\n"
    return _head("", [row for row in split_rows(whole, delimiter) if any(row)])


def _parquet_head(path: Path) -> FileHead:
    found = parquet_opened(path)
    columns = next(iter(found.batches)).slice(0, ROWS).to_pylist() if found.names else []
    rows = tuple(tuple(_shown(cell_text(cell)) for cell in row.values()) for row in columns)
    return FileHead("", tuple(found.names), has_header=True, rows=rows)


def _sheet_heads(path: Path) -> Iterator[FileHead]:
    try:
        book = calamine.CalamineWorkbook.from_path(path)
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            if sheet.start is not None:
                rows = islice(sheet.iter_rows(), sheet.start[0], sheet.start[0] + ROWS + 1)
                yield _head(name, [[cell_text(cell) or "" for cell in row] for row in rows])
    except (calamine.CalamineError, OSError) as error:
        raise FileDamaged(file=path.name, reason=_("it cannot be opened as a spreadsheet (%s)") % error) from None


def _head(sheet: str, rows: Sequence[Sequence[str]]) -> FileHead:
    first = [squeezed(cell) for cell in rows[0]] if rows else []
    has_header = not any(_NUMBER.fullmatch(cell) for cell in first)
    columns = tuple(first) if has_header else tuple(str(n + 1) for n in range(len(first)))
    width = len(columns)
    below = [row for row in rows[has_header:] if len(row) == width][:ROWS]
    return FileHead(sheet, columns, has_header, tuple(tuple(_shown(cell) for cell in row) for row in below))


def _shown(cell: str | None) -> str:
    return squeezed((cell or "").replace("\x00", " "))[:_LONGEST_CELL]


def preset_guessed(head: FileHead) -> str | None:
    """The preset that finds the most of its columns in a file that begins so; None where none finds all it needs."""
    fitting = {name: fit for name in presets_all() if (fit := _fit(preset_named(name), head))}
    return max(fitting, key=lambda name: (fitting[name], name)) if fitting else None


def _fit(preset: FileMapping, head: FileHead) -> int:
    """How many columns of the file the preset reads; 0 where it cannot read the file."""
    named = {_plain(column) for column in preset.file.columns}
    there = {_plain(column) for column in head.columns}
    if named:
        is_it = named == there if head.has_header else len(named) == len(head.columns)
        return len(named) if is_it else 0
    wanted = {_plain(column) for column in preset.headings}
    if preset.file.is_partial:
        # It reads whatever is there; a few of its names may be there by chance.
        is_ours = bool(there & _TELLING) and len(there & wanted) * 2 > len(there)
        return len(there & wanted) if is_ours else 0
    return len(wanted) if wanted <= there else 0


def columns_guessed(head: FileHead) -> Mapping[str, str]:
    """For each of our fields the column of the file that is probably it, by its name; none is given twice."""
    found: dict[str, str] = {}
    left = dict.fromkeys(column for column in head.columns if column and head.has_header)
    for names_at in range(max(map(len, _USUAL.values()))):
        for key, names in _USUAL.items():
            wanted = names[names_at] if names_at < len(names) else None
            column = next((column for column in left if " ".join(words(column)) == wanted), None)
            if wanted and column and key not in found and not found.keys() & _RIVALS.get(key, set()):
                found[key] = column
                del left[column]
    is_of_customers = are_of_customers(found)
    for column in left:
        of_customer, of_sale = _EITHER.get(" ".join(words(column)), (None, None))
        meant = of_customer if is_of_customers else of_sale
        if meant and meant not in found and not found.keys() & _RIVALS.get(meant, set()):
            found[meant] = column
    return found


def _plain(column: str) -> str:
    return folded(squeezed(column))


# What other programs call our fields, the surest name first.
_USUAL: Mapping[str, Sequence[str]] = {
    "sale_id": (
        "receipt", "receipt number", "receipt no", "invoice", "invoice id", "invoiceno", "invoice no", "order id",
        "order number", "order", "transaction id", "transaction", "sale id", "bill no", "bill number", "ticket",
    ),
    "sale_sold_at": (
        "sold at", "date time", "datetime", "timestamp", "created at", "invoicedate", "sale date", "order date",
        "transaction date", "purchase date", "when",
    ),
    "sale_date": ("date", "day"),
    "sale_time": ("time", "hour"),
    "sale_store": ("store", "branch", "location", "outlet", "shop", "store name"),
    "sale_register": ("register", "till", "terminal", "pos", "device"),
    "sale_channel": ("channel", "sales channel", "source"),
    "sale_note": ("note", "notes", "comment", "comments"),
    "sale_tip": ("tip", "tips"),
    "customer_code": (
        "customer id", "customerid", "customer code", "card", "card no", "card number", "member id", "loyalty card",
        "customer no", "customer number", "client id",
    ),
    "customer_name": ("customer name", "customer", "client", "full name", "buyer"),
    "customer_first_name": ("first name", "firstname", "given name"),
    "customer_last_name": ("last name", "lastname", "surname", "family name"),
    "customer_phone": ("phone", "phone number", "mobile", "telephone", "tel", "customer phone", "cell"),
    "customer_email": ("email", "e mail", "email address", "customer email", "mail"),
    "customer_gender": ("gender", "sex"),
    "customer_birth_date": ("birth date", "birthday", "date of birth", "dob", "born"),
    "customer_street": ("street", "address", "address line 1"),
    "customer_postcode": ("postcode", "zip", "postal code", "zip code"),
    "customer_city": ("customer city", "town", "city"),
    "customer_country": ("country",),
    "customer_tags": ("tags", "customer tags"),
    "line_sku": ("sku", "item code", "product code", "stockcode", "stock code", "product id", "item no", "barcode"),
    "line_name": (
        "product name", "item name", "product", "item", "description", "product line", "lineitem name", "article",
    ),
    "line_category": ("category", "product category", "department"),
    "line_brand": ("brand", "vendor", "manufacturer"),
    "line_quantity": ("quantity", "qty", "units", "lineitem quantity", "count", "pieces"),
    "line_unit_price": ("unit price", "unitprice", "price", "price per unit", "lineitem price"),
    "line_total": ("total", "line total", "amount", "total amount", "net sales", "sales", "gross sales"),
    "line_discount": ("discount", "discounts", "line discount"),
    "line_tax": ("tax", "vat", "tax 5", "tax amount"),
    "payment_method": ("payment", "payment method", "payment type", "paid by", "tender"),
    "payment_amount": ("payment amount", "amount paid", "paid"),
    "payment_reference": ("payment reference", "payment id"),
}  # fmt: skip
# What a name means in a file of customers, and in one of sales.
_EITHER: Mapping[str, tuple[str, str]] = {
    "id": ("customer_code", "sale_id"), "code": ("customer_code", "line_sku"), "name": ("customer_name", "line_name"),
}  # fmt: skip
# Names of columns that are ours and hardly anybody else's.
_TELLING = frozenset({"sold_at", "customer_code", "customer_phone", "customer_email"})
# A field that is not looked for once one of these is found.
_RIVALS: Mapping[str, set[str]] = {
    "sale_date": {"sale_sold_at"}, "sale_time": {"sale_sold_at"}, "sale_sold_at": {"sale_date"},
    "customer_first_name": {"customer_name"}, "customer_last_name": {"customer_name"},
    "customer_name": {"customer_first_name", "customer_last_name"},
}  # fmt: skip
_KNOWN_HEADINGS = frozenset(
    {name for names in _USUAL.values() for name in names}
    | {column for name in presets_all() for column in preset_named(name).headings}
)
