"""Each business day, what is foretold of every customer becomes that of the day."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from regulars.access.rules import Actor
from regulars.balances.holding import customers_hold
from regulars.customers.following import customers_touched
from regulars.customers.models import Customer
from regulars.lake.engines.engine import Statement
from regulars.lake.reading import lake_here
from regulars.reports import questions
from regulars.reports.folders import question_read
from regulars.reports.models import Score, ScoreDay
from regulars.reports.narrowing import Narrowing, narrowed
from regulars.sales.selectors import business_today
from regulars.segments.selectors import rule_count
from regulars.storage.writing import together, writing

_FIELDS = (
    "recency_score", "frequency_score", "monetary_score", "rfm", "churn_risk_milli", "predicted_orders_milli",
    "predicted_spent",
)  # fmt: skip
# So many customers are compared together.
_LOOKED_AT_ONCE = 20_000
# A till that waits for the pass waits for one of its transactions: as many customers are written in one as take about
# so many seconds on this machine at this moment.
_HELD_FOR = 0.025
_FIRST_WRITTEN, _MOST_WRITTEN = 20, 1_000
# Between two of them so many seconds pass: who waits for SQLite looks again each thousandth of one.
_STAND_BACK = 0.005
# Of how many days back the model is tried by the question; the scores do not ask.
_HELD_BACK = 180
_YEAR = 365


# Whom the question churn, as it is asked at first, counts among the best customers who are slipping away.
SLIPPING = "churn_risk > 0.5 and monetary_score = 5"


class Slipping(NamedTuple):
    """How many of the best customers are probably slipping away, and of which day's scores."""

    customers: int
    day: date


class Scored(NamedTuple):
    """What is concluded about a customer, in the order of the columns; None: not foretold."""

    recency_score: int
    frequency_score: int
    monetary_score: int
    rfm: str
    churn_risk_milli: int | None
    predicted_orders_milli: int | None
    predicted_spent: int | None


def customers_slipping(*, at: datetime, visible_to: Actor) -> Slipping | None:
    """What the question churn told when the scores were made; None where nothing is scored.

    To be asked for whoever sees the reports of all stores: scores know of no others. Raises Forbidden.
    """
    scored = ScoreDay.objects.first()
    return None if scored is None else Slipping(rule_count(SLIPPING, at=at, visible_to=visible_to), scored.day)


def scores_refresh(*, at: datetime, clock: Callable[[], float] = time.monotonic) -> int:
    """Scores are those of the business day it is; those of how many customers became others. Again, it does nothing.

    Whoever's score became another is followed in the same transaction, some at a time: tills may sell meanwhile.
    """
    today = business_today(at=at)
    if ScoreDay.objects.filter(day__gte=today).exists():
        return 0
    found = scores_now(today, at=at)
    changed = sum(_written(chunk, today, at, clock) for chunk in _chunks(found))
    with writing():
        ScoreDay.objects.update_or_create(id=1, defaults={"day": today})
    return changed


def scores_now(today: date, *, at: datetime) -> Mapping[int, Scored]:
    """What is concluded, from all orders up to today, about each customer who ever ordered. Reads the lake."""
    question = question_read(Path(questions.__file__).parent / "churn")
    bound = {"today": today, "today_number": (today - date(1970, 1, 1)).days, "held_back": _HELD_BACK}
    asked = narrowed(question.asked["query"], Narrowing(until=today), bound)
    table = lake_here().reading(at=at).ask(Statement(asked.sql, asked.bound, {}))
    return dict(_concluded(table)) if len(table) else {}


def _concluded(table: Any) -> Iterator[tuple[int, Scored]]:
    # Loaded here: a fifth of a second that no command waits for which scores nobody.
    from regulars.reports.prediction.foretelling import foretold  # noqa: PLC0415
    from regulars.reports.rfm import group_of, risk_milli, scores  # noqa: PLC0415

    told = {name: table[name].to_numpy() for name in table.column_names if name != "last_order"}
    recency, frequency, monetary = (
        scores(values).tolist() for values in (told["last"] - told["age"], told["orders"], told["spent"])
    )
    groups = map(group_of, recency, frequency, monetary)
    said = foretold(told, model="best", within=(_YEAR,))
    nothing: list[int | None] = [None] * len(table)
    risks, orders, spent = (nothing, nothing, nothing) if said is None else (
        risk_milli(said.alive).tolist(),
        (1000 * said.orders(_YEAR)).round().astype(int).tolist(),
        said.spent(_YEAR).round().astype(int).tolist(),
    )  # fmt: skip
    scored = map(Scored, recency, frequency, monetary, groups, risks, orders, spent)
    return zip(told["customer"].tolist(), scored, strict=True)


class _Chunk(NamedTuple):
    """Scores of the customers whose ids are above `after` and, but for the last chunk, not above `until`."""

    after: int
    until: int | None
    scores: Mapping[int, Scored]


def _chunks(found: Mapping[int, Scored]) -> Iterator[_Chunk]:
    ids, after = sorted(found), 0
    for start in range(0, max(len(ids), 1), _LOOKED_AT_ONCE):
        some = ids[start : start + _LOOKED_AT_ONCE]
        until = some[-1] if start + _LOOKED_AT_ONCE < len(ids) else None
        yield _Chunk(after, until, {customer: found[customer] for customer in some})
        after = until or after


def _written(chunk: _Chunk, today: date, at: datetime, clock: Callable[[], float]) -> int:
    """The scores of these customers are stored, and no others of theirs; how many became others."""
    stored = Score.objects.filter(customer_id__gt=chunk.after).order_by("customer_id")
    if chunk.until is not None:
        stored = stored.filter(customer_id__lte=chunk.until)
    before = {row[0]: Scored(*row[1:]) for row in stored.values_list("customer_id", *_FIELDS)}
    others = [each for each, score in chunk.scores.items() if before.get(each) != score]
    gone = [each for each in before if each not in chunk.scores]
    rest, size = sorted([*others, *gone]), _FIRST_WRITTEN
    while rest:
        some, rest = rest[:size], rest[size:]
        seconds = together(lambda some=some: _write(some, chunk.scores, today, at, clock))  # type: ignore[misc]
        fitting = int(len(some) * _HELD_FOR / seconds) if seconds > 0 else _MOST_WRITTEN
        # One quick transaction says little about the next.
        size = max(1, min(fitting, 2 * size, _MOST_WRITTEN))
        time.sleep(_STAND_BACK)
    return len(others) + len(gone)


def _write(
    some: Sequence[int], scores: Mapping[int, Scored], today: date, at: datetime, clock: Callable[[], float]
) -> float:
    """These customers have these scores and are followed; how many seconds that took. Inside `writing()`."""
    begun = clock()
    customers_hold(some)
    # Somebody may have been erased or merged since.
    there = set(Customer.objects.filter(id__among=list(some)).order_by().values_list("id", flat=True))
    Score.objects.filter(customer_id__among=list(some)).delete()
    Score.objects.bulk_create(
        Score(customer_id=each, day=today, **scores[each]._asdict()) for each in some if each in there & scores.keys()
    )
    customers_touched(sorted(there), reason="date", at=at)
    return clock() - begun
