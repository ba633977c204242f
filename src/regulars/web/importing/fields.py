"""The form of a mapping: each of our fields beside the columns of the file, and back to the text of a mapping."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.exchange.fields import FIELDS, NEEDED_OF_SALE, are_of_customers
from regulars.exchange.guessing import FileHead
from regulars.exchange.wording import (
    COLUMN,
    FIXED,
    KEPT,
    NOTHING,
    FieldChoice,
    MappingChoices,
    Told,
    columns_named,
)
from regulars.web.importing.questions import (
    Choice,
    date_choices,
    decimal_choices,
    delimiter_choices,
    encoding_choices,
)

# What our fields are called to people, group by group; those of the first list of a group are always shown.
_GROUPS: Sequence[tuple[str, Any, Mapping[str, Any], Mapping[str, Any]]] = (
    (
        "sale", gettext_lazy("The sale"),
        {
            "sale_id": gettext_lazy("Receipt or order number"), "sale_sold_at": gettext_lazy("Date and time"),
            "sale_date": gettext_lazy("Date, in a column of its own"),
            "sale_time": gettext_lazy("Time, in a column of its own"), "sale_store": gettext_lazy("Store"),
        },
        {
            "sale_number": gettext_lazy("Number on the receipt, if it is another"),
            "sale_register": gettext_lazy("Register"), "sale_channel": gettext_lazy("Channel: in store or online"),
            "sale_kind": gettext_lazy("Kind: sale or return"),
            "sale_status": gettext_lazy("Status: completed or voided"),
            "sale_returns": gettext_lazy("Receipt it takes back"), "sale_total": gettext_lazy("Total of the sale"),
            "sale_tip": gettext_lazy("Tip"), "sale_note": gettext_lazy("Note"),
        },
    ),
    (
        "line", gettext_lazy("What was bought"),
        {
            "line_sku": gettext_lazy("Product code"), "line_name": gettext_lazy("Product name"),
            "line_category": gettext_lazy("Category"), "line_quantity": gettext_lazy("Quantity"),
            "line_unit_price": gettext_lazy("Price of one"), "line_total": gettext_lazy("Total of the line"),
        },
        {
            "line_discount": gettext_lazy("Discount, as an amount"), "line_tax": gettext_lazy("Tax, as an amount"),
            "line_brand": gettext_lazy("Brand"),
        },
    ),
    (
        "customer", gettext_lazy("The customer"),
        {
            "customer_code": gettext_lazy("Code or card number"), "customer_name": gettext_lazy("Name"),
            "customer_phone": gettext_lazy("Phone"), "customer_email": gettext_lazy("E-mail"),
        },
        {
            "customer_first_name": gettext_lazy("First name"), "customer_last_name": gettext_lazy("Last name"),
            "customer_gender": gettext_lazy("Gender"), "customer_birth_date": gettext_lazy("Birth date"),
            "customer_language": gettext_lazy("Language"), "customer_website": gettext_lazy("Website"),
            "customer_social": gettext_lazy("Social handle"), "customer_street": gettext_lazy("Street"),
            "customer_street2": gettext_lazy("Street, second line"), "customer_postcode": gettext_lazy("Postcode"),
            "customer_city": gettext_lazy("City"), "customer_region": gettext_lazy("Region"),
            "customer_country": gettext_lazy("Country"), "customer_tags": gettext_lazy("Tags"),
            "customer_joined": gettext_lazy("Customer since"),
        },
    ),
    (
        "payment", gettext_lazy("The payment"),
        {"payment_method": gettext_lazy("Method")},
        {
            "payment_amount": gettext_lazy("Amount"), "payment_reference": gettext_lazy("Reference"),
            "payment2_method": gettext_lazy("Second payment: method"),
            "payment2_amount": gettext_lazy("Second payment: amount"),
            "payment2_reference": gettext_lazy("Second payment: reference"),
        },
    ),
)  # fmt: skip
# Fields of which one value may stand for all rows.
_FIXABLE = frozenset({
    "sale_store", "sale_register", "sale_channel", "sale_kind", "sale_status", "line_name", "line_category",
    "line_quantity", "customer_country", "customer_language", "customer_tags", "payment_method",
})  # fmt: skip
# Of each group one field is needed; a day in a column of its own is a moment too.
_NEEDED = tuple((*group, "sale_date") if "sale_sold_at" in group else group for group in NEEDED_OF_SALE)
_FILE_OPTIONS = ("date_format", "decimal", "encoding", "delimiter", "timezone", "currency", "sheet")
_NAMED_RULE = re.compile(r"([^'\"=<>:]+):\s+(.+)")


@dataclass(frozen=True, slots=True)
class FieldRow:
    """A field of ours and what it is said to be.

    `kept` describes what the mapping has and no column alone gives. `need` is "one" where nothing can be recorded
    without the field, "some" where another may stand for it, else empty.
    """

    key: str
    label: Any
    choice: FieldChoice
    columns: Sequence[str]
    kept: str
    samples: Sequence[str]
    need: str
    can_be_fixed: bool

    @property
    def column(self) -> str:
        """The column chosen; empty for anything else."""
        return self.choice.choice.removeprefix(COLUMN) if self.choice.choice.startswith(COLUMN) else ""


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that belong together: those always seen, and those for whom they matter."""

    key: str
    label: Any
    rows: Sequence[FieldRow]
    more: Sequence[FieldRow]


def groups_of(choices: Mapping[str, FieldChoice], *, base: Told, head: FileHead) -> list[Group]:
    """The form as it is shown; a field that is filled is always seen."""
    groups = []
    for key, label, first, others in _GROUPS:
        rows = [_row(name, text, choices, base, head) for name, text in {**first, **others}.items()]
        seen = [row for row in rows if row.key in first or row.choice.choice]
        groups.append(Group(key, label, seen, [row for row in rows if row not in seen]))
    return groups


