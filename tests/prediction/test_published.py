"""The figures that the papers print for the CDNOW sample, calibrated on its first 39 weeks."""

from dataclasses import astuple
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from regulars.reports.prediction.calibrating import compared
from regulars.reports.prediction.fitting import fitted, likeliest, repeating
from regulars.reports.prediction.gammagamma import GammaGamma
from regulars.reports.prediction.histories import histories
from tests.prediction.cdnow import Read, cdnow_read

pytestmark = pytest.mark.real_data


@pytest.fixture(scope="module")
def sample(real_data: Path) -> Read:
    return cdnow_read(real_data / "cdnow" / "CDNOW_sample.txt", end=date(1997, 9, 30))


def test_bg_nbd_is_that_of_fader_hardie_and_lee(sample: Read) -> None:
    found = fitted("bg", sample.histories)

    assert [round(each, 3) for each in astuple(found.model)] == [0.243, 4.414, 0.793, 2.426]
    assert round(found.found.log_likelihood, 1) == -9582.4
    assert found.found.is_converged
    assert (found.found.starts, found.found.agreeing) == (3, 3)
    assert round(float(found.model.orders(histories(2, 30.43, 38.86), within=39)[0]), 3) == 1.226


def test_pareto_nbd_is_that_of_fader_and_hardie(sample: Read) -> None:
    found = fitted("pareto", sample.histories)

    assert [round(each, 3) for each in astuple(found.model)] == [0.553, 10.578, 0.606, 11.669]
    assert round(found.found.log_likelihood, 1) == -9595.0
    assert found.found.is_converged


def test_mbg_nbd_is_a_little_likelier_than_bg_nbd(sample: Read) -> None:
    found = fitted("mbg", sample.histories)

    # As the package BTYDplus prints it for the same histories.
    assert [round(each, 3) for each in astuple(found.model)] == [0.525, 6.183, 0.891, 1.614]
    assert round(found.found.log_likelihood, 2) == -9582.14
    assert likeliest(sample.histories).name == "mbg"


def test_gamma_gamma_is_that_of_fader_and_hardie(sample: Read) -> None:
    model, found = GammaGamma.fitted(sample.histories.repeats, sample.mean)

    assert repeating(sample.histories) == 946
    assert [round(each, 2) for each in astuple(model)] == [6.25, 3.74, 15.44]
    assert round(found.log_likelihood, 2) == -4055.92
    assert found.is_converged


def test_parameters_hang_on_no_unit_of_time(sample: Read) -> None:
    in_weeks, in_days = (fitted("bg", sample.histories.scaled(factor)) for factor in (1, 7))

    (r, alpha, a, b), (r7, alpha7, a7, b7) = astuple(in_weeks.model), astuple(in_days.model)
    np.testing.assert_allclose([r7, alpha7, a7, b7], [r, 7 * alpha, a, b], rtol=1e-6)
    repeats = float(sample.histories.repeats.sum())
    assert in_days.found.log_likelihood == pytest.approx(in_weeks.found.log_likelihood - repeats * np.log(7), abs=1e-6)


def test_the_39_weeks_held_back_came_much_as_foretold(sample: Read) -> None:
    """Fader, Hardie, Lee (2005), figure 4: near the diagonal, with the many repeats grouped."""
    rows = compared(fitted("bg", sample.histories).model, sample.histories, sample.later, within=39)

    assert [(each.repeats, each.customers) for each in rows] == [
        (0, 1411), (1, 439), (2, 214), (3, 100), (4, 62), (5, 38), (6, 29), (7, 64),
    ]  # fmt: skip
    assert sum(each.actual for each in rows) == sample.later.sum() == 1882
    assert sum(each.predicted for each in rows) / 1882 == pytest.approx(0.8785, abs=0.0001)
