"""What the shop owes in points and credit, and who owes it on account, by age."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from regulars.balances.ageing import Ageing
from regulars.balances.selectors import accounts_ageing, liability
from regulars.sales.selectors import business_get
from regulars.web.balances.forms import PeriodForm, periods
from regulars.web.context import shop_of
from regulars.web.requests import Request

# So many days of expiry are listed.
_LISTED = 12


@require_GET
def owed(request: Request) -> HttpResponse:
    """Each book over some days: opening, what moved by kind, closing, worth, and what expires when."""
    shop = shop_of(business_get())
    form = PeriodForm(request.GET if "from" in request.GET or "until" in request.GET else None, today=shop.today)
    is_wrong = form.is_bound and not form.is_valid()
    found = liability(first=form.first, last=form.last, visible_to=request.actor)
    books = [(each, sorted(each.by_kind.items()), each.expiring[:_LISTED]) for each in found]
    context = {
        "shop": shop,
        "form": form,
        "books": books,
        "periods": periods(shop.today),
        "may_see_accounts": request.actor.may("customers.find") or request.actor.may("customers.see"),
    }
    return render(request, "web/balances/liability.html", context, status=422 if is_wrong else 200)


@require_GET
def accounts(request: Request) -> HttpResponse:
    """Everybody who owes on account, who owes most first, by how long they have."""
    shop = shop_of(business_get())
    found = accounts_ageing(today=shop.today, visible_to=request.actor)
    sums = Ageing(*(sum(each) for each in zip(*(owing.ageing for owing in found), strict=True))) if found else Ageing()
    return render(request, "web/balances/accounts.html", {"shop": shop, "owing": found, "sums": sums})


urlpatterns = [
    path("offers/loyalty/liability", owed, name="liability"),
    path("offers/loyalty/accounts", accounts, name="accounts"),
]
