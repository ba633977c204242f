"""Points, store credit and account of a customer on the pages."""

import re
from datetime import timedelta

import pytest

from regulars.balances.models import AccountLimit, Entry
from regulars.balances.selectors import balances_of
from regulars.balances.services import account_limit_set, account_pay, credit_adjust, points_adjust
from regulars.offers.engine.terms import Kind, Level, OfferTerms
from regulars.web.balances.forms import periods
from tests import cast
from tests.web import office
from tests.web.office import BY, OPERATOR, TODAY
from tests.web.test_loyalty import words
from tests.web.test_segments import refused, text
from tests.web.visiting import signed_in

pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def holder(anna):
    """35 points of a sale, 20 by hand, 250.00 of credit, 960.00 on account of 5,000.00."""
    office.points()
    account_limit_set(anna, 500_000, **BY)
    who = {"customer": {"id": anna}}
    cast.recorded(cast.sale(20, **who))
    cast.recorded(
        cast.sale(21, cast.line("MUG", "960.00"), payments=[{"method": "account", "amount": "960.00"}], **who),
        actor=OPERATOR,
    )
    points_adjust(anna, 20, reason="Spilled coffee", reference="a", **BY)
    credit_adjust(anna, 25_000, reason="Broken mug", reference="b", **BY)
    return anna


def tiles(page):
    return [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r'<dd class="figure[^"]*">(.*?)</dd>', page)]


# On the page of the customer


def test_the_customer_shows_three_balances_and_what_each_sale_moved(holder):
    page = text(signed_in("owner").get(f"/customers/{holder}"))
    assert tiles(page)[:3] == ["151 Ksh151.00", "Ksh250.00", "Ksh960.00"]
    told = words(page[page.index('class="timeline"') :])
    assert "Sale W-0021" in told
    assert "+96" in told
    assert "on account 960.00" in told
    assert "Adjusted Store credit, Broken mug" in told
    assert "Adjusted Points, Spilled coffee" in told


def test_a_sale_shows_its_offers_on_the_timeline(anna):
    office.goods()
    made = office.offer("Ten off", OfferTerms(kind=Kind.PERCENT, level=Level.ORDER, percent_milli=10_000))
    offers = [{"id": made, "amount": "35.00"}]
    line = cast.line(price="350.00", discount="35.00")
    cast.recorded(cast.sale(20, line, customer={"id": anna}, offers=offers), actor=OPERATOR)
    assert "Ten off \N{MINUS SIGN}35.00" in words(text(signed_in("owner").get(f"/customers/{anna}")))


def test_a_shop_without_points_shows_balances_only_to_those_who_may_give_some(anna):
    for role, is_shown in (("owner", True), ("manager", True), ("marketer", False), ("auditor", False)):
        page = text(signed_in(role).get(f"/customers/{anna}"))
        assert (f"/customers/{anna}/balances" in page) is is_shown


def test_the_page_of_a_customer_takes_three_queries_more_for_balances(holder, django_assert_max_num_queries):
    client = signed_in("owner")
    client.get(f"/customers/{holder}")
    with django_assert_max_num_queries(32):
        client.get(f"/customers/{holder}")


def test_the_timeline_narrows_to_what_moved_without_a_sale(holder):
    page = words(text(signed_in("owner").get(f"/customers/{holder}/timeline?kind=balance")))
    assert "Spilled coffee" in page
    assert "Sale W-" not in page


# Balances and their movements


def test_balances_are_told_with_their_expiry_and_movements(holder):
    page = text(signed_in("cashier").get(f"/customers/{holder}/balances"))
    assert tiles(page) == ["151", "Ksh250.00", "Ksh960.00"]
    told = words(page)
    assert "of Ksh5,000.00, Ksh4,040.00 left" in told
    assert "20 Nov 2027 131 points" in told
    assert "up to 30 days Ksh960.00" in told
    assert "Take a payment" in told
    assert "Give or take by hand" not in told


def test_points_that_expire_on_many_days_leave_room_for_the_rest(holder):
    for n in range(1, 10):
        points_adjust(holder, 5, reason="x", reference=f"n{n}", actor=OPERATOR, at=cast.NOW - timedelta(days=n))
    told = words(text(signed_in("cashier").get(f"/customers/{holder}/balances")))
    shown, later = told.split("Points on 2 later days")
    assert "12 Nov 2027 5 points" in shown
    assert ("19 Nov 2027 5 points" in shown, "20 Nov 2027" in shown) == (True, False)
    assert "20 Nov 2027 136 points" in later


