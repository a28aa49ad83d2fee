"""What a workflow may hold: pure checks over the text of .github, each answering with findings.

Most are allow-lists: an expression, a command, an action or a permission that is not listed is a finding until
someone lists it. What the shipped workflows must do besides is in `shipped`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import yaml
from tests.workflows import shipped
from tests.workflows.held import (
    ACTING,
    CALLS,
    CALLS_GRANTS,
    DECLARE,
    EXECUTE,
    FOLLOWS,
    LAST_WORD,
    PUBLISH,
    RECONCILE,
    UPDATE,
)
from tests.workflows.shipped import DEPLOY_IF, NIGHT, STARTS

SETUP = ".github/actions/setup/action.yml"

TRIGGERS = {"pull_request", "merge_group", "push", "schedule", "workflow_dispatch", "workflow_call"}
READ_ONLY = {"contents": "read"}
RECORDS = {"contents": "write"}
ACTS = {"contents": "write", "pull-requests": "read", "id-token": "write"}
GRANTS = {
    (PUBLISH, "deploy"): {"pages": "write", "id-token": "write"},
    (PUBLISH, "scores"): RECORDS,
    (DECLARE, "declare"): RECORDS,
    (UPDATE, "update"): RECORDS,
    (EXECUTE, "execute"): ACTS,
    (RECONCILE, "reconcile"): ACTS,
}
ACTIONS = {
    "actions/checkout",
    "actions/create-github-app-token",
    "actions/deploy-pages",
    "actions/setup-python",
    "actions/upload-artifact",
    "actions/upload-pages-artifact",
    "aws-actions/configure-aws-credentials",
}
OLDEST_CHECKOUT = 7  # older ones check a fork's code out in privileged workflows

# One command, plain words and quoted variables, at most one redirection: nothing that a shell takes apart.
COMMAND = re.compile(
    r"(\.venv/bin/(lightship|zizmor)|tools/install\.sh|\.ci/run|python3 \.github/\w+\.py)"
    r'( [\w./=-]+| "\$[A-Z_]+")*'
    r'( >> "\$GITHUB_(STEP_SUMMARY|OUTPUT)")?'
)
EXPRESSIONS = {
    "always()",
    "!cancelled()",
    "toJSON(needs)",
    "github.ref",
    "github.token",
    "github.run_id",
    f"github.event.schedule == '{NIGHT}'",
    "failure()",
    "inputs.lock",
    "matrix.python",
    "github.event.merge_group.base_sha || format('origin/{0}', github.base_ref)",
    "steps.setting.outputs.pages",
    "steps.setting.outputs.pages == 'true'",
    "steps.deployment.outputs.page_url",
    "github.repository",
    "vars.APP_CLIENT_ID",
    "vars.APP_CLIENT_ID != ''",
    "vars.APP_MEMBERS",
    "vars.APP_MEMBERS && steps.app.outputs.token",
    "vars.AWS_REGION",
    "vars.AWS_ROLE",
    "vars.AWS_ROLE != ''",
    "secrets.APP_PRIVATE_KEY",
    "steps.app.outputs.token || github.token",
    DEPLOY_IF.strip("${} "),
}


def audit(files: Mapping[str, str]) -> tuple[str, ...]:
    """The findings in `files` (path below the repository → text), each beginning with its path."""
    return tuple(f"{path}: {message}" for path, message in _all(files))


def _all(files: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for path in (*STARTS, SETUP):
        if path not in files:
            yield path, "is missing"
    for path, text in files.items():
        data = _parsed(text)
        if not isinstance(data, dict):
            yield path, "is no YAML mapping, or says a key twice"
            continue
        checks: Sequence[Iterator[str]] = (
            _expressions(text),
            _pins(text),
            _action(data) if path == SETUP else _workflow(path, data),
            shipped.findings(path, data),
        )
        for check in checks:
            for message in check:
                yield path, message
    yield from _one_pin_each(files)


class _Loader(yaml.BaseLoader):
    """Makes text of every scalar, and takes no key twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        found = super().construct_mapping(node, deep)
        if len(found) != len(node.value):
            raise yaml.YAMLError("a key twice")
        return found


