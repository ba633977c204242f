"""The files of an import, read onto the desk."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from regulars.exchange.reading.tables import table_read
from regulars.exchange.staging.desk import Desk
from regulars.exchange.staging.profiles import profiles_made
from regulars.exchange.staging.rows import broken_add, rows_add, rows_begin, rows_finish
from regulars.exchange.staging.sales import sales_made
from regulars.exchange.staging.texts import needed_check, texts_made, texts_read


def files_read(desk: Desk, paths: Sequence[Path], *, country: str, today: date) -> None:
    """Every row of the files stands in `rows`, every sale in `sales`, what is wrong with them in `faults` and `broken`.

    Of files that tell of customers alone every row stands in `sales` by itself.
    Raises what `table_read`, `texts_made`, `needed_check` and `texts_read` raise.
    """
    found = []
    for number, path in enumerate(paths, 1):
        table = table_read(path, desk.mapping.file, headings=desk.mapping.headings, into=desk.connection, number=number)
        desk.files.append(path.name)
        found.append(texts_made(desk, table, number))
    desk.keys = frozenset(key for texts in found for key in texts.keys)
    for texts in found:
        needed_check(texts)
    rows_begin(desk)
    for texts in found:
        faulty = texts_read(texts, country=country, today=today)
        rows_add(desk, texts, faulty=faulty)
        broken_add(desk, texts.table, texts.number)
    rows_finish(desk)
    if desk.is_of_customers:
        profiles_made(desk)
    else:
        sales_made(desk)
