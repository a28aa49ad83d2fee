"""Temporary access by AWS Identity Center, against moto's server, with every fault at every call."""

from __future__ import annotations

import logging
import random
from collections.abc import Iterator
from typing import Any

import pytest
from tests import emulators
from tests.connectors.times import Clock
from tests.faulty_vendor import KINDS, Answer, Fault, Kind, Vendor, elsewhere, said, serving

from lightship.actions.calling import Caller
from lightship.actions.vendor import Refused, Retry, Unknown, VendorError
from lightship.catalog.settings import Aws as Where
from lightship.catalog.settings import Connectors
from lightship.connectors.base import Bound
from lightship.connectors.http import Limits
from lightship.connectors.vendors import Connected, Setup

HIDDEN, TOKEN = "canary/Secret+Key0123456789", "canary-session-token=="
KEYS = {"AWS_ACCESS_KEY_ID": "AKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY": HIDDEN, "AWS_SESSION_TOKEN": TOKEN}
KEY = "k" * 32
ADA = {"account": emulators.Aws.account, "permission_set": "Operator", "principal": "ada@example.com"}
GRACE = {**ADA, "principal": "grace@example.com"}


@pytest.fixture(scope="module")
def moto() -> Iterator[emulators.Aws]:
    with emulators.aws() as found:
        yield found


@pytest.fixture
def aws(moto: emulators.Aws) -> emulators.Aws:
    moto.anew()
    return moto


def vendors(address: str, clock: Clock | None = None, **more: Any) -> Connected:
    settings = Connectors(
        aws=Where(region="eu-central-1", endpoint=address, temporary=more.pop("temporary", ()))
    )
    limits = Limits(connect=2, read=0.3, answer=0.5, tries=3)
    return Connected(
        Setup(settings, more.pop("environment", KEYS), clock or Clock(), random.Random(3), limits)
    )


def grant(address: str, clock: Clock | None = None, **more: Any) -> Bound:
    found = vendors(address, clock, **more).find("aws.grant_access")
    assert found is not None
    return found


def test_it_is_granted_read_back_taken_back_and_gone(aws: emulators.Aws) -> None:
    operation = grant(aws.address)
    for params, email in ((ADA, "ada@example.com"), (GRACE, "grace@example.com")):
        assert operation.probe(params, KEY) is None
        assert not operation.verify(params, KEY)
        refs = operation.ensure(params, KEY)
        assert refs.pop("request")  # type: ignore[attr-defined]
        assert refs == {
            "account": aws.account,
            "permission_set": aws.sets["Operator"],
            "principal": aws.users[email],
        }
        assert operation.probe(params, KEY) == refs
        assert operation.verify(params, KEY)
        assert (aws.has(email, "Operator"), aws.has(email, "ReadOnly")) == (1, 0)
        operation.undo(params, KEY, refs)
        assert operation.probe(params, KEY) is None
        assert aws.has(email, "Operator") == 0


def test_doing_it_twice_is_doing_it_once(aws: emulators.Aws) -> None:
    operation = grant(aws.address)
    with serving(elsewhere(aws.address)) as front:
        operation = grant(front.address)
        first = operation.ensure(ADA, KEY)
        assert operation.ensure(ADA, KEY).items() <= first.items()
        assert aws.has("ada@example.com", "Operator") == 1
        for _ in range(2):
            operation.undo(ADA, KEY, first)
        assert aws.has("ada@example.com", "Operator") == 0
        names = [call.headers["X-Amz-Target"].rpartition(".")[2] for call in front.calls]
        assert names.count("CreateAccountAssignment") == names.count("DeleteAccountAssignment") == 1


def test_what_others_have_is_left_alone(aws: emulators.Aws) -> None:
    aws.assign("grace@example.com", "Operator")
    operation = grant(aws.address)
    assert operation.probe(ADA, KEY) is None
    assert operation.probe(GRACE, KEY) is not None, "who asks is told that it was there"
    operation.undo(ADA, KEY, operation.ensure(ADA, KEY))
    assert aws.has("grace@example.com", "Operator") == 1


