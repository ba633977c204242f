"""Likelihoods and means against the story they stand for, integrated by hand over who the customer might be."""

from dataclasses import astuple

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import betaln, expit, hyp2f1
from scipy.stats import gamma

from regulars.reports.prediction.betageometric import BgNbd, MbgNbd
from regulars.reports.prediction.fitting import MODELS, Model
from regulars.reports.prediction.gammagamma import GammaGamma
from regulars.reports.prediction.histories import Histories, histories
from regulars.reports.prediction.paretonbd import ParetoNbd

HISTORIES = [(0, 0.0, 30.0), (1, 2.0, 30.0), (4, 29.0, 30.0), (3, 6.0, 6.0)]


# Rates and chances over which stories are added up: steps of equal logarithms (of the odds), whose sums are as good as
# integrals where both ends vanish.
STEP = 0.1
RATE = np.exp(np.arange(-110, 6, STEP))[:, None]
ODDS = np.arange(-45, 30, STEP)[None, :]
CHANCE, STAY = expit(ODDS), expit(-ODDS)


def bg_story(told: tuple[int, float, float]) -> np.ndarray:
    x, last, age = told
    gone = RATE**x * CHANCE * STAY ** (x - 1) * np.exp(-RATE * last) if x else 0.0
    return (RATE * STAY) ** x * np.exp(-RATE * age) + gone


def mbg_story(told: tuple[int, float, float]) -> np.ndarray:
    x, last, age = told
    return RATE**x * STAY**x * (STAY * np.exp(-RATE * age) + CHANCE * np.exp(-RATE * last))


def by_hand(model: Model, told: tuple[int, float, float]) -> float:
    r, alpha, a, b = astuple(model)
    story = mbg_story(told) if isinstance(model, MbgNbd) else bg_story(told)
    chances = np.exp(a * np.log(CHANCE) + b * np.log(STAY) - betaln(a, b)) * STEP
    rates = gamma(r, scale=1 / alpha).pdf(RATE) * RATE * STEP
    return float((story * chances * rates).sum())


@pytest.mark.parametrize("told", HISTORIES)
@pytest.mark.parametrize("kind", [BgNbd, MbgNbd])
def test_the_likelihood_is_the_integral_of_the_story(kind: type[Model], told: tuple[int, float, float]) -> None:
    model = kind(0.243, 4.414, 0.793, 2.426)
    assert model.log_likelihood(histories(*told)) == pytest.approx(np.log(by_hand(model, told)), abs=1e-8)


@pytest.mark.parametrize("told", HISTORIES)
@pytest.mark.parametrize("model", [ParetoNbd(0.55, 10.58, 0.61, 11.67), ParetoNbd(1.4, 3.0, 0.6, 40.0)])
def test_the_likelihood_of_pareto_nbd_is_that_of_its_authors(model: ParetoNbd, told: tuple[int, float, float]) -> None:
    """Fader and Hardie (2005), eq. 16 and 17, with hypergeometric functions."""
    r, alpha, s, b = astuple(model)
    x, last, age = told
    most, least, second = max(alpha, b), min(alpha, b), s + 1 if alpha >= b else r + x
    whole = r + s + x

    def term(at: float) -> float:
        return hyp2f1(whole, second, whole + 1, (most - least) / (most + at)) / (most + at) ** whole

    rising = np.prod([r + k for k in range(x)])
    alive = 1 / ((alpha + age) ** (r + x) * (b + age) ** s)
    likelihood = rising * alpha**r * b**s * (alive + s / whole * (term(last) - term(age)))

    assert model.log_likelihood(histories(*told)) == pytest.approx(np.log(likelihood), abs=1e-9)
    chance = rising * alpha**r * b**s * alive / likelihood
    assert model.alive(histories(*told))[0] == pytest.approx(chance, abs=1e-9)


@pytest.mark.parametrize("told", HISTORIES)
def test_the_likelihood_of_pareto_nbd_is_the_integral_of_the_story(told: tuple[int, float, float]) -> None:
    x, last, age = told
    model, leaving = ParetoNbd(0.553, 10.578, 0.606, 11.669), RATE.reshape(1, -1)
    both = RATE + leaving
    story = RATE**x / both * (leaving * np.exp(-both * last) + RATE * np.exp(-both * age))
    rates = gamma(model.r, scale=1 / model.alpha).pdf(RATE) * RATE * STEP
    leavings = gamma(model.s, scale=1 / model.beta).pdf(leaving) * leaving * STEP
    whole = float((story * rates * leavings).sum())
    assert model.log_likelihood(histories(*told)) == pytest.approx(np.log(whole), abs=1e-8)


