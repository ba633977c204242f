"""Whoever writes says who asks for it."""

import ast

import pytest

from tests.house.source import Function, Module, modules


def _public() -> list[tuple[Module, Function]]:
    return [
        (module, node)
        for module in modules()
        if module.path.endswith("/services.py")
        for node in module.tree.body
        if isinstance(node, Function) and not node.name.startswith("_")
    ]


def _arguments(node: Function) -> list[ast.arg]:
    return [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]


def _has_an_actor(node: Function) -> bool:
    """An `actor`, or a scene that holds one."""
    return any(
        argument.arg == "actor" or (argument.annotation is not None and ast.unparse(argument.annotation) == "Scene")
        for argument in _arguments(node)
    )


def _is_a_step(node: Function) -> bool:
    """A part of a transaction that another service, with an actor, has opened; its docstring says so."""
    return "inside `writing()`" in (ast.get_docstring(node) or "").lower()


@pytest.mark.parametrize(("module", "node"), [pytest.param(m, n, id=f"{m.room}.{n.name}") for m, n in _public()])
def test_a_service_takes_the_actor_or_says_it_is_a_step(module, node):
    assert _has_an_actor(node) or _is_a_step(node), (
        f"{module.path}:{node.lineno} {node.name} takes no actor; if it is a step of another service, "
        'say "Inside `writing()`" in its docstring'
    )


@pytest.mark.parametrize(
    ("module", "node"), [pytest.param(m, n, id=f"{m.room}.{n.name}") for m, n in _public() if _has_an_actor(n)]
)
def test_a_service_does_something_with_its_actor(module, node):
    used = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
    assert used & {"actor", "scene"}, f"{module.path}:{node.lineno} {node.name} never looks at who asks"


def test_there_are_services():
    assert len(_public()) >= 20


@pytest.mark.parametrize(("module", "node"), [pytest.param(m, n, id=f"{m.room}.{n.name}") for m, n in _public()])
def test_a_service_says_what_is_true_after_it(module, node):
    assert ast.get_docstring(node), f"{module.path}:{node.lineno} {node.name} has no docstring"
