"""Every component in every state, with content as a shop has it."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from regulars.web.requests import Request
from regulars.web.written import Shop

SHOP = Shop(
    name="Harbour Coffee", currency="KES", country="KE", timezone=ZoneInfo("Africa/Nairobi"), cutoff_minutes=0,
    language="en", at=datetime(2026, 11, 21, 12, 0, tzinfo=UTC),
)  # fmt: skip
ROWS = (
    ("Anna Maria Okoth", "+254 712 345 678", "Gold", 18_450_00, 42, date(2026, 11, 20)),
    ("Benjamin Wekesa-Thorbjørnsson", "+254 722 000 111", "Standard", 2_310_50, 7, date(2026, 11, 2)),
    ("", "+254 700 555 019", "Standard", -120_00, 1, date(2026, 3, 14)),
)


class PatternForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label=_("Name"), max_length=100)
    phone = forms.CharField(label=_("Phone"), required=False, help_text=_("As it is dialled here, or with +."))
    email = forms.EmailField(label=_("E-mail"), required=False)
    birth_date = forms.DateField(
        label=_("Birth date"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    store = forms.ChoiceField(label=_("Store"), choices=[("w", "Westlands"), ("k", "Karen")])
    limit = forms.IntegerField(label=_("Limit on account"), required=False)
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea)
    role = forms.ChoiceField(
        label=_("Role"), choices=[("cashier", _("Cashier")), ("manager", _("Manager"))], widget=forms.RadioSelect
    )
    stores = forms.MultipleChoiceField(
        label=_("Stores"), required=False, choices=[("w", "Westlands"), ("k", "Karen")],
        widget=forms.CheckboxSelectMultiple, help_text=_("None ticked: every store."),
    )  # fmt: skip
    is_active = forms.BooleanField(
        label=_("May sign in"), required=False, help_text=_("Unticking signs the person out.")
    )


@require_GET
def patterns(request: Request) -> HttpResponse:
    """The page of patterns. No query."""
    wrong = PatternForm(
        {"name": "", "phone": "07-nonsense", "email": "anna@", "limit": "-3", "store": "w", "role": "x"}
    )
    wrong.add_error(None, _("These details belong to another customer already; open that one instead."))
    wrong.add_error("phone", _('"07-nonsense" is no phone number; write it as it is dialled here or with + in front.'))
    context = {"shop": SHOP, "rows": ROWS, "form": PatternForm(initial={"name": "Anna Maria Okoth"}), "wrong": wrong}
    return render(request, "web/patterns.html", context)


urlpatterns = [path("patterns", patterns, name="patterns")]
