"""Rules and segments over HTTP: asked, tried, saved, explained."""

import pytest

from tests import cast
from tests.api.calling import caller, places, problem

RULE = "spent >= 500"
FORM = {"term": {"name": "spent"}, "operator": ">=", "values": [{"number": "500"}]}
SENTENCE = "A customer who spent at least 500.00 KES."


@pytest.fixture
def anna(shop):
    """Bought a latte in Westlands."""
    return cast.recorded(cast.sale(1, customer={"phone": cast.ANNA_PHONE, "name": "Anna Njeri"})).customer_id


@pytest.fixture
def ben(shop):
    """Bought two mugs in Karen."""
    told = cast.sale(
        2, cast.line("MUG", "500.00", "2"), store=cast.KAREN, customer={"phone": cast.BEN_PHONE, "name": "Ben"}
    )
    return cast.recorded(told).customer_id


@pytest.fixture
def big(owner, anna, ben):
    """The segment of who spent 500; Ben is in it."""
    answer = owner.post("/segments", {"name": "Big", "rule": RULE, "description": "Spent much."})
    assert answer.status_code == 201, answer.content
    return answer.json()["id"]


# Wrong input first.


WRONG = "spent >= 5000 and last_ordr < 60 days ago"


def test_a_wrong_rule_is_refused_with_its_place_and_what_could_stand_there(owner, anna):
    before = cast.everything()
    asks = {
        "/segments/check": {},
        "/segments/preview": {},
        "/segments/count": {},
        "/segments/explain": {"customer": anna},
        "/segments": {"name": "Big"},
        "/segments/export": {"as": "csv"},
        "/segments/export/preview": {"as": "csv"},
    }
    for path, more in asks.items():
        answer = owner.post(path, {"rule": WRONG, **more})
        assert problem(answer) == (422, "segments.rule_wrong"), path
        told = answer.json()
        assert told["detail"] == 'unknown fact "last_ordr"; did you mean "last_order"?'
        assert (told["start"], told["end"], told["line"], told["nearest"]) == (18, 27, 1, "last_order")
        assert told["shown"].splitlines()[0] == WRONG
        assert "path" not in told
    assert cast.everything() == before


def test_what_could_stand_there_is_told(owner):
    told = owner.post("/segments/check", {"rule": "spent contains 5"}).json()
    assert '">="' in told["expected"]
    assert (told["start"], told["end"]) == (0, 16)


def test_a_wrong_form_is_refused_with_its_path(owner):
    before = cast.everything()
    wrong = {"all": [FORM, {"term": {"name": "spent"}, "operator": "~", "values": []}]}
    answer = owner.post("/segments/check", {"form": wrong})
    assert problem(answer) == (422, "segments.rule_wrong")
    assert answer.json()["path"] == "rule.all[1].operator"
    assert cast.everything() == before


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"rule": RULE, "form": FORM},
        {"rule": None},
        {"rule": 5},
        {"form": "spent"},
        {"form": [FORM]},
        {"ruel": RULE},
    ],
)
def test_a_rule_is_a_text_or_a_form(owner, body):
    answer = owner.post("/segments/check", body)
    assert problem(answer) == (422, "api.input_wrong")
    assert set(places(answer)) <= {"rule", "form", "ruel"}


@pytest.mark.parametrize("rule", ["", "   ", "spent >= 5,000", '"; DROP TABLE x; --', "(" * 600, "x" * 100_001])
def test_whatever_is_typed_is_refused_or_answered(owner, rule):
    for path in ("/segments/check", "/segments/preview", "/segments/count"):
        assert problem(owner.post(path, {"rule": rule})) == (422, "segments.rule_wrong")
    nested = FORM
    for _n in range(200):
        nested = {"not": nested}
    named = {"term": {"name": "city"}, "operator": "=", "values": [{"text": "\x00"}]}
    torn = {"term": {"name": "city"}, "operator": "=", "values": [{"text": "\ud800"}]}
    for form in (nested, named, torn, {"\ud800": 1}, {}):
        for path in ("/segments/check", "/segments/count"):
            assert problem(owner.post(path, {"form": form})) == (422, "segments.rule_wrong")


