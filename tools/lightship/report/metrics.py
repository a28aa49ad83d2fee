"""Figures as text, Markdown and JSON; beside each number stand how many it rests on, what was left out, and the formula."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from lightship.incidents.figures import QUANTILES, Excluded, Figure, Period
from lightship.incidents.metrics import Groups
from lightship.report.markdown import text as inert

_NAMED = 5  # ids, and reasons, that are named of each; JSON names all
_ABBREVIATIONS = {"mttd": "MTTD", "mtta": "MTTA", "mttm": "MTTM", "mttr": "MTTR", "mtbf": "MTBF"}
_SHORT = {
    **_ABBREVIATIONS,
    "update_punctuality": "updates",
    "postmortems_on_time": "post-mortems",
    "follow_ups_on_time": "follow-ups",
    "recurrence": "came back",
    "deployment_frequency": "deployments",
    "lead_time": "lead time",
    "change_failure_rate": "failed",
    "recovery_time": "recovery",
}
_HOUR, _DAY = 60, 1440
_Rows = list[list[str]]


def as_json(figures: Mapping[str, Figure]) -> str:
    """`{KEY: {"title", "n", "mean_minutes", "median_minutes", "p90_minutes", "excluded": [{"id", "reason"}], "formula", "unit"}}`.

    Of shares `share` (0 to 1) and `kept` instead of minutes, of rates `per_day` and `days`; null where n is 0.
    """
    return _dump(_document(figures))


def of_groups(groups: Groups, period: Period, format: str) -> str:
    """The figures of each group; JSON: `{"by", "groups": {NAME: {KEY: …}}, "whole": {KEY: …}, "without": [ids in no group]}`."""
    if format == "json":
        document = {
            "by": groups.by,
            "groups": {name: _document(figures) for name, figures in groups.groups.items()},
            "whole": _document(groups.whole),
            "without": list(groups.without),
        }
        return _dump(document)
    keys = [key for key in groups.whole if any(figures[key].n for figures in _having(groups, key))]
    header = [groups.by, "incidents", *(_SHORT[key] for key in keys)]
    rows = [_group(name, figures, keys) for name, figures in (*groups.groups.items(), ("all", groups.whole))]
    blocks = [
        _heading(f"Incidents by {groups.by}, {_words(period)}", format),
        _grid([header, *rows], format),
        "Of times the median, of the rest the share or the rate; in brackets how many it rests on.\n",
    ]
    if groups.without:
        blocks.append(_line(f"in no {groups.by}", [Excluded(id, "") for id in groups.without], format))
    blocks.append(_formulas({key: groups.whole[key] for key in keys}, format))
    return "\n".join(blocks)


def table(
    figures: Mapping[str, Figure],
    before: Mapping[str, Figure] | None,
    uncounted: Sequence[Excluded],
    period: Period,
    format: str,
) -> str:
    """All figures, the median or share of the period before where `before` is given, and what does not count."""
    spans = {key: each for key, each in figures.items() if each.unit == "minutes"}
    others = {key: each for key, each in figures.items() if each.unit != "minutes"}
    ahead = ["before"] if before is not None else []
    times = [["time", "n", "median", "mean", "p90", *ahead, "left out"]]
    for key, each in spans.items():
        earlier = [_time(before[key].median) if key in before else "–"] if before is not None else []
        numbers = [_time(each.median), _time(each.mean), _time(each.p90)]
        times.append([_label(key, each), f"{each.n:,}", *numbers, *earlier, _count(each)])
    shares = [["share or rate", "of", "value", *ahead, "left out"]]
    for key, each in others.items():
        earlier = [_value(before[key]) if key in before else "–"] if before is not None else []
        shares.append([_label(key, each), f"{each.n:,}", _value(each), *earlier, _count(each)])
    blocks = [_heading(f"Incidents, {_words(period)}", format), _grid(times, format), _grid(shares, format)]
    blocks += [_left_out(figures, uncounted, format), _formulas(figures, format)]
    return "\n".join(block for block in blocks if block)


def _document(figures: Mapping[str, Figure]) -> dict[str, object]:
    return {key: each.as_json() for key, each in figures.items()}


def _dump(document: object) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _having(groups: Groups, key: str) -> Iterator[Mapping[str, Figure]]:
    return (figures for figures in (*groups.groups.values(), groups.whole) if key in figures)


def _group(name: str, figures: Mapping[str, Figure], keys: Sequence[str]) -> list[str]:
    cells = []
    for key in keys:
        each = figures.get(key)
        if each is None or not each.n:
            cells.append("–")
        else:
            value = _time(each.median) if each.unit == "minutes" else _value(each)
            cells.append(f"{value} ({each.n:,})")
    resolved = figures["mttr"]
    return [name, f"{resolved.n + len(resolved.excluded):,}", *cells]


def _label(key: str, figure: Figure) -> str:
    abbreviation = _ABBREVIATIONS.get(key)
    return f"{figure.title} ({abbreviation})" if abbreviation else figure.title


def _words(period: Period) -> str:
    since, until = (_day(moment) for moment in (period.since, period.until))
    if since and until:
        return f"{since} to {until}"
    return f"since {since}" if since else f"until {until}" if until else "all that are recorded"


def _day(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d}" if moment else ""


def _time(minutes: float | None) -> str:
    if minutes is None:
        return "–"
    if minutes < 10:
        return f"{minutes:.1f} min"
    if minutes < 2 * _HOUR:
        return f"{minutes:.0f} min"
    return f"{minutes / _HOUR:.1f} h" if minutes < 2 * _DAY else f"{minutes / _DAY:.1f} days"


def _value(figure: Figure) -> str:
    if figure.mean is None:
        return "–"
    return f"{figure.mean:.0%}" if figure.unit == "share" else f"{figure.mean:.2f} a day"


def _count(figure: Figure) -> str:
    return f"{len(figure.excluded):,}" if figure.excluded else ""


def _left_out(figures: Mapping[str, Figure], uncounted: Sequence[Excluded], format: str) -> str:
    lines = []
    for key, each in figures.items():
        reasons = list(_by_reason(each.excluded))
        lines += [_line(f"{_label(key, each)}: {why}", those, format) for why, those in reasons[:_NAMED]]
        if rest := sum(len(those) for _, those in reasons[_NAMED:]):
            lines.append(_bullet(f"{_label(key, each)}: {rest:,} more, for other reasons", format))
    lines += [_line(f"never counted: {why}", those, format) for why, those in _by_reason(uncounted)]
    return _heading("Left out", format) + "".join(lines) if lines else ""


def _by_reason(excluded: Iterable[Excluded]) -> list[tuple[str, list[Excluded]]]:
    """What was left out by reason: wrong times first, since somebody has to mend them; then the commonest."""
    found: dict[str, list[Excluded]] = {}
    for each in excluded:
        found.setdefault(each.reason, []).append(each)
    return sorted(found.items(), key=lambda item: (not _is_wrong(item[0]), -len(item[1]), item[0]))


def _is_wrong(reason: str) -> bool:
    return reason.startswith(("negative", "closed without"))


def _line(what: str, those: Sequence[Excluded], format: str) -> str:
    named = ", ".join(each.id for each in those[:_NAMED])
    rest = f" and {len(those) - _NAMED:,} more" if len(those) > _NAMED else ""
    return _bullet(f"{what} ({len(those):,}): {named}{rest}", format)


def _bullet(line: str, format: str) -> str:
    return f"- {inert(line)}\n" if format == "markdown" else f"  {' '.join(line.split())}\n"


def _formulas(figures: Mapping[str, Figure], format: str) -> str:
    lines = [_bullet(f"{_label(key, each)} = {each.formula}", format) for key, each in figures.items()]
    return "".join([_heading("Formulas", format), *lines, _bullet(QUANTILES, format)])


def _heading(line: str, format: str) -> str:
    return f"### {inert(line)}\n\n" if format == "markdown" else f"{line}\n"


def _grid(rows: _Rows, format: str) -> str:
    """A table; all columns but the first are numbers, set to the right."""
    if format == "markdown":
        head, *body = [[inert(cell) for cell in row] for row in rows]
        rule = ["---", *("---:" for _ in head[1:])]
        return "".join(f"| {' | '.join(row)} |\n" for row in (head, rule, *body))
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    lines = []
    for first, *numbers in rows:
        cells = [cell.rjust(width) for cell, width in zip(numbers, widths[1:], strict=True)]
        lines.append(f"  {'  '.join([first.ljust(widths[0]), *cells])}".rstrip() + "\n")
    return "".join(lines)