def test_movements_are_read_page_by_page(holder):
    for n in range(30):
        points_adjust(holder, 1, reason=f"No {n}", reference=f"n{n}", **BY)
    client = signed_in("owner")
    page = text(client.get(f"/customers/{holder}/balances"))
    assert re.findall(r"<small>(No \d+)</small>", page) == [f"No {n}" for n in range(29, 4, -1)]
    older = re.search(r'href="(\?before=\d+)"', page)[1]
    page = text(client.get(f"/customers/{holder}/balances{older}"))
    assert re.findall(r"<small>(No \d+)</small>", page) == ["No 4", "No 3", "No 2", "No 1", "No 0"]
    assert client.get(f"/customers/{holder}/balances?before=x").status_code == 200


def test_what_was_booked_late_stands_on_its_day(holder):
    for n in range(30):
        at = cast.NOW - timedelta(days=n % 3)
        points_adjust(holder, 1, reason=f"No {n}", reference=f"n{n}", actor=OPERATOR, at=at)
    client = signed_in("owner")
    by_day = [f"No {n}" for late in range(3) for n in reversed(range(late, 30, 3))]
    page = text(client.get(f"/customers/{holder}/balances"))
    shown = re.findall(r"<small>(No \d+)</small>", page)
    older = re.search(r'href="(\?before=\d+)"', page)[1]
    page = text(client.get(f"/customers/{holder}/balances{older}"))
    assert shown + re.findall(r"<small>(No \d+)</small>", page) == by_day
    assert "before=" not in text(client.get(f"/customers/{holder}/balances?before=999999999"))


def test_points_and_credit_are_given_and_taken_once_for_each_form(holder):
    client = signed_in("manager")
    path = f"/customers/{holder}/balances/adjust"
    give = {"book": "points", "act": "give", "amount": "30", "reason": "Birthday", "once": "one"}
    for _twice in range(2):
        assert client.post(path, give).status_code == 302
    client.post(path, give | {"act": "take", "amount": "10", "once": "two"})
    client.post(
        path,
        {"book": "credit", "act": "give", "amount": "12.50", "reason": "Late", "once": "three", "until": "2026-12-31"},
    )
    held = balances_of(holder, at=cast.NOW, visible_to=OPERATOR)
    assert (held.points, held.credit) == (171, 26_250)
    assert [(each.day.isoformat(), each.amount) for each in held.credit_expiring] == [("2026-12-31", 1_250)]


@pytest.mark.parametrize(
    ("more", "place", "sentence"),
    [
        ({"amount": ""}, "j-amount", "This field is required."),
        ({"amount": "0"}, "j-amount", "Write a number above zero."),
        ({"amount": "-5"}, "j-amount", "Write a number above zero."),
        ({"amount": "1.5"}, "j-amount", "more than 0 decimals"),
        ({"amount": "some"}, "j-amount", "is not an amount"),
        ({"amount": "152", "act": "take"}, "j-amount", "has 151 points to spend; 152 were asked for"),
        ({"amount": "251", "act": "take", "book": "credit"}, "j-amount", "250.00 KES of store credit"),
        ({"reason": ""}, "j-reason", "This field is required."),
        ({"book": "credit", "until": "2026-11-01"}, "j-until", "a last day that is not over"),
        ({"once": "taken"}, "j-amount", "is of another booking"),
    ],
)  # fmt: skip
def test_what_cannot_be_booked_is_said_at_its_field(holder, more, place, sentence):
    points_adjust(holder, 7, reason="x", reference="taken", **BY) if "once" in more else None
    told = {"book": "points", "act": "give", "amount": "5", "reason": "Because", "once": "new"} | more
    page = text(refused(signed_in("owner"), f"/customers/{holder}/balances/adjust", told, sentence))
    if "once" not in more:
        assert sentence in page[page.index(f'id="{place}"') :]


