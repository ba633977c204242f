"""The reports on the pages: the index, the scope, the answer, the customers behind it, files, kept answers."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection

from regulars.access.models import AuditEntry
from regulars.access.rules import OPERATOR
from regulars.groups.models import Membership
from regulars.groups.services import group_create
from regulars.lake import feeding
from regulars.reports.catalogue import reports_all
from regulars.sales.models import Business, Payment
from regulars.sales.services import store_create
from tests import cast
from tests.web.visiting import signed_in

HTMX = {"HTTP_HX_REQUEST": "true"}
pytestmark = pytest.mark.usefixtures("noon")
ALL = ("owner", "manager", "cashier", "marketer", "analyst", "auditor")
# Session, person and the frame; the state of the lake; the bar; the names in table, chart and finding.
# PostgreSQL is asked besides which transactions are still open: before the tail is read, and after.
QUERIES = {"sqlite": 14, "postgresql": 16}[connection.vendor]
BY = {"actor": OPERATOR, "at": cast.NOW}


@pytest.fixture
def sold(anna, ben):
    """Anna: three lattes in Westlands yesterday, one a month ago. Ben: one for 90.00 in Karen. One without a name."""
    cast.record(
        cast.sale(20, at=cast.NOW - timedelta(days=30), customer={"phone": cast.ANNA_PHONE}),
        cast.sale(21, cast.line("BEANS", "850.00")),
    )


def text(answer):
    return unescape(answer.content.decode())


def statuses(path):
    return {role: signed_in(role).get(path).status_code for role in ALL}


def rows(answer, part="query"):
    """The texts of the cells of a part's table, row by row."""
    [table] = re.findall(rf'id="part-{part}">.*?<tbody>(.*?)</tbody>', text(answer), re.S)
    return [
        [
            " ".join(re.sub(r"<[^>]+>", " ", cell).split())
            for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)
        ]
        for row in table.strip().split("\n")
    ]


# The index


def test_whoever_sees_reports_finds_every_one_under_its_question(people):
    assert statuses("/reports") == dict.fromkeys(ALL, 200) | {"cashier": 403}
    page = text(signed_in("analyst").get("/reports"))
    for report in reports_all():
        assert f'href="/reports/{report.key}"' in page, report.key
    assert "Who is slipping away?" in page


def test_the_index_is_narrowed_as_one_types_and_without_a_script(people):
    client = signed_in("owner")
    for how in ({}, HTMX):
        page = text(client.get("/reports", {"q": "slipping"}, **how))
        assert re.findall(r'href="/reports/([a-z-]+)"', page.replace("/reports/kept", "")) == ["churn"]
    assert "<html" not in text(client.get("/reports", {"q": "slipping"}, **HTMX))
    assert "No report answers “zebra”." in text(client.get("/reports", {"q": "zebra"}))


# A report


def test_every_report_answers_in_a_shop_with_few_sales_and_in_one_without(people):
    client = signed_in("owner")
    for report in reports_all():
        assert client.get(f"/reports/{report.key}").status_code == 200, report.key
    cast.record(cast.sale(1, customer={"phone": cast.ANNA_PHONE}))
    for report in reports_all():
        page = text(client.get(f"/reports/{report.key}"))
        assert '<h2 id="finding">' in page, report.key
        # Nothing that the policy of the pages forbids: a spec is data, not a script.
        assert not re.search(r'<script(?![^>]*src=)|\sstyle="|\son[a-z]+="', page), report.key


def test_the_summary_says_what_was_sold(sold):
    answer = signed_in("owner").get("/reports/summary", {"from": "2026-11-01", "period": "day"})
    assert answer.status_code == 200
    [row] = rows(answer)
    assert row[:4] == ["20 Nov 2026", "1,990.00", "5", "398.00 of 5"]
    assert "Africa/Nairobi" in text(answer)
    assert "21 Nov 2026, 15:00" in text(answer)


