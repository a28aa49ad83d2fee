"""AWS Identity Center through boto3: its requests are signed there, and sent by `Web`.

Nothing but three variables of the environment is read: no profile, no configuration file, no metadata server. boto3 tries
nothing again by itself.
"""

from __future__ import annotations

import io
import logging
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lightship.actions.vendor import Refused, Retry, Unknown, VendorError
from lightship.connectors.credentials import Secret, secret
from lightship.connectors.http import Web
from lightship.connectors.reply import Missing, Reply
from lightship.connectors.vendors import Setup
from lightship.errors import CouldNotRun

_SERVICES = ("sso-admin", "identitystore")
_LATER = ("ThrottlingException", "TooManyRequestsException", "ConflictException", "RequestLimitExceeded")
_GONE = ("ResourceNotFoundException",)
_POLL = (0.5, 1.0, 2.0, 3.0)  # seconds between looks at what AWS is still doing; the last one repeats


@dataclass(frozen=True, slots=True)
class Instance:
    """An organisation's Identity Center, and the store of its users."""

    arn: str
    store: str


class Client:
    """Calls by boto3's own names, answered by plain mappings. Raises Retry, Refused, Missing or Unknown."""

    def __init__(self, web: Web, clients: Mapping[str, Any], temporary: tuple[str, ...]) -> None:
        self._web = web
        self._clients = clients
        self.temporary = temporary
        self._instance: Instance | None = None
        self._names: dict[str, str] = {}
        for each in clients.values():
            each.meta.events.register("before-send", self._send)

    def begin(self) -> None:
        """Start the time that one call of an operation has."""
        self._web.begin()

    def read(self, service: str, operation: str, **values: Any) -> Mapping[str, Any]:
        """What an operation that changes nothing answers; tried again while there is time."""
        return self._web.patiently(lambda: self._call(service, operation, values))

    def write(self, service: str, operation: str, **values: Any) -> Mapping[str, Any]:
        """What an operation that changes something answers; tried once."""
        return self._call(service, operation, values)

    def every(self, service: str, operation: str, field: str, **values: Any) -> Iterator[Any]:
        """All that a listing has in `field`, page by page."""
        token: dict[str, str] = {}
        while True:
            page = self.read(service, operation, **values, **token)
            yield from self.taken(page, field, operation)
            if not page.get("NextToken"):
                return
            token = {"NextToken": str(page["NextToken"])}

    def taken(self, answer: Mapping[str, Any], field: str, operation: str) -> Any:
        """A field of an answer. Raises Unknown where it is not there: such an answer tells nothing."""
        if field not in answer:
            raise self._web.unknown(f"{operation}: the answer has no {field}")
        return answer[field]

    def instance(self) -> Instance:
        """The Identity Center that these credentials administer."""
        if self._instance is None:
            found = list(self.every("sso-admin", "list_instances", "Instances"))
            if len(found) != 1:
                raise Refused(f"aws: these credentials administer {len(found)} Identity Centers, and not one")
            arn = self.taken(found[0], "InstanceArn", "list_instances")
            self._instance = Instance(arn, self.taken(found[0], "IdentityStoreId", "list_instances"))
        return self._instance

    def permission_set(self, name: str) -> str:
        """The ARN of a permission set by its name. Raises Missing."""
        if name.startswith("arn:"):
            return name
        arn = self.instance().arn
        for each in (
            ()
            if name in self._names
            else self.every("sso-admin", "list_permission_sets", "PermissionSets", InstanceArn=arn)
        ):
            said = self.read("sso-admin", "describe_permission_set", InstanceArn=arn, PermissionSetArn=each)
            self._names[self.taken(said, "PermissionSet", "describe_permission_set").get("Name", "")] = each
        if name not in self._names:
            raise Missing(f"aws: there is no permission set '{name}'")
        return self._names[name]

    def user(self, name: str) -> str:
        """The id of a user by user name, or by e-mail address. Raises Missing."""
        for path in ("userName", "emails.value") if "@" in name else ("userName",):
            which = {"UniqueAttribute": {"AttributePath": path, "AttributeValue": name}}
            try:
                found = self.read(
                    "identitystore",
                    "get_user_id",
                    IdentityStoreId=self.instance().store,
                    AlternateIdentifier=which,
                )
            except Missing:
                continue
            return str(self.taken(found, "UserId", "get_user_id"))
        raise Missing(f"aws: Identity Center has no user '{name}'")

    def finished(self, status: Mapping[str, Any], look: Callable[[str], Mapping[str, Any]]) -> str:
        """Wait until what was begun has come to its end; its request's id.

        Whatever goes wrong while looking, it was begun: that is Unknown. Raises Refused where AWS says that it did not happen.
        """
        for number in range(1000):
            if status.get("Status") == "SUCCEEDED":
                return str(status.get("RequestId", ""))
            if status.get("Status") == "FAILED":
                raise Refused(self._web.clean(f"aws: {status.get('FailureReason') or 'it was not done'}"))
            try:
                request = str(self.taken(status, "RequestId", "the change"))
                self._web.rest(_POLL[min(number, len(_POLL) - 1)])
                status = look(request)
            except VendorError as error:
                raise Unknown(f"{error}; it was begun") from None
        raise self._web.unknown("the change does not end")

    def _call(self, service: str, operation: str, values: Mapping[str, Any]) -> Mapping[str, Any]:
        from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

        try:
            answer: Mapping[str, Any] = getattr(self._clients[service], operation)(**values)
        except ClientError as error:
            raise self._named(operation, error.response) from None
        except ParamValidationError as error:
            raise Refused(self._web.clean(f"aws: {operation}: {error}")) from None
        except BotoCoreError as error:
            raise self._web.unknown(f"{operation}: {type(error).__name__}") from None
        return answer

    def _named(self, operation: str, said: Mapping[str, Any]) -> VendorError:
        code = str(said.get("Error", {}).get("Code", ""))
        text = self._web.clean(f"aws: {operation}: {code}: {said.get('Error', {}).get('Message', '')}")
        if code in _GONE:
            return Missing(text)
        return Retry(text) if code in _LATER else Refused(text)

    def _send(self, request: Any, event_name: str = "", **_: object) -> Any:
        """What botocore would send by itself, sent by `Web`."""
        from botocore.awsrequest import AWSResponse

        headers = {
            name: value.decode() if isinstance(value, bytes) else str(value)
            for name, value in request.headers.items()
        }
        reply = self._web.ask(
            request.method,
            request.url,
            headers,
            request.body,
            about=event_name.rpartition(".")[2],
            reads=False,
            refuse=_for_botocore,
        )
        return AWSResponse(request.url, reply.status, dict(reply.headers), _Body(reply.body))


