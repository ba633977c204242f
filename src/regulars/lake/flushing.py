"""What changed since the last flush goes into files: new ones for what is new, months that changed are written again.

Everything is written beside what is live; then the manifest is replaced. Whatever ends a flush before that leaves files
that nobody was told of, which the next one deletes.
"""

import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from regulars.lake.feeding import Mark, change_told, changes_count, is_settled, mark_taken
from regulars.lake.following import Flush
from regulars.lake.layout import Manifest
from regulars.lake.place import folder_of, place_here, words_of
from regulars.lake.relations import lake_terms
from regulars.lake.state import is_ours
from regulars.lake.writing import writer_of

# How long is waited for transactions that are at work, and how often it is looked, in seconds (PostgreSQL).
_PATIENCE, _LOOK = 5.0, 0.01
# With so many changes a flush is due at once; with any, once it is so old, or so many times as old as it took.
_MANY, _OLD, _TIMES_AS_OLD = 20_000, timedelta(minutes=5), 30


class Flushed(NamedTuple):
    """What a flush did: sales and lines put into files, how many files of how many bytes, and the seconds it took.

    `is_waiting`: nothing was done, as a transaction that began before has not ended; the next flush does it.
    """

    sales: int = 0
    lines: int = 0
    files: int = 0
    size: int = 0
    seconds: float = 0.0
    is_waiting: bool = False


def lake_flush(*, at: datetime) -> Flushed:
    """The files hold all that had happened when it began. Where they are of no use, they are all written anew."""
    return _flush(at=at, is_anew=False)


def lake_rebuild(*, at: datetime) -> Flushed:
    """All files are written anew from the database."""
    return _flush(at=at, is_anew=True)


def lake_renew(*, at: datetime) -> bool:
    """The files are brought up to date if there is enough to put into them; whether they were."""
    live = folder_of(place_here()).manifest()
    waiting = changes_count(live.sequence if live else 0)
    if live is not None and waiting == 0:
        return False
    if live is not None and waiting < _MANY:
        age = max(_OLD, _TIMES_AS_OLD * timedelta(seconds=live.seconds))
        if at - live.made < age:
            return False
    return not lake_flush(at=at).is_waiting


def _flush(*, at: datetime, is_anew: bool) -> Flushed:
    begun = time.perf_counter()
    place = place_here()
    folder = folder_of(place)
    with folder.alone():
        terms, live = lake_terms(), folder.manifest()
        retired = folder.clean(live, at=at)
        mark = _mark_settled()
        if mark is None:
            return Flushed(is_waiting=True)
        is_kept = live is not None and not is_anew and is_ours(live, terms)
        base = live if live is not None and is_kept else None
        with writer_of(folder, live.number + 1 if live else 1) as writer:
            flush = Flush(words_of(place), writer, terms, mark, base)
            flush.write()
            done = Flushed(flush.sales, flush.lines, writer.files, writer.size, time.perf_counter() - begun)
            made = _manifest(flush, mark, terms, at)
            if live is not None and base is not None and _is_same(live, made):
                return done
            dropped = live.files - made.files if live else set()
            retired |= dict.fromkeys(sorted(dropped), at)
            folder.manifest_replace(replace(made, retired=retired, seconds=done.seconds))
    return done


def _mark_settled() -> Mark | None:
    """A mark up to which everything is seen; None where that takes too long."""
    mark, until = mark_taken(), time.monotonic() + _PATIENCE
    while not is_settled(mark):
        if time.monotonic() >= until:
            return None
        time.sleep(_LOOK)
    return mark


def _manifest(flush: Flush, mark: Mark, terms: Mapping[str, object], at: datetime) -> Manifest:
    return Manifest(
        number=flush.number,
        made=at,
        sequence=mark.id,
        told=change_told(mark.id),
        terms=terms,
        parts=flush.parts,
        lasts=flush.lasts,
        marks=flush.marks,
        rollups=flush.rollups,
    )


def _is_same(live: Manifest, made: Manifest) -> bool:
    """Whether nothing had happened."""
    return (live.sequence, live.files, dict(live.lasts), dict(live.marks), dict(live.terms)) == (
        made.sequence, made.files, dict(made.lasts), dict(made.marks), dict(made.terms),
    )  # fmt: skip
