"""A statement in DuckDB's dialect as Spark reads it in ANSI mode, with the same answer and the same types. Pure.

sqlglot writes most of it: the order of NULLs, names in quotes, VALUES. What it does not know is here.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from sqlglot import exp, parse_one
from sqlglot.optimizer.annotate_types import annotate_types

# Before a name of a bound value: `:from` would be a word of the language.
PREFIX = "p_"


class Translated(NamedTuple):
    """The statement for Spark, the values it names (as `:p_name`), and the tables, among them its own WITHs."""

    sql: str
    values: frozenset[str]
    tables: frozenset[str]


@lru_cache(maxsize=256)
def translated(sql: str) -> Translated:
    """The statement, DuckDB's, as Spark's."""
    tree = annotate_types(parse_one(sql, read="duckdb"), dialect="duckdb")
    values = frozenset(each.name for each in tree.find_all(exp.Placeholder))
    tables = frozenset(each.name for each in tree.find_all(exp.Table))
    # What stands within comes first: what is around it is written around what became of it.
    for node in reversed(list(tree.walk())):
        for kinds, rewritten in _REWRITTEN:
            if isinstance(node, kinds) and (other := rewritten(node)) is not node:
                node.replace(other)
                break
    return Translated(tree.sql(dialect="spark"), values, tables)


def _prefixed(node: exp.Expr) -> exp.Expr:
    node.set("this", PREFIX + node.name)
    return node


def _as_bigint(node: exp.Expr) -> exp.Expr:
    """Spark gives 32 bits where DuckDB gives 64."""
    return exp.cast(node.copy(), "bigint")


def _numbered(node: exp.Expr) -> exp.Expr:
    """ROW_NUMBER, RANK and their like are 64 bits wide in DuckDB."""
    return _as_bigint(node) if isinstance(node.this, _NUMBERING) else node


def _as_double(node: exp.Expr) -> exp.Expr:
    """FLOOR and CEIL of a DOUBLE are DOUBLE in DuckDB; where they are cast at once it does not matter."""
    return node if isinstance(node.parent, exp.Cast) else exp.cast(node.copy(), "double")


def _rounded(node: exp.Expr) -> exp.Expr:
    """DuckDB rounds where a fraction becomes an integer, a DOUBLE's half to the even one; Spark would cut it off."""
    if not node.is_type(*exp.DataType.INTEGER_TYPES) or isinstance(node.this, exp.Floor | exp.Ceil | exp.Round):
        return node
    if node.this.is_type(*exp.DataType.FLOAT_TYPES):
        return exp.cast(exp.Anonymous(this="RINT", expressions=[node.this.copy()]), node.args["to"].copy())
    if node.this.is_type(exp.DataType.Type.DECIMAL):
        return exp.cast(exp.Round(this=node.this.copy()), node.args["to"].copy())
    return node


def _percentile(node: exp.Expr) -> exp.Expr:
    """QUANTILE_CONT(x, 0.5)"""
    if node.args.get("expression") is None:
        return node
    return exp.Anonymous(this="PERCENTILE", expressions=[node.this.copy(), node.args["expression"].copy()])


def _wide(node: exp.Expr) -> exp.Expr:
    """HUGEINT is what DuckDB sums to; Spark's widest integer is a decimal without a fraction."""
    if node.args.get("this") is exp.DataType.Type.INT128:
        return exp.DataType.build("decimal(38, 0)")
    return node


_NUMBERING = (exp.RowNumber, exp.Rank, exp.DenseRank, exp.Ntile)
_REWRITTEN: tuple[tuple[type[exp.Expr] | tuple[type[exp.Expr], ...], Callable[[exp.Expr], exp.Expr]], ...] = (
    (exp.Placeholder, _prefixed),
    (exp.Window, _numbered),
    ((exp.Length, exp.StrPosition, exp.Extract, exp.Year, exp.Month, exp.Day), _as_bigint),
    ((exp.Floor, exp.Ceil), _as_double),
    (exp.Cast, _rounded),
    (exp.PercentileCont, _percentile),
    (exp.DataType, _wide),
)
