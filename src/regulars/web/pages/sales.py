"""The list of sales."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from regulars.sales.cards import names_reached
from regulars.sales.numbered import sales_numbered
from regulars.sales.paging import SaleFilter, SaleRow, sales_page
from regulars.sales.selectors import business_get, stores_all
from regulars.web.context import shop_of
from regulars.web.narrowing import Chip
from regulars.web.pages import receipt
from regulars.web.requests import Request
from regulars.web.written import Shop

PER_PAGE = 50
KIND_LABELS = {"sale": gettext_lazy("sale"), "return": gettext_lazy("return")}
STATUS_LABELS = {"completed": gettext_lazy("completed"), "voided": gettext_lazy("voided")}
LABELS = {
    "store": gettext_lazy("Store"),
    "day_from": gettext_lazy("Since"),
    "day_to": gettext_lazy("Until"),
    "kind": gettext_lazy("Kind"),
    "status": gettext_lazy("Status"),
}


def _day(label: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date", "aria-label": label}, format="%Y-%m-%d")
    return forms.DateField(required=False, widget=widget)


class SalesForm(forms.Form):
    """What narrows the list of sales, as typed."""

    store = forms.ChoiceField(required=False)
    day_from, day_to = _day(LABELS["day_from"]), _day(LABELS["day_to"])
    kind = forms.ChoiceField(required=False, choices=[("", pgettext_lazy("kind", "Any")), *KIND_LABELS.items()])
    status = forms.ChoiceField(required=False, choices=[("", pgettext_lazy("status", "Any")), *STATUS_LABELS.items()])

    def __init__(self, asked: QueryDict, *, stores: Sequence[str]) -> None:
        super().__init__(asked, auto_id="f-%s")
        self.fields["store"].choices = [("", gettext("Any")), *((name, name) for name in stores)]  # type: ignore[attr-defined]

    def wanted(self) -> SaleFilter:
        """The filter. After `is_valid`."""
        return SaleFilter(**{name: value or None for name, value in self.cleaned_data.items()})


@require_GET
@vary_on_headers("HX-Request")
def sales(request: Request) -> HttpResponse:
    """The newest sales, or those of a number; htmx gets the rows that follow."""
    request.actor.require("sales.see")
    number = request.GET.get("q", "").strip()
    shop = shop_of(business_get())
    form = SalesForm(request.GET, stores=[store.name for store in stores_all(visible_to=request.actor)])
    context: dict[str, Any] = {"form": form, "shop": shop, "q": number, "next": "", "chips": (), "rows": ()}
    if number:
        numbered = sales_numbered(number, visible_to=request.actor)
        if len(numbered) == 1:
            return redirect("sale", numbered[0].uid)
        context["rows"] = _rows(request, numbered)
        return render(request, "web/sales/list.html", context)
    if not form.is_valid():
        return render(request, "web/sales/list.html", context | {"is_open": True}, status=422)
    state = {name: value for name in LABELS if (value := request.GET.get(name, "").strip())}
    cursor = request.GET.get("cursor") or None
    page = sales_page(form.wanted(), limit=PER_PAGE, cursor=cursor, visible_to=request.actor)
    following = f"?{urlencode(state | {'cursor': page.next_cursor})}" if page.next_cursor else ""
    context |= {
        "rows": _rows(request, page.rows),
        "next": following,
        "is_later": cursor is not None,
        "first": f"?{urlencode(state)}",
    }
    context["chips"] = list(_chips(form, state, shop=shop))
    template = "web/sales/_rows.html" if request.htmx else "web/sales/list.html"
    return render(request, template, context)


def _rows(request: Request, rows: Sequence[SaleRow]) -> list[tuple[SaleRow, str | None]]:
    """The sales, each with the name of its customer; None for anonymous ones, empty for a name one may not know."""
    ids = {row.customer_id for row in rows if row.customer_id is not None}
    names = names_reached(ids, visible_to=request.actor)
    unnamed = gettext("No name")
    return [
        (
            row,
            None
            if row.customer_id is None
            else (names[row.customer_id] or unnamed)
            if row.customer_id in names
            else "",
        )
        for row in rows
    ]


def _chips(form: SalesForm, state: Mapping[str, str], *, shop: Shop) -> Iterator[Chip]:
    for name, label in LABELS.items():
        value = form.cleaned_data[name]
        if value:
            shown = shop.day(value) if name.startswith("day_") else (KIND_LABELS | STATUS_LABELS).get(value, value)
            rest = {other: text for other, text in state.items() if other != name}
            yield Chip(f"{label}: {shown}", f"?{urlencode(rest)}")


urlpatterns = [path("sales", sales, name="sales"), *receipt.urlpatterns]
