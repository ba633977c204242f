"""The command line as people run it: a process of its own, a data folder of its own."""

import json
import os
import subprocess
import sys
import uuid
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from regulars.access.rules import OPERATOR
from regulars.cli.commands import regulars
from regulars.sales.services import business_create, store_create
from tests.cast import NOW

COMMAND = Path(sys.executable).parent / "regulars"


@dataclass(frozen=True)
class Said:
    """What a command printed."""

    stdout: str
    stderr: str


class Typing(ABC):
    """Types commands and looks at what they print."""

    @abstractmethod
    def run(self, *arguments: str, code: int = 0, **more: str) -> Said:
        """The command's output; it must end with `code`."""

    def json(self, *arguments: str, code: int = 0) -> Any:
        return json.loads(self.run(*arguments, "--format", "json", code=code).stdout)

    def refusal(self, *arguments: str, code: int) -> str:
        """The one sentence on stderr with which the command refuses; nothing is on stdout."""
        said = self.run(*arguments, code=code)
        assert said.stdout == ""
        [sentence] = said.stderr.splitlines()
        return sentence


@dataclass(frozen=True)
class Shell(Typing):
    """A process for each command, on one data folder; with PostgreSQL under test, on a database of its own."""

    folder: Path
    environment: dict[str, str]

    def run(self, *arguments: str, code: int = 0, **more: str) -> Said:
        """The command's output; it must end with `code`."""
        done = subprocess.run(
            [COMMAND, *arguments],
            env=self.environment | more,
            cwd=self.folder.parent,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return Said(done.stdout, done.stderr)


@dataclass(frozen=True)
class Till(Typing):
    """Commands without a process of their own, on the test's database: the quick way to type many."""

    folder: Path

    def run(self, *arguments: str, code: int = 0, **more: str) -> Said:
        """The command's output; it must end with `code`."""
        done = CliRunner(env=more).invoke(regulars, arguments, prog_name="regulars", catch_exceptions=False)
        assert done.exit_code == code, done.output
        return Said(done.stdout, done.stderr)

    def written(self, document: object, name: str = "sale.json") -> str:
        """The path of a file that holds the document."""
        path = self.folder / name
        path.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
        return str(path)


def _environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("REGULARS_")}
    return kept | {"REGULARS_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "regulars.config.settings"}


@pytest.fixture
def bare_shell(tmp_path: Path) -> Iterator[Shell]:
    """A shell where nothing is set up yet."""
    environment = _environment(tmp_path / "shop")
    server = os.environ.get("REGULARS_DATABASE_URL", "")
    if not server:
        yield Shell(tmp_path / "shop", environment)
        return
    import psycopg

    name = f"cli_{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        address = server.replace("/postgres?", f"/{name}?")
        yield Shell(tmp_path / "shop", environment | {"REGULARS_DATABASE_URL": address})
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def shell(bare_shell: Shell) -> Shell:
    """A shell with a shop set up, in Nairobi."""
    bare_shell.run("init", "--name", "Harbour Coffee", "--currency", "KES", "--timezone", "Africa/Nairobi")
    return bare_shell


@pytest.fixture
def till(db: None, tmp_path: Path) -> Till:
    """A till in Nairobi, in a shop with one store."""
    business = business_create(
        name="Harbour Coffee", currency="KES", country="KE", timezone="Africa/Nairobi", week_start="monday",
        day_cutoff="00:00", actor=OPERATOR,
    )  # fmt: skip
    store_create(name="Harbour Coffee", business=business, actor=OPERATOR, at=NOW)
    return Till(tmp_path)
