"""Time drawn to scale as inline SVG that is as wide as its place: calendars of turns, paths of initiatives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from lightship.catalog.kinds.initiative import Initiative
from lightship.oncall.calendar import Bar, Calendar, Week
from lightship.oncall.current import Turn
from lightship.portal.pieces import Pieces

_DAY = timedelta(days=1)
_LANE = 34
_ROW = 28
_TOP = 22


def weeks(calendar: Calendar, now: datetime, pieces: Pieces) -> Markup:
    """A calendar as a block a week: a row a person, a bar a turn, and the gaps below."""
    local = now.astimezone(ZoneInfo(calendar.timezone)).replace(tzinfo=None)
    return Markup('<div class="ls-weeks">{}</div>').format(
        Markup().join(_week(week, local, pieces) for week in calendar.weeks)
    )


def _week(week: Week, local: datetime, pieces: Pieces) -> Markup:
    first = datetime.combine(week.days[0], time())
    names = [pieces.name("person", row.person) for row in week.rows]
    lanes = [row.bars for row in week.rows]
    if week.gaps:
        names.append(Markup('<span class="s bad">nobody</span>'))
        lanes.append(week.gaps)
    height = _TOP + _ROW * max(len(lanes), 1)
    parts = []
    for day, date_ in enumerate(week.days):
        x = 100 * day / 7
        month = f" {date_:%b}" if day == 0 or date_.day == 1 else ""
        weekend = " strong" if date_.weekday() >= 5 else ""
        parts.append(f'<line class="line" x1="{x:.2f}%" x2="{x:.2f}%" y1="4" y2="{height}"/>')
        parts.append(
            f'<text class="soft{weekend}" x="{x:.2f}%" dx="4" y="14">{date_:%a} {date_.day}{month}</text>'
        )
    for number, bars in enumerate(lanes):
        parts += [_bar(bar, _TOP + _ROW * number) for bar in bars]
    if first <= local < first + 7 * _DAY:
        x = 100 * (local - first) / (7 * _DAY)
        parts.append(f'<line class="today" x1="{x:.2f}%" x2="{x:.2f}%" y1="{_TOP - 4}" y2="{height}"/>')
    return Markup(
        '<div class="ls-week"><ul>{}</ul><svg class="ls-strip" height="{}" aria-hidden="true">{}</svg></div>'
    ).format(
        Markup().join(Markup("<li>{}</li>").format(name) for name in names), height, Markup("".join(parts))
    )


def _bar(bar: Bar, top: int) -> str:
    hole = bar.person is None or not bar.is_override and bar.person == ""
    shade = "hole" if hole else "stand" if bar.is_override else "turn"
    hours = f"{bar.start:%a %H:%M} to {bar.end:%a %H:%M}"
    return (
        f'<rect class="{shade}" x="{bar.left}%" y="{top + 3}" width="{bar.width}%" height="{_ROW - 6}" rx="3">'
        f"<title>{hours}</title></rect>"
    )


def lane(turns: Sequence[Turn], names: Mapping[str, str], start: datetime, end: datetime) -> Markup:
    """One row of turns from `start` to `end`."""
    return Markup(
        f'<svg class="ls-strip" height="{_LANE}" aria-hidden="true">{"".join(_bars(turns, names, start, end, 0))}</svg>'
    )


def axis(start: datetime, days: int) -> Markup:
    """The days above lanes of `days` days from `start`, as its zone has them."""
    parts = []
    for number in range(days):
        day, x = start + number * _DAY, 100 * number / days
        month = f" {day:%b}" if number == 0 or day.day == 1 else ""
        sort = "soft strong" if day.weekday() >= 5 else "soft"
        wide = "" if number % 7 == 0 or day.day == 1 else " wide"
        parts.append(f'<text class="{sort}{wide}" x="{x:.2f}%" dx="2" y="14">{day.day}{month}</text>')
    return Markup(f'<svg class="ls-strip" height="20" aria-hidden="true">{"".join(parts)}</svg>')


def _bars(
    turns: Sequence[Turn], names: Mapping[str, str], start: datetime, end: datetime, top: int = _TOP
) -> Iterator[str]:
    whole = end - start
    shades: dict[str, str] = {}
    for turn in turns:
        begins, ends = max(turn.start, start), min(turn.end, end)
        if begins >= ends or (not turn.person and not turn.promised):
            continue
        x, width = 100 * (begins - start) / whole, 100 * (ends - begins) / whole
        if turn.person:
            shade = shades.setdefault(turn.person, "ab"[len(shades) % 2])
            label, text = names.get(turn.person, turn.person), ""
            shown = label if width > 14 else label.split()[0] if width > 6.5 else ""
        else:
            shade, label, shown, text = "hole", "nobody", "nobody" if width > 6.5 else "", ' class="holetext"'
        yield (
            f'<svg x="{x:.2f}%" y="{top}" width="{width:.2f}%" height="{_LANE}"><title>{escape(label)}</title>'
            f'<rect class="{shade}" x="0.5" y="0.5" width="100%" height="{_LANE - 1}" rx="3"/>'
            f'<text{text} x="6" y="21">{escape(shown)}</text></svg>'
        )


def path(initiative: Initiative, percent: int, today: date) -> Markup:
    """From the first day to the last: what was planned by when, as steps, and where it stands today."""
    whole = max((initiative.due - initiative.starts).days, 1)

    def across(day: date) -> float:
        return min(max(100 * (day - initiative.starts).days / whole, 0), 100)

    def down(share: float) -> float:
        return 118 - share

    parts = [
        f'<line class="line" x1="0" x2="100%" y1="{down(share)}" y2="{down(share)}"/>'
        for share in (0, 50, 100)
    ]
    parts += [f'<text class="soft" x="0" y="{down(share) - 3}">{share} %</text>' for share in (50, 100)]
    left, height = 0.0, 0.0
    for each in sorted(initiative.milestones, key=lambda each: each.due):
        x, goal = across(each.due), each.percent or 100
        parts.append(
            f'<line class="plan" x1="{left:.2f}%" x2="{x:.2f}%" y1="{down(height)}" y2="{down(goal)}"/>'
        )
        parts.append(
            f'<circle class="some" cx="{x:.2f}%" cy="{down(goal)}" r="4"><title>{escape(each.name)}</title></circle>'
        )
        left, height = x, goal
    x = across(today)
    parts.append(f'<line class="today" x1="{x:.2f}%" x2="{x:.2f}%" y1="{down(percent)}" y2="118"/>')
    parts.append(f'<circle class="todayfill" cx="{x:.2f}%" cy="{down(percent)}" r="6"/>')
    side = 'text-anchor="end" dx="-10"' if x > 50 else 'dx="10"'
    parts.append(f'<text class="strong" x="{x:.2f}%" y="{down(percent) + 4}" {side}>{percent} % today</text>')
    return Markup(f'<svg class="ls-strip ls-path" height="124" aria-hidden="true">{"".join(parts)}</svg>')
