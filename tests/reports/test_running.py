"""A report asked of a shop: its scope, who may see what, what is kept, what it costs."""

import json
from datetime import date, timedelta
from textwrap import dedent

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from regulars.access.models import AuditEntry
from regulars.access.rights import Role
from regulars.access.rules import OPERATOR, Actor
from regulars.checkout.services import sale_void
from regulars.core.errors import Forbidden
from regulars.groups.services import group_create, members_add
from regulars.reports.behind import customers_behind
from regulars.reports.catalogue import question_named, questions_all, reports_broken
from regulars.reports.errors import PurposeMissing, ReportBroken, ReportUnknown, ScopeWrong
from regulars.reports.exporting import answer_export
from regulars.reports.running import answers_forget, report_run
from regulars.reports.scope import scope_asked
from regulars.segments.language.errors import RuleWrong
from regulars.segments.services import segment_save
from regulars.storage.folder import DataFolder
from tests import cast
from tests.cast import ANNA_PHONE, BEN_PHONE, KAREN, NOW, WESTLANDS, line, record, sale

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def data_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "DATA_FOLDER", DataFolder(tmp_path / "data"))
    answers_forget()


@pytest.fixture
def shop(db):
    """Anna bought twice in Westlands, Ben once in Karen, somebody once."""
    cast.shop_open()
    answers = record(
        sale(1, customer={"phone": ANNA_PHONE, "name": "Anna Njeri"}),
        sale(2, line("BEANS", "900.00"), customer={"phone": ANNA_PHONE}, at=NOW - timedelta(days=40)),
        sale(
            3, line("MUG", "500.00", "2"), customer={"phone": BEN_PHONE, "name": "Ben"}, store=KAREN, channel="online"
        ),
        sale(4),
    )
    return {"anna": answers[0].customer_id, "ben": answers[2].customer_id}


def manager(*names: str) -> Actor:
    stores = frozenset(cast.store(name).id for name in names)
    return Actor(key="person:7", name="Mary", role=Role.MANAGER, stores=stores)


def asked(key="summary", *, actor=OPERATOR, at=NOW, **told):
    question = question_named(key)
    scope = scope_asked(
        {name.rstrip("_"): value for name, value in told.items()}, question=question, actor=actor, at=at
    )
    return report_run(key, scope, visible_to=actor, at=at)


def total(**told) -> tuple[int, int]:
    [row] = asked(**told).parts["total"].to_pylist()
    return row["net"], row["orders"]


# Wrong input first.


WRONG = [
    ({"from_": "22.11.2026"}, "from", "22.11.2026"),
    ({"from_": "2026-13-01"}, "from", "2026-13-01"),
    ({"from_": "20261101"}, "from", "20261101"),
    ({"from_": "1889-01-01"}, "from", "1990-01-01"),
    ({"from_": "2026-11-10", "to": "2026-11-09"}, "from", "2026-11-09"),
    ({"from_": "2026-12-01"}, "from", "2026-11-21"),
    ({"as_of": "2026-12-01"}, "as_of", "2026-11-21"),
    ({"store": "Westland"}, "store", '"Westlands"'),
    ({"store": ["Karen", "999"]}, "store", '"999"'),
    ({"channel": "web"}, "channel", "in_store, online"),
    ({"compare": "last"}, "compare", "previous, year"),
    ({"compare": "previous"}, "compare", "from"),
    ({"period": "fortnight"}, "period", "fortnight"),
    ({"perriod": "day"}, "perriod", '"period"'),
    ({"segment": "Frends"}, "segment", '"Friends"'),
    ({"channel": ["online", "in_store"]}, "channel", "once"),
]  # fmt: skip


@pytest.mark.parametrize(("told", "place", "says"), WRONG, ids=str)
def test_a_wrong_scope_is_refused_with_its_place_and_what_to_write(shop, told, place, says):
    group_create("Friends", actor=OPERATOR, at=NOW)
    with pytest.raises(ScopeWrong) as refused:
        asked(**told)
    assert refused.value.facts["place"] == place
    assert says in str(refused.value)


