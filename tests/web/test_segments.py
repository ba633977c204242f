"""Segments on the pages: the list, the editor while one types, saving, the page of one, the export."""

import csv
import io
import re

import pytest

from regulars.access.models import AuditEntry
from regulars.access.rules import OPERATOR
from regulars.customers.services import customer_consent
from regulars.groups.services import pin_set
from regulars.segments.editing import segment_create
from regulars.segments.models import Segment
from regulars.segments.services import segment_save
from regulars.segments.templates import SEGMENT_TEMPLATES
from tests import cast
from tests.web.visiting import signed_in

HTMX = {"HTTP_HX_REQUEST": "true"}
pytestmark = pytest.mark.usefixtures("noon")
ALL = ("owner", "manager", "cashier", "marketer", "analyst", "auditor")
BY = {"actor": OPERATOR, "at": cast.NOW}


@pytest.fixture
def spenders(anna, ben):
    """Whoever spent 500 and more: Anna."""
    return segment_create("Spenders", "spent >= 500", description="To be thanked.", **BY).id


def text(answer):
    return answer.content.decode()


def statuses(path):
    return {role: signed_in(role).get(path).status_code for role in ALL}


def refused(client, path, told, *sentences):
    """The form is shown again with these sentences, and nothing was changed."""
    before = cast.everything()
    answer = client.post(path, told)
    assert answer.status_code == 422
    for sentence in sentences:
        assert sentence in text(answer)
    after = cast.everything()
    assert {name: rows for name, rows in after.items() if rows != before[name]} == {}
    return answer


# The list


def test_everybody_sees_the_list_and_only_some_may_edit(spenders):
    assert statuses("/segments") == dict.fromkeys(ALL, 200)
    assert statuses("/segments/new") == dict.fromkeys(ALL, 403) | {"owner": 200, "marketer": 200}
    assert statuses(f"/segments/{spenders}/edit") == dict.fromkeys(ALL, 403) | {"owner": 200, "marketer": 200}
    assert "New segment" in text(signed_in("marketer").get("/segments"))
    assert "New segment" not in text(signed_in("analyst").get("/segments"))


def test_an_empty_list_offers_ready_rules(people):
    page = text(signed_in("owner").get("/segments"))
    assert re.findall(r'template=(\w+)">([^<]+)<', page) == [(each.slug, each.name) for each in SEGMENT_TEMPLATES]
    page = text(signed_in("owner").get("/segments/new?template=lapsing"))
    assert "last_order &lt; 60 days ago</textarea>" in page
    assert 'name="name" value="Lapsing"' in page


def test_the_list_says_rule_size_change_and_worth(spenders):
    page = text(signed_in("owner").get("/segments"))
    assert "A customer who spent at least 500.00 KES." in page
    cells = re.findall(r'<td class="number[^"]*" data-label="[^"]+">([^<]+)<', page)
    assert cells == ["1", "+1", "1,050.00"]
    # A manager's sizes are those of their own stores.
    segment_save("Spenders", "spent >= 50", **BY)
    cells = re.findall(
        r'<td class="number[^"]*" data-label="[^"]+">([^<]+)<', text(signed_in("manager").get("/segments"))
    )
    assert cells[0] == "1"


def test_the_list_takes_as_many_queries_for_many_segments_as_for_one(spenders, django_assert_max_num_queries):
    client = signed_in("owner")
    client.get("/segments")
    with django_assert_max_num_queries(14) as few:
        client.get("/segments")
    most = len(few)
    for n in range(8):
        segment_create(f"Segment {n}", f"spent >= {n}", **BY)
    client.get("/segments")
    with django_assert_max_num_queries(most):
        client.get("/segments")


def test_a_large_shop_adds_up_worth_when_the_page_is_there(spenders, monkeypatch):
    monkeypatch.setattr("regulars.segments.showing.MOST_ASKED_OF_DATABASE", 1)
    client = signed_in("owner")
    page = text(client.get("/segments"))
    assert 'hx-get="/segments?worth=1"' in page
    assert "1,050.00" not in page
    rows = text(client.get("/segments?worth=1", **HTMX))
    assert rows.strip().startswith("<tbody>")
    assert "1,050.00" in rows


