"""An answer holds what its shape says: these columns, in this order, of these types."""

from collections.abc import Mapping

import pyarrow as pa

from regulars.reports.errors import ReportBroken
from regulars.reports.folders import Question
from regulars.reports.shape import Part, Unit

TYPES: Mapping[Unit, pa.DataType] = {
    Unit.MONEY: pa.int64(), Unit.COUNT: pa.int64(), Unit.QUANTITY: pa.int64(), Unit.DAYS: pa.int64(),
    Unit.CUSTOMER: pa.int64(), Unit.STORE: pa.int32(), Unit.PRODUCT: pa.int32(), Unit.GROUP: pa.int32(),
    Unit.WEEKDAY: pa.int32(), Unit.HOUR: pa.int32(), Unit.SHARE: pa.float64(), Unit.NUMBER: pa.float64(),
    Unit.CURRENCY: pa.float64(), Unit.AVERAGE_DAYS: pa.float64(), Unit.DAY: pa.date32(), Unit.PERIOD: pa.string(),
    Unit.TEXT: pa.string(), Unit.WORD: pa.string(), Unit.YES: pa.bool_(),
}  # fmt: skip


def part_checked(question: Question, part: Part, tables: Mapping[str, pa.Table]) -> pa.Table:
    """The table of a part. What an own report gives is brought to its type where nothing is lost by it.

    Raises ReportBroken.
    """
    file = f"{question.report.key}/{part.name}.sql"
    table = tables.get(part.name)
    if table is None:
        raise ReportBroken(file=file, reason=f'`computed` gives no part "{part.name}"')
    wanted = [column.name for column in part.columns]
    if missing := [name for name in wanted if name not in table.column_names]:
        raise ReportBroken(file=file, reason=f'it gives no column "{missing[0]}"')
    schema = pa.schema([(column.name, TYPES[column.unit]) for column in part.columns])
    chosen = table.select(wanted)
    if chosen.schema.equals(schema):
        return chosen
    try:
        return chosen.cast(schema)
    except pa.ArrowException as error:
        told = str(error).partition("\n")[0].rstrip(".")
        raise ReportBroken(file=file, reason=f"its columns are not of the types their units say: {told}") from None