def _row(key: str, label: Any, choices: Mapping[str, FieldChoice], base: Told, head: FileHead) -> FieldRow:
    choice = choices.get(key, FieldChoice())
    source = base.get(FIELDS[key].section, {}).get(FIELDS[key].name)
    kept = _described(source) if isinstance(source, list | dict) and _kept_or_not(source) == KEPT else ""
    return FieldRow(
        key=key,
        label=label,
        choice=choice,
        columns=[column for column in head.columns if column],
        kept=kept,
        samples=samples_of(choice, source, head),
        need=_need(key, choices),
        can_be_fixed=key in _FIXABLE or choice.choice == FIXED,
    )


def _need(key: str, choices: Mapping[str, FieldChoice]) -> str:
    """Whether the field is still needed. A mapping of customers alone needs none of these."""
    filled = {name for name, choice in choices.items() if choice.choice}
    if are_of_customers(filled):
        return ""
    lacking = next((group for group in _NEEDED if key in group and not filled & set(group)), ())
    return "" if not lacking else "one" if len(lacking) == 1 else "some"


def _kept_or_not(source: object) -> str:
    """Whether a source is more than a column or a value."""
    return FIXED if isinstance(source, dict) and source.keys() == {"value"} else KEPT


def _described(source: object) -> str:
    """A source of several columns, or with words of its own, as people read it."""
    named = " + ".join(columns_named(source))
    words = source.get("words", {}) if isinstance(source, dict) else {}
    told = ", ".join(f"{said} = {meant}" for said, meant in words.items())
    return f"{named} ({told})" if told else named


def samples_of(choice: FieldChoice, source: object, head: FileHead) -> list[str]:
    """A few values that the field would get."""
    match choice.choice:
        case "fixed":
            return [choice.value] if choice.value else []
        case "kept":
            return [value for column in columns_named(source) for value in head.samples(column, most=1)]
        case chosen:
            return head.samples(chosen.removeprefix(COLUMN))


def left_out(choices: Mapping[str, FieldChoice], *, base: Told, head: FileHead) -> list[str]:
    """The columns of the file that nothing reads."""
    read: set[str] = set()
    for key, choice in choices.items():
        source = base.get(FIELDS[key].section, {}).get(FIELDS[key].name)
        read |= set(columns_named(source)) if choice.choice == KEPT else {choice.choice.removeprefix(COLUMN)}
    return [column for column in head.columns if column and column not in read]


@dataclass(frozen=True, slots=True)
class FileField:
    """An option of how the file is written; empty means: find out."""

    name: str
    label: str
    choices: Sequence[Choice]
    value: str


def file_fields(told: Told, *, settings: Mapping[str, str]) -> list[FileField]:
    """The options of the file with what the mapping and earlier answers say; what has no choices is typed."""
    said = {**{key: str(value) for key, value in told.get("file", {}).items()}, **settings}
    offered: Sequence[tuple[str, str, list[Choice]]] = (
        ("date_format", _("Order of dates"), date_choices()),
        ("decimal", _("Sign before decimals"), decimal_choices()),
        ("encoding", _("Encoding"), encoding_choices()),
        ("delimiter", _("Between columns"), delimiter_choices()),
        ("timezone", _("Time zone of its times"), []),
        ("currency", _("Currency"), []),
    )
    return [
        FileField(name, label, _with(choices, said.get(name, "")), said.get(name, ""))
        for name, label, choices in offered
    ]


def _with(choices: Sequence[Choice], value: str) -> Sequence[Choice]:
    """The choices, and what is said already where it is none of them."""
    known = {choice.value for choice in choices}
    return choices if not choices or not value or value in known else [*choices, Choice(value, value)]


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of a mapping as they are typed: skip classes one per line, "name: rule" or the rule alone."""

    returns: str
    skip: str
    tax: str


def rules_of(told: Told) -> Rules:
    rules = told.get("rules", {})
    tax = {True: "included", False: "on-top"}.get(rules.get("prices_include_tax"), "")
    return Rules(str(rules.get("returns", "")), "\n".join(_skip_lines(rules.get("skip", []))), tax)


def _skip_lines(skip: object) -> Iterator[str]:
    for each in skip if isinstance(skip, list) else []:
        yield f"{each['name']}: {each['when']}" if isinstance(each, dict) else str(each)


def rules_sent(sent: QueryDict) -> dict[str, Any]:
    rules: dict[str, Any] = {}
    returns = sent.get("rules.returns", "").strip()
    if returns:
        rules["returns"] = returns
    lines = [line.strip() for line in sent.get("rules.skip", "").splitlines() if line.strip()]
    if lines:
        named = [(line, _NAMED_RULE.fullmatch(line)) for line in lines]
        rules["skip"] = [{"name": match[1].strip(), "when": match[2]} if match else line for line, match in named]
    if sent.get("rules.tax") in {"included", "on-top"}:
        rules["prices_include_tax"] = sent["rules.tax"] == "included"
    return rules


def choices_sent(sent: QueryDict, *, has_header: bool, base: Told) -> MappingChoices:
    """What the form says."""
    fields = {
        key: FieldChoice(sent.get(f"field.{key}", NOTHING), sent.get(f"fixed.{key}", "").strip()) for key in FIELDS
    }
    file: dict[str, str | bool] = {name: sent.get(f"file.{name}", "") for name in _FILE_OPTIONS}
    if not has_header and not base.get("file", {}).get("columns"):
        file["header"] = False
    name = " ".join(sent.get("name", "").replace("\x00", " ").split())[:100]
    return MappingChoices(name=name or "till", fields=fields, file=file, rules=rules_sent(sent))
