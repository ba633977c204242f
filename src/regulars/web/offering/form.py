"""The form of an offer: what is typed becomes what offers/asking.py reads, and each fault stands beside its field."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.dates import WEEKDAYS as DAY_NAMES
from django.utils.translation import gettext, gettext_lazy

from regulars.core.days import WEEKDAYS
from regulars.offers.asking import Names, terms_asked, terms_written
from regulars.offers.engine.terms import Kind, Level, OfferTerms
from regulars.offers.errors import OfferWrong
from regulars.offers.rules import LONGEST_NAME
from regulars.offers.showing import Unmet

KIND_LABELS = {
    Kind.PERCENT: gettext_lazy("Percent off"),
    Kind.AMOUNT: gettext_lazy("Amount off"),
    Kind.FIXED_PRICE: gettext_lazy("Fixed price"),
    Kind.BUY_X_GET_Y: gettext_lazy("Buy some, get some"),
    Kind.FREE_ITEM: gettext_lazy("Free item"),
}
LEVEL_LABELS = {Level.ITEM: gettext_lazy("each item"), Level.ORDER: gettext_lazy("the whole basket")}
# Who gets it: everybody it fits, whoever tells a code, whom it was given to.
WAYS = {
    "all": gettext_lazy("Everybody it is for, by itself"),
    "code": gettext_lazy("Whoever tells a code"),
    "given": gettext_lazy("Whom it is given to: on entering a group, or by hand"),
}
CHANNEL_LABELS = {"in_store": gettext_lazy("in the store"), "online": gettext_lazy("online")}
MINIMUM_TESTS = {
    "before": gettext_lazy("what the basket costs before offers on items"),
    "after": gettext_lazy("what it costs after them"),
}
# Several to a field, one in each line.
_LINES = ("products", "categories", "brands", "not_categories", "gets-products", "gets-categories", "gets-brands")
_TICKED = ("groups", "tiers", "stores", "channels", "weekdays")
_TEXTS = (
    "kind", "level", "percent", "amount", "price", "buy", "get", "most_times", "from", "until", "minimum",
    "minimum_tests", "minimum_units", "family", "priority", "stack", "per_customer", "in_all", "holdout",
)  # fmt: skip
# What says nothing of a kind is not told with it, so that a change of kind leaves no stray numbers behind.
_OF_KIND = {
    "level": {"percent", "amount"},
    "percent": {"percent", "buy_x_get_y"},
    "amount": {"amount"},
    "price": {"fixed_price"},
    "buy": {"buy_x_get_y"},
    "get": {"buy_x_get_y", "free_item"},
    "gets": {"buy_x_get_y", "free_item"},
    "most_times": {"buy_x_get_y", "free_item"},
}


def _text(label: Any, help_text: Any = "", *, longest: int = 64, **attributes: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "off"} | attributes)
    return forms.CharField(label=label, help_text=help_text, required=False, max_length=longest, widget=widget)


def _number(label: Any, help_text: Any = "") -> forms.CharField:
    return _text(label, help_text, longest=20, inputmode="decimal")


def _lines(label: Any, help_text: Any = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 2, "spellcheck": "false", "autocapitalize": "off"})
    return forms.CharField(label=label, help_text=help_text, required=False, max_length=20_000, widget=widget)


def _day(label: Any) -> forms.CharField:
    return _text(label, longest=20, type="date")


def _one_of(label: Any, labels: Mapping[Any, Any], help_text: Any = "") -> forms.ChoiceField:
    choices = [(str(value), each) for value, each in labels.items()]
    return forms.ChoiceField(label=label, help_text=help_text, choices=choices, widget=forms.RadioSelect)


def _some_of(label: Any, choices: Iterable[tuple[str, Any]] = (), help_text: Any = "") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, help_text=help_text, required=False, choices=list(choices), widget=forms.CheckboxSelectMultiple
    )


class OfferForm(forms.Form):
    """Every part of an offer. The numbers are read by the room; here they are texts."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=LONGEST_NAME, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("It stands on the receipt and on the customer's card."),
    )  # fmt: skip
    kind = _one_of(gettext_lazy("What it does"), KIND_LABELS)
    level = _one_of(gettext_lazy("Off"), LEVEL_LABELS)
    percent = _number(gettext_lazy("Percent off"))
    amount = _number(gettext_lazy("Amount off"))
    price = _number(gettext_lazy("Price of one"))
    buy = _number(gettext_lazy("Buy"))
    get = _number(gettext_lazy("Get"))
    most_times = _number(gettext_lazy("Times on one receipt, at most"))
    products = _lines(gettext_lazy("Products"), gettext_lazy("SKUs, one in each line."))
    categories = _lines(gettext_lazy("Categories"), gettext_lazy("One in each line."))
    brands = _lines(gettext_lazy("Brands"), gettext_lazy("One in each line."))
    not_categories = _lines(gettext_lazy("But not these categories"), gettext_lazy("One in each line."))
    tiers = _some_of(gettext_lazy("Tiers"), help_text=gettext_lazy("None ticked: every tier, and who has none."))
    groups = _some_of(gettext_lazy("Groups and segments"), help_text=gettext_lazy("In one of those ticked is enough."))
    way = _one_of(gettext_lazy("Who gets it"), WAYS)
    first_order = forms.BooleanField(label=gettext_lazy("On a first order only"), required=False)
    minimum = _number(gettext_lazy("From a basket of"))
    minimum_tests = _one_of(gettext_lazy("Which counts"), MINIMUM_TESTS)
    minimum_units = _number(gettext_lazy("From so many units of what it is about"))
    weekdays = _some_of(
        gettext_lazy("Weekdays"), [(name, DAY_NAMES[n]) for n, name in enumerate(WEEKDAYS)],
        gettext_lazy("None ticked: every day."),
    )  # fmt: skip
    hours = _text(
        gettext_lazy("Hours"), gettext_lazy("On the store's clock, such as 07:00-09:00, 15:00-18:00."), longest=200
    )
    stores = _some_of(gettext_lazy("Stores"), help_text=gettext_lazy("None ticked: every store."))
    channels = _some_of(gettext_lazy("Where it is bought"), CHANNEL_LABELS.items())
    family = _text(
        gettext_lazy("Family"),
        gettext_lazy("Of offers with the same word here one is taken, the best. Empty: it adds up."),
    )
    priority = _number(gettext_lazy("Priority"), gettext_lazy("The higher goes first where two save the same."))
    stack = _number(gettext_lazy("Place in the order"), gettext_lazy("The lower takes effect first."))
    per_customer = _number(gettext_lazy("Times for each customer, at most"))
    in_all = _number(gettext_lazy("Times in all, at most"))
    holdout = _number(
        gettext_lazy("Hold back from percent of customers"),
        gettext_lazy("A fixed share who never gets it, so that its effect can be measured: 10 is a good beginning."),
    )

    def __init__(self, typed: QueryDict | None, *, names: Names, initial: Mapping[str, Any] | None = None) -> None:
        super().__init__(typed, initial=dict(initial or FRESH), auto_id="o-%s")
        self.names = names
        self.fields["from"] = _day(gettext_lazy("First day"))
        self.fields["until"] = _day(gettext_lazy("Last day"))
        self.fields["gets-products"] = _lines(gettext_lazy("Products"), gettext_lazy("SKUs, one in each line."))
        self.fields["gets-categories"] = _lines(gettext_lazy("Categories"), gettext_lazy("One in each line."))
        self.fields["gets-brands"] = _lines(gettext_lazy("Brands"), gettext_lazy("One in each line."))
        told = {"groups": names.groups, "tiers": _full_names(names.tiers), "stores": names.stores}
        for field, known in told.items():
            self.fields[field].choices = [(name, name) for name in known]  # type: ignore[attr-defined]

    def terms(self) -> OfferTerms | None:
        """The terms as typed; None, with a sentence at each field, where something is wrong. After `is_valid`."""
        try:
            return terms_asked(self.told(), names=self.names)
        except OfferWrong as refusal:
            self.refuse(refusal)
            return None

    def told(self) -> dict[str, Any]:
        """What was typed, as offers/asking.py takes it."""
        typed = self.cleaned_data
        told: dict[str, Any] = {name: typed.get(name, "").strip() for name in _TEXTS}
        told |= {name: _split(typed.get(name, ""), "\n") for name in _LINES}
        told |= {name: typed.get(name, []) for name in _TICKED}
        told["hours"] = _split(typed.get("hours", ""), ",")
        told |= {"first_order": typed["first_order"], "code": typed["way"] == "code", "given": typed["way"] == "given"}
        gets = {name.removeprefix("gets-"): told.pop(name) for name in _LINES if name.startswith("gets-")}
        told["gets"] = {name: words for name, words in gets.items() if words}
        return {name: value for name, value in told.items() if typed["kind"] in _OF_KIND.get(name, {typed["kind"]})}

    def refuse(self, refusal: OfferWrong) -> None:
        """Each fault stands at its field."""
        for fault in refusal.faults:
            self.add_error(self._field_of(fault.place), _sentence(gettext(fault.message)))

    def _field_of(self, place: str) -> str | None:
        place = {"grant": "way", "given": "way", "code": "way", "gets": "gets-products"}.get(place, place)
        place = place.replace("gets.", "gets-")
        return place if place in self.fields else None

    def unmet(self, found: Sequence[Unmet]) -> None:
        """What no product is called so is told at its field."""
        for each in found:
            told = {"word": each.word, "hint": each.hint}
            if each.hint:
                sentence = gettext("No product has “%(word)s”; did you mean “%(hint)s”?") % told
            else:
                sentence = gettext("No product has “%(word)s”; sell or describe one first, or leave it out.") % told
            self.add_error(each.place, sentence)

    @property
    def is_aimed_closely(self) -> bool:
        """Whether something stands in the parts that are folded away at first."""
        return any(self[name].value() or self[name].errors for name in ("family", "priority", "stack", "in_all"))


