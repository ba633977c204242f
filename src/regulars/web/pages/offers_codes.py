"""Codes of an offer: making them, how far they are used, and a sheet of them to print."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from regulars.core.errors import Conflict, Forbidden, Invalid
from regulars.groups.history import members_on
from regulars.offers.errors import CouponTaken, OfferWrong
from regulars.offers.giving import coupon_make, coupons_make
from regulars.offers.selectors import CouponShown, OfferShown, coupons_list
from regulars.offers.showing import offer_by_id
from regulars.sales.cards import names_reached
from regulars.sales.selectors import business_get
from regulars.segments.showing import groups_named
from regulars.web.codes import qr_drawn
from regulars.web.context import shop_of
from regulars.web.notices import notice_add
from regulars.web.requests import Request

KINDS = {
    "shared": gettext_lazy("One code for everybody"),
    "single": gettext_lazy("Codes for whoever holds them"),
    "customers": gettext_lazy("A code for each customer of a group"),
}
PER_PAGE, PER_SHEET = 100, 48
MOST_MADE = 10_000
_NUMBER = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})


class CodesForm(forms.Form):
    """Which codes are to be made."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What to make"), choices=list(KINDS.items()), widget=forms.RadioSelect, initial="single"
    )
    code = forms.CharField(
        label=gettext_lazy("The code"), required=False, max_length=32,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        help_text=gettext_lazy("3 to 32 letters and digits, such as SPRING."),
    )  # fmt: skip
    count = forms.IntegerField(
        label=gettext_lazy("How many"), required=False, min_value=1, max_value=MOST_MADE, initial=20
    )
    group = forms.ChoiceField(label=gettext_lazy("Group, segment or tier"), required=False)
    most_uses = forms.IntegerField(
        label=gettext_lazy("Each can be used so often"), required=False, min_value=1, max_value=10**6, initial=1,
        widget=_NUMBER,
        help_text=gettext_lazy("Empty: any number of times."),
    )  # fmt: skip
    last_day = forms.DateField(
        label=gettext_lazy("Last day"), required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Empty: as long as the offer runs."),
    )  # fmt: skip

    def __init__(self, typed: Any, *, groups: list[tuple[str, str]], today: date) -> None:
        super().__init__(typed, auto_id="c-%s")
        self.today = today
        self.fields["group"].choices = [("", "—"), *groups]  # type: ignore[attr-defined]

    def clean_last_day(self) -> date | None:
        """A code whose last day is over would lead to nothing."""
        last: date | None = self.cleaned_data["last_day"]
        if last is not None and last < self.today:
            raise forms.ValidationError(gettext("That day is over; write today or a day to come."))
        return last

    def clean(self) -> dict[str, Any]:
        """Each kind needs one thing of its own."""
        typed: dict[str, Any] = super().clean() or {}
        needed = {"shared": "code", "single": "count", "customers": "group"}.get(typed.get("kind", ""))
        sentences = {
            "code": gettext("Write the code."),
            "count": gettext("Write how many codes to make."),
            "group": gettext("Choose whose customers get a code each."),
        }
        if needed and not typed.get(needed) and needed not in self.errors:
            self.add_error(needed, sentences[needed])
        return typed


@require_http_methods(["GET", "POST"])
def codes(request: Request, offer_id: int) -> HttpResponse:
    """The codes there are, and a form for new ones."""
    request.actor.require("offers.edit")
    held = offer_by_id(offer_id, visible_to=request.actor)
    groups = [(str(each.id), each.name) for each in groups_named(visible_to=request.actor)]
    today = shop_of(business_get()).today
    form = CodesForm(request.POST if request.method == "POST" else None, groups=groups, today=today)
    if form.is_bound and form.is_valid():
        made = _made(request, form, held, timezone.now())
        if made is not None:
            told = ngettext("%(n)s code was made.", "%(n)s codes were made.", made) % {"n": made}
            notice_add(request, told)
            return redirect("offer-codes", offer_id)
    context = _listed(request, held) | {"form": form, "needs_code": held.terms.conditions.needs_code}
    return render(request, "web/offers/codes.html", context, status=422 if form.is_bound else 200)


