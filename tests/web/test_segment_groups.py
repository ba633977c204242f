"""Groups and tiers on the pages, why a customer is in them, and a filter that becomes one."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from regulars.groups.models import Group, Membership, Pin
from regulars.groups.services import group_create, members_add
from regulars.segments.editing import segment_create
from regulars.segments.services import tier_set_save
from tests import cast
from tests.web.test_segments import ALL, BY, HTMX, refused, statuses, text
from tests.web.visiting import signed_in

pytestmark = pytest.mark.usefixtures("noon")
LADDER = "Standard: spent < 500; Gold: spent between 500 and 2000; Platinum: spent > 2000"


@pytest.fixture
def staff(anna, ben):
    return group_create("Staff", description="Behind the counter.", **BY)


@pytest.fixture
def loyalty(anna, ben):
    tier_set_save("Loyalty", LADDER, **BY)
    return Group.objects.filter(name="Gold").get().tier_set_id


def tier(name):
    return Group.objects.get(name=name).id


def members(group):
    return sorted(Membership.objects.filter(group_id=group).values_list("customer__name", flat=True))


# Groups


def test_who_sees_and_who_makes_groups(staff):
    assert statuses("/segments/groups") == dict.fromkeys(ALL, 200)
    assert statuses(f"/segments/groups/{staff}") == dict.fromkeys(ALL, 200)
    assert statuses("/segments/groups/new") == dict.fromkeys(ALL, 403) | {"owner": 200, "marketer": 200}
    assert statuses(f"/segments/groups/{staff}/import") == dict.fromkeys(ALL, 403) | dict.fromkeys(
        ("owner", "marketer", "manager"), 200
    )


@pytest.mark.parametrize(
    ("name", "sentence"), [("", "name of a group"), ("Staff", "already"), ("x" * 65, "name of a group")]
)
def test_a_group_that_cannot_be_is_refused(staff, name, sentence):
    refused(signed_in("owner"), "/segments/groups/new", {"name": name}, sentence)
    if name != "Staff":
        refused(signed_in("owner"), f"/segments/groups/{staff}/rename", {"name": name}, sentence)


def test_a_group_is_made_renamed_described_and_deleted(people):
    client = signed_in("marketer")
    made = client.post("/segments/groups/new", {"name": "Club", "description": "Tasters."})["Location"]
    assert "Tasters." in text(client.get(made))
    client.post(f"{made}/rename", {"name": "Coffee club", "description": "Thursdays."})
    assert Group.objects.values_list("name", "description").get() == ("Coffee club", "Thursdays.")
    assert client.post(f"{made}/delete")["Location"] == "/segments/groups"
    assert not Group.objects.exists()


def test_a_customer_is_found_put_in_and_taken_out(staff, anna):
    client = signed_in("marketer")
    found = text(client.get(f"/segments/groups/{staff}/find?find=okoth", **HTMX))
    assert "<html" not in found
    assert f'name="customer" value="{anna}"' in found
    page = client.get(f"/segments/groups/{staff}/find?find=okoth")
    assert "Anna Maria Okoth" in text(client.get(page["Location"]))
    client.post(f"/segments/groups/{staff}/members", {"customer": anna, "act": "add"})
    assert members(staff) == ["Anna Maria Okoth"]
    client.post(f"/segments/groups/{staff}/members", {"customer": anna, "act": "remove"})
    assert members(staff) == []


def test_nobody_puts_in_whom_they_cannot_reach(staff, ben):
    client = signed_in("manager")
    assert "Wekesa" not in text(client.get(f"/segments/groups/{staff}/find?find=wekesa", **HTMX))
    before = cast.everything()
    for told in ({"customer": ben, "act": "add"}, {"customer": "99999", "act": "add"}):
        assert client.post(f"/segments/groups/{staff}/members", told).status_code == 404
    for told in ({"customer": "x", "act": "add"}, {"customer": ben, "act": "explode"}, {}):
        assert client.post(f"/segments/groups/{staff}/members", told).status_code == 302
    assert client.post(f"/segments/groups/{staff}/members", {"customer": ben, "act": "in"}).status_code == 409
    assert cast.everything() == before


def test_every_row_of_a_file_is_accounted_for(staff, anna):
    client = signed_in("owner")
    refused(client, f"/segments/groups/{staff}/import", {}, "Choose a file of up to 20 MB.")
    file = SimpleUploadedFile(
        "list.csv", f"phone,x\n{cast.ANNA_PHONE},1\n+254700000000,2\n{cast.ANNA_PHONE},3\n".encode()
    )
    page = text(client.post(f"/segments/groups/{staff}/import", {"file": file}))
    figures = dict(re.findall(r'<dt>([^<]+)</dt><dd class="figure">([^<]+)</dd>', page))
    assert figures == {
        "Rows": "3", "Lead to one customer": "1", "New in the group": "1", "Lead to nobody": "1", "Lead to several": "0",
    }  # fmt: skip
    assert "+254700000000" in page
    assert members(staff) == ["Anna Maria Okoth"]


def test_a_file_that_cannot_be_read_changes_nothing(staff):
    file = SimpleUploadedFile("list.xlsx", b"this is no workbook")
    refused(signed_in("owner"), f"/segments/groups/{staff}/import", {"file": file}, "notice error")


def test_a_pin_goes_before_the_rule_and_is_taken_off(anna, ben):
    segment = segment_create("Spenders", "spent >= 500", **BY).id
    client = signed_in("marketer")
    client.post(f"/segments/groups/{segment}/members", {"customer": ben, "act": "in"})
    client.post(f"/segments/groups/{segment}/members", {"customer": anna, "act": "out"})
    assert members(segment) == ["Ben Wekesa"]
    page = text(client.get(f"/segments/{segment}"))
    assert "pinned by Marketer Wanjiku" in page
    assert page.index("Pins") < page.index("Anna Maria Okoth", page.index("Pins"))
    client.post(f"/segments/groups/{segment}/members", {"customer": ben, "act": "unpin"})
    client.post(f"/segments/groups/{segment}/members", {"customer": anna, "act": "unpin"})
    assert members(segment) == ["Anna Maria Okoth"]
    assert not Pin.objects.exists()


# Tiers


def test_the_tiers_are_drawn_with_their_sizes(loyalty):
    page = text(signed_in("cashier").get("/segments/tiers"))
    assert "No gaps and no overlaps" in page
    assert re.findall(r'<text class="tick"[^>]*>([^<]+)<', page) == ["500.00", "2,000.01"]
    page = text(signed_in("owner").get(f"/segments/tiers/{loyalty}"))
    assert re.findall(r'row-link" href="[^"]+">([^<]+)<', page) == ["Platinum", "Gold", "Standard"]
    assert "Who moved in 90 days" in page
    assert "Who moved" not in text(signed_in("cashier").get(f"/segments/tiers/{loyalty}"))
    assert signed_in("owner").get("/segments/tiers/99999").status_code == 404


@pytest.mark.parametrize(
    ("ladder", "sentence"),
    [
        ("", "Write a tier in each line."),
        ("Standard: spent < 500", "it has 1 tiers; write 2 to 20"),
        ("Standard: spent < 500\nGold: spnt > 500", "unknown fact &quot;spnt&quot;"),
        ("Standard: spent < 500\nGold: spent between 500 and 1999\nTop: spent > 2000", "is in no tier"),
        ("Standard: spent < 600\nGold: spent >= 500", "is in Standard and in Gold"),
        ("Stan\"dard: spent < 600\nGold: spent >= 500", "errorlist"),
    ],
)  # fmt: skip
def test_a_ladder_that_is_wrong_is_told_and_not_saved(loyalty, ladder, sentence):
    client = signed_in("owner")
    refused(client, "/segments/tiers/new", {"name": "Other", "ladder": ladder}, sentence)
    refused(client, f"/segments/tiers/{loyalty}/edit", {"ladder": ladder}, sentence)
    assert sentence in text(client.post("/segments/tiers/look", {"ladder": ladder}, **HTMX))


def test_tiers_take_no_name_that_is_there(loyalty):
    refused(signed_in("owner"), "/segments/tiers/new", {"name": "Loyalty", "ladder": LADDER}, "choose another name")
    refused(signed_in("owner"), "/segments/tiers/new", {"name": "a;b", "ladder": "A: age > 3\nB: age <= 3"}, "a;b")


def test_a_ladder_is_saved_changed_kept_with_gaps_and_deleted(people):
    client = signed_in("marketer")
    told = {"name": "Loyalty", "ladder": LADDER.replace("; ", "\r\n")}
    made = client.post("/segments/tiers/new", told)["Location"]
    assert [each.name for each in Group.objects.order_by("rank")] == ["Standard", "Gold", "Platinum"]
    gap = "Standard: spent < 500\nGold: spent between 500 and 1999\nPlatinum: spent > 2000"
    assert client.post(f"{made}/edit", {"ladder": gap, "anyway": "on"})["Location"] == made
    page = text(client.get(made))
    assert "is in no tier" in page
    assert 'class="column gap"' in page
    assert "deletes 3 tiers" in text(client.get(f"{made}/delete"))
    assert client.post(f"{made}/delete")["Location"] == "/segments/tiers"
    assert not Group.objects.exists()


def test_tiers_in_use_are_not_deleted(loyalty):
    segment_create("Rich", "tier = 'Gold' and age > 3", **BY)
    client = signed_in("owner")
    assert "&quot;Rich&quot;" in text(client.get(f"/segments/tiers/{loyalty}/delete"))
    before = cast.everything()
    assert client.post(f"/segments/tiers/{loyalty}/delete").status_code == 409
    assert cast.everything() == before


def test_a_tier_has_members_and_no_delete(loyalty):
    page = text(signed_in("owner").get(f"/segments/groups/{tier('Gold')}"))
    assert "Anna Maria Okoth" in page
    assert "Delete" not in page


# A customer


def test_a_customer_shows_their_groups_since_when_and_how(loyalty, anna):
    staff = group_create("Staff", **BY)
    members_add(staff, [anna], **BY)
    page = text(signed_in("manager").get(f"/customers/{anna}"))
    shown = page[page.index('id="groups"') : page.index('id="contact"')]
    assert re.sub(r"<[^>]+>", " ", shown).split()[1:9] == [
        "Gold",
        "Loyalty",
        "since",
        "21",
        "Nov",
        "2026,",
        "by",
        "rule",
    ]
    assert "Staff" in shown
    assert re.findall(r"<option value=\"\d+\">([^<]+)<", shown) == ["Loyalty: Platinum", "Loyalty: Standard"]
    assert ">Gold<" in text(signed_in("cashier").get(f"/customers/{anna}/card"))


def test_why_and_why_not_name_each_clause(anna, ben):
    segment = segment_create("Spenders", "spent >= 1000 and last_order >= 60 days ago", **BY).id
    client = signed_in("owner")
    page = text(client.get(f"/customers/{anna}/why?group={segment}", **HTMX))
    assert "<html" not in page
    for shown in (
        "In Spenders since 21 Nov 2026.",
        "it is 1,050.00 KES",
        "it is 2026-11-20",
        "turns by itself on 20 Jan 2027",
    ):
        assert shown in page
    page = text(client.get(f"/customers/{ben}/why?group={segment}"))
    assert "Not in Spenders." in page
    assert "910.00 KES more" in page


@pytest.mark.parametrize("asked", ["", "x", "99999", "9" * 30])
def test_why_of_no_group_is_nothing(anna, asked):
    assert signed_in("owner").get(f"/customers/{anna}/why?group={asked}").status_code == 404


def test_a_group_by_hand_and_a_default_tier_say_so(anna, ben):
    staff = group_create("Staff", **BY)
    tier_set_save("Loyalty", "Standard; Gold: spent >= 500", **BY)
    client = signed_in("owner")
    assert "filled by hand" in text(client.get(f"/customers/{anna}/why?group={staff}"))
    assert "Whoever fits no other tier" in text(client.get(f"/customers/{ben}/why?group={tier('Standard')}"))


# A filter that is kept


def test_a_filter_leads_to_a_segment_with_the_same_rule(anna):
    query = "spent_from=100&spent_to=5000&orders_from=2&last_order_from=2026-11-01&age_to=40&gender=female&store=Karen&tag=a%22b"
    page = text(signed_in("owner").get(f"/customers?{query}"))
    link = re.search(r'href="(/segments/new\?rule=[^"]+)"', page)[1]
    page = text(signed_in("owner").get(link))
    rule = (
        "spent between 100.00 and 5000.00 and orders &gt;= 2 and last_order &gt;= 2026-11-01 and age &lt;= 40 and gender = "
        "&quot;female&quot; and tag = &quot;a&quot;&quot;b&quot; and orders(store = &quot;Karen&quot;) &gt;= 1"
    )
    assert f"{rule}</textarea>" in page
    assert "A customer who spent" in page


@pytest.mark.parametrize(
    ("role", "query", "expected"),
    [
        ("owner", "spent_from=1", [True, True]), ("marketer", "tag=x", [True, True]), ("manager", "tag=x", [False, True]),
        ("auditor", "tag=x", [False, False]), ("owner", "inactive=on", [False, True]), ("owner", "q=anna&tag=x", [False, False]),
        ("owner", "", [False, False]),
    ],
)  # fmt: skip
def test_what_a_filter_may_become(anna, role, query, expected):
    page = text(signed_in(role).get(f"/customers?{query}"))
    assert ["Save as a segment" in page, "Add all to a group" in page] == expected


def test_all_of_a_filter_are_put_into_a_group(staff, anna, ben):
    client = signed_in("marketer")
    page = text(client.get("/customers/to-group?spent_from=100"))
    assert "1 customer is like this:" in page
    refused(client, "/customers/to-group?spent_from=100", {"group": "99999"}, "Choose a group.")
    assert (
        client.post("/customers/to-group?spent_from=100", {"group": staff})["Location"] == f"/segments/groups/{staff}"
    )
    assert members(staff) == ["Anna Maria Okoth"]
    client.post("/customers/to-group", {"group": staff})
    assert members(staff) == ["Anna Maria Okoth", "Ben Wekesa"]


def test_a_manager_puts_in_only_their_own(staff):
    signed_in("manager").post("/customers/to-group", {"group": staff})
    assert members(staff) == ["Anna Maria Okoth"]


def test_a_filter_that_cannot_be_read_goes_back_to_the_list(staff):
    answer = signed_in("owner").post("/customers/to-group?spent_from=lots", {"group": staff})
    assert answer["Location"] == "/customers?spent_from=lots"
    assert members(staff) == []
