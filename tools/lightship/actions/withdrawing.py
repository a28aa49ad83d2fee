"""Whether a request is still asked for: who asked, or gets it, may take their word back, and nobody else theirs. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lightship.actions.question import Decision
from lightship.catalog.catalog import Catalog
from lightship.forge.base import Asked, identities


def withdrawn(asked: Asked, base: Catalog) -> str | None:
    """Why it is not asked for any more, as whoever may say so said ('' for no reason); None where it still is.

    Whose identity it is, says the catalog that decides (`base`). Anybody else can still say no to it.
    """
    voices = (each for each in asked.withdrawals if each.proven and each.digest == asked.digest)
    those = tuple(_askers(asked, base))
    return next((each.reason for each in voices if _owner(each.identity, base) in those), None)


def taken_back(decision: Decision, why: str | None) -> Decision:
    """`decision`, unless nobody asks any more, for the reason `why`."""
    if why is None:
        return decision
    return replace(decision, state="cancelled", reasons=(why,) if why else (), expires_at=None, families=())


def _askers(asked: Asked, base: Catalog) -> Iterator[str]:
    if asked.request is not None:
        yield asked.request.requester
        yield asked.request.beneficiary
    elif asked.asker is not None and asked.asker.proven:
        yield _owner(asked.asker.identity, base) or "nobody"


def _owner(identity: str, base: Catalog) -> str:
    """Whose identity it is; '' for nobody's, and for one that two people claim."""
    found = [id for id, person in base.people.items() if identity in identities(person)]
    return found[0] if len(found) == 1 else ""
