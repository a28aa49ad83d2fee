"""What the conditions of actions and policies may look at: every variable and field, with its meaning."""

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

VARIABLES: Mapping[str, Shape] = {
    "request": _REQUEST,
    "target": OF_SERVICES["service"].described("The service that it is about."),
    "requester": of_model(model("person")).also(
        id=Shape("text", "Their id."),
        teams=Shape("list", "Ids of the teams that they are in.", item=Shape("text")),
        on_call=Shape("yes or no", "Whether they are on call for the target."),
    ),
    "incident": Shape(
        "anything", "The open incident that the request names, with id, severity, status; else null."
    ),
    "time": _TIME,
}
