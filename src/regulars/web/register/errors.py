"""What a till is told before anything is asked of the rooms below."""

from regulars.core.errors import Conflict, Invalid, NotFound
from regulars.core.text import marked as _


class NotAQuantity(Invalid):
    code = "web.not_a_quantity"
    message = _("%(quantity)s is not above zero; remove the line, or take it back with its receipt.")


class NotAGift(Invalid):
    code = "web.not_a_gift"
    message = _("A gift card needs an amount above zero; write what is put on it.")


class NothingMeant(NotFound):
    code = "web.nothing_meant"
    message = _('Nothing here goes by "%(typed)s"; type a SKU, a part of a name, or scan a card or a coupon.')


class SeveralMeant(Conflict):
    code = "web.several_meant"
    message = _('"%(typed)s" is no product, but may be one of these customers; choose.')


class NotSoManyPoints(Invalid):
    code = "web.not_so_many_points"
    message = _("%(asked)s points cannot be spent on this; at most %(most)s can.")


class NotAPayment(Invalid):
    code = "web.not_a_payment"
    message = _("A payment is above zero; write what is paid, or leave it empty for all that is left.")


class TooMuchPaid(Conflict):
    code = "web.too_much_paid"
    message = _("%(method)s of %(amount)s is more than the %(left)s that are left to pay; only cash gives change.")


class CreditShort(Conflict):
    code = "web.credit_short"
    message = _("%(left)s of store credit is left for this; pay the rest otherwise.")


class NotPaidYet(Conflict):
    code = "web.not_paid_yet"
    message = _("%(left)s are left to pay; say how.")


class OtherCard(Conflict):
    code = "web.other_card"
    message = _("This code is from the card of another customer than the one on the basket; take one of them off.")
