"""What can be wrong with a batch, a basket, and what becomes of it."""

from collections.abc import Sequence

from regulars.core.errors import Conflict, Fault, Invalid, NotFound
from regulars.core.text import marked as _


class BatchTooLarge(Invalid):
    code = "checkout.batch_too_large"
    message = _("%(count)s sales are more than one batch holds (%(most)s); send them in several.")


class NotASale(Invalid):
    code = "checkout.not_a_sale"
    message = _("This is no sale: %(reason)s.")


class CannotUndo(Conflict):
    code = "checkout.cannot_undo"
    message = _("The import cannot be undone: %(returns)s bring back sales of it. Void or undo those first.")


class NotADocument(Invalid):
    code = "checkout.not_a_document"
    message = _("This cannot be read: %(reason)s.")


class BasketRefused(Invalid):
    """A basket that cannot be priced or sold, with everything that is wrong with it."""

    code = "checkout.basket_refused"
    message = _("%(sentences)s")

    def __init__(self, *, faults: Sequence[Fault]) -> None:
        super().__init__(sentences="; ".join(map(str, faults)), faults=tuple(faults))
        self.faults = tuple(faults)


class QuoteChanged(Conflict):
    """What was shown is not what it costs now."""

    code = "checkout.quote_changed"
    message = _(
        "It comes to %(now)s now, not to the %(before)s that was shown: %(changes)s. Look at it again and go on."
    )


class BasketSold(Conflict):
    code = "checkout.basket_sold"
    message = _("This basket was sold already, as %(number)s; begin another.")


class BasketUnknown(NotFound):
    code = "checkout.basket_unknown"
    message = _("There is no basket %(uid)s here; it may have been sold or dropped.")


class BasketMoved(Conflict):
    """Two changes met; the second is made again on what the first left."""

    code = "checkout.basket_moved"
    message = _("This basket was changed elsewhere at the same moment; look at it again and go on.")


class BasketElsewhere(Conflict):
    code = "checkout.basket_elsewhere"
    message = _("This basket is open on %(register)s; park it there before it is taken up here.")


class SaleOtherwise(Conflict):
    code = "checkout.sale_otherwise"
    message = _("Sale %(number)s was made under this id with another content; give the new sale an id of its own.")


class PointsOtherwise(Conflict):
    code = "checkout.points_otherwise"
    message = _("%(told)s points were told, but what was paid with points takes %(points)s; send that number.")
