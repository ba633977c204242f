"""No value becomes part of an SQL text: values are bound, and what is interpolated is on the list below."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.house.source import modules

_SQL = re.compile(
    r"\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|COPY|CREATE|DROP|ALTER|PRAGMA"
    r"|FROM|JOIN|WHERE|GROUP BY|ORDER BY|VALUES)\b"
)
# What makes SQL of our own names: functions called so, and whatever ends in `_sql`.
_MAKERS = {
    "in_list", "in_uuids", "select_of", "_table", "_columns", "_head_columns", "connection.ops.quote_name", "desk.column",
    "texts.read_name",
}  # fmt: skip
# Constants of a module.
_CONSTANT = re.compile(r"_?[A-Z][A-Z0-9_]*")
# Names of tables, columns and clauses put together from them, by the part of the house that may use them so.
# Add a line only for what no file, no till and no person can ever have written.
NAMES = {
    "customers/search/sqlite.py": {"places"},
    "exchange/reading/tables.py": {
        "self.rows", "self.broken", "table", "table.name", "table.broken", "texts", "nothing", "ends",
    },
    "exchange/staging/": {
        # keys of FIELDS and numbers of files: ours, not the file's
        "key", "field", "slot", "number", "texts.number", "FIELDS[key].longest",
        # tables named by those
        "table.name", "table.broken", "texts.table.name", "texts.sql", "self.sql",
        # lists and clauses made of those
        "fields", "derived", "joins", "said", "values", "absent", "nothing", "columns", "asked", "column", "tip",
        "shown", "payments", "n", "held", "latest", "given", "told", "offset",
    },
    # Names of declared relations and of their columns (core/attributes.py), and what is made of those.
    "lake/copying.py": {"name", "columns", "column", "called", "key", "others", "declared"},
    # Names and SQL of relations and columns that rooms declare (lake/relations.py).
    "lake/checking.py": {"relation.name"},
    "lake/engines/duck.py": {"name", "held.key"},
    "lake/fetching.py": {"sql"},
    "lake/following.py": {"relation.keyed"},
    # Rollups are declared in the source (lake/rollups): their names, columns and SELECTs, what those are put together
    # to, and names of the lake's own files and first ids of theirs.
    "lake/booked.py": {"columns", "where", "files_read", "rows", "_rows", "key", "last", "kept"},
    "lake/rolled.py": {"told", "parts", "keys", "rows", "listed", "where", "table"},
    "lake/kept_rows.py": {
        "known", "kept", "files", "files_read", "touched", "among", "redone", "select", "self.replaced",
        "self._rows_of_unknown",
    },
    "lake/rolling.py": {
        "came", "went", "negated", "among", "touched", "now", "select", "known", "kept", "of", "redone",
        "parts", "looked_up", "held.key", "key", "self._touched", "self._then", "self._came_and_went", "self._looked_up",
        "self._kept.replaced", "files_read", "self._now", "self._came", "self._went", "put_to", "one", "other", "then",
        "moved", "made", "table", "same", "self._put", "only", "only_in", "before", "changed",
    },
    "lake/rolling_up.py": {
        "files_read", "select", "str(file).replace", "order", "table", "begin", "rows", "listed",
        "rollup.keys", "rollup.name", "read", "some", "self._whole_of", "key", "sums", "held.key", "held.gone.column_names[0]", "replaced", "parts", "each.name",
    },
    "reports/narrowing.py": {"relation", "conditions"},  # of the contract, with values bound
    "reports/running.py": {"held"},  # names of relations
    "reports/wording.py": {"Product._meta.db_table"},
    "segments/copying.py": {"columns", "relation.sql"},
    "segments/showing.py": {"columns"},
    "storage/opening.py": {"name"},
    "storage/sqlcipher/base.py": {"key", "pragma"},  # 64 hexadecimal digits, and three names of settings
    "storage/reading.py": {"columns"},
    "storage/writing.py": {"marks", "column", "lock"},
}  # fmt: skip


def _parts(node: ast.expr) -> list[ast.expr]:
    """What an expression puts together, where it does nothing else; itself otherwise."""
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Constant(), attr="join"), args=[joined]):
            return [joined]
        case ast.List(elts=parts) | ast.Tuple(elts=parts):
            return [part.value if isinstance(part, ast.Starred) else part for part in parts]
        case ast.GeneratorExp(elt=part) | ast.ListComp(elt=part):
            return [part]
        case ast.JoinedStr(values=parts):
            return [part.value if isinstance(part, ast.FormattedValue) else part for part in parts]
        case _:
            return [node]


def _is_our_own(node: ast.expr, names: set[str]) -> bool:
    if isinstance(node, ast.Constant):
        return True
    text = ast.unparse(node.func if isinstance(node, ast.Call) else node)
    if isinstance(node, ast.Call):
        return text in _MAKERS or text in names or text.endswith("_sql")
    return text in names or text.endswith("_sql") or _CONSTANT.fullmatch(text) is not None


def _unlisted(node: ast.expr, names: set[str]) -> Iterator[str]:
    """The parts of an interpolated expression that are not known to be our own."""
    parts = _parts(node)
    if parts != [node]:
        for part in parts:
            yield from _unlisted(part, names)
    elif not _is_our_own(node, names):
        yield f"{{{ast.unparse(node)}}}"


def _text_of(node: ast.JoinedStr) -> str:
    return "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))


def sql_with_values(tree: ast.AST, names: set[str]) -> list[str]:
    """What the SQL f-strings of the tree interpolate and nobody has listed."""
    return [
        f"line {node.lineno}: {unlisted}"
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr) and _SQL.search(_text_of(node))
        for part in node.values
        if isinstance(part, ast.FormattedValue)
        for unlisted in _unlisted(part.value, names)
    ]


def sql_put_together(tree: ast.AST) -> list[str]:
    """The SQL texts of the tree that are filled by `%` or `.format`, which nobody can look into."""
    found = []
    for node in ast.walk(tree):
        match node:
            case ast.BinOp(left=ast.Constant(value=str(text)), op=ast.Mod()) if _SQL.search(text):
                found.append(f"line {node.lineno}: {text[:40]!r} % ...")
            case ast.Call(func=ast.Attribute(value=ast.Constant(value=str(text)), attr="format")) if _SQL.search(text):
                found.append(f"line {node.lineno}: {text[:40]!r}.format(...)")
    return found


def _names_of(path: str) -> set[str]:
    return set().union(*(names for part, names in NAMES.items() if path.startswith(part)))


@pytest.mark.parametrize("module", [pytest.param(module, id=module.path) for module in modules()])
def test_no_value_becomes_part_of_an_sql_text(module):
    assert sql_with_values(module.tree, _names_of(module.path)) == []
    assert sql_put_together(module.tree) == []


def test_a_value_in_an_sql_text_is_seen():
    assert sql_with_values(ast.parse('f"SELECT 1 FROM t WHERE a = {name}"'), set()) == ["line 1: {name}"]
    assert sql_with_values(ast.parse("""f"DELETE FROM t WHERE {in_list('id')}" """), set()) == []
    assert sql_with_values(ast.parse("""f"SELECT {', '.join([*fields, name])} FROM t" """), {"fields"}) == [
        "line 1: {name}"
    ]
    assert sql_put_together(ast.parse('"SELECT %s" % name')) == ["line 1: 'SELECT %s' % ..."]


def test_every_listed_name_is_still_used():
    for part, names in NAMES.items():
        used = {
            ast.unparse(node)
            for module in modules()
            if module.path.startswith(part)
            for node in ast.walk(module.tree)
            if isinstance(node, ast.Name | ast.Attribute | ast.Subscript)
        }
        assert names - used == set(), part
