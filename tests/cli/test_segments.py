"""`regulars segments`, `groups` and `tiers`, typed."""

import pytest

from regulars.segments.upkeep import memberships_differ
from tests.cli.conftest import Till

pytestmark = pytest.mark.django_db

LADDER = "Standard: spent < 500; Gold: spent between 500 and 2000; Platinum: spent > 2000"


def ids(shop: Till) -> tuple[int, int]:
    """Anna's number and Ben's."""
    anna, ben = (shop.json("customers", "find", phone)[0]["id"] for phone in ("0712345678", "0722000111"))
    return anna, ben


def sale(n: int, price: str, phone: str) -> dict[str, object]:
    return {
        "id": f"0b6a8f0e-8a3f-4a3e-9a53-2f1c7a9d4b{n:02}",
        "number": f"A-{n}",
        "sold_at": "2026-11-20T10:00:00+03:00",
        "store": "Harbour Coffee",
        "customer": {"phone": phone},
        "lines": [{"sku": "BEANS", "name": "Beans", "unit_price": price}],
    }


@pytest.fixture
def shop(till: Till) -> Till:
    """Anna spent 480, Ben 900."""
    till.run("sales", "record", till.written([sale(1, "480", "0712345678"), sale(2, "900", "0722000111")]))
    return till


def test_a_rule_is_counted_listed_and_explained(shop: Till):
    assert shop.run("segments", "count", "spent >= 500").stdout == "1\n"
    assert shop.json("segments", "count", "spent >= 500") == [{"rule": "spent >= 500", "as_of": None, "customers": 1}]
    assert shop.json("segments", "count", "spent >= 1", "--as-of", "2026-11-19")[0]["customers"] == 0
    [row] = shop.json("segments", "list", "spent < 500")
    assert (row["spent"], row["orders"]) == ("480.00", 1)
    said = shop.run("segments", "explain", "spent >= 500", "0712345678").stdout
    assert "does not meet the rule" in said
    assert "480" in said
    assert "20" in said
    told = shop.json("segments", "explain", "spent >= 500", "0722000111")
    assert (told["holds"], told["kind"]) == (True, "condition")


def test_a_copy_counts_alike(shop: Till):
    assert shop.run("segments", "count", "spent >= 500", "--engine", "duckdb").stdout == "1\n"
    assert shop.run("segments", "count", "spent >= 1", "--as-of", "2026-11-19", "--engine", "duckdb").stdout == "0\n"


def test_a_wrong_rule_is_answered_with_the_place(shop: Till):
    said = shop.run("segments", "count", "spent >= 5000 and last_ordr < 60 days ago", code=2)
    assert said.stderr == (
        "spent >= 5000 and last_ordr < 60 days ago\n"
        '                  ^^^^^^^^^ unknown fact "last_ordr"; did you mean "last_order"?\n'
    )
    assert shop.run("segments", "save", "X", "spent >= 5,000", code=2).stdout == ""
    assert shop.json("segments", "list") == []


@pytest.mark.parametrize(
    "rule", ["spent > 1\x00", "spent > 1\udcff", "spent" * 20_001, "(" * 600 + "spent > 1" + ")" * 600]
)
def test_what_no_rule_can_be_is_refused(shop: Till, rule: str):
    said = shop.run("segments", "count", rule, code=2)
    assert said.stdout == ""
    assert said.stderr.count("\n") <= 2


def test_a_segment_lives_and_goes(shop: Till):
    assert shop.run("segments", "save", "Big", "spent >= 500").stdout == (
        'The segment "Big" is saved: 1 customer entered, 0 left.\n'
    )
    shop.run("sales", "record", shop.written(sale(3, "35", "0712345678")))
    assert {row["customer_id"] for row in shop.json("segments", "members", "Big")} == set(ids(shop))
    assert shop.json("segments", "show", "Big")["rule"] == "spent >= 500"
    assert "2 customers, +2 in the last 30 days." in shop.run("segments", "show", "Big").stdout
    last = shop.json("segments", "history", "Big")[-1]
    assert (last["size"], last["entered"], last["left"]) == (2, 2, 0)
    assert sorted(last["reasons"]) == ["1 entered: first build", "1 entered: sale"]
    assert shop.json("segments", "list")[0]["customers"] == 2
    assert shop.run("segments", "count", "Big").stdout == "2\n"
    shop.run("segments", "save", "Not big", 'not segment = "Big"')
    assert shop.refusal("segments", "delete", "Big", code=5) == (
        '"Big" is used by "Not big"; change or delete those first.'
    )
    shop.run("groups", "rename", "Big", "Best of all")
    assert shop.json("segments", "show", "Not big")["rule"] == 'not segment = "Best of all"'
    shop.run("segments", "delete", "Not big")
    shop.run("segments", "delete", "Best of all")
    assert shop.json("segments", "list") == []
    assert shop.refusal("segments", "show", "Big", code=4).startswith('There is no segment "Big"')
    assert shop.json("verify") == []


