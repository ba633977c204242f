"""The house's own source, parsed once, for the tests that inspect it."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "regulars"
Function = ast.FunctionDef | ast.AsyncFunctionDef


class Module(NamedTuple):
    """A file of the house: its path from src/regulars, its text, its tree."""

    path: str
    text: str
    tree: ast.Module

    @property
    def room(self) -> str:
        return self.path.split("/")[0]


@cache
def modules() -> tuple[Module, ...]:
    """Every module but the migrations, by path."""
    paths = sorted(path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts)
    texts = ((str(path.relative_to(SOURCE)), path.read_text("utf-8")) for path in paths)
    return tuple(Module(path, text, ast.parse(text)) for path, text in texts)


def functions(module: Module) -> Iterator[Function]:
    """Every function and method of the module, inner ones too."""
    return (node for node in ast.walk(module.tree) if isinstance(node, Function))


def lines_of(node: Function) -> int:
    assert node.end_lineno is not None
    return node.end_lineno - node.lineno + 1
