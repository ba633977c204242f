"""Which categories lost, and by whom."""

from collections import defaultdict
from datetime import date, timedelta
from math import floor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.house.documents import section, table
from tests.reports.behind import meeting, some_shop
from tests.reports.dressed import dressed
from tests.reports.harness import Shop, sold
from tests.reports.retail import filled, is_rule, retail

PARTS = ("lost", "gained", "fewer_orders", "smaller_orders", "anonymous")
PAGE = "docs/algorithms/decline.md"


def _shop_of_the_page():
    """The orders of Example 1: in December, the span before, and in January."""
    sales = []
    for row in table(section(PAGE, "Example 1").text):
        for month, orders in (("2025-12", row["December"]), ("2026-01", row["January"])):
            for n, amount in enumerate(orders.split(", ") if orders != "-" else []):
                customer = None if row["customer"] == "nobody" else ord(row["customer"][0])
                sales.append(
                    sold(
                        f"{month}-{10 + n}",
                        customer,
                        lines=[(1, -1 if "-" in amount else 1, int(amount) * 100, "Coffee")],
                    )
                )
    return Shop(sales)


def test_the_example_of_the_page():
    [row] = _shop_of_the_page().ask("decline", first="2026-01-01", last="2026-01-31", today="2026-03-01").rows()
    [expected] = table(section(PAGE, "Example 2").text)
    found = {name.replace("_", " "): f"{row[name] / 100:.2f}" for name in ("change", *PARTS)}
    assert found == expected
    counts = (row["customers_lost"], row["customers_gained"], row["customers_stayed"])
    assert (row["category"], row["net_before"], row["net_now"], *counts) == ("Coffee", 30800, 21100, 1, 1, 2)
    assert row["change_share"] == -9700 / 30800


def test_the_largest_loss_is_told_first_and_by_what():
    shop = Shop(
        [
            sold("2026-01-10", 1, lines=[(1, 1, 5000, "Tea"), (2, 1, 1000, "Mugs")]),
            sold("2026-02-03", 2, lines=[(2, 1, 700, "Mugs")]),
        ]
    )
    asked = shop.ask("decline", first="2026-02-01", last="2026-02-28", today="2026-03-01")
    assert [(row["category"], row["change"], row["lost"], row["gained"]) for row in asked.rows()] == [
        ("Tea", -5000, -5000, 0),
        ("Mugs", -300, -1000, 700),
    ]
    assert asked.finding == "Tea lost most: -50.00, of which -50.00 by customers lost."
    rule = asked.drilled()
    assert rule == (
        'orders(category = "Tea") from 2026-01-04 to 2026-01-31 >= 1'
        ' and orders(category = "Tea") from 2026-02-01 to 2026-02-28 < 1'
    )
    assert is_rule(rule)


def test_a_part_that_is_larger_than_the_change_is_told_beside_the_rest():
    """Two were lost with 70.00, one gained with 20.00: the loss is 50.00, and 70.00 are no part of it."""
    shop = Shop([sold("2026-01-10", 1, 4000), sold("2026-01-11", 2, 3000), sold("2026-02-03", 3, 2000)])
    asked = shop.ask("decline", first="2026-02-01", last="2026-02-28", today="2026-03-01")
    [row] = asked.rows()
    assert (row["change"], row["lost"], row["gained"]) == (-5000, -7000, 2000)
    assert asked.finding.endswith("lost most: -50.00, made of -70.00 by customers lost and +20.00 by everything else.")


@pytest.mark.parametrize(
    ("first", "last", "against", "begins", "ends"),
    [
        ("2026-02-01", "2026-02-28", "previous", "2026-01-04", "2026-01-31"),
        ("2026-02-01", "2026-02-28", "year", "2025-02-02", "2025-03-01"),
        ("2026-02-02", "2026-02-02", "previous", "2026-02-01", "2026-02-01"),
        ("2025-01-01", "2025-12-31", "year", "2023-01-04", "2024-01-03"),
    ],
)
def test_the_days_compared_with(first, last, against, begins, ends):
    """A sale on the first and on the last of them counts, those beside them do not."""
    around = [date.fromisoformat(begins) - timedelta(days=1), date.fromisoformat(ends) + timedelta(days=1)]
    shop = Shop(
        [
            sold(begins, 1, 10), sold(ends, 1, 200),
            *[sold(str(day), 1, 4000) for day in around if not date.fromisoformat(first) <= day],
        ]
    )  # fmt: skip
    [row] = shop.ask("decline", first=first, last=last, against=against, today="2026-12-31").rows()
    assert (row["net_before"], row["net_now"]) == (210, 0)


def test_nothing_sold_is_said():
    assert Shop().ask("decline").finding == "Nothing was sold in either span."
    asked = Shop([sold("2026-02-03", 2, 700)]).ask("decline", first="2026-02-01", last="2026-02-28")
    assert asked.finding == (
        "Nothing was sold in the days before, so there is nothing to compare with: ask of fewer days."
    )
    risen = Shop([sold("2026-01-30", 2, 100), sold("2026-02-03", 2, 700)])
    told = risen.ask("decline", first="2026-02-01", last="2026-02-28").finding
    assert told == "No category declined; net sales rose by 6.00 in all."


