"""The chart of a part: a Vega-Lite spec made with Altair, drawn by browsers as it is, and by vl-convert into files.

The spec names no colour: pages give theirs by a config, files those of `LIGHT` or `DARK`.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from django.template.defaultfilters import capfirst
from django.utils.translation import gettext

from regulars.core.money import currency_places
from regulars.reports.errors import NothingToDraw
from regulars.reports.periods import Wholeness, wholeness
from regulars.reports.plotting import MOST_SERIES, latest_of, rows_drawn, series_drawn
from regulars.reports.running import Answer
from regulars.reports.shape import Chart, Column, Mark, Part, Unit, Words
from regulars.reports.telling import Named
from regulars.reports.wording import customer_told, plain_text, text_told, word_told

# Names the values within the spec.
VALUES = "values"
# How an axis writes numbers: whole with their thousands apart, and shorter only from ten thousand on; zero is "0".
NUMBER_LABEL = "abs(datum.value) < 10000 ? format(datum.value, ',~f') : replace(format(datum.value, '.4~s'), 'G', 'B')"
# An axis of time shows days, never a time of day, however few there are.
DAY_LABEL = (
    "time(datum.value) % 86400000 ? '' : "
    "utcFormat(datum.value, {year: '%Y', quarter: '%b', month: '%b', week: '%-d %b', date: '%-d %b'})"
)
# Where each mark is a day of the answer, it says which.
_MARKED_DAY = "utcFormat(datum.value, '%-d %b')"
DAY_MILLISECONDS = 86_400_000
# What a figure is drawn as: numbers on an axis, days along time, all else in the order of the rows.
_NUMBERS = (
    Unit.MONEY, Unit.COUNT, Unit.QUANTITY, Unit.SHARE, Unit.NUMBER, Unit.CURRENCY, Unit.DAYS, Unit.AVERAGE_DAYS,
)  # fmt: skip
_LIGHT_SERIES = ("#0a5f74", "#c26a1a", "#6a5acd", "#4c8c3f", "#b0417f", "#7d6b00", "#2d6fd1", "#6b7377")
_DARK_SERIES = ("#67c6dc", "#efa45f", "#b1a6f5", "#8fcb81", "#ee9cc8", "#d8c658", "#8db9ff", "#a9b3b7")


def _config(*, paper: str, ink: str, soft: str, line: str, low: str, series: Sequence[str]) -> dict[str, Any]:
    words = {"labelColor": soft, "titleColor": soft, "gridColor": line, "domainColor": line, "tickColor": line}
    return {
        "background": paper,
        "font": "sans-serif",
        "title": {"color": ink, "fontSize": 14, "anchor": "start", "offset": 12},
        "axis": {**words, "labelFontSize": 11},
        "legend": {"labelColor": soft, "titleColor": soft},
        "header": {"labelColor": soft, "titleColor": soft},
        "view": {"stroke": None},
        "mark": {"color": series[0]},
        "range": {"category": list(series), "heatmap": [low, series[0]], "ramp": [low, series[0]]},
    }


# As the pages have them (tokens.css).
LIGHT = _config(paper="#ffffff", ink="#172022", soft="#4d5a5e", line="#dde3e4", low="#e1f0f4", series=_LIGHT_SERIES)
DARK = _config(paper="#1a2022", ink="#e6ebec", soft="#a5b1b5", line="#2d3639", low="#17343c", series=_DARK_SERIES)


def spec_of(
    answer: Answer, part: Part, words: Words, *, named: Named, most: int | None = None
) -> dict[str, Any] | None:
    """The spec of the part's chart with its values inside, without colours and width; None without a chart or rows."""
    chart = part.chart
    if chart is None or not answer.parts[part.name].num_rows:
        return None
    table, places = latest_of(answer.parts[part.name], chart)
    # Steps are all read: the last place holds the rest of them.
    rows = rows_drawn((table if chart.step_to else table.slice(0, most or chart.most)).to_pylist(), chart)
    if not rows:
        return None
    spec: dict[str, Any] = json.loads(_spec(part.name, chart, _kinds(part)))
    columns = {column.name: column for column in part.columns if column.name in _drawn(chart)}
    writing = _Writing(answer, words, named, steps=chart.x if chart.step_to else "")
    written = [{name: writing.value(row, column) for name, column in columns.items()} for row in rows]
    values, series = series_drawn(written, chart, others=gettext("all others"))
    spec["datasets"] = {VALUES: values}
    for name, column in columns.items():
        _titled(spec, name, gettext(column.title))
    _stepped(spec, chart, rows, written)
    for layer in spec.get("layer", [spec]):
        # A band has the axis of its line.
        layer["encoding"]["y"]["title"] = gettext(columns[chart.y].title)
        _laid(layer["encoding"]["x"], {name: column.unit for name, column in columns.items()}, values)
    if series > MOST_SERIES:
        _told_of(spec, "color", gettext("the greatest %(shown)s of %(all)s"), shown=MOST_SERIES, of=series)
    if places > chart.latest > 0:
        _told_of(spec, "y", gettext("the latest %(shown)s of %(all)s"), shown=chart.latest, of=places)
    return spec


