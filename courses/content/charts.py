"""What a chart may hold, told before it is drawn: no data or addresses of its own, columns that exist, sane sizes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from pydantic_core import to_json

MAX_BYTES = 100_000
_MAX_DEPTH = 25
_TALLEST = 2_000
_MOST = {"tickCount": 200, "maxbins": 200, "labelLimit": 10_000, "columns": 50, "steps": 1_000, "strokeWidth": 200}
_ADDRESSES = ("href", "url")
_DATA = ("data", "datasets")
# What a transform makes when it does not say `as`, and the transforms whose columns depend on the rows.
_MADE = {"fold": ("key", "value"), "density": ("value", "density"), "quantile": ("prob", "value")}
_OPEN = ("pivot", "lookup", "window", "joinaggregate", "aggregate", "stack", "loess", "regression")
_COUNTLESS = ("repeat", "param", "signal", "expr")


def check_chart(chart: Mapping[str, Any], columns: frozenset[str]) -> None:
    """Raise ValueError in words where a chart cannot or may not be drawn from rows with these columns."""
    if len(to_json(chart)) > MAX_BYTES:
        raise ValueError(f"the chart is larger than {MAX_BYTES} bytes")
    made: set[str] = set()
    is_open = False
    for place, part in _parts(chart, ()):
        _check_part(place, part)
        if "transform" in place:
            made |= set(_made_by(part))
            is_open = is_open or any(name in part and "as" not in part for name in _OPEN)
    if not is_open:
        _check_fields(chart, columns | made)


def _parts(value: Any, place: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Mapping[str, Any]]]:
    """Yield each mapping of a chart with the names that lead to it."""
    if len(place) > _MAX_DEPTH:
        raise ValueError(f"the chart has more than {_MAX_DEPTH} levels inside each other")
    if isinstance(value, Mapping):
        yield place, value
        for name, inner in value.items():
            yield from _parts(inner, (*place, str(name)))
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _parts(inner, (*place, ""))


def _check_part(place: tuple[str, ...], part: Mapping[str, Any]) -> None:
    for name in _DATA:
        if name in part:
            raise ValueError(f"the rows are the chart's only data: take `{name}` out of `chart`")
    for name in _ADDRESSES:
        if name in part:
            raise ValueError(f"a chart holds no addresses: take `{name}` out of `chart`")
    if part.get("mark") == "image" or (place[-1:] == ("mark",) and part.get("type") == "image"):
        raise ValueError("a chart is drawn from its rows alone: the mark `image` would show pictures from elsewhere")
    if not place or place[-1] in ("", "spec"):
        for name in ("height", "width"):
            _check_size(name, part.get(name))
    for name, most in _MOST.items():
        if isinstance(part.get(name), bool) or _is_beyond(part.get(name), most):
            raise ValueError(f"`{name}` in `chart` must be a number up to {most}")


def _check_size(name: str, value: Any) -> None:
    """Refuse a height or a width that is no number of pixels, nor so many for each step."""
    size = value.get("step") if isinstance(value, Mapping) else value
    if size is None and not isinstance(value, Mapping):
        return
    if isinstance(size, bool) or not isinstance(size, int | float | Decimal) or not 1 <= size <= _TALLEST:
        raise ValueError(f"`{name}` of the chart must be a number of pixels from 1 to {_TALLEST}")


def _is_beyond(value: Any, most: int) -> bool:
    return isinstance(value, int | float | Decimal) and not -most <= value <= most


def _made_by(part: Mapping[str, Any]) -> Iterator[str]:
    """Yield the columns a part of a transform makes."""
    named = part.get("as")
    yield from (name for name in (named if isinstance(named, list | tuple) else [named]) if isinstance(name, str))
    for transform, names in _MADE.items():
        if transform in part:
            yield from names


def _check_fields(chart: Mapping[str, Any], known: frozenset[str] | set[str]) -> None:
    for place, part in _parts(chart, ()):
        field = part.get("field")
        if not isinstance(field, str) or "encoding" not in place or any(name in place for name in _COUNTLESS):
            continue
        if field in known or field.replace("\\", "") in known or field.split(".")[0].split("[")[0] in known:
            continue
        near = get_close_matches(field, sorted(known), n=1)
        hint = f"; did you mean `{near[0]}`?" if near else f"; there are: {', '.join(sorted(known))}"
        raise ValueError(f"the chart shows `{field}`, and no column has this name{hint}")
