"""How many queries a question about segments takes, whatever the number of customers; one of them is for the token."""

import pytest

from tests.api.test_queries import many, queries_of
from tests.checkout.test_queries import pinned

LADDER = "Standard: spent < 500; Gold: spent between 500 and 2000; Platinum: spent > 2000"


@pytest.fixture
def kept(owner):
    """The ids of a segment, a group and tiers over three customers; the rules were read before."""
    many(0, 3)
    ids = {
        "segment": owner.post("/segments", {"name": "Big", "rule": "spent >= 300 and age != 5"}).json()["id"],
        "group": owner.post("/groups", {"name": "Staff"}).json()["id"],
    }
    owner.put("/tiers", {"name": "Loyalty", "ladder": LADDER})
    [found] = owner.read("/customers?search=Somebody 1")["items"]
    owner.post(f"/groups/{ids['group']}/members", {"customers": [found["id"]]})
    return ids | {"customer": found["id"]}


@pytest.mark.parametrize(
    ("path", "count"),
    [
        ("/segments", 7), ("/segments/{segment}", 8), ("/segments/{segment}/members?limit=200", 5),
        ("/segments/{segment}/history", 5), ("/segments/{segment}/changes?limit=1000", 4), ("/groups", 3),
        ("/groups/{group}", 4), ("/tiers", 5), ("/segments/{segment}/explain/{customer}", 30),
    ],
)  # fmt: skip
def test_a_look_takes_as_many_whatever_the_number_of_customers(owner, kept, path, count):
    few = queries_of(lambda: owner.get(path.format(**kept)))
    many(100, 40)
    assert len(queries_of(lambda: owner.get(path.format(**kept)))) == len(few) == count, "\n".join(few)


@pytest.mark.parametrize(
    ("path", "body", "count"),
    [
        ("/segments/check", {"rule": "spent >= 300"}, 3), ("/segments/count", {"rule": "spent >= 300"}, 4),
        ("/segments/preview", {"rule": "spent >= 300"}, 9), ("/tiers/check", {"ladder": LADDER}, 2),
        ("/segments/export/preview", {"as": "csv"}, 2), ("/segments/export/preview", {"as": "sms"}, 5),
        ("/segments/export", {"as": "sms", "purpose": "June letter"}, pinned(9, 10)),
    ],
)  # fmt: skip
def test_a_question_takes_as_many_whatever_the_number_of_customers(owner, kept, path, body, count):
    few = queries_of(lambda: owner.post(path, body))
    many(100, 40)
    assert len(queries_of(lambda: owner.post(path, body))) == len(few) == count, "\n".join(few)


def test_a_member_added_takes_as_many_whatever_the_number(owner, kept):
    def moved(path: str, ids: list[int]) -> int:
        return len(queries_of(lambda: owner.post(f"/groups/{kept['group']}/{path}", {"customers": ids})))

    many(100, 40)
    ids = [each["id"] for each in owner.read("/customers?limit=200")["items"] if each["id"] != kept["customer"]]
    one = moved("members", ids[:1])
    assert moved("members", ids[1:11]) == one
    assert moved("members/remove", ids[:1]) == moved("members/remove", ids[1:11])
    assert owner.read(f"/groups/{kept['group']}")["customers"] == 1