@lru_cache(maxsize=64)
def _parsed(text: str) -> object:
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506  # it only makes text
    except yaml.YAMLError:
        return None


def _workflow(path: str, data: Mapping[str, Any]) -> Iterator[str]:
    on = data.get("on")
    triggers = set(on) if isinstance(on, dict) else set()
    if not triggers or triggers - TRIGGERS:
        yield f"triggers {sorted(triggers - TRIGGERS) or on!r}: only {sorted(TRIGGERS)}, as a mapping"
    if data.get("permissions") != {}:
        yield "the top must say `permissions: {}`"
    limits = {"group", "cancel-in-progress"} | ({"queue"} if path in ACTING else set())
    if set(data.get("concurrency") or ()) != limits:
        yield f"needs `concurrency` with {sorted(limits)}"
    if data.get("defaults") != {"run": {"shell": "bash"}}:
        yield "needs `defaults: {run: {shell: bash}}`: without it a pipe hides an exit code"
    if extra := set(data) - {"name", "on", "permissions", "concurrency", "defaults", "jobs"}:
        yield f"unknown top keys {sorted(extra)}"
    jobs = data.get("jobs")
    for name, job in jobs.items() if isinstance(jobs, dict) else ():
        for message in _job(path, name, job) if isinstance(job, dict) else ["is empty"]:
            yield f"job {name}: {message}"
    if not jobs or "" in _scalars(jobs):
        yield "has no jobs, or keys without a value in them"


def _scalars(data: object) -> Iterator[object]:
    inner = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    for value in inner:
        yield from _scalars(value) if isinstance(value, dict | list) else (value,)


def _job(path: str, name: str, job: Mapping[str, Any]) -> Iterator[str]:
    if (path, name) in CALLS:
        yield from _call(path, name, job)
        return
    if (path, name) in FOLLOWS:
        yield from _exactly(job, FOLLOWS[path, name])
        return
    grants = GRANTS.get((path, name), READ_ONLY)
    guard = {"name": "execute" if grants == ACTS else "incident"}
    if grants in (RECORDS, ACTS) and job.get("environment") != guard:
        yield f"writes records, so it belongs to the environment {guard['name']}"
    known = {"name", "needs", "if", "runs-on", "timeout-minutes", "permissions", "environment", "outputs"}
    if extra := set(job) - known - {"strategy", "steps"}:
        yield f"unknown keys {sorted(extra)}"
    if job.get("permissions") != grants:
        yield f"permissions are {job.get('permissions')}, must be {dict(grants)}"
    if job.get("runs-on") != "ubuntu-24.04":
        yield "must run on ubuntu-24.04"
    if not re.fullmatch(r"[1-9]|[12]\d|30", str(job.get("timeout-minutes"))):
        yield "needs timeout-minutes of at most 30"
    yield from _ready(job.get("steps") or ())
    yield from _steps(job.get("steps") or ())


def _call(path: str, name: str, job: Mapping[str, Any]) -> Iterator[str]:
    """A job that is another workflow of ours."""
    called, needs = CALLS[path, name]
    expected = {"name": name, "needs": [needs], "if": LAST_WORD, "permissions": CALLS_GRANTS}
    yield from _exactly(job, {**expected, "uses": f"./{called}"})


def _exactly(job: Mapping[str, Any], expected: Mapping[str, Any]) -> Iterator[str]:
    """A job that may hold this and nothing else, but for the names of its steps."""
    steps = [{key: step[key] for key in step if key != "name"} for step in job.get("steps") or ()]
    if {**job, **({"steps": steps} if steps else {})} != expected:
        yield f"must be {expected}"


def _action(data: Mapping[str, Any]) -> Iterator[str]:
    runs = data.get("runs") or {}
    if runs.get("using") != "composite" or set(runs) != {"using", "steps"}:
        yield "must be a composite action"
    if set(data) != {"name", "description", "inputs", "runs"}:
        yield f"unknown or missing keys: {sorted(data)}"
    if (
        list(data.get("inputs") or ()) != ["lock"]
        or data["inputs"]["lock"].get("default") != "requirements.txt"
    ):
        yield "takes one input, the lock file"
    if not any(step.get("run") == 'tools/install.sh "$LOCK"' for step in runs.get("steps") or ()):
        yield "must install the locked package"
    for step in runs.get("steps") or ():
        if "run" in step and step.get("shell") != "bash":
            yield "every step needs `shell: bash`"
    yield from _steps(
        [{key: step[key] for key in step if key != "shell"} for step in runs.get("steps") or ()]
    )


