"""The worked examples of docs/algorithms/balances.md are what the code does."""

import re
from datetime import date, timedelta
from uuid import uuid5

import pytest

from regulars.access.rules import OPERATOR
from regulars.balances.ageing import Charge, ageing
from regulars.balances.jobs import days_end
from regulars.balances.models import Entry
from regulars.balances.rules import (
    EarningLine,
    EarningRule,
    Occasion,
    PolicyTerms,
    points_earned,
    points_worth,
    sale_terms,
)
from regulars.balances.services import bonus_give
from regulars.balances.verifying import differences
from regulars.checkout.services import sale_void
from regulars.core.money import amount_minor, amount_text
from tests import cast
from tests.balances.counter import TODAY, bring_back, lots, noon, points, policy, sell
from tests.house.documents import section, table

PAGE = "docs/algorithms/balances.md"
LADDER = tuple(
    EarningRule(name=tier, kind="amount", points=percent, per=100, tiers=(tier,))
    for tier, percent in (("Standard", 5), ("Gold", 7), ("Platinum", 10))
)


def money(text: str) -> int:
    return amount_minor(text, places=2)


def text(amount: int) -> str:
    return amount_text(amount, places=2)


def rows(title: str):
    return table(section(PAGE, title).text)


@pytest.mark.parametrize("row", rows("Example 1"), ids=lambda row: f"{row['sale']} {row['tier']}")
def test_a_sale_earns_by_tier(row):
    terms = PolicyTerms(rules=LADDER, point_value_milli=1000)
    lines = [EarningLine("S", "", "", 1000, money(row["sale"]), 0)]
    fixed = sale_terms(1, terms, lines, Occasion("Westlands", TODAY, frozenset({row["tier"]})))
    earned = points_earned(fixed, lines)
    assert (str(earned), text(points_worth(earned, 1000))) == (row["earns"], row["worth"])


MIXED = PolicyTerms(
    rules=(
        EarningRule(name="all", kind="amount", points=1, per=1000),
        EarningRule(name="mugs", kind="product", points=2, skus=("mug",)),
        EarningRule(name="coffee twice", kind="multiplier", factor_milli=2000, skus=("coffee",)),
    )
)


@pytest.mark.parametrize("row", rows("Example 2"), ids=lambda row: f"{row['lines']} {row['paid with points']}")
def test_a_sale_earns_by_its_lines(row):
    lines = []
    for told in row["lines"].split(", "):
        count, name, worth = re.fullmatch(r"(\d+) (.+) ([\d.]+)", told).groups()
        lines.append(EarningLine(name, "", "", int(count) * 1000, money(worth), 0, name == "gift card"))
    fixed = sale_terms(1, MIXED, lines, Occasion("Westlands", TODAY))
    assert str(points_earned(fixed, lines, paid_with_points=money(row["paid with points"]))) == row["earns"]


class Life:
    """One customer, day by day, as a table tells it."""

    def __init__(self) -> None:
        self.anna = cast.person("Anna")
        self.day, self.n, self.priced = 1, 100, {}

    @property
    def today(self) -> date:
        return TODAY + timedelta(days=self.day - 1)

    def night(self, day: int) -> None:
        while self.day < day:
            self.day += 1
            days_end(at=noon(self.today))

    def happens(self, what: str) -> None:
        self.n += 1
        paid = (re.search(r"([\d.]+) (?:by|as) points", what) or [None, "0.00"])[1]
        if found := re.match(r"sale (\d+) of (\d+) for ([\d.]+)", what):
            self.sale(int(found[1]), int(found[2]), found[3], paid)
        elif found := re.match(r"(\d+) of sale (\d+) comes back", what):
            self.back(int(found[2]), int(found[1]), paid)
        elif found := re.match(r"sale (\d+) is brought back", what):
            self.back(int(found[1]), self.priced[int(found[1])][0], paid)
        elif found := re.match(r"sale (\d+) is voided", what):
            sale_void(f"W-{int(found[1]):04}", actor=OPERATOR, at=noon(self.today))
        elif found := re.match(r"a bonus of (\d+)", what):
            bonus_give(self.anna, int(found[1]), reason="x", reference="x", actor=OPERATOR, at=noon(self.today))
        else:
            assert what == "nothing"

    def sale(self, n: int, count: int, price: str, by_points: str) -> None:
        self.priced[n] = (count, price)
        line = cast.line("MUG", price=price, quantity=str(count))
        sell(n, price, to=self.anna, on=self.today, lines=(line,), paid=self._paid(count, price, by_points))

    def back(self, n: int, count: int, by_points: str) -> None:
        price = self.priced[n][1]
        line = cast.line("MUG", price=price, quantity=str(-count))
        bring_back(self.n, n, line, on=self.today, paid=self._paid(-count, price, f"-{by_points}"))

    @staticmethod
    def _paid(count: int, price: str, by_points: str) -> dict[str, str]:
        rest = count * money(price) - money(by_points)
        parts = {"points": by_points} if money(by_points) else {}
        return parts | ({"cash": text(rest)} if rest else {})

    def shown(self, since: int) -> dict[str, str]:
        booked = Entry.objects.filter(customer_id=self.anna, id__gt=since).order_by("id")
        held = lots(self.anna)
        return {
            "entries": ", ".join(f"{each.kind} {each.amount}" for each in booked),
            "held": str(points(self.anna)),
            "lots": " ".join(str(remaining) for _amount, remaining in held),
        }


def last_entry() -> int:
    return Entry.objects.order_by("-id").values_list("id", flat=True).first() or 0


def lives(title: str) -> None:
    life = Life()
    for row in rows(title):
        since = last_entry()
        life.night(int(row["day"]))
        life.happens(row["what happens"])
        assert life.shown(since) == {name: row[name] for name in ("entries", "held", "lots")}, row
        assert list(differences(today=life.today)) == []


@pytest.mark.parametrize("title", ["Example 3", "Example 4", "Example 5", "Example 6"])
def test_a_life_is_as_the_table_tells_it(title, shop):
    over = {"bonus_expires_after_days": 1} if title == "Example 6" else {}
    policy(expires_after_days=3, **over)
    lives(title)


def test_crossing_a_tier(shop):
    from regulars.segments.services import tier_set_save

    tier_set_save(
        "Loyalty", "Standard: spent < 500; Gold: spent >= 500; Platinum: spent >= 5000", actor=OPERATOR, at=noon(TODAY)
    )
    policy(*LADDER, point_value_milli=1000)
    lives("Example 7")


def charge(told: str) -> Charge:
    day, what, *rest = told.split()
    amount = money(rest[-1])
    uid = uuid5(cast.uid(0), rest[0]) if len(rest) == 2 else None
    return Charge(date.fromisoformat(day), amount if what == "sale" else -amount, uid)


@pytest.mark.parametrize("row", rows("Example 8"), ids=lambda row: row["movements"])
def test_what_is_owed_has_the_age_of_the_table(row):
    found = ageing([charge(told) for told in row["movements"].split(", ")], today=TODAY)
    assert [text(each) for each in found] == [row[name] for name in list(row)[1:]]