def test_an_unknown_person_or_permission_set_is_refused_and_never_there(aws: emulators.Aws) -> None:
    operation = grant(aws.address)
    for wrong, words in (
        ({"principal": "nobody@example.com"}, "no user 'nobody@example.com'"),
        ({"permission_set": "Root"}, "no permission set 'Root'"),
    ):
        params = {**ADA, **wrong}
        assert operation.probe(params, KEY) is None
        with pytest.raises(Refused, match=words):
            operation.ensure(params, KEY)
        assert operation.undo(params, KEY, {}) == {}
    with pytest.raises(Refused, match="account"):
        operation.ensure({**ADA, "account": "12"}, KEY)


def test_what_a_person_had_who_is_gone_counts_as_gone(aws: emulators.Aws) -> None:
    operation = grant(aws.address)
    refs = operation.ensure(ADA, KEY)
    aws.forget("ada@example.com")
    assert operation.probe(ADA, KEY) is None
    assert operation.undo(ADA, KEY, refs) == {}


def test_who_has_what_nobody_has_for_good_is_listed(aws: emulators.Aws) -> None:
    # moto knows only its own account as one that a permission set is provisioned to.
    params = {**ADA, "account": "123456789012"}
    operation = grant(aws.address, temporary=("Operator",))
    assert list(operation.listing() or ()) == []
    refs = dict(operation.ensure(params, KEY))
    refs.pop("request")
    (found,) = operation.listing() or ()
    assert found.refs == refs
    assert grant(aws.address).listing() is None


def _survives(
    aws: emulators.Aws, front: Vendor, operation: Bound, clock: Clock, plan: dict[int, Fault]
) -> bool:
    """Granted and taken back once, whatever `plan` holds; whether any of it was met."""
    front.begin(plan)
    caller = Caller(clock, random.Random(len(front.address)))
    called = caller.do(operation, ADA, KEY, fresh=True)
    assert (called.outcome, aws.has("ada@example.com", "Operator")) == ("done", 1), (plan, called)
    called = caller.undo(operation, ADA, KEY, called.refs)
    assert (called.outcome, aws.has("ada@example.com", "Operator")) == ("done", 0), (plan, called)
    return bool(front.met)


@pytest.mark.parametrize("kind", KINDS)
def test_no_fault_at_a_write_loses_or_doubles_it(aws: emulators.Aws, kind: Kind) -> None:
    clock = Clock()
    with serving(elsewhere(aws.address)) as front:
        operation = grant(front.address, clock)
        for _ in range(2):  # names are looked up the first time only
            assert not _survives(aws, front, operation, clock, {})
        writes = [
            call.number
            for call in front.calls
            if call.headers["X-Amz-Target"].endswith(("CreateAccountAssignment", "DeleteAccountAssignment"))
        ]
        assert len(writes) == 2
        for number in writes:
            assert _survives(aws, front, operation, clock, {number: Fault(kind)})


@pytest.mark.slow
@pytest.mark.parametrize("effect", [None, True, False])
@pytest.mark.parametrize("kind", KINDS)
def test_no_fault_at_any_call_loses_or_doubles_it(
    aws: emulators.Aws, kind: Kind, effect: bool | None
) -> None:
    if effect is not None and kind in ("429", "429-after", "not-ok"):
        pytest.skip("such an answer means that nothing happened")
    number = 1
    with serving(elsewhere(aws.address)) as front:
        clock = Clock()
        while _survives(aws, front, grant(front.address, clock), clock, {number: Fault(kind, effect)}):
            number += 1
    assert number > 10


def test_waiting_for_the_end_of_it(aws: emulators.Aws) -> None:
    """moto ends at once: here AWS takes its time, and says so."""
    real, looked = elsewhere(aws.address), []

    def slowly(method: str, path: str, headers: Any, body: bytes) -> Answer:
        answer = real(method, path, headers, body)
        target = headers.get("X-Amz-Target", "")
        if target.endswith(("CreateAccountAssignment", "CreationStatus")):
            looked.append(target)
            if len(looked) < 4:
                return Answer(200, answer.body.replace(b"SUCCEEDED", b"IN_PROGRESS"), answer.headers)
        return answer

    clock = Clock()
    with serving(slowly) as front:
        assert grant(front.address, clock).ensure(ADA, KEY)["request"]
    assert len(looked) == 4
    assert clock.slept == [0.5, 1.0, 2.0]


