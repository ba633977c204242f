"""Who is slipping away, and what hangs on it."""

from datetime import date, timedelta

import numpy as np
import pytest

from regulars.reports.prediction.fitting import fitted
from regulars.reports.prediction.gammagamma import GammaGamma
from regulars.reports.prediction.histories import Histories
from tests.prediction.cdnow import cdnow_read
from tests.reports.harness import Shop, cdnow, sold

END = date(1998, 6, 30)
TODAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def asked(real_data):
    return cdnow(real_data, sample=True).ask("churn", today=END.isoformat(), model="bg", top=10_000, held_back=273)


@pytest.mark.real_data
def test_the_model_is_the_one_fitted_to_the_file_by_hand(asked, real_data):
    read = cdnow_read(real_data / "cdnow" / "CDNOW_sample.txt", end=END)
    by_hand = fitted("bg", read.histories.scaled(7))
    spending, _found = GammaGamma.fitted(read.histories.repeats, 100 * read.mean)
    [row] = asked.rows("model")

    assert (row["model"], row["is_enough"], row["is_converged"]) == ("bg", True, True)
    assert (row["customers"], row["repeating"]) == (2357, int((read.histories.repeats > 0).sum()))
    assert row["log_likelihood"] == pytest.approx(by_hand.found.log_likelihood, abs=0.01)
    alive = by_hand.model.alive(read.histories.scaled(7))
    orders = by_hand.model.orders(read.histories.scaled(7), within=365)
    money = orders * spending.value(read.histories.repeats, 100 * read.mean)
    bands = asked.rows("bands")
    assert [band["customers"] for band in bands] == np.histogram(alive, np.linspace(0, 1, 11))[0].tolist()
    assert sum(band["orders_365"] for band in bands) == pytest.approx(orders.sum(), rel=1e-4)
    assert sum(band["spent_365"] for band in bands) == pytest.approx(money.sum(), rel=1e-3)


@pytest.mark.real_data
def test_the_days_held_back_are_those_of_the_paper(asked, real_data):
    """273 days before the end of June 1998 is the end of September 1997, where the paper parts them."""
    read = cdnow_read(real_data / "cdnow" / "CDNOW_sample.txt", end=date(1997, 9, 30))
    [row] = asked.rows("model")
    # A third of the 545 days at most.
    assert row["held_back"] == 181
    assert read.later.sum() > row["came"] > 0
    came = [each for each in asked.rows("calibration") if each["which"] == "came"]
    assert sum(each["orders"] for each in came) == row["came"]
    assert row["foretold"] == pytest.approx(row["came"], rel=0.15)


@pytest.mark.real_data
def test_the_best_below_the_limit_are_shown_most_at_stake_first(asked):
    rows = asked.rows()
    stakes = [row["at_stake"] for row in rows]
    assert stakes == sorted(stakes, reverse=True)
    assert all(row["alive"] < 0.5 for row in rows)
    [model] = asked.rows("model")
    assert (model["at_risk"], model["at_stake"]) == (len(rows), pytest.approx(sum(stakes)))
    assert asked.finding.startswith(f"{len(rows)} of the best customers are probably slipping away")
    for row in rows[:20]:
        assert 0 <= row["orders_90"] <= row["orders_365"]
        # What is lost and what is foretold together are a customer's worth who surely is one.
        assert row["alive"] * (row["at_stake"] + row["spent_365"]) == pytest.approx(row["spent_365"], rel=1e-6)


def test_below_a_hundred_repeat_customers_nothing_is_foretold_and_it_says_so():
    came_back = [sold(f"2026-0{month}-10", customer=n) for n in range(1, 100) for month in (3, 6)]
    once = [sold("2026-05-05", customer=n) for n in range(100, 300)]
    asked = Shop([*came_back, *once]).ask("churn", today="2026-11-21")

    assert {part: asked.rows(part) for part in ("query", "bands", "calibration")} == {
        "query": [], "bands": [], "calibration": [],
    }  # fmt: skip
    assert asked.finding == "99 customers came back so far; at least 100 are needed to foretell who will."
    [model] = asked.rows("model")
    assert (model["is_enough"], model["customers"], model["repeating"]) == (False, 299, 99)
    assert model["parameters"] is None


def test_a_hundred_are_enough_and_without_money_nothing_is_at_stake():
    sales = [
        sold((TODAY - timedelta(days=30 * k + n % 17)).isoformat(), customer=n, net=0)
        for n in range(100)
        for k in range(1, 3 + n % 4)
    ]  # fmt: skip
    asked = Shop(sales).ask("churn", today=TODAY.isoformat(), model="mbg")
    [model] = asked.rows("model")
    assert (model["is_enough"], model["spending"], model["at_stake"]) == (True, "", 0.0)
    assert asked.finding.startswith("None of the best customers is probably slipping away.")


def test_a_shop_without_known_customers_is_told_so():
    for sales in ([], [sold("2026-11-20")]):
        asked = Shop(sales).ask("churn")
        assert asked.finding == "No order of a known customer."
        assert asked.rows("model") == []


def test_unknown_histories_weigh_nothing():
    empty = Histories(*(np.zeros(0),) * 4)
    assert len(empty.grouped()) == 0