def test_a_wrong_rule_is_refused_as_everywhere(shop):
    with pytest.raises(RuleWrong, match="last_ordr"):
        asked(segment="last_ordr < 60 days ago")


@pytest.mark.parametrize("value", ["0", "1001", "three", "-1", "1.5"])
def test_a_parameter_out_of_range_is_refused(shop, value):
    with pytest.raises(ScopeWrong, match="most: .* from 1 to 1000"):
        asked("top", most=value)
    with pytest.raises(ScopeWrong, match='by: "money" is not known'):
        asked("top", by="money")
    with pytest.raises(ScopeWrong, match="period: .*not told by periods"):
        asked("top", period="day")


def test_an_unknown_report_is_refused_with_the_nearest(shop):
    with pytest.raises(ReportUnknown, match='"sumary"; did you mean "summary"'):
        question_named("sumary")


# Who may see what.


def test_who_sees_one_store_gets_no_other(shop):
    mary = manager(WESTLANDS)
    assert total(actor=mary) == (160000, 3)
    assert total(actor=mary, store=WESTLANDS) == (160000, 3)
    for name in (KAREN, str(cast.store(KAREN).id), "Nowhere"):
        with pytest.raises(ScopeWrong, match="there is no store"):
            asked(actor=mary, store=name)
    # A scope that somebody with more rights made is narrowed as well.
    scope = scope_asked({}, question=question_named("summary"), actor=OPERATOR, at=NOW)
    [row] = report_run("summary", scope, visible_to=mary, at=NOW).parts["total"].to_pylist()
    assert row["net"] == 160000
    everywhere = scope_asked({"store": [KAREN, WESTLANDS]}, question=question_named("summary"), actor=OPERATOR, at=NOW)
    [row] = report_run("summary", everywhere, visible_to=mary, at=NOW).parts["total"].to_pylist()
    assert row["net"] == 160000
    nobody = report_run("summary", scope, visible_to=manager(), at=NOW)
    assert nobody.finding == "Nothing was sold here."


def test_every_report_is_narrowed_to_the_own_stores(shop):
    mary = manager(WESTLANDS)
    before = {key: asked(key, actor=mary).parts for key in questions_all()}
    record(sale(9, line("MUG", "700.00"), customer={"phone": "+254733000222"}, store=KAREN))
    after = {key: asked(key, actor=mary).parts for key in questions_all()}
    for key, parts in before.items():
        assert {name: table.to_pylist() for name, table in parts.items()} == {
            name: table.to_pylist() for name, table in after[key].items()
        }, key


def test_a_till_sees_no_report(shop):
    with pytest.raises(Forbidden, match=r"reports\.see"):
        asked(actor=cast.REGISTER)


# What is asked about.


def test_the_scope_narrows_what_is_counted(shop):
    assert total() == (260000, 4)
    assert total(from_="2026-11-01") == (170000, 3)
    assert total(to="2026-11-01") == (90000, 1)
    assert total(store="Karen") == total(store=str(cast.store(KAREN).id)) == total(channel="online") == (100000, 1)
    assert total(store=["Karen", "Westlands"]) == total(store="Karen, Westlands") == (260000, 4)
    assert total(segment="orders >= 2") == (125000, 2)
    assert total(segment="orders >= 2", from_="2026-11-01") == (35000, 1)


def test_a_segment_a_group_and_a_rule_narrow_alike(shop):
    segment_save("Twice", "orders >= 2", description=None, is_told=False, actor=OPERATOR, at=NOW)
    friends = group_create("Friends", actor=OPERATOR, at=NOW)
    members_add(friends, [shop["anna"]], actor=OPERATOR, at=NOW)
    assert total(segment="Twice") == total(segment="Friends") == total(segment="orders >= 2") == (125000, 2)


