"""A write under an Idempotency-Key is done once, however often and however late it is asked for."""

from regulars.access.models import Operation
from tests import cast
from tests.api.calling import problem


def test_a_batch_sent_twice_is_answered_byte_for_byte_alike(till):
    batch = [cast.sale(1), cast.sale(2, customer={"phone": "12", "name": "Anna"}), {"customer": {"name": 5}}]
    first = till.post("/sales/batch", batch, idempotency_key="monday")
    before = cast.everything()
    second = till.post("/sales/batch", batch, idempotency_key="monday")
    assert second.content == first.content
    assert [each["outcome"] for each in second.json()["answers"]] == ["created", "refused", "refused"]
    assert "Idempotency-Replayed" not in first
    assert second["Idempotency-Replayed"] == "true"
    assert cast.everything() == before


def test_a_replay_has_the_status_and_the_place_of_the_first_answer(till, manager):
    first = till.post("/sales", cast.sale(1), idempotency_key="k")
    manager.post("/sales/W-0001/void")
    second = till.post("/sales", cast.sale(1), idempotency_key="k")
    assert (second.status_code, second.content, second["Location"]) == (201, first.content, first["Location"])


def test_something_else_under_the_same_key_is_refused(till):
    till.post("/sales", cast.sale(1), idempotency_key="k")
    before = cast.everything()
    assert problem(till.post("/sales", cast.sale(2), idempotency_key="k")) == (409, "access.operation_differs")
    assert problem(till.post("/sales/batch", cast.sale(1), idempotency_key="k")) == (409, "access.operation_differs")
    assert cast.everything() == before


def test_the_key_of_one_token_is_not_anothers(till, other_till):
    till.post("/sales", cast.sale(1), idempotency_key="k")
    answer = other_till.post("/sales", cast.sale(2, store=cast.KAREN), idempotency_key="k")
    assert (answer.status_code, answer.json()["number"]) == (201, "W-0002")


def test_a_refusal_is_not_kept_and_may_be_tried_again(till):
    told = cast.sale(1)
    assert problem(till.post("/sales", told | {"lines": []}, idempotency_key="k")) == (422, "sales.refused")
    assert till.post("/sales", told, idempotency_key="k").status_code == 201


def test_a_key_that_is_none_is_refused(till):
    before = cast.everything()
    assert problem(till.post("/sales", cast.sale(1), idempotency_key="k" * 256)) == (422, "access.bad_operation_key")
    assert problem(till.post("/sales", cast.sale(1), idempotency_key="")) == (422, "access.bad_operation_key")
    assert cast.everything() == before


def test_a_profile_is_opened_once(manager):
    told = {"name": "Anna Njeri", "phones": [cast.ANNA_PHONE]}
    first = manager.post("/customers", told, idempotency_key="k")
    before = cast.everything()
    second = manager.post("/customers", told, idempotency_key="k")
    assert (second.status_code, second.json(), second["Location"]) == (201, first.json(), first["Location"])
    assert cast.everything() == before


def test_a_token_is_made_once_and_its_secret_is_not_kept(owner):
    told = {"name": "Till 1", "store": cast.WESTLANDS}
    first = owner.post("/tokens", told, idempotency_key="k")
    before = cast.everything()
    second = owner.post("/tokens", told, idempotency_key="k")
    assert second.json() == {"id": first.json()["id"], "secret": None}
    assert cast.everything() == before
    assert first.json()["secret"] not in str(before)


def test_what_is_kept_names_nobody(till, manager, owner):
    contact = {"phone": "+254700000000000", "email": "canary-mail", "name": "Canary Bird", "canary@example.org": "x"}
    sale = cast.sale(1, customer=contact, note="Canary note", payments=[{"reference": "Canary ref"}])
    wrong = [sale, sale | {"customer_name": "Canary"}, "Canary", sale | {"customer": "Canary"}]
    till.post("/sales/batch", wrong, idempotency_key="1")
    fine = cast.sale(2, customer={"phone": cast.ANNA_PHONE, "name": "Canary"}, note="Canary")
    till.post("/sales/batch", [fine, fine | {"note": "Canary 2"}], idempotency_key="2")
    made = manager.post("/customers", {"name": "Canary", "emails": ["canary@example.org"]}, idempotency_key="3")
    manager.patch(f"/customers/{made.json()['id']}", {"name": "Canary 2"}, idempotency_key="4")
    manager.post(f"/customers/{made.json()['id']}/notes", {"text": "Canary"}, idempotency_key="5")
    owner.post("/tokens", {"name": "Canary", "store": cast.WESTLANDS}, idempotency_key="6")
    kept = list(Operation.objects.values_list("answer", flat=True))
    assert len(kept) == 6
    assert [text for text in kept if "canary" in text.lower() or "2547" in text] == []


def test_a_late_sale_under_a_key_is_led_as_any_other(till):
    contact = {"phone": cast.ANNA_PHONE, "name": "Anna"}
    first = till.post("/sales", cast.sale(2, customer=contact), idempotency_key="1")
    late = till.post("/sales", cast.sale(1, customer=contact), idempotency_key="2")
    assert (late.status_code, late.json()["customer"]) == (201, first.json()["customer"])
    assert till.post("/sales", cast.sale(1, customer=contact), idempotency_key="2").content == late.content
