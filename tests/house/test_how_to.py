"""The commands of README.md and docs/how-to do what the pages say: each page runs as one script in an empty folder."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.documents import blocks
from tests.house.source import ROOT

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs" / "how-to").glob("*.md"))]
SECONDS = 120


def _environment(home: Path) -> dict[str, str]:
    """A shell with the project's commands and nothing of the caller's shop."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("REGULARS_", "DJANGO_"))}
    return kept | {"HOME": str(home), "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}


def script_of(page: Path) -> str:
    """All commands of the page that are run, one block after the other."""
    return "\n".join(block.script for block in blocks(page) if block.reason is None)


@pytest.mark.parametrize("page", [page for page in PAGES if script_of(page)], ids=lambda page: page.stem)
def test_the_commands_of_the_page_work(page, tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    ran = subprocess.run(
        ["bash", "-euxo", "pipefail", "-c", script_of(page)],
        cwd=folder, env=_environment(tmp_path), capture_output=True, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, f"{ran.stdout}\n{ran.stderr}"
    assert "Traceback" not in ran.stderr
    # A list that a page shows has something in it.
    assert "Nothing found" not in ran.stdout, ran.stdout


def test_there_are_pages():
    assert sum(bool(script_of(page)) for page in PAGES) > 5


def _links(page: Path) -> list[str]:
    return [link for link in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text("utf-8")) if "://" not in link]


def test_every_link_between_the_pages_leads_somewhere():
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    dead = [
        f"{page.relative_to(ROOT)}: {link}"
        for page in pages
        for link in _links(page)
        if not (page.parent / link).exists()
    ]
    assert dead == []


def test_every_page_named_in_the_source_is_there():
    named = {
        found
        for path in [*(ROOT / "src").rglob("*.py"), *(ROOT / "tests").rglob("*.py"), ROOT / "Makefile"]
        for found in re.findall(r"\bdocs/[a-z_\-/0-9]+\.md\b", path.read_text("utf-8"))
    }
    assert {name for name in named if not (ROOT / name).exists()} == set()