def test_as_of_a_past_day_members_are_those_of_then(shop):
    assert total(segment="orders >= 2", as_of="2026-11-01") == (0, 0)
    assert total(segment="orders >= 1", as_of="2026-11-01") == (90000, 1)
    assert total(as_of="2026-11-01") == (90000, 1)
    assert asked(as_of="2026-11-21").finding == asked().finding


def test_the_answer_is_compared_with_the_time_before(shop):
    answer = asked(from_="2026-11-01", to="2026-11-20", compare="previous")
    assert [row["net"] for row in answer.compared["total"].to_pylist()] == [90000]
    assert ("Compared with", "12 Oct 2026 to 31 Oct 2026") in [tuple(each) for each in answer.header]
    said = "In the time compared with, net sales were Ksh900.00 from 1 orders."
    assert answer.finding.endswith(said), answer.finding
    assert said not in asked(from_="2026-11-01", to="2026-11-20").finding
    year = asked(from_="2026-11-01", to="2026-11-20", compare="year")
    assert [row["net"] for row in year.compared["total"].to_pylist()] == [0]
    assert year.finding.endswith("Nothing was sold in the time compared with.")
    # A report that has nothing to add says what it says.
    alone = asked("peak", from_="2026-11-01", to="2026-11-20")
    assert asked("peak", from_="2026-11-01", to="2026-11-20", compare="previous").finding == alone.finding


def test_the_header_says_what_was_asked(shop):
    told = dict(tuple(each) for each in asked(from_="2026-11-01", store="Karen", segment="orders >= 1").header)
    assert told == {
        "Days": "1 Nov 2026 to 21 Nov 2026", "Stores": "Karen", "Channel": "all", "Customers": "orders >= 1",
        "Told by": "month", "Definition": question_named("summary").report.definition,
        "Time zone": "Africa/Nairobi", "Data of": "2026-11-21T12:00:00+00:00",
    }  # fmt: skip


def test_a_sale_dated_after_today_is_left_out_and_said_so(shop):
    record(sale(8, at=NOW + timedelta(days=3)), at=NOW + timedelta(days=3))
    answer = asked()
    assert answer.parts["total"].to_pylist()[0]["orders"] == 4
    assert ("Left out", "sales dated after today") in [tuple(each) for each in answer.header]
    assert asked(at=NOW + timedelta(days=3)).parts["total"].to_pylist()[0]["orders"] == 5


# What is kept, and what it costs.


def test_the_next_answer_holds_the_last_sale_though_answers_are_kept(shop):
    first = asked()
    assert asked().parts["total"] is first.parts["total"]
    record(sale(5))
    assert total() == (295000, 5)
    sale_void("W-0005", actor=OPERATOR, at=NOW)
    assert total() == (260000, 4)


def queries(act) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        act()
    return len(captured)


def test_the_number_of_queries_does_not_grow(shop):
    asked("top")
    few = queries(lambda: asked("top"))
    record(*(sale(n, customer={"phone": f"+2547330{n:05}"}) for n in range(10, 40)))
    asked("top")
    # On PostgreSQL one more: which changes everybody can see.
    assert queries(lambda: asked("top")) == few <= 13


# Customers behind a row, and files.


def test_behind_a_row_stand_its_customers(shop):
    [first, *_rest] = asked("top").parts["query"].to_pylist()
    scope = scope_asked({}, question=question_named("top"), actor=OPERATOR, at=NOW)
    found = customers_behind("top", scope, part="query", row=first, visible_to=OPERATOR, at=NOW)
    assert found.customer_ids == (shop["anna"],)
    analyst = Actor(key="person:8", name="Ann", role=Role.ANALYST)
    with pytest.raises(Forbidden, match=r"customers\.see"):
        customers_behind("top", scope, part="query", row=first, visible_to=analyst, at=NOW)


