"""From what was handed over to what is put on the branch: read, attributed, and what could not be, said. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from lightship.catalog.catalog import Catalog
from lightship.facts import pager_calendar, reading, tables
from lightship.facts.attribution import Attribution
from lightship.facts.records import Alert, Change, PagerSchedule, PagerShift, Rota, Values
from lightship.facts.tables import Records, Table
from lightship.oncall.localtime import zone
from lightship.plain import plural
from lightship.spelling import did_you_mean


class Gathered(NamedTuple):
    """What `store.record` shall put on the branch, what of it nobody could place, in words, and how many records that are."""

    update: Mapping[Table, Records]
    notes: tuple[str, ...]
    unattributed: int


def is_calendar(data: bytes) -> bool:
    """Whether `data` is an iCalendar file rather than JSON."""
    return data.lstrip(b"\xef\xbb\xbf \t\r\n")[:15].upper() == b"BEGIN:VCALENDAR"


def gather(catalog: Catalog, noun: str, data: bytes, name: str, source: str, now: datetime) -> Gathered:
    """JSON of the schema `noun`, called `name` in messages. Raises UsageError where it cannot be used."""
    attribution = Attribution(catalog)
    if noun == "change":
        return _items(attribution.change(each) for each in reading.read(Change, data, name, source))
    if noun == "alert":
        return _items(attribution.alert(each) for each in reading.read(Alert, data, name, source))
    if noun == "fact":
        return _values(catalog, reading.read(Values, data, name, source), now)
    rotas = reading.read(Rota, data, name, source)
    found = [_rota(attribution, rota, now) for rota in rotas]
    return _schedules(catalog, {rota.schedule: each for rota, each in zip(rotas, found, strict=True)})


def calendar(
    catalog: Catalog,
    data: bytes,
    name: str,
    source: str,
    schedule: str,
    now: datetime,
    span: tuple[datetime, datetime],
) -> Gathered:
    """The shifts of `schedule` from an iCalendar file, those that touch `span`. Raises UsageError."""
    area = zone(catalog.schedules[schedule].timezone)
    attribution = Attribution(catalog)
    shifts, strangers = [], []
    for event in pager_calendar.events(data, name, area, *span):
        person = attribution.person(event.said)
        if person is None:
            strangers.append(_called(event.said))
        shifts.append(PagerShift(event.start, event.end, person or _called(event.said)))
    pager = PagerSchedule(source, now, tuple(shifts))
    return _schedules(catalog, {schedule: (pager, _strangers(attribution, schedule, strangers))})


def _called(said: tuple[str, ...]) -> str:
    return next((text.strip()[:120] for text in said if text.strip()), "somebody")


def _items(attributed: Iterable[tuple[Change | Alert, tuple[str, ...]]]) -> Gathered:
    items = list(attributed)
    notes = tuple(note for _, said in items for note in said)
    lacking = sum(bool(said) and not item.services for item, said in items)
    return Gathered(tables.of_models(item for item, _ in items), notes, lacking)


def _values(catalog: Catalog, held: Iterable[Values], now: datetime) -> Gathered:
    update: dict[Table, Records] = {}
    unknown: dict[str, None] = {}
    for values in held:
        for table, records in tables.of_values(
            values.source, values.observed_at or now, values.services
        ).items():
            update[table] = tables.put(table.kind, update.get(table, {}), records)[0]
        unknown |= dict.fromkeys(id for id in values.services if id not in catalog.services)
    known = [*catalog.services, *(old for service in catalog.services.values() for old in service.formerly)]
    strange = [id for id in unknown if id not in known]
    notes = tuple(_hinted(f"'{id}' is no service of the catalog", id, known) for id in strange)
    return Gathered(update, notes, len(strange))


def _hinted(text: str, word: str, known: Iterable[str]) -> str:
    near = did_you_mean(word, known)
    return f"{text}; {near}" if near else text


def _rota(attribution: Attribution, rota: Rota, now: datetime) -> tuple[PagerSchedule, tuple[str, ...]]:
    named = {spell.person: attribution.person((spell.person,)) for spell in rota.shifts}
    shifts = [
        PagerShift(spell.start, spell.end, named[spell.person] or spell.person)
        for spell in rota.shifts
        if spell.start < spell.end
    ]
    empty = len(rota.shifts) - len(shifts)
    notes = (
        [f"{plural(empty, 'shift')} of '{rota.schedule}' end before they begin, and were left out"]
        if empty
        else []
    )
    notes += _strangers(
        attribution, rota.schedule, [text for text, person in named.items() if person is None]
    )
    return PagerSchedule(rota.source, rota.observed_at or now, tuple(shifts)), tuple(notes)


def _strangers(attribution: Attribution, schedule: str, texts: Iterable[str]) -> tuple[str, ...]:
    said = (
        (f"'{text}', on call by '{schedule}', is nobody of the catalog", attribution.like(text))
        for text in dict.fromkeys(texts)
    )
    return tuple(f"{text}; {near}" if near else text for text, near in said)


def _schedules(catalog: Catalog, found: Mapping[str, tuple[PagerSchedule, tuple[str, ...]]]) -> Gathered:
    notes = [note for _, said in found.values() for note in said]
    lacking = sum(" is nobody of the catalog" in note for note in notes)
    for id in found:
        schedule = catalog.schedules.get(id)
        if schedule is None:
            notes.append(_hinted(f"'{id}' is no schedule of the catalog", id, catalog.schedules))
            lacking += 1
        elif schedule.source != "facts":
            notes.append(
                f"{schedule.path} says `source: rotations`, so it does not count; say `source: facts` there"
            )
    return Gathered(
        tables.of_schedules({id: pager for id, (pager, _) in found.items()}), tuple(notes), lacking
    )
