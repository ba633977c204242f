"""At the counter many tills at once end as one after the other would, and a till that dies sells once or not at all."""

import signal

import pytest
from django.db import connection, transaction

from regulars.access.rules import OPERATOR
from regulars.balances.models import Entry, Redemption
from regulars.checkout.baskets import basket_get, basket_save
from regulars.checkout.models import SaleTrace
from regulars.checkout.services import sale_return
from regulars.checkout.verifying import differences
from regulars.offers.models import OfferUse
from regulars.sales.models import Register, Sale
from regulars.storage.writing import writing
from tests import cast
from tests.checkout.counter import (
    TILL,
    basket,
    bought,
    held,
    holding,
    loyal,
    offer,
    quoted,
    sold,
    stocked,
)
from tests.faults.crowd import dying_at, in_processes, killed, together
from tests.faults.test_cut_short import statements_of

pytestmark = pytest.mark.usefixtures("shop")
CLIENTS = 8


def assert_sound():
    """Everything derived is what it follows from; the search index outlives the tables that tests empty."""
    found = [each for each in differences(visible_to=OPERATOR, at=cast.NOW) if each.subject != "search"]
    assert found == []


@pytest.fixture(autouse=True)
def _stocked(shop):
    stocked()
    loyal()


@pytest.mark.parametrize("crowd", [together, in_processes])
def test_one_balance_at_eight_tills_is_spent_once_and_the_others_hear_what_is_left(crowd):
    anna = holding(points=100)
    told = basket(bought("MUG"), to=anna)
    acts = [
        lambda n=n: sold(n, {**told, "register": f"T{n}"}, "900.00", "cash", points=40).points_used
        for n in range(CLIENTS)
    ]
    answered = [str(each) for each in crowd(acts)]
    assert answered.count("40") == 2, answered
    # What the two sales earned is there to be spent, and does not suffice.
    assert all("points to spend; 40 were asked for. Take less." in each for each in answered if each != "40"), answered
    assert Redemption.objects.count() == Sale.objects.count() == 2
    assert Entry.objects.filter(kind="spend").count() >= 2
    assert held(anna).points == 100 - 80 + 2 * 8
    assert_sound()


@pytest.mark.parametrize("crowd", [together, in_processes])
def test_a_limit_at_eight_tills_at_once_holds(crowd):
    offer("First three", in_all=3)
    told = basket(bought("MUG"))
    acts = [lambda n=n: sold(n, {**told, "register": f"T{n}"}, "810.00").total for n in range(CLIENTS)]
    answered = [str(each) for each in crowd(acts)]
    assert answered.count("81000") == 3, answered
    assert all("used up" in each or "It comes to 900.00 now" in each for each in answered if each != "81000"), answered
    assert OfferUse.objects.filter(is_released=False).count() == Sale.objects.count() == 3
    assert_sound()


@pytest.mark.parametrize("crowd", [together, in_processes])
def test_the_same_basket_sent_by_eight_tills_is_sold_once_and_all_are_answered_alike(crowd):
    anna = holding(points=100)
    told = basket(bought("MUG"), to=anna)
    acts = [lambda: sold(1, told, "900.00", "cash", points=100)] * CLIENTS
    answered = crowd(acts)
    assert sorted(each.outcome for each in answered) == ["created"] + ["unchanged"] * 7
    assert {(each.number, each.total, each.points_used, each.points_earned) for each in answered} == {
        (Sale.objects.get().number, 90000, 100, 8)
    }
    assert Sale.objects.count() == 1
    assert_sound()


def test_registers_at_once_put_every_number_on_one_receipt():
    acts = [lambda n=n: [sold(10 * n + m, basket(), "350.00").number for m in range(4)] for n in range(CLIENTS)]
    answered = together(acts)
    name = f"R{Register.objects.get().id}"
    assert sorted(number for each in answered for number in each) == [f"{name}-{n:05}" for n in range(1, 33)]


def test_returns_of_one_sale_at_eight_tills_give_back_what_was_paid_once():
    anna = holding(points=100)
    number = sold(1, basket(bought("LATTE", "3"), to=anna), "1050.00", "cash", points=100).number
    acts = [
        lambda n=n: sale_return(number, quantities={1: 1000}, uid=cast.uid(50 + n), actor=TILL, at=cast.NOW)
        for n in range(CLIENTS)
    ]
    answered = together(acts)
    assert sum(not isinstance(each, Exception) for each in answered) == 3, answered
    assert held(anna).points == 100
    assert_sound()


def test_a_till_killed_between_quote_and_sale_goes_on_where_it_was():
    anna = holding(points=100)
    told = basket(bought("MUG"), to=anna)

    def quote_and_die(tell):
        shown = quoted(bought("MUG"), to=anna)
        basket_save(cast.uid(1), told, shown=shown, actor=TILL, at=cast.NOW)
        tell(shown.total)
        signal.pause()

    assert killed(quote_and_die, after=1) == [90000]
    kept = basket_get(cast.uid(1), visible_to=TILL)
    assert (kept.state, kept.form, kept.shown["total"]) == ("open", told, "900.00")
    assert Sale.objects.count() == 0
    assert sold(1, kept.form, kept.shown["total"], "cash", points=100).outcome == "created"
    assert_sound()


def dies_at_any(act, count, *, step):
    """The act, of so many statements, is killed before each; whatever it did is undone."""
    before = cast.everything()
    for statement in range(0, count, step):

        def die(tell, statement=statement):
            with dying_at(statement):
                act()
            tell("survived")

        assert killed(die) == []
        assert cast.everything() == before


def test_a_till_killed_before_any_statement_of_a_sale_has_sold_nothing_and_sells_it_once():
    offer("Ten off", in_all=5)
    anna = holding(points=1000, credit=9000)
    told = basket(bought("MUG"), bought("LATTE"), to=anna)

    def sell(n):
        return sold(n, told, "1125.00", "store_credit 50.00", "cash", points=100)

    sold(1, told, "1125.00", "store_credit 20.00", "cash", points=100)
    with writing():
        count = statements_of(lambda: sell(2))
        transaction.set_rollback(True)
    basket_save(cast.uid(3), told, shown=quoted(*told["lines"], to=anna), actor=TILL, at=cast.NOW)
    # A part of a transaction begins and ends with statements of its own.
    dies_at_any(lambda: sell(3), count - 3, step=3)
    answer, again = sell(3), sell(3)
    assert (answer.outcome, again.outcome) == ("created", "unchanged")
    assert answer.number == again.number
    assert Sale.objects.count() == SaleTrace.objects.count() == OfferUse.objects.count() == 2
    assert (held(anna).credit, held(anna).points) == (2000, 1000 - 200 + 20)
    connection.check_constraints()
    assert_sound()


def test_a_till_killed_before_any_statement_of_a_return_has_given_nothing_back():
    anna = holding(points=100)
    number = sold(1, basket(bought("MUG"), to=anna), "900.00", "cash", points=100).number

    def bring_back():
        return sale_return(number, uid=cast.uid(2), actor=OPERATOR, at=cast.NOW)

    with writing():
        count = statements_of(bring_back)
        transaction.set_rollback(True)
    dies_at_any(bring_back, count - 3, step=3)
    assert bring_back().number == f"{number}-R1"
    assert held(anna).points == 100
    assert_sound()
