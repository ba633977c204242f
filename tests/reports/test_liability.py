"""What is owed in points and credit: opening + movements = closing, to the unit."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.reports.behind import behind
from tests.reports.harness import Shop

MOVES = {
    "query": ("earned", "clawed_back", "spent", "expired", "adjusted"),
    "credit": ("issued", "taken_back", "spent", "expired", "adjusted"),
    "account": ("charged", "taken_back", "paid", "adjusted"),
}
BOOKS = {"query": "points", "credit": "credit", "account": "account"}
KINDS = {
    "points": ("earn", "spend", "expire", "adjust", "bonus", "earn_back", "spend_back", "fill"),
    "credit": ("issue", "issue_back", "spend", "spend_back", "expire", "adjust", "fill"),
    "account": ("charge", "charge_back", "pay", "adjust"),
}


def _entry(customer, kind, amount, day, *, book="points", expires=None):
    return {"customer": customer, "book": book, "kind": kind, "amount": amount, "day": day, "expires_day": expires}


# 100 points of January that expire in March; 40 of them spent, 10 given back, the rest expired but for 20 clawed back.
ENTRIES = [
    _entry(1, "earn", 100, "2026-01-10", expires="2026-03-15"),
    _entry(1, "spend", -40, "2026-02-01", expires="2026-03-15"),
    _entry(1, "spend_back", 10, "2026-02-02", expires="2026-03-15"),
    _entry(1, "earn_back", -20, "2026-02-10", expires="2026-03-15"),
    _entry(1, "expire", -50, "2026-03-15", expires="2026-03-15"),
    _entry(2, "bonus", 7, "2026-03-20", expires="2026-12-31"),
    _entry(3, "adjust", 5, "2026-03-21"),
    _entry(4, "earn", 9, "2026-05-01", expires="2027-01-01"),
    _entry(1, "issue", 5000, "2026-02-10", book="credit"),
    _entry(1, "spend", -1500, "2026-03-01", book="credit"),
    _entry(2, "charge", 9000, "2026-02-03", book="account"),
    _entry(2, "charge_back", -1000, "2026-03-03", book="account"),
    _entry(2, "pay", -3000, "2026-03-04", book="account"),
]
SHOP = Shop(beside={"entries": ENTRIES})
SPAN = {"first": "2026-02-01", "last": "2026-04-30", "today": "2026-06-30"}


def _told(rows, *names):
    return [tuple(row[name] for name in names) for row in rows]


def test_what_moved_each_book_month_by_month():
    asked = SHOP.ask("liability", **SPAN, point_value_milli=2500)
    assert _told(asked.rows(), "period", "opening", *MOVES["query"], "closing", "worth") == [
        ("2026-02", 100, 0, -20, -30, 0, 0, 50, 125.0),
        ("2026-03", 50, 7, 0, 0, -50, 5, 12, 30.0),
        ("2026-04", 12, 0, 0, 0, 0, 0, 12, 30.0),
    ]
    assert _told(asked.rows("credit"), "period", "opening", *MOVES["credit"], "closing") == [
        ("2026-02", 0, 5000, 0, 0, 0, 0, 5000),
        ("2026-03", 5000, 0, 0, -1500, 0, 0, 3500),
        ("2026-04", 3500, 0, 0, 0, 0, 0, 3500),
    ]
    assert _told(asked.rows("account"), "period", "opening", *MOVES["account"], "closing") == [
        ("2026-02", 0, 9000, 0, 0, 0, 9000),
        ("2026-03", 9000, 0, -1000, -3000, 0, 5000),
        ("2026-04", 5000, 0, 0, 0, 0, 5000),
    ]
    assert asked.finding == "Customers hold 12 points worth 0.30 and store credit of 35.00, 35.30 together."


def test_what_is_outstanding_by_the_month_in_which_it_expires():
    asked = SHOP.ask("liability", **SPAN, point_value_milli=2500)
    names = ("expires", "given", "spent", "expired", "adjusted", "outstanding", "worth", "breakage")
    assert _told(asked.rows("expiry"), *names) == [
        ("2026-03", 80, -30, -50, 0, 0, 0.0, 50 / 80),
        ("2026-12", 7, 0, 0, 0, 7, 17.5, None),
        ("", 0, 0, 0, 5, 5, 12.5, None),
    ]
    assert _told(asked.rows("credit_expiry"), "expires", "given", "spent", "outstanding") == [("", 5000, -1500, 3500)]


def test_a_month_that_is_not_over_has_no_breakage_yet():
    rows = SHOP.ask("liability", last="2026-03-14", today="2026-06-30").rows("expiry")
    assert _told(rows, "expires", "outstanding", "breakage") == [("2026-03", 50, None)]
    rows = SHOP.ask("liability", last="2026-03-15", today="2026-06-30").rows("expiry")
    assert _told(rows, "expires", "outstanding", "breakage") == [("2026-03", 0, 50 / 80)]


def test_the_ledger_of_some_customers():
    rows = SHOP.ask("liability", **SPAN, members=[1]).rows()
    assert _told(rows, "opening", "closing") == [(100, 50), (50, 0), (0, 0)]


def test_as_of_an_earlier_day():
    rows = SHOP.ask("liability", first="2026-02-01", today="2026-02-05", is_past=True).rows()
    assert _told(rows, "period", "opening", "spent", "closing") == [("2026-02", 100, -30, 70)]


def test_a_ledger_begins_with_its_first_movement():
    asked = SHOP.ask("liability", first="2025-11-01", last="2026-03-31", today="2026-06-30")
    assert _told(asked.rows(), "period", "closing") == [("2026-01", 100), ("2026-02", 50), ("2026-03", 12)]
    assert _told(asked.rows("credit"), "period", "closing") == [("2026-02", 5000), ("2026-03", 3500)]
    assert _told(asked.rows("account"), "period", "closing") == [("2026-02", 9000), ("2026-03", 5000)]
    # That nothing is owed is told once.
    early = SHOP.ask("liability", first="2025-11-01", last="2026-01-31", today="2026-06-30")
    assert _told(early.rows("credit"), "period", "opening", "closing") == [("2026-01", 0, 0)]


def test_nothing_owed_is_said():
    assert Shop().ask("liability").finding == "Customers hold no points and no store credit."


_EMPTY = Shop()
_LEDGER = st.lists(
    st.builds(
        lambda book, n, amount, customer, day, last: _entry(
            customer, KINDS[book][n % len(KINDS[book])], amount, date(2026, 1, 1) + timedelta(days=day), book=book,
            expires=None if last < 0 or book == "account" else date(2026, 1, 1) + timedelta(days=last),
        ),
        st.sampled_from(["points", "credit", "account"]), st.integers(0, 7),
        st.integers(-10**12, 10**12), st.integers(1, 4), st.integers(0, 120), st.integers(-60, 300),
    ),
    max_size=30,
)  # fmt: skip


@pytest.mark.parametrize("period", ["week", "quarter"])
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(entries=_LEDGER, begins=st.integers(0, 120), days=st.integers(1, 60))
def test_opening_and_movements_are_the_closing(period, entries, begins, days):
    first = date(2026, 1, 1) + timedelta(days=begins)
    last = first + timedelta(days=days - 1)
    _EMPTY.connection.execute("DELETE FROM entries")
    _EMPTY.add("entries", entries)
    asked = _EMPTY.ask("liability", first=str(first), last=str(last), today="2026-12-31", period=period)
    for part, moves in MOVES.items():
        rows = asked.rows(part)
        booked = [each for each in entries if each["book"] == BOOKS[part]]
        assert rows[0]["opening"] == sum(each["amount"] for each in booked if each["day"] < first)
        assert rows[-1]["closing"] == sum(each["amount"] for each in booked if each["day"] <= last)
        for row in rows:
            assert row["opening"] + sum(row[move] for move in moves) == row["closing"]
        assert [row["opening"] for row in rows[1:]] == [row["closing"] for row in rows[:-1]]
    for part, lots in (("query", "expiry"), ("credit", "credit_expiry")):
        assert sum(row["outstanding"] for row in asked.rows(lots)) == asked.rows(part)[-1]["closing"]
        for row in asked.rows(lots):
            assert row["given"] + row["spent"] + row["expired"] + row["adjusted"] == row["outstanding"]


def test_behind_a_row_are_those_whose_balance_moved_or_is_left():
    asked = SHOP.ask("liability", **SPAN)
    told = {part: [behind(SHOP, asked, row, part, **SPAN) for row in asked.rows(part)] for part in asked.tables}
    assert told == {
        "query": [[1], [1, 2, 3], []],
        "credit": [[1], [1], []],
        "account": [[2], [2], []],
        "expiry": [[], [2], [3]],
        "credit_expiry": [[1]],
    }
