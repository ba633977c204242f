"""The form of an export: what it may hold for whom, and what it comes to before anything leaves."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext

from regulars.access.rules import Actor
from regulars.exchange.exporting import LEFT_OUT, WITH_CONTACTS, WITHHELD, ExportCounts
from regulars.exchange.forms import CHANNELS, COLUMNS, CONTACT_COLUMNS, DEFAULT_COLUMNS, FORMS, PLAIN_COLUMNS
from regulars.web.history import CHANNELS as CHANNEL_LABELS
from regulars.web.segmenting.controls import Choice


@dataclass(frozen=True, slots=True)
class ExportAsked:
    """What is asked for: a form, its columns where it has none of its own, for which channel, for what."""

    form: str
    columns: tuple[str, ...]
    channel: str
    purpose: str

    @property
    def how(self) -> dict[str, Any]:
        """As the service takes it."""
        is_free = self.form in FORMS and not FORMS[self.form].columns
        return {"form": self.form, "columns": self.columns if is_free else (), "channel": self.channel or None}


def export_asked(told: QueryDict, *, actor: Actor) -> ExportAsked:
    """What the form says; at first the plain table."""
    form = told.get("form", "") or "csv"
    allowed = columns_allowed(actor)
    columns = tuple(each for each in told.getlist("column") if each in allowed)
    fitting = channels_of(form)
    channel = told.get("channel", "")
    if channel not in fitting:
        channel = fitting[0] if form in FORMS and FORMS[form].channels else ""
    return ExportAsked(form, columns or DEFAULT_COLUMNS, channel, told.get("purpose", ""))


def channels_of(form: str) -> tuple[str, ...]:
    """The channels an export of that form can be for."""
    return (FORMS[form].channels or CHANNELS) if form in FORMS else CHANNELS


def columns_allowed(actor: Actor) -> tuple[str, ...]:
    """The columns the actor may take."""
    return COLUMNS if actor.may(WITH_CONTACTS) else PLAIN_COLUMNS


def choices_of(asked: ExportAsked, *, actor: Actor) -> Mapping[str, Any]:
    """What may be chosen, as the page shows it."""
    is_free = not FORMS[asked.form].columns if asked.form in FORMS else True
    forms = [name for name in FORMS if actor.may(WITH_CONTACTS) or not FORMS[name].columns]
    any_channel = [Choice("", gettext("none: not for writing to them"), not asked.channel)]
    needs_none = asked.form in FORMS and not FORMS[asked.form].channels
    return {
        "forms": [Choice(name, gettext(FORMS[name].meaning), name == asked.form) for name in forms],
        "columns": [Choice(name, name.replace("_", " "), name in asked.columns) for name in columns_allowed(actor)]
        if is_free
        else [],
        "channels": [
            *(any_channel if needs_none else []),
            *(Choice(each, str(CHANNEL_LABELS[each]), each == asked.channel) for each in channels_of(asked.form)),
        ],
        "needs_purpose": bool(set(FORMS[asked.form].columns or asked.columns) & set(CONTACT_COLUMNS))
        if asked.form in FORMS
        else False,
    }


def left_out_shown(counts: ExportCounts) -> list[tuple[str, int]]:
    """Who is not in it, and which cells are empty, in words."""
    told = [(gettext(LEFT_OUT[reason]), count) for reason, count in counts.left_out.items()]
    return told + [(gettext(WITHHELD[cells]), count) for cells, count in counts.withheld.items()]
