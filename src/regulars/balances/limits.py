"""How much customers may owe on account, and money as people read it."""

from collections.abc import Collection, Mapping

from regulars.core.money import amount_text, currency_places
from regulars.sales.selectors import business_get
from regulars.storage.reading import rows_among, rows_read

_LIMITS = "SELECT customer_id, amount FROM balances_accountlimit WHERE customer_id IS NULL OR"
_OWED = "SELECT customer_id, amount FROM balances_balance WHERE book = 'account' AND"


def money_text(minor: int) -> str:
    """The amount with its currency. One query."""
    currency = business_get().currency
    return f"{amount_text(minor, places=currency_places(currency))} {currency}"


def limits_of(customer_ids: Collection[int]) -> dict[int, int]:
    """How much each of the customers may owe; 0 where nobody said. One query."""
    told: dict[int | None, int] = dict(rows_among(_LIMITS, "customer_id", customer_ids))
    everybody = told.get(None, 0)
    return {customer: told.get(customer, everybody) for customer in customer_ids}


def owed_by(customer_ids: Collection[int]) -> Mapping[int, int]:
    """What each of the customers owes on account. One query."""
    return dict.fromkeys(customer_ids, 0) | dict(rows_among(_OWED, "customer_id", customer_ids))


def limit_of_everybody() -> int:
    """What a customer may owe who has no limit of their own. One query."""
    rows = rows_read("SELECT amount FROM balances_accountlimit WHERE customer_id IS NULL")
    return int(rows[0][0]) if rows else 0
