"""Each attack of the threat model that goes through the local forge, by its letter; none helps."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.forge.world import CATALOG, HOUR, MINUTE, World
from tests.trees import git, write

from lightship import git as objects
from lightship.forge import statements
from lightship.forge.reading import path_of, read


def test_a1_nobody_approves_what_they_ask_for(world: World) -> None:
    id = world.approved(person="ben")
    assert world.why(id) == {"lacking"}


def test_a1_nobody_approves_what_they_get(world: World) -> None:
    id = world.approved(person="ada", **{"for": "ben"})
    assert world.why(id) == {"lacking"}


def test_a1_whoever_wrote_the_bytes_does_not_approve_them(world: World) -> None:
    id = world.ask()
    git(world.root, "checkout", "--quiet", f"request/{id}")
    world.commit_staged(by="ben@example.com")
    git(world.root, "checkout", "--quiet", "main")
    world.vote(id, "ben")
    world.merge(id)
    assert world.why(id) == {"lacking"}


def test_a2_a_key_that_two_people_claim_is_nobodys(world: World) -> None:
    ben = (world.root / "catalog/people/ben.yaml").read_text()
    keys = next(line for line in ben.splitlines() if line.startswith("ssh_signing_keys"))
    world.commit({"catalog/people/eve.yaml": f"name: Eve\nemail: eve@example.com\n{keys}\n"})
    assert world.why(world.approved()) == {"lacking"}


def test_a4_a_forged_address_excludes_and_never_authorises(world: World) -> None:
    """Mallory commits in the names of others to the branch of a request that she then signs as nobody."""
    id = world.ask()
    git(world.root, "checkout", "--quiet", f"request/{id}")
    world.commit_staged(by="cy@example.com")
    git(world.root, "checkout", "--quiet", "main")
    world.vote(id, "ben", key="stranger")
    world.merge(id)
    assert world.why(id) == {"lacking"}
    world.vote(id, "cy")
    assert world.why(id) == {"lacking"}


def test_a4_nobody_asks_in_the_name_of_another(world: World) -> None:
    for forged in (
        world.ask("ada", key="eve"),
        world.ask("ada", key="stranger"),
        world.ask("ada", signed=False),
    ):
        if world.requests.forge.requests((forged,)):
            world.vote(forged)
            world.merge(forged)
            assert world.why(forged) == {"problem"}


def test_a4_nobody_votes_in_the_name_of_another(world: World) -> None:
    id = world.ask()
    for key in ("eve", "ada", "stranger"):
        world.vote(id, "ben", key=key)
    world.merge(id)
    assert world.why(id) == {"lacking"}


WITH = {
    "a policy of one's own": (
        "actions/policies/owner.yaml",
        "tiers:\n  - { name: x, auto_approve: 'true' }\n",
    ),
    "another action": ("actions/note.yaml", CATALOG["actions/note.yaml"].replace("owner", "free")),
    "a team": ("catalog/teams/payments.yaml", "name: Payments\nmembers: [ada, eve]\n"),
    "a rota": (
        "catalog/schedules/pay-primary.yaml",
        CATALOG["catalog/schedules/pay-primary.yaml"].replace("cy", "eve"),
    ),
    "an owner": ("catalog/services/pay.yaml", "name: Pay\nowner: platform\ntier: 2\n"),
    "a key": ("catalog/people/ben.yaml", "name: Ben\n"),
    "the settings": ("lightship.yaml", "forge: local\n"),
    "a workflow": (".github/workflows/execute.yml", "on: push\n"),
    "a file of one's own": ("catalog/people/mallory.yaml", "name: Mallory\n"),
    "code": ("tools/lightship/actions/decide.py", "x = 1\n"),
}


def test_a5_a_second_file_denies(world: World) -> None:
    id = world.ask()
    world.vote(id)
    git(world.root, "checkout", "--quiet", f"request/{id}")
    head = git(world.root, "rev-parse", "HEAD")
    wrong = []
    for name, (path, text) in WITH.items():
        write(world.root, {path: text})
        world.save()
        wrong += [name] if world.why(id) != {"problem"} else []
        git(world.root, "reset", "--quiet", "--hard", head)
    assert wrong == []


OTHERS: dict[str, Callable[[Path], object]] = {
    "deleted": lambda policy: policy.unlink(),
    "renamed": lambda policy: policy.rename(policy.with_name("old.yaml")),
    "symlinked": lambda policy: (policy.unlink(), policy.symlink_to("../note.yaml")),
    "made executable": lambda policy: policy.chmod(0o755),
    "emptied": lambda policy: policy.write_bytes(b""),
}


def test_a5_nothing_else_changes(world: World) -> None:
    id = world.ask()
    world.vote(id)
    git(world.root, "checkout", "--quiet", f"request/{id}")
    head = git(world.root, "rev-parse", "HEAD")
    wrong = []
    for name, change in OTHERS.items():
        change(world.root / "actions/policies/owner.yaml")
        world.save()
        wrong += [name] if world.why(id) != {"problem"} else []
        git(world.root, "reset", "--quiet", "--hard", head)
    assert wrong == []


@pytest.mark.parametrize("path", ["actions/policies/owner.yaml", "catalog/teams/payments.yaml"])
def test_a5_what_is_merged_with_a_request_denies_it(world: World, path: str) -> None:
    id = world.ask()
    world.vote(id)
    git(world.root, "checkout", "--quiet", f"request/{id}")
    with (world.root / path).open("a") as file:
        file.write("# more\n")
    world.save()
    world.merge_by_hand(id)
    assert world.why(id) == {"problem"}


DELAYED = {
    "policy": {"actions/policies/owner.yaml": "tiers:\n  - { name: x, auto_approve: 'true' }\n"},
    "team": {"catalog/teams/payments.yaml": "name: Payments\nmembers: [ada, ben, cy, eve]\n"},
    "tier": {"catalog/services/pay.yaml": "name: Pay\nowner: platform\ntier: 4\n"},
}


@pytest.mark.parametrize("name", DELAYED)
def test_a6_a_change_of_rules_one_merge_earlier_waits(world: World, name: str) -> None:
    """With the delay of an hour: eve's word counts by the new rules alone, and so not yet."""
    world.now -= 24 * HOUR
    world.commit({"lightship.yaml": "name: Test\n"})
    world.now += 24 * HOUR
    world.commit(DELAYED[name])
    early = world.ask()
    world.vote(early, "eve")
    world.merge(early)
    assert not world.decide(early).allowed
    world.now += HOUR
    late = world.ask()
    world.vote(late, "eve")
    world.merge(late)
    assert world.decide(late).allowed


