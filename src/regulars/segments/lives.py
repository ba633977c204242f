"""All that is known of one customer, for whoever explains a rule."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from django.db import connection

from regulars.core.attributes import Column, Favourite, Filter, Relation, attributes, filters, relations
from regulars.groups.models import Group, Membership, Pin
from regulars.segments.language.life import Life, Row
from regulars.storage.writing import bound_list, in_list


def life_of(customer_id: int) -> Life:
    """The customer's rows of every relation, and those they lead to. One query for each relation, two more."""
    rows: dict[str, Sequence[Row]] = {}
    own = {name: relation for name, relation in relations().items() if "customer" in relation.columns}
    for name, relation in own.items():
        if name not in {"members", "pins"}:
            rows[name] = _rows(relation, "customer", [customer_id])
    for led, key, values in _led_to(rows):
        rows[led] = _rows(relations()[led], key, values)
    manual = Group.objects.filter(kind="manual").order_by().values("id")
    members = Membership.objects.filter(customer_id=customer_id, group_id__in=manual)
    return Life(
        rows,
        members=frozenset(members.values_list("group_id", flat=True)),
        pins=dict(Pin.objects.filter(customer_id=customer_id).values_list("group_id", "is_in")),
    )


def _led_to(rows: dict[str, Sequence[Row]]) -> Iterable[tuple[str, str, Collection[int]]]:
    """The relations that columns lead to, by which column of theirs, and the values that lead there."""
    told: dict[tuple[str, str], set[int]] = {}
    for each in (*attributes().values(), *filters().values()):
        if isinstance(each, Favourite | Filter) and each.via is not None:
            wanted = told.setdefault((each.via.relation, each.via.key), set())
            wanted |= {int(str(row[each.column])) for row in rows.get(each.relation, ())}
            # A sale may be counted without its lines, and a line without its sale.
            wanted |= {int(str(row[each.column])) for row in rows.get("lines", ()) if each.column in row}
    return [(relation, key, values) for (relation, key), values in told.items()]


def _rows(relation: Relation, key: str, values: Collection[int]) -> Sequence[Row]:
    names = list(relation.columns)
    columns_sql = ", ".join(connection.ops.quote_name(name) for name in names)
    rows_sql = relation.sql
    statement = f"SELECT {columns_sql} FROM ({rows_sql}) AS told WHERE {in_list(connection.ops.quote_name(key))}"
    with connection.cursor() as cursor:
        cursor.execute(statement, [bound_list(sorted(values))])
        found = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    days = [name for name, column in relation.columns.items() if column is Column.DATE]
    for row in found:
        for name in days:
            # SQLite keeps days as texts.
            if isinstance(row[name], str):
                row[name] = date.fromisoformat(row[name])
    return found
