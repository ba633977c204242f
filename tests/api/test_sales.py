"""Sales over HTTP: one, many, read, brought back, voided, given away."""

from tests import cast
from tests.api.calling import places, problem


def test_a_sale_is_recorded_and_can_be_read_where_it_says(till):
    told = cast.sale(1, register="T1", customer={"phone": cast.ANNA_PHONE, "name": "Anna"})
    answer = till.post("/sales", told)
    assert answer.status_code == 201
    assert answer.json() == {
        "id": told["id"], "number": "W-0001", "outcome": "created", "customer": answer.json()["customer"],
    }  # fmt: skip
    assert answer["Location"] == f"/api/v1/sales/{told['id']}"
    assert answer["Cache-Control"] == "no-store"
    receipt = till.client.get(answer["Location"]).json()
    assert receipt == {
        "id": told["id"], "number": "W-0001", "sold_at": "2026-11-20T12:01:00Z", "day": "2026-11-20", "time": "15:01",
        "store": "Westlands", "register": "T1", "channel": "in_store", "kind": "sale", "status": "completed",
        "customer": answer.json()["customer"], "returns": None, "returned_by": [], "currency": "KES",
        "total": "350.00", "tax": "0.00", "discount": "0.00", "tip": "0.00", "note": "", "payments": [],
        "lines": [
            {
                "sku": "LATTE", "name": "Caffè latte", "category": "", "brand": "", "quantity": "1",
                "unit_price": "350", "discount": "0.00", "tax": "0.00", "net": "350.00", "gift_card": False,
            }
        ],
    }  # fmt: skip
    assert till.read("/sales/W-0001") == receipt


def test_the_same_sale_again_is_unchanged_and_other_content_a_conflict(till):
    till.post("/sales", cast.sale(1))
    again = till.post("/sales", cast.sale(1))
    assert (again.status_code, again.json()["outcome"]) == (200, "unchanged")
    before = cast.everything()
    other = till.post("/sales", cast.sale(1, cast.line(price="3.00")))
    assert problem(other) == (409, "api.sale_differs")
    assert other.json()["errors"] == [
        {"place": "lines[0].unit_price", "message": 'stored as "350", now sent as "3"'},
    ]
    assert cast.everything() == before


def test_a_sale_is_refused_with_everything_that_is_wrong_and_nobodys_contact(till):
    before = cast.everything()
    answer = till.post("/sales", cast.sale(1, store="Nowhere", customer={"phone": "0712"}))
    assert problem(answer) == (422, "sales.refused")
    assert answer.json()["errors"] == [
        {
            "place": "customer.phone",
            "message": '"…" is no phone number of KE; write it with its country code, such as +44 20 7946 0958.',
        },
        {"place": "store", "message": 'there is no store "Nowhere"; add it first'},
    ]
    assert cast.everything() == before


def test_a_number_keeps_every_digit(till):
    body = cast.sale(1)
    text = str(body).replace("'", '"').replace('"350.00"', "0.001").encode()
    assert till.post("/sales", text).status_code == 201
    assert till.read("/sales/W-0001")["lines"][0]["unit_price"] == "0.001"


def test_a_body_that_is_no_sale_is_a_bad_request(till):
    assert problem(till.post("/sales", b"{")) == (400, "checkout.not_a_sale")
    assert problem(till.post("/sales", b"\xff")) == (400, "checkout.not_a_sale")
    assert problem(till.post("/sales", [cast.sale(1), cast.sale(2)])) == (422, "api.one_sale_expected")
    assert places(till.post("/sales", {})) == ["id", "number", "sold_at", "store", "lines"]


def test_each_sale_of_a_batch_is_answered_in_order(till):
    till.post("/sales", cast.sale(1))
    batch = [cast.sale(1), cast.sale(1, cast.line(price="3.00")), cast.sale(2), {"number": "W-0003"}]
    answer = till.post("/sales/batch", {"sales": batch})
    assert answer.status_code == 200
    answers = answer.json()["answers"]
    assert [each["outcome"] for each in answers] == ["unchanged", "conflict", "created", "refused"]
    assert [each["number"] for each in answers] == ["W-0001", "W-0001", "W-0002", "W-0003"]
    assert [each["id"] for each in answers] == [str(cast.uid(1)), str(cast.uid(1)), str(cast.uid(2)), None]
    assert [error["place"] for error in answers[3]["errors"]] == ["id", "sold_at", "store", "lines"]


def test_a_batch_may_be_a_list_and_holds_no_more_than_a_thousand(till):
    assert till.post("/sales/batch", [cast.sale(1)]).json()["answers"][0]["outcome"] == "created"
    before = cast.everything()
    assert problem(till.post("/sales/batch", [{}] * 1001)) == (413, "checkout.batch_too_large")
    assert problem(till.post("/sales/batch", b"[")) == (400, "checkout.not_a_sale")
    assert cast.everything() == before


