"""`lightship.yaml`: the portal's own settings."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, StrictBool, StrictInt, StringConstraints

from lightship.catalog.kinds.base import Duration, Line, Name, Part, TeamRef, Text, Timezone, Url

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


class Severity(Part):
    """What a severity means, and what it asks of people."""

    meaning: Annotated[Text, Field(description="When an incident is of this severity.")]
    update_every: Annotated[
        Duration | None, Field(description="How often an open incident needs an update; never where absent.")
    ] = None
    acknowledge_within: Annotated[
        Duration | None, Field(description="How soon somebody has to have it; no promise where absent.")
    ] = None
    pages: Annotated[
        tuple[Literal["on-call", "escalation", "commander", "leadership"], ...],
        Field(description="Who is woken."),
    ] = ()
    commander: Annotated[StrictBool, Field(description="Whether somebody has to lead it.")] = False
    postmortem_days: Annotated[
        StrictInt | None,
        Field(
            ge=1,
            le=90,
            description="Business days until the post-mortem is due; none is required where absent.",
        ),
    ] = None
    follow_up_days: Annotated[
        StrictInt,
        Field(ge=1, le=365, description="Business days that a follow-up has where it names no day."),
    ] = 20


class Severities(Part):
    """The five severities; each may be described anew."""

    SEV1: Severity = Severity(
        meaning="The company stops: most customers cannot do what they came for, or data is at risk.",
        update_every=timedelta(minutes=30),
        acknowledge_within=timedelta(minutes=5),
        pages=("on-call", "escalation", "commander", "leadership"),
        commander=True,
        postmortem_days=5,
        follow_up_days=10,
    )
    SEV2: Severity = Severity(
        meaning="Many customers notice: a main feature is down or wrong, and there is no way around it.",
        update_every=timedelta(hours=1),
        acknowledge_within=timedelta(minutes=10),
        pages=("on-call", "commander"),
        commander=True,
        postmortem_days=10,
    )
    SEV3: Severity = Severity(
        meaning="Some customers notice, or there is a way around it.",
        update_every=timedelta(hours=4),
        acknowledge_within=timedelta(minutes=30),
        pages=("on-call",),
    )
    SEV4: Severity = Severity(meaning="Staff notice; customers do not.", follow_up_days=40)
    SEV5: Severity = Severity(meaning="Nobody is hurt yet: worth writing down.", follow_up_days=60)

    def of(self, name: str) -> Severity:
        """The severity `name`, SEV1 to SEV5."""
        found: Severity = getattr(self, name)
        return found


class Holidays(Part):
    """Whose public holidays are no business days."""

    country: Annotated[
        str, StringConstraints(pattern=r"^[A-Z]{2}$"), Field(description="ISO 3166-1, such as DE.")
    ]
    subdivision: Annotated[
        str | None,
        StringConstraints(pattern=r"^[A-Z0-9]{1,3}$"),
        Field(description="ISO 3166-2, such as BE."),
    ] = None


class Publish(Part):
    """What is published where."""

    pages: Annotated[
        StrictBool,
        Field(
            description="Deploy the internal portal to GitHub Pages. A Pages site is public, unless the "
            "organisation's plan makes it private."
        ),
    ] = False


class StatusPage(Part):
    """What the public status page says of itself; all of it is public."""

    title: Annotated[Name | None, Field(description="What it is called; the portal's name where absent.")] = (
        None
    )
    description: Annotated[Text | None, Field(description="What it says below its title.")] = None
    url: Annotated[Url | None, Field(description="Where it is published.")] = None
    support: Annotated[Url | None, Field(description="Where the public finds help.")] = None


def _endpoint(text: str) -> str:
    where = urlsplit(text)
    loopback = where.hostname in ("127.0.0.1", "localhost", "::1")
    if not (where.scheme == "https" or (where.scheme == "http" and loopback)) or not where.hostname:
        raise ValueError("an address has to begin with https://; http:// is for loopback alone")
    if "@" in where.netloc or where.query or where.fragment:
        raise ValueError("an address here is a scheme, a host and a path, and nothing else")
    return text.rstrip("/")


Endpoint = Annotated[Line, AfterValidator(_endpoint), Field(json_schema_extra={"format": "uri"})]


class Aws(Part):
    """AWS Identity Center. Without this, or without credentials, its steps are simulated."""

    region: Annotated[
        str,
        StringConstraints(pattern=r"^[a-z]{2}(-[a-z]+)+-[0-9]$"),
        Field(description="Where Identity Center is, such as eu-central-1."),
    ]
    endpoint: Annotated[
        Endpoint | None, Field(description="Another address than AWS's own, such as a test partner's.")
    ] = None
    temporary: Annotated[
        tuple[Line, ...],
        Field(
            max_length=50,
            description="Permission sets that nobody has for good: whoever has one without a grant is reported.",
        ),
    ] = ()


class Github(Part):
    """GitHub's teams. Without this, or without credentials, its steps are simulated."""

    api: Annotated[Endpoint, Field(description="Where its API is.")] = "https://api.github.com"
    temporary: Annotated[
        tuple[Line, ...],
        Field(
            max_length=50,
            description="Teams (organisation/team) that nobody is in for good: whoever is without a grant is reported.",
        ),
    ] = ()


class Connectors(Part):
    """Which vendors are asked, and where. Credentials come from the environment alone."""

    aws: Annotated[Aws | None, Field(description="AWS Identity Center.")] = None
    github: Annotated[Github | None, Field(description="GitHub's teams.")] = None
    private: Annotated[
        tuple[Line, ...],
        Field(
            max_length=20, description="Hosts that may lie at private addresses, such as an Argo CD inside."
        ),
    ] = ()


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
    policy_delay: Annotated[
        Duration | None,
        Field(
            le=timedelta(days=7),
            description="How long a change of policies, people, teams or keys on the main branch waits before it lets "
            "anybody do more, but where two leaders, with a reason each, approve the request; not at all where null.",
        ),
    ] = timedelta(hours=1)
    branches: Annotated[Branches, Field(description="Names of the branches.")] = Branches()
    owners: Annotated[Owners, Field(description="Who reviews protected files.")] = Owners()
    waivers: Annotated[Waivers, Field(description="How long a rule may be waived.")] = Waivers()
    severities: Annotated[Severities, Field(description="What SEV1 to SEV5 mean here.")] = Severities()
    holidays: Annotated[
        Holidays | None, Field(description="Whose holidays deadlines skip; only weekends where absent.")
    ] = None
    connectors: Annotated[Connectors, Field(description="Which vendors are asked to act.")] = Connectors()
    publish: Annotated[Publish, Field(description="What is published where.")] = Publish()
    status_page: Annotated[StatusPage, Field(description="The public status page.")] = StatusPage()
