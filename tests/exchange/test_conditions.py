"""The rule language of mappings: read, refused with its place, and turned into SQL that binds every value."""

from decimal import Decimal

import duckdb
import pytest

from regulars.exchange.conditions import (
    AllOf,
    AnyOf,
    Bound,
    Compare,
    Known,
    Not,
    StartsWith,
    condition_read,
    keys_of,
    to_sql,
)
from regulars.exchange.errors import ConditionWrong

NUMBER, QUANTITY = "sale_number", "line_quantity"


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("number starts with 'C'", StartsWith(NUMBER, "C")),
        ('number = "it\'s"', Compare(NUMBER, "=", "it's")),
        ("number = 'it''s'", Compare(NUMBER, "=", "it's")),
        ("quantity < 0", Compare(QUANTITY, "<", Decimal(0))),
        ("line.total>=-1.5", Compare("line_total", ">=", Decimal("-1.5"))),
        ("customer is unknown", Not(Known("customer"))),
        ("sku is not known", Not(Known("line_sku"))),
        (
            "quantity < 0 and not number starts with 'C'",
            AllOf((Compare(QUANTITY, "<", Decimal(0)), Not(StartsWith(NUMBER, "C")))),
        ),
        (
            "sku = 'A' or sku = 'B' and quantity = 1",
            AnyOf(
                (
                    Compare("line_sku", "=", "A"),
                    AllOf((Compare("line_sku", "=", "B"), Compare(QUANTITY, "=", Decimal(1)))),
                )
            ),
        ),
        (
            "(sku = 'A' or sku = 'B') and quantity = 1",
            AllOf(
                (
                    AnyOf((Compare("line_sku", "=", "A"), Compare("line_sku", "=", "B"))),
                    Compare(QUANTITY, "=", Decimal(1)),
                )
            ),
        ),
    ],
)
def test_a_rule_is_read(text, condition):
    assert condition_read(text) == condition


@pytest.mark.parametrize(
    ("text", "position", "words"),
    [
        ("quantty < 0", 1, "did you mean «quantity»"),
        ("quantity <", 11, "a number or a text"),
        ("quantity < 'two'", 12, "without quotes"),
        ("number starts with 5", 20, "in quotes"),
        ("total > 5", 1, "«sale.total» or «line.total»"),
        ("quantity < 0 quantity", 14, "should end here"),
        ("(quantity < 0", 14, "closing parenthesis"),
        ("customer = 'x'", 10, "is known"),
        ("quantity ~ 0", 10, "«~» means nothing"),
        ("sold_at < 'May'", 11, "2026-11-22"),
        ("", 1, "name of a field"),
    ],
)
def test_a_wrong_rule_says_where_and_why(text, position, words):
    with pytest.raises(ConditionWrong) as caught:
        condition_read(text)
    assert caught.value.facts["position"] == position
    assert words in str(caught.value)


def holds(text: str, *, number: str | None = "C1", quantity: int | None = -2, code: str | None = None) -> bool:
    bound = Bound()
    columns = {"sale_number": "number", "line_quantity": "quantity", "customer_code": "code"}
    sql = to_sql(condition_read(text), columns, bound, places=2)
    row = {"number": number, "quantity": None if quantity is None else quantity * 1000, "code": code}
    with duckdb.connect() as connection:
        made = "SELECT $number::VARCHAR AS number, $quantity::BIGINT AS quantity, $code::VARCHAR AS code"
        [[found]] = connection.execute(f"SELECT {sql} FROM ({made})", {**bound.values, **row}).fetchall()
    return found


@pytest.mark.parametrize(
    ("text", "row", "expected"),
    [
        ("number starts with 'C'", {}, True),
        ("number starts with 'c'", {}, False),
        ("quantity < 0", {}, True),
        ("quantity < -2", {}, False),
        ("quantity = -2.0", {}, True),
        ("quantity < 0", {"quantity": None}, False),
        ("quantity != 5", {"quantity": None}, True),
        ("not quantity = 5", {"quantity": None}, True),
        ("customer is unknown", {}, True),
        ("customer is known", {"code": "17850"}, True),
        ("sku is unknown", {}, True),
        ("sku = 'x'", {}, False),
        ("number = ''' OR 1=1 --'", {}, False),
        ("number = ''' OR 1=1 --'", {"number": "' OR 1=1 --"}, True),
    ],
)
def test_a_rule_holds_or_not_and_is_never_unknown(text, row, expected):
    assert holds(text, **row) is expected


def test_a_rule_tells_the_fields_it_asks_for():
    asked = set(keys_of(condition_read("quantity < 0 and customer is unknown or not number = 'x'")))
    assert asked == {"line_quantity", "customer_code", "customer_phone", "customer_email", "sale_number"}
