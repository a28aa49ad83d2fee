"""Operations of Notion: pages of notes."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from lightship.actions.operations.base import Idempotency, Long, Params, Short


class CreatePage(Params):
    """Begin a page."""

    refs: ClassVar[tuple[str, ...]] = ("page", "url")
    undo: ClassVar[str] = "archive_page"
    idempotency: ClassVar[Idempotency] = "marker"

    parent: Annotated[
        Short, Field(description="The page or the database under which it lies, by address or id.")
    ]
    title: Annotated[Short, Field(description="Its title.")]
    reference: Annotated[Short, Field(description="What it is about; by this it is found again.")]
    text: Annotated[Long | None, Field(description="What stands in it, in Markdown.")] = None


class ArchivePage(CreatePage):
    """Put a page away."""

    undo: ClassVar[str] = ""
    idempotency: ClassVar[Idempotency] = "state"


class AppendText(Params):
    """Add something to the end of a page."""

    refs: ClassVar[tuple[str, ...]] = ("page",)
    idempotency: ClassVar[Idempotency] = "marker"

    page: Annotated[Short, Field(description="The page, by address or id, or what it is about.")]
    text: Annotated[Long, Field(description="What to add, in Markdown.")]
