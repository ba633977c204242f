"""A register at work: the basket it holds, what that costs now, and keeping what changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from regulars.access.rules import Actor
from regulars.balances.rules import PAID_ON_ACCOUNT, PAID_WITH_CREDIT, points_worth
from regulars.balances.selectors import policy_in_force
from regulars.checkout.answers import QuoteAnswer, Standing
from regulars.checkout.asking import Ask, ask_read
from regulars.checkout.baskets import NEVER, basket_get, basket_save
from regulars.checkout.errors import BasketElsewhere, BasketRefused, BasketUnknown
from regulars.checkout.paying import money_back
from regulars.checkout.quoting import quote_open
from regulars.checkout.returning import return_preview
from regulars.checkout.standing import standing_of
from regulars.core.errors import Conflict
from regulars.core.money import currency_places
from regulars.sales.cards import card_or_nobody
from regulars.sales.counter import ways_to_pay
from regulars.sales.finding import Glimpse
from regulars.web.register.paying import Bill, bill_of, ways_offered
from regulars.web.register.place import Place
from regulars.web.register.showing import (
    NOTHING_WRONG,
    Screen,
    Sentences,
    lines_of,
    reasons_of,
    sentence_of,
    sentences_of,
)
from regulars.web.register.till import Back, Till, asked_form, till_form, till_read
from regulars.web.written import Shop


class Held(NamedTuple):
    """A basket as it is found, and when it was changed last; `state` is "new" where nothing was put into it yet."""

    till: Till
    state: str
    changed_at: datetime = NEVER


@dataclass(frozen=True, slots=True)
class Desk:
    """A register and who stands at it."""

    place: Place
    shop: Shop
    actor: Actor
    at: datetime

    def held(self, uid: UUID) -> Held:
        """The basket of that id. Raises BasketElsewhere for one that is open on another register."""
        try:
            basket = basket_get(uid, visible_to=self.actor)
        except BasketUnknown:
            return Held(Till(*self.place), "new")
        if basket.state in ("sold", "dropped"):
            return Held(Till(*self.place), basket.state)
        till = till_read(basket.form)
        if basket.state == "open" and (basket.store, basket.register) != self.place:
            raise BasketElsewhere(register=basket.register)
        return Held(till, basket.state, basket.changed_at)

    def keep(self, uid: UUID, till: Till, *, seen_at: datetime | None = None) -> Screen:
        """The basket is kept as it is now; what the page shows of it. Raises BasketMoved, and what saving raises."""
        answer, faults = self._quoted(till)
        basket_save(uid, till_form(till), shown=answer, seen_at=seen_at, actor=self.actor, at=self.at)
        return self._screen(till, answer, faults)

    def look(self, till: Till, sentences: Sentences = NOTHING_WRONG) -> Screen:
        """What the page shows of the basket, and beside it what was wrong with what was asked."""
        answer, faults = self._quoted(till)
        return self._screen(till, answer, faults | sentences)

    def ask(self, till: Till) -> Ask:
        """The basket as it is asked what it costs. Raises BasketRefused."""
        return ask_read(asked_form(till), places=currency_places(self.shop.currency), country=self.shop.country)

    def _quoted(self, till: Till) -> tuple[QuoteAnswer | None, Sentences]:
        """What the basket costs; or what is wrong with it."""
        if not till.lines:
            return None, NOTHING_WRONG
        try:
            return quote_open(self.ask(till), actor=self.actor, at=self.at), NOTHING_WRONG
        except BasketRefused as refusal:
            return None, sentences_of(refusal.faults)

    def _screen(self, till: Till, answer: QuoteAnswer | None, sentences: Sentences) -> Screen:
        customer = card_or_nobody(till.customer, visible_to=self.actor)
        standing = answer.customer if answer else self._standing(customer)
        bill, wrong = self._billed(till, answer)
        return Screen(
            till=till,
            lines=lines_of(till, answer, sentences),
            answer=answer,
            reasons=reasons_of(answer, shop=self.shop) if answer else (),
            customer=customer,
            standing=standing,
            bill=bill,
            ways=self._ways(standing),
            sentences=sentences | wrong,
        )

    def _standing(self, customer: Glimpse | None) -> Standing | None:
        if customer is None:
            return None
        return standing_of(customer.id, customer.name, at=self.at, visible_to=self.actor)

    def _billed(self, till: Till, answer: QuoteAnswer | None) -> tuple[Bill | None, Sentences]:
        """What is to be paid; none where there is no sum, or where what is brought back cannot be any more."""
        if answer is None:
            return None, NOTHING_WRONG
        try:
            return self._bill(till, answer), NOTHING_WRONG
        except Conflict as refusal:
            return None, Sentences({"back": sentence_of(refusal)})

    def _bill(self, till: Till, answer: QuoteAnswer) -> Bill:
        """What is to be paid; more points than this basket takes are not spent."""
        points = min(till.points, answer.redeemable.points)
        worth = self.worth_of(points, answer)
        return bill_of(answer.total, till.parts, points=points, worth=worth, brought_back=self._brought_back(till.back))

    def _brought_back(self, back: Back | None) -> int:
        """The money that goes back for what is brought back in the same step."""
        if back is None:
            return 0
        draft = return_preview(
            back.sale, quantities=dict(back.quantities), refund_to=back.refund_to, actor=self.actor, at=self.at
        )
        return money_back(draft.payments)

    def worth_of(self, points: int, answer: QuoteAnswer) -> int:
        """What so many points pay of this basket."""
        policy = policy_in_force(self.shop.today)
        if policy is None or not points:
            return 0
        return min(points_worth(points, policy.point_value_milli), answer.redeemable.worth)

    def _ways(self, standing: Standing | None) -> Sequence[str]:
        known = ways_offered(ways_to_pay(visible_to=self.actor))
        if standing is None:
            return known
        credit = [PAID_WITH_CREDIT] if standing.credit > 0 else []
        is_trusted = (standing.account_left or 0) > 0 or self.actor.may("balances.over_limit")
        return [*known, *credit, *([PAID_ON_ACCOUNT] if is_trusted else [])]
