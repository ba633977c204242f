"""Customers over HTTP: found, listed, looked at, opened, changed."""

import pytest

from regulars.access.models import AuditEntry
from tests import cast
from tests.api.calling import caller, places, problem


@pytest.fixture
def anna(shop):
    """Bought a latte in Westlands."""
    details = {"phone": cast.ANNA_PHONE, "email": cast.ANNA_EMAIL, "name": "Anna Njeri"}
    return cast.recorded(cast.sale(1, customer=details)).customer_id


@pytest.fixture
def ben(shop):
    """Bought two mugs in Karen."""
    told = cast.sale(
        2, cast.line("MUG", "500.00", "2"), store=cast.KAREN, customer={"phone": cast.BEN_PHONE, "name": "Ben"}
    )
    return cast.recorded(told).customer_id


def names(answer):
    return [each["name"] for each in answer["items"]]


def test_a_till_finds_whom_it_may_and_sees_no_more_than_it_needs(till, manager, anna, ben):
    code = manager.read("/customers?search=anna")["items"][0]["code"]
    assert till.read("/customers?search=anna") == {
        "items": [{"id": anna, "code": code, "name": "Anna Njeri", "phone_end": "678"}], "next": None,
    }  # fmt: skip
    assert names(till.read("/customers?search=678")) == ["Anna Njeri"]
    assert names(till.read("/customers?search=ben")) == []
    assert problem(till.get("/customers")) == (422, "api.search_needed")
    assert problem(till.get("/customers?search=anna&spent_from=1")) == (403, "forbidden")


def test_the_list_has_the_facts_and_comes_part_by_part(owner, anna, ben):
    first = owner.read("/customers?limit=1")
    assert first["items"] == [
        {
            "id": ben, "code": first["items"][0]["code"], "name": "Ben", "email": "", "phone": cast.BEN_PHONE,
            "spent": "1000.00", "orders": 1, "visits": 1, "first_order": "2026-11-20", "last_order": "2026-11-20",
            "average_order": "1000.00", "units": "2", "returned": "0.00", "discount": "0.00", "joined": "2026-11-20",
            "birth_date": None, "gender": "", "city": "", "country": "", "tags": [], "is_active": True,
        }
    ]  # fmt: skip
    rest = owner.read(f"/customers?limit=1&cursor={first['next']}")
    assert (names(rest), rest["next"]) == (["Anna Njeri"], None)


def test_the_list_is_narrowed_and_sorted_by_what_is_asked(owner, manager, anna, ben):
    cast.person("Cora", birth_date=cast.NOW.date().replace(year=1986), gender="female", tags=("vip",))

    def found(query: str) -> list[str]:
        return names(owner.read(f"/customers?{query}"))

    assert found("sort=name") == ["Anna Njeri", "Ben", "Cora"]
    assert found("spent_from=350.01") == ["Ben"]
    assert found("spent_to=350&orders_from=1") == ["Anna Njeri"]
    assert found("store=Westlands") == ["Anna Njeri"]
    assert found("age_from=40&age_to=40") == ["Cora"]
    assert found("age_from=41") == []
    assert found("gender=female&tag=vip") == ["Cora"]
    assert found("last_order_from=2026-11-21") == []
    assert found("search=njeri&spent_to=1000") == ["Anna Njeri"]
    assert names(manager.read("/customers?sort=name")) == ["Anna Njeri", "Cora"]
    owner.post(f"/customers/{anna}/deactivate")
    assert found("inactive=true") == ["Anna Njeri"]


def test_a_filter_that_cannot_be_is_refused(owner):
    assert problem(owner.get("/customers?spent_from=lots")) == (422, "core.not_an_amount")
    assert places(owner.get("/customers?age_from=x&limit=0&sort=-shoe")) == ["limit", "sort", "age_from"]
    misspelt = owner.get("/customers?spent_form=5")
    assert misspelt.json()["errors"] == [
        {"place": "spent_form", "message": 'is not known here; did you mean "spent_from"?'}
    ]
    assert places(owner.get("/customers?city=%00")) == ["city"]
    assert problem(owner.get("/customers?cursor=abc")) == (422, "sales.bad_cursor")
    assert problem(owner.get("/customers?search=a&cursor=abc")) == (422, "sales.bad_cursor")