def test_a_file_with_customers_needs_the_right_and_is_in_the_log(shop):
    answer = asked("top")
    analyst = Actor(key="person:8", name="Ann", role=Role.ANALYST)
    before = AuditEntry.objects.count()
    with pytest.raises(Forbidden, match=r"customers\.export"):
        answer_export(answer, form="csv", has_names=True, purpose="call them", actor=analyst, at=NOW)
    with pytest.raises(PurposeMissing):
        answer_export(answer, form="csv", has_names=True, actor=OPERATOR, at=NOW)
    assert AuditEntry.objects.count() == before
    plain = answer_export(answer, form="csv", actor=analyst, at=NOW)
    assert plain.name == "top-query-2026-11-21.csv"
    assert "Anna" not in plain.content.decode()
    named = answer_export(answer, form="csv", has_names=True, purpose="call them", actor=OPERATOR, at=NOW)
    assert "Anna Njeri" in named.content.decode()
    kept = list(AuditEntry.objects.order_by("n").values_list("actor", "verb", "facts"))[before:]
    assert [(actor, verb, facts["purpose"], facts["written"]) for actor, verb, facts in kept] == [
        ("person:8", "reports.export", "", 2), ("operator", "reports.export", "call them", 2),
    ]  # fmt: skip
    assert "customer_name" in kept[1][2]["columns"]
    assert "customer_name" not in kept[0][2]["columns"]
    answer_export(asked(), form="csv", actor=analyst, at=NOW)
    assert AuditEntry.objects.count() == before + 2


def test_csv_holds_exact_figures(shop):
    file = answer_export(asked(), form="csv", part="total", actor=OPERATOR, at=NOW)
    assert file.content.decode().splitlines() == [
        "net,orders,average,units_per_order,known_orders,known_net,returns,discounts,customers",
        "2600.00,4,650.00,1.25,0.75,0.8653846153846154,0.00,0.00,2",
    ]


def test_parquet_holds_types_and_the_header(shop):
    import io

    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pq.read_table(io.BytesIO(answer_export(asked("top"), form="parquet", actor=OPERATOR, at=NOW).content))
    assert table.schema.field("net").type == pa.decimal128(18, 2)
    assert str(table["net"][0].as_py()) == "1250.00"
    assert table["last_order"][0].as_py() == date(2026, 11, 20)
    told = json.loads(table.schema.metadata[b"regulars"])
    assert (told["report"], told["Time zone"]) == ("top", "Africa/Nairobi")
    assert "Anna" not in json.dumps(told)


def test_a_spreadsheet_holds_numbers_and_days(shop, tmp_path):
    from python_calamine import CalamineWorkbook

    file = tmp_path / "top.xlsx"
    file.write_bytes(answer_export(asked("top"), form="xlsx", actor=OPERATOR, at=NOW).content)
    book = CalamineWorkbook.from_path(str(file))
    assert book.sheet_names == ["Answer", "About"]
    head, first, *_rest = book.get_sheet_by_name("Answer").to_python()
    row = dict(zip(head, first, strict=True))
    assert (row["Net sales"], row["Orders"], row["Last order"]) == (1250.0, 2.0, date(2026, 11, 20))
    about = {line[0]: line[1] for line in book.get_sheet_by_name("About").to_python()}
    assert about["Report"] == "Top customers"
    assert "Anna" not in about["Finding"]


@pytest.mark.parametrize(("form", "begins"), [("png", b"\x89PNG"), ("svg", b"<svg"), ("pdf", b"%PDF")])
@pytest.mark.parametrize("is_dark", [False, True])
def test_a_chart_is_drawn(shop, form, begins, is_dark):
    file = answer_export(asked(), form=form, is_dark=is_dark, actor=OPERATOR, at=NOW)
    assert file.content.startswith(begins)


# The shop's own.

SHAPE = """
from regulars.reports.shape import Column, Part, Report, Unit

REPORT = Report(
    key="mugs", question="How many mugs?", title="Mugs", definition="Mugs sold.",
    parts=(Part(name="query", title="Mugs", columns=(Column("mugs", Unit.QUANTITY, "Mugs"),)),),
    finding=lambda answered, words: f"{answered['query'][0]['mugs'] // 1000} mugs.",
)
"""
SQL = """
SELECT CAST(SUM(l.quantity) AS BIGINT) AS mugs
FROM lines AS l JOIN products AS p ON p.product = l.product WHERE p.sku = 'MUG'
"""


