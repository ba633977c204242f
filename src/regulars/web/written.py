"""How the shop writes money, quantities, days and hours on its pages."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from babel.core import Locale
from babel.dates import format_date, format_time, format_timedelta
from babel.numbers import NumberPattern, format_currency, format_decimal, format_percent, parse_pattern
from django.utils.translation import gettext as _

from regulars.core.days import moment_at
from regulars.core.locales import locale_of
from regulars.core.money import MILLI, currency_places


@dataclass(frozen=True, slots=True)
class Shop:
    """The business as its pages write it, at one moment."""

    name: str
    currency: str
    country: str
    timezone: ZoneInfo
    cutoff_minutes: int
    language: str
    at: datetime

    @property
    def locale(self) -> str:
        """The language as the country writes it: English in Kenya is "en_KE"."""
        return locale_of(self.language, self.country)

    @property
    def today(self) -> date:
        """The business day it is."""
        return _day_at(self.at, self.timezone, self.cutoff_minutes)

    def money(self, minor: int | None) -> str:
        """An amount with its currency; empty for None."""
        return "" if minor is None else _money(minor, self.currency, self.locale)

    def amount(self, minor: int | None) -> str:
        """An amount without its currency, for a column whose head names it."""
        return "" if minor is None else _amount(minor, currency_places(self.currency), self.locale)

    def quantity(self, milli: int | None) -> str:
        """A quantity kept in thousandths: 1500 is "1.5"."""
        return "" if milli is None else _quantity(milli, self.locale)

    def count(self, number: int | None) -> str:
        """A whole number with its thousands apart."""
        return "" if number is None else _count(number, self.locale)

    def country_name(self, code: str) -> str:
        """A country by its name in the reader's language; a text that is no code of one, as it is."""
        return str(_read(self.locale).territories.get(code, code))

    def percent(self, share: float | None) -> str:
        """A share from 0 to 1 as whole percent."""
        return "" if share is None else format_percent(share, locale=self.locale)

    def day(self, day: date | None) -> str:
        """A day as the country writes it: "21 Nov 2026"."""
        return "" if day is None else _day(day, self.locale)

    def long_day(self, day: date | None) -> str:
        """A day with its weekday: "Saturday 21 November 2026"."""
        return "" if day is None else format_date(day, "full", locale=self.locale)

    def moment(self, at: datetime | None) -> str:
        """Day and time on the business's own clock."""
        return "" if at is None else f"{self.day(at.astimezone(self.timezone).date())}, {self.clock(at)}"

    def clock(self, at: datetime | None) -> str:
        """The time alone on the business's own clock."""
        return "" if at is None else _clock(at.astimezone(self.timezone).strftime("%H:%M"), self.locale)

    def ago(self, when: date | None) -> str:
        """How long ago, in words: a moment by the minute, a day by the day."""
        if when is None:
            return ""
        if isinstance(when, datetime):
            return format_timedelta(when - self.at, threshold=1, add_direction=True, locale=self.locale)
        days = (when - self.today).days
        if -1 <= days <= 1:
            return {0: _("today"), -1: _("yesterday"), 1: _("tomorrow")}[days]
        return _days_ago(days, self.locale)


@lru_cache(maxsize=64)
def _day_at(at: datetime, timezone: ZoneInfo, cutoff_minutes: int) -> date:
    return moment_at(at, timezone=timezone, cutoff_minutes=cutoff_minutes).day


# Babel reads a locale and a pattern anew each time, which takes longer than writing the number.
@cache
def _read(locale: str) -> Locale:
    return Locale.parse(locale)


@cache
def _pattern(text: str) -> NumberPattern:
    return parse_pattern(text)


# A page of a list shows hundreds of amounts and days, often the same; Babel takes 30 microseconds or more for each.
@lru_cache(maxsize=8192)
def _money(minor: int, currency: str, locale: str) -> str:
    amount = Decimal(minor).scaleb(-currency_places(currency))
    return str(format_currency(amount, currency, locale=_read(locale)))


@lru_cache(maxsize=8192)
def _amount(minor: int, places: int, locale: str) -> str:
    pattern = _pattern("#,##0." + "0" * places if places else "#,##0")
    return str(pattern.apply(Decimal(minor).scaleb(-places), _read(locale)))


@lru_cache(maxsize=4096)
def _day(day: date, locale: str) -> str:
    return str(format_date(day, "medium", locale=_read(locale)))


@lru_cache(maxsize=4096)
def _count(number: int, locale: str) -> str:
    return str(format_decimal(number, locale=_read(locale)))


@lru_cache(maxsize=4096)
def _quantity(milli: int, locale: str) -> str:
    return str(_pattern("#,##0.###").apply(Decimal(milli) / MILLI, _read(locale)))


@lru_cache(maxsize=4096)
def _clock(hour_and_minute: str, locale: str) -> str:
    return str(format_time(time.fromisoformat(hour_and_minute), "short", locale=locale))


@lru_cache(maxsize=4096)
def _days_ago(days: int, locale: str) -> str:
    # A year from a whole year on: eleven months are none yet.
    return str(format_timedelta(timedelta(days=days), threshold=1, add_direction=True, locale=_read(locale)))