@pytest.mark.parametrize("name", MODELS)
def test_slopes_are_those_of_the_likelihood(name: str) -> None:
    told = Histories(*(np.array(column, dtype=float) for column in (
        [0, 1, 4, 3, 0, 40], [0, 2, 29, 6, 0, 300], [30, 30, 30, 6, 0, 310], [5, 1, 2, 1, 3, 1],
    )))  # fmt: skip
    parameters = np.array([0.7, 5.0, 0.9, 2.5])
    value, slopes = MODELS[name](*parameters).slopes(told)

    for place in range(4):
        step = np.zeros(4)
        step[place] = 1e-5 * parameters[place]
        up, down = (MODELS[name](*(parameters + way * step)).log_likelihood(told) for way in (1, -1))
        assert slopes[place] == pytest.approx((up - down) / (2 * step[place]), rel=1e-5, abs=1e-6)
    assert value == MODELS[name](*parameters).log_likelihood(told)


@pytest.mark.parametrize("kind", [BgNbd, MbgNbd])
@pytest.mark.parametrize("parameters", [(0.7, 5.0, 0.9, 2.5), (0.2, 0.5, 3.0, 0.4), (3.0, 40.0, 0.05, 9.0)])
def test_bends_are_those_of_the_slopes(kind: type[BgNbd] | type[MbgNbd], parameters: tuple[float, ...]) -> None:
    told = Histories(*(np.array(column, dtype=float) for column in (
        [0, 1, 4, 3, 0, 40], [0, 2, 29, 6, 0, 300], [30, 30, 30, 6, 0, 310], [5, 1, 2, 1, 3, 1],
    )))  # fmt: skip
    bends = kind(*parameters).bends(told)

    for place in range(4):
        step = np.zeros(4)
        step[place] = 1e-5 * parameters[place]
        up, down = (kind(*(np.array(parameters) + way * step)).slopes(told)[1] for way in (1, -1))
        assert bends[place] == pytest.approx((up - down) / (2 * step[place]), rel=1e-6, abs=1e-6)
    assert (bends == bends.T).all()


def test_slopes_of_gamma_gamma_are_those_of_its_likelihood() -> None:
    orders, mean, parameters = np.array([1.0, 3.0, 50.0]), np.array([20.0, 3.5, 800.0]), np.array([2.0, 3.0, 15.0])
    _value, slopes = GammaGamma(*parameters).slopes(orders, mean)

    for place in range(3):
        step = np.zeros(3)
        step[place] = 1e-5 * parameters[place]
        up, down = (GammaGamma(*(parameters + way * step)).log_likelihood(orders, mean) for way in (1, -1))
        assert slopes[place] == pytest.approx((up - down) / (2 * step[place]), rel=1e-5)


def test_gamma_gamma_is_the_integral_of_its_story() -> None:
    p, q, v, x, z = 6.25, 3.74, 15.44, 2, 30.0
    rates = gamma(q, scale=1 / v)
    whole = quad(lambda rate: gamma(p * x, scale=1 / (rate * x)).pdf(z) * rates.pdf(rate), 0, 5, epsabs=0)[0]
    assert GammaGamma(p, q, v).log_likelihood([x], [z]) == pytest.approx(np.log(whole), abs=1e-7)
    # What an order is worth is the mean of p / rate over what is known of the rate.
    known = gamma(q + p * x, scale=1 / (v + x * z))
    mean = quad(lambda rate: p / rate * known.pdf(rate), 0, 5, epsabs=0)[0]
    assert GammaGamma(p, q, v).value([x], [z])[0] == pytest.approx(mean, rel=1e-7)


@pytest.mark.parametrize(("x", "last", "age"), [(0, 0.0, 38.86), (2, 30.43, 38.86), (26, 30.86, 31.0), (1, 1.0, 38.0)])
@pytest.mark.parametrize("within", [1.0, 39.0, 400.0])
def test_expected_orders_are_those_of_the_paper(x: int, last: float, age: float, within: float) -> None:
    """Fader, Hardie, Lee (2005), eq. 10, where its hypergeometric function can be had."""
    r, alpha, a, b = 0.243, 4.414, 0.793, 2.426
    z = within / (alpha + age + within)
    grown = ((alpha + age) / (alpha + age + within)) ** (r + x) * hyp2f1(r + x, b + x, a + b + x - 1, z)
    gone = a / (b + x - 1) * ((alpha + age) / (alpha + last)) ** (r + x) if x else 0.0
    expected = (a + b + x - 1) / (a - 1) * (1 - grown) / (1 + gone)

    found = BgNbd(r, alpha, a, b).orders(histories(x, last, age), within=within)[0]
    assert found == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("kind", [BgNbd, MbgNbd, ParetoNbd])
def test_expected_orders_of_a_newcomer_are_those_of_the_story(kind: type[Model]) -> None:
    """Ever more with time, ever fewer in each week; at first as many as the mean rate."""
    first = np.zeros(1)
    model = kind(0.6, 5.0, 1.0, 2.5)  # a = 1 and s = 1 are poles of the printed formulas
    times = np.linspace(0, 60, 25)
    grown = np.array([float(model.orders_if_alive(first, first, within=time)[0]) for time in times[1:]])

    assert (np.diff(grown) > 0).all()
    assert (np.diff(grown, 2) < 1e-12).all()
    assert model.orders_of_new(within=1e-6) / 1e-6 == pytest.approx(
        0.6 / 5.0 * (2.5 / 3.5 if kind is MbgNbd else 1.0), rel=1e-5
    )