# Saving


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"rule": "spent >= 5000 and last_ordr < 5 days ago", "name": "x"}, "Unknown fact &quot;last_ordr&quot;; did you mean &quot;last_order&quot;?"),
        ({"rule": "spent >= 5,000", "name": "x"}, "errorlist"),
        ({"rule": "", "name": "x"}, "Type a rule, or add a condition below."),
        ({"rule": "spent >= 5"}, "Give the segment a name."),
        ({"rule": "spent >= 5", "name": "Spenders"}, "There is a group &quot;Spenders&quot; already; choose another name."),
        ({"rule": "spent >= 5", "name": "x" * 65}, "name of a group"),
        ({"rule": "segment = 'Nobody'", "name": "x"}, "Unknown segment &quot;Nobody&quot;"),
        ({"rule": "(" * 600, "name": "x"}, "parentheses"),
        ({"rule": "spent >= 5\x00", "name": "x"}, "U+0000"),
        ({"rule": "x" * 200_000, "name": "x"}, "characters"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_in_place_and_nothing_is_saved(spenders, told, sentence):
    refused(signed_in("owner"), "/segments/new", told, sentence)


def test_the_wrong_place_is_marked_in_the_text(spenders):
    page = text(refused(signed_in("owner"), "/segments/new", {"rule": "spent >= 5 and agee > 3", "name": "x"}))
    assert "spent &gt;= 5 and <mark>agee</mark> &gt; 3</div>" in page
    assert "Write age" in page


def test_a_segment_is_saved_renamed_and_its_rule_changed(anna, ben):
    client = signed_in("marketer")
    answer = client.post("/segments/new", {"rule": "spent >= 500", "name": " Spenders ", "description": "Thank them."})
    segment = Segment.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/segments/{segment.group_id}")
    assert (segment.text, segment.group.name, segment.edited_by) == ("spent >= 500", "Spenders", "Marketer Wanjiku")
    assert "1 customer is in “Spenders” now." in text(client.get(answer["Location"]))
    told = {"rule": "spent >= 50", "name": "Buyers", "description": ""}
    answer = client.post(f"/segments/{segment.group_id}/edit", told)
    assert "“Buyers” is saved: 1 came in, 0 went out." in text(client.get(answer["Location"]))
    segment.refresh_from_db()
    assert (segment.text, segment.group.description) == ("spent >= 50", "")


def test_a_circle_is_refused_in_place(spenders):
    refused(
        signed_in("owner"), f"/segments/{spenders}/edit", {"rule": "segment = 'Spenders'", "name": "Spenders"},
        "A segment cannot hang on itself",
    )  # fmt: skip


def test_chips_that_were_changed_without_a_script_are_saved(spenders):
    client = signed_in("owner")
    told = {"rule": "spent >= 500", "held": "spent >= 500", "r.op": ">=", "r.v": "90", "r.w": "", "name": "Spenders"}
    client.post(f"/segments/{spenders}/edit", told)
    assert Segment.objects.get().text == "spent >= 90"
    # The text goes before the chips, where both were changed.
    told |= {"rule": "spent >= 70", "held": "spent >= 90", "r.v": "80"}
    client.post(f"/segments/{spenders}/edit", told)
    assert Segment.objects.get().text == "spent >= 70"


# While one types


def test_what_is_typed_is_answered_in_words_and_chips(spenders):
    answer = signed_in("owner").post("/segments/rule", {"rule": "orders(store = 'Westlands') >= 2"}, **HTMX)
    page = text(answer)
    assert "<html" not in page
    assert "A customer who ordered at least 2 times, counting only store &quot;Westlands&quot;." in page
    assert 'name="r.v" id="r.v0" aria-label="Value of orders" value="2"' in page
    assert 'name="r.f0.v"' in page
    assert "data-written" not in page


def test_what_cannot_be_read_leaves_the_chips_as_they_were(people):
    told = {"rule": "age >= 5 and", "held": "age >= 5"}
    page = text(signed_in("owner").post("/segments/rule", told, **HTMX))
    assert "The rule ends too early" in page
    assert 'data-start="12"' in page
    assert 'aria-label="Value of age" value="5"' in page


def test_what_is_chosen_in_a_chip_rewrites_the_text(people):
    told = {"rule": "age >= 5", "held": "age >= 5", "from": "chips", "r.op": "between", "r.v": "5"}
    page = text(signed_in("owner").post("/segments/rule", told, **HTMX))
    assert re.search(r"data-answer data-written>age between 5 and 5<", page)


def test_the_first_chip_makes_the_rule(people):
    told = {"rule": "", "held": "", "from": "chips", "do": "add:r", "r.add": "spent"}
    page = text(signed_in("owner").post("/segments/rule", told, **HTMX))
    assert re.search(r"data-answer data-written>spent &gt;= 100<", page)


def test_the_preview_says_how_many_worth_what_and_who(spenders):
    client = signed_in("owner")
    page = text(client.post("/segments/preview", {"rule": "spent >= 50"}, **HTMX))
    assert '<span id="counted">2</span> <small>100% of 2</small>' in page
    assert "Ksh1,140.00" in page
    assert re.findall(r'<a href="/customers/\d+">([^<]+)<', page) == ["Anna Maria Okoth", "Ben Wekesa"]
    page = text(client.post("/segments/preview", {"rule": "city != 'Oslo'"}, **HTMX))
    assert "2 of them come in because something about them is unknown." in page
    page = text(client.post("/segments/preview", {"rule": "spent <= 100", "group": str(spenders)}, **HTMX))
    assert "Saving moves <b>1</b> in and <b>1</b> out. No offer or webhook is triggered." in page
    page = text(client.post("/segments/preview", {"rule": "spent >= 500.00", "group": str(spenders)}, **HTMX))
    assert "Saving moves nobody in and nobody out." in page
    for wrong in ("spent >=", ""):
        assert "counted" not in text(client.post("/segments/preview", {"rule": wrong, "group": "9999"}, **HTMX))


def test_a_large_shop_asks_for_the_figures_when_the_editor_is_there(spenders, monkeypatch):
    monkeypatch.setattr("regulars.segments.showing.MOST_ASKED_OF_DATABASE", 1)
    page = text(signed_in("owner").get(f"/segments/{spenders}/edit"))
    assert "rewritten from:body delay:50ms, load" in page
    assert 'id="counted"' not in page


def test_what_is_typed_is_no_write(spenders):
    client = signed_in("owner")
    before = cast.everything()
    for path in ("/segments/rule", "/segments/preview", "/segments/complete"):
        client.post(path, {"rule": "spent >= 50", "cursor": "5", "group": str(spenders)}, **HTMX)
    assert cast.everything() == before


def test_completions_are_offered_at_the_cursor(spenders):
    client = signed_in("owner")

    def offered(rule, cursor=None):
        answer = client.post("/segments/complete", {"rule": rule, "cursor": len(rule) if cursor is None else cursor})
        return re.findall(r'data-text="([^"]+)"', text(answer))

    assert offered("spen")[0] == "spent "
    assert offered("orders(store = ")[:2] == ["&quot;Karen&quot;", "&quot;Westlands&quot;"]
    assert offered("segment = ") == ["&quot;Spenders&quot;"]
    assert offered("spen or age > 3", 4)[0] == "spent "
    assert offered("spent >= ) x ") == []
    assert offered("spent", "nonsense")


# The page of a segment


def test_the_page_shows_rule_size_members_reasons_and_changes(spenders):
    page = text(signed_in("owner").get(f"/segments/{spenders}"))
    for shown in ("A customer who spent at least 500.00 KES.", "the first build", "Anna Maria Okoth", "To be thanked.",
                  "Ksh1,050.00", 'data-chart="/charts/size.json"'):  # fmt: skip
        assert shown in page
    assert "Ben Wekesa" not in page


def test_each_role_sees_of_it_what_is_theirs(spenders):
    assert statuses(f"/segments/{spenders}") == dict.fromkeys(ALL, 200)
    for role in ("cashier", "analyst"):
        page = text(signed_in(role).get(f"/segments/{spenders}"))
        assert "Anna" not in page
        assert "the first build" in page
    pin_set(spenders, [cast_id("Ben Wekesa")], is_in=True, **BY)
    assert "Ben Wekesa" in text(signed_in("owner").get(f"/segments/{spenders}"))
    assert "Wekesa" not in text(signed_in("manager").get(f"/segments/{spenders}"))


def cast_id(name):
    from regulars.customers.models import Customer

    return Customer.objects.get(name=name).id


def test_members_come_page_by_page(people, monkeypatch):
    monkeypatch.setattr("regulars.web.pages.groups.PER_PAGE", 2)
    for n in range(5):
        cast.person(f"Person {n}")
    everybody = segment_create("Everybody", "orders = 0", **BY).id
    client, found, path = signed_in("owner"), [], f"/segments/{everybody}"
    first = text(client.get(path))
    while path:
        page = text(client.get(path, **HTMX))
        assert "<html" not in page
        found += re.findall(r'row-link" href="[^"]+">([^<]+)<', page)
        following = re.search(r'hx-get="([^"]+)"', page)
        path = following[1].replace("&amp;", "&") if following else ""
    assert found == [f"Person {n}" for n in range(4, -1, -1)]
    assert "Person 4" in first
    assert "Person 2" not in first.partition("Lately")[0]


def test_the_page_takes_as_many_queries_for_many_members_as_for_few(spenders, django_assert_max_num_queries):
    client = signed_in("owner")
    client.get(f"/segments/{spenders}")
    with django_assert_max_num_queries(34) as few:
        client.get(f"/segments/{spenders}")
    most = len(few)
    for n in range(30):
        cast.record(cast.sale(100 + n, cast.line(price="900.00"), customer={"phone": f"+2547330001{n:02}"}))
    with django_assert_max_num_queries(most):
        client.get(f"/segments/{spenders}")


def test_another_kind_of_group_is_no_segment(spenders):
    assert signed_in("owner").get("/segments/99999").status_code == 404
    assert signed_in("owner").get(f"/segments/groups/{spenders}")["Location"] == f"/segments/{spenders}"


def test_a_segment_in_use_says_by_what_and_is_not_deleted(spenders):
    segment_create("Both", "segment = 'Spenders' and age > 3", **BY)
    client = signed_in("owner")
    page = text(client.get(f"/segments/groups/{spenders}/delete"))
    assert "It cannot be deleted while something uses it." in page
    assert "&quot;Both&quot;" in page
    before = cast.everything()
    answer = client.post(f"/segments/groups/{spenders}/delete")
    assert answer.status_code == 409
    assert cast.everything() == before


def test_a_segment_is_deleted_after_it_was_asked(spenders):
    client = signed_in("owner")
    assert "keeps 1 customer" in text(client.get(f"/segments/groups/{spenders}/delete"))
    assert client.post(f"/segments/groups/{spenders}/delete")["Location"] == "/segments"
    assert not Segment.objects.exists()


# The export


def test_who_may_take_what_out_of_the_house(spenders):
    found = statuses(f"/segments/{spenders}/export")
    assert found == dict.fromkeys(ALL, 200) | {"cashier": 403}
    page = text(signed_in("analyst").get(f"/segments/{spenders}/export"))
    assert 'name="column" value="phone"' not in page
    assert re.findall(r'<option value="(\w+)" selected>', page) == ["csv"]
    before = cast.everything()
    answer = signed_in("analyst").post(f"/segments/{spenders}/export", {"form": "sms", "purpose": "letter"})
    assert answer.status_code == 403
    assert AuditEntry.objects.filter(verb="exchange.segment_export").count() == 0
    assert cast.everything()["customers.Customer"] == before["customers.Customer"]


def test_an_export_says_before_who_is_left_out_and_why(spenders):
    page = text(signed_in("marketer").get(f"/segments/{spenders}/export?form=sms", **HTMX))
    assert "0 of 1 are in the file." in page
    assert "1: did not agree to this channel" in page
    assert "What it is for" in page


def test_an_export_without_a_purpose_is_refused(spenders):
    refused(signed_in("marketer"), f"/segments/{spenders}/export", {"form": "sms"}, "Say what the export is for")


def test_an_export_is_a_file_and_in_the_log(spenders, anna):
    customer_consent(anna, channel="sms", is_given=True, wording="May we?", place="till", **BY)
    client = signed_in("marketer")
    answer = client.post(f"/segments/{spenders}/export", {"form": "sms", "purpose": "the letter of November"})
    assert answer["Content-Disposition"].startswith('attachment; filename="spenders-sms-')
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode())))
    assert rows == [["phone", "first_name", "last_name"], [cast.ANNA_PHONE, "Anna Maria Okoth", ""]]
    facts = AuditEntry.objects.get(verb="exchange.segment_export").facts
    assert (facts["purpose"], facts["written"]) == ("the letter of November", 1)
