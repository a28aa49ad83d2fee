"""Vega-Lite specifications of the few plots that pages use: bars from zero, and lines; named at their ends. Pure.

Colours are names of roles (`ROLES`); `charts` turns them into classes, so that both palettes fit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

ROLES = {"ink": "#000001", "soft": "#000002", "line": "#000003", "edge": "#000004", "accent": "#000005"}
"""Which colour of a specification stands for which role."""
WIDE, NARROW = 560, 340
"""Widths in px: beside each other on a desk, and on a phone."""
_HEIGHT = 190
_TEXT = 12  # px
_LETTER = 6.6  # px, about
_SHADES = ("ink", "edge", "line")
_STROKES = (("ink", 2.5, ()), ("edge", 1.5, ()), ("edge", 1.5, (4, 3)))


@dataclass(frozen=True, slots=True)
class Bars:
    """A bar a `label`; each of `parts` (name, a value a label) stands on the one before. `below` are second lines of labels."""

    labels: tuple[str, ...]
    parts: tuple[tuple[str, tuple[float, ...]], ...]
    below: tuple[str, ...] = ()

    def spec(self, width: int) -> dict[str, Any]:
        """The specification at `width` px."""
        totals = [sum(values) for values in zip(*(values for _, values in self.parts), strict=True)]
        values, ends = [], []
        reached = [0.0] * len(self.labels)
        for number, (name, heights) in enumerate(self.parts):
            for at, height in enumerate(heights):
                values.append({"x": at, "from": reached[at], "to": reached[at] + height, "part": str(number)})
                reached[at] += height
            ends.append((name, reached[-1] - heights[-1] / 2))
        marks = [
            {
                "transform": [{"filter": f"datum.part === '{number}'"}],
                "mark": {
                    "type": "bar",
                    "color": ROLES[_SHADES[number % len(_SHADES)]],
                    "size": _bar(self, width),
                },
                "encoding": {"x": _across(self, width), "y": _up("from"), "y2": {"field": "to"}},
            }
            for number in range(len(self.parts))
        ]
        tops = [{"x": at, "to": total, "text": f"{total:g}"} for at, total in enumerate(totals) if total]
        marks.append(
            {
                "data": {"values": tops},
                "mark": {"type": "text", "dy": -8, "fontSize": _TEXT, "color": ROLES["ink"]},
                "encoding": {"x": _across(self, width), "y": _up("to"), "text": {"field": "text"}},
            }
        )
        named = ends if len(self.parts) > 1 else []
        return _whole(self, width, values, [*marks, *_names(self, named, max(totals, default=0), width)])


@dataclass(frozen=True, slots=True)
class Lines:
    """A line a series (name, a value a label; None where there is none), the first one heaviest."""

    labels: tuple[str, ...]
    series: tuple[tuple[str, tuple[float | None, ...]], ...]
    below: tuple[str, ...] = ()

    def spec(self, width: int) -> dict[str, Any]:
        """The specification at `width` px."""
        values = [
            {"x": at, "to": height, "part": str(number)}
            for number, (_, heights) in enumerate(self.series)
            for at, height in enumerate(heights)
        ]
        marks: list[dict[str, Any]] = []
        for number in reversed(range(len(self.series))):
            shade, weight, dash = _STROKES[number % len(_STROKES)]
            point = {"color": ROLES[shade], "filled": True, "size": 22 if number else 40}
            mark = {"type": "line", "color": ROLES[shade], "strokeWidth": weight, "point": point}
            marks.append(
                {
                    "transform": [{"filter": f"datum.part === '{number}'"}],
                    "mark": {**mark, "strokeDash": list(dash)} if dash else mark,
                    "encoding": {"x": _across(self, width), "y": _up("to")},
                }
            )
        ends = [
            (name, last)
            for name, heights in self.series
            if (last := next((each for each in reversed(heights) if each is not None), None)) is not None
        ]
        most = max((each for _, heights in self.series for each in heights if each is not None), default=0.0)
        return _whole(self, width, values, [*marks, *_names(self, ends, most, width)])


Plot = Bars | Lines


def _across(plot: Plot, width: int) -> dict[str, Any]:
    """The axis below: labels, thinned where they would touch, with a second line where there is one."""
    room = (width - 30 - _right(plot)) / max(len(plot.labels), 1)
    longest = max((len(text) for text in (*plot.labels, *plot.below)), default=1)
    each = max(1, -(-int(longest * _LETTER + 4) // int(room or 1)))
    below = plot.below or ("",) * len(plot.labels)
    texts = [
        f"{label}|{more}" if at % each == (len(plot.labels) - 1) % each else "|"
        for at, (label, more) in enumerate(zip(plot.labels, below, strict=True))
    ]
    axis = {
        "labelExpr": f"split({texts!r}[datum.value], '|')",
        "labelAngle": 0,
        "labelLineHeight": 15,
        "labelPadding": 6,
        "labelOverlap": False,
        "ticks": False,
        "domainColor": ROLES["edge"],
    }
    numbers = list(range(len(plot.labels)))
    return {"field": "x", "type": "ordinal", "scale": {"domain": numbers}, "axis": axis, "title": None}


def _up(field: str) -> dict[str, Any]:
    axis = {"tickCount": 3, "domain": False, "ticks": False, "gridColor": ROLES["line"], "labelPadding": 6}
    return {
        "field": field,
        "type": "quantitative",
        "scale": {"zero": True, "nice": 3},
        "axis": axis,
        "title": None,
    }


def _names(plot: Plot, ends: Sequence[tuple[str, float]], most: float, width: int) -> list[dict[str, Any]]:
    """What each part is called, at the right end, as near to its height as others leave room."""
    placed: list[dict[str, Any]] = []
    gap = most * 1.35 * 16 / (_HEIGHT - 50)  # the axis may reach above the highest
    for name, height in sorted(ends, key=lambda each: each[1]):
        lowest = placed[-1]["to"] + gap if placed else 0.0
        placed.append({"to": max(height, lowest), "text": name, "x": len(plot.labels) - 1})
    if not placed:
        return []
    return [
        {
            "data": {"values": placed},
            "mark": {
                "type": "text",
                "align": "left",
                "baseline": "middle",
                "dx": _bar(plot, width) / 2 + 10 if isinstance(plot, Bars) else 10,
                "fontSize": _TEXT,
                "color": ROLES["ink"],
            },
            "encoding": {"x": _across(plot, width), "y": _up("to"), "text": {"field": "text"}},
        }
    ]


def _right(plot: Plot) -> int:
    """The room that the names take at the right end, in px."""
    named = [name for name, _ in (plot.parts if isinstance(plot, Bars) else plot.series)]
    if isinstance(plot, Bars) and len(named) == 1:
        return 8
    return int(max(map(len, named), default=0) * _LETTER) + 4


def _bar(plot: Plot, width: int) -> int:
    return max(3, min(34, int(0.62 * (width - 110) / max(len(plot.labels), 1))))


def _whole(plot: Plot, width: int, values: Sequence[object], layers: Sequence[object]) -> dict[str, Any]:
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": width,
        "height": _HEIGHT,
        "padding": {"left": 0, "right": _right(plot), "top": 14, "bottom": 2},
        "autosize": {"type": "fit", "contains": "padding"},
        "background": None,
        "config": {
            "view": {"stroke": None},
            "axis": {"labelColor": ROLES["soft"], "labelFontSize": _TEXT},
        },
        "data": {"values": list(values)},
        "layer": list(layers),
    }
