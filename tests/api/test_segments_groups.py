"""Groups and tiers over HTTP: made, filled, pinned, checked."""

import pytest

from tests import cast
from tests.api.calling import caller, places, problem

LADDER = "Standard: spent < 500; Gold: spent between 500 and 2000; Platinum: spent > 2000"
GAP = "Standard: spent < 500; Gold: spent between 500 and 1999; Platinum: spent > 2000"


@pytest.fixture
def anna(shop):
    """Bought a latte in Westlands."""
    return cast.recorded(cast.sale(1, customer={"phone": cast.ANNA_PHONE, "name": "Anna"})).customer_id


@pytest.fixture
def ben(shop):
    """Bought two mugs in Karen."""
    told = cast.sale(
        2, cast.line("MUG", "500.00", "2"), store=cast.KAREN, customer={"phone": cast.BEN_PHONE, "name": "Ben"}
    )
    return cast.recorded(told).customer_id


@pytest.fixture
def staff(owner):
    return owner.post("/groups", {"name": "Staff", "description": "Who works here."}).json()["id"]


@pytest.fixture
def big(owner, anna, ben):
    """The segment of who spent 500; Ben is in it."""
    return owner.post("/segments", {"name": "Big", "rule": "spent >= 500"}).json()["id"]


def in_it(owner, group: int) -> list[int]:
    return sorted(each["customer"] for each in owner.read(f"/groups/{group}/members")["items"])


# Wrong input first.


def test_what_has_not_the_shape_is_refused_with_its_place(owner, staff):
    before = cast.everything()
    wrong = {
        ("post", "/groups"): ({"nmae": "X"}, {"name", "nmae"}),
        ("patch", f"/groups/{staff}"): ({"name": 5}, {"name"}),
        ("post", f"/groups/{staff}/members"): ({"customers": []}, {"customers"}),
        ("post", f"/groups/{staff}/members/remove"): ({"customers": [0, "x"]}, {"customers[0]", "customers[1]"}),
        ("post", f"/groups/{staff}/members/import"): ({"names": "0712"}, {"names"}),
        ("post", f"/groups/{staff}/pin"): ({"customers": [1]}, {"in"}),
        ("post", f"/groups/{staff}/unpin"): ({"customers": [1], "in": True}, {"in"}),
        ("put", "/tiers"): ({"ladder": LADDER, "anyway": "perhaps"}, {"name", "anyway"}),
        ("post", "/tiers/check"): ({}, {"ladder"}),
    }
    for (method, path), (body, faults) in wrong.items():
        answer = getattr(owner, method)(path, body)
        assert problem(answer) == (422, "api.input_wrong"), path
        assert set(places(answer)) == faults, path
    assert cast.everything() == before


def test_what_contradicts_what_is_there_is_refused(owner, staff, big, anna):
    owner.put("/tiers", {"name": "Loyalty", "ladder": LADDER})
    tiers = {each["name"]: each["id"] for each in owner.read("/groups")["items"] if each["kind"] == "tier"}
    before = cast.everything()
    one = {"customers": [anna]}
    for answer, refusal in (
        (owner.post("/groups", {"name": "Staff"}), (409, "groups.taken")),
        (owner.post("/groups", {"name": "Big"}), (409, "groups.taken")),
        (owner.patch(f"/groups/{staff}", {"name": "Big"}), (409, "groups.taken")),
        (owner.post(f"/groups/{big}/members", one), (409, "groups.filled_by_rule")),
        (owner.post(f"/groups/{big}/members/remove", one), (409, "groups.filled_by_rule")),
        (owner.post(f"/groups/{big}/members/import", {"names": ["0712345678"]}), (409, "groups.filled_by_rule")),
        (owner.post(f"/groups/{staff}/pin", {**one, "in": True}), (409, "groups.filled_by_hand")),
        (owner.post(f"/groups/{staff}/unpin", one), (409, "groups.filled_by_hand")),
        (owner.delete(f"/groups/{tiers['Gold']}"), (409, "groups.of_set")),
        (owner.patch(f"/groups/{tiers['Gold']}", {"name": "a:b"}), (422, "groups.bad_tier_name")),
        (
            owner.post(f"/groups/{tiers['Standard']}/pin", {**one, "in": False}),
            (409, "groups.default_tier_pinned_out"),
        ),
        (owner.post(f"/groups/{staff}/members", {"customers": [anna, anna + 999]}), (404, "customers.unknown")),
    ):
        assert problem(answer) == refusal, answer.content
    assert cast.everything() == before