@pytest.mark.parametrize(
    ("period", "told"),
    [("day", "20 Nov 2026"), ("week", "W47 2026"), ("month", "Nov 2026"), ("quarter", "Q4 2026"), ("year", "2026")],
)
def test_a_finding_tells_periods_and_days_as_the_tables_do(sold, period, told):
    cast.record(
        *(cast.sale(100 + n, at=cast.NOW - timedelta(days=n), customer={"phone": f"+25471100{n % 7:04}"})
          for n in range(0, 800, 5))
    )  # fmt: skip
    client = signed_in("owner")
    for report in reports_all():
        page = text(client.get(f"/reports/{report.key}", {"period": period, "compare": ""}))
        [finding] = re.findall(r'<h2 id="finding">(.*?)</h2>', page, re.S)
        assert not re.search(r"\d{4}-[WQ\d]", finding), report.key
        [days] = re.findall(r"<dt>Days</dt>\s*<dd[^>]*>(.*?)</dd>", page, re.S)
        spanned = "17 Sept 2024 to 21 Nov 2026" if report.span_days is None else "24 Aug 2026 to 21 Nov 2026"
        assert days.strip() == spanned, report.key
    spanned = {"period": period, "from": "2026-11-20", "to": "2026-11-20"}
    [finding] = re.findall(r'<h2 id="finding">(.*?)</h2>', text(client.get("/reports/new-returning", spanned)), re.S)
    assert finding.startswith((f"In {told}, ", f"In {told}, not yet whole, "))


def test_the_ways_to_pay_are_called_as_the_register_calls_them(people):
    paid = {"a": "100.00", "b": "40.00", "c": "10.00", "M-Pesa": "200.00"}
    cast.record(cast.sale(20, payments=[{"method": method, "amount": amount} for method, amount in paid.items()]))
    # As the register pays with what customers hold.
    for method, own in (("a", "points"), ("b", "store_credit"), ("c", "account")):
        assert Payment.objects.filter(method=method).update(method=own) == 1
    answer = signed_in("owner").get("/reports/payments")
    shown = ["M-Pesa", "On account", "Points", "Store credit"]
    assert sorted(row[0] for row in rows(answer, "methods")) == shown
    assert sorted(row[1] for row in rows(answer)) == shown
    assert "store_credit" not in re.sub(r'href="[^"]*"', "", text(answer))
    [finding] = re.findall(r'<h2 id="finding">(.*?)</h2>', text(answer))
    assert finding.startswith(("On account pays most often", "Points pays most often", "M-Pesa pays most often"))
    # Machines are told the method as it was sent.
    assert "store_credit," in text(signed_in("owner").get("/reports/payments/file.csv?part=methods"))


@pytest.mark.parametrize(
    ("orders", "labels"), [(1, ["0", "200"]), (40, ["0", "8,000", "10k"]), (4_000, ["0", "800k", "1M"])]
)
def test_an_axis_writes_numbers_plainly_up_to_ten_thousand(people, orders, labels):
    cast.record(cast.sale(1, cast.line("BEANS", "350.00", str(orders)), customer={"phone": cast.ANNA_PHONE}))
    drawing = text(signed_in("owner").get("/reports/summary/file.svg"))
    found = re.findall(r">([\d,.]+[kM]?)</text>", drawing)
    assert set(labels) <= set(found), found


@pytest.mark.parametrize(("more", "is_lying"), [(0, True), (8, False)])
def test_words_below_a_chart_lie_where_there_is_room(sold, more, is_lying):
    for n in range(more):
        store_create(name=f"Parklands, house {n}", business=Business.objects.get(), **BY)
        cast.record(cast.sale(60 + n, store=f"Parklands, house {n}", customer={"phone": f"+25471100{n:04}"}))
    drawing = text(signed_in("owner").get("/reports/value/file.svg?part=stores"))
    [shown] = re.findall(r"<text ([^>]*)>Westlands</text>", drawing)
    assert ("rotate" in shown) is not is_lying


