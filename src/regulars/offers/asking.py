"""An offer as people and programs write it: names, decimal texts, percentages; read with all its faults, and written.

{"kind": "percent", "percent": "10", "level": "order", "tiers": ["Loyalty: Gold"], "weekdays": ["saturday"],
 "hours": ["15:00-18:00"], "minimum": "50.00", "family": "tier"}
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from regulars.core.days import WEEKDAYS, minute_of_day
from regulars.core.errors import Fault, Invalid
from regulars.core.money import amount_milli, amount_minor, amount_text, milli_text
from regulars.core.text import marked as _
from regulars.core.text import nearest
from regulars.offers.engine.terms import (
    MINUTES_OF_A_DAY,
    MOST_NAMED,
    Conditions,
    Hours,
    Kind,
    Level,
    OfferTerms,
    Target,
    terms_faults,
)
from regulars.offers.errors import OfferWrong
from regulars.sales.models import CHANNELS

T = TypeVar("T")
_Choice = TypeVar("_Choice", bound=StrEnum)
_LONGEST_WORD = 200
_TARGET = {"skus": "products", "categories": "categories", "brands": "brands", "not_categories": "not_categories"}


@dataclass(frozen=True, slots=True)
class Names:
    """What names lead to, and the decimals of the currency: groups and tiers ("Loyalty: Gold"), stores."""

    groups: Mapping[str, int]
    tiers: Mapping[str, int]
    stores: Mapping[str, int]
    places: int


@dataclass(slots=True)
class _Reader:
    """What is left to be read of the form, and what was wrong so far."""

    left: dict[str, Any]
    names: Names
    faults: list[Fault] = field(default_factory=list)

    def take(self, name: str, read: Callable[[Any], T], absent: T) -> T:
        """What stands under the name; what it is where nothing does."""
        value = self.left.pop(name, None)
        if value is None or value in ("", [], {}):
            return absent
        try:
            return read(value)
        except Invalid as error:
            self.faults.append(Fault(name, str(error)))
        except (TypeError, ValueError):
            self.faults.append(Fault(name, _('"%s" cannot stand here') % str(value)[:_LONGEST_WORD]))
        return absent

    def choice(self, name: str, choices: type[_Choice], absent: _Choice) -> _Choice:
        return self.take(name, lambda value: _one_of(value, choices), absent)

    def texts(self, name: str) -> tuple[str, ...]:
        nothing: tuple[str, ...] = ()
        return self.take(name, _texts, nothing)

    def named(self, name: str, known: Mapping[str, int]) -> tuple[int, ...]:
        """The numbers of what is called so."""
        told = self.texts(name)
        for each in told:
            if each not in known:
                near = nearest(each, known)
                hint = _('; did you mean "%s"?') % near if near else ""
                self.faults.append(Fault(name, _('there is no "%s" here%s') % (each, hint)))
        return tuple(known[each] for each in told if each in known)


def terms_asked(form: Mapping[str, Any], *, names: Names) -> OfferTerms:
    """The terms that were written so. Raises OfferWrong with everything that is wrong."""
    if not isinstance(form, Mapping):
        raise OfferWrong([Fault("", _("an offer is an object of names and values"))])
    reader = _Reader(dict(form), names)
    minor: Callable[[Any], int] = lambda value: amount_minor(value, places=names.places)  # noqa: E731
    kind = reader.choice("kind", Kind, Kind.PERCENT)
    terms = OfferTerms(
        kind=kind,
        level=reader.choice("level", Level, Level.ITEM),
        target=_target_read(reader, ""),
        percent_milli=reader.take("percent", amount_milli, 100_000 if kind is Kind.BUY_X_GET_Y else 0),
        amount=reader.take("amount", minor, 0),
        price_milli=reader.take("price", lambda value: amount_milli(value, places=names.places), 0),
        buy=reader.take("buy", _whole, 0),
        get=reader.take("get", _whole, 0),
        gets=reader.take("gets", lambda value: _gets_read(value, reader), None),
        most_times=reader.take("most_times", _whole_or_none, None),
        conditions=_conditions_read(reader, minor),
        family=reader.take("family", _text, ""),
        priority=reader.take("priority", _whole, 0),
        stack=reader.take("stack", _whole, 0),
        per_customer=reader.take("per_customer", _whole_or_none, None),
        in_all=reader.take("in_all", _whole_or_none, None),
        holdout_milli=reader.take("holdout", lambda value: amount_milli(value) // 100, 0),
    )
    if kind is Kind.PERCENT and "kind" not in form:
        reader.faults.insert(0, Fault("kind", _("write one of %s") % ", ".join(Kind)))
    unknown = [Fault(str(name)[:40], _("an offer has no such part")) for name in reader.left]
    faults = [*reader.faults, *unknown] or terms_faults(terms)
    if faults:
        raise OfferWrong(faults)
    return terms


def _conditions_read(reader: _Reader, minor: Callable[[Any], int]) -> Conditions:
    names = reader.names
    return Conditions(
        groups=reader.named("groups", names.groups),
        tiers=reader.named("tiers", names.tiers),
        stores=reader.named("stores", names.stores),
        channels=reader.take("channels", _channels, ()),
        first_day=reader.take("from", _day_or_none, None),
        last_day=reader.take("until", _day_or_none, None),
        weekdays=reader.take("weekdays", _weekdays, ()),
        hours=reader.take("hours", _hours, ()),
        minimum=reader.take("minimum", minor, 0),
        is_minimum_after=reader.take("minimum_tests", _is_after, absent=False),
        minimum_units=reader.take("minimum_units", _whole, 0),
        is_first_order=reader.take("first_order", _truth, absent=False),
        needs_code=reader.take("code", _truth, absent=False),
        needs_grant=reader.take("given", _truth, absent=False),
    )


def _target_read(reader: _Reader, place: str) -> Target:
    told = {ours: reader.texts(theirs) for ours, theirs in _TARGET.items()}
    for fault in [n for n, each in enumerate(reader.faults) if place and each.place in _TARGET.values()]:
        reader.faults[fault] = Fault(f"{place}.{reader.faults[fault].place}", reader.faults[fault].message)
    return Target(**told)


def _gets_read(value: Any, reader: _Reader) -> Target | None:
    inner = _Reader(dict(value), reader.names)
    target = _target_read(inner, "gets")
    reader.faults += [*inner.faults, *(Fault(f"gets.{name}", _("an offer has no such part")) for name in inner.left)]
    return target


def _one_of(value: object, choices: type[_Choice]) -> _Choice:
    if not isinstance(value, str) or value not in {each.value for each in choices}:
        raise Invalid(reason=_("write one of %s") % ", ".join(choices))
    return choices(value)


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST_WORD or "\x00" in value:
        raise Invalid(reason=_("write a text of at most %s characters") % _LONGEST_WORD)
    return value.strip()


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or len(value) > MOST_NAMED:
        raise Invalid(reason=_("write a list of texts, %s at most") % MOST_NAMED)
    return tuple(dict.fromkeys(_text(each) for each in value))


def _channels(value: object) -> tuple[str, ...]:
    told = _texts(value)
    if set(told) - set(CHANNELS):
        raise Invalid(reason=_("write one of %s") % ", ".join(CHANNELS))
    return told


def _whole(value: object) -> int:
    if isinstance(value, bool) or not (
        isinstance(value, int) or (isinstance(value, str) and value.lstrip("-").isdecimal())
    ):
        raise Invalid(reason=_('"%s" is no whole number') % str(value)[:40])
    return int(value)


def _whole_or_none(value: object) -> int | None:
    return _whole(value)


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise Invalid(reason=_("write true or false"))
    return value


def _is_after(value: object) -> bool:
    if value not in ("before", "after"):
        raise Invalid(reason=_("write before or after (the offers on items)"))
    return value == "after"


def _day_or_none(value: object) -> date | None:
    try:
        return date.fromisoformat(_text(value))
    except ValueError:
        raise Invalid(reason=_('"%s" is no day; write it as 2026-11-22') % str(value)[:40]) from None


def _weekdays(value: object) -> tuple[int, ...]:
    told = _texts(value)
    if set(told) - set(WEEKDAYS):
        raise Invalid(reason=_("write days such as monday"))
    return tuple(sorted(WEEKDAYS.index(each) + 1 for each in told))


def _hours(value: object) -> tuple[Hours, ...]:
    return tuple(_hours_of(each) for each in _texts(value))


def _hours_of(text: str) -> Hours:
    begin, dash, until = text.partition("-")
    if not dash:
        raise Invalid(reason=_('"%s" are no hours; write 15:00-18:00') % text[:40])
    end = MINUTES_OF_A_DAY if until.strip() == "24:00" else minute_of_day(until.strip())
    return Hours(minute_of_day(begin.strip()), end)


def terms_written(terms: OfferTerms, *, names: Names) -> dict[str, Any]:
    """The terms as `terms_asked` reads them; what is not told is left out."""
    given, places = terms.conditions, names.places
    told: dict[str, Any] = {
        "kind": terms.kind.value,
        "level": terms.level.value,
        "percent": milli_text(terms.percent_milli) if terms.percent_milli else None,
        "amount": amount_text(terms.amount, places=places) if terms.amount else None,
        "price": milli_text(terms.price_milli, places=places) if terms.kind is Kind.FIXED_PRICE else None,
        "buy": terms.buy,
        "get": terms.get,
        **_target_written(terms.target),
        "gets": None if terms.gets is None else _target_written(terms.gets),
        "most_times": terms.most_times,
        **_conditions_written(given, names),
        "family": terms.family,
        "priority": terms.priority,
        "stack": terms.stack,
        "per_customer": terms.per_customer,
        "in_all": terms.in_all,
        "holdout": milli_text(terms.holdout_milli * 100) if terms.holdout_milli else None,
    }
    return {name: value for name, value in told.items() if value not in (None, "", 0, [], False)}


def _conditions_written(given: Conditions, names: Names) -> dict[str, Any]:
    return {
        "groups": _called(given.groups, names.groups),
        "tiers": _called(given.tiers, names.tiers),
        "stores": _called(given.stores, names.stores),
        "channels": list(given.channels),
        "from": given.first_day.isoformat() if given.first_day else None,
        "until": given.last_day.isoformat() if given.last_day else None,
        "weekdays": [WEEKDAYS[day - 1] for day in given.weekdays],
        "hours": [f"{_clock(each.begin)}-{_clock(each.until)}" for each in given.hours],
        "minimum": amount_text(given.minimum, places=names.places) if given.minimum else None,
        "minimum_tests": "after" if given.is_minimum_after else None,
        "minimum_units": given.minimum_units,
        "first_order": given.is_first_order,
        "code": given.needs_code,
        "given": given.needs_grant,
    }


def _called(ids: Sequence[int], known: Mapping[str, int]) -> list[str]:
    by_id = {id_: name for name, id_ in reversed(list(known.items()))}
    return [by_id.get(id_, str(id_)) for id_ in ids]


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _target_written(target: Target) -> dict[str, Any]:
    held = {each.name: list(getattr(target, each.name)) for each in fields(target)}
    return {_TARGET[name]: value for name, value in held.items() if value}
