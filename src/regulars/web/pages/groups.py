"""Groups: those filled by hand, and what all groups have: members, pins, a name, a past."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from regulars.core.errors import Conflict, Forbidden, Invalid
from regulars.exchange.reading.lists import names_read
from regulars.groups.history import group_changes, group_history
from regulars.groups.selectors import GroupShown, groups_list, members_page
from regulars.groups.services import (
    group_create,
    group_delete,
    group_describe,
    group_rename,
    members_add,
    members_add_named,
    members_remove,
    pin_remove,
    pin_set,
)
from regulars.groups.using import group_users
from regulars.sales.cards import names_reached
from regulars.sales.finding import customers_glimpsed
from regulars.sales.selectors import business_get
from regulars.segments.showing import group_shown, pins_shown
from regulars.web.charts import bundle_version
from regulars.web.context import shop_of
from regulars.web.notices import notice_add
from regulars.web.requests import Request
from regulars.web.segmenting.belonging import changes_shown, reasons_shown, size_values, sizes_told
from regulars.web.written import Shop

PER_PAGE = 25
# A list of a million phones has 14 MB.
MOST_BYTES = 20 * 2**20
LATELY, MOST_FOUND = 8, 8
# How many days of the past a page may show; the middle one unless told otherwise.
PASTS = (30, 90, 365)


@require_GET
def groups(request: Request) -> HttpResponse:
    """The groups that people fill by hand."""
    found = groups_list(kinds=("manual",), visible_to=request.actor)
    context = {"groups": found, "may_edit": request.actor.may("segments.edit")}
    return render(request, "web/segments/groups.html", context)


@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """A new group, to be filled by hand."""
    request.actor.require("segments.edit")
    if request.method == "GET":
        return render(request, "web/segments/group_new.html")
    name, description = request.POST.get("name", ""), request.POST.get("description", "")
    try:
        made = group_create(name, description=description, actor=request.actor, at=timezone.now())
    except (Invalid, Conflict) as refusal:
        context = {"name": name, "description": description, "wrong": gettext(refusal.message) % refusal.facts}
        return render(request, "web/segments/group_new.html", context, status=422)
    notice_add(request, gettext("The group is there; add its first customers."))
    return redirect("group", made)


@require_GET
@vary_on_headers("HX-Request")
def group(request: Request, group_id: int) -> HttpResponse:
    """A group filled by hand, or a tier; htmx gets the members that follow."""
    found = group_shown(group_id, visible_to=request.actor)
    if found.kind == "automatic":
        return redirect("segment", group_id)
    shop = shop_of(business_get())
    if request.htmx:
        context = members_context(request, found) | {"shop": shop, "group": found}
        return render(request, "web/segments/_members.html", context)
    return render(request, "web/segments/group.html", group_context(request, found, shop))


def group_context(request: Request, group: GroupShown, shop: Shop) -> dict[str, Any]:
    """What the page of any group shows. At most fourteen queries."""
    actor, days = request.actor, _days(request)
    first = shop.today - timedelta(days=days)
    told = group_history(group.id, first=first, last=shop.today, visible_to=actor)
    sizes = sizes_told(told.sizes)
    may_see = actor.may("customers.see")
    changes = group_changes(group.id, first=first, last=shop.today, limit=LATELY, visible_to=actor) if may_see else ()
    names = names_reached({each.customer_id for each in changes}, visible_to=actor)
    return {
        "shop": shop,
        "group": group,
        "days": days,
        "pasts": PASTS,
        "sizes": sizes,
        "size_values": size_values(sizes, shop=shop),
        "chart_script": reverse("chart-script", args=[bundle_version()]),
        "reasons": reasons_shown(told.movements),
        "changes": list(changes_shown(changes, names)),
        "pins": pins_shown(group.id, visible_to=actor) if may_see and group.kind != "manual" else (),
        "may_edit": actor.may("segments.edit"),
        "may_fill": actor.may("groups.fill"),
        "users": group_users(group.id),
        "buys": _buys(group) if actor.may("reports.see") else "",
        **members_context(request, group),
        **_found(request),
    }


def _buys(group: GroupShown) -> str:
    """The report that says what the members buy more than others."""
    name = f"{group.tier_set}: {group.name}" if group.tier_set else group.name
    return f"{reverse('report', args=['preferences'])}?{urlencode({'segment': name})}"


def _days(request: Request) -> int:
    asked = request.GET.get("days", "")
    return int(asked) if asked.isascii() and asked.isdigit() and int(asked) in PASTS else PASTS[1]


def members_context(request: Request, group: GroupShown) -> dict[str, Any]:
    """Who is in the group, as far as one page shows it; nobody for whoever may not see customers."""
    if not request.actor.may("customers.see"):
        return {"members": None, "next": ""}
    cursor = request.GET.get("cursor") or None
    page = members_page(group.id, limit=PER_PAGE, cursor=cursor, visible_to=request.actor)
    following = f"{_address(group)}?{urlencode({'cursor': page.next_cursor})}" if page.next_cursor else ""
    return {"members": page.rows, "next": following, "is_later": cursor is not None}


def _address(group: GroupShown) -> str:
    return reverse("segment" if group.kind == "automatic" else "group", args=[group.id])


@require_GET
@vary_on_headers("HX-Request")
def find(request: Request, group_id: int) -> HttpResponse:
    """Customers to put into the group, as one types; without a script the page of the group shows them."""
    found = group_shown(group_id, visible_to=request.actor)
    if not request.htmx:
        return redirect(f"{_address(found)}?{urlencode({'find': request.GET.get('find', '')})}")
    return render(request, "web/segments/_found.html", {"group": found} | _found(request))


def _found(request: Request) -> dict[str, Any]:
    typed = request.GET.get("find", "").strip()
    if not typed or not request.actor.may("groups.fill"):
        return {"typed": "", "found": ()}
    country = business_get().country
    return {
        "typed": typed,
        "found": customers_glimpsed(typed, limit=MOST_FOUND, country=country, visible_to=request.actor),
    }


@require_POST
def members(request: Request, group_id: int) -> HttpResponse:
    """A customer is put in, taken out, pinned or no longer pinned."""
    found = group_shown(group_id, visible_to=request.actor)
    customer, act = request.POST.get("customer", ""), request.POST.get("act", "")
    if act not in ACTS or not (customer.isascii() and customer.isdigit() and len(customer) < 19):
        return redirect(_address(found))
    change, sentence = ACTS[act]
    change(group_id, [int(customer)], actor=request.actor, at=timezone.now())
    names = names_reached([int(customer)], visible_to=request.actor)
    notice_add(request, gettext(sentence) % {"name": names.get(int(customer)) or gettext("No name")})
    return redirect(_address(found))


def _pin_in(group_id: int, customer_ids: list[int], **by: Any) -> None:
    pin_set(group_id, customer_ids, is_in=True, **by)


def _pin_out(group_id: int, customer_ids: list[int], **by: Any) -> None:
    pin_set(group_id, customer_ids, is_in=False, **by)


ACTS: dict[str, tuple[Callable[..., Any], str]] = {
    "add": (members_add, "%(name)s is in the group."),
    "remove": (members_remove, "%(name)s is no longer in the group."),
    "in": (_pin_in, "%(name)s is pinned in, whatever the rule says."),
    "out": (_pin_out, "%(name)s is pinned out, whatever the rule says."),
    "unpin": (pin_remove, "The rule decides about %(name)s again."),
}


@require_http_methods(["GET", "POST"])
def imported(request: Request, group_id: int) -> HttpResponse:
    """Whoever a file names is put in; every row is accounted for."""
    if not request.actor.may("groups.fill"):
        raise Forbidden(actor=request.actor.name, right="groups.fill")
    found = group_shown(group_id, visible_to=request.actor)
    context: dict[str, Any] = {"group": found, "shop": shop_of(business_get())}
    if request.method == "GET":
        return render(request, "web/segments/group_import.html", context)
    upload = request.FILES.get("file")
    if upload is None or (upload.size or 0) > MOST_BYTES:
        told = {"most": MOST_BYTES // 2**20}
        context["wrong"] = gettext("Choose a file of up to %(most)s MB.") % told
        return render(request, "web/segments/group_import.html", context, status=422)
    try:
        with TemporaryDirectory() as folder:
            # The file's own name says of which kind it is, and nothing else.
            kept = Path(folder) / f"list{Path(str(upload.name)).suffix[:6].lower()}"
            kept.write_bytes(upload.read())
            names = names_read(kept)
        context["taken"] = members_add_named(group_id, names, actor=request.actor, at=timezone.now())
    except (Invalid, Conflict) as refusal:
        context["wrong"] = gettext(refusal.message) % refusal.facts
        return render(request, "web/segments/group_import.html", context, status=422)
    context["rows"] = len(names)
    return render(request, "web/segments/group_import.html", context)


@require_http_methods(["GET", "POST"])
def renamed(request: Request, group_id: int) -> HttpResponse:
    """Another name, which the rules that name the group follow, and what it is for."""
    request.actor.require("segments.edit")
    found = group_shown(group_id, visible_to=request.actor)
    if request.method == "GET":
        context = {"group": found, "name": found.name, "description": found.description}
        return render(request, "web/segments/group_rename.html", context)
    name, description = request.POST.get("name", ""), request.POST.get("description", "")
    try:
        group_rename(group_id, name, actor=request.actor, at=timezone.now())
        if description.strip() != found.description:
            group_describe(group_id, description, actor=request.actor, at=timezone.now())
    except (Invalid, Conflict) as refusal:
        wrong = gettext(refusal.message) % refusal.facts
        context = {"group": found, "name": name, "description": description, "wrong": wrong}
        return render(request, "web/segments/group_rename.html", context, status=422)
    notice_add(request, gettext("The changes were saved."))
    return redirect(_address(found))


@require_http_methods(["GET", "POST"])
def deleted(request: Request, group_id: int) -> HttpResponse:
    """Asks first; what uses the group stands in the way."""
    request.actor.require("segments.edit")
    found = group_shown(group_id, visible_to=request.actor)
    if request.method == "POST":
        group_delete(group_id, actor=request.actor, at=timezone.now())
        told = ngettext(
            "“%(name)s” is gone; its %(n)s customer stays.", "“%(name)s” is gone; its %(n)s customers stay.", found.size
        )
        notice_add(request, told % {"name": found.name, "n": found.size})
        return redirect("segments" if found.kind == "automatic" else "groups")
    context = {"group": found, "users": group_users(group_id)}
    return render(request, "web/segments/group_delete.html", context)


urlpatterns = [
    path("segments/groups", groups, name="groups"),
    path("segments/groups/new", new, name="group-new"),
    path("segments/groups/<int:group_id>", group, name="group"),
    path("segments/groups/<int:group_id>/find", find, name="group-find"),
    path("segments/groups/<int:group_id>/members", members, name="group-members"),
    path("segments/groups/<int:group_id>/import", imported, name="group-import"),
    path("segments/groups/<int:group_id>/rename", renamed, name="group-rename"),
    path("segments/groups/<int:group_id>/delete", deleted, name="group-delete"),
]