def test_a_profile_holds_everything_and_the_look_is_logged(manager, anna):
    manager.post(f"/customers/{anna}/notes", {"text": "Oat milk"})
    manager.post(f"/customers/{anna}/consents", {"channel": "sms", "given": True, "wording": "Ok?"})
    before = AuditEntry.objects.count()
    told = manager.read(f"/customers/{anna}")
    assert (told["name"], told["phones"], told["emails"]) == ("Anna Njeri", [cast.ANNA_PHONE], [cast.ANNA_EMAIL])
    assert told["stats"] == {
        "spent": "350.00", "orders": 1, "visits": 1, "returned": "0.00", "discount": "0.00", "average_order": "350.00",
        "units_per_order": "1", "days_between_orders": None, "first_order": "2026-11-20", "last_order": "2026-11-20",
    }  # fmt: skip
    assert told["habits"] == {"store": "Westlands", "weekday": 5, "hour": 15, "channel": "in_store"}
    assert told["consents"] == {"sms": True}
    assert told["notes"] == [{"text": "Oat milk", "author": "a manager", "at": "2026-11-21T12:00:00Z"}]
    assert {moment["kind"] for moment in told["timeline"]} == {"sale", "note", "consent"}
    [look] = AuditEntry.objects.order_by("n")[before:]
    assert (look.verb, look.subject_id) == ("sales.profile_open", anna)


def test_a_timeline_comes_part_by_part_and_the_look_is_logged(manager, anna):
    cast.record(cast.sale(3, customer={"phone": cast.ANNA_PHONE}), cast.brought_back(4, 1))
    manager.post(f"/customers/{anna}/notes", {"text": "Oat milk"})
    before = AuditEntry.objects.count()
    first = manager.read(f"/customers/{anna}/timeline?limit=3")
    assert [each["text"] for each in first["items"]] == ["a manager: Oat milk", "W-0004", "W-0003"]
    rest = manager.read(f"/customers/{anna}/timeline?limit=3&cursor={first['next']}")
    assert ([each["text"] for each in rest["items"]], rest["next"]) == (["W-0001"], None)
    assert rest["items"][0] == {
        "at": "2026-11-20T12:01:00Z", "kind": "sale", "text": "W-0001", "amount": "350.00", "number": "W-0001",
        "store": "Westlands", "status": "completed",
    }  # fmt: skip
    returns = manager.read(f"/customers/{anna}/timeline?kind=return")
    assert [each["amount"] for each in returns["items"]] == ["-350.00"]
    looks = AuditEntry.objects.order_by("n")[before:]
    assert [(look.verb, look.subject_id) for look in looks] == [("sales.timeline_open", anna)] * 3
    beyond = "WyI5OTk5LTEyLTMxVDIzOjU5OjU5LTE0OjAwIiwic2FsZSIsMV0"  # the last second of 9999, and its offset
    for cursor in ("%21", "e30", beyond):
        assert problem(manager.get(f"/customers/{anna}/timeline?cursor={cursor}")) == (422, "sales.bad_cursor")
    assert places(manager.get(f"/customers/{anna}/timeline?kind=visit")) == ["kind"]


def test_a_profile_is_opened_and_the_answer_holds_its_id_alone(till, owner):
    answer = till.post("/customers", {"first_name": "Cora", "phones": ["0733 000 222"], "tags": ["vip"]})
    assert answer.status_code == 201
    assert list(answer.json()) == ["id"]
    assert answer["Location"] == f"/api/v1/customers/{answer.json()['id']}"
    told = owner.client.get(answer["Location"]).json()
    assert (told["name"], told["phones"], told["tags"], told["source"]) == ("Cora", ["+254733000222"], ["vip"], "api")