def _told_of(spec: dict[str, Any], encoding: str, what: str, *, shown: int, of: int) -> None:
    """What is left out stands beside the title of the axis or the legend."""
    spec["encoding"][encoding]["title"] += f" ({what % {'shown': shown, 'all': of}})"


def _stepped(
    spec: dict[str, Any], chart: Chart, rows: Sequence[Mapping[str, Any]], written: Sequence[Mapping[str, Any]]
) -> None:
    """As high as there are steps; hours and other numbers along a heat map rise, whichever came first."""
    if isinstance(spec["height"], dict):
        spec["height"] = spec["height"]["step"] * len({row[chart.y] for row in rows})
    for way, name in (("x", chart.x), ("y", chart.y)) if chart.mark is Mark.HEAT else ():
        told = {row[name]: value[name] for row, value in zip(rows, written, strict=True)}
        if all(isinstance(value, int) for value in told):
            spec["encoding"][way]["sort"] = [told[value] for value in sorted(told)]


def drawn(answer: Answer, part: Part, words: Words, *, named: Named, form: str, is_dark: bool = False) -> bytes:
    """The chart as a PNG, an SVG or a PDF, under the finding. Raises NothingToDraw."""
    spec = spec_of(answer, part, words, named=named)
    if spec is None:
        raise NothingToDraw(part=part.name, report=answer.report.key)
    import vl_convert  # noqa: PLC0415  (a JavaScript engine: 40 MB that only this needs)

    is_first = part.name == answer.report.parts[0].name
    spec |= {"title": _folded(answer.finding if is_first else gettext(part.title)), "width": 720}
    config = DARK if is_dark else LIGHT
    if form == "svg":
        return str(vl_convert.vegalite_to_svg(spec, config=config)).encode()
    if form == "pdf":
        return bytes(vl_convert.vegalite_to_pdf(spec, config=config))
    return bytes(vl_convert.vegalite_to_png(spec, config=config, scale=2))


@lru_cache(maxsize=256)
def _spec(_name: str, chart: Chart, kinds: tuple[tuple[str, str], ...]) -> str:
    """The spec without its values, as JSON. Made once: Altair takes a second to import."""
    import altair as alt  # noqa: PLC0415

    kind = dict(kinds)
    base = alt.Chart(alt.NamedData(VALUES), height=_height(chart))
    return json.dumps(_marked(alt, base, chart, kind).to_dict())


