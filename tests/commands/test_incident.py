"""`lightship incident`: from declaring to closing, as real processes on real repositories."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.commands.desk import DECLARE, own, told
from tests.trees import Done, git, lightship, write

from lightship.cli import lightship as group


@pytest.fixture
def portal(tmp_path: Path) -> Path:
    return own(tmp_path / "portal")


def shown(root: Path, id: str) -> dict[str, Any]:
    return told(root, "incident", "show", id)


def refused(root: Path, *arguments: str) -> str:
    done = lightship(root, *arguments)
    assert (done.code, done.out, "Traceback" in done.err) == (2, "", False), done
    return done.err


def test_from_declared_to_closed(portal: Path) -> None:
    answer = told(portal, *DECLARE, "--offline", "--impact-started", "20m", "--role", "commander=ben")
    id = answer["id"]
    assert answer == {"id": id, "state": "declared", "pending": [answer["pending"][0]]}
    assert "--offline" in answer["pending"][0] and "lightship journal sync" in answer["pending"][0]
    states = [
        told(portal, "incident", verb, id[-4:], *more, "--offline")["state"]
        for verb, *more in (
            ("ack",),
            ("update", "looking", "at it", "--status", "identified", "--severity", "1", "--bridge", "https://meet.example"),
            ("update", "--role", "scribe=ada", "--also-hits", "Shopping cart", "--channel", "#war", "--public"),
            ("mitigate", "switched the provider"),
            ("resolve", "rolled back", "--cause", "deploy-7", "--as", "ben"),
            ("close", "--reason", "nothing more will come"),
        )
    ]  # fmt: skip
    assert states == ["investigating", "identified", "identified", "mitigated", "resolved", "closed"]
    incident = shown(portal, id)
    assert (incident["title"], incident["severity"], incident["state"]) == (
        "Payments are refused",
        "SEV1",
        "closed",
    )
    assert incident["services"] == ["checkout", "cart"]
    assert incident["roles"] == {"commander": "ben", "scribe": "ada"}
    assert (incident["bridge"], incident["cause"]) == ("https://meet.example", "deploy-7")
    assert [each["text"] for each in incident["updates"] if each["text"]] == [
        "looking at it", "switched the provider", "rolled back",
    ]  # fmt: skip
    stones = incident["milestones"]
    assert set(stones) == {"impact_started", "declared", "acknowledged", "mitigated", "resolved", "closed"}
    assert stones["resolved"].keys() == {"at", "recorded_at", "by", "source", "reason"}
    assert (stones["resolved"]["by"], stones["declared"]["by"]) == ("ben", "ada")
    (listed,) = json.loads(lightship(portal, "incident", "list", "--format", "json").out)
    assert {**listed, "duplicates": [], "parts": []} == incident
    assert git(portal, "rev-list", "--count", "records") == "8"  # the brief too


def test_declaring_says_who_is_on_call_and_what_comes_next(portal: Path) -> None:
    done = lightship(portal, *DECLARE)
    id, *_ = done.out.split()
    assert done.code == 0 and "Ben Example" in done.out and "+49 30 1234567" in done.out
    assert "a commander, whom every SEV2 needs" in done.out
    assert "no remote yet" in done.out
    for command in (f"ack {id}", f"update {id} --role commander=PERSON"):
        assert f"lightship incident {command}\n" in done.out
    assert f"lightship brief {id}\n" in done.out
    kept = json.loads(
        git(portal, "show", f"records:{git(portal, 'ls-tree', '-r', '--name-only', 'records').split()[-1]}")
    )
    assert kept["kind"] == "incident.briefed" and kept["data"]["brief"]["owner"]["team"] == "payments"


def test_the_remote_gets_it_and_others_find_it_there(portal: Path, tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--bare", "remote.git")
    git(portal, "remote", "add", "origin", str(tmp_path / "remote.git"))
    git(portal, "push", "--quiet", "origin", "main")
    git(tmp_path, "clone", "--quiet", "--single-branch", "--branch", "main", "remote.git", "other")
    git(tmp_path / "other", "config", "user.email", "ben@example.com")
    answer = told(portal, *DECLARE)
    assert answer["pending"] == []
    # The other clone has never heard of it, and asks the remote by itself.
    assert told(tmp_path / "other", "incident", "resolve", answer["id"], "rolled back") == {
        "id": answer["id"], "state": "resolved", "pending": [],
    }  # fmt: skip
    late = lightship(portal, "incident", "resolve", answer["id"], "switched off")
    assert late.code == 0 and "resolved by ada after resolved by ben" in late.err
    assert shown(portal, answer["id"])["fix"] == "switched off"


@pytest.mark.parametrize("address", ["https://127.0.0.1:9/portal.git", "nowhere.git"])
def test_without_a_network_everything_works_and_says_what_is_pending(portal: Path, address: str) -> None:
    git(portal, "remote", "add", "origin", address)
    answer = told(portal, *DECLARE)
    assert answer["state"] == "declared" and "lightship journal sync" in answer["pending"][0]
    for verb in ("update", "resolve"):
        answer = told(portal, "incident", verb, answer["id"], "news")
        assert answer["pending"][0].startswith("push: ")
    assert answer["state"] == "resolved"


BROKEN = [
    pytest.param(
        {"catalog/services/checkout.yaml": "name: [\n"}, "'checkout' is taken as it is", id="service"
    ),
    pytest.param({"catalog/schedules/payments.yaml": "- 1\n"}, "", id="schedule"),
    pytest.param(
        {"lightship.yaml": "name: [1]\nbranches: {journal: records}\n"},
        "records go to records",
        id="settings",
    ),
    pytest.param(
        {"lightship.yaml": "name: [\n"}, "going on as HEAD has it; records go to records", id="yaml"
    ),
    pytest.param({"lightship.yaml": "branches: {journal: 3}\n"}, "records go to journal", id="branch"),
    pytest.param({"catalog/people/ada.yaml": "- 1\n"}, "recorded as unverified", id="person"),
]


@pytest.mark.parametrize(("damage", "says"), BROKEN)
def test_nothing_broken_stops_a_declaration(portal: Path, damage: dict[str, str], says: str) -> None:
    write(portal, damage)
    done = lightship(portal, *DECLARE, "--offline")
    assert done.code == 0 and says in done.err
    branch = "journal" if "to journal" in done.err else "records"
    paths = git(portal, "ls-tree", "-r", "--name-only", branch).split()
    found = [json.loads(git(portal, "show", f"{branch}:{path}")) for path in paths]
    [declared] = [each["data"] for each in found if each["kind"] == "incident.declared"]
    assert declared["services"] == ["checkout"]


def test_facts_that_cannot_be_read_do_not_stop_it(portal: Path) -> None:
    (portal / ".git/refs/heads/facts").write_text(f"{'1' * 40}\n")  # a commit that is not there
    done = lightship(portal, *DECLARE, "--offline")
    assert done.code == 0 and done.out.startswith("inc-")


def test_a_repository_without_a_catalog_keeps_incidents_too(tmp_path: Path) -> None:
    root = own(tmp_path / "bare", {"README.md": "x\n"})
    answer = told(root, *DECLARE, "--as", "ada")
    assert shown(root, answer["id"])["declared_by"] == {"name": "ada", "verified": False}
    outside = write(tmp_path / "none", {"lightship.yaml": "name: x\n"})
    done = lightship(outside, *DECLARE)
    assert done.code == 3 and "git init" in done.err and "Traceback" not in done.err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "--service (or --symptom), --severity, --title missing; as in `lightship incident declare --service"),
        (("--service", "checkout", "--format", "json"), "--severity, --title missing"),
        (("--service", "chekout", "--severity", "2", "--title", "x"), "there is no service 'chekout'; did you mean "
         "checkout? `--symptom TEXT` declares without a service"),
        (("--symptom", "x", "--severity", "6", "--title", "x"), "'6' is no severity"),
        (("--symptom", "x", "--severity", "1", "--title", "x", "--restricted"), "whoever reads the repository"),
        (("--symptom", "x", "--severity", "1", "--title", "x", "--role", "commander=benn"), "did you mean 'ben'?"),
        (("--symptom", "x", "--severity", "1", "--title", "x", "--role", "commander=cem"), "does not work here any more"),
        (("--symptom", "x", "--severity", "1", "--title", "x", "--role", "ben"), "ROLE=PERSON"),
        (("--symptom", "x", "--severity", "1", "--title", "x\ny"), "title: "),
        (("--symptom", "x", "--severity", "1", "--title", "x", "--at", "3h"), "3 h ago; say with --reason"),
        (("--symptom", "x", "--severity", "1", "--title", "x", "--at", "2199-01-01"), "still to come"),
    ],
)  # fmt: skip
def test_what_cannot_be_declared_is_refused_with_the_remedy(
    portal: Path, arguments: tuple[str, ...], says: str
) -> None:
    done = CliRunner().invoke(group, ["incident", "declare", *arguments, "-C", str(portal)])
    code = getattr(done.exception, "exit_code", done.exit_code)
    assert (code, done.stdout) == (2, "") and says in f"{done.stderr}{done.exception}"


def test_who_speaks_is_known_or_said_to_be_unknown(portal: Path) -> None:
    first = told(portal, *DECLARE, "--offline", "--as", "ben")["id"]
    assert shown(portal, first)["declared_by"] == {"name": "ben", "verified": True}
    done = lightship(portal, "incident", "update", first, "seen too", "--as", "adda", "--offline")
    assert done.code == 0 and "nobody 'adda': recorded as unverified; did you mean 'ada'?" in done.err
    git(portal, "config", "user.email", "stranger@example.org")
    git(portal, "config", "user.name", "A Stranger")
    done = lightship(portal, "incident", "update", first, "me too", "--offline")
    assert done.code == 0 and "does not know git's user (A Stranger)" in done.err
    by = [(each["by"], each["verified"]) for each in shown(portal, first)["updates"]]
    assert by == [("adda", False), ("A Stranger", False)]
    assert "A Stranger (unverified)" in lightship(portal, "incident", "show", first).out


def test_what_is_told_twice_is_recorded_once(portal: Path) -> None:
    first, again = (lightship(portal, *DECLARE, "--offline", "--format", "json") for _ in range(2))
    assert json.loads(first.out) == json.loads(again.out) and "recorded once" in again.err
    id = json.loads(first.out)["id"]
    for _ in range(2):
        assert told(portal, "incident", "ack", id, "--offline")["state"] == "investigating"
    assert "was acknowledged by ada" in refused(portal, "incident", "ack", id, "--offline", "--as", "ben")
    assert git(portal, "rev-list", "--count", "records") == "3"


def test_a_declaration_that_was_killed_and_is_made_again_is_one_incident(portal: Path) -> None:
    arguments = [sys.executable, "-m", "lightship", *DECLARE, "--offline"]
    with subprocess.Popen(
        arguments, cwd=portal, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        while not git(portal, "for-each-ref", "refs/heads/records") and process.poll() is None:
            pass
        process.kill()
    told(portal, *DECLARE, "--offline")
    assert len(lightship(portal, "incident", "list").out.splitlines()) == 1
    assert lightship(portal, "journal", "verify").code == 0


def test_an_illegal_move_says_what_is_allowed(portal: Path) -> None:
    id = told(portal, *DECLARE, "--offline")["id"]
    assert "allowed now: ack, update" in refused(portal, "incident", "reopen", id, "--reason", "x")
    assert "nothing to tell" in refused(portal, "incident", "update", id)
    told(portal, "incident", "close", id, "--reason", "a false alarm", "--offline")
    said = refused(portal, "incident", "ack", id, "--offline")
    assert "is closed by ada" in said and f"lightship incident reopen {id} --reason WHY" in said
    assert (
        told(portal, "incident", "reopen", id, "--reason", "it was none", "--offline")["state"]
        == "investigating"
    )
    assert "there is no incident 'zzzz'" in refused(portal, "incident", "ack", "zzzz")


def test_duplicates_and_parts_are_linked_both_ways(portal: Path) -> None:
    whole = told(portal, *DECLARE, "--offline")["id"]
    same = told(portal, *DECLARE[:-1], "Payments refused", "--offline")["id"]
    part = told(portal, "incident", "declare", "--service", "basket", "--severity", "3", "--title", "Empty carts",
                "--offline")["id"]  # fmt: skip
    told(portal, "incident", "close", same, "--duplicate-of", whole, "--reason", "told twice", "--offline")
    told(portal, "incident", "close", part, "--merge-into", whole[-4:], "--reason", "one cause", "--offline")
    assert "circle" in refused(
        portal, "incident", "close", whole, "--merge-into", part, "--reason", "x", "--offline"
    )
    incident = shown(portal, whole)
    assert (incident["duplicates"], incident["parts"]) == ([same], [part])
    assert incident["services"] == ["checkout", "cart"]
    assert shown(portal, part)["merged_into"] == whole
    text = lightship(portal, "incident", "show", whole).out
    assert f"merged here  {part}" in text and f"duplicates   {same}" in text


def test_corrections_and_follow_ups(portal: Path) -> None:
    id = told(portal, *DECLARE, "--offline")["id"]
    told(portal, "incident", "resolve", id, "--offline")
    assert "Missing option '--reason'" in refused(
        portal, "incident", "correct", id, "--title", "Payments are slow"
    )
    assert "--at needs --milestone" in refused(
        portal, "incident", "correct", id, "--at", "1h", "--reason", "x"
    )
    told(
        portal,
        "incident",
        "correct",
        id,
        "--milestone",
        "impact_started",
        "--at",
        "1h",
        "--reason",
        "graphs",
        "--offline",
    )
    said = refused(
        portal, "incident", "correct", id, "--milestone", "resolved", "--at", "2h", "--reason", "graphs"
    )
    assert "resolved at" in said and "would be before declared at" in said
    done = lightship(
        portal,
        "incident",
        "follow-up",
        id,
        "Add an alert",
        "--owner",
        "ben",
        "--due",
        "2099-01-02",
        "--offline",
    )
    assert f"lightship incident follow-up {id} --done 1-add-an-alert" in done.out
    assert "say with --reason why" in refused(portal, "incident", "follow-up", id, "--drop", "1-add-an-alert")
    told(portal, "incident", "follow-up", id, "--done", "1-add-an-alert", "--offline")
    incident = shown(portal, id)
    assert incident["milestones"]["impact_started"]["source"] == "correction"
    assert [(each["id"], each["owner"], each["due"], each["state"]) for each in incident["follow_ups"]] == [
        ("1-add-an-alert", "ben", "2099-01-02", "done")
    ]
    assert "impact_started: never → " in lightship(portal, "incident", "show", id, "--timeline").out


def test_incidents_are_listed_as_asked(portal: Path) -> None:
    def lines(*arguments: str) -> list[str]:
        done = lightship(portal, "incident", "list", *arguments)
        assert done.code == 0, done.err
        return done.out.splitlines()

    assert lines() == []
    first = told(portal, *DECLARE, "--offline")["id"]
    second = told(portal, "incident", "declare", "--service", "cart", "--severity", "4", "--title", "Drill", "--drill",
                  "--offline")["id"]  # fmt: skip
    told(portal, "incident", "resolve", first, "--offline")
    assert [line.split()[0] for line in lines()] == [second, first]
    assert "[drill] Drill" in lines("--team", "web")[0]
    assert [line.split()[0] for line in lines("--service", "checkout")] == [first]
    assert [line.split()[0] for line in lines("--state", "open")] == [second]
    assert [line.split()[0] for line in lines("--severity", "2")] == [first]
    assert "did you mean checkout?" in refused(portal, "incident", "list", "--service", "chekout")
    assert "did you mean 'web'?" in refused(portal, "incident", "list", "--team", "webb")


def test_what_people_type_stays_text(portal: Path) -> None:
    title = "\x1b[2J*bold* <b>|`x`"
    id = told(portal, *DECLARE[:-1], title, "--offline")["id"]
    outputs: list[Done] = [
        lightship(portal, "incident", "list"),
        lightship(portal, "incident", "show", id, "--timeline"),
        lightship(portal, "incident", "ack", id, "\x1b]0;x\x07", "--offline"),
        lightship(portal, "incident", "show", id, "--timeline", "--format", "markdown"),
    ]
    assert all("\x1b" not in done.out + done.err and done.code == 0 for done in outputs)
    assert "\\*bold\\*" in outputs[-1].out and "<b>" not in outputs[-1].out
    assert shown(portal, id)["title"] == title
