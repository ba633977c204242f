"""Rules as JSON: what is asked of customers, and what the answer is."""

from datetime import date, datetime
from typing import Any

from pydantic import Field

from regulars.api.errors import InputWrong
from regulars.api.shapes.common import AnyText, Id, In, Out, example, money
from regulars.core.errors import Fault
from regulars.core.text import marked as _
from regulars.sales.listing import CustomerRow
from regulars.segments.language.describing import describe
from regulars.segments.language.explaining import Explanation
from regulars.segments.language.forms import rule_form, rule_of_form
from regulars.segments.language.tree import Rule
from regulars.segments.language.writing import rule_text
from regulars.segments.previewing import Preview
from regulars.segments.selectors import Asked

_RULE = "spent >= 5000 and last_order < 60 days ago"
_FORM = {"term": {"name": "spent"}, "operator": ">=", "values": [{"number": "5000"}]}


class RuleIn(In):
    """A rule, as text or as its form; one of the two."""

    model_config = example(rule=_RULE)

    rule: AnyText | None = Field(None, description="The rule as people write it.", examples=[_RULE])
    form: dict[str, Any] | None = Field(
        None, description="The rule as a tree: what GET /segments shows as `form`.", examples=[_FORM]
    )

    def text(self) -> str:
        """The rule as text. Raises InputWrong, RuleWrong."""
        if self.rule is not None and self.form is None:
            return self.rule
        if self.form is not None and self.rule is None:
            return rule_text(rule_of_form(self.form))
        raise InputWrong(faults=[Fault("rule", _("give either a rule as text or its form"))])


class AskIn(RuleIn):
    """A rule, as text or as its form, or the name of a segment in `rule`."""


class CountIn(AskIn):
    """Of whom the rule holds, now or as of the end of a past day."""

    model_config = example(rule=_RULE, as_of="2026-06-30")

    as_of: date | None = Field(None, description="By the sales up to the end of this past day.")


class ExplainIn(AskIn):
    """Whose rule it is to be explained for."""

    model_config = example(rule=_RULE, customer=17)

    customer: Id


class RuleOut(Out):
    """A rule that fits this shop."""

    text: str = Field(description="As it would be written.")
    form: dict[str, Any] = Field(description="As a tree.")
    sentence: str = Field(description="In words.")


class CountOut(Out):
    """How many customers within reach the rule holds for."""

    customers: int
    as_of: date | None


class SampleOut(Out):
    """One of those the rule holds for; who may not see profiles gets the id alone."""

    id: int
    code: str | None
    name: str | None


class PreviewOut(Out):
    """What a rule comes to."""

    customers: int
    base: int = Field(description="Of how many customers within reach.")
    value: str = Field(description="What they spent in the last 12 months.")
    by_unknown: int = Field(description="So many come in only because something is not known of them.")
    sample: list[SampleOut]
    told_at: datetime = Field(description="The moment the figures are of.")
    rule: RuleOut


class ExplanationOut(Out):
    """A rule, or a part of one, and what is so of the customer."""

    kind: str = Field(description="all, any, not or condition.")
    text: str
    holds: bool
    value: str = Field(description="What is so; of a condition.")
    nearest: str = Field(description="The smallest change that would turn a condition.")
    turns_on: date | None = Field(description="When it turns by itself, within 400 days.")
    parts: list["ExplanationOut"]


class WhyOut(Out):
    """Why a customer is in a segment, group or tier, or is not."""

    is_in: bool
    since: date | None
    pin: bool | None = Field(description="Pinned in (true) or out (false) by a person; null: by nobody.")
    pinned_by: str
    explanation: ExplanationOut | None = Field(description="Of the group's own rule; null where it has none.")


def rule_out(rule: Rule, *, currency: str) -> RuleOut:
    """The rule in its three forms."""
    return RuleOut(text=rule_text(rule), form=rule_form(rule), sentence=sentence_of(rule, currency=currency))


def sentence_of(rule: Rule, *, currency: str) -> str:
    return f"A customer who {describe(rule, currency=currency)}."


def preview_out(preview: Preview, asked: Asked, rows: dict[int, CustomerRow], *, currency: str) -> PreviewOut:
    """The preview; `rows` are those of the sample whose profiles may be seen."""
    sample = [
        SampleOut(id=id_, code=row.code if row else None, name=row.name if row else None)
        for id_ in preview.sample
        for row in [rows.get(id_)]
    ]
    return PreviewOut(
        customers=preview.count,
        base=preview.base,
        value=money(preview.value, currency=currency),
        by_unknown=preview.by_unknown,
        sample=sample,
        told_at=preview.told_at,
        rule=rule_out(asked.read, currency=currency),
    )


def explanation_out(explanation: Explanation) -> ExplanationOut:
    """The explanation with its parts."""
    return ExplanationOut(
        kind=explanation.kind,
        text=explanation.text,
        holds=explanation.holds,
        value=explanation.value,
        nearest=explanation.nearest,
        turns_on=explanation.turns_on,
        parts=[explanation_out(each) for each in explanation.parts],
    )
