"""What gives an offer to customers one by one: codes, gifts, and what entering a group brings."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from django.db.models import Q

from regulars.access.rules import Actor
from regulars.core.checks import text_fit
from regulars.core.errors import Fault
from regulars.core.text import marked as _
from regulars.customers.reach import customers_reached
from regulars.groups.selectors import group_by_id
from regulars.offers.changing import audited, offer_to_change, stores_require
from regulars.offers.errors import CouponTaken, OfferWrong
from regulars.offers.live import terms_read
from regulars.offers.models import Coupon, EntryAct, Grant, Offer
from regulars.offers.rules import code_drawn, code_form
from regulars.storage.writing import alone, rows_insert

MOST_CODES = 100_000
LONGEST_TAG = 64


def coupon_make(
    offer_id: int, code: str, *, most_uses: int | None = None, last_day: date | None = None, actor: Actor, at: datetime
) -> str:
    """This code gives the offer to whoever tells it, so often (None: any number of times); its written form.

    Raises Forbidden, NotOfYourStores, OfferUnknown, OfferEnded, OfferWrong, CouponTaken.
    """
    actor.require("offers.edit")
    form = code_form(code)
    if not form:
        raise OfferWrong([Fault("code", _("write 3 to 32 letters and digits"))])
    _require_uses(most_uses)
    with alone():
        row = _with_codes(offer_id, actor)
        if Coupon.objects.filter(code=form).exists():
            raise CouponTaken(code=form)
        Coupon.objects.create(code=form, offer=row, most_uses=most_uses, last_day=last_day, made_at=at)
        audited("coupon_make", ("offer", offer_id), actor, at, {"most_uses": most_uses})
        return form


def coupons_make(
    offer_id: int,
    *,
    count: int = 0,
    customer_ids: Collection[int] = (),
    most_uses: int | None = 1,
    last_day: date | None = None,
    actor: Actor,
    at: datetime,
) -> Sequence[str]:
    """New codes nobody can guess: `count` for whoever tells them, then one for each of the customers; their forms.

    Customers out of reach get none. Raises Forbidden, NotOfYourStores, OfferUnknown, OfferEnded, OfferWrong.
    """
    actor.require("offers.edit")
    _require_uses(most_uses)
    if not 0 < count + len(customer_ids) <= MOST_CODES or count < 0:
        raise OfferWrong([Fault("count", _("write 1 to %s codes") % MOST_CODES)])
    with alone():
        row = _with_codes(offer_id, actor)
        people = sorted(customers_reached(customer_ids, right="offers.edit", actor=actor))
        codes: dict[str, int | None] = {}
        for holder in [*([None] * count), *people]:
            codes[_code_new(codes)] = holder
        rows = [(code, row.id, holder, most_uses, 0, last_day, at) for code, holder in codes.items()]
        columns = ("code", "offer_id", "customer_id", "most_uses", "used", "last_day", "made_at")
        rows_insert(Coupon, columns, rows)
        audited("coupons_make", ("offer", offer_id), actor, at, {"count": len(codes), "most_uses": most_uses})
        return list(codes)


def _code_new(codes: Mapping[str, int | None]) -> str:
    """A code that is not among these; of 31 to the tenth power none is drawn that is stored already."""
    while (code := code_drawn(secrets.randbelow)) in codes:
        continue
    return code


def _require_uses(most_uses: int | None) -> None:
    if most_uses is not None and not 0 < most_uses < 2**31:
        raise OfferWrong([Fault("most_uses", _("write at least 1"))])


def _with_codes(offer_id: int, actor: Actor) -> Offer:
    """The offer, to which codes may lead. Raises OfferUnknown, NotOfYourStores, OfferEnded, OfferWrong."""
    row = offer_to_change(offer_id, actor)
    if not terms_read(row.terms).conditions.needs_code:
        raise OfferWrong([Fault("code", _('"%s" is given without a code; make an offer that needs one') % row.name)])
    return row


def offer_give(
    offer_id: int, customer_ids: Collection[int], *, until: date | None, actor: Actor, at: datetime, today: date
) -> int:
    """These customers can use the offer once, up to that day; how many of them within reach had it not since today.

    Raises Forbidden, NotOfYourStores, OfferUnknown, OfferEnded, OfferWrong.
    """
    actor.require("offers.edit")
    if until is not None and until < today:
        raise OfferWrong([Fault("until", _("it is over before it is given"))])
    with alone():
        row = offer_to_change(offer_id, actor)
        _require_given(row)
        people = customers_reached(customer_ids, right="offers.edit", actor=actor)
        held = set(Grant.objects.filter(offer=row, since=today).values_list("customer_id", flat=True))
        new = sorted(people - held)
        columns = ("offer_id", "customer_id", "group_id", "since", "until", "is_used", "at")
        rows_insert(Grant, columns, [(row.id, customer, None, today, until, False, at) for customer in new])
        audited("offer_give", ("offer", offer_id), actor, at, {"count": len(new)})
        return len(new)


def _require_given(row: Offer) -> None:
    if not terms_read(row.terms).conditions.needs_grant:
        fault = _('"%s" is there for everybody it is for; only an offer that is given can be given') % row.name
        raise OfferWrong([Fault("offer", fault)])


def entry_act_save(
    group_id: int,
    *,
    offer_id: int | None = None,
    days: int | None = None,
    tag: str = "",
    is_entry: bool = True,
    actor: Actor,
    at: datetime,
) -> int:
    """Whoever enters (or leaves) the group from now on is given the offer for so many days, or the tag; its id.

    The same again changes the days. Raises Forbidden, NotOfYourStores, GroupUnknown, OfferUnknown, OfferEnded,
    OfferWrong, TextUnfit.
    """
    actor.require("offers.edit")
    clean = text_fit(tag, field=_("tag"), longest=LONGEST_TAG)
    if (offer_id is None) == (not clean) or (days is not None and not 0 < days <= 3660):
        raise OfferWrong([Fault("offer", _("name an offer, with the days it can be used, or a tag"))])
    with alone():
        group_by_id(group_id)
        if offer_id is None:
            stores_require([], actor)
        else:
            _require_given(offer_to_change(offer_id, actor))
        row = EntryAct.objects.filter(
            Q(("group_id", group_id), ("is_entry", is_entry), ("offer_id", offer_id), ("tag", clean))
        ).first() or EntryAct(group_id=group_id, is_entry=is_entry, offer_id=offer_id, tag=clean)
        row.days = None if offer_id is None else days
        row.save()
        audited("entry_act_save", ("group", group_id), actor, at, {"offer": offer_id, "tag": clean, "days": days})
        return row.id


def entry_act_delete(act_id: int, *, actor: Actor, at: datetime) -> None:
    """Entering the group brings this no longer; what it brought stays. Raises Forbidden, NotOfYourStores."""
    actor.require("offers.edit")
    with alone():
        row = EntryAct.objects.select_related("offer").filter(id=act_id).first()
        if row is None:
            return
        stores_require(terms_read(row.offer.terms).conditions.stores if row.offer else [], actor)
        audited("entry_act_delete", ("group", row.group_id), actor, at, {"offer": row.offer_id, "tag": row.tag})
        row.delete()
