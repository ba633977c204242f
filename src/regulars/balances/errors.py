"""What can go wrong with balances."""

from regulars.core.errors import Conflict, Invalid, NotFound
from regulars.core.text import marked as _


class BadPolicy(Invalid):
    code = "balances.bad_policy"
    message = _("%(place)s: %(reason)s.")


class BadAmount(Invalid):
    code = "balances.bad_amount"
    message = _("%(amount)s cannot be booked; give %(bounds)s.")


class NoPayment(Invalid):
    """What would settle one balance out of another, without taking from it."""

    code = "balances.no_payment"
    message = _('"%(method)s" brings in no money; pay the account in cash, by card or in another way that does.')


class NoPolicy(NotFound):
    code = "balances.no_policy"
    message = _("No loyalty policy is in force on %(day)s, so points have no worth; set one first.")


class NotEnoughPoints(Conflict):
    """The points that can be spent do not cover what was asked for."""

    code = "balances.not_enough_points"
    message = _("Customer %(customer)s has %(balance)s points to spend; %(asked)s were asked for. Take less.")


class AllowanceRefused(Conflict):
    """What a till that was offline spent is neither there nor within its allowance."""

    code = "balances.allowance_refused"
    message = _("The points are not there, and the allowance does not cover them: %(reason)s. Take them off the sale.")


class NoAllowance(NotFound):
    code = "balances.no_allowance"
    message = _('The register "%(register)s" of "%(store)s" has no allowance; give it one with --points.')


class NotEnoughCredit(Conflict):
    """The store credit does not cover what was asked for. Amounts as text."""

    code = "balances.not_enough_credit"
    message = _("Customer %(customer)s has %(balance)s of store credit; %(asked)s was asked for. Take less.")


class OverLimit(Conflict):
    """The account would owe more than its limit. Amounts as text."""

    code = "balances.over_limit"
    message = _(
        "Customer %(customer)s owes %(owed)s and may owe %(limit)s; %(asked)s more is over the limit. Take a payment,"
        " or ask a manager."
    )


class NobodyPays(Conflict):
    """Points, store credit and accounts belong to somebody."""

    code = "balances.nobody_pays"
    message = _('Nobody is named whose balance the payment "%(method)s" is taken from; attach the customer.')


class TooFewPoints(Conflict):
    code = "balances.too_few_points"
    message = _("%(asked)s points are fewer than may be redeemed at once, %(least)s; take more or none.")


class NotRedeemable(Conflict):
    """Amounts as text."""

    code = "balances.not_redeemable"
    message = _("Points pay at most %(most)s of this sale, not %(asked)s; some of its items do not allow it.")


class RefundTooLarge(Conflict):
    """Amounts as text."""

    code = "balances.refund_too_large"
    message = _("%(asked)s is to go back as points, but %(most)s was paid so; give the rest otherwise.")


class ReferenceTaken(Conflict):
    code = "balances.reference_taken"
    message = _('The reference "%(reference)s" is of another booking of %(amount)s; give this one a new reference.')
