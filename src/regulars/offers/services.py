"""Making, changing and ending offers; taking and releasing uses of them."""

from datetime import datetime
from uuid import UUID

from django.db.models import Count

from regulars.access.rules import Actor
from regulars.core.checks import text_fit
from regulars.core.text import marked as _
from regulars.offers.changing import audited, offer_to_change, stores_require
from regulars.offers.engine.forms import form_of
from regulars.offers.engine.quote import Quote
from regulars.offers.engine.terms import OfferTerms, terms_faults
from regulars.offers.errors import OfferInUse, OfferTaken, OfferUnknown, OfferWrong
from regulars.offers.live import terms_read
from regulars.offers.models import Offer, OfferTally, OfferUse
from regulars.offers.rules import LONGEST_NAME
from regulars.offers.using import quote_uses_take, sale_uses_reassign, sale_uses_release
from regulars.storage.writing import alone, rows_insert, writing


def offer_save(
    name: str,
    terms: OfferTerms,
    *,
    offer_id: int | None = None,
    is_live: bool | None = None,
    actor: Actor,
    at: datetime,
) -> int:
    """The offer is there with these terms, a new one as a draft unless `is_live`; its id. What was sold is untouched.

    Raises Forbidden, NotOfYourStores, OfferWrong, OfferUnknown, OfferTaken, OfferEnded, OfferInUse, TextUnfit.
    """
    actor.require("offers.edit")
    clean = text_fit(name, field=_("name of the offer"), longest=LONGEST_NAME, least=1)
    faults = terms_faults(terms)
    if faults:
        raise OfferWrong(faults)
    stores_require(terms.conditions.stores, actor)
    with alone():
        row = Offer(made_at=at, made_by=actor.name) if offer_id is None else offer_to_change(offer_id, actor)
        if Offer.objects.filter(name=clean).exclude(id=row.id).exists():
            raise OfferTaken(name=clean)
        if row.id is not None and (row.name, row.kind) != (clean, terms.kind.value) and _is_in_use(row):
            raise OfferInUse(name=row.name)
        row.name, row.kind, row.terms = clean, terms.kind.value, form_of(terms)
        row.first_day, row.last_day = terms.conditions.first_day, terms.conditions.last_day
        row.state = row.state if is_live is None else "live" if is_live else "draft"
        row.most_uses = terms.in_all
        row.used = 0 if row.id is None else OfferUse.objects.filter(offer=row, is_released=False).count()
        row.save()
        _tallies_count(row, terms)
        audited("offer_save", ("offer", row.id), actor, at, {"name": clean, "state": row.state, "terms": row.terms})
        return row.id


def _is_in_use(row: Offer) -> bool:
    return row.state == "live" or OfferUse.objects.filter(offer=row).exists()


def _tallies_count(row: Offer, terms: OfferTerms) -> None:
    """How often each customer has used it, where that is limited from now on."""
    OfferTally.objects.filter(offer=row).delete()
    if terms.per_customer is None:
        return
    uses = OfferUse.objects.filter(offer=row, is_released=False, customer__isnull=False).order_by()
    told = uses.values_list("customer_id").annotate(n=Count("id")).order_by("customer_id")
    rows_insert(OfferTally, ("offer_id", "customer_id", "used"), [(row.id, customer, n) for customer, n in told])


def offer_end(offer_id: int, *, actor: Actor, at: datetime) -> None:
    """Nobody gets the offer from now on; a draft is put away. Ending it twice changes nothing.

    Raises Forbidden, NotOfYourStores, OfferUnknown.
    """
    actor.require("offers.edit")
    with writing():
        row = Offer.objects.select_for_update().filter(id=offer_id).first()
        if row is None:
            raise OfferUnknown(name=offer_id, hint="")
        stores_require(terms_read(row.terms).conditions.stores, actor)
        if row.state == "ended":
            return
        Offer.objects.filter(id=offer_id).update(state="ended", ended_at=at)
        audited("offer_end", ("offer", offer_id), actor, at, {"name": row.name})


def uses_take(sale_uid: UUID, customer_id: int | None, quote: Quote, *, at: datetime) -> None:
    """The offers and price books of the quote are used by the sale, within their limits; once for each sale.

    No query where it used none. Inside `writing()`. Raises LimitReached, with what was used up meanwhile.
    """
    quote_uses_take(sale_uid, customer_id, quote, at=at)


def uses_release(*sale_uids: UUID) -> None:
    """These sales, reversed whole, use no offer any longer; a second time changes nothing.

    One query where they used none. Inside `writing()`.
    """
    sale_uses_release(sale_uids)


def uses_reassign(sale_uid: UUID, customer_id: int | None) -> None:
    """The uses of the sale count for this customer; no limit refuses that.

    One query where it used none. Inside `writing()`.
    """
    sale_uses_reassign(sale_uid, customer_id)