@pytest.mark.parametrize("text", ["spent\x00 > 5", "\ud800"])
def test_what_no_database_holds_is_refused(owner, big, text):
    before = cast.everything()
    for path, more in {
        "/segments/check": {}, "/segments/preview": {}, "/segments/count": {}, "/segments": {"name": "X"},
        "/segments/export": {"as": "csv"},
    }.items():  # fmt: skip
        answer = owner.post(path, {"rule": text, **more})
        assert (problem(answer), places(answer)) == ((422, "api.input_wrong"), ["rule"])
    for answer in (
        owner.post("/segments", {"name": text, "rule": RULE}),
        owner.put(f"/segments/{big}", {"name": "X", "rule": RULE, "description": text}),
        owner.post("/segments/export", {"as": "emails", "purpose": text}),
        owner.post("/tiers/check", {"ladder": text}),
        owner.post("/groups", {"name": text}),
    ):
        assert problem(answer) == (422, "api.input_wrong")
    assert cast.everything() == before


def test_days_that_cannot_be_are_refused(owner, big):
    assert problem(owner.get(f"/segments/{big}/history?day_from=2026-02-01&day_to=2026-01-01")) == (
        422, "segments.bad_days",
    )  # fmt: skip
    assert places(owner.get(f"/segments/{big}/history?day_from=1900-01-01")) == ["day_from"]
    assert places(owner.get(f"/segments/{big}/changes?day_from=0001-01-01")) == ["day_from"]
    assert owner.get(f"/segments/{big}/history?day_to=0001-01-01").status_code == 200
    assert places(owner.post("/segments/count", {"rule": RULE, "as_of": "yesterday"})) == ["as_of"]
    assert problem(owner.get(f"/segments/{big}/members?cursor=abc")) == (422, "groups.bad_cursor")


def test_a_segment_that_is_none_is_not_found(owner, big, anna):
    group = owner.post("/groups", {"name": "Staff"}).json()["id"]
    before = cast.everything()
    for absent in (group, big + 999, 2**63):
        for answer in (
            owner.get(f"/segments/{absent}"),
            owner.put(f"/segments/{absent}", {"name": "X", "rule": RULE}),
            owner.delete(f"/segments/{absent}"),
        ):
            assert problem(answer) == (404, "groups.unknown")
    for absent in (big + 999, 2**63):
        for path in ("members", "history", "changes", f"explain/{anna}"):
            assert problem(owner.get(f"/segments/{absent}/{path}")) == (404, "groups.unknown"), path
    for nobody in (anna + 999, 2**63):
        assert problem(owner.get(f"/segments/{big}/explain/{nobody}")) == (404, "customers.unknown")
    assert problem(owner.post("/segments/explain", {"rule": RULE, "customer": anna + 999})) == (
        404,
        "customers.unknown",
    )
    assert cast.everything() == before


def test_a_name_that_is_taken_and_a_circle_are_conflicts(owner, big):
    owner.post("/groups", {"name": "Staff"})
    owner.post("/segments", {"name": "Bigger", "rule": 'segment = "Big" and spent > 900'})
    before = cast.everything()
    assert problem(owner.post("/segments", {"name": "Big", "rule": RULE})) == (409, "groups.taken")
    assert problem(owner.post("/segments", {"name": "Staff", "rule": RULE})) == (409, "segments.not_a_segment")
    assert problem(owner.put(f"/segments/{big}", {"name": "Staff", "rule": RULE})) == (409, "groups.taken")
    circle = owner.put(f"/segments/{big}", {"name": "Big", "rule": 'segment = "Bigger"'})
    assert problem(circle) == (409, "segments.circle")
    assert '"Big" names "Bigger"' in circle.json()["detail"]
    assert problem(owner.delete(f"/segments/{big}")) == (409, "groups.in_use")
    assert problem(owner.post("/segments", {"name": " ", "rule": RULE})) == (422, "core.text_unfit")
    assert cast.everything() == before


# What is right.


def test_a_rule_is_answered_as_text_as_a_form_and_in_words(owner):
    for body in ({"rule": "  SPENT   >=   500.00"}, {"form": FORM}):
        told = owner.post("/segments/check", body)
        assert told.json() == {"text": RULE, "form": FORM, "sentence": SENTENCE}