def test_a6_two_leaders_let_a_new_action_count_at_once(world: World) -> None:
    """Leaders of the day before: whom the same change makes one does not count."""
    world.now -= 24 * HOUR
    leaders = {
        f"catalog/people/{id}.yaml": (world.root / f"catalog/people/{id}.yaml").read_text()
        + "roles: [leader]\n"
        for id in ("cy", "eve")
    }
    world.commit(
        {"lightship.yaml": "name: Test\n", "catalog/people/cy.yaml": leaders["catalog/people/cy.yaml"]}
    )
    world.now += 24 * HOUR
    note = (world.root / "actions/note.yaml").read_text()
    world.commit({"actions/fresh.yaml": note, "catalog/people/eve.yaml": leaders["catalog/people/eve.yaml"]})
    early, vouched = world.ask(action="fresh"), world.ask(action="fresh")
    for id, other in ((early, "eve"), (vouched, "dora")):
        world.vote(id, "cy", reason="It burns")
        world.vote(id, other, reason="It burns")
        assert world.decide(id).state == "pending"
        world.merge(id)
    assert world.why(early) == {"unknown"}
    assert world.why(vouched) == {"allowed"}
    assert world.decide(vouched).families == ("vouched",)


def test_a6_a_key_added_one_merge_earlier_waits(world: World) -> None:
    world.now -= 24 * HOUR
    world.commit({"lightship.yaml": "name: Test\n"})
    world.now += 24 * HOUR
    public = (world.keys / "stranger.pub").read_text().strip()
    ben = (world.root / "catalog/people/ben.yaml").read_text()
    world.commit(
        {"catalog/people/ben.yaml": ben.replace("ssh_signing_keys: [", f'ssh_signing_keys: ["{public}", ')}
    )
    early, own = world.ask(), world.ask("ben", key="stranger")
    world.vote(early, "ben", key="stranger")
    world.merge(early)
    assert world.why(early) == {"lacking"}
    assert "too lately" in world.decide(own).reasons[0]