_EMPTY = Shop()


_SALES = st.lists(
    st.builds(
        lambda day, customer, lines: sold(
            str(date(2026, 1, 1) + timedelta(days=day)), customer or None,
            lines=[(1, -1 if net < 0 else 1, net, f"C{category}") for category, net in lines],
        ),
        st.integers(0, 60), st.integers(0, 4),
        st.lists(st.tuples(st.integers(1, 2), st.integers(-10**9, 10**9)), min_size=1, max_size=3),
    ),
    max_size=25,
)  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_SALES, st.integers(1, 40))
def test_the_parts_add_up_to_the_change_exactly(sales, length):
    first = date(2026, 1, 25)
    last = first + timedelta(days=length - 1)
    begins = first - timedelta(days=length)
    rows = filled(_EMPTY, sales).ask("decline", first=str(first), last=str(last), today="2026-12-31").rows()
    change = defaultdict(int)
    for sale in sales:
        for line in sale.lines:
            if first <= sale.day <= last:
                change[line[3]] += line[2]
            elif begins <= sale.day < first:
                change[line[3]] -= line[2]
    assert {row["category"]: row["change"] for row in rows if row["change"]} == {
        name: total for name, total in change.items() if total
    }
    for row in rows:
        assert row["net_now"] - row["net_before"] == row["change"] == sum(row[part] for part in PARTS)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_SALES)
def test_the_other_way_round_everything_is_the_opposite(sales):
    """Half units apart: of those who stayed, each part is rounded up."""
    length, second = 20, date(2026, 1, 21)
    mirrored = [
        sold(str(each.day + timedelta(days=length if each.day < second else -length)), each.customer, lines=each.lines)
        for each in sales
        if each.day < second + timedelta(days=length)
    ]
    span = {"first": "2026-01-21", "last": "2026-02-09", "today": "2026-12-31"}
    there = {row["category"]: row for row in filled(_EMPTY, sales).ask("decline", **span).rows()}
    back = {row["category"]: row for row in filled(_EMPTY, mirrored).ask("decline", **span).rows()}
    assert there.keys() == back.keys()
    for name, row in there.items():
        other = back[name]
        assert (row["lost"], row["gained"], row["anonymous"]) == (-other["gained"], -other["lost"], -other["anonymous"])
        assert abs(row["fewer_orders"] + other["fewer_orders"]) <= 4


@pytest.mark.real_data
def test_november_against_october_is_as_pandas_says(real_data):
    """Categories are the first signs of the SKUs."""
    lines = retail(real_data)
    first, last = date(2011, 11, 1), date(2011, 11, 30)
    begins = first - timedelta(days=30)
    inside = lines[(lines["day"] >= begins) & (lines["day"] <= last)]
    inside = inside.assign(now=inside["day"] >= first, category=inside["sku"].str[:1])
    net = inside.groupby(["category", "customer", "now"])["net"].sum().to_dict()
    ordered = inside[~inside["is_return"]].groupby(["category", "customer", "now"])["number"].nunique().to_dict()
    expected = defaultdict(lambda: dict.fromkeys(PARTS, 0))
    for category, customer in set(zip(inside["category"], inside["customer"], strict=True)):
        before, now = (int(net.get((category, customer, each), 0)) for each in (False, True))
        then, since = (int(ordered.get((category, customer, each), 0)) for each in (False, True))
        parts = expected[category]
        if customer < 0:
            parts["anonymous"] += now - before
        elif then and not since:
            parts["lost"] += now - before
        elif since and not then:
            parts["gained"] += now - before
        else:
            orders = floor((since - then) * (before / then + now / since) / 2 + 0.5) if then and since else 0
            parts["fewer_orders"] += orders
            parts["smaller_orders"] += now - before - orders
    rows = dressed(real_data).ask("decline", first="2011-11-01", last="2011-11-30").rows()
    assert {row["category"]: {part: row[part] for part in PARTS} for row in rows} == expected
    assert [row["change"] for row in rows] == sorted(sum(parts.values()) for parts in expected.values())
    assert sum(row["net_now"] for row in rows) == int(inside[inside["now"]]["net"].sum())


@pytest.mark.parametrize("against", ["previous", "year"])
@pytest.mark.parametrize("scope", [{}, {"stores": [1]}, {"channel": "in_store"}])
def test_behind_a_row_are_the_customers_lost(scope, against):
    asked = some_shop().ask("decline", first="2026-04-01", last="2026-05-15", against=against, **scope)
    assert len(asked.rows()) == 4
    assert sum(row["customers_lost"] for row in asked.rows()) > 0 or against == "year"
    for n, row in enumerate(asked.rows()):
        found = meeting(some_shop(), asked.drilled(n), today=asked.bound["today"])
        assert len(found) == row["customers_lost"], row
