"""The editor of a rule: text and chips that say the same, whichever of the two somebody changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import QueryDict

from regulars.access.rules import Actor
from regulars.segments.language.checking import Known
from regulars.segments.language.errors import RuleWrong
from regulars.segments.language.forms import rule_of_form
from regulars.segments.language.writing import rule_text
from regulars.segments.showing import known_here, names_known
from regulars.web.segmenting.changes import condition_form, text_changed
from regulars.web.segmenting.chips import Node, chips_of, names_addable
from regulars.web.segmenting.controls import Choice
from regulars.web.segmenting.reading import Reading, reading_of, rule_or_none, text_typed, wrong_of
from regulars.web.written import Shop

# Fields that say what is pressed, not what a chip holds.
_PRESSED = ("do", "r.add")


@dataclass(frozen=True, slots=True)
class Edited:
    """A rule in the editor. `held`: the last text that could be read, which the chips show.

    `is_written`: the text is not the one that was typed, but follows from the chips.
    """

    reading: Reading
    held: str
    node: Node | None
    is_written: bool = False


def edited(told: QueryDict, *, shop: Shop, at: datetime, actor: Actor) -> Edited:
    """What was typed, chosen and pressed, as one rule. Eight queries at most. Raises Forbidden."""
    known = names_known(visible_to=actor)
    typed, held = text_typed(told), text_typed(told, "held")
    text, wrong = typed, None
    try:
        if told.get("do") == "meant":
            text = reading_of(typed, currency=shop.currency, at=at, actor=actor).mended
        elif _is_by_chips(told, typed, held):
            text = _by_chips(told, typed, held, known=known, shop=shop)
    except RuleWrong as error:
        wrong = wrong_of(error, typed)
    reading = reading_of(text, currency=shop.currency, at=at, actor=actor)
    if wrong is not None:
        reading = Reading(typed, wrong=wrong)
    return _edited(reading, held, known, shop, is_written=text != typed)


def edited_from(text: str, *, shop: Shop, at: datetime, actor: Actor) -> Edited:
    """A rule as it is begun with. Seven queries at most. Raises Forbidden."""
    reading = reading_of(text, currency=shop.currency, at=at, actor=actor)
    return _edited(reading, "", names_known(visible_to=actor), shop, is_written=False)


def _edited(reading: Reading, held: str, known: Known, shop: Shop, *, is_written: bool) -> Edited:
    if reading.rule is not None or not reading.text.strip():
        held, rule = reading.text, reading.rule
    else:
        rule = rule_or_none(held)
    node = None if rule is None else _drawn(rule, known, shop)
    return Edited(reading, held, node, is_written)


def _drawn(rule: Any, known: Known, shop: Shop) -> Node | None:
    try:
        return chips_of(rule, known=known, currency=shop.currency)
    except KeyError:
        # The last readable text names what has been deleted meanwhile.
        return None


def _is_by_chips(told: QueryDict, typed: str, held: str) -> bool:
    """Whether the chips were changed last: something in them was pressed or chosen, or the text is as they left it."""
    is_pressed = told.get("do", "save") not in ("save", "")
    return is_pressed or told.get("from") == "chips" or typed.strip() == held.strip()


def _by_chips(told: QueryDict, typed: str, held: str, *, known: Known, shop: Shop) -> str:
    """The text that follows from the chips. Raises RuleWrong."""
    rule = rule_or_none(typed) if typed.strip() != held.strip() else None
    if rule is not None:
        # The text was typed after the chips were drawn: what they hold is no longer so.
        told = _only_pressed(told)
    else:
        rule = rule_or_none(held)
    if rule is None:
        return _first(told, known) or typed
    try:
        text = text_changed(rule, told, known=known, today=shop.today)
    except KeyError:
        return typed
    return typed if rule_or_none(text) == rule and rule_or_none(typed) == rule else text


def _first(told: QueryDict, known: Known) -> str:
    """The first condition of a rule; empty where none is asked for."""
    form = condition_form(told.get("r.add", ""), known) if told.get("do") == "add:r" else None
    return rule_text(rule_of_form(form)) if form else ""


def _only_pressed(told: QueryDict) -> QueryDict:
    kept = QueryDict(mutable=True)
    for name in told:
        if name in _PRESSED or name.endswith((".add", ".addf")):
            kept.setlist(name, told.getlist(name))
    return kept


def words_offered(*, actor: Actor) -> Mapping[str, tuple[str, ...]]:
    """The lists that help to type into chips, by their name. Nine queries at most."""
    known = known_here(visible_to=actor)
    return {
        "stores": known.stores,
        "categories": known.categories,
        "brands": known.brands,
        "products": known.products,
        "days": ("today", "yesterday", "30 days ago", "60 days ago", "90 days ago", "6 months ago", "1 year ago"),
    }


def addable(*, actor: Actor) -> list[tuple[str, list[Choice]]]:
    """What a condition may begin with, in groups. One query, or seven."""
    return list(names_addable(names_known(visible_to=actor)))
