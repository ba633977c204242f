"""`regulars quote`, `balances`, `offers`, `price-books` and `loyalty`: the counter, typed."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Till

pytestmark = pytest.mark.django_db

POLICY = {"point_value": "1", "rules": [{"name": "by amount", "points": 1, "per": "100"}]}
TEN_OFF = {"name": "Ten off", "live": True, "terms": {"kind": "percent", "level": "order", "percent": "10"}}
STORE = "Harbour Coffee"
ANNA = "0712345678"


@pytest.fixture
def shop(till: Till) -> Till:
    """A till with something to sell, and somebody who buys."""
    till.run("products", "set", "MUG", "--name", "Mug", "--price", "900")
    till.run("customers", "create", "--name", "Anna", "--phone", "0712 345 678")
    return till


def basket(**more):
    return {"store": STORE, "customer": {"phone": "0712345678"}, "lines": [{"sku": "MUG"}], **more}


def sale(n: int, total: str, **more):
    uid = f"{n}b6a8f0e-8a3f-4a3e-9a53-2f1c7a9d4b11"
    return {"id": uid, "basket": basket(), "quoted_total": total, "payments": [{"method": "cash"}], **more}


def test_a_basket_is_quoted_with_its_reasons(shop: Till):
    shop.run("offers", "save", shop.written(TEN_OFF))
    shop.run(
        "offers", "save", shop.written({**TEN_OFF, "name": "Gold", "terms": {**TEN_OFF["terms"], "minimum": "5000"}})
    )
    told = json.loads(shop.run("quote", shop.written(basket())).stdout)
    assert (told["subtotal"], told["total"], told["customer"]["name"]) == ("900.00", "810.00", "Anna")
    assert [(each["name"], each["because"]) for each in told["applied"]] == [("Ten off", "everyone")]
    assert [(each["name"], each["why"]) for each in told["not_applied"]] == [
        ("Gold", "it needs a basket of 5000.00, and this is 900.00")
    ]
    refusal = shop.refusal("quote", shop.written(basket(lines=[{"sku": "MUGG"}])), code=2)
    assert refusal == 'lines[0].sku: there is no product "MUGG"; did you mean "MUG"?; put it into the catalogue'
    assert shop.refusal("quote", shop.written("{"), code=2).startswith("This cannot be read: line 1")


def test_points_are_earned_spent_and_told(shop: Till):
    assert shop.run("loyalty", "set", shop.written(POLICY)).stdout.startswith("The policy is in force from ")
    [version] = shop.json("loyalty", "list")
    assert (version["point_value"], version["rules"][0]["per"]) == ("1", "100.00")
    assert json.loads(shop.run("loyalty", "show").stdout)["id"] == version["id"]
    sold = json.loads(shop.run("sales", "finalise", shop.written(sale(1, "900.00"))).stdout)
    assert (sold["outcome"], sold["total"], sold["points_earned"]) == ("created", "900.00", 9)
    spent = json.loads(shop.run("sales", "finalise", shop.written(sale(2, "900.00", points=9))).stdout)
    assert (spent["points_used"], spent["points_earned"]) == (9, 8)
    told = shop.json("balances", "show", "0712 345 678")
    assert (told["points"], told["points_worth"], told["account_left"]) == (8, "8.00", "0.00")
    rows = shop.json("balances", "statement", "0712 345 678")
    assert [(row["kind"], row["amount"], row["balance"]) for row in rows] == [
        ("opening", None, 0), ("earn", 9, 9), ("spend", -9, 0), ("earn", 8, 8), ("closing", None, 8),
    ]  # fmt: skip
    assert "9.00 points, 891.00 cash" in shop.run("sales", "return", spent["number"]).stdout
    assert shop.json("balances", "show", "0712 345 678")["points"] == 9
    assert shop.json("verify") == []
    refusal = shop.refusal("sales", "finalise", shop.written(sale(3, "900.00", points=10)), code=5)
    assert refusal.endswith("has 9 points to spend; 10 were asked for. Take less.")
    assert shop.refusal("sales", "finalise", shop.written(sale(3, "90.00")), code=5).startswith(
        "It comes to 900.00 now"
    )
    assert "neither" in shop.refusal("loyalty", "set", shop.written({**POLICY, "counts_tax": "maybe"}), code=2)


def test_balances_are_moved_by_hand(shop: Till):
    by = ("--reason", "sorry", "--reference", "a1")
    assert "holds 25 points" in shop.run("balances", "points", ANNA, "25", *by).stdout
    assert "holds 25 points" in shop.run("balances", "points", ANNA, "25", *by).stdout
    assert "holds 20 points" in shop.run("balances", "points", *by, "--reference", "a2", ANNA, "--", "-5").stdout
    assert "holds 30 points" in shop.run("balances", "bonus", ANNA, "10", *by).stdout
    assert "5.50 of credit" in shop.run("balances", "credit", ANNA, "5.50", *by).stdout
    assert shop.run("balances", "limit", "1000").stdout == "Everybody may owe 1000.\n"
    shop.run("sales", "finalise", shop.written(sale(1, "900.00", payments=[{"method": "account"}])))
    [row] = shop.json("balances", "owing")
    assert (row["owed"], row["up_to_30"]) == ("900.00", "900.00")
    assert "owes 800.00" in shop.run("balances", "pay", ANNA, "100", "--reference", "slip").stdout
    books = {row["book"]: row["closing"] for row in shop.json("balances", "liability")}
    assert books == {"points": 30, "credit": "5.50", "account": "800.00"}
    assert shop.refusal("balances", "points", *by, "--reference", "a3", ANNA, "--", "-500", code=5).endswith(
        "Take less."
    )
    assert shop.refusal("balances", "show", "nobody@example.org", code=4).startswith("There is no customer")
    assert "holds 30 points" in shop.run("balances", "bonus", ANNA, "10", *by).stdout


def test_offers_codes_and_price_books(shop: Till):
    assert shop.run("offers", "save", shop.written(TEN_OFF)).stdout == 'The offer "Ten off" is saved, live.\n'
    shown = json.loads(shop.run("offers", "show", "Ten off").stdout)
    assert shown == TEN_OFF
    shop.run(
        "offers",
        "save",
        shop.written({"name": "Spring", "live": True, "terms": {"kind": "percent", "percent": "50", "code": True}}),
    )
    codes = shop.json("offers", "codes", "Spring", "--code", "SPRING", "--make", "2")
    assert codes[0]["code"] == "SPRING"
    assert len(codes) == 3
    shop.run("sales", "finalise", shop.written(sale(1, "810.00")))
    [row] = [row for row in shop.json("offers", "list") if row["name"] == "Ten off"]
    assert (row["uses"], row["saved"]) == (1, "90.00")
    [result] = shop.json("offers", "result", "Ten off")
    assert (result["uses"], result["cost"]) == (1, "90.00")
    shop.run("offers", "end", "Ten off")
    assert shop.refusal("offers", "save", shop.written(TEN_OFF), code=5).startswith('"Ten off" has ended')
    prices = shop.written("sku,price\nMUG,700\n", "prices.csv")
    assert shop.run("price-books", "save", "All", prices).stdout == 'The price book "All" holds 1 prices.\n'
    assert shop.json("price-books", "show", "All") == [{"sku": "MUG", "price": "700"}]
    assert json.loads(shop.run("quote", shop.written(basket())).stdout)["lines"][0]["price_book"] == "All"
    assert "is no price" in shop.refusal("price-books", "save", "X", shop.written("MUG\n", "bad.csv"), code=2)
    for text, sentence in (
        ("MUG,700\nMUG,abc\n", "Line 2 of the file prices MUG a second time; leave one out."),
        (
            "sku,price\nMUG,abc\n",
            (
                'Line 2 of the file has no price for MUG: "abc" is not an amount; write a plain decimal such as 12.50,'
                " without thousands separators."
            ),
        ),
    ):
        told = shop.refusal("price-books", "save", "X", shop.written(text, "bad.csv"), code=2)
        assert told.strip() == sentence
    latin = shop.written("", "latin.csv")
    Path(latin).write_bytes("MUG,700\nCAFÉ,3\n".encode("latin-1"))
    told = shop.refusal("price-books", "save", "X", latin, code=2)
    assert told.strip() == "Line 2 of the file is not UTF-8; save the file as UTF-8."
    shop.run("price-books", "end", "All", "2026-12-31")
    assert shop.json("price-books", "list")[0]["until"] == "2026-12-31"
    assert "holds no offer" in shop.refusal("offers", "save", shop.written({"name": "x"}), code=2)
    assert shop.refusal("offers", "show", "Ten of", code=4) == (
        'There is no offer "Ten of"; did you mean "Ten off"?; see "regulars offers list".'
    )
