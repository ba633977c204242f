"""What customers type on their own pages."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from regulars.access.sending import kinds_reached
from regulars.customers.details import ADDRESS_KINDS, AddressDetails, CustomerDetails
from regulars.privacy.rules import WORDINGS
from regulars.web.card.asked import Joining
from regulars.web.details_form import ADDRESS_LABELS, PLACE, PLACE_LABELS

# Whoever joins at a till has no address yet.
_JOINING = ("email", "sms", "whatsapp", "phone")
# By what codes can be sent to: the label, what a browser offers to fill in, and the keys a phone shows.
_CONTACTS: Mapping[tuple[str, ...], tuple[Any, str, str]] = {
    ("phone", "email"): (_("Phone or e-mail"), "username", "text"),
    ("phone",): (_("Phone"), "tel", "tel"),
    ("email",): (_("E-mail"), "email", "email"),
}
# What a browser offers to fill in.
_FILLED = {
    "street": "address-line1", "street2": "address-line2", "postcode": "postal-code", "city": "address-level2",
    "region": "address-level1", "country": "country-name",
}  # fmt: skip


def wordings(shop_name: str) -> Mapping[str, str]:
    """What is agreed to on each channel, as it is shown."""
    return {channel: gettext(words) % {"shop": shop_name} for channel, words in WORDINGS.items()}


def wordings_mark(shown: Mapping[str, str]) -> str:
    """A short mark of the words: sent along, it shows whether an answer was to these."""
    return hashlib.sha256("\n".join(shown.values()).encode()).hexdigest()[:16]


class ContactForm(forms.Form):
    """The phone or e-mail that a code goes to."""

    contact = forms.CharField(max_length=254)

    def __init__(self, *told: Any, **more: Any) -> None:
        super().__init__(*told, **more)
        contact_fit(self.fields["contact"])


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code"), max_length=16,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True, "spellcheck": "false"}
        ),
    )  # fmt: skip


class NewCardForm(forms.Form):
    """Who somebody is, and what they agree to."""

    name = forms.CharField(label=_("Your name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    birth_date = forms.DateField(
        label=_("Birth date"), required=False,
        widget=forms.DateInput(attrs={"type": "date", "autocomplete": "bday"}, format="%Y-%m-%d"),
    )  # fmt: skip
    agreed = forms.MultipleChoiceField(
        label=_("May we write to you?"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Only where you tick, and you can stop it here or at the till. The card works the same without."),
    )  # fmt: skip

    def __init__(self, *told: Any, shop_name: str, **more: Any) -> None:
        super().__init__(*told, **more)
        self.wordings = wordings(shop_name)
        agreed = self.fields["agreed"]
        agreed.choices = [(channel, self.wordings[channel]) for channel in _JOINING]  # type: ignore[attr-defined]

    @property
    def mark(self) -> str:
        return wordings_mark(self.wordings)

    def clean(self) -> dict[str, Any]:
        """Whoever was shown other words has agreed to those, not to these."""
        typed: dict[str, Any] = super().clean() or {}
        if typed.get("agreed") and self.data.get("words") != self.mark:
            self.add_error("agreed", gettext("The wording has changed meanwhile. Read it again, please."))
        return typed

    def joining(self) -> Joining:
        """The card that is to be made. After `is_valid`."""
        typed = self.cleaned_data
        return Joining(
            name=typed["name"],
            birth_date=typed["birth_date"].isoformat() if typed["birth_date"] else "",
            consents={channel: self.wordings[channel] for channel in typed["agreed"]},
        )


class JoinForm(NewCardForm):
    """The same with the contact that a code goes to."""

    contact = forms.CharField(max_length=254)
    field_order = ["name", "contact", "birth_date", "agreed"]

    def __init__(self, *told: Any, **more: Any) -> None:
        super().__init__(*told, **more)
        contact_fit(self.fields["contact"])


def contact_fit(field: forms.Field) -> None:
    """The field asks for what the shop can send codes to."""
    label, filled, keyboard = _CONTACTS.get(kinds_reached(), _CONTACTS["phone", "email"])
    field.label = label
    field.widget.attrs |= {"autocomplete": filled, "inputmode": keyboard, "autocapitalize": "none"}


class OwnDetailsForm(forms.Form):
    """What customers change of themselves; the birth date once, as presents hang on it."""

    name = forms.CharField(label=_("Name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    birth_date = forms.DateField(
        label=_("Birth date"), required=False,
        widget=forms.DateInput(attrs={"type": "date", "autocomplete": "bday"}, format="%Y-%m-%d"),
        help_text=_("You can give it once; to correct it, ask at the till."),
    )  # fmt: skip

    def __init__(self, typed: Any, *, before: CustomerDetails) -> None:
        super().__init__(typed, initial=_initial(before))
        self.before = before
        if before.birth_date is not None:
            del self.fields["birth_date"]
        for kind in ADDRESS_KINDS:
            for part in PLACE:
                widget = forms.TextInput(attrs={"autocomplete": f"{_group(kind)}{_FILLED[part]}"})
                self.fields[f"{kind}-{part}"] = forms.CharField(
                    label=PLACE_LABELS[part], required=False, max_length=200, widget=widget
                )

    @property
    def places(self) -> Sequence[tuple[Any, list[Any], bool]]:
        """Each address: its label, its fields, and whether something stands in it."""
        found = []
        for kind in ADDRESS_KINDS:
            fields = [self[f"{kind}-{part}"] for part in PLACE]
            found.append((ADDRESS_LABELS[kind], fields, any(field.value() or field.errors for field in fields)))
        return found

    def changes(self) -> dict[str, Any]:
        """What is typed otherwise than it was, as details. After `is_valid`."""
        typed = self.cleaned_data
        told: dict[str, Any] = {
            "addresses": tuple(
                AddressDetails(kind=kind, **{part: typed[f"{kind}-{part}"] for part in PLACE}) for kind in ADDRESS_KINDS
            )
        }
        if typed.get("birth_date"):
            told["birth_date"] = typed["birth_date"]
        if typed["name"] != self.before.name:
            # What stood as first and last name may be another's now.
            told |= {"name": typed["name"], "first_name": "", "last_name": ""}
        return told


def _group(kind: str) -> str:
    return {"billing": "billing ", "shipping": "shipping "}.get(kind, "")


def _initial(before: CustomerDetails) -> dict[str, Any]:
    told: dict[str, Any] = {"name": before.name, "birth_date": before.birth_date}
    return told | {f"{place.kind}-{part}": getattr(place, part) for place in before.addresses for part in PLACE}
