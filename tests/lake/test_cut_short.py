"""A flush that dies at any step: what was live stays live, nothing half-written is read, nothing is left behind."""

import os
import signal
from datetime import timedelta
from pathlib import Path

import pytest

from regulars.access.rules import OPERATOR
from regulars.checkout.services import sale_void
from regulars.lake.checking import lake_check
from regulars.lake.flushing import lake_flush
from regulars.lake.place import folder_of, place_here
from regulars.lake.reading import lake_here, lakes_forget
from tests.cast import NOW, line, record, sale
from tests.faults.crowd import killed
from tests.lake.test_histories import agree

LATER = NOW + timedelta(hours=1)
# What a flush does to the disk, one after the other.
STEPS = ("open", "fsync", "rename")


def told(n):
    return sale(n, line(), line("MUG", "900.00"), at=NOW - timedelta(days=40 * (n % 3), minutes=n))


def stepping(patch, *, dying_at=None):
    """How many steps were taken, counted on; the process is killed just before one of them."""
    taken = []

    def counted(name, act):
        def step(*args, **more):
            taken.append(name)
            if len(taken) - 1 == dying_at:
                os.kill(os.getpid(), signal.SIGKILL)
            return act(*args, **more)

        return step

    for name in STEPS:
        patch.setattr(os, name, counted(name, getattr(os, name)))
    return taken


def files():
    return {str(file.relative_to(place_here())) for file in place_here().rglob("*.parquet")}


def change(n):
    """Something new, and something that was live is no longer so."""
    record(told(100 + n), told(200 + n))
    sale_void(f"W-{n:04}", actor=OPERATOR, at=NOW)


@pytest.mark.usefixtures("open_shop")
def test_a_flush_killed_at_any_step_is_never_seen(monkeypatch):
    record(*(told(n) for n in range(1, 30)))
    lake_flush(at=NOW)
    change(1)
    with monkeypatch.context() as patch:
        taken = stepping(patch)
        lake_flush(at=NOW)
    steps = len(taken)
    assert steps > 20
    # The last steps are those that make it live; of the many before them some will do.
    for n, step in enumerate(sorted({*range(0, steps - 6, max(1, steps // 4)), *range(steps - 6, steps)}), 2):
        change(n)
        before = folder_of(place_here()).manifest()

        def act(_tell, step=step):
            stepping(monkeypatch, dying_at=step)
            lake_flush(at=LATER)

        try:
            killed(act)
        except AssertionError:
            # It came to its end with fewer steps.
            assert folder_of(place_here()).manifest() != before
        lakes_forget()
        agree()
    lake_flush(at=LATER + timedelta(hours=2))
    live = folder_of(place_here()).manifest()
    assert live.files <= files() <= live.files | set(live.retired)
    assert not list(Path(place_here()).rglob("*.draft"))
    lake_flush(at=LATER + timedelta(hours=4))
    assert files() == folder_of(place_here()).manifest().files
    assert lake_check(at=NOW) == []
    assert lake_here().reading(at=NOW).manifest.number == folder_of(place_here()).manifest().number
