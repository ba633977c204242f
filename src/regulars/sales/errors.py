"""What can be wrong with a sale, a store or a product."""

from collections.abc import Sequence

from regulars.core.errors import Conflict, Fault, Invalid, NotFound
from regulars.core.text import marked as _


class NotSetUp(NotFound):
    code = "sales.not_set_up"
    message = _('This database holds no shop yet; make one with "regulars init".')


class AlreadySetUp(Conflict):
    code = "sales.already_set_up"
    message = _('This database holds the shop "%(name)s" already.')


class StoreUnknown(NotFound):
    code = "sales.store_unknown"
    message = _('There is no store "%(name)s"%(hint)s; add it with "regulars stores add".')


class StoreTaken(Conflict):
    code = "sales.store_taken"
    message = _('There is a store "%(name)s" already.')


class ProductUnknown(NotFound):
    code = "sales.product_unknown"
    message = _('There is no product "%(sku)s"; put it into the catalogue with "regulars products set".')


class BadPrice(Invalid):
    code = "sales.bad_price"
    message = _('The price of "%(sku)s" is below zero; write what it costs, or leave it out.')


class OtherCurrency(Invalid):
    code = "sales.other_currency"
    message = _(
        "A store of this business counts in %(expected)s, not in %(currency)s: two currencies do not add up. "
        "Keep stores of another currency in a data folder of their own."
    )


class SaleUnknown(NotFound):
    code = "sales.unknown"
    message = _('There is no sale "%(name)s"; give the number on the receipt or the id of the sale.')


class SaleAmbiguous(Conflict):
    code = "sales.ambiguous"
    message = _('%(count)s sales have the number "%(name)s" (%(uids)s); give the id of the one you mean.')


class SaleRefused(Invalid):
    """A sale that cannot be, with everything that is wrong with it."""

    code = "sales.refused"
    message = _("%(sentences)s")

    def __init__(self, *, faults: Sequence[Fault]) -> None:
        super().__init__(sentences="; ".join(map(str, faults)), faults=tuple(faults))
        self.faults = tuple(faults)


class CannotVoid(Conflict):
    code = "sales.cannot_void"
    message = _("Sale %(number)s cannot be voided: %(reason)s.")


class CannotReturn(Conflict):
    code = "sales.cannot_return"
    message = _("Sale %(number)s cannot be returned: %(reason)s.")


class CannotReassign(Conflict):
    code = "sales.cannot_reassign"
    message = _("Sale %(number)s cannot be given to another customer: %(reason)s.")


class UnknownWeekday(Invalid):
    code = "sales.unknown_weekday"
    message = _('"%(weekday)s" is no day of the week; use one of: %(known)s.')
