"""Amounts as they are typed into forms."""

from typing import Any

from django import forms
from django.utils.translation import gettext

from regulars.core.errors import Invalid
from regulars.core.money import amount_milli, amount_minor

MINUS = "\N{MINUS SIGN}"


class MoneyField(forms.CharField):
    """An amount, read with the decimals of the currency; `is_rate`: to a thousandth of its smallest coin."""

    def __init__(self, *, places: int = 2, is_rate: bool = False, **more: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(max_length=32, widget=widget, **more)
        self.places, self.is_rate = places, is_rate

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return amount_milli(text, places=self.places) if self.is_rate else amount_minor(text, places=self.places)
        except Invalid as refusal:
            raise forms.ValidationError(gettext(refusal.message) % refusal.facts) from None
