"""`lightship.yaml`: the portal's own settings."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StrictBool, StrictInt

from lightship.catalog.kinds.base import Line, Name, Part, TeamRef, Text, Timezone, Url

PATH = "lightship.yaml"


class Branches(Part):
    """Where people's intent and machines' records lie."""

    main: Annotated[Line, Field(description="The protected branch.")] = "main"
    journal: Annotated[Line, Field(description="Append-only records.")] = "journal"
    facts: Annotated[Line, Field(description="The latest observation of the world, per source.")] = "facts"


class Owners(Part):
    """The teams whose review protected files need; they become lines of CODEOWNERS."""

    default: Annotated[TeamRef | None, Field(description="Whatever nobody else owns.")] = None
    settings: Annotated[TeamRef | None, Field(description="lightship.yaml and CODEOWNERS itself.")] = None
    policies: Annotated[TeamRef | None, Field(description="actions/ and its policies.")] = None
    people: Annotated[TeamRef | None, Field(description="catalog/people and catalog/teams.")] = None
    scorecards: Annotated[TeamRef | None, Field(description="scorecards/.")] = None
    waivers: Annotated[TeamRef | None, Field(description="scorecards/waivers: those who may waive.")] = None
    workflows: Annotated[TeamRef | None, Field(description=".github/ and tools/.")] = None


class Waivers(Part):
    """How long a rule may be waived."""

    max_days: Annotated[StrictInt, Field(ge=1, le=730, description="Longer waivers are errors.")] = 180


class Publish(Part):
    """What is published where."""

    pages: Annotated[
        StrictBool,
        Field(
            description="Deploy the internal portal to GitHub Pages. A Pages site is public, unless the "
            "organisation's plan makes it private."
        ),
    ] = False


class Settings(Part):
    """The portal's own settings."""

    name: Annotated[Name, Field(description="What the portal is called.")] = "Lightship"
    description: Annotated[Text | None, Field(description="What the home page says below it.")] = None
    url: Annotated[Url | None, Field(description="Where it is published.")] = None
    repository: Annotated[
        Url | None, Field(description="Where this repository is hosted; edit links lead there.")
    ] = None
    timezone: Annotated[Timezone, Field(description="The zone of pages that have no reader's zone.")] = "UTC"
    forge: Annotated[
        Literal["local", "github"], Field(description="Who knows of requests and approvals.")
    ] = "local"
    branches: Annotated[Branches, Field(description="Names of the branches.")] = Branches()
    owners: Annotated[Owners, Field(description="Who reviews protected files.")] = Owners()
    waivers: Annotated[Waivers, Field(description="How long a rule may be waived.")] = Waivers()
    publish: Annotated[Publish, Field(description="What is published where.")] = Publish()
