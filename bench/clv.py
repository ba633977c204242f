"""How fast customers are foretold: `python -m bench.clv`.

Fits BG/NBD to the orders of CDNOW's 23,570 customers (in ../shared/data) and scores a million made customers: the
chance that they still are, orders and money of the next 90 and 365 days. Beside it the package lifetimes does the same
in the same run, in an environment of its own that is thrown away; without it (no registry in reach) the ratio is left
out, with the reason. Exits with 1 when the fit takes more than 1 s, the scores more than 2 s, or lifetimes less than 20
times as long to fit.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np

from regulars.reports.prediction.fitting import MODELS, Fitted, fitted
from regulars.reports.prediction.gammagamma import GammaGamma
from regulars.reports.prediction.histories import Histories, histories

FIT_SECONDS, SCORE_SECONDS, RATIO = 1.0, 2.0, 20.0
END = date(1998, 6, 30)
FILE = Path(__file__).parents[2] / "shared" / "data" / "cdnow" / "CDNOW_master.txt"
# lifetimes scores one in so many: all of them would take it minutes.
OF_MANY = 10

THEIRS = """
import json, sys, time, warnings
warnings.filterwarnings("ignore")
import numpy as np, pandas as pd
from lifetimes import BetaGeoFitter
told, scored = np.load(sys.argv[1]), np.load(sys.argv[2])
def best(work, times):
    taken = []
    for _ in range(times):
        begun = time.perf_counter(); work(); taken.append(time.perf_counter() - begun)
    return min(taken)
model = BetaGeoFitter()
fit = best(lambda: model.fit(*told), 2)
x, last, age = scored
score = best(lambda: [model.conditional_probability_alive(x, last, age), *[
    model.conditional_expected_number_of_purchases_up_to_time(within, x, last, age) for within in (90, 365)]], 1)
