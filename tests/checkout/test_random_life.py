"""A random life of a shop, and everything derived is what it follows from; every ledger closes."""

import random
from datetime import timedelta
from uuid import UUID

import pytest

from regulars.access.rules import OPERATOR
from regulars.balances.errors import NotEnoughCredit, NotEnoughPoints, NotRedeemable, OverLimit, TooFewPoints
from regulars.balances.jobs import days_end
from regulars.balances.models import Balance, Entry
from regulars.balances.rules import BOOKS, EarningRule, PolicyTerms
from regulars.balances.selectors import statement_of
from regulars.balances.services import account_pay, credit_adjust, points_adjust, policy_set
from regulars.checkout.answers import quote_form
from regulars.checkout.asking import finalising_read
from regulars.checkout.exchanging import basket_exchange
from regulars.checkout.finalising import basket_finalise_told
from regulars.checkout.quoting import quote_told
from regulars.checkout.services import sale_reassign, sale_return, sale_void
from regulars.checkout.verifying import differences
from regulars.core.errors import Conflict, NotFound, RegularsError
from regulars.offers.models import OfferUse
from regulars.sales.models import Payment, Sale
from regulars.segments.services import tier_set_save
from tests import cast
from tests.checkout.counter import PRICES, basket, bought, holding, offer, stocked

pytestmark = pytest.mark.usefixtures("shop")
EXPECTED = (NotEnoughCredit, NotEnoughPoints, NotRedeemable, OverLimit, TooFewPoints)
STEPS = 45


