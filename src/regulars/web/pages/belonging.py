"""Why a customer is in a group or is not, and all customers of a filter into a group."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_http_methods
from django.views.decorators.vary import vary_on_headers

from regulars.groups.errors import GroupUnknown
from regulars.groups.services import members_add
from regulars.sales.cards import card_get
from regulars.sales.narrowing import customers_count, customers_narrowed
from regulars.sales.selectors import business_get
from regulars.segments.showing import group_explained, groups_named
from regulars.web.context import shop_of
from regulars.web.narrowing import chips_of, state_of
from regulars.web.notices import notice_add
from regulars.web.pages.customers import narrowing_asked
from regulars.web.requests import Request

# More at once would keep tills waiting; a segment holds any number.
MOST_ADDED = 20_000


@require_GET
@vary_on_headers("HX-Request")
def why(request: Request, customer_id: int) -> HttpResponse:
    """The rule of a group, clause by clause, as it stands for one customer."""
    card = card_get(customer_id, visible_to=request.actor)
    asked = request.GET.get("group", "")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 19):
        raise GroupUnknown(name=asked, hint="")
    told = group_explained(int(asked), customer_id, at=timezone.now(), visible_to=request.actor)
    context: dict[str, Any] = {"shop": shop_of(business_get()), "why": told, "card": card}
    return render(request, f"web/customers/{'_why' if request.htmx else 'why'}.html", context)


@require_http_methods(["GET", "POST"])
def all_to_group(request: Request) -> HttpResponse:
    """Asks into which group, and puts everybody in whom the filter of the list lets through."""
    request.actor.require("groups.fill")
    shop = shop_of(business_get())
    form = narrowing_asked(request, shop)
    state = state_of(request.GET)
    if not form.is_valid() or state.get("q"):
        return redirect(f"{reverse('customers')}?{request.GET.urlencode()}")
    wanted = form.wanted(today=shop.today)
    counted = customers_count(wanted, at_most=MOST_ADDED, visible_to=request.actor)
    manual = [each for each in groups_named(visible_to=request.actor) if each.kind == "manual"]
    context: dict[str, Any] = {
        "shop": shop, "groups": manual, "counted": counted, "chips": list(chips_of(form, state, shop=shop)),
        "most": MOST_ADDED, "back": request.GET.urlencode(),
    }  # fmt: skip
    if request.method == "GET":
        return render(request, "web/customers/to_group.html", context)
    chosen = next((each for each in manual if str(each.id) == request.POST.get("group", "")), None)
    if chosen is None or not counted.is_exact:
        context["wrong"] = gettext("Choose a group.") if counted.is_exact else ""
        return render(request, "web/customers/to_group.html", context, status=422)
    ids = list(customers_narrowed(wanted, visible_to=request.actor).values_list("id", flat=True))
    added = members_add(chosen.id, ids, actor=request.actor, at=timezone.now())
    told = ngettext("%(n)s customer is new in “%(name)s”.", "%(n)s customers are new in “%(name)s”.", added)
    notice_add(request, told % {"n": shop.count(added), "name": chosen.name})
    return redirect("group", chosen.id)


urlpatterns = [
    path("customers/<int:customer_id>/why", why, name="customer-why"),
    path("customers/to-group", all_to_group, name="customers-to-group"),
]