def test_periods_below_a_chart_lie_and_are_called_as_in_the_table(sold):
    drawing = text(signed_in("owner").get("/reports/summary/file.svg?period=week"))
    shown = dict(re.findall(r"<text ([^>]*)>(W\d\d 2026[^<]*)</text>", drawing))
    assert sorted(shown.values()) == ["W43 2026 (part)", "W47 2026 (so far)"]
    assert not any("rotate" in each for each in shown)
    drawing = text(signed_in("owner").get("/reports/peak/file.svg"))
    assert {"15:00", "Friday"} <= set(re.findall(r">([^<>]+)</text>", drawing))


def test_a_page_reads_the_business_once(sold, django_assert_max_num_queries):
    client = signed_in("owner")
    for path in ("/", "/reports/customers", "/reports/churn", "/customers", "/segments", "/sales", "/data"):
        client.get(path)
        with django_assert_max_num_queries(60) as asked:
            assert client.get(path).status_code == 200, path
        read = [each["sql"] for each in asked.captured_queries if "sales_business" in each["sql"]]
        assert len(read) == 1, path


def test_what_is_changed_is_on_the_next_page(people):
    client = signed_in("owner")
    assert "Harbour Coffee" in text(client.get("/"))
    Business.objects.update(name="Harbour Tea")
    assert "Harbour Tea" in text(client.get("/"))


def test_the_scope_narrows_by_days_store_channel_and_customers(sold):
    client = signed_in("owner")

    def net(**told):
        return [row[1] for row in rows(client.get("/reports/summary", {"period": "year"} | told))]

    assert net() == ["2,340.00"]
    assert net(**{"from": "2026-11-20", "to": "2026-11-20"}) == ["1,990.00"]
    assert net(store="Karen") == ["90.00"]
    assert net(store=["Karen", "Westlands"]) == ["2,340.00"]
    assert net(segment="spent >= 1000") == ["1,400.00"]
    assert net(as_of="2026-11-01") == ["350.00"]
    assert "Nothing was found" in text(client.get("/reports/summary", {"channel": "online"}))


def test_figures_stand_beside_those_of_the_time_before(sold):
    told = {"from": "2026-11-01", "to": "2026-11-30", "compare": "previous", "period": "month"}
    [row] = rows(signed_in("owner").get("/reports/summary", told))
    assert row[1].startswith("1,990.00 was 350.00")
    assert "+469%" in row[1]


def test_a_manager_sees_own_stores_whatever_is_asked(sold):
    manager = signed_in("manager")
    assert [row[1] for row in rows(manager.get("/reports/summary", {"period": "year"}))] == ["2,250.00"]
    answer = manager.get("/reports/summary", {"store": "Karen"})
    assert answer.status_code == 422
    assert 'There is no store "Karen" whose reports you may see' in text(answer)
    assert "90.00" not in text(answer)
    assert "Karen" not in text(manager.get("/reports/stores"))


@pytest.mark.parametrize(
    ("told", "place", "sentence"),
    [
        ({"from": "31.2."}, "from", "“31.2.” is no day; choose one."),
        (
            {"from": "2026-11-20", "to": "2026-11-01"},
            "from",
            "20 Nov 2026 is after 1 Nov 2026, the last day; change one of them.",
        ),
        ({"channel": "moon"}, "channel", '"moon" is not known; choose one of: In store, Online.'),
        ({"channel": "onlin"}, "channel", 'did you mean "Online"? Choose one of: In store, Online.'),
        ({"segment": "Nobodies"}, "segment", 'There is no segment or group "Nobodies", and it is no rule'),
        ({"segment": "spnt > 5"}, "segment", "spnt"),
        ({"compare": "previous"}, "compare", "A comparison needs the day the span begins"),
        ({"as_of": "2027-01-01"}, "as_of", "1 Jan 2027 has not been yet; write a day up to 21 Nov 2026."),
    ],
)
def test_what_is_wrong_in_the_scope_is_told_beside_its_field(people, told, place, sentence):
    answer = signed_in("owner").get("/reports/summary", told)
    assert answer.status_code == 422
    [wrong] = re.findall(rf'id="f-{place}-wrong">(.*?)</p>', text(answer))
    assert sentence in wrong
    assert f'aria-describedby="f-{place}-wrong"' in text(answer)
    assert 'id="finding"' not in text(answer)


