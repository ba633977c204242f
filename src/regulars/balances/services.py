"""What people do to balances by hand, and the loyalty policy."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime

from django.db.models import Q

from regulars.access.auditing import audit_record
from regulars.access.rules import Actor
from regulars.balances.errors import BadAmount, NoPayment, NotEnoughCredit, NotEnoughPoints, ReferenceTaken
from regulars.balances.granting import bonus_over, lot_given
from regulars.balances.holding import Cause, Ledger, customers_hold
from regulars.balances.inforce import policies_now
from regulars.balances.limits import money_text
from regulars.balances.lots import Held
from regulars.balances.models import AccountLimit, Policy
from regulars.balances.policies import policy_checked, policy_form
from regulars.balances.rules import CREDIT, METHODS, POINTS, PolicyTerms, expires_on
from regulars.balances.spending import Asked, points_spend
from regulars.core.checks import text_fit
from regulars.core.money import LARGEST_AMOUNT
from regulars.core.text import marked as _
from regulars.customers.following import customers_touched
from regulars.customers.reach import customer_require
from regulars.customers.services import customers_vouch
from regulars.groups.models import Group
from regulars.sales.models import Store
from regulars.sales.selectors import business_today
from regulars.storage.reading import rows_among
from regulars.storage.writing import alone, together

LONGEST_REFERENCE, LONGEST_REASON = 100, 500


def policy_set(terms: PolicyTerms, *, starts_on: date, actor: Actor, at: datetime) -> int:
    """There is a new version of the loyalty policy, in force from that business day on; its number.

    It bears on sales that are stored from now on and were made on that day or after. What was earned before stays as it
    was earned. Raises Forbidden, BadPolicy.
    """
    actor.require("loyalty.edit")
    groups: dict[str, list[int]] = defaultdict(list)
    for name, id_ in Group.objects.filter(kind="tier").order_by("id").values_list("name", "id"):
        groups[name].append(id_)
    stores = set(Store.objects.values_list("name", flat=True))
    form = policy_form(policy_checked(terms, tiers=groups, stores=stores))
    # A tier may be called otherwise later; the policy goes on meaning it.
    form["tiers"] = {name: groups[name] for rule in terms.rules for name in rule.tiers}
    with alone():
        policy = Policy.objects.create(starts_on=starts_on, made_at=at, made_by=actor.key, terms=form)
        audit_record(
            actor=actor, verb="balances.policy_set", subject_kind="policy", subject_ids=[policy.id], at=at,
            facts={"starts_on": starts_on.isoformat()},
        )  # fmt: skip
        return policy.id


def points_adjust(customer_id: int, amount: int, *, reason: str, reference: str, actor: Actor, at: datetime) -> None:
    """The customer holds so many points more (below zero: less), whatever earned them.

    What is given expires as what is earned today. The same reference again changes nothing.
    Raises Forbidden, CustomerUnknown, BadAmount, TextUnfit, NotEnoughPoints, ReferenceTaken.
    """
    actor.require("balances.adjust")
    cause = _cause("points", customer_id, reference, reason, least=1)

    def book(ledger: Ledger, today: date) -> None:
        version = policies_now().on(today)
        over = expires_on(today, version.terms.expires_after_days) if version else None
        lot = lot_given(customer_id, POINTS, amount, day=today, over=over, by="adjust")
        _adjust(ledger, lot, amount, cause._replace(day=today))

    _booked("balances.points_adjust", customer_id, amount, cause, book, right="balances.adjust", actor=actor, at=at)


def credit_adjust(
    customer_id: int, amount: int, *, reason: str, reference: str, expires_on: date | None = None, actor: Actor,
    at: datetime,
) -> None:  # fmt: skip
    """The customer holds so much store credit more (below zero: less), in minor units; it can be spent until the end of
    the day `expires_on` (None: for good). The same reference again changes nothing.

    Raises Forbidden, CustomerUnknown, BadAmount, TextUnfit, NotEnoughCredit, ReferenceTaken.
    """
    actor.require("balances.adjust")
    cause = _cause("credit", customer_id, reference, reason, least=1)

    def book(ledger: Ledger, today: date) -> None:
        if expires_on is not None and expires_on < today:
            raise BadAmount(amount=expires_on.isoformat(), bounds=_("a last day that is not over"))
        lot = lot_given(customer_id, CREDIT, amount, day=today, over=expires_on, by="adjust")
        _adjust(ledger, lot, amount, cause._replace(day=today))

    _booked("balances.credit_adjust", customer_id, amount, cause, book, right="balances.adjust", actor=actor, at=at)


def _adjust(ledger: Ledger, lot: Held, amount: int, cause: Cause) -> None:
    """`lot` is what is given; of what is taken only whose it is matters."""
    if amount > 0:
        ledger.bring(lot, "adjust", cause)
        return
    _require_held(ledger, lot.customer, lot.book, -amount, cause.day)
    ledger.spend(lot.customer, lot.book, -amount, cause, kind="adjust")


def _require_held(ledger: Ledger, customer_id: int, book: str, asked: int, day: date) -> None:
    held = ledger.spendable(customer_id, book, on=day)
    if held < asked and book == POINTS:
        raise NotEnoughPoints(customer=customer_id, balance=held, asked=asked)
    if held < asked:
        raise NotEnoughCredit(customer=customer_id, balance=money_text(held), asked=money_text(asked))


def points_redeem(customer_id: int, points: int, *, reason: str, reference: str, actor: Actor, at: datetime) -> None:
    """The customer has spent so many points on something that is no sale. The same reference again changes nothing.

    Raises Forbidden, CustomerUnknown, BadAmount, TextUnfit, NotEnoughPoints, ReferenceTaken.
    """
    actor.require("sales.record")
    _require_above_zero(points)
    source, _day, _uid, said = _cause("redeem", customer_id, reference, reason)
    asked = Asked(customer_id, points, source, said)
    together(lambda: points_spend(asked, right="sales.record", actor=actor, at=at))


def bonus_give(customer_id: int, points: int, *, reason: str, reference: str, actor: Actor, at: datetime) -> None:
    """The customer is given so many points as a bonus, which expire as bonuses do. The same reference again changes
    nothing. Raises Forbidden, CustomerUnknown, BadAmount, TextUnfit, ReferenceTaken.
    """
    actor.require("balances.adjust")
    _require_above_zero(points)
    cause = _cause("bonus", customer_id, reference, reason, least=1)

    def book(ledger: Ledger, today: date) -> None:
        version = policies_now().on(today)
        over = bonus_over(version.terms, today) if version else None
        lot = lot_given(customer_id, POINTS, points, day=today, over=over, by="bonus")
        ledger.bring(lot, "bonus", cause._replace(day=today))

    _booked("balances.bonus_give", customer_id, points, cause, book, right="balances.adjust", actor=actor, at=at)


def account_pay(customer_id: int, amount: int, *, method: str, reference: str, actor: Actor, at: datetime) -> None:
    """The customer has paid so much towards their account. The same reference again changes nothing.

    More than is owed may be paid: the shop then owes it. Points are earned by buying, never by paying.
    Raises Forbidden, CustomerUnknown, BadAmount, TextUnfit, NoPayment, ReferenceTaken.
    """
    actor.require("balances.take_payment")
    if not 0 < amount <= LARGEST_AMOUNT:
        raise BadAmount(amount=money_text(amount), bounds=_("an amount above 0"))
    method = text_fit(method, field=_("way of paying"), longest=32, least=1)
    if method.casefold() in METHODS:
        raise NoPayment(method=method)
    cause = _cause("pay", customer_id, reference, method)

    def book(ledger: Ledger, today: date) -> None:
        ledger.charge(customer_id, "pay", -amount, cause._replace(day=today))

    _booked(
        "balances.account_pay", customer_id, -amount, cause, book, right="balances.take_payment", actor=actor, at=at
    )


def account_limit_set(customer_id: int | None, amount: int, *, actor: Actor, at: datetime) -> None:
    """The customer may owe so much on account; None: everybody who has no limit of their own.

    What is owed already stays owed. Raises Forbidden, CustomerUnknown, BadAmount.
    """
    actor.require("balances.adjust")
    if not 0 <= amount <= LARGEST_AMOUNT:
        raise BadAmount(amount=money_text(amount), bounds=_("an amount of at least 0"))
    if customer_id is None:
        # It bears on every store.
        actor.require("loyalty.edit")
    with alone():
        if customer_id is not None:
            customer_require(customer_id, right="balances.adjust", actor=actor)
            customers_vouch([customer_id])
        whose = Q(customer__isnull=True) if customer_id is None else Q(customer_id=customer_id)
        AccountLimit.objects.filter(whose).delete()
        AccountLimit.objects.create(customer_id=customer_id, amount=amount, set_at=at, set_by=actor.key)
        audit_record(
            actor=actor, verb="balances.account_limit_set", subject_kind="customer", subject_ids=[customer_id or 0],
            at=at, facts={"amount": amount},
        )  # fmt: skip


def _require_above_zero(points: int) -> None:
    if not 0 < points <= LARGEST_AMOUNT:
        raise BadAmount(amount=points, bounds=_("a whole number above 0"))


def _cause(what: str, customer_id: int, reference: str, reason: str, *, least: int = 0) -> Cause:
    """What a person does is named by the reference they give; the day is filled in. Raises TextUnfit."""
    clean = text_fit(reference, field=_("reference"), longest=LONGEST_REFERENCE, least=1)
    said = text_fit(reason, field=_("reason"), longest=LONGEST_REASON, least=least)
    return Cause(f"{what}/{customer_id}/{clean}", date.min, None, said)


def _booked(
    verb: str, customer_id: int, amount: int, cause: Cause, book: Callable[[Ledger, date], None], *, right: str,
    actor: Actor, at: datetime,
) -> None:  # fmt: skip
    """What `book` does is done, once under the cause's name; the customer is held meanwhile."""
    if not 0 < abs(amount) <= LARGEST_AMOUNT:
        raise BadAmount(amount=amount, bounds=_("a number other than 0"))

    def once() -> None:
        customer_require(customer_id, right=right, actor=actor)
        customers_hold([customer_id])
        if _is_booked(cause.source, amount):
            return
        today = business_today(at=at)
        ledger = Ledger(today, at, actor)
        ledger.read([customer_id])
        book(ledger, today)
        for each in (POINTS, CREDIT):
            ledger.even_out(customer_id, each, cause._replace(day=today))
        ledger.write()
        _vouch(customer_id)
        customers_touched([customer_id], reason="balance", at=at)
        audit_record(
            actor=actor, verb=verb, subject_kind="customer", subject_ids=[customer_id], at=at,
            facts={"amount": amount, "source": cause.source},
        )  # fmt: skip

    together(once)


def _is_booked(source: str, amount: int) -> bool:
    """Whether just this was booked before. Raises ReferenceTaken where something else was."""
    entries = rows_among("SELECT kind, amount FROM balances_entry WHERE sale_uid IS NULL AND", "source", [source])
    told = sum(moved for kind, moved in entries if kind not in {"fill", "expire"})
    if entries and told != amount:
        raise ReferenceTaken(reference=source.split("/", 2)[2], amount=_amount_shown(source, told))
    return bool(entries)


def _amount_shown(source: str, amount: int) -> str:
    """What was booked under that name, as the person wrote it who did: points, or money; what pays an account takes
    from it.
    """
    what = source.partition("/")[0]
    return money_text(-amount if what == "pay" else amount) if what in {"credit", "pay"} else str(amount)


def _vouch(customer_id: int) -> None:
    """Who has a balance by hand stays who they are, whatever late sales say."""
    if rows_among("SELECT id FROM customers_customer WHERE NOT is_vouched AND", "id", [customer_id]):
        customers_vouch([customer_id])
