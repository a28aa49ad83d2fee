"""Operations of Argo CD: bringing an application where it should be."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from lightship.actions.operations.base import Params, Short


class _Application(Params):
    application: Annotated[Short, Field(description="The application's name.")]
    namespace: Annotated[Short | None, Field(description="The application's namespace.")] = None


class SyncApplication(_Application):
    """Bring an application to what its repository says."""

    refs: ClassVar[tuple[str, ...]] = ("revision",)

    revision: Annotated[Short | None, Field(description="Which revision; the tracked one where absent.")] = (
        None
    )
    prune: Annotated[
        bool, Field(description="Whether what is not in the repository any more is removed.")
    ] = False


class RollbackApplication(_Application):
    """Bring an application back to what ran before."""

    refs: ClassVar[tuple[str, ...]] = ("revision", "previous_revision")

    history: Annotated[
        int | None, Field(ge=0, description="To which id of its history; the one before where absent.")
    ] = None


class RestartApplication(_Application):
    """Start the pods of an application anew, one after the other."""

    workload: Annotated[Short | None, Field(description="Which deployment; all of them where absent.")] = None