def test_a_preview_says_how_many_worth_what_and_who(owner, anna, ben):
    [row] = owner.read("/customers?search=ben")["items"]
    before = cast.everything()
    answer = owner.post("/segments/preview", {"rule": RULE})
    assert answer.status_code == 200, answer.content
    assert answer.json() == {
        "customers": 1, "base": 2, "value": "1000.00", "by_unknown": 0,
        "sample": [{"id": ben, "code": row["code"], "name": "Ben"}], "told_at": "2026-11-21T12:00:00Z",
        "rule": {"text": RULE, "form": FORM, "sentence": SENTENCE},
    }  # fmt: skip
    unknown = owner.post("/segments/preview", {"rule": "age != 30"}).json()
    assert (unknown["customers"], unknown["by_unknown"]) == (2, 2)
    assert cast.everything() == before


def test_who_may_not_see_profiles_gets_numbers(analyst, manager, anna, ben):
    told = analyst.post("/segments/preview", {"rule": RULE}).json()
    assert told["sample"] == [{"id": ben, "code": None, "name": None}]
    # Ben buys elsewhere.
    told = manager.post("/segments/preview", {"rule": "spent >= 1"}).json()
    assert (told["customers"], told["base"], [each["id"] for each in told["sample"]]) == (1, 1, [anna])


def test_a_rule_and_a_segment_are_counted_now_and_as_of_a_day(owner, big):
    def counted(**asked: str) -> int:
        answer = owner.post("/segments/count", asked)
        assert answer.status_code == 200, answer.content
        return answer.json()["customers"]

    assert counted(rule="orders >= 1") == 2
    assert counted(rule="Big") == 1
    assert counted(rule="Big", as_of="2026-11-20") == 1
    assert counted(rule="Big", as_of="2026-11-19") == 0
    assert counted(rule="last_order < in 60 days", as_of="9999-12-31") == 2
    assert counted(rule="last_order < 60 days ago", as_of="0001-01-01") == 0
    assert owner.post("/segments/count", {"form": FORM}).json() == {"customers": 1, "as_of": None}


def test_a_segment_is_made_read_changed_and_deleted(owner, big, anna, ben):
    assert owner.read(f"/segments/{big}") == {
        "id": big, "name": "Big", "description": "Spent much.", "rule": RULE, "form": FORM, "sentence": SENTENCE,
        "customers": 1, "change_30_days": 1, "turns_with_time": False, "edited_at": "2026-11-21T12:00:00Z",
        "edited_by": "a owner",
    }  # fmt: skip
    assert owner.read("/segments") == {"items": [owner.read(f"/segments/{big}")]}
    answer = owner.put(f"/segments/{big}", {"name": "All", "form": {"not": {"not": FORM}}, "rule": None})
    assert answer.json() == {"id": big, "entered": 0, "left": 0}
    answer = owner.put(f"/segments/{big}", {"name": "All", "rule": "spent >= 1"})
    assert answer.json() == {"id": big, "entered": 1, "left": 0}
    told = owner.read(f"/segments/{big}")
    assert (told["name"], told["description"], told["customers"]) == ("All", "Spent much.", 2)
    assert owner.delete(f"/segments/{big}").json() == {"id": big}
    assert owner.read("/segments") == {"items": []}


def test_members_come_part_by_part(owner, big, anna, ben):
    owner.put(f"/segments/{big}", {"name": "Big", "rule": "spent >= 1"})
    first = owner.read(f"/segments/{big}/members?limit=1")
    rest = owner.read(f"/segments/{big}/members?limit=1&cursor={first['next']}")
    assert rest["next"] is None
    [row] = owner.read("/customers?search=ben")["items"]
    assert first["items"] + rest["items"] == [
        {"customer": ben, "code": row["code"], "name": "Ben", "since": "2026-11-21", "pinned_by": ""},
        {**rest["items"][0], "customer": anna, "name": "Anna Njeri"},
    ]


