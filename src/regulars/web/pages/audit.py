"""Who did what: the log, narrowed and read page by page."""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from regulars.access.selectors import AuditFilter, AuditShown, actor_names, audit_list
from regulars.core.days import timezone_of
from regulars.sales.selectors import business_get
from regulars.web.requests import Request

ROWS = 50
# The page that shows a subject, by its kind.
PAGES = {"customer": "customer", "import": "import", "person": "person", "store": "store"}


class NarrowForm(forms.Form):
    actor = forms.ChoiceField(label=_("Who"), required=False)
    verb = forms.CharField(
        label=_("Did what"), required=False, max_length=64, help_text=_("Such as sales.profile_open.")
    )
    customer = forms.IntegerField(label=_("Customer number"), required=False, min_value=1)
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    before = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, names: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = sorted(names.items(), key=lambda each: each[1])
        self.fields["actor"].choices = [("", _("Anybody")), ("operator", _("Operator")), *known]  # type: ignore[attr-defined]


class Row(NamedTuple):
    """An entry, the address of what it is about (empty: there is no page), and its facts in words."""

    entry: AuditShown
    url: str
    facts: str


class Chip(NamedTuple):
    """What narrows the list, and the parameter that goes when it is taken away."""

    name: str
    label: object
    value: object


@require_GET
def audit(request: Request) -> HttpResponse:
    """The newest entries that fit, a page at a time."""
    request.actor.require("audit.see")
    names = actor_names()
    form = NarrowForm(request.GET, names=names)
    told: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    wanted = _filter(told, timezone=timezone_of(business_get().timezone))
    entries = audit_list(wanted, limit=ROWS + 1, visible_to=request.actor)
    context = {
        "form": form,
        "rows": [Row(entry, _page_of(entry), _in_words(entry.facts)) for entry in entries[:ROWS]],
        "chips": _chips(form, told, names),
        "older": entries[ROWS - 1].n if len(entries) > ROWS else None,
        "is_later": wanted.before is not None,
    }
    return render(request, "web/audit/page.html", context, status=200 if form.is_valid() else 422)


def _filter(told: Mapping[str, Any], *, timezone: ZoneInfo) -> AuditFilter:
    since, until, customer = told.get("since"), told.get("until"), told.get("customer")
    return AuditFilter(
        actor=told.get("actor") or None,
        verb=(told.get("verb") or "").strip() or None,
        subject_kind="customer" if customer else None,
        subject_id=customer,
        since=since and datetime.combine(since, time.min, timezone),
        until=until and datetime.combine(until, time.max, timezone),
        before=told.get("before"),
    )


def _chips(form: NarrowForm, told: Mapping[str, Any], names: Mapping[str, str]) -> list[Chip]:
    shown = {name: told.get(name) for name in ("actor", "verb", "customer", "since", "until")}
    if shown["actor"]:
        shown["actor"] = names.get(shown["actor"], shown["actor"])
    return [Chip(name, form.fields[name].label, value) for name, value in shown.items() if value]


def _page_of(entry: AuditShown) -> str:
    name = PAGES.get(entry.subject_kind)
    try:
        return reverse(name, args=[entry.subject_id]) if name else ""
    except NoReverseMatch:
        return ""


def _in_words(facts: Mapping[str, object]) -> str:
    """The facts on one line: "fields: name, city"; what is empty is left out."""
    told = {name: ", ".join(map(str, value)) if isinstance(value, list) else value for name, value in facts.items()}
    return "; ".join(f"{name}: {value}" for name, value in told.items() if value not in ("", None))


urlpatterns = [path("audit", audit, name="audit")]
