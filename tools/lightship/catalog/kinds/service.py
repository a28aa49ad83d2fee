"""A service: something that runs and that somebody answers for."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field, StrictBool, StrictInt, StringConstraints

from lightship.catalog.kinds.base import (
    CustomerRef,
    Entity,
    EnvironmentRef,
    FeatureRef,
    Id,
    Line,
    Link,
    Name,
    Part,
    RunbookRef,
    ScheduleRef,
    ServiceRef,
    SloRef,
    SystemRef,
    TeamRef,
    Url,
)
from lightship.catalog.kinds.schedule import EscalationLevel


class Dependency(Part):
    """What a service needs to do its work."""

    service: Annotated[ServiceRef, Field(description="The service that is needed.")]
    kind: Annotated[
        Literal["sync", "async", "data", "build"],
        Field(
            description="sync: called while a user waits; async: by queue or event; data: store; build: at build time."
        ),
    ] = "sync"
    critical: Annotated[
        StrictBool, Field(description="Whether this service is down when the other one is.")
    ] = True


class PagerDuty(Part):
    """Where PagerDuty knows the service."""

    service_id: Annotated[Line | None, Field(description="The PagerDuty service, such as PABC123.")] = None
    integration: Annotated[Line | None, Field(description="The name of the integration; never its key.")] = (
        None
    )
    escalation_policy: Annotated[Line | None, Field(description="The PagerDuty escalation policy.")] = None


class Slack(Part):
    """Where the service is talked about."""

    channel: Annotated[Line, Field(description="The channel's name, with or without #.")]


class Dynatrace(Part):
    """What Dynatrace watches of the service."""

    entity: Annotated[Line | None, Field(description="The entity, such as SERVICE-0123456789ABCDEF.")] = None
    dashboard: Annotated[Url | None, Field(description="A dashboard to open first.")] = None


class Statuspage(Part):
    """What the public status page says of the service."""

    component: Annotated[Line, Field(description="The component's id.")]
    page: Annotated[Line | None, Field(description="The page's id, where there are several.")] = None


class Github(Part):
    """Where the code lives."""

    repository: Annotated[
        str,
        StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}$"),
        Field(description="owner/name."),
    ]
    path: Annotated[Line | None, Field(description="The folder inside the repository.")] = None


class Argocd(Part):
    """What Argo CD deploys of the service."""

    application: Annotated[Line, Field(description="The application's name.")]
    namespace: Annotated[Line | None, Field(description="The application's namespace.")] = None


class Aws(Part):
    """Where the service runs in AWS."""

    account: Annotated[
        str | None, StringConstraints(pattern=r"^[0-9]{12}$"), Field(description="The account, 12 digits.")
    ] = None
    region: Annotated[Line | None, Field(description="The region, such as eu-central-1.")] = None
    resources: Annotated[tuple[Line, ...], Field(max_length=100, description="ARNs.")] = ()


class Notion(Part):
    """Where notes about the service are kept."""

    page: Annotated[Url, Field(description="The page's address.")]


class Integrations(Part):
    """Where other systems know the service."""

    pagerduty: PagerDuty | None = None
    slack: Slack | None = None
    dynatrace: Dynatrace | None = None
    statuspage: Statuspage | None = None
    github: Github | None = None
    argocd: Argocd | None = None
    aws: Aws | None = None
    notion: Notion | None = None


def _dependency(value: object) -> object:
    return {"service": value} if isinstance(value, str) else value


class Service(Entity):
    """Something that runs and that somebody answers for."""

    kind: ClassVar[str] = "service"
    folder: ClassVar[str] = "catalog/services"
    title: ClassVar[str] = "Services"

    name: Annotated[Name, Field(description="What people call it.")]
    owner: Annotated[TeamRef, Field(description="The team that answers for it.")]
    system: Annotated[SystemRef | None, Field(description="The system it is part of.")] = None
    tier: Annotated[
        StrictInt | None,
        Field(
            ge=1,
            le=4,
            description="How much hangs on it: 1 the company stops, 2 customers notice, 3 staff notice, 4 nobody hurries.",
        ),
    ] = None
    lifecycle: Annotated[
        Literal["experimental", "production", "deprecated", "retired"],
        Field(
            description="Where it is in its life; a retired service is kept for its history and judged no more."
        ),
    ] = "production"
    type: Annotated[
        Id, Field(description="What it is: api, website, worker, database, cache, queue, library, tool …")
    ] = "service"
    formerly: Annotated[
        tuple[Id, ...], Field(max_length=20, description="Ids it had before; a rename keeps its history.")
    ] = ()
    depends_on: Annotated[
        tuple[
            Annotated[
                Dependency, BeforeValidator(_dependency, json_schema_input_type=ServiceRef | Dependency)
            ],
            ...,
        ],
        Field(
            max_length=500,
            description="What it needs: ids, or {service, kind, critical}. The other direction is computed.",
        ),
    ] = ()
    environments: Annotated[
        tuple[EnvironmentRef, ...], Field(max_length=100, description="Where it runs.")
    ] = ()
    repos: Annotated[tuple[Url, ...], Field(max_length=50, description="Its repositories.")] = ()
    schedule: Annotated[ScheduleRef | None, Field(description="Who is on call for it.")] = None
    escalation: Annotated[
        tuple[EscalationLevel, ...], Field(max_length=10, description="Who is called next, in order.")
    ] = ()
    runbooks: Annotated[
        tuple[RunbookRef, ...], Field(max_length=200, description="What to do when it breaks.")
    ] = ()
    slos: Annotated[tuple[SloRef, ...], Field(max_length=100, description="What it promises.")] = ()
    features: Annotated[
        tuple[FeatureRef, ...], Field(max_length=200, description="What users lose when it is down.")
    ] = ()
    customers: Annotated[
        tuple[CustomerRef, ...], Field(max_length=200, description="Who is hit when it is down.")
    ] = ()
    links: Annotated[tuple[Link, ...], Field(max_length=100, description="Links worth keeping at hand.")] = ()
    tags: Annotated[tuple[Id, ...], Field(max_length=50, description="Words to filter by.")] = ()
    integrations: Annotated[Integrations, Field(description="Where other systems know it.")] = Integrations()