class _Body(io.BytesIO):
    """A body as botocore reads one."""

    def stream(self, **_: object) -> Iterator[bytes]:
        """All of it."""
        yield self.read()


def _for_botocore(reply: Reply) -> None:
    """Answers of 2xx are to be mappings; what 4xx mean, botocore reads from their bodies."""
    if reply.status < 300 and not isinstance(reply.parsed(), dict):
        raise Unknown(f"{reply.said}: {reply.status}, and what came is no mapping")


def connect(setup: Setup) -> Client | None:
    """A client; None where lightship.yaml or the environment has nothing for AWS. Raises CouldNotRun without boto3."""
    found = setup.settings.aws
    key, hidden = (secret(setup.environment, name) for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"))
    if found is None or key is None or hidden is None:
        return None
    token = secret(setup.environment, "AWS_SESSION_TOKEN")
    clients = _clients(found.region, found.endpoint, key, hidden, token)
    bases = {each.meta.endpoint_url for each in clients.values()}
    secrets = tuple(each for each in (hidden, token) if each is not None)
    return Client(setup.web("aws", bases, secrets), clients, found.temporary)


def _clients(
    region: str, endpoint: str | None, key: Secret, hidden: Secret, token: Secret | None
) -> dict[str, Any]:
    try:
        import boto3
        import botocore.session
        from botocore.config import Config
    except ImportError as error:
        raise CouldNotRun(
            "connecting to AWS: boto3 is not installed; install lightship[aws], or take 'aws' out of lightship.yaml"
        ) from error
    logging.getLogger("botocore").setLevel(logging.WARNING)  # below, it writes session tokens
    nowhere = {
        "profile": (None, None, None, None),
        "config_file": (None, None, os.devnull, None),
        "credentials_file": (None, None, os.devnull, None),
    }
    session = boto3.Session(
        key.reveal(),
        hidden.reveal(),
        token.reveal() if token else None,
        region_name=region,
        botocore_session=botocore.session.Session(session_vars=nowhere),
    )
    config = Config(
        retries={"total_max_attempts": 1, "mode": "standard"},
        proxies={},
        ignore_configured_endpoint_urls=True,
    )
    return {name: session.client(name, endpoint_url=endpoint, config=config) for name in _SERVICES}
