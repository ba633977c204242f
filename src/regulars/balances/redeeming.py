"""What of a sale is paid with points, at what a point is worth on its day."""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple
from uuid import UUID

from regulars.balances.documents import Document
from regulars.balances.errors import NotRedeemable, RefundTooLarge, TooFewPoints
from regulars.balances.inforce import Version
from regulars.balances.limits import money_text
from regulars.balances.models import Redemption
from regulars.balances.rules import PAID_WITH_POINTS, payable_with_points, points_for
from regulars.storage.reading import rows_of_uuids, uuid_read
from regulars.storage.writing import rows_insert

_REDEMPTIONS = "SELECT sale_uid, customer_id, points, worth, point_value_milli FROM balances_redemption WHERE"
_FIELDS = ("sale_uid", "customer_id", "day", "points", "worth", "point_value_milli")


class Redeemed(NamedTuple):
    """What points paid: whose, how many, the money they were worth, and what one was worth then."""

    customer: int
    points: int
    worth: int
    point_value_milli: int


def redemptions_of(uids: Collection[UUID]) -> dict[UUID, Redeemed]:
    """What was redeemed with these sales. One query."""
    rows = rows_of_uuids(_REDEMPTIONS, "sale_uid", uids)
    return {uuid_read(uid): Redeemed(*rest) for uid, *rest in rows}


def redeemed_of(document: Document, customer: int, version: Version) -> Redeemed:
    """What a sale that is stored now pays with points. Raises NotRedeemable, TooFewPoints."""
    worth, value = document.paid[PAID_WITH_POINTS], version.terms.point_value_milli
    most = payable_with_points(version.terms, (each.line for each in document.lines))
    if worth > most:
        raise NotRedeemable(most=money_text(most), asked=money_text(worth))
    points = points_for(worth, value)
    if points < version.terms.least_points_redeemed:
        raise TooFewPoints(asked=points, least=version.terms.least_points_redeemed)
    return Redeemed(customer, points, worth, value)


def points_used(redeemed: Redeemed | None, returns: Iterable[Document]) -> int:
    """The points that a sale has used after its returns: each gives back what was used before less what is after.

    Raises RefundTooLarge.
    """
    back = -sum(each.paid[PAID_WITH_POINTS] for each in returns if not each.is_imported)
    worth = redeemed.worth if redeemed else 0
    if back > worth:
        raise RefundTooLarge(asked=money_text(back), most=money_text(worth))
    if redeemed is None or not back:
        return redeemed.points if redeemed else 0
    return points_for(worth - back, redeemed.point_value_milli)


def redemptions_write(new: Mapping[UUID, tuple[Document, Redeemed]], moved: Mapping[UUID, int]) -> None:
    """The redemptions are stored, and of sales that went to somebody else they are theirs now.

    One query, one more for each of the latter.
    """
    rows = [
        (uid, each.customer, document.day, each.points, each.worth, each.point_value_milli)
        for uid, (document, each) in new.items()
    ]
    rows_insert(Redemption, _FIELDS, rows)
    for uid, customer in moved.items():
        Redemption.objects.filter(sale_uid=uid).update(customer_id=customer)
