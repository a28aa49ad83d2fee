"""Charts as inline SVG, drawn at build by vl-convert where it is installed, and kept: an unchanged chart costs nothing.

What is drawn carries classes instead of colours, the page's own font, and neither styles nor scripts. Where nothing can be
drawn, a chart is its table.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from xml.etree import ElementTree as ET

from markupsafe import Markup, escape

from lightship.aside import aside
from lightship.portal.plots import NARROW, ROLES, WIDE, Plot

_FORMAT = 2  # of what is kept
_KEPT = 400  # drawings
_REMEDY = (
    'Drawings need one package more: <code>pip install "lightship[charts]"</code>. These are the numbers.'
)
_SVG = "{http://www.w3.org/2000/svg}"
_ELEMENTS = frozenset({"g", "path", "line", "rect", "text", "tspan"})
_ATTRIBUTES = frozenset(
    {"d", "transform", "x", "y", "x1", "x2", "y1", "y2", "dx", "dy", "width", "height", "text-anchor"}
    | {"font-size", "font-weight", "stroke-width", "stroke-dasharray"}
)
_ROLE_OF = {colour: role for role, colour in ROLES.items()}
_LONG = re.compile(r"-?\d+\.\d{2,}")


@dataclass(frozen=True, slots=True)
class Chart:
    """One question. `title` says the answer, `below` what is shown in which unit; `columns` and `rows` are its numbers."""

    id: str
    title: str
    below: str
    plot: Plot
    columns: tuple[str, ...]
    rows: tuple[tuple[str | Markup, ...], ...]


class Charts:
    """Draws charts; what was drawn is kept in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def figures(self, charts: Sequence[Chart]) -> tuple[Markup, ...]:
        """The charts as figures, each with its numbers beside it."""
        specs = [_text(chart.plot.spec(width)) for chart in charts for width in (WIDE, NARROW)]
        drawn = self._drawn(dict.fromkeys(specs))
        return tuple(
            _figure(chart, drawn[specs[2 * at]], drawn[specs[2 * at + 1]]) for at, chart in enumerate(charts)
        )

    def _drawn(self, specs: Iterable[str]) -> dict[str, str]:
        """Specifications and what is drawn of them; '' where nothing can draw."""
        places = {spec: self._folder / f"{_digest(spec)}.svg" for spec in specs}
        found = {spec: _kept(place) for spec, place in places.items()}
        missing = [spec for spec, text in found.items() if text is None]
        if missing and find_spec("vl_convert"):
            # The engine has threads: a process that ever loaded it could not be forked any more.
            new = json.loads(aside(lambda: json.dumps([_draw(spec) for spec in missing]).encode())())
            for spec, text in zip(missing, new, strict=True):
                found[spec] = text
                self._keep(places[spec], text)
            self._forget()
        return {spec: text or "" for spec, text in found.items()}

    def _keep(self, place: Path, text: str) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        made = place.with_suffix(f".{os.getpid()}")
        made.write_text(text, encoding="utf-8")
        os.replace(made, place)

    def _forget(self) -> None:
        kept = sorted(self._folder.glob("*.svg"), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in kept[_KEPT:]:
            path.unlink(missing_ok=True)


def _text(spec: Mapping[str, object]) -> str:
    return json.dumps(spec, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _digest(spec: str) -> str:
    return hashlib.sha256(f"{_FORMAT}\0{spec}".encode()).hexdigest()[:32]


def _kept(place: Path) -> str | None:
    try:
        text = place.read_text(encoding="utf-8")
        os.utime(place)
    except (OSError, UnicodeDecodeError):
        return None
    return text


def _draw(spec: str) -> str:
    import vl_convert

    return clean(vl_convert.vegalite_to_svg(spec))


def clean(svg: str) -> str:
    """`svg` with the elements and attributes that drawings need and no others; roles as classes `f-ink`, `s-ink` …"""
    root = ET.fromstring(svg)
    inside = "".join(text for child in root for text in _cleaned(child))
    width, height = (round(float(value)) for value in root.attrib["viewBox"].split()[2:])
    return f'viewBox="0 0 {width} {height}" width="{width}" height="{height}">{inside}'


def _cleaned(element: ET.Element) -> Iterator[str]:
    name = element.tag.removeprefix(_SVG)
    held = element.attrib
    if name not in _ELEMENTS or held.get("display") == "none" or held.get("class") == "background":
        return
    children = "".join(text for child in element for text in _cleaned(child))
    if name == "g" and not children or name == "path" and not held.get("d"):
        return
    words = escape(element.text or "") if name in ("text", "tspan") else ""
    if name in ("text", "tspan") and not (words or children):
        return
    attributes = "".join(_attributes(held))
    if name == "g" and not attributes:
        yield children
    else:
        yield f"<{name}{attributes}>{words}{children}</{name}>"


def _attributes(held: Mapping[str, str]) -> Iterator[str]:
    for name in sorted(_ATTRIBUTES & held.keys()):
        value = _LONG.sub(lambda found: f"{float(found[0]):.1f}", held[name]).removesuffix("px")
        if (name, value) != ("transform", "translate(0,0)"):
            yield f' {name}="{escape(value)}"'
    roles = [
        f"{sort}-{_ROLE_OF[held[key]]}"
        for key, sort in (("fill", "f"), ("stroke", "s"))
        if held.get(key) in _ROLE_OF
    ]
    if roles:
        yield f' class="{" ".join(roles)}"'


def _figure(chart: Chart, wide: str, narrow: str) -> Markup:
    drawn = Markup("").join(
        Markup(f'<svg class="ls-plot {sort}" aria-hidden="true" {text}</svg>')
        for sort, text in (("wide", wide), ("narrow", narrow))
        if text
    )
    picture = (
        Markup('<div role="img" aria-label="{}">{}</div>').format(f"{chart.title}. {chart.below}", drawn)
        if drawn
        else Markup(f'<p class="small soft">{_REMEDY}</p>')
    )
    return Markup(
        '<figure class="ls-chart" id="{}"><figcaption><h3>{}</h3><p>{}</p></figcaption>{}'
        "<details{}><summary>The numbers</summary>{}</details></figure>"
    ).format(chart.id, chart.title, chart.below, picture, Markup("" if drawn else " open"), _table(chart))


def _table(chart: Chart) -> Markup:
    head = Markup().join(
        Markup("<th{}>{}</th>").format(Markup(' class="num"') if at else "", title)
        for at, title in enumerate(chart.columns)
    )
    rows = Markup().join(
        Markup("<tr>{}</tr>").format(
            Markup().join(
                Markup('<td class="num">{}</td>' if at else "<td>{}</td>").format(cell)
                for at, cell in enumerate(row)
            )
        )
        for row in chart.rows
    )
    return Markup('<table class="t"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>').format(head, rows)