def test_a_payment_towards_the_account_is_taken_by_whoever_may(holder):
    client = signed_in("cashier")
    path = f"/customers/{holder}/balances/pay"
    page = text(client.get(f"/customers/{holder}/balances"))
    assert 'name="amount" value="960.00"' in page
    for _twice in range(2):
        client.post(path, {"amount": "900", "method": "cash", "once": "one"}, follow=True)
    assert balances_of(holder, at=cast.NOW, visible_to=OPERATOR).account == 6_000
    for wrong, sentence in (("", "This field is required."), ("0", "above 0"), ("x", "is not an amount")):
        refused(client, path, {"amount": wrong, "method": "cash"}, sentence)
    refused(client, path, {"amount": "1", "method": "points"}, "Select a valid choice")
    assert signed_in("marketer").post(path, {"amount": "1", "method": "cash"}).status_code == 403


def test_what_is_paid_ahead_is_told_so(holder):
    account_pay(holder, 100_000, method="cash", reference="c", **BY)
    page = text(signed_in("owner").get(f"/customers/{holder}/balances"))
    assert "Paid ahead" in page
    assert tiles(page)[2] == "Ksh40.00"
    assert "Paid ahead on account" in text(signed_in("owner").get(f"/customers/{holder}"))


def test_the_limit_of_an_account_is_set(holder):
    client = signed_in("manager")
    client.post(f"/customers/{holder}/balances/limit", {"limit": "100"}, follow=True)
    assert AccountLimit.objects.get(customer_id=holder).amount == 10_000
    refused(client, f"/customers/{holder}/balances/limit", {"limit": "-1"}, "at least 0")
    refused(client, f"/customers/{holder}/balances/limit", {"limit": ""}, "This field is required.")


def test_whose_customer_it_is_not_books_nothing(ben):
    client = signed_in("manager")
    for path in ("balances", "statement"):
        assert client.get(f"/customers/{ben}/{path}").status_code == 404
    for path, told in (
        ("adjust", {"book": "points", "act": "give", "amount": "5", "reason": "x", "once": "a"}),
        ("pay", {"amount": "5", "method": "cash", "once": "a"}),
        ("limit", {"limit": "5"}),
    ):
        assert client.post(f"/customers/{ben}/balances/{path}", told).status_code == 404
    assert not Entry.objects.exists()
    assert not AccountLimit.objects.exists()


# Statements


def test_a_statement_opens_moves_and_closes(holder):
    client = signed_in("owner")
    page = words(text(client.get(f"/customers/{holder}/statement?from=2026-11-21&until=2026-11-30")))
    assert "Opening 131" in page
    assert "Adjusted Spilled coffee +20 151" in page
    assert "Closing 151" in page
    page = words(text(client.get(f"/customers/{holder}/statement?book=account&from=2026-11-01&until=2026-11-30")))
    assert "Opening 0.00" in page
    assert "Bought on account, W-0021 +960.00 960.00" in page
    assert "Closing 960.00" in page
    assert "How old is what is owed on 21 Nov 2026" in page


@pytest.mark.parametrize("asked", ["from=x", "from=2026-11-30&until=2026-11-01"])
def test_days_of_a_statement_that_cannot_be_are_refused(holder, asked):
    answer = signed_in("owner").get(f"/customers/{holder}/statement?{asked}")
    assert answer.status_code == 422
    assert "errorlist" in text(answer)


def test_a_statement_of_no_book_is_of_points(holder):
    assert "Statement of points" in text(signed_in("owner").get(f"/customers/{holder}/statement?book=gold"))


def test_the_periods_people_ask_for(people):
    told = {str(label): (first.isoformat(), last.isoformat()) for label, first, last in periods(TODAY)}
    assert told == {
        "This month": ("2026-11-01", "2026-11-21"),
        "Last month": ("2026-10-01", "2026-10-31"),
        "This year": ("2026-01-01", "2026-11-21"),
        "Last year": ("2025-01-01", "2025-12-31"),
    }


# Who owes


def test_who_owes_is_listed_by_age(holder, ben):
    page = words(text(signed_in("owner").get("/offers/loyalty/accounts")))
    assert "Anna Maria Okoth 960.00 960.00 0.00 0.00 0.00" in page
    assert "Ben Wekesa" not in page
    assert signed_in("analyst").get("/offers/loyalty/accounts").status_code == 403


def test_where_nobody_owes_the_list_says_what_to_do(people):
    assert "Nobody owes anything" in text(signed_in("owner").get("/offers/loyalty/accounts"))
