"""docs/reference is what the code says, and nothing of the surface is missing from it."""

import ast
import re

import pytest

from regulars.access.rights import RIGHTS
from regulars.core.errors import RegularsError
from scripts import reference
from tests.house.source import ROOT, modules

FOLDER = ROOT / "docs" / "reference"
AGAIN = "the page is not what the code says; run `make reference` and look at what changed"


def _page(name: str) -> str:
    return (FOLDER / name).read_text("utf-8")


def test_there_is_a_page_for_everything_generated_and_no_other():
    assert {path.name for path in FOLDER.iterdir()} == set(reference.pages())


@pytest.mark.parametrize(
    "name",
    [
        "basket.md", "cli.md", "errors.md", "loyalty.md", "models.md", "rights.md", "sale.md", "settings.md",
    ],
)  # fmt: skip
def test_the_page_is_what_the_code_says(name):
    assert _page(name) == reference.pages()[name], AGAIN


def test_every_error_code_is_listed():
    codes = {
        node.value.value
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Assign)
        and ast.unparse(node.targets[0]) == "code"
        and isinstance(node.value, ast.Constant)
    }
    assert len(codes) > 40
    page = _page("errors.md")
    assert [code for code in codes if "." in code and f"`{code}`" not in page] == []
    assert issubclass(reference.errors_all()[0], RegularsError)


def test_every_command_is_listed():
    page = _page("cli.md")
    words = {path for path, command in reference.commands_all() if not hasattr(command, "commands")}
    assert len(words) > 5
    assert [path for path in words if f"\n## {path}\n" not in page] == []


def test_every_environment_variable_is_listed():
    read = {name for module in modules() for name in re.findall(r"[\"'](REGULARS_[A-Z_]+)[\"']", module.text)}
    assert read == set(reference.settings_all())
    assert [name for name in read if f"`{name}`" not in _page("settings.md")] == []


def test_every_right_is_listed_and_asked_for_by_something():
    matrix, askers = _page("rights.md").split("## Where each is asked for")
    assert set(re.findall(r"^\| `([a-z_.]+)` \|", matrix, re.MULTILINE)) == set(RIGHTS)
    rows = re.findall(r"^\| `([a-z_.]+)` \| ([^|]*) \|", askers, re.MULTILINE)
    assert {right for right, _askers in rows} == set(RIGHTS)
    assert [right for right, askers in rows if not askers.strip()] == []


def test_every_right_asked_for_is_a_right():
    asked = {right for module in modules() for right in re.findall(r"\.require\(\"([a-z_.]+)\"\)", module.text)}
    assert asked <= set(RIGHTS)
