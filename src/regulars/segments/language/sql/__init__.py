"""A rule as SQL: one tree of sqlglot expressions for SQLite, PostgreSQL and DuckDB; what a person wrote is bound.

    binding.py     what is bound: values, days seen from today, lists found when it is asked
    dialects.py    the few expressions that engines write differently
    comparing.py   a column held against values
    rows.py        relations as subqueries; whether a customer has a row that passes
    measuring.py   measures: one pass over sales and one over lines for all of them
    conditions.py  a rule as a condition on a customer
    plan.py        some rules as one statement

Positive conditions may come to NULL, which counts as false; every negation is written `NOT COALESCE(x, FALSE)`. So a
rule has two values on every engine, whatever is unknown.
"""
