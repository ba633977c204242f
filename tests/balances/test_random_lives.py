"""Whatever happens, in whatever order: each ledger closes, nothing differs from what the sales say, and a sale that is
wholly taken back leaves nothing."""

import os
from datetime import timedelta

from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from regulars.access.rules import OPERATOR
from regulars.balances.jobs import days_end
from regulars.balances.models import Balance
from regulars.balances.rules import BOOKS, EarningRule
from regulars.balances.selectors import liability, statement_of
from regulars.balances.services import account_limit_set, account_pay, credit_adjust, points_adjust, points_redeem
from regulars.balances.verifying import differences
from regulars.checkout.returning import lines_left
from regulars.checkout.services import sale_reassign, sale_return, sale_void
from regulars.core.errors import RegularsError
from regulars.sales.models import Sale, SaleLine
from tests import cast
from tests.balances.counter import TODAY, noon, policy

IS_DEEP = os.environ.get("REGULARS_HYPOTHESIS") == "deep"
EXAMPLES = {"quick": 15, "usual": 40, "deep": 600}[os.environ.get("REGULARS_HYPOTHESIS", "usual")]
PROFILE = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    print_blob=True,
)

RULES = [
    EarningRule(name="by amount", kind="amount", points=7, per=1000),
    EarningRule(name="coffee", kind="amount", points=1, per=300, categories=("Coffee",)),
    EarningRule(name="visit", kind="visit", points=3),
    EarningRule(name="mugs", kind="product", points=5, skus=("MUG",)),
    EarningRule(name="double", kind="multiplier", factor_milli=1500, brands=("Acme",)),
]
POLICIES = st.fixed_dictionaries(
    {
        "rules": st.lists(st.sampled_from(RULES), min_size=1, max_size=4, unique=True),
        "pending_days": st.sampled_from([0, 0, 2]),
        "expires_after_days": st.sampled_from([None, 2, 5, 9]),
        "point_value_milli": st.sampled_from([1000, 333, 30_000]),
        "counts_tax": st.booleans(),
        "welcome_bonus": st.sampled_from([0, 11]),
    }
)
LINES = st.lists(
    st.builds(
        lambda sku, quantity, price: cast.line(
            sku, price=price, quantity=quantity, category="Coffee" if sku == "LATTE" else "Things",
            brand="Acme" if sku == "BEANS" else "Other", tax="0.10",
        ),
        st.sampled_from(["LATTE", "MUG", "BEANS"]), st.sampled_from(["1", "2", "0.5", "3"]),
        st.sampled_from(["3.33", "10.00", "99.99"]),
    ),
    min_size=1, max_size=3,
)  # fmt: skip
WHO = st.integers(0, 1)
ACTS = st.one_of(
    st.tuples(st.just("sell"), st.sampled_from([None, 0, 0, 1, 1]), LINES, st.sampled_from(["cash", "points", "store_credit", "account"]), st.sampled_from([0, 0, 0, 1, 4])),
    st.tuples(st.just("sell"), WHO, LINES, st.just("cash"), st.just(0)),
    st.tuples(st.just("return"), st.integers(0, 20), st.sampled_from(["", "", "store_credit"]), st.booleans()),
    st.tuples(st.just("void"), st.integers(0, 20)),
    st.tuples(st.just("reassign"), st.integers(0, 20), st.sampled_from([0, 1, None])),
    st.tuples(st.just("adjust"), WHO, st.sampled_from([-5, 40, 400])),
    st.tuples(st.just("credit"), WHO, st.sampled_from([-300, 5000])),
    st.tuples(st.just("redeem"), WHO, st.sampled_from([1, 30])),
    st.tuples(st.just("pay"), WHO, st.just(500)),
    st.tuples(st.just("days"), st.integers(1, 4), st.booleans()),
    st.tuples(st.just("policy"), POLICIES),
)  # fmt: skip


