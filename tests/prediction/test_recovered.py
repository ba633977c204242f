"""Shops made by the story itself: the parameters come back, and so do chances and orders."""

import numpy as np
import pytest

from regulars.reports.prediction.calibrating import compared
from regulars.reports.prediction.fitting import fitted, likeliest
from regulars.reports.prediction.gammagamma import GammaGamma
from regulars.reports.prediction.histories import Histories, histories

END, MORE = 52.0, 26.0
CUSTOMERS = 6_000


class Made:
    """Customers who order until they are gone: what is known at the end, who is still there, what they order after."""

    def __init__(self, name: str, parameters: tuple[float, float, float, float], seed: int) -> None:
        rng = np.random.default_rng(seed)
        r, alpha, second, third = parameters
        rates = rng.gamma(r, 1 / alpha, CUSTOMERS)
        ages = END - rng.uniform(0, 20, CUSTOMERS)
        repeats, last, self.alive, self.later = (np.zeros(CUSTOMERS) for _column in range(4))
        for place in range(CUSTOMERS):
            age, time, order = ages[place], 0.0, 0
            gone_at, chance = np.inf, 0.0
            if name == "pareto":
                gone_at = rng.exponential(1 / rng.gamma(second, 1 / third))
            else:
                chance = rng.beta(second, third)
                if name == "mbg" and rng.random() < chance:
                    gone_at = 0.0
            while True:
                time += rng.exponential(1 / rates[place]) if rates[place] > 0 else np.inf
                if time > min(gone_at, age + MORE):
                    break
                order += 1
                if time <= age:
                    repeats[place], last[place] = order, time
                else:
                    self.later[place] += 1
                if name != "pareto" and rng.random() < chance:
                    gone_at = time
            self.alive[place] = gone_at > age
        self.histories: Histories = histories(repeats, last, ages)


@pytest.mark.parametrize(
    ("name", "parameters"),
    [("bg", (0.6, 6.0, 0.8, 2.5)), ("mbg", (0.8, 5.0, 0.7, 2.0)), ("pareto", (0.8, 6.0, 0.7, 15.0))],
)
def test_what_was_made_is_found_again(name: str, parameters: tuple[float, float, float, float]) -> None:
    made = Made(name, parameters, seed=11)
    fit = fitted(name, made.histories)

    assert fit.found.is_converged
    true = type(fit.model)(*parameters)
    assert fit.found.log_likelihood > true.log_likelihood(made.histories)
    # Four parameters cost a likelihood of about 4 in the mean, here a greatest of some dozens would be no accident.
    assert fit.found.log_likelihood - true.log_likelihood(made.histories) < 12
    np.testing.assert_allclose(fit.found.parameters[:2], parameters[:2], rtol=0.2)
    alive = fit.model.alive(made.histories)
    for low in np.arange(0, 1, 0.25):
        of_band = (alive >= low) & (alive < low + 0.25 + (low == 0.75))
        if of_band.sum() > 300:
            assert made.alive[of_band].mean() == pytest.approx(alive[of_band].mean(), abs=0.06)
    rows = compared(fit.model, made.histories, made.later, within=MORE)
    assert sum(each.predicted for each in rows) == pytest.approx(made.later.sum(), rel=0.06)
    assert [each.repeats for each in rows] == list(range(8))
    assert sum(each.customers for each in rows) == CUSTOMERS


def test_the_likeliest_model_is_the_one_it_was_made_by() -> None:
    assert likeliest(Made("mbg", (0.8, 5.0, 0.7, 2.0), seed=5).histories, ("bg", "mbg")).name == "mbg"


def test_what_orders_are_worth_is_found_again() -> None:
    rng = np.random.default_rng(2)
    p, q, v = 5.0, 4.0, 30.0
    rates = rng.gamma(q, 1 / v, CUSTOMERS)
    orders = rng.integers(1, 8, CUSTOMERS)
    mean = rng.gamma(p * orders, 1 / (rates * orders))
    model, found = GammaGamma.fitted(orders, mean)

    assert found.is_converged
    np.testing.assert_allclose(found.parameters, (p, q, v), rtol=0.2)
    assert model.value(orders, mean).mean() == pytest.approx((p / rates).mean(), rel=0.02)
