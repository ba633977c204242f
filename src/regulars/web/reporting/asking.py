"""A report as it is asked for on a page: the words of the address, the scope they come to, and the bar that says so."""

from dataclasses import dataclass
from datetime import date, datetime

from django.http import QueryDict
from django.template.defaultfilters import capfirst
from django.utils.translation import gettext

from regulars.core.errors import Invalid
from regulars.core.text import marked as _
from regulars.reports.errors import ScopeWrong
from regulars.reports.folders import Question
from regulars.reports.scope import NO_DAY, Scope, Told, scope_asked
from regulars.reports.shape import Report
from regulars.sales.selectors import business_get
from regulars.segments.language.errors import RuleWrong
from regulars.web.context import shop_of
from regulars.web.reporting.scope_bar import ScopeBar, labels_of, scope_bar, told_of
from regulars.web.requests import Request
from regulars.web.written import Shop


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked; `scope` None: it cannot be, and the bar says why. `words`: the address, or the kept words."""

    question: Question
    words: QueryDict
    scope: Scope | None
    bar: ScopeBar
    shop: Shop

    @property
    def report(self) -> Report:
        return self.question.report


def asked_of(request: Request, question: Question, *, at: datetime, words: QueryDict | None = None) -> Asked:
    """What the address (or these words) asks of the report. Raises Forbidden."""
    shop, asked = shop_of(business_get()), request.GET if words is None else words
    told = told_of(asked, question)
    scope, wrong = _scope(told, question, request, shop=shop, at=at)
    if scope is not None and question.report.span_days is not None:
        # The days that the report takes where none are chosen are shown as chosen.
        told |= {name: text for name, text in scope.words().items() if name in ("from", "to")}
    bar = scope_bar(told, question, asked=asked, wrong=wrong, shop=shop, actor=request.actor)
    return Asked(question, asked, scope, bar, shop)


def _scope(
    told: Told, question: Question, request: Request, *, shop: Shop, at: datetime
) -> tuple[Scope | None, dict[str, str]]:
    """The scope, or what is wrong by the word it belongs to."""
    try:
        return scope_asked(told, question=question, actor=request.actor, at=at), {}
    except ScopeWrong as refusal:
        # The place is where the sentence stands.
        return None, {str(refusal.facts["place"]): _sentence(_wrong_told(refusal, question, shop))}
    except RuleWrong as refusal:
        return None, {"segment": _sentence(gettext(refusal.message) % refusal.facts)}
    except Invalid as refusal:
        return None, {"": gettext(refusal.message) % refusal.facts}


def _wrong_told(refusal: ScopeWrong, question: Question, shop: Shop) -> str:
    """What is wrong, its days and choices as the bar shows them."""
    labels = labels_of(str(refusal.facts["place"]), question)

    def written(value: object) -> object:
        match value:
            case date():
                return shop.day(value)
            case tuple():
                return ", ".join(str(labels.get(each, each)) for each in value)
            case _:
                return value

    values = {name: written(value) for name, value in refusal.values.items()}
    if values.get("near") in labels:
        values["near"] = labels[str(values["near"])]
    # Days are chosen here, not written.
    sentence = _("“%(value)s” is no day; choose one") if refusal.told == NO_DAY else refusal.told
    return gettext(sentence) % values


def _sentence(text: str) -> str:
    return capfirst(text if text.endswith((".", "?", "!")) else f"{text}.")