def test_nothing_is_compared_before_there_is_a_first_day(people):
    client = signed_in("owner")

    def beside(**told):
        [field] = re.findall(r'<select id="f-compare".*?</select>', text(client.get("/reports/summary", told)))
        return field

    assert " disabled" in beside()
    assert re.findall(r"<option[^>]*>(.*?)<", beside()) == ["Needs a first day"]
    for told in ({"from": "2026-11-01"}, {"compare": "previous"}):
        assert " disabled" not in beside(**told)
        assert len(re.findall("<option", beside(**told))) == 3
    # All days have none before them.
    page = text(client.get("/reports/summary", {"from": "2026-11-01", "compare": "previous"}))
    [everything] = re.findall(r'<a href="([^"]*)"[^>]*>All</a>', page)
    assert client.get(f"/reports/summary{everything}").status_code == 200


def test_a_field_of_a_day_holds_a_day_or_nothing(people):
    page = text(signed_in("owner").get("/reports/summary", {"from": "abc", "to": "20261101", "as_of": "2026-11-20"}))
    assert re.findall(r'type="date" value="([^"]*)"', page) == ["", "", "2026-11-20"]


def test_a_parameter_out_of_bounds_is_told_beside_its_field(people):
    answer = signed_in("owner").get("/reports/top", {"most": "0"})
    assert answer.status_code == 422
    assert 'id="f-most-wrong"' in text(answer)


def test_nonsense_in_the_address_is_no_bug(sold):
    client = signed_in("owner")
    for query in (
        "query-sort=nonsense&query-page=999999999999&utm=1", "query-page=-1&query-sort=-customer", "from=&to=&store=",
        "store=Nowhere", "segment=%00", "from=9999-12-31", "period=aeon", "compare=never&from=2026-01-01",
    ):  # fmt: skip
        assert client.get(f"/reports/summary?{query}").status_code in (200, 422), query
    assert client.get("/reports/nothing").status_code == 404


def test_a_table_is_sorted_and_brought_alone(sold):
    client = signed_in("owner")
    cells = [row[0] for row in rows(client.get("/reports/customers", {"query-sort": "net"}))]
    assert cells == ["Ben Wekesa", "Anna Maria Okoth"]
    fragment = client.get(
        "/reports/customers", {"query-sort": "-net"}, HTTP_HX_TARGET="part-query", **HTMX
    )  # fmt: skip
    assert [row[0] for row in rows(fragment)] == ["Anna Maria Okoth", "Ben Wekesa"]
    assert 'id="scope"' not in text(fragment)
    whole = client.get("/reports/customers", HTTP_HX_TARGET="report", **HTMX)
    assert 'id="scope"' in text(whole)
    assert "<html" not in text(whole)


def matrix(answer):
    """The heads and the rows of the matrix: of each cell how it is shaded, and its text."""
    [table] = re.findall(r'<table class="table matrix">(.*?)</table>', text(answer), re.S)
    cells = re.findall(r'<t[hd](?: scope="\w+")?(?: class="([^"]*)")?>(.*?)</t[hd]>|(\n)', table, re.S)
    lines = [[]]
    for kinds, cell, end in cells:
        if end:
            lines.append([])
        else:
            lines[-1].append(f"{kinds} {re.sub('<[^>]+>', '', cell)}".strip())
    return [line for line in lines if line]


