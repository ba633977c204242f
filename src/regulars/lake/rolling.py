"""Rollups as they are this moment: what is kept of them, and what the sales change that are not yet in them.

docs/algorithms/rollups.md. The rows of customers who bought since are added to or taken off by themselves; cells over
customers lose what these customers' rows came to and get what they come to now. What was looked up is kept as long as
the same files are live, so that the next question looks up only who came meanwhile; and what cells were found to be is
kept for some moments, so that the next question counts only who moved meanwhile.
"""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from threading import Lock
from typing import NamedTuple

import duckdb
import pyarrow as pa

from regulars.lake.booked import Booked, Sums
from regulars.lake.engines.engine import Held
from regulars.lake.kept_rows import KeptRows
from regulars.lake.rolled import (
    BY_CUSTOMER,
    FOLLOWED,
    OF_SALES,
    WHOSE,
    Rolled,
    changes,
    files_read,
    followed_under,
    negated,
    only_in,
    put_to,
    summed,
)
from regulars.lake.rollups import NAMED, Kind, Rollup
from regulars.lake.writing import registered

_MEMORY = "1GB"
# What a rollup of opening sales reads of their lines.
_OPENED = "sale, customer, product, kind, quantity, n"
# So many moments are kept of those at which somebody asked what customers did: some reports, each again and again.
_MOMENTS = 3


class _Found(NamedTuple):
    """What was to be added to cells at a moment."""

    moment: int
    change: pa.Table


