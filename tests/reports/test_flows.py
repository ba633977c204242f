"""Who came into groups, who left, and why."""

from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.reports.behind import behind
from tests.reports.harness import Shop

GROUPS = [
    {"group": 1, "name": "Standard", "is_tier": True},
    {"group": 2, "name": "Gold", "is_tier": True},
    {"group": 3, "name": "Lapsing", "is_tier": False},
]


def _changes(*rows):
    return [
        {"id": n, "group": group, "customer": customer, "day": day, "is_entry": sign == "+", "reason": reason}
        for n, (day, customer, sign, group, reason) in enumerate(rows, start=1)
    ]


SHOP = Shop(
    beside={
        "groups": GROUPS,
        "membership_changes": _changes(
            ("2025-12-20", 1, "+", 1, "first build"), ("2025-12-20", 2, "+", 1, "first build"),
            ("2025-12-20", 2, "+", 3, "first build"),
            ("2026-01-10", 1, "-", 1, "sale"), ("2026-01-10", 1, "+", 2, "sale"),
            ("2026-01-12", 2, "-", 3, "sale"), ("2026-01-30", 2, "+", 3, "date"), ("2026-02-03", 2, "-", 3, "sale"),
            ("2026-02-05", 1, "-", 2, "return"), ("2026-02-05", 1, "+", 1, "return"),
            ("2026-02-06", 1, "-", 1, "sale"), ("2026-02-06", 1, "+", 2, "sale"),
            ("2026-02-07", 4, "+", 2, "sale"),
            ("2026-03-01", 4, "-", 2, "by hand"),
        ),
    }
)  # fmt: skip
SPAN = {"first": "2026-01-01", "last": "2026-02-28", "today": "2026-03-15"}


def _told(rows, *names):
    return [tuple(row[name] for name in names) for row in rows]


def test_members_at_the_start_and_at_the_end():
    rows = SHOP.ask("flows", **SPAN).rows()
    assert _told(rows, "period", "group_id", "at_start", "entered", "left_it", "at_end") == [
        ("2026-01", 2, 0, 1, 0, 1),
        ("2026-01", 3, 1, 1, 1, 1),
        ("2026-01", 1, 2, 0, 1, 1),
        ("2026-02", 2, 1, 2, 1, 2),
        ("2026-02", 3, 1, 0, 1, 0),
        ("2026-02", 1, 1, 1, 1, 1),
    ]


def test_why_they_came_and_went():
    rows = SHOP.ask("flows", **SPAN).rows("reasons")
    assert _told(rows, "group_id", "what", "reason", "changes", "customers") == [
        (2, "entered", "sale", 3, 2),
        (2, "left", "return", 1, 1),
        (3, "entered", "date", 1, 1),
        (3, "left", "sale", 2, 1),
        (1, "entered", "return", 1, 1),
        (1, "left", "sale", 2, 1),
    ]


def test_moves_from_tier_to_tier():
    asked = SHOP.ask("flows", **SPAN)
    assert _told(asked.rows("moves"), "tier_before", "tier", "moves", "customers") == [(1, 2, 2, 1), (2, 1, 1, 1)]
    assert asked.finding == "Group 2 grew most, by 2: 3 entered, 1 left."


def test_a_quiet_span_is_told_so():
    told = SHOP.ask("flows", first="2026-01-13", last="2026-01-20", today="2026-03-15")
    assert told.finding == "Nobody entered or left a group in this span."
    assert Shop().ask("flows").finding == "Nobody entered or left a group in this span."
    told = SHOP.ask("flows", first="2026-01-11", last="2026-01-31", today="2026-03-15")
    assert told.finding == "No group grew or shrank; as many left as entered."
    told = SHOP.ask("flows", first="2026-03-01", today="2026-03-15")
    assert told.finding == "Group 2 shrank most, by 1: 1 left, 0 entered."


def test_the_finding_leaves_out_whom_a_new_or_edited_rule_moved():
    told = SHOP.ask("flows", first="2025-12-01", last="2025-12-31", today="2026-03-15")
    assert told.finding == "Rules were new or edited; otherwise nobody entered or left a group in this span."
    changes = _changes(
        *(("2026-01-05", n, "+", 3, "first build") for n in range(1, 30)),
        ("2026-01-20", 1, "-", 3, "sale"), ("2026-01-20", 2, "-", 3, "sale"), ("2026-01-21", 40, "+", 3, "date"),
        ("2026-01-22", 41, "+", 2, "sale"), ("2026-01-23", 42, "+", 2, "sale"), ("2026-01-24", 41, "-", 2, "rule edited"),
    )  # fmt: skip
    shop = Shop(beside={"groups": GROUPS, "membership_changes": changes})
    asked = shop.ask("flows", first="2026-01-01", last="2026-01-31", today="2026-03-15")
    # The table still counts them all.
    assert [(row["group_id"], row["entered"], row["left_it"]) for row in asked.rows()] == [(2, 2, 1), (3, 30, 2)]
    assert asked.finding == "Group 2 grew most, by 2: 2 entered, 0 left."


def test_a_group_begins_with_its_first_member():
    rows = SHOP.ask("flows", first="2025-10-01", last="2026-02-28", today="2026-03-15").rows()
    assert _told(rows, "period", "group_id", "at_end") == [
        ("2025-12", 3, 1), ("2025-12", 1, 2),
        ("2026-01", 2, 1), ("2026-01", 3, 1), ("2026-01", 1, 1),
        ("2026-02", 2, 2), ("2026-02", 3, 0), ("2026-02", 1, 1),
    ]  # fmt: skip


_EMPTY = Shop(beside={"groups": GROUPS})


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(st.integers(0, 90), st.integers(1, 4), st.sampled_from([1, 2, 3])), max_size=30),
    st.integers(0, 60),
)
def test_start_and_entered_less_left_is_the_end(told, begins):
    """Each told row turns the membership: in, out, in again."""
    inside, rows = set(), []
    for day, customer, group in sorted(told):
        sign = "-" if (customer, group) in inside else "+"
        inside ^= {(customer, group)}
        rows.append((date(2026, 1, 1) + timedelta(days=day), customer, sign, group, "sale"))
    first, last = date(2026, 1, 1) + timedelta(days=begins), date(2026, 3, 20)
    _EMPTY.connection.execute("DELETE FROM membership_changes")
    _EMPTY.add("membership_changes", _changes(*rows))
    found = _EMPTY.ask("flows", first=str(first), last=str(last), today="2026-12-31", period="week").rows()
    members = dict.fromkeys((1, 2, 3), 0)
    for day, _customer, sign, group, _reason in rows:
        members[group] += (1 if sign == "+" else -1) if day < first else 0
    for row in found:
        assert row["at_start"] == members[row["group_id"]]
        assert row["at_start"] + row["entered"] - row["left_it"] == row["at_end"]
        members[row["group_id"]] = row["at_end"]
    at_last = dict.fromkeys((1, 2, 3), 0)
    for day, _customer, sign, group, _reason in rows:
        at_last[group] += (1 if sign == "+" else -1) if day <= last else 0
    assert members == at_last


def test_behind_a_row_are_those_who_came_or_went():
    asked = SHOP.ask("flows", **SPAN)
    for part in ("reasons", "moves"):
        for row in asked.rows(part):
            assert len(behind(SHOP, asked, row, part, **SPAN)) == row["customers"], row
    assert [behind(SHOP, asked, row, **SPAN) for row in asked.rows()] == [[1], [2], [1], [1, 4], [2], [1]]
