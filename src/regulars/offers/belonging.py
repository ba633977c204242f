"""What of this room stands in the way of deleting a group."""

from regulars.groups.using import use_declare
from regulars.offers.live import terms_read
from regulars.offers.models import EntryAct, Offer, PriceBook


def group_users_here(group_id: int) -> list[str]:
    """What uses the group: offers that are not over, price books, and what entering it brings."""
    offers = [
        row.name
        for row in Offer.objects.exclude(state="ended")
        for given in [terms_read(row.terms).conditions]
        if group_id in (*given.groups, *given.tiers)
    ]
    books = PriceBook.objects.filter(group_id=group_id).values_list("name", flat=True)
    acts = EntryAct.objects.filter(group_id=group_id).exists()
    told = [f'the offer "{name}"' for name in offers] + [f'the price book "{name}"' for name in books]
    return told + (["what entering it brings"] if acts else [])


use_declare(group_users_here)
