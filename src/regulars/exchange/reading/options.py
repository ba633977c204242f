"""What a mapping may say of how a file is written; what it leaves out is found in the file."""

from dataclasses import dataclass

from regulars.exchange.reading.dates import DateFormat


@dataclass(frozen=True, slots=True)
class FileOptions:
    """The [file] section. None means: find it, and refuse where there is doubt."""

    encoding: str | None = None
    delimiter: str | None = None
    header: bool | None = None
    columns: tuple[str, ...] = ()
    sheet: str | None = None
    date_format: DateFormat | None = None
    decimal: str | None = None
    thousands: str | None = None
    timezone: str | None = None
    currency: str | None = None
    # Whether a file may lack columns that the mapping names.
    is_partial: bool = False