def test_a_part_of_two_ways_is_a_matrix_and_row_by_row_below(sold):
    client = signed_in("owner")
    answer = client.get("/reports/cohorts")
    assert matrix(answer) == [
        ["First order in", "number Cohort", "number 0", "number 1"],
        ["Oct 2026", "number 1", "number few 100%*", "number few 100%*"],
        ["Nov 2026", "number 1", "number few 100%*", ""],
    ]
    assert "*: not over yet, or only partly asked about." in text(answer)
    assert "Share. Down: First order in. Across: Periods since." in text(answer)
    assert len(rows(answer)) == 3
    assert '<details class="rows">' in text(answer)
    assert '<details class="rows" open>' in text(client.get("/reports/cohorts", {"query-sort": "-customers"}))
    [behind, *_more] = re.findall(r'<td class="number few"><a href="([^"]+)">100%\*</a>', text(answer))
    assert "Anna" in text(client.get(behind))


def test_a_matrix_is_shaded_from_its_least_to_its_greatest_figure(people):
    hours = [1, *[2] * 4, *[3] * 7]
    cast.record(*(cast.sale(30 + n, at=cast.NOW - timedelta(days=1, hours=ago)) for n, ago in enumerate(hours)))
    assert matrix(signed_in("owner").get("/reports/peak")) == [
        ["Weekday", "number 12:00", "number 13:00", "number 14:00"],
        ["Friday", "number few shade-6 7", "number few shade-3 4", "number few 1"],
    ]


def test_a_long_matrix_shows_the_latest_and_says_so(people):
    weeks = range(1, 63)
    cast.record(
        *(cast.sale(100 + n, at=cast.NOW - timedelta(weeks=n), customer={"phone": f"+2547000000{n:02}"}) for n in weeks)
    )
    answer = signed_in("owner").get("/reports/cohorts", {"period": "week"})
    shown = [line[0] for line in matrix(answer)[1:]]
    assert (len(shown), shown[-1]) == (60, "W46 2026")
    assert "The latest 60 of 62; below, row by row, are all." in text(answer)


def test_customers_are_named_only_for_whom_may_see_them(sold):
    assert "Anna Maria Okoth" in text(signed_in("owner").get("/reports/customers"))
    page = text(signed_in("analyst").get("/reports/customers"))
    assert "Anna" not in page
    assert re.search(r"Customer \d+", page)


def test_a_share_of_few_is_grey_and_says_of_how_many(sold):
    assert re.search(r'class="few">\d+% <small>of \d</small>', text(signed_in("owner").get("/reports/stores")))


def test_the_queries_do_not_grow_with_the_customers(sold, django_assert_num_queries, monkeypatch):
    # Transactions of other tests at the same server would put the two queries that take a new mark off to a later page.
    monkeypatch.setattr(feeding, "counts", lambda _mark, *, oldest: oldest > 0)
    client = signed_in("owner")
    path = "/reports/customers?from=2026-11-01"
    client.get(path)
    with django_assert_num_queries(QUERIES):
        client.get(path)
    cast.record(*(cast.sale(n, customer={"phone": f"+2547{n:08}"}) for n in range(100, 120)))
    client.get(path)
    with django_assert_num_queries(QUERIES):
        client.get(path)


# Who is behind a figure


def _behind(client, **told):
    """The address of the customers behind the first row."""
    page = text(client.get("/reports/new-returning", {"period": "month"} | told))
    [first, *_rest] = re.findall(r'href="(/reports/new-returning/behind[^"]+)"', page)
    return first


@pytest.mark.parametrize("key", [each.key for each in reports_all()])
def test_every_row_has_an_address_of_its_own(sold, key):
    links = re.findall(
        rf'class="row-link" href="(/reports/{key}/behind[^"]+)"', text(signed_in("owner").get(f"/reports/{key}"))
    )
    assert len(links) == len(set(links))


