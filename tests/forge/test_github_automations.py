"""What triggers ask for where requests are pull requests: one is opened where somebody has to say yes, and only there."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.forge.town import Town
from tests.trees import Done, git, lightship

from lightship.forge.reading import path_of

BOT = "portal[bot]"
TRIGGERED = """\
name: {name}
category: communication
policy: {policy}
owner: keepers
target: service
steps: [{{ id: lock, uses: lightship.lock_service, with: {{ service: "{{{{ request.target }}}}", reason: "{{{{ request.reason }}}}" }} }}]
triggers:
  - on: incident-declared
    target: "{{{{ incident.services | first }}}}"
"""
FILES = {
    "catalog/teams/keepers.yaml": "name: Keepers\nmembers: [ada]\n",
    "actions/policies/free.yaml": "name: Free\ntiers:\n  - name: All\n    auto_approve: 'true'\n",
    "actions/tell.yaml": TRIGGERED.format(name="Tell", policy="free"),
    "actions/draft.yaml": TRIGGERED.format(name="Draft", policy="owner"),
}


class Portal:
    """The town, with triggers, and a bot that is the portal."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.hub = town.hub
        self.hub.now = datetime.now(UTC) - timedelta(hours=1)
        self.hub.push("dora", "main", FILES)
        self.hub.user(BOT, 9001, f"9001+{BOT}@users.noreply.github.com", kind="Bot")
        town.answers.token_of = BOT
        git(town.root, "config", "user.email", "eve@example.com")
        git(town.root, "pull", "--quiet")

    def run(self, *words: str) -> Done:
        """A command, while GitHub's clock is right."""
        self.hub.skew = datetime.now(UTC) - self.hub.now
        return lightship(self.town.root, *words)

    def steps(self, code: int = 0) -> list[tuple[str, str]]:
        """What `execute` says came of each step, by the action's id."""
        done = self.run("execute", "--format", "json")
        assert done.code == code, done.err
        ids = {id: name for name, id in self.ids.items()}
        return sorted((ids[each["request"]], each["outcome"]) for each in json.loads(done.out)["steps"])

    def declare(self) -> None:
        """An incident that both triggers wait for."""
        words = ("incident", "declare", "--service", "pay", "--title", "It is down", "--severity", "SEV1")
        assert self.run(*words, "--as", "eve").code == 0

    @property
    def ids(self) -> Mapping[str, str]:
        """Action → the request that was recorded for it."""
        return {entry["data"]["action"]: entry["subject"] for entry in self.entries("request.asked")}

    def entries(self, kind: str) -> list[Any]:
        """What the journal has of a kind."""
        done = lightship(self.town.root, "journal", "log", "--kind", kind, "--format", "json")
        return [json.loads(line) for line in done.out.splitlines()]

    @property
    def end(self) -> str:
        """How the drafted request ended; '' where it did not."""
        found = [each for each in self.entries("request.ended") if each["subject"] == self.ids["draft"]]
        return found[0]["data"]["outcome"] if found else ""

    def proposed(self) -> int:
        """Run once; the number of the one pull request that is there then."""
        assert self.steps() == [("draft", "pending"), ("tell", "done")]
        (number,) = self.hub.pulls
        return number


@pytest.fixture
def portal(there: Town) -> Portal:
    made = Portal(there)
    made.declare()
    return made


def test_what_needs_a_yes_is_reviewed_merged_and_done(portal: Portal) -> None:
    """And what needs none is done at once, without a pull request."""
    number = portal.proposed()
    held, id = portal.hub.pulls[number], portal.ids["draft"]
    assert (held["branch"], held["user"]["login"], held["base"]) == (f"request/{id}", BOT, "main")
    changed = portal.hub.git(portal.hub.bare, "diff", "--name-status", "main", held["head"]).split("\t")
    assert changed == ["A", path_of(id)]
    written = portal.hub.git(portal.hub.bare, "show", f"{held['head']}:{path_of(id)}")
    (text,) = [each["data"]["text"] for each in portal.entries("request.asked") if each["subject"] == id]
    assert f"{written}\n" == text

    assert portal.steps() == [("draft", "pending")]
    assert len(portal.hub.pulls) == 1
    portal.hub.review("ben", number)
    assert portal.steps() == [("draft", "pending")]
    assert "it is not merged yet" in portal.run("decide", id).out
    portal.hub.merge("ben", number)
    assert portal.steps() == [("draft", "done")]
    assert portal.end == "done"
    (claim,) = [each for each in portal.entries("claim") if each["subject"].startswith(id)]
    assert [vote["person"] for vote in claim["data"]["votes"]] == ["ben"]
    assert portal.steps() == []


def test_reconcile_opens_it_and_a_dry_run_does_not(portal: Portal) -> None:
    assert portal.run("execute", "--dry-run").code == 0
    assert not portal.hub.pulls
    assert portal.run("reconcile").code == 0
    assert len(portal.hub.pulls) == 1
    dry = portal.run("execute", "--dry-run")
    assert (dry.code, len(portal.hub.pulls)) == (0, 1)


_WRITES = {"branch": r"POST .*/git/refs", "file": r"PUT .*/contents/.*", "pull": r"POST .*/pulls"}