def test_a_profile_that_cannot_be_is_refused(till, anna):
    before = cast.everything()
    wrong = till.post("/customers", {"nmae": "X", "phones": "0733", "gender": "f", "addresses": [{"kind": "home"}]})
    assert places(wrong) == ["phones", "gender", "addresses[0].kind", "nmae"]
    assert problem(till.post("/customers", {"phones": ["12"]})) == (422, "customers.bad_phone")
    assert problem(till.post("/customers", {"custom": {"Shoe size": "42"}})) == (404, "customers.field_unknown")
    assert problem(till.post("/customers", b"[")) == (400, "api.not_json")
    assert problem(till.post("/customers", b'{"name": NaN}')) == (400, "api.not_json")
    assert cast.everything() == before


def test_what_is_left_out_of_a_change_stays(manager, anna):
    first = {
        "first_name": "Anna",
        "last_name": "N.",
        "addresses": [{"city": "Nairobi", "country": "KE"}],
        "tags": ["vip"],
    }
    changed = manager.patch(f"/customers/{anna}", first)
    assert changed.json() == {"id": anna, "changed": ["name", "first_name", "last_name", "addresses", "tags"]}
    told = manager.read(f"/customers/{anna}")
    assert (told["name"], told["phones"], told["tags"]) == ("Anna N.", [cast.ANNA_PHONE], ["vip"])
    assert told["addresses"][0]["city"] == "Nairobi"
    assert manager.patch(f"/customers/{anna}", {"tags": []}).json()["changed"] == ["tags"]
    before = cast.everything()
    assert manager.patch(f"/customers/{anna}", {"tags": []}).json()["changed"] == []
    assert places(manager.patch(f"/customers/{anna}", {"birth_date": "soon"})) == ["birth_date"]
    assert problem(manager.patch(f"/customers/{anna}", {"birth_date": "2030-01-01"})) == (422, "customers.bad_detail")
    assert cast.everything() == before


def test_a_deactivated_customer_is_not_found_until_activated(till, manager, anna):
    assert manager.post(f"/customers/{anna}/deactivate").json() == {"id": anna}
    assert names(till.read("/customers?search=anna")) == []
    assert manager.post(f"/customers/{anna}/activate").json() == {"id": anna}
    assert names(till.read("/customers?search=anna")) == ["Anna Njeri"]


def test_a_customer_of_another_store_is_as_unknown_as_none(anna, ben, manager):
    absent = ben + 99
    asks = {
        "": manager.get,
        "/timeline": manager.get,
        "/notes": lambda path: manager.post(path, {"text": "x"}),
        "/consents": lambda path: manager.post(path, {"channel": "sms", "given": True}),
        "/deactivate": manager.post,
        "/activate": manager.post,
    }
    before = cast.everything()
    for path, ask in asks.items():
        hidden, missing = ask(f"/customers/{ben}{path}"), ask(f"/customers/{absent}{path}")
        assert problem(hidden) == (404, "customers.unknown")
        assert hidden.content.replace(f'\\"{ben}\\"'.encode(), f'\\"{absent}\\"'.encode()) == missing.content
    hidden, missing = (manager.patch(f"/customers/{each}", {"tags": []}) for each in (ben, absent))
    assert hidden.content.replace(f'\\"{ben}\\"'.encode(), f'\\"{absent}\\"'.encode()) == missing.content
    assert cast.everything() == before


def test_an_id_that_no_database_holds_leads_nowhere(owner, shop):
    assert problem(owner.get(f"/customers/{2**63}")) == (404, "customers.unknown")
    assert problem(owner.get("/customers/anna")) == (404, "api.no_such_address")


def test_an_analyst_sees_nobody(analyst, anna):
    for path in ("/customers?search=anna", f"/customers/{anna}", f"/customers/{anna}/timeline"):
        assert problem(analyst.get(path)) == (403, "forbidden")


def test_an_auditor_reads_and_changes_nothing(anna):
    auditor = caller("auditor", store=None)
    assert auditor.read(f"/customers/{anna}")["name"] == "Anna Njeri"
    assert problem(auditor.post(f"/customers/{anna}/notes", {"text": "x"})) == (403, "forbidden")