def test_a_row_that_a_number_tells_from_others_leads_to_its_own_customers(sold):
    client = signed_in("owner")
    [body] = re.findall(r'id="part-distribution">.*?<tbody>(.*?)</tbody>', text(client.get("/reports/repeat")), re.S)
    pages = {orders: text(client.get(address)) for address, orders in re.findall(r'href="([^"]+)">(\d+)</a>', body)}
    assert {orders: re.findall(r"<h1>(.*?)</h1>", page) for orders, page in pages.items()} == {
        "1": ["1 customer: Orders 1"], "4": ["1 customer: Orders 4"],
    }  # fmt: skip
    assert ["Anna Maria Okoth" in pages[orders] for orders in ("1", "4")] == [False, True]


def test_what_tells_a_row_is_not_compared(sold):
    told = {"from": "2026-11-01", "compare": "previous"}
    for name, *figures in rows(signed_in("owner").get("/reports/repeat", told), "distribution"):
        assert "was" not in name, figures


def test_from_a_figure_one_comes_to_its_customers_and_to_a_segment(sold):
    client = signed_in("owner")
    answer = client.get(_behind(client))
    assert answer.status_code == 200
    page = text(answer)
    assert re.search(r"<h1>[12] customers?: ", page)
    assert "Anna Maria Okoth" in page or "Ben Wekesa" in page


def test_customers_behind_a_figure_are_put_into_a_group(sold):
    group = group_create("To thank", description="", **BY)
    client = signed_in("marketer")
    address = _behind(client)
    [count] = re.findall(r"<h1>(\d+) customer", text(client.get(address)))
    before = cast.everything()
    assert client.post(address, {"group": "99999"}).status_code == 422
    assert cast.everything() == before
    answer = client.post(address, {"group": group})
    assert (answer.status_code, answer["Location"]) == (302, f"/segments/groups/{group}")
    assert Membership.objects.filter(group_id=group).count() == int(count)


def test_a_row_that_is_gone_is_not_there(sold):
    client = signed_in("owner")
    assert client.get("/reports/new-returning/behind?part=query&row-period=1999-01").status_code == 404
    assert client.get("/reports/new-returning/behind?part=nothing").status_code == 404
    assert client.get("/reports/new-returning/behind?part=query&from=x").status_code == 302


def test_who_may_not_see_customers_does_not_come_behind_figures(sold):
    client = signed_in("analyst")
    page = text(client.get("/reports/new-returning"))
    assert "/behind" not in page
    assert client.get("/reports/new-returning/behind?part=query").status_code == 403


def test_a_manager_finds_behind_a_figure_only_customers_of_own_stores(sold):
    client = signed_in("manager")
    page = text(client.get(_behind(client)))
    assert "Anna Maria Okoth" in page
    assert "Ben Wekesa" not in page


# Files


def test_an_answer_is_had_as_files(sold):
    client = signed_in("owner")
    page = text(client.get("/reports/summary?from=2026-11-01"))
    links = list(re.findall(r'href="(/reports/summary/file[^"]+)"', page))
    assert any("file.csv" in link and "from=2026-11-01" in link for link in links)
    answer = client.get("/reports/summary/file.csv?from=2026-11-01&period=day")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert 'filename="summary-query-2026-11-21.csv"' in answer["Content-Disposition"]
    assert "2026-11-20,1990.00,5" in text(answer)
    for form, start in (("xlsx", b"PK"), ("parquet", b"PAR1"), ("svg", b"<svg")):
        assert client.get(f"/reports/summary/file.{form}").content.startswith(start), form
    assert client.get("/reports/summary/file.exe").status_code == 404
    assert client.get("/reports/summary/file.csv?from=x").status_code == 302
    assert client.get("/reports/summary/file.csv?part=total").status_code == 200
    nowhere = client.get("/reports/summary/file.csv?part=nope")
    assert nowhere.status_code == 404
    assert 'has no part "nope"; it has query, total.' in text(nowhere)


