"""Figures: Vega-Lite → SVG twice, wide and narrow, when content loads. Nothing is drawn at reading time."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from importlib.metadata import version
from queue import SimpleQueue
from typing import Any

from django.template.loader import render_to_string

from courses.rendering.engine import Engine
from courses.rendering.library import FigureEntry
from courses.rendering.maps import Land
from courses.rendering.markdown import Linker, render_inline

_MOST_ENGINES = 4
"""Each takes about 150 MB while it draws."""
WIDTHS = {"wide": 600, "narrow": 290}
_SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
_FONT = "var(--sans)"
_CONFIG: dict[str, Any] = {
    "font": _FONT,
    "view": {"stroke": None},
    "axis": {
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": 600,
        "labelColor": "var(--ink-soft)",
        "titleColor": "var(--ink-soft)",
        "gridColor": "var(--rule)",
        "domainColor": "var(--ink-soft)",
        "tickColor": "var(--rule)",
    },
    "header": {"labelColor": "var(--ink)", "titleColor": "var(--ink-soft)", "labelFontSize": 12},
    "legend": {"labelColor": "var(--ink)", "titleColor": "var(--ink-soft)", "labelFontSize": 12, "orient": "bottom"},
    "title": {"color": "var(--ink)", "fontSize": 13, "anchor": "start"},
    "text": {"fontSize": 12, "color": "var(--ink)"},
    "rule": {"color": "var(--ink-soft)"},
    "point": {"filled": True, "size": 70, "color": "var(--phase)"},
    "bar": {"color": "var(--phase)"},
    "line": {"color": "var(--phase)"},
    "tick": {"color": "var(--phase)"},
}
_HIGHEST = 680
_LAND = {"type": "geoshape", "clip": True, "fill": "var(--sunk)", "stroke": "var(--edge)", "strokeWidth": 0.8}
# Vega labels the inside of a drawing for screen readers; the figure has one text alternative, so these go, and with
# them what draws nothing: a lesson page has a budget.
_NOISE = re.compile(
    r' (?:aria-[a-z]+|role|pointer-events|class|version|xmlns(?::xlink)?|stroke-miterlimit)="[^"]*"| opacity="1"'
    r'|<path d=""[^>]*/>|<path[^>]*d="M0,0h0v0h0Z"[^>]*/>'
)

# Coordinates to a tenth of a pixel; only in the attributes that place things, never in a label.
_PLACING = re.compile(r' (?:d|transform|points|viewBox|width|height|[xy][12]?)="[^"]*"')
_LONG_NUMBER = re.compile(r"-?\d+\.\d{2,}")
# What the look of a drawing depends on besides its declaration: when it changes, charts are drawn again.
_RECIPE = [
    *(WIDTHS, _CONFIG, _NOISE.pattern, _PLACING.pattern, _LONG_NUMBER.pattern, version("vl-convert-python")),
    *(_LAND, _HIGHEST),
]
MADE_BY = sha256(json.dumps(_RECIPE).encode()).hexdigest()


def draw(
    chart: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], *, over: Land | None = None, engine: Engine
) -> dict[str, str]:
    """Draw a chart at both widths, over a map if there is one; return SVG by width name, and what it was drawn with.

    Raises ValueError with Vega's reason.
    """
    drawn = {
        name: _svg(_over_map(over, chart, width) if over else chart, rows, width, engine)
        for name, width in WIDTHS.items()
    }
    return {"made_by": MADE_BY, **drawn, **({"map": over.mark, "credit": over.credit} if over else {})}


@dataclass(frozen=True)
class Chart:
    """A chart to draw: its specification, its rows, and the map it lies on, if any."""

    chart: Mapping[str, Any]
    rows: Sequence[Mapping[str, Any]]
    over: Land | None


def draw_all(charts: Sequence[Chart]) -> Iterator[dict[str, str] | ValueError]:
    """Yield the drawings of charts in their order, or why one cannot be drawn; a process for each core draws."""
    if not charts:
        return
    count = min(os.cpu_count() or 1, len(charts), _MOST_ENGINES)
    free: SimpleQueue[Engine] = SimpleQueue()

    def drawn(each: Chart) -> dict[str, str] | ValueError:
        engine = free.get()
        try:
            return draw(each.chart, each.rows, over=each.over, engine=engine)
        except ValueError as error:
            return error
        finally:
            free.put(engine)

    with ExitStack() as engines, ThreadPoolExecutor(count) as threads:
        for _engine in range(count):
            free.put(engines.enter_context(Engine()))
        yield from threads.map(drawn, charts)


def is_drawn(drawings: Mapping[str, str], *, over: Land | None = None) -> bool:
    """Say whether drawings are as they would be made now, given the same declaration."""
    return drawings.get("made_by") == MADE_BY and drawings.get("map") == (over.mark if over else None)


def _svg(chart: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], width: int, engine: Engine) -> str:
    spec = {
        "$schema": _SCHEMA,
        "background": None,
        "width": width,
        "autosize": {"type": "fit-x", "contains": "padding"},
        **_plain(chart),
        "data": {"values": _plain(rows)},
    }
    spec["config"] = {**_CONFIG, **_plain(chart.get("config", {}))}
    svg = engine.svg(spec)
    start = svg[svg.index("<svg") :]
    start = _PLACING.sub(_rounded, start)
    return _NOISE.sub("", start).replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)


def _over_map(over: Land, chart: Mapping[str, Any], width: int) -> dict[str, Any]:
    """Return a chart of layers: the land, cut to the region, and the author's own, placed by longitude and latitude."""
    region = over.region
    width = min(width, region.width(_HIGHEST))
    projection = {
        "type": region.projection.value,
        "scale": region.scale(width),
        "center": [region.west, region.north],
        "translate": [0, 0],
    }
    land = {"data": {"values": over.features, "format": {"property": "features"}}, "mark": _LAND}
    own = {part: value for part, value in chart.items() if part != "config"}
    return {
        "autosize": "pad",
        "padding": 0,
        "width": width,
        "height": region.height(width),
        "config": chart.get("config", {}),
        "layer": [{**layer, "projection": projection} for layer in (land, own)],
    }


def _rounded(attribute: re.Match[str]) -> str:
    return _LONG_NUMBER.sub(lambda number: f"{float(number[0]):.1f}".removesuffix(".0"), attribute[0])


def _plain(value: Any) -> Any:
    """Turn exact decimals into floats: a drawing needs no more."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value


def render_figure(entry: FigureEntry, linker: Linker) -> str:
    """Render a figure with its caption and its data table."""
    caption = render_inline(entry.caption, linker)
    rows = [[render_inline(cell, linker) if isinstance(cell, str) else cell for cell in row] for row in entry.rows]
    return render_to_string("courses/_figure.html", {"figure": entry, "caption": caption, "rows": rows})
