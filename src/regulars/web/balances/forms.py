"""What people do to balances by hand: give and take, a payment towards an account, its limit."""

from collections.abc import Sequence
from datetime import date, timedelta
from secrets import token_hex
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from regulars.balances.services import LONGEST_REASON
from regulars.core.errors import Invalid, RegularsError
from regulars.core.money import amount_minor, amount_text
from regulars.web.amounts import MoneyField

GIVES = {"give": gettext_lazy("give"), "take": gettext_lazy("take")}
BOOKS = {"points": gettext_lazy("points"), "credit": gettext_lazy("store credit")}


class OnceForm(forms.Form):
    """A form whose sending twice books once: it carries the name of what it books."""

    once = forms.CharField(max_length=32, widget=forms.HiddenInput, required=False)

    def __init__(self, typed: Any, *, places: int, prefix: str, initial: dict[str, Any] | None = None) -> None:
        super().__init__(typed, initial={"once": token_hex(8)} | (initial or {}), auto_id=f"{prefix}-%s")
        self.places = places

    def refuse(self, refusal: RegularsError, name: str) -> None:
        self.add_error(name if name in self.fields else None, gettext(refusal.message) % refusal.facts)

    def clean_once(self) -> str:
        return str(self.cleaned_data["once"]) or token_hex(8)


class AdjustForm(OnceForm):
    """Points or credit, given or taken, with the reason."""

    book = forms.ChoiceField(label=gettext_lazy("Of"), choices=list(BOOKS.items()), widget=forms.RadioSelect)
    act = forms.ChoiceField(label=gettext_lazy("What to do"), choices=list(GIVES.items()), widget=forms.RadioSelect)
    amount = forms.CharField(
        label=gettext_lazy("How many, how much"), max_length=32,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )  # fmt: skip
    until = forms.DateField(
        label=gettext_lazy("Credit can be spent until"), required=False, help_text=gettext_lazy("Empty: for good."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=LONGEST_REASON,
        help_text=gettext_lazy("It stands on the statement; the customer reads it."),
    )  # fmt: skip

    def __init__(self, typed: Any, *, places: int) -> None:
        super().__init__(typed, places=places, prefix="j", initial={"book": "points", "act": "give"})

    def clean(self) -> dict[str, Any]:
        """The amount with its sign, in points or minor units."""
        typed: dict[str, Any] = super().clean() or {}
        if "amount" in typed and "book" in typed:
            try:
                number = amount_minor(typed["amount"], places=0 if typed["book"] == "points" else self.places)
            except Invalid as refusal:
                self.add_error("amount", gettext(refusal.message) % refusal.facts)
                return typed
            if number <= 0:
                self.add_error("amount", gettext("Write a number above zero."))
            typed["signed"] = -number if typed.get("act") == "take" else number
        return typed


class PayForm(OnceForm):
    """A payment towards the account."""

    amount = MoneyField(label=gettext_lazy("Amount"))
    method = forms.ChoiceField(label=gettext_lazy("Paid with"))

    def __init__(self, typed: Any, *, places: int, methods: Sequence[str], owed: int = 0) -> None:
        initial = {"amount": amount_text(owed, places=places)} if owed > 0 else {}
        super().__init__(typed, places=places, prefix="p", initial=initial)
        self.fields["amount"].places = places  # type: ignore[attr-defined]
        self.fields["method"].choices = [(each, each[:1].upper() + each[1:]) for each in methods]  # type: ignore[attr-defined]


class LimitForm(forms.Form):
    """How much the customer may owe."""

    limit = MoneyField(label=gettext_lazy("May owe up to"), help_text=gettext_lazy("What is owed stays owed."))

    def __init__(self, typed: Any, *, places: int, held: int = 0) -> None:
        super().__init__(typed, initial={"limit": amount_text(held, places=places)}, auto_id="a-%s")
        self.fields["limit"].places = places  # type: ignore[attr-defined]


class PeriodForm(forms.Form):
    """From which day to which; the month it is where nothing is said."""

    def __init__(self, asked: Any, *, today: date) -> None:
        self.first, self.last = today.replace(day=1), today
        super().__init__(asked, initial={"from": self.first, "until": self.last}, auto_id="s-%s")
        for name, label in (("from", gettext_lazy("From")), ("until", gettext_lazy("Until"))):
            widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            self.fields[name] = forms.DateField(label=label, required=False, widget=widget)

    def clean(self) -> dict[str, Any]:
        typed: dict[str, Any] = super().clean() or {}
        first, last = typed.get("from") or self.first, typed.get("until") or self.last
        if last < first and not self.errors:
            self.add_error("until", gettext("It ends before it begins."))
        elif not self.errors:
            self.first, self.last = first, last
        return typed


def periods(today: date) -> list[tuple[Any, date, date]]:
    """Stretches that people ask for: this month, the last one, this year, the last one."""
    month = today.replace(day=1)
    before = month - timedelta(days=1)
    year = month.replace(month=1)
    return [
        (gettext("This month"), month, today),
        (gettext("Last month"), before.replace(day=1), before),
        (gettext("This year"), year, today),
        (gettext("Last year"), year.replace(year=year.year - 1), year - timedelta(days=1)),
    ]