@pytest.mark.parametrize(
    ("status", "error", "words"),
    [
        (
            {"Status": "FAILED", "RequestId": "r" * 36, "FailureReason": "no such account"},
            Refused,
            "no such account",
        ),
        ({"Status": "FAILED", "RequestId": "r" * 36}, Refused, "it was not done"),
        ({"Status": "IN_PROGRESS", "RequestId": "r" * 36}, Unknown, "time is over; it was begun"),
        ({"Status": "SURPRISE", "RequestId": "r" * 36}, Unknown, "it was begun"),
        ({"Status": "IN_PROGRESS"}, Unknown, "no RequestId; it was begun"),
    ],
)
def test_it_may_not_end_well(
    aws: emulators.Aws, status: dict[str, str], error: type[VendorError], words: str
) -> None:
    real = elsewhere(aws.address)

    def stubborn(method: str, path: str, headers: Any, body: bytes) -> Answer:
        if headers.get("X-Amz-Target", "").endswith(("CreateAccountAssignment", "CreationStatus")):
            return said({"AccountAssignmentCreationStatus": status})
        return real(method, path, headers, body)

    with serving(stubborn) as front, pytest.raises(error, match=words):
        grant(front.address).ensure(ADA, KEY)


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("ThrottlingException", Retry),
        ("ConflictException", Retry),
        ("AccessDeniedException", Refused),
        ("ExpiredTokenException", Refused),
        ("ServiceQuotaExceededException", Refused),
    ],
)
def test_what_aws_says_no_to_is_named(aws: emulators.Aws, code: str, error: type[VendorError]) -> None:
    real = elsewhere(aws.address)

    def unwilling(method: str, path: str, headers: Any, body: bytes) -> Answer:
        if headers.get("X-Amz-Target", "").endswith("CreateAccountAssignment"):
            return said({"__type": code, "message": f"because of {HIDDEN}"}, 400)
        return real(method, path, headers, body)

    with serving(unwilling) as front, pytest.raises(error, match=code) as caught:
        grant(front.address).ensure(ADA, KEY)
    assert HIDDEN not in str(caught.value)


def test_nothing_secret_is_in_any_message_or_log(
    aws: emulators.Aws, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    words = []
    with serving(elsewhere(aws.address)) as front:
        for kind in KINDS:
            front.begin({n: Fault(kind) for n in range(6, 40)})
            operation = grant(front.address)
            with pytest.raises(VendorError) as caught:
                operation.ensure(ADA, KEY)
            error = caught.value
            words += [
                repr(error),
                str(error),
                repr(error.__cause__),
                repr(error.__context__),
                repr(operation),
            ]
        sent = "".join(str(dict(call.headers)) for call in front.calls)
        assert TOKEN in sent, "the canary is really in use"
    printed = capfd.readouterr()
    everything = "\n".join([*words, caplog.text, printed.out, printed.err])
    for canary in (HIDDEN, TOKEN):
        assert canary not in everything


def test_without_credentials_or_settings_it_is_simulated(aws: emulators.Aws) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        environment = {key: value for key, value in KEYS.items() if key != name}
        assert vendors(aws.address, environment=environment).find("aws.grant_access") is None
    nothing = Connected(Setup(Connectors(), KEYS, Clock()))
    assert nothing.find("aws.grant_access") is None
    assert list(nothing.all()) == []


def test_no_profile_no_file_and_no_other_variable_leads_elsewhere(
    aws: emulators.Aws, monkeypatch: pytest.MonkeyPatch, home: Any
) -> None:
    with serving(elsewhere(aws.address)) as evil:
        (home / ".aws").mkdir()
        (home / ".aws" / "config").write_text(f"[default]\nendpoint_url = {evil.address}\n")
        for name, value in {
            "AWS_PROFILE": "nobody",
            "AWS_ENDPOINT_URL": evil.address,
            "AWS_ENDPOINT_URL_SSO_ADMIN": evil.address,
            "HTTP_PROXY": evil.address,
            "HTTPS_PROXY": evil.address,
        }.items():
            monkeypatch.setenv(name, value)
        assert grant(aws.address).ensure(ADA, KEY)["request"]
        settings = Connectors(aws=Where(region="eu-central-1"))
        asked = []

        def resolve(host: str, port: int) -> tuple[str, ...]:
            asked.append(host)
            return ("169.254.169.254",)

        real = Connected(Setup(settings, KEYS, Clock(), resolve=resolve)).find("aws.grant_access")
        assert real is not None
        with pytest.raises(Refused, match="private address"):
            real.probe(ADA, KEY)
        assert set(asked) == {"sso.eu-central-1.amazonaws.com"}
        assert evil.calls == []
