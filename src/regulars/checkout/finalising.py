"""A basket is sold: quoted once more, stored by the one write path with its trace, paid from balances where told."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from regulars.access.auditing import audit_record
from regulars.access.rules import Actor
from regulars.access.till_codes import till_code_use
from regulars.balances.errors import NobodyPays, NotEnoughPoints, NotRedeemable
from regulars.balances.rules import PAID_WITH_POINTS, PolicyTerms, payable_with_points, points_for, points_worth
from regulars.balances.selectors import sale_earned
from regulars.checkout.answers import quote_form
from regulars.checkout.asking import Ask, Finalising, Paying, finalising_read
from regulars.checkout.baskets import basket_sold, shown_last
from regulars.checkout.errors import BasketRefused, QuoteChanged, SaleOtherwise
from regulars.checkout.linking import Scene
from regulars.checkout.numbering import number_next
from regulars.checkout.paying import EXCHANGE, NO_POINTS, PaidPoints, points_paid
from regulars.checkout.quoting import Opened, basket_opened
from regulars.checkout.storing import draft_store
from regulars.checkout.tracing import Trace, trace_of
from regulars.core.errors import Fault
from regulars.core.money import amount_text, currency_places
from regulars.core.text import marked as _
from regulars.customers.rules import Contact
from regulars.sales.drafts import LineDraft, PaymentDraft, SaleDraft
from regulars.sales.errors import SaleRefused
from regulars.sales.models import Sale
from regulars.sales.selectors import SaleHead, business_get, sale_heads
from regulars.storage.writing import LockSpace, names_lock, together


@dataclass(frozen=True, slots=True)
class Finalised:
    """The sale that a basket became. Money in minor units; `outcome` is "unchanged" when it was sold before."""

    uid: UUID
    number: str
    outcome: str
    customer_id: int | None
    total: int
    points_used: int
    points_earned: int


def basket_finalise(
    asked: Finalising, *, shown: Mapping[str, Any] | None = None, actor: Actor, at: datetime
) -> Finalised:
    """The basket is sold: stored as a sale with its trace, offers used, balances settled, in one transaction.

    It is priced once more; `shown` is the quote that was shown (as JSON values), by default the one that was kept with
    the basket. The same id again gives the same answer.
    Raises Forbidden; BasketRefused with everything that is wrong; QuoteChanged where it costs otherwise now, with what
    changed; SaleOtherwise; LimitReached; NobodyPays, NotEnoughPoints, NotEnoughCredit, OverLimit, NotRedeemable.
    """
    actor.require("sales.record")
    actor.require("offers.see")
    scene = Scene(business_get(), actor, at)
    return together(lambda: finalised(asked, scene, shown=shown))


def basket_finalise_told(payload: object, *, actor: Actor, at: datetime) -> Finalised:
    """The same of a basket as JSON tells it (docs/reference/basket.md)."""
    actor.require("sales.record")
    business = business_get()
    places = currency_places(business.currency)
    return basket_finalise(finalising_read(payload, places=places, country=business.country), actor=actor, at=at)


def finalised(
    asked: Finalising, scene: Scene, *, shown: Mapping[str, Any] | None = None, exchanged: int = 0
) -> Finalised:
    """As `basket_finalise`; `exchanged` is what a return in the same step pays at most. Inside `writing()`."""
    names_lock(names_of(asked), space=LockSpace.SALES_AND_CONTACTS)
    digest = _digest(asked)
    earlier = sale_heads([asked.uid]).get(asked.uid)
    if earlier is not None:
        return _again(earlier, digest)
    if asked.ask.at is not None:
        raise BasketRefused(faults=[Fault("at", _("a basket is sold now; leave the time out"))])
    opened = basket_opened(asked.ask, actor=scene.actor, at=scene.at, business=scene.business)
    _require_shown(opened, asked, shown)
    paid = paid_with(opened, asked.paying, exchanged=exchanged)
    if asked.paying.till_code:
        _till_code_use(opened, asked.paying, scene)
    number = number_next(opened.store, asked.ask.register)
    draft = _draft(asked, opened, paid, number=number, at=scene.at)
    trace = Trace(opened.answer.quote, paid.points, digest)
    answer = draft_store(draft, trace=trace, stores={opened.store.name: opened.store}, scene=scene)
    if answer.faults:
        raise SaleRefused(faults=answer.faults)
    basket_sold(asked.uid, customer_id=answer.customer_id, actor=scene.actor, at=scene.at)
    _audit_prices(asked, scene)
    return Finalised(
        asked.uid, number, "created", answer.customer_id, opened.answer.total, paid.points.points,
        sale_earned(asked.uid, answer.customer_id, at=scene.at),
    )  # fmt: skip


def names_of(asked: Finalising) -> list[str]:
    """What nobody else may be working on: the sale, and whoever is told to have bought."""
    contact = asked.ask.contact or Contact()
    return [str(asked.uid), *(f"{kind}:{value}" for kind, value in contact.identities)]


def _again(head: SaleHead, digest: str) -> Finalised:
    """The answer that was given when the sale was made."""
    trace = trace_of(head.id)
    if trace.digest != digest:
        raise SaleOtherwise(number=head.number)
    total, sold_at = Sale.objects.values_list("total", "sold_at").get(id=head.id)
    earned = sale_earned(head.uid, head.customer_id, at=sold_at)
    return Finalised(
        head.uid, head.number, "unchanged", head.customer_id, total, trace.points.points, earned
    )  # fmt: skip


def _digest(asked: Finalising) -> str:
    """What tells a basket that is sent again from another one under the same id."""
    ask = asked.ask
    told = [
        ask.store, ask.register, ask.channel, ask.contact and list(ask.contact), [list(line) for line in ask.lines],
        ask.codes, asked.quoted_total, [list(each) for each in asked.paying.payments], *asked.paying[1:],
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


# What it costs now


def _require_shown(opened: Opened, asked: Finalising, shown: Mapping[str, Any] | None) -> None:
    """Returns when it costs what was shown. Raises QuoteChanged, with what changed."""
    answer = opened.answer
    if answer.total == asked.quoted_total:
        return
    places = currency_places(answer.currency)
    kept = shown if shown is not None else shown_last(asked.uid)
    changes = list(_changes(kept, quote_form(answer))) if kept else []
    raise QuoteChanged(
        now=amount_text(answer.total, places=places),
        before=amount_text(asked.quoted_total, places=places),
        changes="; ".join(changes) or _("an offer, a price or the customer's groups changed meanwhile"),
    )


def _changes(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterable[str]:
    """What is otherwise between two quotes of one basket, a part of a sentence each."""
    had = {each["offer"]: each for each in before.get("applied", ())}
    has = {each["offer"]: each for each in now["applied"]}
    why = {each["offer"]: each["why"] for each in now["not_applied"]}
    for offer in [each for each in had if each not in has]:
        yield _('"%s" no longer applies: %s') % (had[offer]["name"], why.get(offer, _("it is over")))
    for offer in [each for each in has if each not in had]:
        yield _('"%s" applies now and saves %s') % (has[offer]["name"], has[offer]["saves"])
    for offer in [each for each in has if each in had and had[each]["saves"] != has[each]["saves"]]:
        yield _('"%s" saves %s, not %s') % (has[offer]["name"], has[offer]["saves"], had[offer]["saves"])
    for line, was in zip(now["lines"], before.get("lines", ()), strict=False):
        if line["sku"] == was["sku"] and line["unit_price"] != was["unit_price"]:
            yield _("%s costs %s, not %s") % (line["name"] or line["sku"], line["unit_price"], was["unit_price"])


# How it is paid


class Paid(NamedTuple):
    """The payments of a sale, and what of it was paid with points."""

    payments: tuple[PaymentDraft, ...]
    points: PaidPoints


def paid_with(opened: Opened, paying: Paying, *, exchanged: int = 0) -> Paid:
    """The payments in full, that add up to the total and the tip. Raises BasketRefused, and what refuses points."""
    points = _points(opened, paying.points)
    due = opened.answer.total + paying.tip - points.worth
    faults = list(_payment_faults(paying, _money(opened)))
    told = sum(each.amount or 0 for each in paying.payments)
    given = max(0, min(exchanged, due - told))
    rest = due - told - given
    is_rest_told = any(each.amount is None for each in paying.payments)
    if not faults and rest and (rest < 0 or not is_rest_told):
        money = _money(opened)
        sentence = _("%s is paid, but it comes to %s; tell how the rest is paid") if rest > 0 else _(
            "%s is paid, but it comes to %s; take less"
        )  # fmt: skip
        faults.append(Fault("payments", sentence % (money(due - rest + points.worth), money(due + points.worth))))
    if faults:
        raise BasketRefused(faults=faults)
    payments = [PaymentDraft(PAID_WITH_POINTS, points.worth)] if points.worth else []
    payments += [PaymentDraft(EXCHANGE, given)] if given else []
    payments += [
        PaymentDraft(each.method, rest if each.amount is None else each.amount, each.reference)
        for each in paying.payments
        if each.amount is not None or rest
    ]
    return Paid(tuple(payments), points)


def left_to_pay(opened: Opened, paying: Paying) -> int:
    """What the payments that are told leave to be paid; points count as what they are worth."""
    told = sum(each.amount or 0 for each in paying.payments)
    return opened.answer.total + paying.tip - _worth(opened, paying.points) - told


def _money(opened: Opened) -> Any:
    places = currency_places(opened.business.currency)
    return lambda minor: amount_text(minor, places=places)


def _payment_faults(paying: Paying, money: Any) -> Iterable[Fault]:
    open_ended = [n for n, each in enumerate(paying.payments) if each.amount is None]
    for n in open_ended[1:]:
        yield Fault(f"payments[{n}].amount", _("only one payment can be all that is left; tell this amount"))
    for n, each in enumerate(paying.payments):
        if each.amount is not None and each.amount <= 0:
            yield Fault(f"payments[{n}].amount", _("%s is not above zero; leave the payment out") % money(each.amount))
    if paying.tip < 0:
        yield Fault("tip", _("%s is below zero") % money(paying.tip))


def _points(opened: Opened, asked: int) -> PaidPoints:
    """What so many points pay of the basket, spread over the lines that allow it."""
    if not asked:
        return NO_POINTS
    customer, policy = opened.answer.customer, opened.policy
    if customer is None:
        raise NobodyPays(method=PAID_WITH_POINTS)
    if asked > customer.points or policy is None:
        raise NotEnoughPoints(customer=customer.customer_id, balance=customer.points, asked=asked)
    worth = _worth(opened, asked)
    if asked > points_for(_most(opened, policy), policy.point_value_milli) or not worth:
        money = _money(opened)
        told = points_worth(asked, policy.point_value_milli)
        raise NotRedeemable(most=money(_most(opened, policy)), asked=money(told))
    barred = policy.not_redeemable_categories
    weights = [0 if line.is_gift_card or line.category in barred else line.net for line in opened.lines]
    return points_paid(points_for(worth, policy.point_value_milli), worth, weights)


def _till_code_use(opened: Opened, paying: Paying, scene: Scene) -> None:
    """The customer has shown the code for so many points. Raises TillCodeRefused, NobodyPays."""
    if opened.customer_id is None:
        raise NobodyPays(method=PAID_WITH_POINTS)
    till_code_use(paying.till_code, customer_id=opened.customer_id, actor=scene.actor, at=scene.at)


def _most(opened: Opened, policy: PolicyTerms) -> int:
    """What points may pay of the basket at most."""
    return min(payable_with_points(policy, opened.lines), opened.answer.total)


def _worth(opened: Opened, points: int) -> int:
    """What so many points pay of the basket."""
    policy = opened.policy
    if policy is None or not points:
        return 0
    return min(points_worth(points, policy.point_value_milli), _most(opened, policy))


# What is stored


def _draft(asked: Finalising, opened: Opened, paid: Paid, *, number: str, at: datetime) -> SaleDraft:
    ask, answer = asked.ask, opened.answer
    lines = tuple(
        LineDraft(
            told.sku, told.name, told.category, told.brand, line.quantity_milli, line.unit_price_milli, line.discount,
            0, line.net, told.is_gift_card,
        )
        for told, line in zip(answer.basket.lines, answer.quote.lines, strict=True)
    )  # fmt: skip
    return SaleDraft(
        uid=asked.uid,
        number=number,
        sold_at=at,
        store=opened.store.name,
        register=ask.register,
        channel=ask.channel,
        contact=_contact(ask, opened.customer_id),
        lines=lines,
        payments=paid.payments,
        total=answer.total,
        tip=asked.paying.tip,
        note=asked.paying.note,
    )


def _contact(ask: Ask, customer_id: int | None) -> Contact | None:
    """Who was told, led to whom it was quoted for."""
    return ask.contact if customer_id is None or ask.contact is None else ask.contact._replace(id=customer_id)


def _audit_prices(asked: Finalising, scene: Scene) -> None:
    """Whoever gives a price of their own is in the log."""
    lines: Sequence[int] = [n for n, line in enumerate(asked.ask.lines, 1) if line.manual_price_milli is not None]
    if lines and scene.actor.may("offers.manual_price"):
        head = sale_heads([asked.uid])[asked.uid]
        audit_record(
            actor=scene.actor, verb="checkout.manual_price", subject_kind="sale", subject_ids=[head.id], at=scene.at,
            facts={"lines": lines},
        )  # fmt: skip
