"""Days, not clocks: the business day a moment belongs to, fixed when a sale is recorded."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from babel.core import get_global

from regulars.core.errors import Invalid
from regulars.core.text import marked as _
from regulars.core.text import nearest

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class UnknownTimeZone(Invalid):
    code = "core.unknown_time_zone"
    message = _('"%(timezone)s" is no time zone; write one such as %(example)s.')


class NotAMinuteOfDay(Invalid):
    code = "core.not_a_minute_of_day"
    message = _('"%(value)s" is no time of day; write it as 04:00.')


class Moment(NamedTuple):
    """A moment as the store lived it: business day, weekday (1 is Monday), local hour and minute."""

    day: date
    weekday: int
    hour: int
    minute: int


@cache
def timezone_of(name: str) -> ZoneInfo:
    """The time zone of an IANA name. Raises UnknownTimeZone with the nearest known one."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        example = nearest(name, available_timezones()) or "Europe/London"
        raise UnknownTimeZone(timezone=name, example=example) from None


def moment_at(at: datetime, *, timezone: ZoneInfo, cutoff_minutes: int) -> Moment:
    """What the clock on the store's wall showed, and the business day it counted for.

    With a cut-off of 04:00 (240) the hours from midnight to 03:59 belong to the day before.
    """
    local = at.astimezone(timezone)
    naive = local.replace(tzinfo=None)
    day = (naive - timedelta(minutes=cutoff_minutes)).date() if cutoff_minutes else naive.date()
    return Moment(day, day.isoweekday(), local.hour, local.minute)


def minute_of_day(text: str) -> int:
    """Minutes after midnight of "HH:MM". Raises NotAMinuteOfDay."""
    hours, colon, minutes = text.partition(":")
    if not (colon and hours.isdecimal() and minutes.isdecimal() and int(hours) < 24 and int(minutes) < 60):
        raise NotAMinuteOfDay(value=text)
    return int(hours) * 60 + int(minutes)


def utc(at: datetime) -> datetime:
    """The same instant in UTC."""
    return at.astimezone(UTC)


def timezone_country(name: str) -> str:
    """The ISO 3166 code of the country a time zone is for; empty where it is for none or several."""
    found = str(get_global("zone_territories").get(name, ""))
    return found if len(found) == 2 else ""