def test_what_is_not_there_is_not_found(owner, staff, anna):
    before = cast.everything()
    one = {"customers": [anna]}
    for absent in (staff + 999, 2**63):
        at = f"/groups/{absent}"
        for answer in (
            owner.get(at), owner.patch(at, {"description": "x"}), owner.delete(at), owner.get(f"{at}/members"),
            owner.get(f"{at}/history"), owner.post(f"{at}/members", one), owner.post(f"{at}/members/remove", one),
            owner.post(f"{at}/members/import", {"names": ["1"]}), owner.post(f"{at}/pin", {**one, "in": True}),
            owner.post(f"{at}/unpin", one),
        ):  # fmt: skip
            assert problem(answer) == (404, "groups.unknown")
        assert problem(owner.delete(f"/tiers/{absent}")) == (404, "segments.tier_set_unknown")
        assert problem(owner.get(f"/tiers/{absent}/flows")) == (404, "segments.tier_set_unknown")
    assert cast.everything() == before


def test_a_ladder_with_a_gap_is_told_and_not_saved(owner, anna):
    before = cast.everything()
    told = owner.post("/tiers/check", {"ladder": GAP}).json()["findings"]
    assert [(each["kind"], each["tiers"]) for each in told] == [("gap", [])]
    assert "1,999.01 to 2,000.00" in told[0]["sentence"]
    refused = owner.put("/tiers", {"name": "Loyalty", "ladder": GAP})
    assert problem(refused) == (422, "segments.ladder_broken")
    assert told[0]["sentence"] in refused.json()["detail"]
    wrong = owner.post("/tiers/check", {"ladder": "Standard: spnt < 500; Gold: spent >= 500"})
    assert problem(wrong) == (422, "segments.rule_wrong")
    assert wrong.json()["nearest"] == "spent"
    assert problem(owner.post("/tiers/check", {"ladder": "Standard"})) == (422, "segments.ladder_wrong")
    assert owner.post("/tiers/check", {"ladder": LADDER}).json() == {"findings": []}
    assert cast.everything() == before


# What is right.


def test_a_group_is_made_renamed_described_and_deleted(owner, staff):
    assert owner.read(f"/groups/{staff}") == {
        "id": staff, "name": "Staff", "kind": "manual", "tier_set": None, "rank": None, "is_default": False,
        "description": "Who works here.", "customers": 0,
    }  # fmt: skip
    assert owner.patch(f"/groups/{staff}", {"name": "Team", "description": ""}).json() == {"id": staff}
    assert owner.patch(f"/groups/{staff}", {}).json() == {"id": staff}
    [row] = owner.read("/groups")["items"]
    assert (row["name"], row["description"]) == ("Team", "")
    assert owner.delete(f"/groups/{staff}").json() == {"id": staff}
    assert owner.read("/groups") == {"items": []}


def test_a_rule_follows_the_group_it_names(owner, staff, anna, ben):
    owner.post(f"/groups/{staff}/members", {"customers": [anna]})
    made = owner.post("/segments", {"name": "Others", "rule": 'not group = "Staff"'}).json()["id"]
    assert problem(owner.delete(f"/groups/{staff}")) == (409, "groups.in_use")
    owner.patch(f"/groups/{staff}", {"name": "Team"})
    assert owner.read(f"/segments/{made}")["rule"] == 'not group = "Team"'
    assert in_it(owner, made) == [ben]


def test_members_are_added_and_removed_and_who_is_there_already_stays(owner, staff, anna, ben):
    assert owner.post(f"/groups/{staff}/members", {"customers": [anna]}).json() == {"id": staff, "moved": 1}
    assert owner.post(f"/groups/{staff}/members", {"customers": [anna, ben]}).json() == {"id": staff, "moved": 1}
    assert in_it(owner, staff) == [anna, ben]
    assert owner.post(f"/groups/{staff}/members/remove", {"customers": [ben]}).json() == {"id": staff, "moved": 1}
    assert in_it(owner, staff) == [anna]
    told = owner.read(f"/groups/{staff}/history?day_from=2026-11-21")
    assert told["sizes"] == [{"day": "2026-11-21", "customers": 1, "entered": 2, "left": 1}]


def test_a_list_is_accounted_for_by_place_and_the_answer_holds_no_name(owner, staff, anna, ben):
    cast.person("Abel", phones=(cast.ANNA_PHONE,))
    names = ["0799 000 000", str(ben), " +254712345678 ", "nobody@example.org", f"{ben}"]
    answer = owner.post(f"/groups/{staff}/members/import", {"names": names}, idempotency_key="k")
    told = answer.json()
    assert (told["moved"], told["led"], told["unknown"]) == (1, 1, [0, 3])
    assert [each["place"] for each in told["ambiguous"]] == [2]
    assert anna in told["ambiguous"][0]["customers"]
    assert b"254" not in answer.content
    assert in_it(owner, staff) == [ben]
    before = cast.everything()
    again = owner.post(f"/groups/{staff}/members/import", {"names": names}, idempotency_key="k")
    assert (again.content, again["Idempotency-Replayed"]) == (answer.content, "true")
    assert cast.everything() == before