def test_sales_are_listed_newest_day_first_and_part_by_part(till, owner):
    cast.record(*(cast.sale(n) for n in range(5)), cast.sale(9, store=cast.KAREN))
    first = owner.read("/sales?limit=4")
    assert [each["number"] for each in first["items"]] == ["W-0009", "W-0004", "W-0003", "W-0002"]
    assert first["items"][0] == {
        "id": str(cast.uid(9)), "number": "W-0009", "sold_at": "2026-11-20T12:09:00Z", "day": "2026-11-20",
        "store": "Karen", "channel": "in_store", "kind": "sale", "status": "completed", "customer": None,
        "total": "350.00",
    }  # fmt: skip
    rest = owner.read(f"/sales?limit=4&cursor={first['next']}")
    assert [each["number"] for each in rest["items"]] == ["W-0001", "W-0000"]
    assert rest["next"] is None
    assert [each["number"] for each in till.read("/sales")["items"]] == [
        "W-0004",
        "W-0003",
        "W-0002",
        "W-0001",
        "W-0000",
    ]


def test_a_late_sale_stands_with_its_day(owner):
    cast.record(cast.sale(1), cast.sale(2, at=cast.NOW.replace(day=1)))
    assert [each["number"] for each in owner.read("/sales")["items"]] == ["W-0001", "W-0002"]
    cursor = owner.read("/sales?limit=1")["next"]
    assert [each["number"] for each in owner.read(f"/sales?limit=1&cursor={cursor}")["items"]] == ["W-0002"]


def test_the_list_is_narrowed_by_what_is_asked(owner):
    anna = cast.recorded(cast.sale(1, customer={"phone": cast.ANNA_PHONE})).customer_id
    cast.record(cast.brought_back(2, 1), cast.sale(3, store=cast.KAREN), cast.sale(4, at=cast.NOW.replace(day=2)))

    def numbers(query: str) -> list[str]:
        return sorted(each["number"] for each in owner.read(f"/sales?{query}")["items"])

    assert numbers("store=Karen") == ["W-0003"]
    assert numbers("store=Nowhere") == []
    assert numbers(f"customer={anna}") == ["W-0001", "W-0002"]
    assert numbers("kind=return") == ["W-0002"]
    assert numbers("day_to=2026-11-02") == ["W-0004"]
    assert numbers("day_from=2026-11-03&kind=sale") == ["W-0001", "W-0003"]
    assert numbers("status=voided") == []


def test_a_sale_is_brought_back_in_part_and_once(till):
    till.post("/sales", cast.sale(1, cast.line(quantity="3")))
    told = {"id": str(cast.uid(7)), "lines": [{"line": 1, "quantity": "2"}]}
    answer = till.post("/sales/W-0001/return", told)
    assert answer.status_code == 201
    assert answer.json() == {"id": str(cast.uid(7)), "number": "W-0001-R1", "outcome": "created", "customer": None}
    assert till.post("/sales/W-0001/return", told).status_code == 200
    assert till.client.get(answer["Location"]).json()["total"] == "-700.00"
    before = cast.everything()
    assert problem(till.post("/sales/W-0001/return", told | {"id": str(cast.uid(8))})) == (409, "sales.cannot_return")
    assert places(till.post("/sales/W-0001/return", {"lines": []})) == ["id", "lines"]
    assert cast.everything() == before


def test_a_manager_voids_a_sale(till, manager):
    till.post("/sales", cast.sale(1))
    answer = manager.post("/sales/W-0001/void")
    assert (answer.status_code, answer.json()) == (200, {"sale": "W-0001"})
    assert till.read("/sales/W-0001")["status"] == "voided"


def test_a_sale_is_given_to_another_and_to_nobody(till, manager):
    first = till.post("/sales", cast.sale(1, customer={"phone": cast.ANNA_PHONE})).json()["customer"]
    second = till.post("/sales", cast.sale(2, customer={"phone": cast.BEN_PHONE})).json()["customer"]
    assert manager.post("/sales/W-0001/reassign", {"customer": second}).json() == {"sale": "W-0001"}
    assert till.read("/sales/W-0001")["customer"] == second
    assert manager.post("/sales/W-0001/reassign", {"customer": None}).status_code == 200
    assert till.read("/sales/W-0001")["customer"] is None
    before = cast.everything()
    assert places(manager.post("/sales/W-0001/reassign", {})) == ["customer"]
    assert problem(manager.post("/sales/W-0001/reassign", {"customer": first + 99})) == (404, "customers.unknown")
    assert cast.everything() == before


def test_a_sale_of_another_store_is_as_unknown_as_none(other_till, manager):
    cast.record(cast.sale(1), cast.sale(2, store=cast.KAREN))
    for ask in (
        lambda caller, name: caller.get(f"/sales/{name}"),
        lambda caller, name: caller.post(f"/sales/{name}/return", {"id": str(cast.uid(5))}),
    ):
        hidden, absent = ask(other_till, "W-0001"), ask(other_till, "W-0000")
        assert problem(hidden) == (404, "sales.unknown")
        assert hidden.content.replace(b"W-0001", b"W-0000") == absent.content
    before = cast.everything()
    for act, body in (("void", None), ("reassign", {"customer": None})):
        hidden, absent = manager.post(f"/sales/W-0002/{act}", body), manager.post(f"/sales/W-0000/{act}", body)
        assert problem(hidden) == (404, "sales.unknown")
        assert hidden.content.replace(b"W-0002", b"W-0000") == absent.content
    assert cast.everything() == before