def _marked(alt: Any, base: Any, chart: Chart, kind: Mapping[str, str]) -> Any:
    x = _axis(alt.X, chart.x, kind, alt, mark=chart.mark)
    y = _axis(alt.Y, chart.y, kind, alt, mark=chart.mark)
    colour = {"color": alt.Color(f"{chart.colour}:{kind[chart.colour]}", sort=None)} if chart.colour else {}
    tips = [alt.Tooltip(f"{name}:{_tip_kind(kind[name])}", format=_format(kind[name])) for name in _drawn(chart)]
    plotted = {"x": x, "y": y, "tooltip": tips, **colour}
    match chart.mark:
        case Mark.BARS | Mark.STACKED | Mark.RANKED:
            return base.mark_bar(aria=False).encode(**plotted)
        case Mark.GROUPED:
            return base.mark_bar(aria=False).encode(xOffset=alt.XOffset(f"{chart.colour}:N", sort=None), **plotted)
        case Mark.LINES:
            return base.mark_line(aria=False, point=True).encode(**plotted)
        case Mark.AREA:
            # The band is seen through, what its colour means is not.
            if colour:
                colour["color"] = plotted["color"] = colour["color"].legend(alt.Legend(symbolOpacity=1))
            band = base.mark_area(aria=False, opacity=0.2).encode(
                x=x, y=alt.Y(f"{chart.low}:Q", title=None), y2=alt.Y2(f"{chart.high}:Q", title=None), **colour
            )
            line = base.mark_line(aria=False, point=True).encode(**plotted)
            return alt.layer(band, line) if chart.low and chart.high else line
        case Mark.HEAT:
            shade = alt.Color(f"{chart.colour}:Q", legend=alt.Legend(**_written_as(kind[chart.colour])))
            return base.mark_rect(aria=False).encode(**{**plotted, "color": shade})
        case Mark.POINTS:
            size = {"size": alt.Size(f"{chart.size}:Q")} if chart.size else {}
            return base.mark_point(aria=False, filled=True, opacity=0.7).encode(**plotted, **size)


# How wide a letter of a label is, what stands between two labels, and where a label is cut. Pixels.
_LETTER, _BETWEEN, _LONGEST = 6.6, 10, 180
# Along these sides each value has a place of its own, also where it is a number.
_STEPPED = {Mark.HEAT: ("X", "Y"), Mark.BARS: ("X",), Mark.STACKED: ("X",), Mark.GROUPED: ("X",), Mark.RANKED: ("Y",)}


def _axis(encoding: Any, name: str, kind: Mapping[str, str], alt: Any, *, mark: Mark) -> Any:
    """A number from zero with few marks; days along time; anything else in the order of the rows."""
    is_stepped = encoding.__name__ in _STEPPED.get(mark, ()) and (kind[name] != "T" or mark is Mark.HEAT)
    match "O" if is_stepped else kind[name]:
        case "O":
            return encoding(f"{name}:O", sort=None, axis=alt.Axis(grid=False, labelOverlap=True))
        case "T":
            axis = alt.Axis(grid=False, labelOverlap=True, labelExpr=_MARKED_DAY)
            return encoding(f"{name}:T", timeUnit="utcyearmonthdate", axis=axis)
        case "N":
            return encoding(f"{name}:N", sort=None, axis=alt.Axis(grid=False, labelOverlap=True))
        case number:
            axis = alt.Axis(tickCount=5, domain=False, ticks=False, **_written_as(number))
            return encoding(f"{name}:Q", axis=axis)


def _laid(below: dict[str, Any], units: Mapping[str, Unit], values: Sequence[Mapping[str, Any]]) -> None:
    """Words below a chart lie where there is room, so that nobody has to turn their head.

    Along time they always do: where there is less room, fewer of them.
    """
    found = {row[below["field"]] for row in values}
    match units[below["field"]]:
        case Unit.DAY:
            days = [date.fromisoformat(day) for day in sorted(found)]
            marks = [{"year": day.year, "month": day.month, "date": day.day, "utc": True} for day in days]
            below["axis"] |= {"values": marks, "labelSeparation": _BETWEEN}
        case Unit.PERIOD:
            below["axis"] |= {"labelAngle": 0, "labelSeparation": _BETWEEN}
        case _ if below["type"] in ("ordinal", "nominal"):
            longest = min(max(len(str(word)) for word in found) * _LETTER, _LONGEST)
            room = round(len(found) * (longest + _BETWEEN))
            for name, upright, lying in (
                ("Angle", 270, 0),
                ("Align", "'right'", "'center'"),
                ("Baseline", "'middle'", "'top'"),
            ):
                below["axis"][f"label{name}"] = {"expr": f"width < {room} ? {upright} : {lying}"}