def test_a6_a_shorter_delay_waits_for_the_longer_one(world: World) -> None:
    world.now -= 24 * HOUR
    world.commit({"lightship.yaml": "name: Test\npolicy_delay: 2h\n"})
    world.now += 24 * HOUR
    world.commit({"lightship.yaml": "name: Test\npolicy_delay: null\n", **DELAYED["team"]})
    world.now += HOUR
    early = world.ask()
    world.vote(early, "eve")
    world.merge(early)
    assert not world.decide(early).allowed


def test_a13_the_key_of_a_leaver_opens_nothing(world: World) -> None:
    id = world.ask()
    world.vote(id)
    world.merge(id)
    ben = (world.root / "catalog/people/ben.yaml").read_text()
    world.commit({"catalog/people/ben.yaml": f"{ben}active: false\n"})
    assert not world.decide(id).allowed


def test_a13_a_key_that_was_taken_away_counts_no_more(world: World) -> None:
    id = world.approved()
    world.commit({"catalog/people/ben.yaml": "name: Ben\nemail: ben@example.com\n"})
    assert world.why(id) == {"lacking"}


def test_a6_taking_a_key_away_takes_no_objection_away(world: World) -> None:
    id = world.ask()
    world.vote(id, "cy")
    world.vote(id, "ben", "deny")
    world.merge(id)
    assert world.why(id) == {"no"}
    world.commit({"catalog/people/ben.yaml": "name: Ben\nemail: ben@example.com\n"})
    assert world.why(id) == {"no"}


FORGED = {
    "another verdict": {"verdict": "approve"},
    "another moment": {"at": "2026-11-20T09:04:30+00:00"},
    "no moment": {"at": "yesterday"},
    "no zone": {"at": "2026-11-20T09:04:00"},
    "a reason of somebody else": {"reason": "Take it"},
    "no signature": {"signature": ""},
    "a signature of nothing": {
        "signature": "-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----"
    },
    "no key": {"key": ""},
    "a key with options": {"key": "cert-authority ssh-ed25519 AAAA"},
    "a number for a name": {"person": 7},
    "no digest": {"digest": None},
}


def test_a16_what_is_told_otherwise_than_it_was_signed_does_not_count(world: World) -> None:
    id = world.ask()
    for name, told in FORGED.items():
        world.vote(id, "ben", "deny" if name == "another verdict" else "approve", told_otherwise=told)
    proven = [voice.proven for voice in world.asked(id).votes]
    assert dict(zip(FORGED, proven, strict=True)) == dict.fromkeys(FORGED, False)
    world.merge(id)
    assert world.why(id) == {"lacking"}


def test_a16_a_signature_is_for_one_purpose(world: World) -> None:
    id = world.ask()
    world.vote(id, "ben", namespace=statements.REQUEST)
    world.vote(id, "ben", namespace="git")
    world.merge(id)
    assert world.why(id) == {"lacking"}


@pytest.mark.parametrize(
    "key", ["approved_by", "approvals", "status", "state", "receipt", "decision", "executed"]
)
def test_a16_a_request_never_says_that_it_is_approved(key: str) -> None:
    text = (
        "action: note\nreason: Because\nrequester: ada\nrequested_at: 2026-11-20T09:00:00Z\n"
        f"not_after: 2026-11-21T09:00:00Z\n{key}: ben\n"
    )
    request, problems = read("req-01m7w3000000000000000000aa", text.encode())
    assert request is None
    assert any(key in problem for problem in problems)


def test_r1_a_copy_under_a_new_name_is_another_request(world: World) -> None:
    id = world.approved()
    copy = "req-01m7w3zzz0000000000000000a"
    world.commit({path_of(copy): world.asked(id).data})
    assert world.why(copy) == {"problem"}
    assert world.decide(id).allowed