def _made(request: Request, form: CodesForm, held: OfferShown, at: datetime) -> int | None:
    """How many codes were made; None, with a sentence in the form, where none could be."""
    told = form.cleaned_data
    how = {"most_uses": told["most_uses"], "last_day": told["last_day"], "actor": request.actor, "at": at}
    try:
        if told["kind"] == "shared":
            coupon_make(held.id, told["code"], **how)
            return 1
        if told["kind"] == "single":
            return len(coupons_make(held.id, count=told["count"], **how))
        members = members_on(int(told["group"]), shop_of(business_get()).today)
        if not members:
            form.add_error("group", gettext("Nobody is in it; choose another."))
            return None
        return len(coupons_make(held.id, customer_ids=list(members), **how))
    except OfferWrong as refusal:
        place = {"shared": "code", "customers": "group"}.get(told["kind"], "count")
        for fault in refusal.faults:
            words = gettext(fault.message)
            form.add_error(fault.place if fault.place in form.fields else place, f"{words[:1].upper()}{words[1:]}.")
    except CouponTaken as refusal:
        form.add_error("code", gettext(refusal.message) % refusal.facts)
    except (Invalid, Conflict, Forbidden) as refusal:
        form.add_error(None, gettext(refusal.message) % refusal.facts)
    return None


def _listed(request: Request, held: OfferShown) -> dict[str, Any]:
    """A page of the codes, the newest first, with the names of those they are for."""
    shop = shop_of(business_get())
    found = list(reversed(coupons_list(held.id, visible_to=request.actor)))
    page = _page(request)
    shown = found[(page - 1) * PER_PAGE : page * PER_PAGE]
    ids = {each.customer_id for each in shown if each.customer_id is not None}
    names = names_reached(ids, visible_to=request.actor) if ids and request.actor.may("customers.see") else {}
    return {
        "shop": shop,
        "offer": held,
        "count": len(found),
        "used": sum(each.used for each in found),
        "open": sum(_is_open(each, shop.today) for each in found),
        "rows": [(each, names.get(each.customer_id or 0), each.customer_id) for each in shown],
        "before": page - 1,
        "after": page + 1 if page * PER_PAGE < len(found) else 0,
    }


def _page(request: Request) -> int:
    asked = request.GET.get("page", "1")
    return max(1, int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1


def _is_open(coupon: CouponShown, today: date) -> bool:
    is_over = coupon.last_day is not None and coupon.last_day < today
    return not is_over and (coupon.left is None or coupon.left > 0)


@require_GET
def sheet(request: Request, offer_id: int) -> HttpResponse:
    """Codes that can still be used, to be printed and cut: the code, its QR, what it gives and until when."""
    request.actor.require("offers.edit")
    held = offer_by_id(offer_id, visible_to=request.actor)
    shop = shop_of(business_get())
    listed = reversed(coupons_list(offer_id, visible_to=request.actor))
    found = [each for each in listed if _is_open(each, shop.today)]
    page = _page(request)
    shown = found[(page - 1) * PER_SHEET : page * PER_SHEET]
    pages = max(1, -(-len(found) // PER_SHEET))
    context = {
        "shop": shop,
        "offer": held,
        "coupons": [(each, qr_drawn(each.code), each.last_day or held.terms.conditions.last_day) for each in shown],
        "page": page,
        "pages": pages,
        "before": page - 1,
        "after": page + 1 if page < pages else 0,
    }
    return render(request, "web/offers/sheet.html", context)


urlpatterns = [
    path("offers/<int:offer_id>/codes", codes, name="offer-codes"),
    path("offers/<int:offer_id>/codes/sheet", sheet, name="offer-codes-sheet"),
]
