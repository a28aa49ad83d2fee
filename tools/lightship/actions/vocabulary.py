"""What conditions and templates of actions and policies may look at: every variable and field, with its meaning."""

from __future__ import annotations

from collections.abc import Mapping

from lightship.catalog.kinds import model
from lightship.expressions import Shape, of_model
from lightship.scorecards.vocabulary import VARIABLES as OF_SERVICES

_REQUEST = Shape(
    "object",
    "What is asked for.",
    {
        "id": Shape("text", "Its id, the name of its file."),
        "action": Shape("text", "The action's id."),
        "target": Shape("text", "The service's id."),
        "beneficiary": Shape("text", "The id of the person who gets it."),
        "reason": Shape("text", "Why it is asked for."),
        "incident": Shape("text", "The incident that it names."),
        "at": Shape("moment", "When it was asked for."),
        "not_after": Shape("moment", "From when it is void."),
        "inputs": Shape("anything", "What was filled in, by name."),
    },
)
_TIME = Shape(
    "object",
    "The moment that is judged.",
    {
        "now": Shape("moment", "In UTC."),
        "weekday": Shape("text", "mon, tue … in the zone of the target's owner."),
        "hour": Shape("number", "0 to 23, in the same zone."),
        "working_hours": Shape("yes or no", "Whether the target's owner is normally at work."),
    },
)
_TARGET = (
    OF_SERVICES["service"]
    .also(frozen=Shape("yes or no", "Whether somebody froze it, and the freeze still holds."))
    .described("The service that it is about.")
)

VARIABLES: Mapping[str, Shape] = {
    "request": _REQUEST,
    "target": _TARGET,
    "requester": of_model(model("person")).also(
        id=Shape("text", "Their id."),
        teams=Shape("list", "Ids of the teams that they are in.", item=Shape("text")),
        on_call=Shape("yes or no", "Whether they are on call for the target."),
    ),
    "incident": Shape(
        "anything", "The open incident that the request names, with id, severity, state, services; else null."
    ),
    "time": _TIME,
}

_INCIDENT = Shape(
    "object",
    "The incident.",
    {
        "id": Shape("text", "Its id."),
        "title": Shape("text", "Its title."),
        "severity": Shape("text", "SEV1 to SEV5.", values=("SEV1", "SEV2", "SEV3", "SEV4", "SEV5")),
        "state": Shape("text", "declared, investigating, identified, mitigated, resolved or closed."),
        "services": Shape("list", "Ids of the services that it hits.", item=Shape("text")),
        "channel": Shape("text", "Its channel, where one was told."),
        "bridge": Shape("text", "Its bridge, where one was told."),
    },
)
_SCORE = Shape(
    "object",
    "The score that dropped.",
    {
        "service": Shape("text", "The service's id."),
        "scorecard": Shape("text", "The scorecard's id."),
        "before": Shape("text", "The level that it had."),
        "after": Shape("text", "The level that it has; '' for none."),
    },
)

TRIGGERS: Mapping[str, Shape] = {
    "incident": _INCIDENT.described("The incident that it happened to; null where it happened to none."),
    "score": _SCORE.described("For score-dropped: the score; else null."),
    "target": _TARGET.described("The service that the trigger names; null where it names none."),
    "time": _TIME,
}
"""What `when` of a trigger may look at."""


def of_steps(chosen: Mapping[str, str]) -> Mapping[str, Shape]:
    """What parameters of steps, `expires` and `x-default` may look at; `chosen` is kind by name of input with an x-kind.

    `inputs` and `steps` are different for each action, and not told here.
    """
    person = _entity("person")
    team = _entity("team").described("The team that owns it.")
    return {
        "request": Shape(
            "object",
            "What is asked for.",
            {
                **{
                    name: part
                    for name, part in _REQUEST.fields.items()
                    if name not in ("at", "beneficiary", "inputs")
                },
                "requester": Shape("text", "The id of the person who asks."),
                "for": Shape("text", "The id of the person who gets it."),
                "requested_at": Shape("moment", "When it was asked for."),
                "break_glass": Shape("yes or no", "Whether it is done first, and asked afterwards."),
                "approved_by": Shape(
                    "text", "The id of who approved it, the first where there are several; '' for nobody."
                ),
            },
        ),
        "target": _entity("service")
        .also(team=team)
        .described("The service that it is about; null without one."),
        "requester": person.described("The person who asks."),
        "beneficiary": person.described("The person who gets it."),
        "incident": _INCIDENT.described("The incident that the request names; null where it names none."),
        "chosen": Shape(
            "object",
            "What inputs with an x-kind name, whole.",
            {name: _entity(kind) for name, kind in chosen.items()},
        ),
        "portal": Shape(
            "object",
            "The portal.",
            {"name": Shape("text", "Its name."), "url": Shape("text", "Its address, or ''.")},
        ),
    }


def of_triggers() -> Mapping[str, Shape]:
    """What `target`, `inputs` and `reason` of a trigger may look at."""
    target = of_steps({})["target"].described("The service that the trigger names; null where it names none.")
    return {
        **{name: shape for name, shape in TRIGGERS.items() if name in ("incident", "score")},
        "target": target,
        "brief": Shape("text", "The brief of the incident or the service, in Markdown."),
        "portal": of_steps({})["portal"],
    }


def _entity(kind: str) -> Shape:
    return of_model(model(kind)).also(id=Shape("text", "Its id."))
