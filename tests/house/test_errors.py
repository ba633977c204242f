"""Every refusal has a code of its own and a sentence that can be completed."""

import ast
import importlib
import re
from collections import Counter

import pytest

from regulars.core.errors import RegularsError
from tests.house.source import SOURCE, Module, modules

_FACT = re.compile(r"%\((\w+)\)[sd]")
# The four branches of the tree; they are raised by nobody.
_TREE = {"Invalid", "Forbidden", "NotFound", "Conflict"}


def _all_errors() -> list[type[RegularsError]]:
    for path in sorted(SOURCE.rglob("*.py")):
        if "migrations" not in path.parts and "class " in path.read_text("utf-8"):
            module = ".".join(("regulars", *path.relative_to(SOURCE).with_suffix("").parts))
            importlib.import_module(module.removesuffix(".__init__"))
    found: list[type[RegularsError]] = []
    waiting = [RegularsError]
    while waiting:
        for each in waiting.pop().__subclasses__():
            found.append(each)
            waiting.append(each)
    return sorted(found, key=lambda each: (each.__module__, each.__name__))


ERRORS = _all_errors()
BY_NAME = {each.__name__: each for each in ERRORS}
OWN = [each for each in ERRORS if each.__name__ not in _TREE]


def _needed(error: type[RegularsError]) -> set[str]:
    return set(_FACT.findall(error.message))


def _completes_itself(error: type[RegularsError]) -> bool:
    """Its own __init__ names the facts; Python then holds the caller to it."""
    return "__init__" in vars(error)


def _calls(module: Module) -> list[ast.Call]:
    return [
        node
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in BY_NAME
    ]


def test_every_name_and_code_is_given_once():
    assert [name for name, n in Counter(each.__name__ for each in ERRORS).items() if n > 1] == []
    assert [code for code, n in Counter(each.code for each in ERRORS).items() if n > 1] == []


@pytest.mark.parametrize("error", OWN, ids=lambda each: each.__name__)
def test_an_error_is_of_its_room_and_says_a_sentence(error):
    assert {"code", "message"} <= vars(error).keys(), f"{error.__name__} borrows its code or its message"
    assert error.code.split(".")[0] == error.__module__.split(".")[1]
    assert re.fullmatch(r"[a-z]+(\.[a-z][a-z0-9_]*)+", error.code)
    assert error.exit_code in {2, 3, 4, 5}
    shown = error.message % dict.fromkeys(_needed(error), "x")
    assert shown.endswith((".", "x", "/")), f"{error.code} is no full sentence: {shown}"


@pytest.mark.parametrize("module", [pytest.param(m, id=m.path) for m in modules() if _calls(m)])
def test_every_fact_of_the_sentence_is_given_where_it_is_raised(module):
    lacking = []
    for call in _calls(module):
        error = BY_NAME[call.func.id]
        given = {keyword.arg for keyword in call.keywords}
        if None not in given and not _completes_itself(error) and not _needed(error) <= given:
            lacking.append(f"{module.path}:{call.lineno} {call.func.id} lacks {sorted(_needed(error) - given)}")
    assert lacking == []


def test_an_error_raised_bare_needs_no_facts():
    bare = [
        f"{module.path}:{node.lineno} {node.exc.id}"
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Name) and node.exc.id in BY_NAME
        if _needed(BY_NAME[node.exc.id])
    ]
    assert bare == []


def test_an_error_with_an_init_of_its_own_gives_every_fact():
    for error in filter(_completes_itself, OWN):
        [tree] = [module.tree for module in modules() if _module_name(module) == error.__module__]
        [given] = [
            {keyword.arg for keyword in node.keywords}
            for each in ast.walk(tree)
            if isinstance(each, ast.ClassDef) and each.name == error.__name__
            for node in ast.walk(each)
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "super().__init__"
        ]
        assert _needed(error) <= given, error.code


def _module_name(module: Module) -> str:
    return "regulars." + module.path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")


def test_every_error_is_raised_somewhere():
    used = {node.id for module in modules() for node in ast.walk(module.tree) if isinstance(node, ast.Name)}
    assert [each.__name__ for each in OWN if each.__name__ not in used] == []
