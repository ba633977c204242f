"""Histories no shop should have, and what holds of every history."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.reports.prediction.betageometric import BgNbd, MbgNbd
from regulars.reports.prediction.fitting import MODELS, Model
from regulars.reports.prediction.gammagamma import GammaGamma
from regulars.reports.prediction.histories import Histories, histories
from regulars.reports.prediction.paretonbd import ParetoNbd

EXTREMES = histories(
    [0, 0, 0, 1, 1, 1, 5_000, 5_000, 5_000, 1, 40_000],
    [0, 0, 0, 1e-9, 1e-9, 1e9, 1e-6, 1e6, 5_000, 30, 365],
    [0, 1e-9, 1e9, 1e-9, 1e9, 1e9, 1e9, 1e6, 1e6, 30, 365],
)
PARAMETERS = [(0.24, 4.4, 0.79, 2.4), (1e-3, 1e-4, 1e-3, 1e-4), (200.0, 1e5, 300.0, 1e4), (0.6, 10.0, 1.0, 12.0)]


@pytest.mark.parametrize("parameters", PARAMETERS)
@pytest.mark.parametrize("name", MODELS)
def test_extreme_histories_have_finite_likelihoods_and_possible_answers(
    name: str, parameters: tuple[float, ...]
) -> None:
    model = MODELS[name](*parameters)
    with np.errstate(all="raise", under="ignore"):
        value, slopes = model.slopes(EXTREMES)
        alive = model.alive(EXTREMES)
        orders = model.orders(EXTREMES, within=365.0)

    assert np.isfinite(value)
    assert np.isfinite(slopes).all()
    assert ((alive >= 0) & (alive <= 1)).all()
    assert (np.isfinite(orders) & (orders >= 0)).all()


@pytest.mark.parametrize("parameters", PARAMETERS)
@pytest.mark.parametrize("kind", [BgNbd, MbgNbd])
def test_extreme_histories_have_finite_bends(
    kind: type[BgNbd] | type[MbgNbd], parameters: tuple[float, float, float, float]
) -> None:
    with np.errstate(all="raise", under="ignore"):
        assert np.isfinite(kind(*parameters).bends(EXTREMES)).all()


def test_a_customer_who_just_ordered_is_there_and_one_who_stayed_away_is_not() -> None:
    for model in (BgNbd(0.24, 4.4, 0.79, 2.4), MbgNbd(0.5, 6.2, 0.9, 1.6), ParetoNbd(0.55, 10.6, 0.6, 11.7)):
        alive = model.alive(histories([5_000, 5_000], [500, 10], [500, 1_000]))
        assert alive[0] > 0.999
        assert alive[1] < 1e-9


def test_without_a_repeat_bg_nbd_never_gives_up_and_mbg_nbd_does() -> None:
    never = histories([0, 0], [0, 0], [1, 1e6])
    assert BgNbd(0.24, 4.4, 0.79, 2.4).alive(never).tolist() == [1.0, 1.0]
    soon, late = MbgNbd(0.5, 6.2, 0.9, 1.6).alive(never)
    assert soon > 0.5
    assert late < 0.01


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        (([1], [3], [2]), "not after the end"),
        (([1], [-1], [2]), "not before the first"),
        (([0], [1], [2]), "without repeats"),
        (([1.5], [1], [2]), "whole numbers"),
        (([1], [1], [np.inf]), "finite"),
        (([1, 2], [1], [2]), "of each customer"),
    ],
)
def test_what_no_history_can_be_is_refused(told: tuple[list[float], ...], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        histories(*told)


def test_alike_histories_are_told_once_with_their_number() -> None:
    told = histories([2, 0, 2, 2, 0], [3, 0, 3, 4, 0], [9, 5, 9, 9, 5])
    groups = told.grouped()

    assert [groups.repeats.tolist(), groups.last.tolist(), groups.age.tolist(), groups.weights.tolist()] == [
        [0, 2, 2], [0, 3, 4], [5, 9, 9], [2, 2, 1],
    ]  # fmt: skip
    assert BgNbd(0.3, 5, 0.8, 2).log_likelihood(groups) == pytest.approx(BgNbd(0.3, 5, 0.8, 2).log_likelihood(told))


positive = st.floats(0.01, 50)
MODEL = st.builds(
    lambda kind, values: kind(*values), st.sampled_from(list(MODELS.values())), st.tuples(*[positive] * 4)
)


@st.composite
def told(draw: st.DrawFn) -> Histories:
    x = draw(st.integers(0, 60))
    age = draw(st.floats(0.1, 500))
    last = draw(st.floats(0.001, 1.0)) * age if x else 0.0
    return histories(x, last, age)


def _later(one: Histories, days: float) -> Histories:
    return histories(one.repeats, one.last, one.age + days)


@settings(max_examples=60, deadline=None)
@given(MODEL, told(), st.floats(0.1, 400))
def test_the_chance_to_be_there_falls_with_idle_time(model: Model, one: Histories, days: float) -> None:
    before, after = model.alive(one)[0], model.alive(_later(one, days))[0]
    assert 0 <= after <= before <= 1


@settings(max_examples=60, deadline=None)
@given(MODEL, told(), st.floats(0.1, 400))
def test_more_time_brings_more_orders_but_fewer_in_each_day(model: Model, one: Histories, days: float) -> None:
    half, whole = (model.orders(one, within=within)[0] for within in (days, 2 * days))
    assert 0 <= half <= whole * (1 + 1e-9)
    assert whole <= 2 * half * (1 + 1e-6)


@settings(max_examples=40, deadline=None)
@given(MODEL, told(), st.floats(0.1, 400))
def test_who_was_idle_is_expected_less(model: Model, one: Histories, days: float) -> None:
    now, then = (model.orders(each, within=90.0)[0] for each in (one, _later(one, days)))
    assert then <= now * (1 + 1e-6)


@given(
    st.tuples(positive, st.floats(1.01, 50), positive), st.integers(0, 500), st.floats(0, 1e6), st.floats(0.1, 100)
)  # fmt: skip
def test_an_order_is_worth_between_ones_own_mean_and_that_of_all(
    parameters: tuple[float, float, float], orders: int, mean: float, more: float
) -> None:
    p, q, v = parameters
    model, everybody = GammaGamma(p, q, v), p * v / (q - 1)
    value = float(model.value([orders], [mean])[0])
    assert min(mean, everybody) * (1 - 1e-9) <= value <= max(mean, everybody) * (1 + 1e-9) or orders == 0
    assert model.value([0], [mean])[0] == pytest.approx(everybody)
    if orders:
        assert float(model.value([orders], [mean + more])[0]) > value


def test_the_same_price_every_time_is_no_accident() -> None:
    """All orders alike: the likelihood grows without end, the answer stays what it must be."""
    model, _found = GammaGamma.fitted([1] * 50 + [3] * 50, [12.5] * 100)
    np.testing.assert_allclose(model.value([1, 3, 0], [12.5, 12.5, 0]), 12.5, rtol=0.01)
