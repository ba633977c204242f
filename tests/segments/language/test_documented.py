"""The worked examples of docs/algorithms/segments.md are what the code does."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import pytest

from regulars.segments.language.explaining import explain
from regulars.segments.language.meaning import View, values_of
from regulars.segments.language.reading import rule_read
from regulars.segments.language.showing import Shown
from regulars.segments.language.strictness import strict
from regulars.segments.language.tree import Compare, Term, Within
from regulars.segments.language.turning import Turning, turning
from regulars.segments.language.windows import days_of
from tests.house.documents import section, table
from tests.segments.language.lives import TERMS, TODAY, born, bought, holds, line, sale

PAGE = "docs/algorithms/segments.md"


def _rows(title: str) -> list[Mapping[str, str]]:
    return table(section(PAGE, title).text)


def _each(title: str, *names: str):
    return pytest.mark.parametrize("row", _rows(title), ids=lambda row: " ".join(row[name] for name in names))


def _yes(is_so: bool) -> str:
    return "yes" if is_so else "no"


def _term(text: str) -> Term:
    rule = rule_read(f"{text} is known")
    assert isinstance(rule, Compare)
    return rule.term


@_each("Example 1:", "window", "today")
def test_a_window_holds_the_days_of_the_table(row):
    rule = rule_read(f"last_order {row['window']}")
    assert isinstance(rule, Within)
    days = days_of(rule.window, today=date.fromisoformat(row["today"]))
    assert [str(day or "open") for day in days] == [row["first day"], row["last day"]]


@_each("Example 2:", "born", "today", "rule")
def test_birthdays_and_ages_are_those_of_the_table(row):
    life = bought() if row["born"] == "unknown" else born(row["born"])
    assert _yes(holds(rule_read(row["rule"]), life, today=row["today"])) == row["holds"]


@_each("Example 3:", "rule")
def test_of_nobody_known_the_table_says_what_holds(row):
    rule = rule_read(row["rule"])
    assert _yes(holds(rule, bought())) == row["holds"]
    assert _yes(holds(strict(rule), bought())) == row["by what is known"]


@_each("Example 4:", "spent")
def test_an_amount_is_on_the_rung_of_the_table(row):
    life = bought(sale("2026-11-01", line(net=int(Decimal(row["spent"]) * 100))))
    rungs = [name for name in row if name != "spent"]
    assert {rung: _yes(holds(rule_read(rung), life)) for rung in rungs} == {rung: row[rung] for rung in rungs}


def _shopper():
    of_sales: dict[str, list[Mapping[str, str]]] = {}
    for row in _rows("Example 5:"):
        of_sales.setdefault(row["sale"], []).append(row)
    return bought(
        *(
            sale(
                rows[0]["day"], *(line(row["product"], int(Decimal(row["costs"]) * 100)) for row in rows),
                store=rows[0]["store"],
            )
            for rows in of_sales.values()
        )
    )  # fmt: skip


def test_the_categories_of_the_table_are_those_that_were_sold():
    told = [(row["category"], row["day"]) for row in _rows("Example 5:")]
    assert [(row["category"], str(row["day"])) for row in _shopper().of("lines")] == told


@_each("Example 6:", "what")
def test_what_is_asked_of_the_sales_comes_to_what_the_table_says(row):
    term = _term(row["what"])
    values = values_of(term, _shopper(), View(TERMS, TODAY))
    assert Shown(TERMS, "KES").values(term, values) == row["comes to"]


def _named(turned: Turning) -> str:
    """Whom a turning names, as the table writes it."""
    told = [f"a sale from {first} to {last}" for first, last in turned.sale_days]
    told += [
        f"{'.'.join(place)} from {first} to {last}" for place, days in turned.fact_days.items() for first, last in days
    ]
    told += [
        f"a birthday from {first[0]:02}-{first[1]:02} to {last[0]:02}-{last[1]:02}" for first, last in turned.births
    ]
    told += ["two orders"] * turned.ordered_twice
    return ", ".join(told) or "nothing"


@_each("Example 7:", "rule")
def test_a_night_may_change_whom_the_table_names(row):
    found = turning(rule_read(row["rule"]), before=date(2026, 11, 22), after=date(2026, 11, 23))
    assert _named(found) == row["whoever has"]


@_each("Example 8:", "rule")
def test_a_customer_is_told_what_the_table_says(row):
    life = bought(sale("2026-11-01", line(net=100000)), sale("2026-11-20", line(net=368000)))
    told = explain(rule_read(row["rule"]), life, terms=TERMS, today=TODAY, currency="KES")
    assert {
        "rule": told.text,
        "value": told.value,
        "holds": _yes(told.holds),
        "what would flip it": told.nearest,
        "flips by itself": str(told.turns_on or "never"),
    } == row
