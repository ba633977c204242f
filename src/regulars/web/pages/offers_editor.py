"""The editor of an offer, with a basket to try it on beside it."""

from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from regulars.core.errors import Conflict, Invalid
from regulars.offers.engine.terms import OfferTerms
from regulars.offers.errors import NotOfYourStores, OfferEnded, OfferInUse, OfferTaken, OfferWrong
from regulars.offers.selectors import OfferShown, names_known
from regulars.offers.services import offer_save
from regulars.offers.showing import offer_by_id, words_unmet
from regulars.sales.selectors import business_get
from regulars.web.context import shop_of
from regulars.web.notices import notice_add
from regulars.web.offering.form import OfferForm, initial_of
from regulars.web.offering.templates import OFFER_TEMPLATES, offer_template
from regulars.web.offering.trying import Answer, Basket, basket_typed, tried
from regulars.web.offering.words import asks, gives
from regulars.web.requests import Request
from regulars.web.written import Shop


@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """A new offer: empty, from a template, or as another one is."""
    request.actor.require("offers.edit")
    if request.method == "POST":
        return _sent(request, None)
    names = names_known(visible_to=request.actor)
    initial: dict[str, Any] | None = None
    like, template = request.GET.get("like", ""), offer_template(request.GET.get("template", ""))
    if like.isascii() and like.isdigit() and len(like) < 19:
        held = offer_by_id(int(like), visible_to=request.actor)
        initial = initial_of(gettext("%(name)s again") % {"name": held.name}, held.terms, names)
    elif template is not None:
        initial = initial_of(gettext(template.name), template.terms, names)
    return _shown(request, OfferForm(None, names=names, initial=initial), None)


@require_http_methods(["GET", "POST"])
def edit(request: Request, offer_id: int) -> HttpResponse:
    """An offer that is there; one that has ended stays as it was."""
    request.actor.require("offers.edit")
    held = offer_by_id(offer_id, visible_to=request.actor)
    if held.state == "ended":
        raise OfferEnded(name=held.name)
    if request.method == "POST":
        return _sent(request, held)
    names = names_known(visible_to=request.actor)
    return _shown(request, OfferForm(None, names=names, initial=initial_of(held.name, held.terms, names)), held)


def _sent(request: Request, held: OfferShown | None) -> HttpResponse:
    """Something was pressed: to try it, or to save."""
    form = OfferForm(request.POST, names=names_known(visible_to=request.actor))
    terms = form.terms() if form.is_valid() else None
    if request.POST.get("do") == "try":
        return _shown(request, form, held, terms=terms)
    fits = terms and _has_days(request, form, terms) and _fits(request, form, terms)
    saved = _saved(request, form, terms, held) if terms and fits else None
    if saved is None:
        return _shown(request, form, held, terms=terms, status=422)
    return redirect("offer", saved)


def _has_days(request: Request, form: OfferForm, terms: OfferTerms) -> bool:
    """Whether an offer that is to be started has a day left on which somebody could get it."""
    last = terms.conditions.last_day
    if request.POST.get("do") != "start" or last is None or last >= shop_of(business_get()).today:
        return True
    form.add_error("until", gettext("That day is over; write today or a day to come."))
    return False


def _fits(request: Request, form: OfferForm, terms: OfferTerms) -> bool:
    """Whether all it names is there, or whoever writes it says that it is meant so."""
    if request.POST.get("anyway") == "on":
        return True
    form.unmet(words_unmet(terms, visible_to=request.actor))
    return form.is_valid()


