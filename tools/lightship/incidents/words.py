"""Which words of a text tell something: the words that incidents are found and compared by. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lightship.incidents.incident import Incident

_WORD = re.compile(r"[^\W_]{2,40}")
_MOST = 24  # words of a query
_SAY_NOTHING = frozenset(
    _WORD.findall(
        """
    a about after again all also an and any are as at be because been before being but by can could did do does
    down during each error errors everything failed failing fails few for from get gets got had has have he her
    here high his how if in incident into is issue it its just let like many may me more most much my no none
    not nothing now of off on one only or other our out over problem same she should show shown shows since so
    some still than that the their them then there these they this those three through to too two under until up
    us user users very was we were what when where which while who why will with within without would you your
    """
    )
)


def telling(*texts: str) -> tuple[str, ...]:
    """The words of `texts` that say something, in lower case, each once, in the order written; at most 24."""
    found = dict.fromkeys(word for text in texts for word in _WORD.findall(text.casefold()))
    return tuple(word for word in found if word not in _SAY_NOTHING)[:_MOST]


def stem(word: str) -> str:
    """What 'timeouts' and 'timeout', or 'failed' and 'failing', have in common; crude, for comparing only."""
    for ending in ("ings", "ing", "ies", "ied", "ed", "es", "s", "y"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


def of_incident(incident: Incident) -> tuple[str, ...]:
    """What an incident is looked up by: its title, its symptom and its labels."""
    return telling(incident.title, incident.symptom, *incident.labels)


def shared(ours: Iterable[str], incident: Incident) -> tuple[str, ...]:
    """Those of our words that another incident says too, in its title, its symptom or its fix; in our order.

    The names of the services that it hit say no more than that it hit them.
    """
    named = {stem(word) for word in telling(*incident.services)}
    theirs = {stem(word) for word in telling(incident.title, incident.symptom, incident.fix)} - named
    return tuple(word for word in ours if stem(word) in theirs)
