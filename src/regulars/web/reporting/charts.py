"""The chart of a part as a page draws it: its spec with the values inside, and what it shows in words."""

import json
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from regulars.access.rules import Actor
from regulars.reports.drawing import spec_of
from regulars.reports.running import Answer
from regulars.reports.shape import Mark, Part
from regulars.reports.telling import names_in
from regulars.reports.wording import words_of
from regulars.sales.selectors import business_get

# More marks than this nobody tells apart on a page.
_MOST_RANKED = 20


@dataclass(frozen=True, slots=True)
class ChartShown:
    """`id`: of the element of the page that holds the spec; `label`: for whoever does not see the drawing."""

    id: str
    spec: dict[str, Any]
    label: str

    @property
    def json(self) -> str:
        return json.dumps(self.spec, ensure_ascii=False)


def chart_shown(answer: Answer, part: Part, *, visible_to: Actor) -> ChartShown | None:
    """The chart of the part; None where it has none, or nothing to draw. As many queries as kinds of things named."""
    if part.chart is None:
        return None
    # With a colour a bar is of several rows, and its report says how many bars there are.
    is_cut = part.chart.mark is Mark.RANKED and not part.chart.colour
    most = min(part.chart.most, _MOST_RANKED) if is_cut else part.chart.most
    named = names_in([answer.parts[part.name].slice(0, most)], part, visible_to=visible_to)
    words = words_of(business_get(), visible_to=visible_to)
    spec = spec_of(answer, part, words, named=named, most=most)
    if spec is None:
        return None
    spec |= {"width": "container", "autosize": {"type": "fit-x", "contains": "padding"}}
    label = gettext("%(title)s. The table below holds the same figures.") % {"title": gettext(part.title)}
    return ChartShown(f"spec-{part.name}", spec, label)
