"""The list of customers; for those who may not see profiles, the finder."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from regulars.core.errors import Forbidden
from regulars.sales.finding import customers_find, customers_glimpsed
from regulars.sales.listing import customer_rows, customers_among, customers_page
from regulars.sales.narrowing import CustomerFilter, customers_count
from regulars.sales.selectors import business_get, stores_all
from regulars.web.context import shop_of
from regulars.web.narrowing import (
    COLUMNS,
    DEFAULT_SORT,
    LABELS,
    NAME,
    Column,
    NarrowForm,
    chips_of,
    columns_asked,
    columns_of,
    lines_of,
    sort_of,
    state_of,
)
from regulars.web.pages import charts, customer
from regulars.web.requests import Request
from regulars.web.segmenting.narrowed import rule_of_filter
from regulars.web.written import Shop

PER_PAGE = 50
# As many as one reads through while typing; who is further back is found by typing more.
MOST_FOUND = 15
GLIMPSED = 12
_COLUMNS_KEPT = "customer_columns"


@require_GET
@vary_on_headers("HX-Request")
def customers(request: Request) -> HttpResponse:
    """The list, or what is asked of it: htmx gets what was found, or the rows that follow."""
    if not request.actor.may("customers.see"):
        return _finder(request)
    shop = shop_of(business_get())
    form = narrowing_asked(request, shop)
    context = _shared(request, shop)
    if not form.is_valid():
        context |= {"form": form, "lines": (), "is_open": True}
        return render(request, _template(request, "_found"), context, status=422)
    context |= _listed(request, form, shop=shop, columns=context["columns"])
    response = render(request, _template(request, context.pop("fragment")), context | {"form": form})
    if request.htmx and not request.GET.get("cursor"):
        response["HX-Replace-Url"] = f"{reverse('customers')}?{urlencode(context['state'])}"
    return response


@require_GET
@vary_on_headers("HX-Request")
def counted(request: Request) -> HttpResponse:
    """How many customers the filter lets through; asked for when the list is there."""
    shop = shop_of(business_get())
    form = narrowing_asked(request, shop)
    found = customers_count(form.wanted(today=shop.today), visible_to=request.actor) if form.is_valid() else None
    template = "web/customers/_count.html" if request.htmx else "web/customers/count.html"
    return render(request, template, {"counted": found, "state": urlencode(state_of(request.GET))})


def _template(request: Request, fragment: str) -> str:
    return f"web/customers/{fragment}.html" if request.htmx else "web/customers/list.html"


def narrowing_asked(request: Request, shop: Shop) -> NarrowForm:
    """The filter that the address asks for."""
    # What is typed is answered without the form around it.
    names = {name for name in LABELS if request.GET.get(name)} if request.htmx else None
    is_needed = names is None or "store" in names
    stores = [store.name for store in stores_all(visible_to=request.actor)] if is_needed else []
    return NarrowForm(request.GET, stores=stores, currency=shop.currency, names=names)


def _shared(request: Request, shop: Shop) -> dict[str, Any]:
    state = state_of(request.GET)
    shown = _columns(request)
    sort = sort_of(request.GET)
    return {
        "shop": shop,
        "q": state.get("q", ""),
        "state": state,
        "columns": shown,
        "all_columns": [(column, column.name in {each.name for each in shown}) for column in COLUMNS],
        "headings": [_heading(column, sort, state) for column in (NAME, *shown)],
        "sort": state.get("sort", ""),
        "add": _adding(request, state.get("q", "")),
        "can_add": request.actor.may("customers.create"),
    }


def _listed(request: Request, form: NarrowForm, *, shop: Shop, columns: tuple[Column, ...]) -> dict[str, Any]:
    """What the filter and the search leave, as far as one page shows it."""
    wanted, state = form.wanted(today=shop.today), state_of(request.GET)
    chips = list(chips_of(form, state, shop=shop))
    parts = {column.part for column in columns}
    context: dict[str, Any] = {"chips": chips, "is_open": False, "fragment": "_found", "next": ""}
    if state.get("q"):
        ids = customers_find(state["q"], limit=MOST_FOUND, country=shop.country, visible_to=request.actor)
        # Whom the search finds are active and within reach: without a filter nothing narrows them further.
        is_plain = wanted == CustomerFilter()
        rows = (
            customer_rows(ids, parts=parts)
            if is_plain
            else customers_among(ids, wanted, parts=parts, visible_to=request.actor)
        )
        context |= {"is_search": True, "is_cut": len(ids) == MOST_FOUND}
    else:
        cursor = request.GET.get("cursor") or None
        page = customers_page(
            wanted, sort=sort_of(request.GET), limit=PER_PAGE, cursor=cursor, parts=parts, visible_to=request.actor
        )
        rows = list(page.rows)
        context |= {"next": _with(state, cursor=page.next_cursor), "is_later": cursor is not None}
        context["fragment"] = "_rows" if cursor else "_found"
    if chips and not state.get("q"):
        context |= _ways_on(request, form, shop)
    context["counting"] = urlencode({name: text for name, text in state.items() if name in LABELS})
    return context | {"lines": lines_of(rows, columns, shop=shop)}


def _ways_on(request: Request, form: NarrowForm, shop: Shop) -> dict[str, Any]:
    """Where a filter leads that is worth keeping: to a segment, and into a group; as the actor may."""
    rule = rule_of_filter(form.cleaned_data, currency=shop.currency) if request.actor.may("segments.edit") else ""
    return {"rule": urlencode({"rule": rule}) if rule else "", "may_fill": request.actor.may("groups.fill")}


def _columns(request: Request) -> tuple[Column, ...]:
    """The columns the address names, which are remembered; else those remembered; else the usual ones."""
    asked = columns_asked(request.GET)
    if not asked:
        return columns_of(request.session.get(_COLUMNS_KEPT, ()))
    shown = columns_of(asked)
    names = [column.name for column in shown]
    if request.session.get(_COLUMNS_KEPT) != names:
        request.session[_COLUMNS_KEPT] = names
    return shown


def _heading(column: Column, sort: str, state: dict[str, str]) -> dict[str, Any]:
    """The heading of a column: where it leads, and how the list is sorted by it now."""
    is_current = bool(column.sort) and sort.removeprefix("-") == column.sort.removeprefix("-")
    if state.get("q"):
        # What a search finds is in the order of its likeliness.
        return {"column": column, "direction": "", "url": ""}
    turned = sort.removeprefix("-") if sort.startswith("-") else f"-{sort}"
    wanted = turned if is_current else column.sort
    direction = "" if not is_current else "descending" if sort.startswith("-") else "ascending"
    url = _with(state, sort=None if wanted == DEFAULT_SORT else wanted) if column.sort else ""
    return {"column": column, "direction": direction, "url": url}


def _with(state: dict[str, str], **changes: str | None) -> str:
    """The address of the list with these changes; empty where the change is a cursor that leads nowhere."""
    if "cursor" in changes and changes["cursor"] is None:
        return ""
    told = {name: value for name, value in (state | changes).items() if value}
    return f"?{urlencode(told)}"


def _finder(request: Request) -> HttpResponse:
    """For a cashier: who is meant by what is typed, and no more of them than a till needs."""
    if not request.actor.may("customers.find"):
        raise Forbidden(actor=request.actor.name, right="customers.find")
    typed = request.GET.get("q", "").strip()
    country = business_get().country
    found = customers_glimpsed(typed, limit=GLIMPSED, country=country, visible_to=request.actor) if typed else ()
    context = {
        "q": typed,
        "found": found,
        "add": _adding(request, typed),
        "can_add": request.actor.may("customers.create"),
    }
    return render(request, f"web/customers/{'_glimpses' if request.htmx else 'finder'}.html", context)


def _adding(request: Request, typed: str) -> str:
    """The way to a new customer with what was typed; empty for whoever may not."""
    if not typed or not request.actor.may("customers.create"):
        return ""
    kind = "email" if "@" in typed else "name" if any(letter.isalpha() for letter in typed) else "phone"
    return f"{reverse('customer-new')}?{urlencode({kind: typed})}"


urlpatterns = [
    path("customers", customers, name="customers"),
    path("customers/count", counted, name="customers-count"),
    *customer.urlpatterns,
    *charts.urlpatterns,
]
