"""What a file leaves in doubt, asked as a question; the answer is an option of the upload."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.http import QueryDict
from django.utils.translation import gettext as _

from regulars.exchange.uploads import Refusal, UploadOptions


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Question:
    """`name` is the option that the answer sets; `doubt` says why it is asked."""

    name: str
    doubt: str
    question: str
    choices: Sequence[Choice]
    may_write: str = ""


# Options of [file] that an answer may set.
SETTINGS = ("date_format", "decimal", "encoding", "delimiter", "sheet")
ENCODINGS = (
    ("utf-8", "UTF-8"), ("cp1252", "Western Europe (Windows-1252)"), ("cp1250", "Central Europe (Windows-1250)"),
    ("cp1251", "Cyrillic (Windows-1251)"), ("cp1253", "Greek (Windows-1253)"), ("cp1254", "Turkish (Windows-1254)"),
    ("cp1255", "Hebrew (Windows-1255)"), ("cp1256", "Arabic (Windows-1256)"), ("mac_roman", "Western Europe (Mac)"),
    ("utf-16", "UTF-16"), ("shift_jis", "Japanese (Shift JIS)"), ("gb18030", "Chinese (GB 18030)"),
)  # fmt: skip


def date_choices() -> list[Choice]:
    return [
        Choice("DMY", _("Day first: 31/12/2026")),
        Choice("MDY", _("Month first: 12/31/2026")),
        Choice("YMD", _("Year first: 26/12/31")),
    ]


def decimal_choices() -> list[Choice]:
    return [Choice(".", _("A point: 1,234.50")), Choice(",", _("A comma: 1.234,50"))]


def delimiter_choices() -> list[Choice]:
    return [
        Choice(",", _("Commas")), Choice(";", _("Semicolons")), Choice("\t", _("Tabs")), Choice("|", _("Bars: |")),
        Choice(" ", _("Blanks")),
    ]  # fmt: skip


def encoding_choices() -> list[Choice]:
    return [Choice(name, label) for name, label in ENCODINGS]


def question_of(refusal: Refusal, *, sheets: Sequence[str], stores: Sequence[str]) -> Question | None:
    """The question that settles what was refused; None where an answer alone settles nothing."""
    ask = QUESTIONS.get(refusal.code)
    return ask({**refusal.facts, "sheets": sheets, "stores": stores}) if ask else None


def _of_dates(facts: Mapping[str, object]) -> Question:
    doubt = _("The dates in column “%(column)s” of “%(file)s” are doubtful: %(reason)s.") % facts
    return Question("date_format", doubt, _("How are they written?"), date_choices())


def _of_numbers(facts: Mapping[str, object]) -> Question:
    doubt = _("The numbers in “%(file)s” are doubtful: %(reason)s.") % facts
    return Question("decimal", doubt, _("What stands before the decimals?"), decimal_choices())


def _of_encoding(facts: Mapping[str, object]) -> Question:
    doubt = _("Line %(line)s of “%(file)s” holds a byte (%(value)s) that tells no letter for sure.") % facts
    return Question("encoding", doubt, _("In which encoding was it saved?"), encoding_choices())


def _of_delimiter(facts: Mapping[str, object]) -> Question:
    doubt = _("“%(file)s” could be split at %(first)s or at %(second)s.") % facts
    return Question("delimiter", doubt, _("What stands between its columns?"), delimiter_choices())


def _of_sheets(facts: Mapping[str, object]) -> Question:
    doubt = _("“%(file)s” has %(count)s sheets with content.") % facts
    sheets = facts["sheets"]
    choices = [Choice(name, name) for name in sheets] if isinstance(sheets, list | tuple) else []
    return Question("sheet", doubt, _("Which one is to be imported?"), choices)


def _of_store(facts: Mapping[str, object]) -> Question:
    doubt = _("“%(file)s” does not say in which store its sales were made.") % facts
    stores = facts["stores"]
    choices = [Choice(name, name) for name in stores] if isinstance(stores, list | tuple) else []
    return Question("store", doubt, _("In which store?"), choices, may_write=_("In a new store:"))


def _of_new_stores(facts: Mapping[str, object]) -> Question:
    doubt = _("These stores are not here yet: %(names)s%(hint)s.") % facts
    choices = [Choice("yes", _("Add them with this import"))]
    return Question("create_stores", doubt, _("Are they stores of this shop?"), choices)


QUESTIONS: Mapping[str, Callable[[Mapping[str, object]], Question]] = {
    "exchange.date_order_doubtful": _of_dates,
    "exchange.number_format_doubtful": _of_numbers,
    "exchange.not_utf8": _of_encoding,
    "exchange.not_in_encoding": _of_encoding,
    "exchange.delimiter_doubtful": _of_delimiter,
    "exchange.sheet_doubtful": _of_sheets,
    "exchange.store_not_named": _of_store,
    "exchange.stores_unknown": _of_new_stores,
}


def answered(options: UploadOptions, told: QueryDict) -> UploadOptions:
    """The options with the answers put in; what is no answer is left alone."""
    settings = {name: value for name in SETTINGS if (value := told.get(name))}
    options = replace(options, settings={**options.settings, **settings})
    new_store = told.get("new_store", "").strip()
    if new_store:
        return replace(options, store=new_store, create_stores=True)
    store = told.get("store")
    if store:
        options = replace(options, store=store)
    return replace(options, create_stores=True) if told.get("create_stores") == "yes" else options