class Life:
    """What may happen in a shop, one thing after the other."""

    def __init__(self, seed):
        self.dice = random.Random(seed)
        self.at = cast.NOW
        self.n = 0
        self.people = [holding(points=200, credit=20000, limit=100000, name=name) for name in ("Anna", "Ben", "Carl")]
        self.refused = 0

    def uid(self) -> UUID:
        self.n += 1
        return cast.uid(1000 + self.n)

    def live(self):
        steps = (
            self.sell, self.sell, self.sell, self.bring_back, self.bring_back, self.void, self.reassign, self.record,
            self.exchange, self.by_hand, self.night, self.policy,
        )  # fmt: skip
        for _n in range(STEPS):
            try:
                self.dice.choice(steps)()
            except (Conflict, NotFound, *EXPECTED):
                self.refused += 1

    def basket(self):
        lines = [
            bought(self.dice.choice(list(PRICES)), self.dice.choice(["1", "2", "0.35", "3"]))
            for _n in range(self.dice.randrange(1, 4))
        ]
        return basket(*lines, to=self.dice.choice([*self.people, None]))

    def asked(self, told):
        quote = quote_form(quote_told(told, actor=OPERATOR, at=self.at))
        most = quote["redeemable"]["points"]
        points = self.dice.choice([0, 0, most, self.dice.randrange(most + 1)])
        ways = [{"method": self.dice.choice(["cash", "card", "account", "store_credit"])}]
        if self.dice.random() < 0.4:
            ways.append({"method": self.dice.choice(["store_credit", "account", "cash"]), "amount": "10.00"})
        return {
            "id": str(self.uid()), "basket": told, "quoted_total": quote["total"], "payments": ways, "points": points,
            "tip": self.dice.choice(["0", "0", "5.00"]),
        }  # fmt: skip

    def sell(self):
        try:
            basket_finalise_told(self.asked(self.basket()), actor=OPERATOR, at=self.at)
        except RegularsError:
            self.refused += 1

    def sale(self, kind="sale"):
        return self.dice.choice(list(Sale.objects.filter(kind=kind).order_by("id")) or [None])

    def quantities(self, sale):
        lines = dict(sale.lines.order_by("n").values_list("n", "quantity_milli"))
        if self.dice.random() < 0.4:
            return None
        return {n: self.dice.choice([quantity, quantity // 2, 0]) for n, quantity in lines.items()}

    def bring_back(self):
        sale = self.sale()
        if sale:
            to = self.dice.choice(["", "", "store_credit"]) if sale.customer_id else ""
            sale_return(
                str(sale.uid),
                quantities=self.quantities(sale),
                refund_to=to,
                uid=self.uid(),
                actor=OPERATOR,
                at=self.at,
            )

    def void(self):
        sale = self.sale(self.dice.choice(["sale", "return"]))
        if sale:
            sale_void(str(sale.uid), actor=OPERATOR, at=self.at)

    def reassign(self):
        sale = self.sale()
        if sale:
            sale_reassign(str(sale.uid), self.dice.choice([*self.people, None]), actor=OPERATOR, at=self.at)

    def exchange(self):
        sale = self.sale()
        if sale:
            asked = finalising_read(self.asked(self.basket()), places=2, country="KE")
            basket_exchange(
                asked, sale=str(sale.uid), quantities=None, return_uid=self.uid(), actor=OPERATOR, at=self.at
            )

    def record(self):
        """A till sends late sales, some of them returns of what it sold; contacts join and part profiles."""
        told = []
        for _n in range(self.dice.randrange(1, 5)):
            self.n += 1
            contact = {"phone": f"+25471200000{self.dice.randrange(3)}"} if self.dice.random() < 0.7 else {}
            if self.dice.random() < 0.3:
                contact["email"] = f"{self.dice.randrange(3)}@example.org"
            when = self.at - timedelta(minutes=self.dice.randrange(4000))
            told.append(cast.sale(1000 + self.n, at=when, customer=contact))
            if self.dice.random() < 0.3:
                self.n += 1
                told.append(cast.brought_back(1000 + self.n, 999 + self.n, at=when))
        self.dice.shuffle(told)
        assert {each.outcome for each in cast.record(*told, at=self.at, actor=OPERATOR)} <= {"created"}

    def by_hand(self):
        customer, reference = self.dice.choice(self.people), f"by hand {self.n}"
        self.n += 1
        told = {"reference": reference, "actor": OPERATOR, "at": self.at}
        match self.dice.randrange(3):
            case 0:
                points_adjust(customer, self.dice.choice([-30, 50]), reason="so", **told)
            case 1:
                credit_adjust(customer, self.dice.choice([-3000, 5000]), reason="so", **told)
            case _:
                account_pay(customer, 2000, method="cash", **told)

    def night(self):
        self.at += timedelta(days=self.dice.choice([1, 1, 5, 20]))
        days_end(at=self.at)

    def policy(self):
        rules = (
            EarningRule(name="by amount", points=1, per=self.dice.choice([1000, 3300])),
            EarningRule(name="gold", kind="multiplier", factor_milli=1500, tiers=("Gold",)),
            EarningRule(name="visit", kind="visit", points=self.dice.choice([1, 3])),
        )[: self.dice.randrange(1, 4)]
        terms = PolicyTerms(
            rules=rules, pending_days=self.dice.choice([0, 2]), expires_after_days=self.dice.choice([None, 15, 30]),
            point_value_milli=self.dice.choice([100_000, 33_000]),
            not_redeemable_categories=self.dice.choice([(), ("Things",)]),
        )  # fmt: skip
        policy_set(terms, starts_on=self.at.date(), actor=OPERATOR, at=self.at)


@pytest.mark.parametrize("seed", range(6))
def test_after_a_random_life_nothing_differs_and_every_ledger_closes(seed):
    stocked()
    tier_set_save("Loyalty", "Standard; Gold: spent >= 2000", is_told=False, actor=OPERATOR, at=cast.NOW)
    offer("Ten off", percent_milli=10_000, in_all=9)
    offer("Five off", percent_milli=5_000, per_customer=3)
    life = Life(seed)
    life.policy()
    life.live()
    assert Sale.objects.count() > 10
    assert list(differences(visible_to=OPERATOR, at=life.at)) == []
    _assert_ledgers_close()
    _assert_voided_or_brought_back_leaves_nothing()


def _assert_ledgers_close():
    for balance in Balance.objects.order_by("customer", "book"):
        days = list(Entry.objects.filter(customer=balance.customer_id, book=balance.book).values_list("day", flat=True))
        told = statement_of(
            balance.customer_id, book=balance.book, first=min(days), last=max(days), visible_to=OPERATOR
        )
        assert balance.book in BOOKS
        assert told.opening + sum(each.amount for each in told.movements) == told.closing == balance.amount


def _assert_voided_or_brought_back_leaves_nothing():
    for sale in Sale.objects.filter(kind="sale").order_by("id"):
        returns = Sale.objects.filter(original_uid=sale.uid, status="completed")
        units = sum(returns.values_list("units_milli", flat=True)) + sale.units_milli
        if sale.status == "voided" or (units == 0 and returns):
            uses = OfferUse.objects.filter(sale_uid=sale.uid).values_list("is_released", flat=True)
            assert all(uses), sale.number
        if sale.status == "completed" and units == 0 and returns:
            paid = sum(Payment.objects.filter(sale=sale).values_list("amount", flat=True))
            back = sum(Payment.objects.filter(sale__in=returns).values_list("amount", flat=True))
            # What was told without payments comes back without.
            assert paid + back == (sale.tip if paid else 0), sale.number