class Life:
    """Two customers and what happens to them, day by day."""

    def __init__(self, terms: dict) -> None:
        self.people = [cast.person("Anna"), cast.person("Ben")]
        self.day, self.n, self.refused = TODAY, 0, 0
        self.policy(terms)
        account_limit_set(None, 100_000, actor=OPERATOR, at=self.at)

    @property
    def at(self):
        return noon(self.day) + timedelta(minutes=self.n)

    def do(self, act: tuple) -> None:
        self.n += 1
        try:
            getattr(self, act[0])(*act[1:])
        except RegularsError:
            self.refused += 1

    def policy(self, terms: dict) -> None:
        policy(
            *terms["rules"],
            starts_on=self.day,
            at=self.at,
            **{name: value for name, value in terms.items() if name != "rules"},
        )

    def sell(self, who: int | None, lines: list, method: str, days_late: int) -> None:
        at = self.at - timedelta(days=days_late)
        told = cast.sale(self.n, *lines, at=at)
        total = sum(_worth(line) for line in lines)
        part = min(total, 700) if method == "points" else total
        told["payments"] = [{"method": method, "amount": f"{part / 100:.2f}"}]
        if part < total:
            told["payments"].append({"method": "cash", "amount": f"{(total - part) / 100:.2f}"})
        if who is not None:
            told["customer"] = {"id": self.people[who]}
        [answer] = cast.record(told, at=self.at, actor=OPERATOR)
        assert answer.outcome in {"created", "refused"}

    def _sale(self, n: int) -> Sale | None:
        sales = list(Sale.objects.filter(kind="sale").order_by("id"))
        return sales[n % len(sales)] if sales else None

    def _return(self, n: int, to: str, whole: bool) -> None:
        sale = self._sale(n)
        if sale is not None:
            quantities = None if whole else {1: min(1000, SaleLine.objects.get(sale=sale, n=1).quantity_milli)}
            sale_return(
                sale.number,
                quantities=quantities,
                refund_to=to,
                uid=cast.uid(1000 + self.n),
                actor=OPERATOR,
                at=self.at,
            )

    def void(self, n: int) -> None:
        sales = list(Sale.objects.order_by("id"))
        if sales:
            sale_void(str(sales[n % len(sales)].uid), actor=OPERATOR, at=self.at)

    def reassign(self, n: int, who: int | None) -> None:
        sale = self._sale(n)
        if sale is not None:
            sale_reassign(sale.number, None if who is None else self.people[who], actor=OPERATOR, at=self.at)

    def adjust(self, who: int, amount: int) -> None:
        points_adjust(self.people[who], amount, reason="test", reference=str(self.n), actor=OPERATOR, at=self.at)

    def credit(self, who: int, amount: int) -> None:
        credit_adjust(self.people[who], amount, reason="test", reference=str(self.n), actor=OPERATOR, at=self.at)

    def redeem(self, who: int, amount: int) -> None:
        points_redeem(self.people[who], amount, reason="", reference=str(self.n), actor=OPERATOR, at=self.at)

    def pay(self, who: int, amount: int) -> None:
        account_pay(self.people[who], amount, method="cash", reference=str(self.n), actor=OPERATOR, at=self.at)

    def days(self, count: int, job: bool) -> None:
        self.day += timedelta(days=count)
        if job:
            days_end(at=self.at)

    def closes(self) -> None:
        """Opening + movements = closing, for everybody and for the shop."""
        for customer in self.people:
            for book in BOOKS:
                kept = (
                    Balance.objects.filter(customer_id=customer, book=book).values_list("amount", flat=True).first()
                    or 0
                )
                told = statement_of(
                    customer, book=book, first=TODAY, last=self.day + timedelta(days=400), visible_to=OPERATOR
                )
                assert told.opening + sum(each.amount for each in told.movements) == told.closing == kept
        for each in liability(first=TODAY, last=self.day + timedelta(days=400), visible_to=OPERATOR):
            assert each.opening + sum(each.by_kind.values()) == each.closing


