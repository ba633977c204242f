"""New lots: what a sale earned, a bonus, what a person gave."""

from datetime import date, timedelta
from uuid import UUID

from regulars.balances.lots import Held
from regulars.balances.policies import terms_form
from regulars.balances.rules import POINTS, PolicyTerms, SaleTerms, expires_on


def lot_earned(
    customer: int, points: int, policy: PolicyTerms, *, day: date, sale_uid: UUID | None, terms: SaleTerms | None = None
) -> Held:
    """What was earned on that day: available when the policy says, and no longer than it says."""
    return Held(
        customer=customer, book=POINTS, amount=points, remaining=points, earned_on=day,
        available_on=day + timedelta(days=policy.pending_days),
        expires_on=expires_on(day, policy.expires_after_days), sale_uid=sale_uid,
        terms=terms_form(terms) if terms is not None else {"by": "visit"},
    )  # fmt: skip


def lot_given(customer: int, book: str, amount: int, *, day: date, over: date | None, by: str) -> Held:
    """What is given on that day, to be spent at once and until the end of the day `over` (None: for good)."""
    return Held(
        customer=customer, book=book, amount=amount, remaining=amount, earned_on=day, available_on=day,
        expires_on=over, terms={"by": by},
    )  # fmt: skip


def bonus_over(policy: PolicyTerms, day: date) -> date | None:
    """The last day a bonus given on that day can be spent: its own term, else that of what is earned."""
    days = policy.bonus_expires_after_days
    return expires_on(day, policy.expires_after_days if days is None else days)
