"""What rules make of actions and requests: every name, template and parameter is checked, each at its place."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from tests.catalog.rules.world import NOW, files_of, judge

from lightship.catalog import rules
from lightship.catalog.kinds.action import Action
from lightship.catalog.load import load
from lightship.catalog.read import parse
from lightship.catalog.source import folder
from lightship.report.text import line

ROOT = Path(__file__).parents[3]
ACTION = "actions/act.yaml"
REQUEST = "actions/requests/req-01kt1deaw0000g40r40m30e209.yaml"
HEAD = "category: access\ntarget: service\npolicy: owner\n"
STEP = "steps:\n  - id: say\n    uses: slack.post_message\n    with:\n      channel: shop\n      text: {}\n"
ASKED = (
    "action: restart\ntarget: cart\nreason: Carts do not load.\nrequester: ben\n"
    "requested_at: 2026-06-01T11:00Z\nnot_after: 2026-06-02T11:00Z\n"
)


def said(root: Path, files: dict[str, str | None], now: datetime = NOW) -> list[str]:
    return [line(found) for found in judge(root, files, now)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ target.ownr }}", "9:13: action-name-unknown: 'target' has no 'ownr'; did you mean 'owner'?"),
        ("{{ target.team.led }}", "9:13: action-name-unknown: 'target.team' has no 'led'; did you mean 'lead'?"),
        ("{{ requestr.name }}", "9:13: action-name-unknown: there is no 'requestr' here; did you mean 'requester'?"),
        ("{{ request.resaon }}", "9:13: action-name-unknown: 'request' has no 'resaon'; did you mean 'reason'?"),
        ("{{ incident.titel }}", "9:13: action-name-unknown: 'incident' has no 'titel'; did you mean 'title'?"),
        ("{{ steps.before.message }}", "9:13: action-name-unknown: 'steps' has no 'before'"),
        ("{{ steps.say.message }}", "9:13: action-name-unknown: 'steps' has no 'say'"),
        ("{{ inputs.x }}", "9:13: action-input-unknown: 'x' is not an input of this action"),
        ("{{ target.id", "9:13: action-template-invalid: the text cannot be rendered: unexpected"),
        ("{{ target.id | tojson }}", "9:13: action-template-invalid: the text cannot be rendered: 'tojson' is not a filter"),
        ("{% for a in target.tags %}{{ a }}{% endfor %}", "9:13: action-template-invalid: the text cannot be rendered: 'for'"),
    ],
)  # fmt: skip
def test_what_a_text_looks_at_has_to_be_there(tmp_path: Path, text: str, expected: str) -> None:
    (told,) = said(tmp_path, {ACTION: HEAD + STEP.format(f"'{text}'")})
    assert told.startswith(f"{ACTION}:{expected}")


def test_a_later_step_sees_what_an_earlier_one_made(tmp_path: Path) -> None:
    steps = (
        "steps:\n"
        "  - { id: say, uses: slack.post_message, with: { channel: shop, text: Hi } }\n"
        '  - { id: mend, uses: slack.update_message, with: { channel: shop, text: Ho, message: "{{ steps.say.REF }}" } }\n'
    )
    assert said(tmp_path, {ACTION: HEAD + steps.replace("REF", "message")}) == []
    (told,) = said(tmp_path, {ACTION: HEAD + steps.replace("REF", "massage")})
    assert "'steps.say' has no 'massage'; did you mean 'message'?" in told


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("{ id: a, uses: slack.post_mesage, with: { channel: a, text: b } }", "action-operation-unknown: 'slack.post_mesage' is not an operation; did you mean 'slack.post_message'?"),
        ("{ id: a, uses: slak.xyz }", "action-operation-unknown: 'slak.xyz' is not an operation"),
        ("{ id: a, uses: slack.post_message, with: { channel: a } }", "action-parameter-invalid: slack.post_message needs 'text'; add `text:`"),
        ("{ id: a, uses: slack.post_message, with: { channel: a, text: b, txt: c } }", "action-parameter-invalid: 'txt' is not a parameter of slack.post_message; did you mean 'text'?"),
        ("{ id: a, uses: slack.post_message, with: { channel: A B, text: b } }", "action-parameter-invalid: channel: "),
        ('{ id: a, uses: slack.post_message, with: { channel: "{{ target.id }}" } }', "action-parameter-invalid: slack.post_message needs 'text'"),
        ("{ id: a, uses: slack.post_message, with: { channel: a, text: b }, undo: slack.archive_channel }", "action-undo-invalid: 'slack.archive_channel' does not take slack.post_message back; take it out"),
        ("{ id: a, uses: slack.create_channel, with: { channel: a }, undo: slack.archive_chanel }", "action-undo-invalid: 'slack.archive_chanel' does not take slack.create_channel back; write `undo: slack.archive_channel`"),
    ],
)  # fmt: skip
def test_what_an_operation_needs_is_known(tmp_path: Path, step: str, expected: str) -> None:
    (told,) = said(tmp_path, {ACTION: f"{HEAD}steps:\n  - {step}\n"})
    assert told.startswith(f"{ACTION}:5:") and expected in told


LOCK = "steps: [{ id: a, uses: lightship.lock_service, with: { service: cart, reason: Sale }, undo: lightship.unlock_service }]\n"


@pytest.mark.parametrize(
    ("more", "rule"),
    [
        (LOCK + "expires: 8h\n", ""),
        (LOCK + "expires: 8h\nlongest: 8h\n", ""),
        (LOCK + "expires: 9h\nlongest: 8h\n", "action-expiry-unbounded"),
        (LOCK + "longest: 8h\n", "action-expiry-unbounded"),
        (LOCK + "expires: 8 hours\n", "field-invalid"),
        (LOCK + 'expires: "{{ request.id }}h"\n', "action-expiry-unbounded"),
        (LOCK + 'expires: "{{ request.idd }}h"\nlongest: 8h\n', "action-name-unknown"),
        (LOCK.replace(", undo: lightship.unlock_service", "") + "expires: 8h\n", "action-undo-invalid"),
        (LOCK + "inputs: { type: array }\n", "action-inputs-invalid"),
        (LOCK + "inputs: { $ref: https://example.com/x }\n", "action-inputs-invalid"),
        (LOCK + "inputs: { properties: { a: { type: string, x-kind: person, default: adda } } }\n", "action-default-invalid"),
        (LOCK + 'inputs: { properties: { a: { type: string, default: b, x-default: "{{ target.id }}" } } }\n', "action-default-invalid"),
        (LOCK + 'inputs: { properties: { a: { x-default: "{{ inputs.b }}" }, b: { type: string } } }\n', "action-input-unknown"),
        (LOCK + 'inputs: { properties: { b: { type: string }, a: { x-default: "{{ inputs.b }}" } } }\n', ""),
        (LOCK.replace("uses:", "when: \"{{ target.tier == 1 }}\", uses:"), ""),
        (LOCK.replace("uses:", "when: \"{{ target.teir == 1 }}\", uses:"), "action-name-unknown"),
        (LOCK.replace("uses:", "when: \"{{ incident != none }}\", uses:"), "action-name-unknown"),
        (LOCK + "triggers: [{ on: schedule }]\n", "field-invalid"),
        (LOCK + "triggers: [{ on: schedule, every: 7d, target: cart }]\n", ""),
        (LOCK + "triggers: [{ on: incident-declared, every: 7d, target: cart }]\n", "field-invalid"),
        (LOCK + "triggers: [{ on: schedule, every: 7d, start: 2026-01-05T09:00, timezone: Asia/Tokyo, target: cart }]\n", ""),
        (LOCK + "triggers: [{ on: schedule, every: 7d, start: 2026-02-30T09:00, target: cart }]\n", "field-invalid"),
        (LOCK + "triggers: [{ on: schedule, every: 7d, timezone: Asia/Tokio, target: cart }]\n", "field-invalid"),
        (LOCK + "triggers: [{ on: schedule, every: 59m, target: cart }]\n", "field-invalid"),
        (LOCK + "triggers: [{ on: incident-declared, start: 2026-01-05T09:00, target: cart }]\n", "field-invalid"),
        (LOCK + "triggers: [{ on: incident-declared }]\n", "action-trigger-invalid"),
        (LOCK + "triggers: [{ on: incident-declred, target: cart }]\n", "field-invalid"),
        (LOCK + 'triggers: [{ on: incident-declared, target: "{{ incident.servces | first }}" }]\n', "action-name-unknown"),
        (LOCK + "triggers: [{ on: incident-declared, target: cart, inputs: { a: b } }]\n", "action-trigger-invalid"),
        (LOCK + "triggers: [{ on: incident-declared, target: cart, when: incident.sevrity == 'SEV1' }]\n", "expression-invalid"),
        (LOCK + "triggers: [{ on: incident-declared, target: cart, when: incident.severity == 'SEV1' }]\n", ""),
        (LOCK + "inputs: { properties: { n: { type: integer } } }\ntriggers: [{ on: score-dropped, target: cart, inputs: { n: x } }]\n", "action-trigger-invalid"),
    ],
)  # fmt: skip
def test_ends_inputs_and_triggers_are_judged(tmp_path: Path, more: str, rule: str) -> None:
    found = [finding.rule for finding in judge(tmp_path, {ACTION: HEAD + more})]
    assert found == ([rule] if rule else [])


NAME = re.compile(r"\b(inputs|target|chosen|beneficiary|requester|request|incident|score)\.[a-z_]+")
SHIPPED = load(folder(ROOT))


def rules_of(id: str, text: str) -> set[str]:
    """The rules about actions that find something where the shipped action `id` is as `text` says."""
    action = Action.from_data(id, parse(text.encode()))
    catalog = replace(SHIPPED, entities={**SHIPPED.entities, "action": {id: action}})
    about = (rule for name, rule in rules.registry().items() if name.startswith("action-"))
    # Whether runbooks name actions that are there is not about this one.
    checks = ((rule.id, rule.check) for rule in about if rule.check and rule.id != "action-unknown")
    return {rule for rule, check in checks for _ in check(catalog, NOW)}


@pytest.mark.parametrize("id", sorted(SHIPPED.actions))
def test_no_typing_mistake_in_a_shipped_action_is_missed(id: str) -> None:
    whole = (ROOT / f"actions/{id}.yaml").read_text(encoding="utf-8")
    assert rules_of(id, whole) == set()
    for template in re.finditer(r"\{\{[^}]*\}\}", whole):
        for name in NAME.finditer(whole, template.start(), template.end()):
            spoiled = whole[: name.end()] + "x" + whole[name.end() :]
            assert rules_of(id, spoiled) & {"action-name-unknown", "action-input-unknown"}, name[0]
    for operation in dict.fromkeys(re.findall(r"uses: (\S+)", whole)):
        spoiled = whole.replace(f"uses: {operation}", f"uses: {operation}x")
        assert "action-operation-unknown" in rules_of(id, spoiled)
    for undo in dict.fromkeys(re.findall(r"undo: (\S+)", whole)):
        assert "action-undo-invalid" in rules_of(id, whole.replace(f"undo: {undo}", f"undo: {undo}x"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ASKED, ""),
        (ASKED.replace("restart", "restrat"), "1:9: request-action-unknown: 'restrat' is not an action; did you mean 'restart'?"),
        (ASKED.replace("ben", "bens"), "4:12: request-person-unknown: 'bens' is not a person; did you mean 'ben'?"),
        (ASKED + "for: adda\n", "7:6: request-person-unknown: 'adda' is not a person; did you mean 'ada'?"),
        (ASKED.replace("cart", "crat"), "2:9: request-inputs-invalid: the target 'crat' is not a service; did you mean 'cart'?"),
        (ASKED.replace("target: cart\n", ""), "1:1: request-inputs-invalid: 'restart' is about a service; name it as the target"),
        (ASKED + "inputs: { pods: 2 }\n", "7:17: request-inputs-invalid: input 'pods': 'restart' does not ask for it; inputs: none"),
        (ASKED.replace("11:00Z\nnot", "11:00Z\nnot").replace("2026-06-01T11:00Z", "2026-05-30T11:00Z"), "5:15: request-id-invalid: its id is of 2026-06-01 11:00 UTC"),
        (ASKED + "break_glass: true\nincident: inc-20260601-k7qm\n", "7:14: request-break-glass-impossible: 'owner' knows no break-glass"),
        (ASKED + "incident: 17\n", "7:11: field-invalid: incident: "),
        (ASKED.replace("2026-06-02", "2026-06-09"), "1:1: field-invalid: the file: 'not_after' lies after 'requested_at', by seven days at the most"),
        (ASKED + "aproved: x\n", "7:1: field-unknown: 'aproved' is not a field here"),
    ],
)  # fmt: skip
def test_a_request_is_judged_by_the_catalog(tmp_path: Path, text: str, expected: str) -> None:
    found = said(tmp_path, {REQUEST: text})
    if not expected:
        assert found == []
    else:
        (told,) = found
        assert told.startswith(f"{REQUEST}:{expected}")


def test_a_request_that_is_over_is_history(tmp_path: Path) -> None:
    files: dict[str, str | None] = {
        REQUEST: ASKED.replace("restart", "gone-long-ago").replace("ben", "nobody")
    }
    end = datetime.fromisoformat("2026-06-02T11:00+00:00")
    assert said(tmp_path, files, end - timedelta(seconds=1)) != []
    assert said(tmp_path, files, end) == []


@pytest.mark.parametrize(
    "name", ["please", "req-1", "req-01KT1DEAW0000G40R40M30E209", "req-81kt1deaw0000g40r40m30e209"]
)
def test_a_request_is_named_by_its_moment(tmp_path: Path, name: str) -> None:
    found = judge(tmp_path, {f"actions/requests/{name}.yaml": ASKED})
    assert {finding.rule for finding in found} <= {"request-id-invalid", "path-refused"} and found


@pytest.mark.parametrize(
    "key",
    [
        "approved_by",
        "approvals",
        "approved",
        "status",
        "state",
        "receipt",
        "receipts",
        "decision",
        "executed",
        "executed_at",
        "granted",
        "outcome",
        "votes",
        "reviewed_by",
        "signature",
    ],
)
def test_a_request_never_says_what_became_of_it(tmp_path: Path, key: str) -> None:
    (told,) = said(tmp_path, {REQUEST: f"{ASKED}{key}: ada\n"})
    assert told.startswith(f"{REQUEST}:7:1: request-outcome-written: '{key}' is never written in a request")


def test_what_cannot_be_done_is_said_before_anybody_approves_it(tmp_path: Path) -> None:
    bad = files_of(rules.registry()["request-impossible"].bad)
    (told,) = said(tmp_path, dict(bad))
    assert "step restart: there is no 'target.integrations.argocd.application'" in told


def test_a_broken_action_makes_no_noise_about_its_requests(tmp_path: Path) -> None:
    found = judge(tmp_path, {"actions/restart.yaml": "name: [\n", REQUEST: ASKED})
    assert {(finding.path, finding.rule) for finding in found} == {("actions/restart.yaml", "yaml-invalid")}
