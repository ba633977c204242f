"""What every change of an offer or a price book begins and ends with: whose it is, and the log."""

from collections.abc import Collection, Mapping
from datetime import datetime

from regulars.access.auditing import audit_record
from regulars.access.rules import Actor
from regulars.offers.errors import NotOfYourStores, OfferEnded, OfferUnknown
from regulars.offers.live import terms_read
from regulars.offers.models import Offer


def offer_to_change(offer_id: int, actor: Actor) -> Offer:
    """The offer, which is not over. Inside `writing()`. Raises OfferUnknown, NotOfYourStores, OfferEnded."""
    row = Offer.objects.filter(id=offer_id).first()
    if row is None:
        raise OfferUnknown(name=offer_id, hint="")
    stores_require(terms_read(row.terms).conditions.stores, actor)
    if row.state == "ended":
        raise OfferEnded(name=row.name)
    return row


def stores_require(stores: Collection[int], actor: Actor) -> None:
    """Whoever is bound to stores changes what is for those only. Raises NotOfYourStores."""
    own = actor.stores_within("offers.edit")
    if own is not None and not (stores and set(stores) <= own):
        raise NotOfYourStores(actor=actor.name, right="offers.edit")


def audited(act: str, subject: tuple[str, int], actor: Actor, at: datetime, facts: Mapping[str, object]) -> None:
    """The change is in the log; `subject` is the kind and the number of what was changed."""
    kind, id_ = subject
    audit_record(actor=actor, verb=f"offers.{act}", subject_kind=kind, subject_ids=[id_], at=at, facts=facts)
