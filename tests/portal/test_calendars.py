"""The calendars beside the pages: every link leads to one, programs read them, and they are written only when they change."""

from __future__ import annotations

import posixpath
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import recurring_ical_events
from icalendar import Calendar

from lightship.commands.build import publish

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
_LINK = re.compile(r'href="([^"]+\.ics)"')


def test_every_calendar_is_linked_read_and_left_alone_within_the_month(shop: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    publish(shop, out, NOW)
    linked = {
        posixpath.normpath(posixpath.join(page.parent.relative_to(out).as_posix(), link))
        for page in out.glob("*/*/index.html")
        for link in _LINK.findall(page.read_text("utf-8"))
    }
    files = {path.relative_to(out).as_posix(): path for path in (out / "calendars").rglob("*.ics")}
    assert linked and linked <= files.keys()
    assert {path.stem for path in (out / "calendars").glob("*.ics")} == {
        path.stem for path in shop.glob("catalog/schedules/*.yaml")
    }
    for path in files.values():
        calendar = Calendar.from_ical(path.read_bytes())
        found = recurring_ical_events.of(calendar).between(NOW, NOW + timedelta(days=14))
        assert all(event.start < event.end for event in found)
    assert recurring_ical_events.of(
        Calendar.from_ical(files["calendars/checkout-primary.ics"].read_bytes())
    ).at(NOW.date())
    before = {name: path.stat().st_mtime_ns for name, path in files.items()}
    publish(shop, out, NOW + timedelta(days=5))
    assert {name: path.stat().st_mtime_ns for name, path in files.items()} == before