def own(name="mugs", *, shape=SHAPE, sql=SQL):
    folder = settings.DATA_FOLDER.path / "reports" / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "shape.py").write_text(dedent(shape))
    (folder / "query.sql").write_text(sql)


def test_an_own_folder_is_a_report(shop):
    own()
    assert asked("mugs").finding == "2 mugs."
    assert "mugs" in questions_all()
    # Changed in place, it is read again.
    own(sql=SQL.replace("SUM(l.quantity)", "SUM(l.quantity) * 2"))
    assert asked("mugs").finding == "4 mugs."


BROKEN = [
    ({"shape": "REPORT = 1"}, "shape.py", "it gives no REPORT"),
    ({"shape": "import nothing_such"}, "shape.py", "No module named 'nothing_such'"),
    ({"shape": SHAPE.replace('key="mugs"', 'key="cups"')}, "shape.py", 'its key is "cups"'),
    ({"sql": "  "}, "query.sql", "it is empty"),
]


@pytest.mark.parametrize(("how", "file", "says"), BROKEN, ids=lambda each: str(each)[:30])
def test_a_broken_folder_is_told_of_and_takes_nothing_down(shop, how, file, says):
    own(**how)
    [broken] = reports_broken()
    assert says in str(broken.sentence)
    assert file in str(broken.sentence)
    with pytest.raises(ReportBroken, match=r"cannot be used"):
        question_named("mugs")
    assert total() == (260000, 4)


def test_an_own_report_may_not_take_the_name_of_one_that_ships(shop):
    own("summary", shape=SHAPE.replace("mugs", "summary"))
    [broken] = reports_broken()
    assert "comes with Regulars" in str(broken.sentence)
    assert question_named("summary").report.title == "Sales summary"


def test_wrong_sql_of_an_own_report_is_told_in_a_sentence(shop):
    own(sql="SELECT mugs FROM nowhere")
    with pytest.raises(ReportBroken, match="nowhere"):
        asked("mugs")
    own(sql="SELECT 'many' AS mugs")
    with pytest.raises(ReportBroken, match="types"):
        asked("mugs")
    own(sql="SELECT 1 AS cups")
    with pytest.raises(ReportBroken, match='no column "mugs"'):
        asked("mugs")


def test_a_refusal_is_a_whole_sentence_with_or_without_a_near_word(shop):
    def refused(**told):
        with pytest.raises(ScopeWrong) as wrong:
            asked(**told)
        return str(wrong.value)

    assert refused(channel="web") == 'channel: "web" is not known; choose one of: in_store, online'
    near = 'channel: "onlin" is not known; did you mean "online"? Choose one of: in_store, online'
    assert refused(channel="onlin") == near
    assert refused(segment="Zebras").startswith('segment: there is no segment or group "Zebras", and it is no rule')
    assert refused(store="Nowhere").endswith("; name another, or leave it out")
    assert refused(**{"from": "2027-01-01"}).startswith("from: 2027-01-01 is after 2026-")


# Days that a report takes by itself


@pytest.mark.parametrize(
    ("key", "told", "days"),
    [
        ("decline", {}, (date(2026, 8, 24), date(2026, 11, 21))),
        ("decline", {"to": "2026-03-31"}, (date(2026, 1, 1), date(2026, 3, 31))),
        ("decline", {"to": "2027-03-31"}, (date(2026, 8, 24), date(2026, 11, 21))),
        ("decline", {"as_of": "2026-03-31"}, (date(2026, 1, 1), date(2026, 3, 31))),
        ("decline", {"from": "2026-11-01"}, (date(2026, 11, 1), None)),
        ("summary", {}, (None, None)),
    ],
)
def test_a_report_that_cannot_tell_of_all_of_history_tells_of_its_last_days(shop, key, told, days):
    scope = scope_asked(told, question=question_named(key), actor=OPERATOR, at=NOW)
    assert (scope.first, scope.last) == days