@pytest.mark.parametrize(
    ("step", "how"),
    [
        ("branch", "after"),
        ("file", "before"),
        ("pull", "after"),
        *(
            pytest.param(*each, marks=pytest.mark.slow)
            for each in (("branch", "before"), ("file", "after"), ("pull", "before"))
        ),
    ],
)
def test_what_broke_off_at_any_step_is_finished_and_not_made_twice(
    portal: Portal, step: str, how: str
) -> None:
    """The answer is lost before or after the effect: the run fails, says so, and does everything else."""
    answers = portal.town.answers
    if how == "before":
        answers.broken.append((_WRITES[step], 502, b"<html>Bad gateway</html>"))
    else:
        answers.lost.append(_WRITES[step])
    done = portal.run("execute")
    assert (done.code, done.out) == (3, "1 done, 1 pending\n")
    assert "nobody can say yes to it yet: asking GitHub for a new" in done.err
    answers.broken.clear()
    answers.lost.clear()
    assert portal.steps() == [("draft", "pending")]
    (held,) = portal.hub.pulls.values()
    assert portal.hub.git(portal.hub.bare, "rev-list", "--count", f"main..{held['head']}") == "1"


def test_two_runs_at_once_open_one(portal: Portal) -> None:
    """The other run opened it after this one had looked: GitHub says so, and it is found."""
    answers, real = portal.town.answers, portal.town.answers.answer
    looked = []

    def late(method: str, path: str, query: Mapping[str, str], body: Any) -> tuple[int, Any]:
        if method == "GET" and path.endswith("/pulls") and "head" in query and not looked:
            looked.append(path)
            return 200, []
        return real(method, path, query, body)

    number = portal.proposed()
    answers.answer = late  # type: ignore[method-assign]
    from lightship.forge import proposing

    id = portal.ids["draft"]
    forge = portal.town.forge
    (asked,) = forge.requests((id,))
    where = proposing.propose(forge.hub, id, asked.data, "main", forge.tip, "")
    assert (where.endswith(f"/{number}"), looked, len(portal.hub.pulls)) == (True, looked[:1], 1)


def test_a_bot_without_the_right_to_is_told_of(portal: Portal) -> None:
    said = {"message": "GitHub Actions is not permitted to create or approve pull requests."}
    portal.town.answers.broken.append((_WRITES["pull"], 403, json.dumps(said).encode()))
    done = portal.run("execute")
    assert done.code == 3
    assert re.search(r"nobody can say yes to it yet: .*403 GitHub Actions is not permitted", done.err)


def test_closing_it_ends_it(portal: Portal) -> None:
    number = portal.proposed()
    portal.hub.pulls[number].update(state="closed", closed_at=portal.hub.tick())
    assert portal.steps() == [("draft", "refused")]
    assert portal.end == "denied"
    (ended,) = [each for each in portal.entries("request.ended") if each["subject"] == portal.ids["draft"]]
    assert f"/pull/{number} was closed without being merged" in ended["data"]["why"]
    assert portal.steps() == []
    assert len(portal.hub.pulls) == 1


@pytest.mark.parametrize("who", ["ada", BOT, "stranger"])
def test_a2_neither_the_keeper_nor_the_bot_nor_a_stranger_says_yes(portal: Portal, who: str) -> None:
    """In the keeper's name it is asked; a bot is nobody, whatever number it has."""
    portal.hub.user("stranger", 6001)
    number = portal.proposed()
    portal.hub.review(who, number)
    portal.hub.merge("ben", number)
    assert portal.steps() == [("draft", "pending")]


def test_a2_a_bot_that_has_the_number_of_an_owner_says_nothing(portal: Portal) -> None:
    number = portal.proposed()
    portal.hub.users[BOT]["id"] = 1002
    portal.hub.review(BOT, number)
    portal.hub.merge("ben", number)
    assert portal.steps() == [("draft", "pending")]


@pytest.mark.parametrize("by", ["ben", BOT])
def test_a2_other_bytes_than_those_recorded_are_nobodys(portal: Portal, by: str) -> None:
    """Whoever pushed them, and whoever approved them."""
    number, id = portal.proposed(), portal.ids["draft"]
    text = portal.town.asked(id).data.replace(b"It is down", b"It is dawn")
    portal.hub.push(by, f"request/{id}", {path_of(id): text})
    portal.hub.review("cy", number)
    assert portal.steps() == [("draft", "refused")]
    assert portal.end == ""
    portal.hub.merge("ben", number)
    assert portal.steps() == [("draft", "refused")]
    assert portal.end == "denied"
    assert (
        "no record says that a trigger asked for just this"
        in portal.entries("request.ended")[-1]["data"]["why"]
    )


def test_a2_a_record_that_no_trigger_made_asks_for_nothing(portal: Portal) -> None:
    """Somebody who can write to the journal and has a bot gets no further than a denied pull request."""
    id, data = portal.town.text(action="note")
    told = {
        "action": "note", "automation": {"trigger": 0, "on": "incident-declared", "key": "inc-20260101-abcd"},
        "break_glass": False, "digest": "", "path": path_of(id), "person": "ada", "text": data.decode(),
    }  # fmt: skip
    portal.town.record("request.asked", id, told)
    portal.hub.push(BOT, f"request/{id}", {path_of(id): data})
    number = portal.hub.open(BOT, f"request/{id}")
    portal.hub.review("ben", number)
    portal.hub.merge("ben", number)
    decision = portal.town.decide(id)
    assert (decision.state, decision.families) == ("denied", ("problem",))


def test_a_pull_request_that_is_more_than_the_file_counts_for_nothing(portal: Portal) -> None:
    """Somebody else's branch of that name came first: it is gone on with, and seen for what it is."""
    portal.town.answers.broken.append((_WRITES["branch"], 502, b""))
    assert portal.run("execute").code == 3
    portal.town.answers.broken.clear()
    id = portal.ids["draft"]
    portal.hub.push("ben", f"request/{id}", {"actions/policies/free.yaml": "name: Freer\n"})
    portal.run("execute")
    (number,) = portal.hub.pulls
    portal.hub.review("cy", number)
    assert portal.steps() == [("draft", "refused")]
    assert "it brings more than one new file" in portal.run("decide", id).out
