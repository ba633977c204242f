"""Whom time alone may have moved between two days: looked up by the days that an end of a window has passed."""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import reduce
from operator import or_

from django.db import connection
from django.db.models import Q

from regulars.core.attributes import relations
from regulars.customers.ages import OLDEST
from regulars.customers.models import Customer, CustomValue
from regulars.sales.models import CustomerFacts, Sale
from regulars.segments.asking import rule_members
from regulars.segments.language.birthdays import EVERYBODY, Births, MonthDay
from regulars.segments.language.limits import conditions
from regulars.segments.language.turning import Place, Turning, turning
from regulars.segments.language.windows import Days
from regulars.segments.live import Live
from regulars.segments.resolving import any_of

# So many conditions on `overdue` are asked of everybody; were there more, looking at all who ordered twice is quicker.
_MOST_OVERDUE = 8


def customers_turned(live: Live, *, before: date, after: date) -> list[int]:
    """The customers for whom a live rule may hold on one of the two days and not on the other, by number.

    Never too few. A query for each range of days, two for each condition on `overdue`.
    """
    if not live.turning:
        return []
    turned = turning(any_of(*live.turning.values()), before=before, after=after)
    found = [*_found(turned, after), *(_overdue(live, before, after) if turned.ordered_twice else ())]
    return sorted({customer for some in found for customer in some})


def _overdue(live: Live, before: date, after: date) -> Iterator[Iterable[int]]:
    """Today is in `overdue` of whoever has two orders, most of a shop; it passes a threshold for few of them each day.

    So the conditions themselves are asked of everybody, seen from both days; two queries for each.
    """
    placed = [each.condition for rule in live.turning.values() for each in conditions(rule)]
    asked = {each for each in placed if turning(each, before=before, after=after).ordered_twice}
    if len(asked) > _MOST_OVERDUE:
        yield CustomerFacts.objects.filter(orders__gte=2).order_by().values_list("customer_id", flat=True)
        return
    for each in asked:
        earlier, later = (set(rule_members(each, today=day, terms=live.terms)) for day in (before, after))
        yield earlier ^ later


def _found(turned: Turning, today: date) -> Iterator[Iterable[int]]:
    for days in turned.sale_days:
        sales = Sale.objects.filter(_within("day", days), customer__isnull=False).order_by()
        yield sales.values_list("customer_id", flat=True).distinct()
    for place, ranges in turned.fact_days.items():
        for days in ranges:
            yield _with_day_in(place, days)
    for births in turned.births:
        yield Customer.objects.filter(_born(births, today)).order_by().values_list("id", flat=True)
    for name, ranges in turned.fields.items():
        for days in ranges:
            values = CustomValue.objects.filter(_within("value", days), field__name=name).order_by()
            yield values.values_list("customer_id", flat=True)


def _within(column: str, days: Days) -> Q:
    """Days are written so that their texts have their order."""
    first = Q() if days.first is None else Q(**{f"{column}__gte": days.first.isoformat()})
    return first if days.last is None else first & Q(**{f"{column}__lte": days.last.isoformat()})


def _with_day_in(place: Place, days: Days) -> list[int]:
    relation, column = place
    rows_sql = relations()[relation].sql
    column_sql = connection.ops.quote_name(column)
    statement = f"SELECT DISTINCT customer FROM ({rows_sql}) AS told WHERE {column_sql} BETWEEN %s AND %s"
    with connection.cursor() as cursor:
        bounds = [(days.first or date.min).isoformat(), (days.last or date.max).isoformat()]
        cursor.execute(statement, bounds)
        return [row[0] for row in cursor.fetchall()]


def _born(births: Births, today: date) -> Q:
    """Born on those days of any year: an index leads to each."""
    if births == EVERYBODY:
        return Q(birth_date__isnull=False)
    years = range(today.year - OLDEST - 1, today.year + 1)
    return reduce(or_, (Q(birth_date__range=(_first(births.first, year), _last(births.last, year))) for year in years))


def _first(day: MonthDay, year: int) -> date:
    try:
        return date(year, *day)
    except ValueError:
        return date(year, 3, 1)


def _last(day: MonthDay, year: int) -> date:
    try:
        return date(year, *day)
    except ValueError:
        return date(year, 2, 28)