def _ready(steps: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    uses = {step.get("uses") for step in steps}
    runs = [step.get("run", "") for step in steps]
    if runs and not str(steps[0].get("uses")).startswith(("actions/checkout@", "actions/deploy-pages@")):
        yield "begins with a checkout"
    if any(run.startswith(".venv/") for run in runs) and "./" + SETUP.rpartition("/")[0] not in uses:
        yield "runs what only the local action installs"


def _steps(steps: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if not steps:
        yield "has no steps"
    for index, step in enumerate(steps):
        if extra := set(step) - {"name", "id", "if", "uses", "with", "run", "env"}:
            yield f"step {index + 1}: unknown keys {sorted(extra)}"
        if ("run" in step) == ("uses" in step):
            yield f"step {index + 1}: must either run or use"
        elif "run" in step and not COMMAND.fullmatch(step["run"]):
            yield f"step {index + 1}: not one listed command with plain or quoted words: {step['run']!r}"
        elif "run" in step and (unset := _variables(step["run"]) - set(step.get("env") or ())):
            yield f"step {index + 1}: {sorted(unset)} are not set in its env"
        elif step.get("uses", "").startswith("actions/checkout@"):
            given = dict(step.get("with") or {})
            if given.pop("persist-credentials", None) != "false" or set(given) - {"fetch-depth"}:
                yield f"step {index + 1}: a checkout keeps no credentials and takes no ref"
        elif step.get("uses", "").startswith("./"):
            if step["uses"] != f"./{SETUP.rpartition('/')[0]}":
                yield f"step {index + 1}: unknown local action {step['uses']}"
            if index != 1 or not steps[0].get("uses", "").startswith("actions/checkout@"):
                yield f"step {index + 1}: a local action comes right after the checkout"


def _variables(command: str) -> set[str]:
    return set(re.findall(r"\$([A-Z_]+)", command)) - {"GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT"}


def _expressions(text: str) -> Iterator[str]:
    for found in re.findall(r"\$\{\{(.*?)\}\}", text, re.DOTALL):
        if found.strip() not in EXPRESSIONS:
            yield f"unlisted expression '{found.strip()}'"
    if text.count("${{") != len(re.findall(r"\$\{\{.*?\}\}", text, re.DOTALL)):
        yield "an expression does not end"
    for step in re.findall(r"steps\.([\w-]+)\.", text):
        if not re.search(rf"^ +id: {step}$", text, re.MULTILINE):
            yield f"no step has the id {step}"


def _pins(text: str) -> Iterator[str]:
    for line in re.findall(r"^.*\buses\b.*$", text, re.MULTILINE):
        use = re.fullmatch(r"\s*(?:- )?uses: (\S+?)(?: # v(\d+)\.\d+\.\d+)?", line)
        if use is None:
            yield f"an unreadable use: {line.strip()}"
        elif not use[1].startswith("./"):
            name, _, sha = use[1].partition("@")
            if name not in ACTIONS:
                yield f"unlisted action {name}"
            if not re.fullmatch(r"[0-9a-f]{40}", sha) or not use[2]:
                yield f"{name} must be pinned by its full SHA, with its version as a comment"
            elif name == "actions/checkout" and int(use[2]) < OLDEST_CHECKOUT:
                yield f"{name} must be v{OLDEST_CHECKOUT} or newer"


def _one_pin_each(files: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    first: dict[str, str] = {}
    for path, text in files.items():
        for name, pin in re.findall(r"uses: ([\w./-]+)@(.*)$", text, re.MULTILINE):
            if first.setdefault(name, pin) != pin:
                yield path, f"{name} is pinned at {pin} here and at {first[name]} elsewhere"
