"""Asking the columnar copy about everybody, and making it from the database."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.db import connection

from regulars.core.attributes import Relation, relations
from regulars.customers.selectors import customers_count_all
from regulars.lake.copying import Copy, NoCopyError
from regulars.lake.engines.engine import Engine, Statement
from regulars.segments.asking import Summed, Sums, sums_of
from regulars.segments.language.sql.dialects import Dialect
from regulars.segments.language.sql.plan import Plan, plan_of
from regulars.segments.language.sql.rows import own_name
from regulars.segments.language.terms import Terms
from regulars.segments.language.tree import Rule, Term
from regulars.storage.folder import DataFolder
from regulars.storage.reading import one_state

# Of more customers than that the copy answers, where there is one.
MOST_ASKED_OF_DATABASE = 20_000
# A copy is at least that old before it is made anew, and so many times as old as it took to make.
_YOUNGEST, _TIMES_AS_OLD = timedelta(minutes=10), 20
_AT_ONCE = 50_000


@cache
def copy_of(folder: DataFolder) -> Copy:
    """The copy beside the shop's database."""
    return Copy(folder.path / "lake")


def copy_here() -> Copy:
    """The copy of the shop this process works on."""
    return copy_of(settings.DATA_FOLDER)


def copy_make(*, at: datetime) -> None:
    """The copy holds what the database holds at this moment, one state of it."""
    with one_state():
        kept = [each for each in relations().values() if not each.may_name]
        copy_here().write(
            {each.name: (each.columns, _rows(each)) for each in kept},
            merged={
                each.name: {name: own_name(each.name, name) for name in each.columns}
                for each in kept
                if each.is_per_customer
            },
            at=at,
        )


def copy_renew(*, at: datetime) -> bool:
    """Where there are many customers, the copy is made when there is none or it is old; whether it was."""
    if customers_count_all() <= MOST_ASKED_OF_DATABASE:
        return False
    with suppress(NoCopyError):
        made = copy_here().made()
        if at - made.at < max(_YOUNGEST, _TIMES_AS_OLD * timedelta(seconds=made.seconds)):
            return False
    copy_make(at=at)
    return True


def copy_asked(
    rules: Sequence[Rule], *, today: date, terms: Terms, as_of: bool = False, sums: tuple[Term, ...] = ()
) -> tuple[Plan, Mapping[str, object]]:
    """The plan of the rules for the copy and all it binds. Raises NoCopyError, NotInCopyError."""
    plan = plan_of(
        tuple(rules), dialect=Dialect.DUCKDB, terms=terms, is_copy=True, is_some=False, as_of=as_of, sums=sums
    )
    bound: dict[str, object] = dict(plan.bound(today))
    for name, wanted in plan.vocabularies.items():
        texts = copy_here().ask(plan.vocabulary(wanted), {})
        bound[name] = wanted.among([text for (text,) in texts if text])
    return plan, bound


def copy_counted(rule: Rule, *, today: date, terms: Terms, as_of: bool, engine: Engine | None = None) -> int:
    """How many customers the rule holds for by the copy, read by the engine (None: the copy itself).

    Raises NoCopyError, NotInCopyError; what reaching the engine raises.
    """
    plan, bound = copy_asked([rule], today=today, terms=terms, as_of=as_of)
    if engine is None:
        [(count,)] = copy_here().ask(plan.count, bound)
        return int(count)
    # Beside the copy, where whoever works for the engine can read.
    with TemporaryDirectory(prefix="told-", dir=copy_here().folder) as folder:
        table = engine.ask(Statement(plan.count, bound), held=copy_here().told(Path(folder)))
    return int(table.column(0)[0].as_py())


def copy_summed(asked: Summed) -> Sums:
    """What the rules come to, by the copy. Raises NoCopyError, NotInCopyError."""
    plan, bound = copy_asked(asked.rules, today=asked.today, terms=asked.terms, sums=asked.measures)
    return sums_of([copy_here().ask(sql, bound) for sql in (plan.summary, plan.sample)], asked)


def _rows(relation: Relation) -> Iterator[list[tuple[Any, ...]]]:
    """The relation's rows, some at a time."""
    with connection.chunked_cursor() as cursor:
        columns = ", ".join(relation.columns)
        cursor.execute(f"SELECT {columns} FROM ({relation.sql}) AS told")
        while some := cursor.fetchmany(_AT_ONCE):
            yield some
