"""The project's pages, cut into sections, tables and blocks of commands, so that tests can run them."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from tests.house.source import ROOT

_BLOCK = re.compile(
    r"(?:<!-- not run: (?P<reason>[^\n]+?) -->\s*)?^```sh\n(?P<script>.*?)^```", re.MULTILINE | re.DOTALL
)


class Section(NamedTuple):
    """A heading and what stands under it, up to the next heading of any level."""

    title: str
    text: str


class Block(NamedTuple):
    """Commands of a page, and why they are not run, where they are not."""

    script: str
    reason: str | None


@cache
def sections(page: str) -> tuple[Section, ...]:
    """The sections of a page, named by its path in the project."""
    text = (ROOT / page).read_text("utf-8")
    parts = re.split(r"^#+ (.+)$", text, flags=re.MULTILINE)
    return tuple(Section(title, body) for title, body in zip(parts[1::2], parts[2::2], strict=True))


def section(page: str, title: str) -> Section:
    """The one section whose title begins so."""
    [found] = [each for each in sections(page) if each.title.startswith(title)]
    return found


def table(text: str) -> list[Mapping[str, str]]:
    """The rows of the first table in the text, by heading; none where there is no table."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [dict(zip(cells[0], row, strict=True)) for row in cells[2:]] if cells else []


def blocks(path: Path) -> Iterator[Block]:
    """The blocks of commands (```sh) of a page, in order."""
    for found in _BLOCK.finditer(path.read_text("utf-8")):
        yield Block(found["script"], found["reason"])