def test_a_pin_wins_over_the_rule_until_it_is_taken_off(owner, big, anna, ben):
    assert owner.post(f"/groups/{big}/pin", {"customers": [anna], "in": True}).json() == {"id": big}
    assert owner.post(f"/groups/{big}/pin", {"customers": [ben], "in": False}).json() == {"id": big}
    assert in_it(owner, big) == [anna]
    assert owner.read(f"/groups/{big}/members")["items"][0]["pinned_by"] == "a owner"
    told = owner.read(f"/segments/{big}/explain/{ben}")
    assert (told["is_in"], told["pin"], told["pinned_by"]) == (False, False, "a owner")
    assert owner.post(f"/groups/{big}/unpin", {"customers": [anna, ben]}).json() == {"id": big}
    assert in_it(owner, big) == [ben]


def test_tiers_are_saved_listed_and_deleted(owner, anna, ben):
    saved = owner.put("/tiers", {"name": "Loyalty", "ladder": LADDER}).json()
    assert saved["findings"] == []
    [told] = owner.read("/tiers")["items"]
    assert (told["id"], told["name"], told["ladder"]) == (saved["id"], "Loyalty", LADDER)
    assert [(each["name"], each["rule"], each["is_default"], each["customers"]) for each in told["tiers"]] == [
        ("Standard", "spent < 500", True, 1),
        ("Gold", "spent between 500 and 2000", False, 1),
        ("Platinum", "spent > 2000", False, 0),
    ]
    kept = owner.put("/tiers", {"name": "Loyalty", "ladder": GAP, "anyway": True}).json()
    assert (kept["id"], [each["kind"] for each in kept["findings"]]) == (saved["id"], ["gap"])
    cast.record(cast.sale(3, cast.line(price="200.00"), customer={"phone": cast.ANNA_PHONE}))
    flows = owner.read(f"/tiers/{saved['id']}/flows?day_from=2026-11-21")["items"]
    assert {"before": "Standard", "after": "Gold", "customers": 1} in flows
    owner.post("/segments", {"name": "Rich", "rule": 'tier = "Gold"'})
    assert problem(owner.delete(f"/tiers/{saved['id']}")) == (409, "segments.tier_in_use")
    [rich] = owner.read("/segments")["items"]
    owner.delete(f"/segments/{rich['id']}")
    assert owner.delete(f"/tiers/{saved['id']}").json() == {"id": saved["id"]}
    assert owner.read("/tiers") == {"items": []}


def test_a_manager_fills_groups_with_customers_of_the_own_store_and_makes_none(manager, staff, big, anna, ben):
    before = cast.everything()
    for answer in (
        manager.post("/groups", {"name": "X"}),
        manager.patch(f"/groups/{staff}", {"name": "X"}),
        manager.delete(f"/groups/{staff}"),
        manager.put("/tiers", {"name": "X", "ladder": LADDER}),
    ):
        assert problem(answer) == (403, "forbidden")
    hidden, absent = (manager.post(f"/groups/{staff}/members", {"customers": [id_]}) for id_ in (ben, ben + 99))
    assert problem(hidden) == (404, "customers.unknown")
    assert hidden.content.replace(f'\\"{ben}\\"'.encode(), f'\\"{ben + 99}\\"'.encode()) == absent.content
    assert cast.everything() == before
    assert manager.post(f"/groups/{staff}/members", {"customers": [anna]}).json()["moved"] == 1
    assert manager.post(f"/groups/{big}/pin", {"customers": [anna], "in": True}).status_code == 200
    imported = manager.post(f"/groups/{staff}/members/import", {"names": [cast.BEN_PHONE]}).json()
    assert (imported["moved"], imported["unknown"]) == (0, [0])


def test_a_marketer_edits_all_and_an_auditor_nothing(shop, staff, ben):
    marketer, auditor = caller("marketer", store=None), caller("auditor", store=None)
    assert marketer.post(f"/groups/{staff}/members", {"customers": [ben]}).json()["moved"] == 1
    before = cast.everything()
    assert problem(auditor.post(f"/groups/{staff}/members/remove", {"customers": [ben]})) == (403, "forbidden")
    assert [each["customers"] for each in auditor.read("/groups")["items"]] == [1]
    assert cast.everything() == before