parameters = [float(model.params_[each]) for each in ("r", "alpha", "a", "b")]
print(json.dumps({"fit": fit, "score": score, "parameters": parameters}))
"""
T = TypeVar("T")


class Theirs(NamedTuple):
    """Seconds, and r, alpha, a and b."""

    fit: float
    score: float
    parameters: tuple[float, ...]


def told(file: Path) -> tuple[Histories, np.ndarray]:
    """The histories in days, and the mean worth of the days each came back on, in cents."""
    days: dict[str, dict[date, int]] = defaultdict(lambda: defaultdict(int))
    for line in file.read_text("ascii").splitlines():
        words = line.split()
        if words and words[0].isdigit():
            day = words[1]
            days[words[0]][date(int(day[:4]), int(day[4:6]), int(day[6:]))] += round(100 * float(words[3]))
    each = [sorted(ordered) for ordered in days.values()]
    mean = [
        sum(ordered[day] for day in known[1:]) / max(len(known) - 1, 1)
        for ordered, known in zip(days.values(), each, strict=True)
    ]
    return (
        histories(
            [len(known) - 1 for known in each],
            [(known[-1] - known[0]).days for known in each],
            [(END - known[0]).days for known in each],
        ),
        np.array(mean),
    )


def many(count: int, *, seed: int) -> tuple[Histories, np.ndarray]:
    """Customers of three years: half came once, the others up to some dozens of times."""
    rng = np.random.default_rng(seed)
    age = rng.integers(1, 1100, count)
    repeats = np.minimum(rng.geometric(0.35, count) - 1 + rng.poisson(0.1, count) * rng.integers(0, 60, count), age)
    last = np.where(repeats > 0, np.minimum(np.ceil(age * rng.beta(1.5, 1.0, count)), age), 0)
    return histories(repeats, last, age), rng.gamma(2.0, 1500.0, count)


def timed(work: Callable[[], T], *, times: int = 3) -> tuple[float, T]:
    """The least of so many times, in seconds, and the answer."""
    taken = []
    for _time in range(times):
        begun = time.perf_counter()
        answer = work()
        taken.append(time.perf_counter() - begun)
    return min(taken), answer


def scored(fit: Fitted, spending: GammaGamma, customers: Histories, mean: np.ndarray) -> float:
    """All that the question and the nightly scores need of each; their sum, so that nothing is left undone."""
    alive = fit.model.alive(customers)
    value = spending.value(customers.repeats, mean)
    orders = [
        alive * fit.model.orders_if_alive(customers.repeats, customers.age, within=within) for within in (90.0, 365.0)
    ]
    return float(sum((each * value).sum() for each in orders))


def theirs(known: Histories, customers: Histories) -> Theirs | str:
    """What lifetimes takes for the same; or why it could not be asked."""
    with tempfile.TemporaryDirectory() as folder:
        here, uv = Path(folder), Path(sys.executable).with_name("uv")
        python = here / "env" / "bin" / "python"
        for command in (
            [uv, "venv", "--quiet", "--python", sys.executable, here / "env"],
            [uv, "pip", "install", "--quiet", "--python", python, "lifetimes==0.11.3"],
        ):
            try:
                made = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)  # noqa: S603
            except (OSError, subprocess.TimeoutExpired) as error:
                return str(error)
            if made.returncode:
                return (made.stderr.strip().splitlines() or ["it could not be installed"])[-1]
        for name, each in (("told", known), ("scored", customers)):
            np.save(here / f"{name}.npy", np.array([each.repeats, each.last, each.age]))
        asked = subprocess.run(  # noqa: S603
            [python, "-c", THEIRS, here / "told.npy", here / "scored.npy"],
            capture_output=True, text=True, check=False, timeout=1800,
        )  # fmt: skip
        if asked.returncode:
            return (asked.stderr.strip().splitlines() or ["it failed"])[-1]
        answer = json.loads(asked.stdout.splitlines()[-1])
        return Theirs(answer["fit"], answer["score"], tuple(answer["parameters"]))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--alone", action="store_true", help="Do not compare with lifetimes.")
    asked = parser.parse_args()
    if not FILE.is_file():
        print(f"skipped: there is no {FILE.name} in ../shared/data/cdnow")
        return 0
    known, mean = told(FILE)
    fits = {}
    for name in MODELS:
        taken, fits[name] = timed(lambda name=name: fitted(name, known), times=5)  # type: ignore[misc]
        found = fits[name].found
        print(
            f"fit of {name:<7} {taken:6.2f} s   log-likelihood {found.log_likelihood:12.2f}   "
            f"{found.evaluations} evaluations"
        )
        if name == "bg":
            fit_taken = taken
    spend_taken, (spending, _found) = timed(lambda: GammaGamma.fitted(known.repeats, mean))
    print(f"fit of spending  {spend_taken:6.2f} s")
    customers, means = many(asked.customers, seed=1)
    score_taken, _sum = timed(lambda: scored(fits["bg"], spending, customers, means))
    print(f"scores of {asked.customers:,} customers  {score_taken:.2f} s")
    is_fast = fit_taken <= FIT_SECONDS and score_taken <= SCORE_SECONDS
    print(f"limits: fit {FIT_SECONDS:.0f} s, scores {SCORE_SECONDS:.0f} s: {'kept' if is_fast else 'MISSED'}")
    if asked.alone:
        return 0 if is_fast else 1
    some = Histories(*(column[::OF_MANY] for column in (customers.repeats, customers.last, customers.age, means)))
    return 0 if _compared(theirs(known, some), fits["bg"], fit_taken, score_taken / OF_MANY) and is_fast else 1


def _compared(them: Theirs | str, ours: Fitted, fit_taken: float, score_taken: float) -> bool:
    if isinstance(them, str):
        print(f"lifetimes: skipped ({them})")
        return True
    ratio = them.fit / fit_taken
    agree = np.allclose(them.parameters, ours.found.parameters, rtol=0.01)
    print(f"lifetimes fits in {them.fit:.2f} s, {ratio:.0f} times as long; scores {them.score / score_taken:.0f} times")
    print(f"parameters of both agree to a hundredth: {'yes' if agree else 'NO'}")
    print(f"limit: {RATIO:.0f} times: {'kept' if ratio >= RATIO else 'MISSED'}")
    return ratio >= RATIO and agree


if __name__ == "__main__":
    sys.exit(main())