def test_history_tells_sizes_reasons_and_who(owner, big, anna, ben):
    cast.record(cast.sale(3, cast.line(price="200.00"), customer={"phone": cast.ANNA_PHONE}))
    told = owner.read(f"/segments/{big}/history?day_from=2026-11-20")
    assert told["sizes"] == [
        {"day": "2026-11-20", "customers": 0, "entered": 0, "left": 0},
        {"day": "2026-11-21", "customers": 2, "entered": 2, "left": 0},
    ]
    assert told["movements"] == [
        {"day": "2026-11-21", "entered": True, "reason": "first build", "customers": 1},
        {"day": "2026-11-21", "entered": True, "reason": "sale", "customers": 1},
    ]
    changes = owner.read(f"/segments/{big}/changes")["items"]
    assert [(each["customer"], each["entered"], each["reason"]) for each in changes] == [
        (anna, True, "sale"), (ben, True, "first build"),
    ]  # fmt: skip
    assert len(owner.read(f"/segments/{big}/changes?limit=1")["items"]) == 1
    assert len(owner.read(f"/segments/{big}/history")["sizes"]) == 31


def test_a_customer_is_explained_for_a_segment_and_for_any_rule(owner, big, anna, ben):
    told = owner.read(f"/segments/{big}/explain/{anna}")
    assert (told["is_in"], told["since"], told["pin"]) == (False, None, None)
    explained = told["explanation"]
    assert (explained["kind"], explained["text"], explained["holds"]) == ("condition", RULE, False)
    assert "350.00" in explained["value"]
    assert "150.00" in explained["nearest"]
    assert owner.post("/segments/explain", {"rule": "Big", "customer": anna}).json() == explained
    assert owner.read(f"/segments/{big}/explain/{ben}")["since"] == "2026-11-21"
    both = owner.post("/segments/explain", {"rule": f"{RULE} and orders >= 1", "customer": anna}).json()
    assert [(part["text"], part["holds"]) for part in both["parts"]] == [(RULE, False), ("orders >= 1", True)]


def test_a_customer_of_another_store_is_as_unknown_as_none(manager, big, ben):
    for ask in (
        lambda id_: manager.get(f"/segments/{big}/explain/{id_}"),
        lambda id_: manager.post("/segments/explain", {"rule": RULE, "customer": id_}),
    ):
        hidden, absent = ask(ben), ask(ben + 99)
        assert problem(hidden) == (404, "customers.unknown")
        assert hidden.content.replace(f'\\"{ben}\\"'.encode(), f'\\"{ben + 99}\\"'.encode()) == absent.content
    assert manager.read(f"/segments/{big}/members")["items"] == []
    assert manager.read(f"/segments/{big}")["customers"] == 0


def test_a_repeated_write_is_done_once_and_answered_alike(owner, anna, ben):
    told = {"name": "Big", "rule": RULE}
    first = owner.post("/segments", told, idempotency_key="k")
    before = cast.everything()
    again = owner.post("/segments", told, idempotency_key="k")
    assert (again.status_code, again.content, again["Idempotency-Replayed"]) == (201, first.content, "true")
    assert first["Location"] == again["Location"] == f"/api/v1/segments/{first.json()['id']}"
    assert cast.everything() == before


def test_a_profile_tells_the_groups_since_when_and_why(owner, big, ben):
    staff = owner.post("/groups", {"name": "Staff"}).json()["id"]
    owner.post(f"/groups/{staff}/members", {"customers": [ben]})
    assert owner.read(f"/customers/{ben}")["groups"] == [
        {
            "id": big, "name": "Big", "kind": "automatic", "tier_set": None, "since": "2026-11-21", "how": "by rule",
            "reason": "first build",
        },
        {
            "id": staff, "name": "Staff", "kind": "manual", "tier_set": None, "since": "2026-11-21", "how": "by hand",
            "reason": "by hand",
        },
    ]  # fmt: skip


def test_a_cashier_sees_segments_and_edits_none(shop, big):
    cashier = caller("cashier")
    before = cast.everything()
    assert [each["name"] for each in cashier.read("/segments")["items"]] == ["Big"]
    for answer in (
        cashier.post("/segments", {"name": "X", "rule": RULE}),
        cashier.put(f"/segments/{big}", {"name": "X", "rule": RULE}),
        cashier.delete(f"/segments/{big}"),
        cashier.get(f"/segments/{big}/members"),
        cashier.post("/segments/export", {"as": "csv"}),
    ):
        assert problem(answer) == (403, "forbidden")
    assert cast.everything() == before