# What a new offer begins with.
FRESH: Mapping[str, Any] = {
    "kind": Kind.PERCENT.value,
    "level": Level.ITEM.value,
    "way": "all",
    "minimum_tests": "before",
}


def initial_of(name: str, terms: OfferTerms, names: Names) -> dict[str, Any]:
    """What stands in the form of an offer that is there."""
    told = terms_written(terms, names=names)
    gets = told.pop("gets", None) or {}
    initial = dict(FRESH) | told | {f"gets-{part}": words for part, words in gets.items()}
    initial |= {part: "\n".join(initial[part]) for part in _LINES if part in initial}
    initial["hours"] = ", ".join(told.get("hours", ()))
    initial["way"] = "code" if told.get("code") else "given" if told.get("given") else "all"
    return initial | {"name": name}


def _full_names(tiers: Mapping[str, int]) -> list[str]:
    """The tiers by their full names, in the order they were made."""
    return [name for name in tiers if ": " in name]


def _split(text: str, by: str) -> list[str]:
    return [part.strip() for part in text.split(by) if part.strip()]


def _sentence(words: str) -> str:
    """A fault is written without a capital and a stop, as it follows its place; here it stands alone."""
    text = words[:1].upper() + words[1:]
    return text if text.endswith((".", "?", "!")) else f"{text}."


def day_typed(text: str, absent: date) -> date:
    """The day that was typed, or the other one where it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return absent
