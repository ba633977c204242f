"""What a rule comes to, while it is being typed: how many, worth what, who for example."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime

from regulars.access.rights import Reach
from regulars.access.rules import Actor
from regulars.customers.reach import customers_reachable
from regulars.customers.selectors import customers_count_all
from regulars.lake.copying import NoCopyError
from regulars.lake.engines.engine import Engine
from regulars.segments.asking import Summed, Sums, rules_summed
from regulars.segments.copying import MOST_ASKED_OF_DATABASE, copy_counted, copy_here, copy_make, copy_summed
from regulars.segments.errors import NotInCopy
from regulars.segments.language.sql.rows import NotInCopyError
from regulars.segments.language.strictness import strict
from regulars.segments.language.tree import All, Last, Not, Term, Unit
from regulars.segments.selectors import rule_asked, rule_count

_WORTH = Term("spent", window=Last(12, Unit.MONTHS))


@dataclass(frozen=True, slots=True)
class Preview:
    """How many customers a rule holds for, of how many; what they spent in the last 12 months, in minor units.

    `by_unknown`: how many come in only because something is not known of them. `sample`: some of them, by number.
    `told_at`: the moment the figures are of: now, or when the columnar copy was made.
    """

    count: int
    base: int
    value: int
    by_unknown: int
    sample: tuple[int, ...]
    told_at: datetime


def rule_preview(text: str, *, at: datetime, visible_to: Actor) -> Preview:
    """What the rule comes to, of the customers within reach.

    Raises Forbidden, RuleWrong, SegmentCircle, SegmentTooLarge. At most a dozen queries.
    """
    asked = rule_asked(text, at=at, visible_to=visible_to)
    rules = (asked.resolved, All((asked.resolved, Not(strict(asked.resolved)))))
    summed = Summed(rules, (_WORTH,), today=asked.today, terms=asked.live.terms)
    if visible_to.reach("segments.see") is not Reach.ALL:
        return _of(rules_summed(summed, of=customers_reachable(right="segments.see", actor=visible_to)), at)
    if customers_count_all() > MOST_ASKED_OF_DATABASE:
        with suppress(NoCopyError, NotInCopyError):
            return _of(copy_summed(summed), copy_here().made().at)
    return _of(rules_summed(summed), at)


def rule_count_copied(
    text: str, *, as_of: date | None = None, at: datetime, visible_to: Actor, engine: Engine | None = None
) -> int:
    """As `rule_count`, by a columnar copy made for it: slow to make, quick to ask.

    `engine`: who reads the copy, if not DuckDB.
    Raises Forbidden, RuleWrong, SegmentCircle, SegmentTooLarge; NotInCopy; what reaching the engine raises.
    """
    asked = rule_asked(text, at=at, visible_to=visible_to)
    if visible_to.reach("segments.see") is not Reach.ALL:
        return rule_count(text, as_of=as_of, at=at, visible_to=visible_to)
    copy_make(at=at)
    today, terms = as_of or asked.today, asked.live.terms
    try:
        return copy_counted(asked.resolved, today=today, terms=terms, as_of=as_of is not None, engine=engine)
    except NotInCopyError:
        raise NotInCopy from None


def _of(sums: Sums, told_at: datetime) -> Preview:
    count, by_unknown = sums.counts
    [value] = sums.sums
    return Preview(count, sums.base, value, by_unknown, tuple(sums.first), told_at)