def _worth(line: dict) -> int:
    from regulars.core.money import amount_milli, line_amount

    return line_amount(amount_milli(line["quantity"]), amount_milli(line["unit_price"], places=2))


setattr(Life, "return", Life._return)


@PROFILE
@given(terms=POLICIES, acts=st.lists(ACTS, min_size=3, max_size=25))
def test_whatever_happens_the_ledger_is_what_the_sales_say(shop, terms, acts):
    with transaction.atomic():
        life = Life(terms)
        for act in acts:
            life.do(act)
            if IS_DEEP:
                assert list(differences(today=life.day)) == [], act
        assert list(differences(today=life.day)) == []
        life.closes()
        transaction.set_rollback(True)


# What may have happened to sales before all of them come back. No night passes: what expired stays expired.
BEFORE = st.one_of(
    st.tuples(st.just("sell"), WHO, LINES, st.sampled_from(["cash", "cash", "points", "store_credit", "account"]), st.just(0)),
    st.tuples(st.just("return"), st.integers(0, 20), st.just(""), st.booleans()),
    st.tuples(st.just("reassign"), st.integers(0, 20), WHO),
    st.tuples(st.just("void"), st.integers(0, 20)),
)  # fmt: skip


@PROFILE
@given(terms=POLICIES, acts=st.lists(BEFORE, min_size=1, max_size=15))
def test_a_sale_and_its_whole_return_leave_nothing_on_any_ledger(shop, terms, acts):
    with transaction.atomic():
        life = Life(terms | {"welcome_bonus": 0})
        for who in (0, 1):
            life.adjust(who, 5000)
            life.credit(who, 50_000)
            life.n += 1
        before = balances_now()
        for act in acts:
            life.do(act)
        for sale in Sale.objects.filter(kind="sale", status="completed").order_by("id"):
            life.n += 1
            if lines_left(str(sale.uid), visible_to=OPERATOR) and any(
                lines_left(str(sale.uid), visible_to=OPERATOR).values()
            ):
                sale_return(str(sale.uid), uid=cast.uid(5000 + life.n), actor=OPERATOR, at=life.at)
        assert {key: amount for key, amount in balances_now().items() if amount} == before
        assert list(differences(today=life.day)) == []
        transaction.set_rollback(True)


def balances_now() -> dict:
    return {
        (customer, book): amount
        for customer, book, amount in Balance.objects.values_list("customer_id", "book", "amount")
    }


@PROFILE
@given(lines=LINES, n=st.integers(1, 4), data=st.data())
def test_in_whatever_order_sale_returns_void_and_reassignment_come_the_end_is_the_same(shop, lines, n, data):
    """A sale, its returns piece by piece, one of them voided, and the sale given to somebody: in any order that can be."""
    returns = [
        cast.brought_back(
            10 + k, 1, {**line, "quantity": "-0.5", "unit_price": line["unit_price"], "tax": "0.00"}, at=noon(TODAY)
        )
        for k, line in enumerate(lines[:n])
    ]
    ends = []
    for order in (data.draw(st.permutations(range(len(returns) + 1))), range(len(returns) + 1)):
        with transaction.atomic():
            anna, ben = cast.person("Anna"), cast.person("Ben")
            policy(*RULES)
            told = [cast.sale(1, *lines, at=noon(TODAY), customer={"id": anna}), *returns]
            for place in order:
                [answer] = cast.record(told[place], at=noon(TODAY), actor=OPERATOR)
                assert answer.outcome == "created", answer
            sale_reassign("W-0001", ben, actor=OPERATOR, at=noon(TODAY))
            sale_void("W-0010", actor=OPERATOR, at=noon(TODAY))
            held = {(customer == ben, book): amount for (customer, book), amount in balances_now().items() if amount}
            ends.append(held)
            assert list(differences(today=TODAY)) == []
            transaction.set_rollback(True)
    assert ends[0] == ends[1]