class Rolling:
    """The rollups of one state of the files, each as the relations at a moment make it."""

    def __init__(self, rolled: Rolled, *, folder: Path) -> None:
        self.rolled = rolled
        self._lock = Lock()
        self._db = duckdb.connect(config={"memory_limit": _MEMORY})
        self._kept = KeptRows(rolled, folder=folder, db=self._db)
        self._sequence: object = None
        self._base: Mapping[str, Held] = {}
        self._moment = 0  # counts the sequences asked for
        self._made: dict[str, str] = {}  # tables of this moment that are there, by what they hold
        self._moments: dict[int, dict[str, str]] = {0: self._made}
        self._found: dict[str, _Found] = {}
        self._held: dict[str, Held] = {}
        self._wholes: dict[str, Held] = {}  # what the tables of small relations were made of
        self._booked = Booked(rolled, db=self._db, paths=self._kept.paths)

    @property
    def names(self) -> frozenset[str]:
        """The rollups that can be asked for."""
        return frozenset(self.rolled.files)

    def held(self, name: str, *, base: Mapping[str, Held], sequence: object) -> Held:
        """The rollup beside `base`, the relations it follows from; they are others where `sequence` is another."""
        with self._lock:
            self._follow(base, sequence)
            if NAMED[name].kind is Kind.BOOKED:
                return self._booked.held(NAMED[name], base[NAMED[name].reads[0]])
            if name not in self._held:
                self._held[name] = self._hold(NAMED[name])
            return self._held[name]

    def touched(self, *, base: Mapping[str, Held], sequence: object) -> pa.Table:
        """Who changed since the files were written, or of whose sales one came or changed: `customer`."""
        with self._lock:
            self._follow(base, sequence)
            return self._told(f"SELECT customer FROM {self._touched()} ORDER BY customer")

    def now(self, name: str, *, base: Mapping[str, Held], sequence: object) -> pa.Table:
        """Of a rollup by customer, the rows of the touched customers as they are."""
        with self._lock:
            self._follow(base, sequence)
            return self._told(f"SELECT * FROM {self._now(NAMED[name])}")

    def change(self, name: str, *, base: Mapping[str, Held], sequence: object) -> pa.Table:
        """Of any other rollup, what is to be added to the files."""
        with self._lock:
            self._follow(base, sequence)
            return self._change(NAMED[name])

    def booked(self, name: str, *, base: Mapping[str, Held]) -> Sums:
        """Of a rollup of rows that come and stay, what it comes to."""
        with self._lock:
            return self._booked.sums(NAMED[name], base[NAMED[name].reads[0]])

    def _follow(self, base: Mapping[str, Held], sequence: object) -> None:
        """What was made of another moment is forgotten, but for what was looked up in the files and what the last few
        moments are compared with."""
        if sequence != self._sequence:
            self._made, self._held = {}, {}
            self._sequence = sequence
            self._moment += 1
            self._moments[self._moment] = self._made
            self._forget()
        self._base = base

    def _forget(self) -> None:
        compared = [moment for moment, made in self._moments.items() if "touched" in made]
        for moment in self._moments.keys() - {self._moment, *compared[-_MOMENTS:]}:
            for table in self._moments.pop(moment).values():
                self._db.execute(f"DROP TABLE {table}")

    def _hold(self, rollup: Rollup) -> Held:
        files = self._kept.files(rollup)
        schema = self._kept.schema(rollup)
        if rollup.kind not in BY_CUSTOMER:
            return Held(rollup.name, schema, self._change(rollup).cast(schema), files=files)
        touched = self._touched()
        redone = self._kept.redone(rollup)
        tail = self._told(
            f"SELECT * FROM ({redone}) AS r WHERE customer NOT IN (SELECT customer FROM {touched})"
            f" UNION ALL BY NAME SELECT * FROM {self._now(rollup)}"
            if redone
            else f"SELECT * FROM {self._now(rollup)}"
        )
        gone = self._told(f"SELECT customer FROM {touched} UNION SELECT customer FROM {self._kept.replaced()}")
        # Where nobody's rows are replaced, no row need be held against theirs.
        whole, touched_files = ((), files) if gone.num_rows else (files, ())
        tail = tail.select(schema.names).cast(schema)
        return Held(rollup.name, schema, tail, whole, touched_files, gone, "customer")

    def _change(self, rollup: Rollup) -> pa.Table:
        if rollup.kind is Kind.SUMMED:
            [read] = rollup.reads
            parts = self._came_and_went(rollup, read)
        else:
            parts = self._cells(rollup)
        change = self._told(changes(rollup, self._kept.names(rollup), parts))
        if rollup.kind is Kind.CELLS:
            self._found[rollup.name] = _Found(self._moment, change)
        return change

    def _cells(self, rollup: Rollup) -> str:
        """What the rows of customers come to now, and what they came to in the files, below zero; where it was found at
        a moment before, that, and the same of those who moved since."""
        found = self._found.get(rollup.name)
        if found is None or found.moment not in self._moments:
            now, then, known = self._tables(rollup, self._now), self._tables(rollup, self._then), ""
        else:
            before = self._moments[found.moment]
            moved = self._moved(rollup, found.moment)
            now = self._tables(rollup, lambda read: self._rows_at(read, self._made, moved))
            then = self._tables(rollup, lambda read: self._rows_at(read, before, moved))
            known = f" UNION ALL BY NAME SELECT * FROM {self._put('found', found.change)}"
        went = negated(rollup, self._kept.names(rollup), put_to(rollup.sql, then))
        return f"SELECT * FROM ({put_to(rollup.sql, now)}) UNION ALL BY NAME {went}{known}"

    def _moved(self, rollup: Rollup, since: int) -> str:
        """The customers of whom something is not as it was at that moment, as far as the rollup reads it."""
        reads = followed_under(rollup)
        name = f"moved_{'_'.join(reads)}_since_{since}"
        if name not in self._made:
            told = [
                f"SELECT customer FROM (({one} EXCEPT {other}) UNION ALL ({other} EXCEPT {one}))"
                for read in reads
                for one, other in self._both(read, self._moments[since])
            ]
            parts = " UNION ALL ".join(told)
            self._create(name, f"SELECT DISTINCT customer FROM ({parts}) WHERE customer IS NOT NULL")
        return self._made[name]

    def _both(self, read: str, before: Mapping[str, str]) -> Iterable[tuple[str, str]]:
        """SELECTs of what came, and of what went, now and at that moment."""
        went = self._went(read) if self._has_gone(read) else None
        for now, then in ((self._came(read), before.get(f"came_{read}")), (went, before.get(f"went_{read}"))):
            known = now or then
            if known:
                nothing = f"SELECT * FROM {known} WHERE FALSE"
                yield (f"SELECT * FROM {now}" if now else nothing), (f"SELECT * FROM {then}" if then else nothing)

    def _rows_at(self, read: Rollup, made: Mapping[str, str], moved: str) -> str:
        """A SELECT of the rows of those who moved, as they are at the moment of these tables."""
        looked_up = self._looked_up(read)
        if made is self._made:
            self._now(read)
        now, touched, only = made[f"now_{read.name}"], made["touched"], only_in(moved)
        return (
            f"(SELECT * FROM {now} {only} UNION ALL BY NAME"
            f" SELECT * FROM {looked_up} {only} ANTI JOIN {touched} USING (customer))"
        )

    def _came_and_went(self, rollup: Rollup, read: str, *, only: str = "") -> str:
        """What the sales that came make of a rollup, and what those that went made of it, below zero."""
        came = put_to(rollup.sql, {read: f"SELECT * FROM {self._came(read)} {only}"})
        if not self._has_gone(read):
            return f"SELECT * FROM ({came})"
        went = put_to(rollup.sql, {read: f"SELECT * FROM {self._went(read)} {only}"})
        return f"SELECT * FROM ({came}) UNION ALL BY NAME {negated(rollup, self._kept.names(rollup), went)}"

    def _tables(self, rollup: Rollup, of: Callable[[Rollup], str]) -> dict[str, str]:
        """SELECTs of what a rollup reads: rows of the touched customers, or a relation as it is."""
        return {
            read: f"SELECT * FROM {of(NAMED[read])}" if read in NAMED else f"SELECT * FROM {self._came(read)}"
            for read in rollup.reads
        }

    # Rows of this moment, each made once.

    def _came(self, read: str) -> str:
        """The rows of a relation that are in no file; of a small one all of them."""
        held = self._base[read]
        if read in FOLLOWED:
            return self._make(f"came_{read}", lambda: held.tail)
        name = f"whole_{read}"
        if self._wholes.get(read) is not held:
            rows = held.tail
            if held.files:
                rows = pa.concat_tables([self._told(files_read(held.files)).cast(held.schema), rows.cast(held.schema)])
            self._put(name, rows)
            self._wholes[read] = held
        return name

    def _has_gone(self, read: str) -> bool:
        gone = self._base[read].gone
        return gone is not None and gone.num_rows > 0

    def _went(self, read: str) -> str:
        """The rows in files that are no longer so; of customers only who they are."""
        held = self._base[read]
        return self._make(f"went_{read}", lambda: self._gone_rows(held))

    def _gone_rows(self, held: Held) -> pa.Table:
        if not held.touched or held.gone is None:
            return held.schema.empty_table()
        if held.name not in OF_SALES:
            return held.gone
        key = held.gone.column_names[0]
        with registered(self._db, "gone_keys", held.gone):
            return self._told(files_read(held.touched, where=f"{held.key} IN (SELECT {key} FROM gone_keys)"))

    def _touched(self) -> str:
        """Whose sales came or went, and who changed."""
        if "touched" not in self._made:
            tables = [self._came(read) for read in WHOSE]
            tables += [self._went(read) for read in WHOSE if self._has_gone(read)]
            parts = [f"SELECT customer FROM {table}" for table in tables]
            self._create(
                "touched", f"SELECT DISTINCT customer FROM ({' UNION ALL '.join(parts)}) WHERE customer IS NOT NULL"
            )
        return self._made["touched"]

    def _looked_up(self, rollup: Rollup) -> str:
        return self._kept.of(rollup, touched=self._touched(), moment=self._moment)

    def _then(self, rollup: Rollup) -> str:
        """The rows of the touched customers as the files have them."""
        key = f"then_{rollup.name}"
        if key not in self._made:
            self._create(key, f"SELECT * FROM {self._looked_up(rollup)} {only_in(self._touched())}")
        return self._made[key]

    def _now(self, rollup: Rollup) -> str:
        """The rows of the touched customers as they are."""
        key = f"now_{rollup.name}"
        if key in self._made:
            return self._made[key]
        since = max((moment for moment, made in self._moments.items() if key in made), default=None)
        if rollup.kind is Kind.OPENED:
            self._create(key, self._opened(rollup))
        elif since is None:
            self._create(key, self._of_touched(rollup, self._touched()))
        else:
            moved, before = self._moved(rollup, since), self._moments[since][key]
            now = self._of_touched(rollup, moved)
            self._create(key, f"SELECT * FROM {before} ANTI JOIN {moved} USING (customer) UNION ALL BY NAME ({now})")
        return self._made[key]

    def _of_touched(self, rollup: Rollup, among: str) -> str:
        """The rows, as they are, of the touched customers that are in this table."""
        if rollup.kind is Kind.DERIVED:
            return put_to(rollup.sql, self._tables(rollup, lambda read: f"{self._now(read)} {only_in(among)}"))
        [read] = rollup.reads
        kept = f"{self._looked_up(rollup)} {only_in(among)} {only_in(self._touched())}"
        if rollup.kind is Kind.TOLD:
            changed = f" ANTI JOIN {self._went(read)} USING (customer)" if self._has_gone(read) else ""
            came = put_to(rollup.sql, {read: f"SELECT * FROM {self._came(read)} {only_in(among)}"})
            return f"SELECT * FROM {kept}{changed} UNION ALL BY NAME ({came})"
        parts = f"SELECT * FROM {kept} UNION ALL BY NAME {self._came_and_went(rollup, read, only=only_in(among))}"
        return summed(rollup, self._kept.names(rollup), parts)

    def _opened(self, rollup: Rollup) -> str:
        """The rows of the sales that open the touched customers' lives as they are.

        Of one that was the first before, and is as it was, what is kept stands for its lines; of one that came they are
        there. Any other, the first now that an earlier one went, is read back from the files.
        """
        opening, read = NAMED[rollup.reads[0]], rollup.reads[1]
        now, came = self._now(opening), self._came(OF_SALES[0])
        self._create(
            "same",
            f"SELECT n.customer, n.first_sale AS sale FROM {now} AS n JOIN {self._then(opening)} AS t USING (customer)"
            f" WHERE n.first_sale = t.first_sale AND n.first_sale NOT IN (SELECT sale FROM {came})",
        )
        same = self._made["same"]
        self._create(
            "other",
            f"SELECT first_sale AS sale FROM {now} WHERE customer NOT IN (SELECT customer FROM {same})"
            f" AND first_sale NOT IN (SELECT sale FROM {came})",
        )
        other = self._made["other"]
        lines = [
            f"SELECT {_OPENED} FROM {self._came(read)}",
            f"""SELECT s.sale, k.customer, k.product, 'sale' AS kind, 1 AS quantity, unnest(range(k.parts)) AS n
            FROM {self._then(rollup)} AS k JOIN {same} AS s USING (customer)""",
        ]
        held = self._base[read]
        if self._told(f"SELECT sale FROM {other} LIMIT 1").num_rows and (files := (*held.files, *held.touched)):
            lines.append(f"SELECT {_OPENED} FROM ({files_read(files, where=f'sale IN (SELECT sale FROM {other})')})")
        return put_to(rollup.sql, {opening.name: f"SELECT * FROM {now}", read: " UNION ALL BY NAME ".join(lines)})

    def _make(self, name: str, rows: Callable[[], pa.Table]) -> str:
        if name not in self._made:
            self._made[name] = self._put(self._table(name), rows())
        return self._made[name]

    def _create(self, name: str, select: str) -> None:
        table = self._table(name)
        self._db.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS {select}")
        self._made[name] = table

    def _table(self, name: str) -> str:
        return f"{name}_{self._moment}"

    def _put(self, table: str, rows: pa.Table) -> str:
        with registered(self._db, "told", rows):
            self._db.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT * FROM told")
        return table

    def _told(self, sql: str) -> pa.Table:
        return self._db.sql(sql).to_arrow_table()
