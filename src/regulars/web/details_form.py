"""The form of a customer: all details, as typed, read into what the services take; refusals set beside their field."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from regulars.core.errors import RegularsError
from regulars.customers.details import ADDRESS_KINDS, AddressDetails, CustomerDetails
from regulars.customers.errors import BadCode, BadDetail, BadEmail, BadPhone, CodeTaken
from regulars.customers.rules import phone_shown
from regulars.web.narrowing import GENDER_LABELS

PLACE = ("street", "street2", "postcode", "city", "region", "country")
PLACE_LABELS = {
    "street": gettext_lazy("Street"),
    "street2": gettext_lazy("Second line"),
    "postcode": gettext_lazy("Postcode"),
    "city": gettext_lazy("City"),
    "region": gettext_lazy("Region"),
    "country": gettext_lazy("Country"),
}
ADDRESS_LABELS = {
    "billing": gettext_lazy("Billing address"),
    "shipping": gettext_lazy("Shipping address"),
    "delivery": gettext_lazy("Delivery address"),
}
_TEXTS = ("name", "first_name", "last_name", "code", "language", "website", "social", "gender")
# Rooms for a second phone and e-mail without a script.
_LEAST_ROOMS = 2


@dataclass(frozen=True, slots=True)
class Custom:
    """A detail that this shop alone keeps: its name, what it may be, and the words of a choice."""

    id: int
    name: str
    kind: str
    options: Sequence[str]

    @property
    def key(self) -> str:
        return f"custom-{self.id}"


@dataclass(frozen=True, slots=True)
class Room:
    """One of several fields of a kind: what stands in it, and what is wrong with that."""

    value: str
    wrong: str = ""


def _text(label: Any, longest: int, **attributes: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=longest, widget=forms.TextInput(attrs=attributes))


class DetailsForm(forms.Form):
    """Everything but phones and e-mails, of which there may be several, and the custom fields, which are added."""

    name = _text(gettext_lazy("Name"), 200, autocomplete="off")
    first_name = _text(gettext_lazy("First name"), 100, autocomplete="off")
    last_name = _text(gettext_lazy("Last name"), 100, autocomplete="off")
    birth_date = forms.DateField(
        label=gettext_lazy("Birth date"), required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip
    gender = forms.ChoiceField(
        label=gettext_lazy("Gender"), required=False,
        choices=[("", pgettext_lazy("gender", "unknown")), *GENDER_LABELS.items()],
    )  # fmt: skip
    language = _text(gettext_lazy("Language"), 16, placeholder="en", autocomplete="off")
    website = _text(gettext_lazy("Website"), 200, autocomplete="off")
    social = _text(gettext_lazy("Social handle"), 100, autocomplete="off", placeholder="@name")
    tags = forms.CharField(
        label=gettext_lazy("Tags"), required=False, max_length=2000,
        help_text=gettext_lazy("Separated by commas."),
    )  # fmt: skip
    code = _text(gettext_lazy("Code"), 64, autocomplete="off", spellcheck="false")

    def __init__(self, typed: QueryDict | None, *, customs: Sequence[Custom], initial: Mapping[str, Any]) -> None:
        super().__init__(typed, initial=dict(initial), auto_id="d-%s")
        self.customs = customs
        for kind in ADDRESS_KINDS:
            for part in PLACE:
                self.fields[f"{kind}-{part}"] = _text(PLACE_LABELS[part], 200, autocomplete="off")
        for custom in customs:
            self.fields[custom.key] = _custom_field(custom)
        self.typed_phones = typed.getlist("phone") if typed is not None else list(initial.get("phones", ()))
        self.typed_emails = typed.getlist("email") if typed is not None else list(initial.get("emails", ()))
        self.wrong_phone, self.wrong_email = Room(""), Room("")

    @property
    def phones(self) -> list[Room]:
        """The phones as typed and a free room."""
        return list(_rooms(self.typed_phones, self.wrong_phone))

    @property
    def emails(self) -> list[Room]:
        return list(_rooms(self.typed_emails, self.wrong_email))

    @property
    def places(self) -> list[tuple[Any, list[Any], bool]]:
        """Each address: its label, its fields, and whether something stands in it."""
        found = []
        for kind in ADDRESS_KINDS:
            fields = [self[f"{kind}-{part}"] for part in PLACE]
            found.append((ADDRESS_LABELS[kind], fields, any(field.value() or field.errors for field in fields)))
        return found

    @property
    def custom_fields(self) -> list[Any]:
        return [self[custom.key] for custom in self.customs]

    def details(self, before: CustomerDetails) -> CustomerDetails:
        """The details as typed; what the form does not show stays as it was. After `is_valid`."""
        typed = self.cleaned_data
        first, last = typed["first_name"].strip(), typed["last_name"].strip()
        told: dict[str, Any] = {name: typed[name] for name in _TEXTS}
        if (first, last) != (before.first_name, before.last_name) and typed["name"].strip() == before.name:
            # Whose first or last name was changed, and nothing else, is called so from now on.
            told["name"] = f"{first} {last}".strip()
        told |= {
            "birth_date": typed["birth_date"],
            "phones": _typed(self.typed_phones),
            "emails": _typed(self.typed_emails),
            "tags": _typed(typed["tags"].split(",")),
            "addresses": tuple(_address(kind, typed) for kind in ADDRESS_KINDS),
            "custom": tuple((custom.name, typed[custom.key]) for custom in self.customs),
        }
        return _replaced(before, told)

    def refuse(self, refusal: RegularsError) -> None:
        """The sentence of the refusal stands beside the field it is of, or above all of them."""
        sentence = gettext(refusal.message) % refusal.facts
        match refusal:
            case BadPhone():
                self.wrong_phone = Room(str(refusal.facts["value"]), sentence)
            case BadEmail():
                self.wrong_email = Room(str(refusal.facts["value"]), sentence)
            case BadCode() | CodeTaken():
                self.add_error("code", sentence)
            case BadDetail():
                self.add_error(self._field_of(refusal), sentence)
            case _:
                self.add_error(None, sentence)

    def _field_of(self, refusal: BadDetail) -> str | None:
        """The field whose label the refusal names; of the addresses the one that holds the value."""
        told = str(refusal.facts["field"]).replace(" ", "_")
        start = str(refusal.facts["value"]).removesuffix("…")
        names = {custom.name.replace(" ", "_"): custom.key for custom in self.customs} | {"tag": "tags"}
        name = names.get(told, told)
        if name in PLACE:
            held = [f"{kind}-{name}" for kind in ADDRESS_KINDS]
            return next((each for each in held if self.data.get(each, "").strip().startswith(start)), held[0])
        return name if name in self.fields else None


def initial_of(details: CustomerDetails, customs: Sequence[Custom]) -> dict[str, Any]:
    """What stands in the form of a customer with these details."""
    told: dict[str, Any] = {name: getattr(details, name) for name in _TEXTS}
    told |= {"birth_date": details.birth_date, "tags": ", ".join(details.tags)}
    told |= {"phones": [phone_shown(phone) for phone in details.phones], "emails": details.emails}
    told |= {f"{address.kind}-{part}": getattr(address, part) for address in details.addresses for part in PLACE}
    held = dict(details.custom)
    return told | {custom.key: held.get(custom.name, "") for custom in customs}


def _replaced(before: CustomerDetails, told: Mapping[str, Any]) -> CustomerDetails:
    return replace(before, **told)


def _address(kind: str, typed: Mapping[str, str]) -> AddressDetails:
    return AddressDetails(kind=kind, **{part: typed[f"{kind}-{part}"] for part in PLACE})


def _custom_field(custom: Custom) -> forms.Field:
    words: dict[str, list[tuple[str, Any]]] = {"yes_no": [("yes", gettext_lazy("yes")), ("no", gettext_lazy("no"))]}
    match custom.kind:
        case "yes_no" | "choice":
            choices = words.get(custom.kind) or [(option, option) for option in custom.options]
            unknown = ("", pgettext_lazy("field", "unknown"))
            return forms.ChoiceField(label=custom.name, required=False, choices=[unknown, *choices])
        case "date":
            widget = forms.TextInput(attrs={"type": "date"})
            return forms.CharField(label=custom.name, required=False, max_length=10, widget=widget)
        case "number":
            widget = forms.TextInput(attrs={"inputmode": "decimal"})
            return forms.CharField(label=custom.name, required=False, max_length=64, widget=widget)
        case _:
            return forms.CharField(label=custom.name, required=False, max_length=2000)


def _rooms(typed: Sequence[str], wrong: Room) -> Iterator[Room]:
    held = [value for value in typed if value.strip()]
    for value in held:
        yield Room(value, wrong.wrong if wrong.wrong and value.strip() == wrong.value.strip() else "")
    for _n in range(max(1, _LEAST_ROOMS - len(held))):
        yield Room("")


def _typed(values: Sequence[str]) -> tuple[str, ...]:
    return tuple(value.strip() for value in values if value.strip())
