"""What can be wrong with offers, price books, codes and limits."""

from collections.abc import Sequence

from regulars.core.errors import Conflict, Fault, Forbidden, Invalid, NotFound
from regulars.core.text import marked as _


class OfferUnknown(NotFound):
    code = "offers.unknown"
    message = _('There is no offer "%(name)s"%(hint)s; see "regulars offers list".')


class OfferTaken(Conflict):
    code = "offers.taken"
    message = _('There is an offer "%(name)s" already; choose another name.')


class OfferWrong(Invalid):
    """Everything that is wrong with an offer or a price book at once, as `faults`."""

    code = "offers.wrong"
    message = _("This cannot be: %(faults)s.")

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(faults="; ".join(map(str, faults)))
        self.faults = tuple(faults)


class OfferEnded(Conflict):
    code = "offers.ended"
    message = _('"%(name)s" has ended and stays as it was; make a new offer.')


class OfferInUse(Conflict):
    code = "offers.in_use"
    message = _('"%(name)s" is live or was used, so its name and kind stay; end it and make a new offer.')


class NotOfYourStores(Forbidden):
    code = "offers.not_of_your_stores"
    message = _("You may change offers and price books of your own stores only; name one of those.")


class PriceBookUnknown(NotFound):
    code = "offers.price_book_unknown"
    message = _('There is no price book "%(name)s"%(hint)s; see "regulars price-books list".')


class PriceBookTaken(Conflict):
    code = "offers.price_book_taken"
    message = _('There is a price book "%(name)s" already; choose another name.')


class PriceBooksOverlap(Conflict):
    code = "offers.price_books_overlap"
    message = _(
        'The price book "%(other)s" is for the same customers and stores and holds %(sku)s too, at the same time; leave'
        " it out of one of them, or move the dates apart."
    )


class CouponTaken(Conflict):
    code = "offers.coupon_taken"
    message = _('The code "%(code)s" leads to an offer already; choose another.')


class NeedsCustomer(Invalid):
    code = "offers.needs_customer"
    message = _('"%(name)s" is counted for each customer, and nobody is on the sale; attach the customer.')


class LimitReached(Conflict):
    """Somebody else was quicker: the offer, the code or the gift is used up."""

    code = "offers.limit_reached"
    message = _('"%(name)s" has just been used up%(place)s; quote again for the price without it.')
