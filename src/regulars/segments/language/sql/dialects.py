"""The few expressions that the engines write differently."""

from enum import StrEnum

from sqlglot import exp, parse_one


class Dialect(StrEnum):
    """Who reads the statement."""

    SQLITE = "sqlite"
    POSTGRES = "postgres"
    DUCKDB = "duckdb"


def column(name: str, table: str) -> exp.Column:
    return exp.column(name, table=table)


def among(held: exp.Expr, parameter: str, dialect: Dialect) -> exp.Expr:
    """`held` is one of the list bound under that name."""
    place = exp.Placeholder(this=parameter)
    match dialect:
        case Dialect.SQLITE:
            rows = exp.select("value").from_(exp.Table(this=exp.func("json_each", place)))
            return exp.In(this=held, query=rows.subquery())
        case Dialect.POSTGRES:
            return exp.EQ(this=held, expression=exp.Any(this=exp.Paren(this=place)))
        case Dialect.DUCKDB:
            return exp.In(this=held, query=exp.select(exp.func("unnest", place)).subquery())


def day(place: exp.Expr, dialect: Dialect) -> exp.Expr:
    """A bound day as the engine holds days: SQLite as text."""
    return place if dialect is Dialect.SQLITE else exp.cast(place, "date")


def days_between(later: exp.Expr, earlier: exp.Expr, dialect: Dialect) -> exp.Expr:
    """Whole days from one day to another."""
    if dialect is Dialect.SQLITE:
        julian = exp.Sub(this=_julian(later), expression=_julian(earlier))
        return exp.cast(exp.Paren(this=julian), "integer")
    return exp.cast(exp.Paren(this=exp.Sub(this=later, expression=earlier)), "bigint")


def _julian(day_: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this="julianday", expressions=[day_])


def month_day(born: exp.Expr, dialect: Dialect) -> exp.Expr:
    """Month and day as one number: 229 is 29 February."""
    if dialect is Dialect.SQLITE:
        month, day_ = (exp.Anonymous(this="substr", expressions=[born.copy(), *_numbers(at, 2)]) for at in (6, 9))
        return exp.cast(exp.Paren(this=exp.DPipe(this=month, expression=day_)), "integer")
    parts: list[exp.Expr] = [exp.Extract(this=exp.var(part), expression=born.copy()) for part in ("month", "day")]
    if dialect is Dialect.POSTGRES:
        parts = [exp.cast(part, "integer") for part in parts]
    return exp.Add(this=exp.Mul(this=parts[0], expression=exp.Literal.number(100)), expression=parts[1])


def month(born: exp.Expr) -> exp.Expr:
    """The month of a day, as DuckDB reads it."""
    return exp.Extract(this=exp.var("month"), expression=born.copy())


def ahead(number: exp.Expr, first: exp.Expr, around: int, dialect: Dialect) -> exp.Expr:
    """How far the number is from the first, on a circle that is so long."""
    whole = exp.Literal.number(around)
    if dialect is Dialect.DUCKDB:
        missing = exp.Paren(this=exp.Sub(this=whole, expression=first))
        return exp.Mod(this=exp.Paren(this=exp.Add(this=number, expression=missing)), expression=whole.copy())
    far = exp.Sub(this=number, expression=first)
    passed = exp.Add(this=far.copy(), expression=whole)
    return exp.Case().when(exp.GTE(this=number.copy(), expression=first.copy()), far).else_(passed)


def _numbers(*numbers: int) -> list[exp.Expr]:
    return [exp.Literal.number(number) for number in numbers]


def pair(first: exp.Expr, second: exp.Expr, dialect: Dialect) -> exp.Expr:
    """One value that tells pairs of a number and a day apart."""
    if dialect is Dialect.SQLITE:
        slash = exp.DPipe(this=first, expression=exp.Literal.string("/"))
        return exp.DPipe(this=slash, expression=second)
    epoch = exp.cast(exp.Literal.string("1970-01-01"), "date")
    wide = exp.Mul(this=exp.cast(first, "bigint"), expression=exp.Literal.number(10_000_000))
    return exp.Add(this=wide, expression=days_between(second, epoch, dialect))


def double(held: exp.Expr) -> exp.Expr:
    return exp.cast(held, "double")


def in_code_order(text: exp.Expr, dialect: Dialect) -> exp.Expr:
    """The text, sorted by its code points as SQLite and DuckDB do anyway."""
    if dialect is Dialect.POSTGRES:
        return exp.Collate(this=text, expression=exp.to_identifier("C", quoted=True))
    return text


def statement(tree: exp.Expr, dialect: Dialect) -> str:
    """The statement as its engine reads it."""
    return tree.sql(dialect=dialect.value)


def relation_tree(sql: str) -> exp.Query:
    """A relation's own SELECT."""
    tree = parse_one(sql)
    if not isinstance(tree, exp.Query):
        raise TypeError(sql)
    return tree
