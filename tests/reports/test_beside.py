"""What a finding says of the time that an answer is compared with."""

import pytest

from regulars.reports.running import finding_of
from tests.reports.harness import WORDS, Shop, sold

SHOP = Shop([
    sold("2026-01-05", 1, 3000), sold("2026-01-20", 2, 2000, store=2), sold("2026-01-21", 2, 500, store=2),
    sold("2026-02-03", 1, 9000), sold("2026-02-04", 3, 1000), sold("2026-02-05", 4, 700, store=3),
])  # fmt: skip
JANUARY = {"first": "2026-01-01", "last": "2026-01-31", "today": "2026-03-15"}
FEBRUARY = {"first": "2026-02-01", "last": "2026-02-28", "today": "2026-03-15"}
MARCH = {"first": "2026-03-01", "last": "2026-03-10", "today": "2026-03-15"}


def said(key: str, span, before) -> str:
    """The sentence that a comparison adds to the finding."""
    now, then = SHOP.ask(key, **span), SHOP.ask(key, **before)
    finding = finding_of(now.report, now.tables, then.tables, WORDS)
    assert finding.startswith(f"{now.finding} ")
    assert finding_of(now.report, now.tables, None, WORDS) == now.finding
    return finding.removeprefix(f"{now.finding} ")


@pytest.mark.parametrize(
    ("key", "sentence", "nothing"),
    [
        ("summary", "In the time compared with, net sales were 55.00 from 3 orders.",
         "Nothing was sold in the time compared with."),
        ("top", "In the time compared with, Customer 1 led with 30.00 in 1 orders.",
         "No customer bought anything in the time compared with."),
        ("new-returning", "New customers in all: 2; in the time compared with: 2.",
         "New customers in all: 2; in the time compared with: 0."),
        ("stores", "In the time compared with, Store 1 sold 30.00 in 1 orders.",
         "Store 1 sold nothing in the time compared with."),
    ],
)  # fmt: skip
def test_the_earlier_figure_is_said_beside(key, sentence, nothing):
    assert said(key, FEBRUARY, JANUARY) == sentence
    assert said(key, FEBRUARY, MARCH) == nothing


def test_nothing_now_is_told_beside_what_was():
    assert said("summary", MARCH, FEBRUARY) == "In the time compared with, net sales were 107.00 from 3 orders."
    assert said("stores", MARCH, FEBRUARY) == "In the time compared with, Store 1 sold 100.00 in 2 orders."
    assert said("stores", MARCH, MARCH) == "Nothing was sold in the time compared with."
