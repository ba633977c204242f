"""The shop over HTTP: who asks, the day so far, stores, registers, products, stock, tokens."""

from datetime import timedelta

from tests import cast
from tests.api.calling import Caller, places, problem


def test_a_token_is_told_who_it_is(till, analyst):
    told = till.read("/me")
    assert told == {
        "name": "a register", "role": "register", "stores": ["Westlands"], "business": "Harbour Coffee",
        "currency": "KES", "country": "KE", "timezone": "Africa/Nairobi",
        "rights": {
            "customers.find": "own", "customers.create": "own", "sales.see": "own", "sales.record": "own",
            "catalogue.see": "own", "catalogue.count": "own", "offers.see": "own", "balances.see": "own",
        },
    }  # fmt: skip
    assert analyst.read("/me")["stores"] is None


def test_the_day_so_far_is_told_store_by_store(owner, analyst, manager):
    noon = cast.NOW - timedelta(hours=1)
    cast.record(
        cast.sale(1, at=noon), cast.sale(2, at=noon, store=cast.KAREN, customer={"phone": cast.BEN_PHONE}),
        cast.sale(3, at=noon - timedelta(days=7)),
    )  # fmt: skip
    told = owner.read("/live")
    assert (told["at"], told["currency"]) == ("2026-11-21T12:00:00Z", "KES")
    assert told["now"] == {"net": "700.00", "orders": 2, "average_order": "350.00", "known_share": 0.5}
    assert told["week_ago"] == {"net": "350.00", "orders": 1, "average_order": "350.00", "known_share": 0.0}
    assert [(each["store"], each["now"]["orders"]) for each in told["stores"]] == [("Karen", 1), ("Westlands", 1)]
    # The third came last and is a week old.
    assert [each["number"] for each in told["newest"]] == ["W-0002", "W-0001", "W-0003"]
    assert analyst.read("/live")["newest"] == []
    assert [each["store"] for each in manager.read("/live")["stores"]] == ["Westlands"]


def test_stores_are_listed_and_added(till, owner):
    assert [each["name"] for each in till.read("/stores")["items"]] == ["Westlands"]
    answer = owner.post("/stores", {"name": "Lavington", "day_cutoff": "04:00", "city": "Nairobi"})
    assert answer.status_code == 201
    assert owner.read("/stores")["items"][1] == {
        "id": answer.json()["id"], "name": "Lavington", "country": "KE", "timezone": "Africa/Nairobi",
        "currency": "KES", "day_cutoff": "04:00", "city": "Nairobi", "region": "", "is_active": True,
    }  # fmt: skip
    before = cast.everything()
    assert problem(owner.post("/stores", {"name": "Lavington"})) == (409, "sales.store_taken")
    assert problem(owner.post("/stores", {"name": "X", "timezone": "Mars"})) == (422, "core.unknown_time_zone")
    assert problem(till.post("/stores", {"name": "Mine"})) == (403, "forbidden")
    assert cast.everything() == before


def test_registers_are_known_once_they_sold(till, owner):
    cast.record(cast.sale(1, register="T1"), cast.sale(2, store=cast.KAREN, register="K1"))
    assert [(each["store"], each["name"]) for each in owner.read("/registers")["items"]] == [
        ("Karen", "K1"), ("Westlands", "T1"),
    ]  # fmt: skip
    assert [each["name"] for each in till.read("/registers")["items"]] == ["T1"]


def test_a_product_is_described_and_counted(till, owner, other_till):
    told = {"name": "House beans", "category": "Beans", "price": "850.00"}
    assert owner.put("/products/BEANS", told).json() == {"sku": "BEANS"}
    assert till.put("/products/BEANS/stock", {"store": "Westlands", "on_hand": "12.5"}).json() == {"sku": "BEANS"}
    assert till.read("/products/BEANS") == {
        "sku": "BEANS", "name": "House beans", "category": "Beans", "brand": "", "price": "850.00", "on_hand": "12.5",
    }  # fmt: skip
    assert other_till.read("/products/BEANS")["on_hand"] is None
    before = cast.everything()
    assert problem(owner.put("/products/BEANS", told | {"price": "-1"})) == (422, "sales.bad_price")
    assert problem(owner.put("/products/BEANS", told | {"price": "lots"})) == (422, "core.not_an_amount")
    assert owner.put("/products/BEANS", told | {"price": True}).json()["errors"] == [
        {"place": "price", "message": "is not an amount; write a decimal such as 12.50"}
    ]
    assert problem(till.put("/products/BEANS", told)) == (403, "forbidden")
    assert problem(till.get("/products/NONE")) == (404, "sales.product_unknown")
    assert places(till.put("/products/BEANS/stock", {"store": "Westlands"})) == ["on_hand"]
    assert cast.everything() == before


def test_the_stock_of_another_store_is_as_unknown_as_none(till, owner):
    owner.put("/products/BEANS", {"name": "House beans"})
    before = cast.everything()
    hidden = till.put("/products/BEANS/stock", {"store": "Karen", "on_hand": "1"})
    absent = till.put("/products/BEANS/stock", {"store": "Xyzzy", "on_hand": "1"})
    assert problem(hidden) == (404, "sales.store_unknown")
    assert hidden.content.replace(b"Karen", b"Xyzzy") == absent.content
    assert cast.everything() == before


def test_products_come_part_by_part(till, owner):
    for sku in ("C", "A", "B"):
        owner.put(f"/products/{sku}", {"name": sku})
    first = till.read("/products?limit=2")
    assert [each["sku"] for each in first["items"]] == ["A", "B"]
    rest = till.read(f"/products?limit=2&cursor={first['next']}")
    assert ([each["sku"] for each in rest["items"]], rest["next"]) == (["C"], None)
    assert problem(till.get("/products?cursor=abc")) == (422, "sales.bad_cursor")


def test_a_token_is_made_shown_once_and_revoked_at_once(owner):
    made = owner.post("/tokens", {"name": "Till 1", "store": "Westlands", "days": 30})
    assert made.status_code == 201
    new = Caller(made.json()["secret"])
    assert new.read("/me")["stores"] == ["Westlands"]
    shown = owner.read("/tokens")["items"][0]
    assert shown == {
        "id": made.json()["id"], "name": "Till 1", "role": "register", "store": "Westlands",
        "made_at": "2026-11-21T12:00:00Z", "made_by": shown["made_by"], "expires_at": "2026-12-21T12:00:00Z",
        "revoked_at": None, "used_on": "2026-11-21",
    }  # fmt: skip
    assert owner.post(f"/tokens/{made.json()['id']}/revoke").json() == {"id": made.json()["id"]}
    assert problem(new.get("/me")) == (401, "access.not_signed_in")


def test_a_token_that_cannot_be_is_not_made(owner, manager):
    before = cast.everything()
    assert problem(owner.post("/tokens", {"name": "T"})) == (422, "access.stores_needed")
    assert problem(owner.post("/tokens", {"name": "T", "store": "Nowhere"})) == (404, "sales.store_unknown")
    assert places(owner.post("/tokens", {"name": "T", "role": "king", "days": 0})) == ["role", "days"]
    assert problem(owner.post("/tokens/999/revoke")) == (404, "access.token_unknown")
    assert problem(manager.post("/tokens", {"name": "T", "store": "Westlands"})) == (403, "forbidden")
    assert cast.everything() == before