def _saved(request: Request, form: OfferForm, terms: OfferTerms, held: OfferShown | None) -> int | None:
    """Its number; None, with what is wrong in the form, where it was not taken."""
    is_live = {"start": True, "draft": False}.get(request.POST.get("do", ""))
    name, at = form.cleaned_data["name"], timezone.now()
    try:
        saved = offer_save(name, terms, offer_id=held.id if held else None, is_live=is_live, actor=request.actor, at=at)
    except OfferWrong as refusal:
        form.refuse(refusal)
    except NotOfYourStores as refusal:
        form.add_error("stores", gettext(refusal.message) % refusal.facts)
    except (OfferTaken, OfferInUse) as refusal:
        form.add_error("name", gettext(refusal.message) % refusal.facts)
    except (Invalid, Conflict) as refusal:
        form.add_error("name", gettext(refusal.message) % refusal.facts)
    else:
        is_on = is_live if is_live is not None else held is not None and held.state == "live"
        told = gettext("“%(name)s” is live: registers give it from its first day on.")
        kept = gettext("“%(name)s” is saved as a draft: nobody gets it yet.")
        notice_add(request, (told if is_on else kept) % {"name": name})
        return saved
    return None


def _shown(
    request: Request, form: OfferForm, held: OfferShown | None, *, terms: OfferTerms | None = None, status: int = 200
) -> HttpResponse:
    shop = shop_of(business_get())
    terms = terms or _terms_of(form)
    told = request.POST if "try-store" in request.POST else None
    basket = _basket(request, told, terms, shop)
    context = {
        "shop": shop,
        "form": form,
        "offer": held,
        "names_a_stranger": bool(form.is_bound and any(form.has_error(each) for each in _WORDS)),
        "templates": () if held or form.is_bound or request.GET else OFFER_TEMPLATES,
        "basket": basket,
        "rooms": basket.rooms,
    }
    context |= _answer(request, form, basket, terms, offer_id=held.id if held else None, shop=shop)
    return render(request, "web/offers/editor.html", context, status=status)


_WORDS = ("products", "categories", "brands", "gets-products", "gets-categories", "gets-brands")


def _terms_of(form: OfferForm) -> OfferTerms | None:
    """The terms that the form holds, also one that nobody has sent yet."""
    if form.is_bound:
        return None
    typed = QueryDict(mutable=True)
    for name in form.fields:
        value = form.get_initial_for_field(form.fields[name], name)
        if isinstance(value, list):
            typed.setlist(name, value)
        elif value not in (None, False, ""):
            typed[name] = "on" if value is True else str(value)
    typed.setdefault("name", "x")
    whole = OfferForm(typed, names=form.names)
    return whole.terms() if whole.is_valid() else None


def _basket(request: Request, told: QueryDict | None, terms: OfferTerms | None, shop: Shop) -> Basket:
    return basket_typed(
        told,
        target=terms.target if terms else None,
        first_day=terms.conditions.first_day if terms else None,
        shop=shop,
        actor=request.actor,
    )


@require_POST
def look(request: Request) -> HttpResponse:
    """What the basket costs with what stands in the form, while it is typed."""
    request.actor.require("offers.edit")
    shop = shop_of(business_get())
    form = OfferForm(request.POST, names=names_known(visible_to=request.actor))
    terms = form.terms() if form.is_valid() or set(form.errors) == {"name"} else None
    number = request.POST.get("offer", "")
    offer_id = int(number) if number.isascii() and number.isdigit() and len(number) < 19 else None
    basket = _basket(request, request.POST, terms, shop)
    context = {"shop": shop} | _answer(request, form, basket, terms, offer_id=offer_id, shop=shop)
    return render(request, "web/offers/_tried.html", context)


def _answer(
    request: Request, form: OfferForm, basket: Basket, terms: OfferTerms | None, *, offer_id: int | None, shop: Shop
) -> dict[str, Any]:
    """The words of the offer, and what the basket costs with it."""
    if terms is None:
        wrong = next((str(each) for name in form.fields if name != "name" for each in form.errors.get(name, ())), "")
        return {"answer": Answer(wrong=wrong) if wrong else None, "words": ""}
    name = str(form["name"].value() or "").strip()
    said = [gives(terms, shop), *asks(terms, shop=shop, names=form.names)]
    answer = tried(basket, name=name, terms=terms, offer_id=offer_id, shop=shop, actor=request.actor)
    return {"answer": answer, "words": ", ".join(said)}


urlpatterns = [
    path("offers/new", new, name="offer-new"),
    path("offers/look", look, name="offer-look"),
    path("offers/<int:offer_id>/edit", edit, name="offer-edit"),
]
