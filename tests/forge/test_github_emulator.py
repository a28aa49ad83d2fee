"""Asking, reviewing and closing at the emulator of GitHub that others made: it knows nothing of us."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest
from tests import emulators

from lightship.commandline.acting import Clock
from lightship.connectors.credentials import Secret
from lightship.connectors.http import Web
from lightship.errors import UsageError
from lightship.forge import proposing
from lightship.forge.hub import Access, Hub
from lightship.forge.told import Account

ID = "req-01kag000000000000000000000"
BRANCH, PATH, DATA = f"request/{ID}", f"actions/requests/{ID}.yaml", b"action: note\nreason: Because\n"


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[emulators.Github]:
    with emulators.github(tmp_path_factory.mktemp("emulator")) as found:
        found.ask("POST", "/user/repos", {"name": "portal", "auto_init": True})
        yield found


@pytest.fixture
def hub(emulator: emulators.Github) -> Hub:
    """Read anew. Addresses in answers name the host that is asked, or else they are not followed."""
    where = emulator.address.replace("127.0.0.1", "localhost")
    token = Secret(emulator.token)
    return Hub(Access("admin/portal", token, where), Web("github", (where,), Clock(), secrets=(token,)))


def test_a_request_is_proposed_once_reviewed_and_closed(emulator: emulators.Github, hub: Hub) -> None:
    tip = emulator.ask("GET", "/repos/admin/portal/git/ref/heads/main")["object"]["sha"]
    places = [proposing.propose(hub, ID, DATA, "main", tip, "Please") for _ in range(2)]
    assert len(set(places)) == 1
    (pull,) = hub.open_pulls("main")
    assert (pull.branch, pull.base, pull.into, pull.source) == (BRANCH, "main", hub.id, hub.id)
    assert pull.author == Account(hub.me, "admin", True)
    there = emulator.ask("GET", f"/repos/admin/portal/contents/{PATH}?ref={BRANCH}")
    assert base64.b64decode(there["content"]) == DATA
    assert hub.work(pull.number)[-1].message == f"Ask for {ID}"

    assert hub.reviews(pull.number) == ()
    for event in ("COMMENT", "REQUEST_CHANGES"):
        hub.pull(pull.number).create_review(commit=hub.commit(pull.head), body="Hm", event=event)
    assert [(each.state, each.commit, each.text) for each in hub.reviews(pull.number)] == [
        ("COMMENTED", pull.head, "Hm"),
        ("CHANGES_REQUESTED", pull.head, "Hm"),
    ]

    hub.pull(pull.number).edit(state="closed")
    assert hub.open_pulls("main") == ()
    with pytest.raises(UsageError, match=r"brought req-01kag0+ before, and is closed; ask anew"):
        proposing.propose(hub, ID, DATA, "main", tip, "Please")


def test_half_made_is_finished(emulator: emulators.Github, hub: Hub) -> None:
    tip = emulator.ask("GET", "/repos/admin/portal/git/ref/heads/main")["object"]["sha"]
    id = ID.replace("0000", "1111", 1)
    emulator.ask("POST", "/repos/admin/portal/git/refs", {"ref": f"refs/heads/request/{id}", "sha": tip})
    proposing.propose(hub, id, DATA, "main", tip, "")
    assert [pull.branch for pull, _ in hub.pulls_from(f"request/{id}")] == [f"request/{id}"]


def test_who_may_write_is_told_by_number(hub: Hub) -> None:
    asked = [Account(hub.me, "admin", True), Account(4711, "admin", True), Account(4712, "ada", True)]
    assert [hub.may_write(each) for each in asked] == [True, False, False]