def test_r1_an_id_counts_once(world: World) -> None:
    id = world.approved()
    data = world.asked(id).data
    world.commit({path_of(id): None})
    assert world.why(id) == {"problem"}
    world.commit({path_of(id): data})
    assert world.why(id) == {"problem"}
    world.record("request.merged", id, "ada", {"commit": git(world.root, "rev-parse", "main")})
    assert world.why(id) == {"problem"}


def test_r1_asking_twice_with_one_id_denies_both(world: World) -> None:
    id = world.ask()
    data = world.asked(id).data.replace(b"Because", b"Why not")
    world.sign_request(id, data, "ada")
    world.vote(id)
    world.merge(id)
    assert world.why(id) == {"problem"}


def test_r1_what_was_signed_for_another_repository_counts_nowhere_else(world: World) -> None:
    id = world.ask(signed=False)
    head = objects.tip(world.root, f"refs/heads/request/{id}")
    data = git(world.root, "show", f"{head}:{path_of(id)}") + "\n"
    world.sign_request(id, data.encode(), "ada", repository="0" * 40)
    world.vote(id)
    world.merge(id)
    assert world.why(id) == {"problem"}


def test_r1_an_id_of_another_day_is_refused(world: World) -> None:
    world.now -= 25 * HOUR
    id = world.ask()
    world.now += 25 * HOUR
    world.vote(id)
    world.merge(id)
    assert not world.decide(id).allowed


def test_r6_a_commit_straight_to_main_is_no_merge(world: World) -> None:
    id = world.ask()
    world.vote(id)
    world.merge(id, recorded=False)
    decision = world.decide(id)
    assert set(decision.families) == {"problem"}
    assert any("no merge of it is recorded" in reason for reason in decision.reasons)


def test_r6_a_merge_recorded_of_a_commit_elsewhere_is_none(world: World) -> None:
    id = world.ask()
    world.vote(id)
    world.record("request.merged", id, "ada", {"commit": git(world.root, "rev-parse", f"request/{id}")})
    assert world.why(id) == {"merge"}
    world.merge(id)
    assert world.why(id) == {"allowed"}, "whoever was killed between record and merge merges again"


def test_r7_a_vote_far_from_its_record_does_not_count(world: World) -> None:
    """An old signature that is recorded again, or one that waits for the night in which its signer is on call."""
    id = world.ask()
    bound = world.asked(id).digest
    at = world.now
    proof = world.proof(statements.voting(bound, "ben", "approve", "", at), "ben", statements.APPROVAL)
    world.now += 10 * MINUTE
    told = {"digest": bound, "person": "ben", "verdict": "approve", "at": at.isoformat(), **proof}
    world.record("request.voted", id, "ben", told)
    world.merge(id)
    assert world.why(id) == {"lacking"}


def test_a4_a_branch_that_merges_others_is_no_straight_line(world: World) -> None:
    id = world.ask()
    git(world.root, "checkout", "--quiet", "-b", "side", f"request/{id}~1")
    world.save(by="ben@example.com")
    git(world.root, "checkout", "--quiet", f"request/{id}")
    git(world.root, "merge", "--quiet", "--no-ff", "side")
    git(world.root, "checkout", "--quiet", "main")
    world.vote(id)
    assert world.why(id) == {"problem"}


def test_a4_who_made_a_squashed_merge_had_a_hand_in_it(world: World) -> None:
    id = world.ask()
    world.vote(id)
    git(world.root, "merge", "--quiet", "--squash", f"request/{id}")
    world.record("request.merged", id, "cy", {"commit": world.commit_staged(by="cy@example.com")})
    assert world.why(id) == {"allowed"}
    assert world.asked(id).involved == ("email:cy@example.com",)


COMMAND = CATALOG["actions/policies/owner.yaml"].replace("target-owner", "incident-commander")


def test_a13_who_leads_another_incident_has_no_say(world: World) -> None:
    world.commit(
        {"actions/policies/owner.yaml": COMMAND, "catalog/services/web.yaml": "name: Web\nowner: platform\n"}
    )
    incident = world.declare(commander="eve")
    for target, why in (("pay", {"allowed"}), ("web", {"lacking"})):
        id = world.ask(incident=incident, target=target)
        world.vote(id, "eve")
        world.merge(id)
        assert world.why(id) == why, target
