"""The bonus for whoever joins: once, by the policy of the day; who was brought by an import did not join."""

from collections.abc import Collection, Mapping
from datetime import date, datetime

from django.db import connection

from regulars.access.rules import OPERATOR
from regulars.balances.granting import bonus_over, lot_given
from regulars.balances.holding import Cause, Ledger
from regulars.balances.inforce import Policies, policies_now
from regulars.balances.rules import POINTS
from regulars.customers.following import customers_touched, following_declare
from regulars.sales.selectors import business_today
from regulars.storage.writing import bound_list, in_list

# CAST: PostgreSQL joins no number to a text by itself.
_NEW = """
    SELECT c.id FROM customers_customer AS c
    WHERE c.source <> 'import' AND c.joined >= %s AND NOT EXISTS (
        SELECT 1 FROM balances_entry AS e
        WHERE e.sale_uid IS NULL AND e.source = 'welcome/' || CAST(c.id AS VARCHAR(20)) AND e.part = 0
    ) AND
"""


def newcomers_welcome(customer_ids: Collection[int], policies: Policies, *, at: datetime) -> None:
    """Those of the customers who joined under a policy with a welcome bonus have it. Inside `writing()`.

    No query where no policy gives one; two otherwise, a few more where somebody is new.
    """
    if not customer_ids or not any(version.terms.welcome_bonus for version in policies.versions):
        return
    today = business_today(at=at)
    version = policies.on(today)
    if version is None or not version.terms.welcome_bonus:
        return
    new = _new(customer_ids, version.starts_on)
    if not new:
        return
    ledger = Ledger(today, at, OPERATOR)
    ledger.read(new)
    over = bonus_over(version.terms, today)
    for customer in new:
        cause = Cause(f"welcome/{customer}", today, None, "welcome")
        lot = lot_given(customer, POINTS, version.terms.welcome_bonus, day=today, over=over, by="welcome")
        ledger.bring(lot, "bonus", cause)
        ledger.even_out(customer, POINTS, cause)
    customers_touched(ledger.write(), reason="balance", at=at)


def _new(customer_ids: Collection[int], since: date) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(f"{_NEW} {in_list('c.id')}", [since.isoformat(), bound_list(sorted(customer_ids))])
        return sorted(row[0] for row in cursor.fetchall())


def _follow(reasons: Mapping[int, str], at: datetime) -> None:
    """Who joins in the office, by the API or on their own page; a till's sale welcomes by itself."""
    joined = [customer for customer, reason in reasons.items() if reason == "profile"]
    if joined:
        newcomers_welcome(joined, policies_now(), at=at)


following_declare(_follow)
