"""The workflows as they stand are clean, and every edit that weakens one is found."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.workflows.audit import SETUP, audit
from tests.workflows.held import CHECK, DECLARE, EXECUTE, PUBLISH, RECONCILE, UPDATE
from tests.workflows.shipped import BASE

ROOT = Path(__file__).parents[2]
FILES = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in (*sorted(ROOT.glob(".github/workflows/*.y*ml")), ROOT / SETUP)
}
TITLE = "${{ github.event.pull_request.title }}"

# Lines that only describe: without them everything is as safe as before.
DESCRIPTIVE = re.compile(
    r"(?! {6}name: (execute|incident)$)\s*(#|$|- name: |name: (?!check$|github-pages$)|description: |retention-days: |if-no-files-found: "
    r"|fail-fast: |url: |group: )"
)


def found(path: str, text: str) -> tuple[str, ...]:
    return audit(FILES | {path: text})


def test_the_workflows_as_they_stand_are_clean() -> None:
    assert audit(FILES) == ()


def _lines() -> Iterator[tuple[str, int, str]]:
    for path, text in FILES.items():
        for number, line in enumerate(text.splitlines()):
            if not DESCRIPTIVE.match(line):
                yield path, number, line


@pytest.mark.parametrize(
    ("path", "number", "line"), [pytest.param(*row, id=f"{row[0]}:{row[1] + 1}") for row in _lines()]
)
def test_no_line_can_go_unnoticed(path: str, number: int, line: str) -> None:
    lines = FILES[path].splitlines(keepends=True)
    assert found(path, "".join(lines[:number] + lines[number + 1 :])), f"nobody misses {line.strip()!r}"


def _blocks() -> Iterator[tuple[str, str]]:
    """Each key with all that lies below it."""
    for path, text in FILES.items():
        for match in re.finditer(r"^( *)(?:- )?[\w-]+:.*\n(?:(?:\1 +.*)?\n)+", text, re.MULTILINE):
            if not DESCRIPTIVE.match(match[0]) and not match[0].strip().startswith("inputs:"):
                yield path, match[0]


@pytest.mark.parametrize(("path", "block"), list(_blocks()))
def test_no_block_can_go_unnoticed(path: str, block: str) -> None:
    assert found(path, FILES[path].replace(block, "", 1))


# What a line becomes; the pattern is tried on every line of every file.
EDITS = {
    # an input reaches a shell (G1)
    "echo an input": (r"(run: )(.*)", rf"\1echo {TITLE}"),
    "echo an input after the command": (r"(run: .*)", rf"\1 && echo {TITLE}"),
    "echo an input in a block": (r"( *)(- )?(run: )(.*)", rf"\1\2run: |\n\1    \4\n\1    echo {TITLE}"),
    "echo an input in double quotes": (r"(run: )(.*)", rf"\1'echo \"{TITLE}\"'"),
    "hand an input over as a word": (r"(run: .*)", rf"\1 {TITLE}"),
    "echo the branch": (r"(run: )(.*)", r"\1echo ${{ github.head_ref }}"),
    "echo an action's input": (r"(run: )(.*)", r"\1echo ${{ inputs.lock }}"),
    "echo by index": (r"(run: )(.*)", r"\1echo ${{ github['event']['pull_request']['title'] }}"),
    "evaluate a variable": (r"(run: )(.*)", r'\1eval "$BASE"'),
    "evaluate in a new shell": (r"(run: )(.*)", r'\1bash -c "$BASE"'),
    "substitute a command": (r"(run: .*)", r"\1 $(cat title)"),
    "substitute a command the old way": (r"(run: .*)", r"\1 `cat title`"),
    "leave a variable unquoted": (r'(run: .*)"(\$[A-Z]+)"(.*)', r"\1\2\3"),
    "set the environment of later steps": (r"(run: .*)", r'\1 >> "$GITHUB_ENV"'),
    "choose a shell": (r"( +)(run: .*)", r"\1shell: bash -c {0}\n\1\2"),
    "an input as the shell": (r"( +)shell: bash", rf"\1shell: {TITLE}"),
    # permissions (G4)
    "write everything": (r"( +)permissions:", r"\1permissions: write-all #"),
    "write contents": (r"contents: read", r"contents: write"),
    "one permission more": (r"( +)contents: read(.*)", r"\1contents: read\2\n\1pull-requests: write"),
    "read all at the top": (r"^permissions: \{\}", r"permissions: read-all"),
    "an empty top": (r"^permissions: \{\}", r"permissions:"),
    # pins (G5)
    "pin by tag": (r"@[0-9a-f]{40} # (v\d+).*", r"@\1"),
    "pin by full tag": (r"@[0-9a-f]{40} # (v[\d.]+)", r"@\1"),
    "pin by branch": (r"@[0-9a-f]{40} # v[\d.]+", r"@main"),
    "pin by short SHA": (r"@([0-9a-f]{7})[0-9a-f]{33} ", r"@\1 "),
    "forget the version": (r"(@[0-9a-f]{40}) # v[\d.]+", r"\1"),
    "unlisted action": (r"uses: actions/[\w-]+@", r"uses: someone/something@"),
    "an image": (r"uses: actions/.*", r"uses: docker://alpine:3"),
    "old checkout": (r"uses: actions/checkout@.*", r"uses: actions/checkout@" + "0" * 40 + " # v4.2.2"),
    "another local action": (r"uses: \./\.github/actions/setup", r"uses: ./.github/actions/other"),
    "an action elsewhere in the work tree": (r"uses: \./\.github/actions/setup", r"uses: ./setup"),
    # credentials (G3, G6)
    "keep credentials": (r"persist-credentials: false", r"persist-credentials: true"),
    "another ref": (r"( +)persist-credentials: false", r"\1persist-credentials: false\n\1ref: main"),
    "take a secret": (r"( +)(run: .*)", r"\1env:\n\1  TOKEN: ${{ secrets.TOKEN }}\n\1\2"),
    "all secrets": (r"( +)steps:", r"\1secrets: inherit\n\1steps:"),
    # triggers (G2)
    "privileged pull requests": (r"^  pull_request:", r"  pull_request_target:"),
    "comments": (r"^on:", r"on:\n  issue_comment:"),
    "after other workflows": (r"^on:", r"on:\n  workflow_run:\n    workflows: [check]"),
    # limits
    "no time-out": (r"timeout-minutes: .*", r"timeout-minutes: 360"),
    "a runner of one's own": (r"runs-on: .*", r"runs-on: self-hosted"),
    "the newest runner": (r"runs-on: .*", r"runs-on: ubuntu-latest"),
    "a container": (r"( +)steps:", r"\1container: alpine\n\1steps:"),
    "go on after an error": (r"( +)(- )?run: (.*)", r"\1continue-on-error: true\n\1run: \3"),
    "a job goes on after an error": (r"( +)steps:", r"\1continue-on-error: true\n\1steps:"),
    # results
    "forgive": (r"(run: .*)", r"\1 || true"),
    "forgive in a pipe": (r"(run: .*)", r"\1 | cat"),
    "go on": (r"(run: .*)", r"\1; true"),
    "in the background": (r"(run: .*)", r"\1 &"),
    "do nothing": (r"run: .*", r"run: true"),
    "ask for help": (r"run: (\.venv/bin/lightship (validate|gate|schema|codeowners)).*", r"run: \1 --help"),
}


def _edited() -> Iterator[tuple[str, str, str]]:
    for path, text in FILES.items():
        lines = text.splitlines()
        for name, (pattern, replacement) in EDITS.items():
            for number, line in enumerate(lines):
                changed = re.sub(pattern, replacement, line, count=1)
                if changed != line and not line.lstrip().startswith("#"):
                    yield (
                        f"{name} at {path}:{number + 1}",
                        path,
                        "\n".join([*lines[:number], changed, *lines[number + 1 :], ""]),
                    )


@pytest.mark.parametrize(
    ("path", "text"), [pytest.param(path, text, id=name) for name, path, text in _edited()]
)
def test_edit_is_found(path: str, text: str) -> None:
    assert found(path, text)


def test_every_edit_applies_somewhere() -> None:
    applied = {name.rpartition(" at ")[0] for name, _, _ in _edited()}
    assert applied == set(EDITS)


ALWAYS = "if: ${{ always() }}"
SKIPS = {
    "the gate job runs on success only": (CHECK, ALWAYS, "if: ${{ success() }}"),
    "the gate job runs unless cancelled": (CHECK, ALWAYS, "if: ${{ !cancelled() }}"),
    "the gate job never runs": (CHECK, ALWAYS, "if: false"),
    "the gate job runs on request": (CHECK, ALWAYS, "if: ${{ github.event.label }}"),
    "the gate job needs fewer": (
        CHECK,
        "needs: [validate, gate, preview, drift]",
        "needs: [validate, preview, drift]",
    ),
    "the gate job needs none": (CHECK, "needs: [validate, gate, preview, drift]", "needs: []"),
    "the gate job is told good news": (CHECK, "${{ toJSON(needs) }}", '\'{"a": {"result": "success"}}\''),
    "the gate job's step is skipped": (
        CHECK,
        "      - name: Pass only if",
        "      - if: false\n        name: Pass only if",
    ),
    "the gate job is renamed": (CHECK, "  check:\n    name: check", "  checks:\n    name: checks"),
    "a job is skipped": (CHECK, "    name: gate\n", "    name: gate\n    if: ${{ !cancelled() }}\n"),
    "a job waits for another": (CHECK, "    name: gate\n", "    name: gate\n    needs: [validate]\n"),
    "the step is skipped": (CHECK, "      - name: Compare", "      - if: false\n        name: Compare"),
    "the gate compares with itself": (CHECK, BASE, "HEAD"),
    "the gate compares with the head": (CHECK, BASE, "${{ github.sha }}"),
    "the gate reads a shallow history": (CHECK, "fetch-depth: 0", "fetch-depth: 1"),
    "a new job is not needed": (
        CHECK,
        "  check:\n    name",
        "  extra:\n    runs-on: ubuntu-24.04\n  check:\n    name",
    ),
    "only some paths": (CHECK, "  pull_request:\n", "  pull_request:\n    paths: [catalog/**]\n"),
    "not some paths": (CHECK, "  pull_request:\n", "  pull_request:\n    paths-ignore: [docs/**]\n"),
    "only some branches": (CHECK, "  pull_request:\n", "  pull_request:\n    branches: [main]\n"),
    "only some events": (CHECK, "  pull_request:\n", "  pull_request:\n    types: [labeled]\n"),
    "no merge queue": (CHECK, "  merge_group:\n", ""),
    "always deploy": (PUBLISH, "needs.build.outputs.pages == 'true' && ", ""),
    "deploy from any branch": (PUBLISH, " && github.ref == 'refs/heads/main'", ""),
    "always hand over": (PUBLISH, "        if: ${{ steps.setting.outputs.pages == 'true' }}\n", ""),
    "say yes": (PUBLISH, "${{ steps.setting.outputs.pages }}", "true"),
    "deploy where it is built": (PUBLISH, "      contents: read", "      pages: write\n      contents: read"),
    "build where it is deployed": (
        PUBLISH,
        "      - name: Deploy to",
        "      - run: .venv/bin/lightship build\n      - name: Deploy to",
    ),
    "upload the work tree": (PUBLISH, "path: build/portal", "path: ."),
    "another environment": (PUBLISH, "name: github-pages", "name: other"),
    "publish every branch": (PUBLISH, "branches: [main]", 'branches: ["**"]'),
    "publish pull requests": (PUBLISH, "on:\n", "on:\n  pull_request:\n"),
    "declare on every push": (DECLARE, "on:\n", "on:\n  push:\n"),
    "declare where nobody guards": (DECLARE, "    environment:\n      name: incident\n", ""),
    "declare in turn": (DECLARE, "-${{ github.run_id }}", ""),
    "follow without a record": (DECLARE, "    needs: [declare]\n", ""),
    "declare after what follows": (
        DECLARE,
        "    name: declare\n",
        "    name: declare\n    needs: [follow]\n",
    ),
    "fail with what follows": (DECLARE, "    continue-on-error: true\n", ""),
    "declare only with what follows": (
        DECLARE,
        "  follow:\n",
        "  act:\n    uses: ./.github/workflows/execute.yml\n  follow:\n",
    ),
    "follow on another branch": (DECLARE, "execute.yml --ref main", 'execute.yml --ref "$GITHUB_REF"'),
    "start another workflow": (UPDATE, "gh workflow run publish.yml", "gh workflow run declare-incident.yml"),
    "start what was typed": (UPDATE, "gh workflow run publish.yml", 'gh workflow run "$DO"'),
    "run code beside the right to start": (
        UPDATE,
        "    steps:\n      - name: Carry out",
        "    steps:\n      - uses: ./.github/actions/setup\n      - name: Carry out",
    ),
    "the right to start where code runs": (
        UPDATE,
        "contents: write #",
        "actions: write\n      contents: write #",
    ),
    "another workflow": (
        EXECUTE,
        "uses: ./.github/workflows/publish.yml",
        "uses: ./.github/workflows/check.yml",
    ),
    "publish with secrets": (EXECUTE, "    uses: ./", "    secrets: inherit\n    uses: ./"),
    "hide what did not work": (EXECUTE, "    if: ${{ !cancelled() }}", "    if: ${{ success() }}"),
    "drop who waits": (EXECUTE, "  queue: max", "  queue: single"),
    "let a queue form before a record": (
        DECLARE,
        "  cancel-in-progress: false",
        "  queue: max\n  cancel-in-progress: false",
    ),
    "deploy what was not built": (PUBLISH, "needs.build.result == 'success' && ", ""),
    "deploy only with scores": (
        PUBLISH,
        "if: ${{ !cancelled() && needs.build.result",
        "if: ${{ needs.build.result",
    ),
    "update what was typed": (UPDATE, "lightship dispatch update", 'lightship incident update "$ID"'),
    "no build without scores": (PUBLISH, "    if: ${{ !cancelled() }}\n    runs-on", "    runs-on"),
    "scores on every push": (
        PUBLISH,
        "    if: ${{ github.event.schedule == '43 3 * * *' }}",
        "    if: ${{ always() }}",
    ),
    "scores at every hour": (
        PUBLISH,
        "github.event.schedule == '43 3 * * *'",
        "github.event_name == 'schedule'",
    ),
    "no scores at night": (PUBLISH, 'cron: "43 3 * * *"', 'cron: "44 3 * * *"'),
    "an App that writes pull requests": (
        DECLARE,
        "          permission-contents: write\n",
        "          permission-contents: write\n          permission-pull-requests: write\n",
    ),
    "an App that may do all that it can": (EXECUTE, "          permission-contents: write\n", ""),
    "an App's key where nobody guards": (
        PUBLISH,
        "      - name: Build the portal\n",
        "      - uses: actions/create-github-app-token@1b10c78c7865c340bc4f6099eb2f838309f1e8c3 # v3.1.1\n"
        "        with:\n          private-key: ${{ secrets.APP_PRIVATE_KEY }}\n      - name: Build the portal\n",
    ),
    "an App's key for what records": (
        DECLARE,
        "          LIGHTSHIP_PUSH_TOKEN: ",
        "          APP_KEY: ${{ secrets.APP_PRIVATE_KEY }}\n          LIGHTSHIP_PUSH_TOKEN: ",
    ),
    "a role for everybody": (EXECUTE, "        if: ${{ vars.AWS_ROLE != '' }}\n", ""),
    "a role under another name": (EXECUTE, "lightship-${{ github.run_id }}", "lightship"),
    "a role for what records": (
        UPDATE,
        "      - name: Record it\n",
        "      - uses: aws-actions/configure-aws-credentials@e6de054238d6b7531b4efff3b6587d9aade6a06c # v6.2.3\n"
        "      - name: Record it\n",
    ),
    "act on pull requests": (EXECUTE, "on:\n", "on:\n  pull_request:\n"),
    "act on every branch": (EXECUTE, "branches: [main]", 'branches: ["**"]'),
    "act where nobody guards": (EXECUTE, "    environment:\n      name: execute\n", ""),
    "act in parallel": (RECONCILE, "  group: execute", "  group: reconcile-${{ github.ref }}"),
    "cut an action short": (EXECUTE, "cancel-in-progress: false", "cancel-in-progress: true"),
    "keep what acts": (
        EXECUTE,
        "      - uses: ./.github",
        "      - uses: actions/cache@" + "0" * 40 + " # v4.0.0\n      - uses: ./.github",
    ),
    "act without the lock": (EXECUTE, "      - uses: ./.github/actions/setup\n", ""),
    "write pull requests": (EXECUTE, "pull-requests: read", "pull-requests: write"),
    "keep it only sometimes": (
        PUBLISH,
        "      - name: Keep it",
        "      - if: ${{ always() }}\n        name: Keep it",
    ),
}


@pytest.mark.parametrize(("path", "old", "new"), [pytest.param(*row, id=name) for name, row in SKIPS.items()])
def test_skipping_is_found(path: str, old: str, new: str) -> None:
    assert old in FILES[path]
    assert found(path, FILES[path].replace(old, new))


@pytest.mark.parametrize("path", [CHECK, PUBLISH, SETUP])
def test_a_missing_file_is_found(path: str) -> None:
    assert audit({name: text for name, text in FILES.items() if name != path})


@pytest.mark.parametrize("text", ["", "[]", "a: [", "on: push", "on:\n  push:\n"])
def test_a_file_that_is_no_workflow_is_found(text: str) -> None:
    assert found(".github/workflows/new.yml", text)
