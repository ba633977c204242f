"""Writes docs/reference from the code: `make reference`. tests/house/test_reference.py holds the files to it."""

import ast
import inspect
import json
import os
import pkgutil
import re
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from itertools import groupby
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "reference"
WIDTH = 100
NOTE = "<!-- Written by `make reference`; change the code, not this file. -->"

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regulars.config.settings")
import django

django.setup()

import click
from django.apps import apps
from django.db import models
from pydantic import BaseModel

import regulars
from regulars.access.rights import RIGHTS, Reach, Right, Role
from regulars.checkout.asking import BasketIn, ExchangeIn, FinaliseIn
from regulars.checkout.loyalty import PolicyIn
from regulars.checkout.payload import SaleIn
from regulars.cli.commands import regulars as command_line
from regulars.config import settings
from regulars.core.errors import Conflict, Invalid, NotFound, RegularsError
from regulars.reports.catalogue import built_in
from regulars.reports.folders import Question


def main() -> None:
    """Every page stands in docs/reference as the code has it now; pages of no page's name are gone."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    wanted = pages()
    for path in FOLDER.glob("*.md"):
        if path.name not in wanted:
            path.unlink()
    for name, text in wanted.items():
        (FOLDER / name).write_text(text, "utf-8")


def pages() -> dict[str, str]:
    """The text of every page, by file name."""
    return {
        "basket.md": _page("A basket, as it is told", _told(BASKETS, ABOUT_BASKETS)),
        "cli.md": _page("Commands", _commands()),
        "errors.md": _page("Errors", _errors()),
        "loyalty.md": _page("A loyalty policy, as it is told", _told((PolicyIn,), ABOUT_LOYALTY)),
        "models.md": _page("Tables", _models()),
        "reports.md": _page("Reports", _reports()),
        "rights.md": _page("Rights", _rights()),
        "sale.md": _page("A sale, as a till sends it", _sale()),
        "settings.md": _page("Settings", _settings()),
    }


def _page(title: str, blocks: Iterator[str]) -> str:
    return "\n\n".join([f"# {title}", NOTE, *blocks]) + "\n"


def _table(columns: Sequence[str], rows: Iterator[Sequence[str]]) -> str:
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join("| " + " | ".join(_cell(each) for each in line) + " |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _paragraphs(text: str | None) -> str:
    return inspect.cleandoc(text or "")


# Commands


def _commands() -> Iterator[str]:
    yield (
        "What `--help` says of each. A refusal is one sentence on the error output and one of these exit codes: "
        "2 wrong input, 3 not allowed, 4 not found, 5 a conflict with what is stored; 1 is a bug."
    )
    root = click.Context(command_line, info_name="regulars", terminal_width=WIDTH, **command_line.context_settings)
    for path, command in sorted(commands_all()):
        if not isinstance(command, click.Group):
            context = click.Context(command, info_name=path.removeprefix("regulars "), parent=root)
            yield f"## {path}\n\n```text\n{command.get_help(context)}\n```"


def commands_all(command: click.Command = command_line, path: str = "regulars") -> Iterator[tuple[str, click.Command]]:
    """Every command and group under the command, with the words that reach it."""
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            assert child is not None  # it was listed
            yield from commands_all(child, f"{path} {name}")


# Errors


def errors_all() -> list[type[RegularsError]]:
    """Every kind of refusal that some room raises, by code."""
    for module in pkgutil.walk_packages(regulars.__path__, "regulars."):
        if ".migrations" not in module.name:
            import_module(module.name)
    found: set[type[RegularsError]] = set()
    waiting: list[type[RegularsError]] = [RegularsError]
    while waiting:
        children = waiting.pop().__subclasses__()
        found.update(children)
        waiting.extend(children)
    return sorted(found - {Invalid, NotFound, Conflict}, key=lambda each: each.code)


def _errors() -> Iterator[str]:
    yield (
        "Each refusal has a code that stays, for scripts, and a sentence that says what is so and what to do, for "
        "people."
    )
    for room, errors in groupby(errors_all(), key=lambda each: each.__module__.split(".")[1]):
        yield f"## {room}"
        yield _table(
            ("code", "exit", "sentence"),
            ((f"`{each.code}`", str(each.exit_code), _sentence(each)) for each in errors),
        )


def _sentence(error: type[RegularsError]) -> str:
    return re.sub(r"%\((\w+)\)[sd]", r"‹\1›", error.message).replace("%%", "%")


# Settings


def _settings() -> Iterator[str]:
    yield "Regulars is set up by its data folder and by the environment, which wins over the folder."
    yield _table(("variable", "meaning"), ((f"`{name}`", text) for name, text in settings_all().items()))
    yield "`--data DIR` on any command is the same as `REGULARS_DATA`."


def settings_all() -> Mapping[str, str]:
    """The environment variables that the settings read, with what each means."""
    lines = re.findall(r"^(REGULARS_[A-Z_]+) +(.+)$", settings.__doc__ or "", re.MULTILINE)
    return dict(lines)


# Rights


def _rights() -> Iterator[str]:
    yield (
        "An act asks for a right before it does anything, whichever door it comes through. "
        "Whoever runs commands on the machine acts as an owner. A register is a till with a token."
    )
    rows = ((f"`{right.name}`", right.meaning, *_cells(right)) for right in RIGHTS.values())
    yield _table(("right", "to", *Role), rows)
    yield (
        "*own*: in the stores that are the person's or the token's own; a customer belongs to the stores they bought "
        "in, and who has bought nowhere yet belongs to all. What is out of reach answers as if it were not there."
    )
    askers = _askers()
    yield "## Where each is asked for"
    yield _table(
        ("right", "asked for by"),
        ((f"`{name}`", ", ".join(f"`{asker}`" for asker in askers.get(name, []))) for name in sorted(RIGHTS)),
    )


def _cells(right: Right) -> Iterator[str]:
    shown = {Reach.ALL: "yes", Reach.OWN: "own", Reach.SELF: "themself", None: ""}
    return (shown[right.reach.get(role)] for role in Role)


def _askers() -> dict[str, list[str]]:
    """The public functions that ask for each right, themselves or through a private one of their module."""
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / "src" / "regulars").rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
        constants = {
            node.targets[0].id: node.value.value
            for node in tree.body
            if isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Name)
            and isinstance(node.value, ast.Constant)
        }
        room = path.relative_to(ROOT / "src" / "regulars").parts[0]
        for name, node in functions.items():
            for right in sorted(_rights_asked(node, constants)):
                found.setdefault(right, []).extend(f"{room}.{each}" for each in _public_callers(name, functions))
    return {right: sorted(set(names)) for right, names in found.items()}


def _rights_asked(node: ast.AST, constants: Mapping[str, Any]) -> set[str]:
    calls = [each for each in ast.walk(node) if isinstance(each, ast.Call)]
    asked = [
        argument
        for each in calls
        for argument in (*each.args[:1], *(k.value for k in each.keywords if k.arg == "right"))
    ]
    values = {constants.get(each.id) if isinstance(each, ast.Name) else getattr(each, "value", None) for each in asked}
    return {value for value in values if value in RIGHTS}


def _public_callers(name: str, functions: Mapping[str, ast.AST]) -> set[str]:
    if not name.startswith("_"):
        return {name}
    callers = {
        caller
        for caller, node in functions.items()
        if caller != name and any(isinstance(each, ast.Name) and each.id == name for each in ast.walk(node))
    }
    others = {each: node for each, node in functions.items() if each != name}
    return set().union(*(_public_callers(caller, others) for caller in callers))


# Tables


def _reports() -> Iterator[str]:
    """Every report that comes with Regulars: its question, its parameters, and the columns of its tables."""
    yield (
        "`regulars reports run KEY` asks one, `GET /api/v1/reports/KEY` too. Each takes from, to, store, channel, "
        "segment, compare and as_of; those told by periods take period; and its own parameters (`--set NAME=VALUE`)."
    )
    for question in built_in().values():
        yield from _report(question)


def _report(question: Question) -> Iterator[str]:
    report = question.report
    yield f"## {report.key}"
    yield f"**{report.title}.** {report.question} {report.definition}"
    if question.has_periods:
        yield "Told by `period`: day, week, month, quarter or year; month where left out."
    if report.parameters:
        told = (
            (f"`{each.name}`", each.title, ", ".join(each.choices) or f"{each.least} to {each.most}", str(each.default))
            for each in report.parameters
        )
        yield _table(("parameter", "meaning", "values", "default"), told)
    for part in report.parts:
        yield f"### {report.key}: {part.name}"
        yield f"{part.title}. {part.note}".strip()
        columns = ((f"`{each.name}`", each.unit.value, each.title, each.meaning) for each in part.columns)
        yield _table(("column", "unit", "title", "meaning"), columns)


def _models() -> Iterator[str]:
    yield (
        "What the database holds, for whoever reads it with a tool of their own. Amounts are whole numbers in the "
        "minor unit of the currency; `..._milli` are thousandths (docs/algorithms/money.md)."
    )
    for model in sorted(apps.get_models(), key=lambda each: each._meta.label):
        yield f"## {model._meta.label}\n\n{_paragraphs(model.__doc__)}\n\nTable `{model._meta.db_table}`."
        yield _table(("column", "kind", "meaning"), (_column(field) for field in model._meta.concrete_fields))
        rules = [constraint.name.replace("_", " ") for constraint in model._meta.constraints]
        if rules:
            yield "The database refuses what breaks these: " + "; ".join(rules) + "."


def _column(field: "models.Field[Any, Any]") -> tuple[str, str, str]:
    kind = re.sub(r"Field$|Key$", "", type(field).__name__)
    if field.related_model is not None and not isinstance(field.related_model, str):
        kind = f"id of {field.related_model._meta.label}"
    words = ", ".join(str(value) for value, _label in field.flatchoices)
    meaning = " ".join(part for part in (str(field.help_text), f"One of: {words}." if words else "") if part)
    return f"`{field.column}`", kind + (", or nothing" if field.null else ""), meaning


# A sale


def _sale() -> Iterator[str]:
    schema = SaleIn.model_json_schema(by_alias=True)
    yield (
        "`regulars sales record FILE.json` takes one sale or a list of them. Amounts are decimal, as text or as "
        "numbers; nothing but these fields is taken."
    )
    yield from _object("Sale", schema)
    for name, part in sorted(schema["$defs"].items()):
        yield from _object(name.removesuffix("In"), part)
    yield "## The same as JSON Schema"
    yield f"```json\n{json.dumps(schema, indent=2, ensure_ascii=False)}\n```"


BASKETS = (BasketIn, FinaliseIn, ExchangeIn)
ABOUT_BASKETS = (
    "`regulars quote FILE.json` and `POST /quote` take a basket and say what it costs; `regulars sales finalise "
    "FILE.json` and `POST /sales/finalise` sell it; `POST /sales/exchange` takes something back with it. Amounts are "
    "decimal, as text or as numbers; nothing but these fields is taken."
)
ABOUT_LOYALTY = (
    "`regulars loyalty set FILE.json` and `POST /loyalty` take a policy; every version stays. Amounts are decimal, as "
    "text or as numbers; nothing but these fields is taken."
)


def _told(shapes: Sequence[type[BaseModel]], about: str) -> Iterator[str]:
    """The fields of each shape, and of the parts that they are made of."""
    yield about
    parts: dict[str, Any] = {}
    for shape in shapes:
        schema = shape.model_json_schema(by_alias=True)
        parts |= schema.get("$defs", {})
        yield from _object(shape.__name__.removesuffix("In"), schema)
    for name, part in sorted(parts.items()):
        if name not in {shape.__name__ for shape in shapes}:
            yield from _object(name.removesuffix("In"), part)


def _object(name: str, schema: Mapping[str, Any]) -> Iterator[str]:
    yield f"## {name}\n\n{_paragraphs(schema.get('description'))}"
    if "properties" in schema:
        needed = schema.get("required", [])
        yield _table(
            ("field", "kind", "needed", "meaning"),
            (
                (f"`{field}`", _kind(each), "yes" if field in needed else _default(each), each.get("description", ""))
                for field, each in schema["properties"].items()
            ),
        )


def _default(schema: Mapping[str, Any]) -> str:
    default = schema.get("default")
    return "" if default in (None, "", []) else f"else `{json.dumps(default)}`"


def _kind(schema: Mapping[str, Any]) -> str:
    """The shape of a value in words."""
    match schema:
        case {"$ref": str(name)}:
            return name.rsplit("/", 1)[-1].removesuffix("In")
        case {"anyOf": list(kinds)}:
            words = dict.fromkeys(_kind(each) for each in kinds if each != {"type": "null"})
            return "decimal" if {"number", "text"} <= {word.split(",")[0] for word in words} else " or ".join(words)
        case {"enum": list(values)}:
            return " or ".join(f"`{value}`" for value in values)
        case {"type": "array", "items": items}:
            return f"list of {_kind(items)}"
        case {"format": "uuid"}:
            return "UUID"
        case {"format": "date-time"}:
            return "date and time with offset"
        case {"type": "string", "maxLength": most}:
            return f"text, up to {most}"
        case {"type": "string"}:
            return "text"
        case {"type": kind}:
            return {"integer": "whole number", "boolean": "true or false"}.get(kind, str(kind))
        case _:
            return "anything"


if __name__ == "__main__":
    main()
