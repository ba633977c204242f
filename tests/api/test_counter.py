"""At the counter over HTTP: quote, sell, bring back, balances, offers, the policy; and what a register may not."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from regulars.access.rights import RIGHTS, Role
from regulars.access.rules import OPERATOR
from regulars.api.rules import RULES
from regulars.checkout.answers import quote_text
from regulars.checkout.quoting import quote_told
from regulars.cli.commands import regulars
from tests import cast
from tests.api.calling import places, problem
from tests.checkout.counter import asked, basket, bought, held, holding, loyal, offer, stocked

POLICY = {"point_value": "1.00", "rules": [{"name": "by amount", "points": 1, "per": "100.00"}]}


@pytest.fixture(autouse=True)
def _stocked(shop):
    stocked()


def test_a_quote_is_the_same_through_every_door_byte_for_byte(till, tmp_path: Path):
    loyal()
    offer()
    told = basket(bought("MUG"), to=holding(points=10), at="2026-11-21T15:00:00+03:00", codes=["NONE"])
    before = cast.everything()
    answer = till.post("/quote", told)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    assert cast.everything() == before
    file = tmp_path / "basket.json"
    file.write_text(json.dumps(told), "utf-8")
    printed = CliRunner().invoke(regulars, ["quote", str(file)], catch_exceptions=False)
    shown = quote_text(quote_told(told, actor=OPERATOR, at=cast.NOW))
    assert answer.content == printed.stdout_bytes == shown.encode()
    assert answer.json()["total"] == "810.00"


def test_a_basket_that_cannot_be_is_a_problem_with_every_place(till):
    answer = till.post("/quote", basket(bought("LATE"), bought("MUG", "0"), bought("MUG", unit_price="x")))
    assert problem(answer) == (422, "checkout.basket_refused")
    assert places(answer) == ["lines[1].quantity", "lines[2].unit_price"]
    answer = till.post("/quote", basket(bought("LATE"), bought("MUG", unit_price="5")))
    assert places(answer) == ["lines[0].sku", "lines[1].unit_price"]
    answer = till.post("/quote", basket(customer={"phone": "071"}))
    assert answer.json()["errors"] == [
        {
            "place": "customer.phone",
            "message": '"…" is no phone number of KE; write it with its country code, such as +44 20 7946 0958.',
        }
    ]
    assert problem(till.post("/quote", b"{")) == (400, "api.not_json")
    assert problem(till.post("/quote", basket(store=cast.KAREN))) == (422, "checkout.basket_refused")


def test_a_basket_is_sold_and_sent_again_is_the_same_sale(till):
    loyal()
    anna = holding(points=100)
    told = asked(1, basket(bought("MUG"), to=anna), "900.00", "cash", points=100)
    answer = till.post("/sales/finalise", told)
    assert answer.status_code == 201
    assert answer.json() == {
        "id": told["id"], "number": "R901-00001", "outcome": "created", "customer": anna, "total": "900.00",
        "points_used": 100, "points_earned": 8,
    }  # fmt: skip
    assert answer["Location"] == f"/api/v1/sales/{told['id']}"
    again = till.post("/sales/finalise", told)
    assert (again.status_code, again.json()) == (200, {**answer.json(), "outcome": "unchanged"})
    assert problem(till.post("/sales/finalise", {**told, "quoted_total": "1.00"})) == (409, "checkout.sale_otherwise")


def test_what_refuses_a_sale_is_one_clear_line_and_changes_nothing(till, manager):
    loyal()
    anna = holding(points=5)
    before = cast.everything()
    for told, code, sentence in (
        (asked(1, basket(), "1.00", "cash"), "checkout.quote_changed", "It comes to 350.00 now, not to the 1.00"),
        (
            asked(1, basket(to=anna), "350.00", "cash", points=6),
            "balances.not_enough_points",
            f"Customer {anna} has 5 points to spend; 6 were asked for. Take less.",
        ),
        (
            asked(1, basket(to=anna), "350.00", "account"),
            "balances.over_limit",
            f"Customer {anna} owes 0.00 KES and may owe 0.00 KES; 350.00 KES more is over the limit.",
        ),
        (asked(1, basket(), "350.00", "store_credit"), "balances.nobody_pays", "Nobody is named whose balance"),
    ):
        answer = till.post("/sales/finalise", told)
        assert problem(answer) == (409, code)
        assert answer.json()["detail"].startswith(sentence)
    assert cast.everything() == before
    over = asked(1, basket(to=anna), "350.00", "account")
    assert manager.post("/sales/finalise", over).status_code == 201


def test_what_was_paid_comes_back_and_can_be_exchanged(till):
    loyal()
    anna = holding(points=100)
    till.post("/sales/finalise", asked(1, basket(to=anna), "350.00", "cash", points=100))
    told = {
        "returns": "R901-00001", "return_id": str(cast.uid(5)),
        "sells": asked(2, basket(bought("MUG"), to=anna), "900.00", "card"),
    }  # fmt: skip
    answer = till.post("/sales/exchange", told)
    assert (answer.status_code, answer.json()["returned"]["number"]) == (201, "R901-00001-R1")
    paid = till.read(f"/sales/{answer.json()['id']}")["payments"]
    assert [(each["method"], each["amount"]) for each in paid] == [("exchange", "250.00"), ("card", "650.00")]
    assert till.post("/sales/exchange", told).status_code == 200
    back = till.post("/sales/R901-00002/return", {"id": str(cast.uid(6)), "refund_to": "store_credit"})
    assert back.status_code == 201
    assert held(anna).credit == 90000
    wrong = {**told, "lines": [{"line": 1, "quantity": "x"}], "sells": {**told["sells"], "points": -1}}
    assert problem(till.post("/sales/exchange", wrong)) == (422, "checkout.basket_refused")


def test_a_till_tells_points_and_offers_with_its_sales(till):
    loyal()
    offer("Once", in_all=1)
    anna = holding(points=50)
    told = cast.sale(
        1, cast.line("MUG", "900.00", discount="90.00"), at=cast.NOW, customer={"id": anna}, points_redeemed=50,
        payments=[{"method": "points", "amount": "50.00"}, {"method": "cash", "amount": "760.00"}],
        offers=[{"name": "Once", "amount": "90.00"}],
    )  # fmt: skip
    assert till.post("/sales", told).status_code == 201
    assert till.post("/sales", told).json()["outcome"] == "unchanged"
    before = cast.everything()
    answer = till.post("/sales", {**told, "id": str(cast.uid(2))})
    assert problem(answer) == (422, "sales.refused")
    assert places(answer) == ["payments[0].amount"]
    assert cast.everything() == before


def test_balances_are_read_and_moved_by_who_may(till, manager, owner):
    loyal()
    anna = holding(points=10, credit=500)
    told = till.read(f"/customers/{anna}/balances")
    assert (told["points"], told["points_worth"], told["credit"], told["account_left"]) == (10, "10.00", "5.00", "0.00")
    by = {"reason": "sorry", "reference": "a1"}
    for _n in range(2):
        assert manager.post(f"/customers/{anna}/points", {"points": 5, **by}).status_code == 200
    assert manager.post(f"/customers/{anna}/bonus", {"points": 7, **by}).status_code == 200
    assert manager.post(f"/customers/{anna}/credit", {"amount": "-2.50", **by}).status_code == 200
    assert owner.put("/loyalty/account-limit", {"customer": anna, "amount": "100"}).status_code == 200
    told = manager.read(f"/customers/{anna}/balances")
    assert (told["points"], told["credit"], told["account_limit"]) == (22, "2.50", "100.00")
    statement = manager.read(f"/customers/{anna}/statement?book=points")
    assert [(each["kind"], each["amount"], each["balance"]) for each in statement["movements"]] == [
        ("adjust", "10", "10"), ("adjust", "5", "15"), ("bonus", "7", "22"),
    ]  # fmt: skip
    assert (statement["opening"], statement["closing"]) == ("0", "22")
    before = cast.everything()
    assert problem(manager.post(f"/customers/{anna}/points", {"points": 0, **by})) == (422, "balances.bad_amount")
    assert problem(manager.post(f"/customers/{anna}/points", {"points": 6, **by})) == (409, "balances.reference_taken")
    answer = manager.post(f"/customers/{anna}/credit", {"amount": "-3", **by, "reference": "a2"})
    assert problem(answer) == (409, "balances.not_enough_credit")
    assert problem(manager.get(f"/customers/{anna + 99}/balances")) == (404, "customers.unknown")
    assert cast.everything() == before


def test_an_account_is_charged_paid_and_aged(till, manager, owner):
    anna = holding(limit=50000)
    till.post("/sales/finalise", asked(1, basket(to=anna), "350.00", "account"))
    [row] = manager.read("/loyalty/accounts")["items"]
    assert (row["customer"], row["owed"], row["ageing"]["up_to_30"]) == (anna, "350.00", "350.00")
    paid = {"amount": "100.00", "reference": "slip 1"}
    assert manager.post(f"/customers/{anna}/payments", paid).status_code == 200
    assert manager.read(f"/customers/{anna}/balances")["account"] == "250.00"
    books = {each["book"]: each["closing"] for each in owner.read("/loyalty/liability")["items"]}
    assert books == {"points": "0", "credit": "0.00", "account": "250.00"}


def test_the_policy_is_set_by_the_owner_and_read_by_all(till, manager, owner):
    made = owner.post("/loyalty", POLICY)
    assert made.status_code == 201
    [shown] = till.read("/loyalty")["items"]
    assert (shown["id"], shown["starts_on"], shown["point_value"], shown["rules"][0]["per"]) == (
        made.json()["id"], "2026-11-21", "1", "100.00",
    )  # fmt: skip
    again = {key: value for key, value in shown.items() if key != "id"}
    assert owner.post("/loyalty", again).status_code == 201
    before = cast.everything()
    assert problem(manager.post("/loyalty", POLICY)) == (403, "forbidden")
    wrong = owner.post("/loyalty", {**POLICY, "rules": [{"name": "x", "kind": "visit", "points": "many"}]})
    assert problem(wrong) == (422, "balances.bad_policy")
    assert wrong.json()["detail"].startswith("rules[0].points: ")
    assert problem(owner.post("/loyalty", {"point_value": "0"})) == (422, "balances.bad_policy")
    assert cast.everything() == before


def test_offers_are_made_changed_ended_and_told(till, owner):
    terms = {"kind": "percent", "level": "order", "percent": "10", "stores": [cast.WESTLANDS], "until": "2026-12-31"}
    made = owner.post("/offers", {"name": "Ten off", "live": True, "terms": terms})
    assert made.status_code == 201
    id_ = made.json()["id"]
    shown = till.read(f"/offers/{id_}")
    assert (shown["name"], shown["state"], shown["uses"], shown["saved"]) == ("Ten off", "live", 0, "0.00")
    assert owner.put(f"/offers/{id_}", {"name": "Ten off", "live": True, "terms": shown["terms"]}).status_code == 200
    till.post("/sales/finalise", asked(1, basket(bought("MUG")), "810.00", "cash"))
    [listed] = till.read("/offers")["items"]
    assert (listed["uses"], listed["saved"]) == (1, "90.00")
    result = owner.read(f"/offers/{id_}/result")
    assert (result["uses"], result["cost"], result["net"], result["lift"]) == (1, "90.00", "810.00", None)
    days = {"day_from": "2026-11-01", "day_to": "2026-11-30"}
    tried = owner.post("/offers/backtest", {"terms": {"kind": "percent", "level": "order", "percent": "5"}, **days})
    assert (tried.status_code, tried.json()["sales"]) == (200, 1)
    assert owner.post(f"/offers/{id_}/end").status_code == 200
    assert till.post("/quote", basket()).json()["applied"] == []
    wrong = owner.post("/offers", {"name": "X", "terms": {"kind": "percent", "stores": ["Westland"], "colour": 1}})
    assert problem(wrong) == (422, "offers.wrong")
    assert [each["message"] for each in wrong.json()["errors"]] == [
        'there is no "Westland" here; did you mean "Westlands"?', "an offer has no such part",
    ]  # fmt: skip


def test_codes_gifts_and_price_books(till, owner):
    coded = owner.post(
        "/offers", {"name": "Spring", "live": True, "terms": {"kind": "percent", "percent": "50", "code": True}}
    )
    given = owner.post(
        "/offers", {"name": "Gift", "live": True, "terms": {"kind": "percent", "percent": "20", "given": True}}
    )
    codes = f"/offers/{coded.json()['id']}/codes"
    assert owner.post(codes, {"code": "spring-26", "most_uses": None}).json() == {"id": coded.json()["id"], "made": 1}
    assert owner.post(codes, {"count": 3}).json()["made"] == 3
    assert owner.read(codes)["items"][0]["code"] == "SPRING26"
    assert till.post("/quote", basket(codes=["SPRING26"])).json()["total"] == "175.00"
    anna = holding()
    assert owner.post(f"/offers/{given.json()['id']}/give", {"customers": [anna]}).json()["given"] == 1
    assert till.post("/quote", basket(to=anna)).json()["total"] == "280.00"
    prices = {"name": "Karen prices", "store": cast.KAREN, "prices": [{"sku": "LATTE", "price": "300"}]}
    book = owner.post("/price-books", prices)
    assert book.status_code == 201
    overlapping = owner.post("/price-books", {**prices, "name": "Other"})
    assert problem(overlapping) == (409, "offers.price_books_overlap")
    assert owner.put(f"/price-books/{book.json()['id']}", prices).status_code == 200
    assert [each["name"] for each in till.read("/price-books")["items"]] == []
    assert owner.read("/price-books")["items"][0]["prices"] == [{"sku": "LATTE", "price": "300"}]
    assert owner.post(f"/price-books/{book.json()['id']}/end", {"until": "2026-12-01"}).status_code == 200
    assert owner.delete(f"/price-books/{book.json()['id']}").status_code == 200


# What the token of a register may ask for: quote, record, look up.
OF_A_REGISTER = {
    "me", "quote", "basket_finalise", "basket_exchange", "sale_record", "sales_record", "sale_return", "sales_list",
    "sale_get", "customers_list", "customer_create", "customer_balances", "customer_statement",
    "offers_list", "offer_get", "price_books_list", "loyalty_list", "allowance_get", "stores_list", "registers_list",
    "products_list", "product_get", "stock_set",
}  # fmt: skip


def test_the_token_of_a_register_can_quote_record_and_look_up_and_nothing_else(till):
    allowed = {
        name for name, rule in RULES.items() if not rule or any(Role.REGISTER in RIGHTS[right].reach for right in rule)
    }
    assert allowed == OF_A_REGISTER
    before = cast.everything()
    anna = 1
    for path, body in (
        ("/loyalty", POLICY),
        ("/offers", {"name": "X", "terms": {"kind": "percent", "percent": "10"}}),
        (f"/customers/{anna}/points", {"points": 5, "reason": "x", "reference": "x"}),
        (f"/customers/{anna}/payments", {"amount": "5", "reference": "x"}),
        ("/price-books", {"name": "X", "prices": []}),
    ):
        assert problem(till.post(path, body)) == (403, "forbidden"), path
    assert cast.everything() == before
