"""What limits of offers are counted by, held against the uses that are not released."""

from collections.abc import Iterator
from typing import NamedTuple

from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from regulars.core.text import marked as _
from regulars.offers.live import terms_read
from regulars.offers.models import Coupon, Grant, Offer, OfferTally, OfferUse


class OfferDifference(NamedTuple):
    """Something counted that does not follow from the uses."""

    subject: str
    finding: str


def differences() -> Iterator[OfferDifference]:
    """Every count of an offer, a code, a customer or a grant that the uses do not add up to. Reads every use once."""
    counted = _("%(kept)s uses are counted, there are %(there)s")
    offers = Offer.objects.filter(most_uses__isnull=False).annotate(there=_uses("offer", OuterRef("id")))
    for name, kept, there in offers.exclude(used=F("there")).order_by("id").values_list("name", "used", "there"):
        yield OfferDifference(f'offer "{name}"', counted % {"kept": kept, "there": there})
    coupons = Coupon.objects.annotate(there=_uses("coupon", OuterRef("id")))
    for code, kept, there in coupons.exclude(used=F("there")).order_by("id").values_list("code", "used", "there"):
        yield OfferDifference(f"code {code}", counted % {"kept": kept, "there": there})
    yield from _tallies(counted)
    yield from _grants()


def _uses(column: str, of: OuterRef) -> Coalesce:
    """How many uses that are not released lead there by the column."""
    uses = OfferUse.objects.filter((column, of), is_released=False).order_by()
    return Coalesce(Subquery(uses.values(column).annotate(n=Count("id")).values("n")), 0)


def _tallies(counted: str) -> Iterator[OfferDifference]:
    """How often each customer has used the offers that are limited for each."""
    limited = {
        id_: name for id_, name, terms in Offer.objects.values_list("id", "name", "terms").order_by("id")
        if terms_read(terms).per_customer is not None
    }  # fmt: skip
    uses = OfferUse.objects.filter(offer__in=limited, is_released=False, customer__isnull=False).order_by()
    there = {(offer, customer): n for offer, customer, n in uses.values_list("offer", "customer").annotate(Count("id"))}
    tallies = OfferTally.objects.filter(offer__in=limited, used__gt=0).order_by()
    kept = {(offer, customer): n for offer, customer, n in tallies.values_list("offer", "customer", "used")}
    for offer, customer in sorted(there.keys() | kept.keys()):
        told = {"kept": kept.get((offer, customer), 0), "there": there.get((offer, customer), 0)}
        if told["kept"] != told["there"]:
            yield OfferDifference(f'offer "{limited[offer]}", customer {customer}', counted % told)


def _grants() -> Iterator[OfferDifference]:
    used = Grant.objects.filter(uses__is_released=False).values("id")
    unlike = Grant.objects.filter(Q(is_used=True) & ~Q(id__in=used) | Q(is_used=False, id__in=used)).order_by("id")
    for name, customer, is_used in unlike.values_list("offer__name", "customer", "is_used"):
        finding = _("is kept as used and is not") if is_used else _("is used and not kept as such")
        yield OfferDifference(f'offer "{name}" given to customer {customer}', finding)