def _written_as(kind: str) -> dict[str, str]:
    """How an axis or a legend writes it: "S" is a share, any other a number."""
    return {"format": "%"} if kind == "S" else {"labelExpr": NUMBER_LABEL}


def _format(kind: str) -> str:
    """How the words at a point write it: "S" is a share, "Q" any other number."""
    return {"S": ".1~%", "Q": ",.2~f"}.get(kind, "")


def _tip_kind(kind: str) -> str:
    """What a step is written as is no number: it may end in a plus."""
    return {"S": "Q", "E": "N"}.get(kind, kind)


def _height(chart: Chart) -> Any:
    return {"step": 22} if chart.mark in (Mark.RANKED, Mark.HEAT) else 260


def _kinds(part: Part) -> tuple[tuple[str, str], ...]:
    steps = part.chart.x if part.chart and part.chart.step_to else ""
    return tuple((column.name, "E" if column.name == steps else _kind(column.unit)) for column in part.columns)


def _kind(unit: Unit) -> str:
    if unit is Unit.SHARE:
        return "S"
    if unit in _NUMBERS:
        return "Q"
    return "T" if unit is Unit.DAY else "N"


def _drawn(chart: Chart) -> list[str]:
    names = (chart.x, chart.y, chart.colour, chart.low, chart.high, chart.size)
    return list(dict.fromkeys(name for name in names if name))


class _Writing(NamedTuple):
    """How a figure is written: amounts in the currency's own unit, things by name, periods as people say them."""

    answer: Answer
    words: Words
    named: Named
    steps: str = ""

    def value(self, row: Mapping[str, Any], column: Column) -> Any:
        value, unit = text_told(row, column, self.words.country), column.unit
        if column.name == self.steps:
            return value
        if value is None:
            return None if unit in _NUMBERS else gettext("none")
        if unit in (Unit.MONEY, Unit.CURRENCY, Unit.QUANTITY):
            return float(plain_text(value, unit, places=currency_places(self.answer.currency)))
        if unit in (Unit.STORE, Unit.PRODUCT, Unit.GROUP):
            return self.named.of(unit).get(value, str(value))
        if unit is Unit.PERIOD:
            return self._period(value, column)
        return _WRITTEN.get(unit, _plain)(value, column, self.words, self.named)

    def _period(self, value: str, column: Column) -> str:
        """One that is not over, or that the span holds only a part of, says so."""
        if value in column.words:
            return word_told(value, column)
        told = self.words.period(value)
        match None if column.is_ahead else wholeness(self.answer.bound, value):
            case Wholeness.RUNNING:
                return gettext("%(period)s (so far)") % {"period": told}
            case Wholeness.CUT:
                return gettext("%(period)s (part)") % {"period": told}
            case _:
                return told


def _plain(value: Any, _column: Column, _words: Words, _named: Named) -> Any:
    return value.isoformat() if isinstance(value, date) else value


# How a chart writes what is neither a number nor a thing with a name of its own.
_WRITTEN: Mapping[Unit, Callable[[Any, Column, Words, Named], Any]] = {
    Unit.CUSTOMER: lambda value, _column, _words, named: customer_told(value, named.customers.get(value)),
    Unit.WEEKDAY: lambda value, _column, words, _named: words.weekday(value),
    Unit.WORD: lambda value, column, _words, _named: capfirst(word_told(value, column)),
    Unit.TEXT: lambda value, _column, _words, _named: value or gettext("Unknown"),
    Unit.HOUR: lambda value, _column, _words, _named: f"{value}:00",
    Unit.YES: lambda value, _column, _words, _named: gettext("yes") if value else gettext("no"),
}


def _titled(node: Any, name: str, title: str) -> None:
    """Every encoding of the column has its title, in the reader's language."""
    if isinstance(node, dict):
        if node.get("field") == name and "title" not in node:
            node["title"] = title
        for key, each in node.items():
            if key != "datasets":
                _titled(each, name, title)
    elif isinstance(node, list):
        for each in node:
            _titled(each, name, title)


def _folded(text: str, *, width: int = 95) -> list[str]:
    """The text in lines that fit above a chart."""
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