def test_names_leave_the_house_with_a_purpose_and_the_log_tells(sold):
    plain = signed_in("analyst").get("/reports/customers/file.csv")
    assert (plain.status_code, "Anna" in text(plain)) == (200, False)
    client = signed_in("marketer")
    assert "With names: for what purpose?" in text(client.get("/reports/customers"))
    assert "With names: for what purpose?" not in text(signed_in("analyst").get("/reports/customers"))
    before = AuditEntry.objects.count()
    assert client.post("/reports/customers/file.csv", {"purpose": ""}).status_code == 422
    assert AuditEntry.objects.count() == before
    answer = client.post("/reports/customers/file.csv", {"purpose": "Letters of thanks"})
    assert "Anna Maria Okoth" in text(answer)
    assert AuditEntry.objects.count() == before + 1
    assert signed_in("analyst").post("/reports/customers/file.csv", {"purpose": "Letters"}).status_code == 403


# In the background


def test_an_answer_is_worked_out_in_the_background_and_kept(sold, settings):
    from regulars.reports.background import run_worked

    client = signed_in("owner")
    answer = client.post("/reports/summary/keep?from=2026-11-01&period=day")
    assert answer.status_code == 302
    address = answer["Location"]
    run = int(address.rsplit("/", 1)[1])
    page = text(client.get(address))
    assert "Waiting to begin" in page
    assert 'data-refresh="1"' in page
    assert "<html" not in text(client.get(address, HTTP_HX_TARGET="progress", **HTMX))
    run_worked.call(run)
    assert client.get(address, HTTP_HX_TARGET="progress", **HTMX)["HX-Redirect"] == address
    done = client.get(address)
    assert [row[:2] for row in rows(done)] == [["20 Nov 2026", "1,990.00"]]
    assert "Ask again now" in text(done)
    # What is sold later is in the next answer, not in a kept one.
    cast.record(cast.sale(50))
    assert [row[1] for row in rows(client.get(address))] == ["1,990.00"]
    assert [row[1] for row in rows(client.get("/reports/summary?from=2026-11-01&period=day"))] == ["2,340.00"]
    assert f'href="{address}"' in text(client.get("/reports/kept"))
    assert f"run={run}" in text(done)
    assert "1990.00" in text(client.get(f"/reports/summary/file.csv?run={run}"))


def test_a_run_is_cancelled_and_nobody_elses_is_found(sold):
    client = signed_in("owner")
    address = client.post("/reports/summary/keep")["Location"]
    assert signed_in("marketer").get(address).status_code == 404
    assert signed_in("marketer").post(f"{address}/cancel").status_code == 404
    assert client.post(f"{address}/cancel").status_code == 302
    assert "The report was cancelled." in text(client.get(address))
    assert "cancelled" in text(client.get("/reports/kept"))


def test_there_is_nothing_kept_at_first(people):
    assert "No answers are kept" in text(signed_in("owner").get("/reports/kept"))


def test_days_that_a_report_takes_by_itself_are_shown_as_chosen(sold):
    page = signed_in("owner").get("/reports/decline")
    bar = page.context["bar"]
    assert [span.label for span in bar.spans if span.is_current] == ["90 days"]
    assert "All" not in [span.label for span in bar.spans]
    assert (bar.told["from"], bar.told["to"]) == ("2026-08-24", "2026-11-21")
    assert "24 Aug 2026 to 21 Nov 2026" in text(page)
    assert "All" in [span.label for span in signed_in("owner").get("/reports/summary").context["bar"].spans]


def test_a_ranked_chart_in_colours_is_not_cut_within_a_bar(people):
    """Thirteen products in two stores are more than twenty rows and fewer than twenty bars."""
    cast.record(*(
        cast.sale(100 + n, cast.line(f"P{n % 13:02}", "10.00"), store=(cast.KAREN, cast.WESTLANDS)[n // 13])
        for n in range(26)
    ))  # fmt: skip
    [part] = [
        each for each in signed_in("owner").get("/reports/demand").context["parts"] if each.table.name == "products"
    ]
    assert len(part.chart.spec["datasets"]["values"]) == 26
