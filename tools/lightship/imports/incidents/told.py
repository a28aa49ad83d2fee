"""An incident as one tells it to us in CSV or JSON, in the words of the published schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, StrictBool, StringConstraints, ValidationError, WithJsonSchema

from lightship.catalog import problems
from lightship.catalog.kinds.base import Line, Part, Text
from lightship.imports.incidents.past import Past, Problem, line, lines, moment, said, text
from lightship.incidents.events import IncidentType, Severity

_ORDER = ("detected", "acknowledged", "mitigated", "resolved")


def _moment(value: object) -> datetime:
    found = moment(value)
    if found is None:
        raise ValueError(
            "a moment is written like 2026-03-01T09:00:00Z, from 1971 to 2199; without a zone it is UTC"
        )
    return found


Stamp = Annotated[
    datetime, BeforeValidator(_moment), WithJsonSchema({"type": "string", "format": "date-time"})
]


class PastIncident(Part):
    """An incident that another system kept. Times without a zone are UTC."""

    key: Annotated[
        Line | None,
        Field(description="Its name at the source, unique and lasting; else its begin and title are."),
    ] = None
    title: Annotated[Line, Field(description="What happened, in a line.")]
    began_at: Annotated[Stamp, Field(description="When the impact started.")]
    severity: Annotated[Severity, Field(description="How bad it was.")] = "SEV3"
    type: Annotated[IncidentType, Field(description="Only incidents count in the averages.")] = "incident"
    services: Annotated[
        tuple[Line, ...], Field(description="What it hit: ids or names of services; others stay as labels.")
    ] = ()
    detected_at: Annotated[Stamp | None, Field(description="When it was detected.")] = None
    acknowledged_at: Annotated[Stamp | None, Field(description="When somebody had it.")] = None
    mitigated_at: Annotated[Stamp | None, Field(description="When users were no longer hurt.")] = None
    resolved_at: Annotated[Stamp | None, Field(description="When it was over.")] = None
    open: Annotated[StrictBool, Field(description="Whether it still goes on.")] = False
    text: Annotated[Text | None, Field(description="What people saw.")] = None
    fix: Annotated[Text | None, Field(description="What fixed it.")] = None
    url: Annotated[
        str | None, StringConstraints(max_length=300), Field(description="Where it can be seen.")
    ] = None


def past(path: str, place: int, given: Mapping[str, Any]) -> Iterator[Past | Problem]:
    """The incident that `given` tells, and what is wrong with it."""
    try:
        told = PastIncident.model_validate(given)
    except ValidationError as error:
        said_of = "; ".join(map(_words, problems.from_validation(error, PastIncident, dict(given))))
        yield Problem(path, place, f"{said_of}: not imported")
        return
    reached = _reached(told)
    yield from (Problem(path, place, why) for why in _wrong(told))
    begin = f"{told.began_at:%Y-%m-%dT%H:%M:%SZ}"
    yield Past(
        path=path,
        line=place,
        file=path.rpartition("/")[2],
        key=line(told.key, 300) or line(f"{begin} {told.title}", 300),
        title=line(told.title, 120) or "untitled",
        severity=told.severity,
        type=told.type,
        began_at=told.began_at,
        names=lines(told.services),
        reached=reached,
        over="" if told.open or "resolved" in reached else _why_over(told),
        text=text(told.text or "", 4000),
        fix=text(told.fix or "", 4000),
        url=line(told.url, 300),
    )


def _reached(told: PastIncident) -> Mapping[str, datetime]:
    """The times that can be."""
    given = {name: getattr(told, f"{name}_at") for name in _ORDER}
    return {name: at for name, at in given.items() if at is not None and at >= told.began_at}


def _wrong(told: PastIncident) -> Iterator[str]:
    for name in _ORDER:
        at = getattr(told, f"{name}_at")
        if at is not None and at < told.began_at:
            word = "it ends" if name == "resolved" else f"it was {name}"
            reason = f"{word} before it begins: {name}_at {said(at)}, began_at {said(told.began_at)}"
            yield f"{reason}; imported without that time"
    if told.resolved_at is None:
        became = "still open" if told.open else "over; `open` would say that it is not"
        yield f"it has no end; imported as {became}"


def _why_over(told: PastIncident) -> str:
    if told.resolved_at is None:
        return "its source gives no end"
    return f"it ends before it begins: resolved_at {said(told.resolved_at)}, began_at {said(told.began_at)}"


def _words(problem: problems.Problem) -> str:
    return f"{problem.message} ({problem.fix})" if problem.fix else problem.message
