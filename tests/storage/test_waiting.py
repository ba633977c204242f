"""Writers of several processes wait in one line."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

from regulars.storage.waiting import WritersLine

_CHILD = """
import sys
from pathlib import Path
from regulars.storage.waiting import WritersLine

with WritersLine().turn(sys.argv[1]):
    Path(sys.argv[2]).write_text("child")
"""


def is_held(path: Path) -> bool:
    """Whether another process has locked the file."""
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(file)


def test_who_has_just_written_stands_behind_whoever_waits(tmp_path: Path) -> None:
    database, written, line = str(tmp_path / "shop.db"), tmp_path / "written", WritersLine()
    with line.turn(database):
        child = subprocess.Popen([sys.executable, "-c", _CHILD, database, str(written)])
        while not is_held(tmp_path / "shop.db.next.line"):
            assert child.poll() is None
        assert not written.exists()
    with line.turn(database):
        assert written.read_text() == "child"
    assert child.wait() == 0


def test_a_turn_within_a_turn_is_the_same(tmp_path: Path) -> None:
    database, line = str(tmp_path / "shop.db"), WritersLine()
    with line.turn(database), line.turn(database):
        assert is_held(tmp_path / "shop.db.line")
        assert not is_held(tmp_path / "shop.db.next.line")
    assert not is_held(tmp_path / "shop.db.line")
