"""Charts: specs made with Altair, drawn in the browser by the libraries that vl-convert carries.

Nothing of it is kept in the source: the script is made once, kept beside the data, and served as a file that never
changes. Making it takes seconds, and so does the first import of Altair; pages with charts do neither.
"""

import gzip
import json
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from importlib.metadata import version
from threading import Lock
from typing import Any

from django.conf import settings

from regulars.reports.drawing import DAY_LABEL, DAY_MILLISECONDS, NUMBER_LABEL

_MAKING = Lock()


def bundle_version() -> str:
    """What the address of the script names, so that browsers may keep it for good."""
    return version("vl-convert-python")


def bundle() -> bytes:
    """The script that draws, compressed."""
    with _MAKING:
        return _kept(f"charts-{bundle_version()}.js.gz", _bundle_made)


def spec(name: str) -> bytes:
    """The Vega-Lite spec of that name as JSON, its values left out. Raises KeyError."""
    made = _SPECS[name]
    file = f"chart-{name}-{version('regulars')}-{version('altair')}.json"
    with _MAKING:
        return _kept(file, lambda: json.dumps(made()).encode())


_HELD: dict[str, bytes] = {}


def _kept(name: str, make: Callable[[], bytes]) -> bytes:
    """What was made at the first call of a data folder, and is read at the first of a process."""
    if name not in _HELD:
        _HELD[name] = _read_or_made(name, make)
    return _HELD[name]


def _read_or_made(name: str, make: Callable[[], bytes]) -> bytes:
    kept = settings.DATA_FOLDER.path / "cache" / name
    if kept.is_file():
        return bytes(kept.read_bytes())
    made = make()
    # Where nothing can be written it is made anew at the next start.
    with suppress(OSError):
        kept.parent.mkdir(exist_ok=True)
        half = kept.with_name(f"{name}.{os.getpid()}")
        half.write_bytes(made)
        half.replace(kept)
    return made


def _bundle_made() -> bytes:
    import vl_convert  # noqa: PLC0415  (a JavaScript engine: 40 MB that only this needs)

    return gzip.compress(vl_convert.javascript_bundle().encode())  # type: ignore[call-arg]


def charts_prepare() -> None:
    """The script and every spec are at hand, so that nobody waits seconds for their first chart."""
    bundle()
    for name in _SPECS:
        spec(name)


def _spend() -> Mapping[str, Any]:
    import altair as alt  # noqa: PLC0415  (a second to import)

    chart = (
        alt.Chart(alt.NamedData("values"), width="container", height=180)
        .mark_bar(cornerRadiusEnd=2, binSpacing=2, aria=False)
        .encode(
            x=alt.X(
                "utcyearmonth(month):T", title=None, axis=alt.Axis(grid=False, tickCount="month", labelOverlap=True)
            ),
            y=alt.Y("net:Q", title=None, axis=alt.Axis(labelExpr=NUMBER_LABEL, tickCount=4, domain=False, ticks=False)),
            tooltip=alt.Tooltip("told:N", title=" "),
        )
    )
    return dict(chart.to_dict())


def _timeline() -> Mapping[str, Any]:
    import altair as alt  # noqa: PLC0415

    kinds = alt.Scale(domain=["sale", "return", "note", "consent"])
    axis = alt.Axis(grid=False, tickCount=6, tickMinStep=DAY_MILLISECONDS, labelExpr=DAY_LABEL)
    moments = alt.Chart(alt.NamedData("values")).encode(
        x=alt.X("at:T", title=None, scale=alt.Scale(type="utc", nice="day", padding=12), axis=axis),
        color=alt.Color("kind:N", legend=None, scale=kinds),
        tooltip=alt.Tooltip("told:N", title=" "),
    )
    # What was bought stands up, what was brought back hangs down, what was said floats above.
    money = moments.mark_bar(width=3, cornerRadius=1, aria=False).encode(y=alt.Y("amount:Q", axis=None))
    said = moments.mark_point(filled=True, size=60, shape="diamond", opacity=1, aria=False).encode(y=alt.value(4))
    layers = alt.layer(money.transform_filter("datum.amount != 0"), said.transform_filter("datum.amount == 0"))
    return dict(layers.properties(width="container", height=64).to_dict())


def _size() -> Mapping[str, Any]:
    import altair as alt  # noqa: PLC0415

    axis = alt.Axis(
        grid=False, tickCount=6, labelOverlap=True, tickMinStep=DAY_MILLISECONDS, labelExpr=DAY_LABEL
    )  # fmt: skip
    days = alt.Chart(alt.NamedData("values"), width="container", height=180).encode(
        x=alt.X("utcyearmonthdate(day):T", title=None, axis=axis),
        y=alt.Y("size:Q", title=None, axis=alt.Axis(labelExpr=NUMBER_LABEL, tickCount=4, domain=False, ticks=False)),
    )
    # A size holds until the next day: steps, no slopes.
    line = days.mark_area(interpolate="step-after", fillOpacity=0.18, line=True, aria=False)
    points = days.mark_point(opacity=0, size=200, aria=False).encode(tooltip=alt.Tooltip("told:N", title=" "))
    return dict(alt.layer(line, points).to_dict())


_SPECS: Mapping[str, Callable[[], Mapping[str, Any]]] = {"spend": _spend, "timeline": _timeline, "size": _size}
