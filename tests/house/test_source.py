"""Nothing in the source is unfinished."""

import ast
import re

import pytest

from tests.house.source import Function, Module, modules

_OPEN = re.compile(r"\b(TODO|FIXME|XXX)\b(?!.*#\d+)")
_EACH = [pytest.param(module, id=module.path) for module in modules()]


def _has_no_body(node: Function) -> bool:
    rest = [each for each in node.body if not (isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant))]
    return all(isinstance(each, ast.Pass) for each in rest)


def _needs_no_body(node: Function, module: Module) -> bool:
    """A method of a Protocol has none, nor has a group of commands: its docstring is all there is to it."""
    protocols = [
        each
        for each in ast.walk(module.tree)
        if isinstance(each, ast.ClassDef) and any("Protocol" in ast.unparse(base) for base in each.bases)
    ]
    is_group = any("group" in ast.unparse(decorator) for decorator in node.decorator_list)
    return is_group or any(node in each.body for each in protocols)


def stubs(module: Module) -> list[str]:
    """The functions of the module that do nothing."""
    return [
        f"{module.path}:{node.lineno} {node.name}"
        for node in ast.walk(module.tree)
        if isinstance(node, Function) and _has_no_body(node) and not _needs_no_body(node, module)
    ]


@pytest.mark.parametrize("module", _EACH)
def test_no_function_is_a_stub(module):
    assert stubs(module) == []


def test_a_stub_is_seen():
    text = 'def later() -> None:\n    """Does it all."""\n'
    assert stubs(Module("room/x.py", text, ast.parse(text))) == ["room/x.py:1 later"]


@pytest.mark.parametrize("module", _EACH)
def test_nothing_is_left_for_later_without_an_issue(module):
    assert "NotImplementedError" not in module.text
    assert [line for line in module.text.splitlines() if _OPEN.search(line)] == []