def test_the_first_ladder_passes_and_a_gap_is_told(shop: Till):
    said = shop.run("tiers", "set", "Loyalty", "--ladder", LADDER).stdout
    assert said == "The ladder of Loyalty has no gaps and no overlaps. Customers: Standard 1, Gold 1, Platinum 0.\n"
    assert shop.run("tiers", "check", "Loyalty").stdout == "The ladder of Loyalty has no gaps and no overlaps.\n"
    gap = LADDER.replace("2000;", "1999;")
    assert shop.refusal("tiers", "set", "Loyalty", "--ladder", gap, code=2) == (
        "The ladder has gaps or overlaps: a customer with spent 1,999.50 is in no tier: nothing takes 1,999.01 to "
        "2,000.00. Change it, or ask for it to be kept as it is."
    )
    assert shop.json("tiers", "list")[1]["rule"] == "spent between 500 and 2000"
    shop.run("tiers", "set", "Loyalty", "--ladder", gap, "--anyway")
    [finding] = shop.json("tiers", "check", "Loyalty", code=1)
    assert finding["kind"] == "gap"
    assert shop.refusal("tiers", "check", "Loyal", code=4).startswith(
        'There are no tiers "Loyal"; did you mean "Loyalty"?'
    )
    shop.run("tiers", "delete", "Loyalty")
    assert shop.json("groups", "list") == []


def test_a_group_is_filled_from_a_file_and_every_row_is_accounted_for(shop: Till, tmp_path):
    anna, ben = ids(shop)
    shop.run("customers", "create", "--name", "Cleo", "--phone", "0722000111")
    file = tmp_path / "list.csv"
    file.write_text("name,phone\nAnna,0712 345 678\nBen,0722 000 111\nNobody,0733 000 000\nAnna,+254712345678\n")
    shop.run("groups", "create", "Staff")
    said = shop.run("groups", "import", "Staff", str(file)).stdout
    assert said.splitlines() == [
        '"Staff" has 1 customer more: 2 of the list led to a customer, 1 to nobody, 1 to several.',
        '"0733 000 000" leads to nobody.',
        f'"0722 000 111" leads to customers {ben}, {ben + 1}; write the id of the one you mean.',
    ]
    bare = tmp_path / "bare.txt"
    bare.write_text(f"{anna}\n{ben}\n")
    assert shop.json("groups", "import", "Staff", str(bare)) == []
    assert [row["customers"] for row in shop.json("groups", "list")] == [2]
    shop.run("groups", "remove", "Staff", str(anna))
    shop.run("groups", "add", "Staff", str(anna), str(ben))
    assert shop.refusal("groups", "add", "Staff", "9999", code=4).startswith('There is no customer "9999"')
    assert shop.refusal("groups", "add", "Staf", "0712345678", code=4).startswith(
        'There is no group "Staf"; did you mean "Staff"?'
    )
    assert shop.refusal("groups", "pin", "Staff", "0712345678", code=5).startswith('"Staff" has no rule')


def test_pins_are_typed(shop: Till):
    shop.run("segments", "save", "Big", "spent >= 500")
    anna, ben = ids(shop)
    shop.run("groups", "pin", "Big", "0712345678")
    pinned = {row["customer_id"]: row["pinned_by"] for row in shop.json("segments", "members", "Big")}
    assert pinned == {anna: "operator", ben: ""}
    shop.run("groups", "unpin", "Big", "0712345678")
    shop.run("groups", "pin", "Big", "0722000111", "--out")
    assert shop.json("segments", "members", "Big") == []
    assert shop.refusal("groups", "add", "Big", "0712345678", code=5).startswith("A rule says who is in")
    assert list(memberships_differ()) == []


def test_midnight_can_be_had_by_hand(shop: Till):
    assert shop.run("segments", "midnight").stdout == "Nobody is to be moved by the day.\n"
