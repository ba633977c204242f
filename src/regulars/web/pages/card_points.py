"""Points, credit and account with what moves them; a code to spend points at the till; the customer's offers."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from regulars.access.till_codes import TillCodeMade, till_code_make
from regulars.balances.rules import PolicyTerms, points_worth
from regulars.balances.selectors import balances_of, balances_timeline, policy_in_force
from regulars.checkout.standing import tiers_of
from regulars.sales.selectors import business_get
from regulars.web.card.door import CardRequest, customers_only
from regulars.web.card.offering import offers_for
from regulars.web.codes import qr_drawn
from regulars.web.context import shop_of
from regulars.web.written import Shop

# So many movements are listed; older ones are on the receipts.
LISTED = 20


class RedeemForm(forms.Form):
    """How many points are to be spent."""

    points = forms.IntegerField(label=_("Points to spend"), widget=forms.NumberInput(attrs={"inputmode": "numeric"}))

    def __init__(self, *told: Any, least: int, most: int, **more: Any) -> None:
        super().__init__(*told, **more)
        self.least, self.most = least, most
        self.fields["points"].widget.attrs |= {"min": least, "max": most}

    def clean_points(self) -> int:
        points: int = self.cleaned_data["points"]
        if not self.least <= points <= self.most:
            told = gettext("You can spend from %(least)s to %(most)s points.")
            raise forms.ValidationError(told % {"least": self.least, "most": self.most})
        return points


@customers_only
@require_GET
def points(request: CardRequest) -> HttpResponse:
    """What the customer holds, when it expires, what is missing to the next tier, and what moved lately."""
    shop = shop_of(business_get())
    held = balances_of(request.customer_id, at=request.at, visible_to=request.customer)
    policy = policy_in_force(shop.today)
    context = {
        "balances": held,
        "tiers": tiers_of(request.customer_id, at=request.at),
        "movements": balances_timeline(request.customer_id, limit=LISTED, visible_to=request.customer),
        "may_redeem": _most(policy, held.points) > 0,
        "shop": shop,
        "place": "points",
    }
    return render(request, "web/card/points.html", context)


@customers_only
@require_http_methods(["GET", "POST"])
def redeem(request: CardRequest) -> HttpResponse:
    """Asks how many points, and shows the code for them: once, as nothing of it is kept that could show it again."""
    shop = shop_of(business_get())
    policy = policy_in_force(shop.today)
    held = balances_of(request.customer_id, at=request.at, visible_to=request.customer)
    most = _most(policy, held.points)
    context: dict[str, Any] = {"balances": held, "shop": shop, "place": "points", "policy": policy, "most": most}
    if policy is None or not most:
        return render(request, "web/card/redeem.html", context)
    told = request.POST if request.method == "POST" else None
    form = RedeemForm(told, least=policy.least_points_redeemed, most=most, initial={"points": most})
    if form.is_valid():
        made = till_code_make(form.cleaned_data["points"], actor=request.customer, at=request.at)
        return render(request, "web/card/redeem_code.html", context | _code(made, policy, request, shop))
    context |= {"form": form, "worth_of_all": points_worth(most, policy.point_value_milli)}
    return render(request, "web/card/redeem.html", context, status=422 if form.is_bound else 200)


@customers_only
@require_GET
def offers(request: CardRequest) -> HttpResponse:
    """What the customer can have for less, and until when."""
    shop = shop_of(business_get())
    mine = offers_for(request.customer_id, shop=shop)
    return render(request, "web/card/offers.html", {"offers": mine, "shop": shop, "place": "offers"})


def _most(policy: PolicyTerms | None, held: int) -> int:
    """How many points the customer could spend at most now; 0: none."""
    if policy is None or not policy.point_value_milli or held < policy.least_points_redeemed:
        return 0
    return held


def _code(made: TillCodeMade, policy: PolicyTerms, request: CardRequest, shop: Shop) -> dict[str, Any]:
    return {
        "code": f"{made.code[:3]} {made.code[3:]}",
        "qr": qr_drawn(made.code),
        "points": made.points,
        "points_words": ngettext("%(n)s point", "%(n)s points", made.points) % {"n": shop.count(made.points)},
        "worth": points_worth(made.points, policy.point_value_milli),
        "expires_at": made.expires_at,
        "seconds": int((made.expires_at - request.at).total_seconds()),
    }


urlpatterns = [
    path("card/points", points, name="card-points"),
    path("card/redeem", redeem, name="card-redeem"),
    path("card/offers", offers, name="card-offers"),
]
