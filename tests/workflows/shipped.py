"""What the workflows that this project ships must do.

`check` cannot be skipped, `publish` deploys only when asked, and incidents are recorded before anything follows, and
whether or not it does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tests.workflows import held
from tests.workflows.held import (
    ACTING,
    CHECK,
    DECLARE,
    EXECUTE,
    LAST_WORD,
    LINT,
    PUBLISH,
    RECONCILE,
    TEST,
    UPDATE,
    WRITERS,
)

GATE_JOB = "check"
GATE_SCRIPT = "python3 .github/every_need_succeeded.py"

NIGHT = "43 3 * * *"

# What a workflow exists for: job → the commands it must run → the condition each may carry.
DUTIES: Mapping[str, Mapping[str, Mapping[str, str | None]]] = {
    CHECK: {
        "validate": {
            ".venv/bin/lightship validate --format github": None,
            '.venv/bin/lightship validate --format markdown >> "$GITHUB_STEP_SUMMARY"': LAST_WORD,
        },
        "gate": {
            '.venv/bin/lightship gate --against "$BASE" --format github': None,
            '.venv/bin/lightship gate --against "$BASE" --format markdown >> "$GITHUB_STEP_SUMMARY"': LAST_WORD,
        },
        "preview": {
            '.venv/bin/lightship request preview --against "$BASE" --format markdown >> "$GITHUB_STEP_SUMMARY"': None,
            '.venv/bin/lightship rehearse --against "$BASE" --format github': LAST_WORD,
        },
        "drift": {
            ".venv/bin/lightship schema --check": None,
            ".venv/bin/lightship codeowners --check": LAST_WORD,
        },
    },
    PUBLISH: {
        "scores": {".venv/bin/lightship score --record": None},
        "build": {
            ".venv/bin/lightship build --out build/portal": None,
            ".venv/bin/lightship statuspage --out build/status": None,
            '.venv/bin/lightship setting publish.pages --as pages >> "$GITHUB_OUTPUT"': None,
        },
    },
    DECLARE: {"declare": {".venv/bin/lightship dispatch declare": None}},
    UPDATE: {"update": {".venv/bin/lightship dispatch update": None}},
    EXECUTE: {"execute": {".venv/bin/lightship execute": None}},
    RECONCILE: {"reconcile": {".venv/bin/lightship reconcile": None}},
    LINT: {"workflows": {".venv/bin/zizmor --persona pedantic --no-progress .": None}},
    TEST: {"test": {".ci/run": None}},
}
WHOLE_HISTORY = {  # merge bases, and branches of records
    (CHECK, "gate"),
    (CHECK, "preview"),
    (EXECUTE, "execute"),
    (RECONCILE, "reconcile"),
    (PUBLISH, "scores"),
    (PUBLISH, "build"),
    (DECLARE, "declare"),
    (UPDATE, "update"),
}
# When a job runs, where that is not always.
CONDITIONS: Mapping[tuple[str, str], Mapping[str, object]] = {
    (PUBLISH, "scores"): {"if": f"${{{{ github.event.schedule == '{NIGHT}' }}}}"},
    (PUBLISH, "build"): {"needs": ["scores"], "if": LAST_WORD},
}
_TEXT = {"type": "string", "required": "false"}
_NEEDED = {"type": "string", "required": "true"}
_SWITCH = {"type": "boolean", "default": "false", "required": "false"}
_SEVERITIES = ["SEV1", "SEV2", "SEV3", "SEV4", "SEV5"]
_DEEDS = ["acknowledge", "update", "mitigate", "resolve", "close", "reopen", "draft post-mortem"]
ASKED: Mapping[str, Mapping[str, Mapping[str, object]]] = {
    DECLARE: {
        "service": _TEXT,
        "severity": {"type": "choice", "options": _SEVERITIES, "default": "SEV2", "required": "true"},
        "title": _NEEDED,
        "symptom": _TEXT,
        "drill": _SWITCH,
    },
    UPDATE: {
        "incident": _NEEDED,
        "do": {"type": "choice", "options": _DEEDS, "default": "update", "required": "true"},
        "text": _TEXT,
        "severity": {
            "type": "choice",
            "options": ["unchanged", *_SEVERITIES],
            "default": "unchanged",
            "required": "false",
        },
        "public": _SWITCH,
    },
}
STARTS = {
    CHECK: {"pull_request": "", "merge_group": ""},
    PUBLISH: {
        "push": {"branches": ["main"]},
        "schedule": "nightly",
        "workflow_dispatch": "",
        "workflow_call": "",
    },
    EXECUTE: {"push": {"branches": ["main"]}, "workflow_dispatch": ""},
    RECONCILE: {"schedule": "hourly", "workflow_dispatch": ""},
    DECLARE: {"workflow_dispatch": ASKED[DECLARE]},
    UPDATE: {"workflow_dispatch": ASKED[UPDATE]},
    LINT: {"pull_request": "", "schedule": "weekly", "workflow_dispatch": ""},
    TEST: {"pull_request": "", "push": {"branches": ["main"]}},
}
BASE = "${{ github.event.merge_group.base_sha || format('origin/{0}', github.base_ref) }}"
DEPLOY_IF = (
    "${{ !cancelled() && needs.build.result == 'success' && needs.build.outputs.pages == 'true' "
    "&& github.ref == 'refs/heads/main' }}"
)


def findings(path: str, data: Mapping[str, Any]) -> Iterator[str]:
    """What the workflow at `path` fails to do; nothing for one that is not ours."""
    yield from _duties(path, data)
    yield from held.findings(path, data)
    if path == CHECK:
        yield from _check(data)
    if path == PUBLISH:
        yield from _publish(data)
    if path in ASKED:
        yield from _records_first(data)
    if path in ACTING:
        yield from _acts(data)


def _duties(path: str, data: Mapping[str, Any]) -> Iterator[str]:
    on = data.get("on") or {}
    if path in STARTS and (
        set(on) != set(STARTS[path])
        or any(_asked(on[event]) != given for event, given in STARTS[path].items() if event != "schedule")
        or ("schedule" in on and (not on["schedule"] or any(set(row) != {"cron"} for row in on["schedule"])))
    ):
        yield f"must start on {STARTS[path]}, no more and no less"
    for name, commands in DUTIES.get(path, {}).items():
        job = (data.get("jobs") or {}).get(name) or {}
        steps = {step.get("run"): step for step in job.get("steps") or ()}
        condition = CONDITIONS.get((path, name), {})
        if {key: job[key] for key in ("if", "needs") if key in job} != condition:
            yield f"job {name} must run {f'when {condition}' if condition else 'whatever else happens'}"
        held = WRITERS.get((path, name))
        if held is not None and any(steps[run].get("env") != held for run in commands if run in steps):
            yield f"job {name} pushes what it records"
        if (_checkout(job).get("fetch-depth") == "0") != ((path, name) in WHOLE_HISTORY):
            yield f"job {name} must fetch {'the whole history' if (path, name) in WHOLE_HISTORY else 'a commit'}"
        for command, condition in commands.items():
            if command not in steps:
                yield f"job {name} must run `{command}`"
            elif steps[command].get("if") != condition:
                yield f"job {name} must run `{command}` {f'if {condition}' if condition else 'always'}"


def _asked(given: object) -> object:
    """The inputs that a trigger asks for, without what only describes them."""
    if not isinstance(given, dict) or "inputs" not in given:
        return given
    return {
        name: {key: value for key, value in field.items() if key != "description"}
        for name, field in given["inputs"].items()
        if isinstance(field, dict)
    }


def _records_first(data: Mapping[str, Any]) -> Iterator[str]:
    """What is declared is written before anything follows from it, and no run is dropped for another."""
    if (data.get("concurrency") or {}).get("cancel-in-progress") != "false":
        yield "a record that has begun is left to end"
    if "github.run_id" not in str((data.get("concurrency") or {}).get("group")):
        yield "every run has a group of its own: GitHub drops the older of two that wait"
    jobs = {name: job for name, job in (data.get("jobs") or {}).items() if isinstance(job, dict)}
    kept = [
        step for job in jobs.values() for step in job.get("steps") or () if "upload-artifact@" in str(step)
    ]
    given = [(step.get("if"), (step.get("with") or {}).get("path")) for step in kept]
    if given != [("${{ failure() }}", "build/unpushed")]:
        yield "what could not be pushed is kept as an artifact"
    if len(jobs) != 2:
        yield "records, then starts what follows"


def _acts(data: Mapping[str, Any]) -> Iterator[str]:
    """What has begun is left to end, and one of the two acts at a time."""
    if data.get("concurrency") != {"group": "execute", "cancel-in-progress": "false", "queue": "max"}:
        yield "acts alone, is never cut short, and drops no run that waits"
    if len(data.get("jobs") or ()) != 2:
        yield "acts, then publishes"


def _checkout(job: Mapping[str, Any]) -> Mapping[str, str]:
    return (job.get("steps") or [{}])[0].get("with") or {}


def _check(data: Mapping[str, Any]) -> Iterator[str]:
    if data.get("name") != GATE_JOB:
        yield f"must be named {GATE_JOB}"
    jobs = data.get("jobs") or {}
    for name in ("gate", "preview"):
        base = [step.get("env") for step in (jobs.get(name) or {}).get("steps") or () if "run" in step]
        if base != [{"BASE": BASE}] * 2:
            yield f"job {name} must compare with the merge base"
    yield from _gate_job(jobs)


def _gate_job(jobs: Mapping[str, Any]) -> Iterator[str]:
    job = jobs.get(GATE_JOB) or {}
    if job.get("if") != "${{ always() }}":
        yield f"job {GATE_JOB} must run always: what is skipped counts as passed"
    if set(job.get("needs") or ()) != set(jobs) - {GATE_JOB}:
        yield f"job {GATE_JOB} must need every other job"
    if job.get("name") != GATE_JOB:
        yield f"job {GATE_JOB} must be named so: the protected branch requires that name"
    last = (job.get("steps") or [{}])[-1]
    expected = {"env": {"NEEDS": "${{ toJSON(needs) }}"}, "run": GATE_SCRIPT}
    if {key: last[key] for key in last if key != "name"} != expected:
        yield f"job {GATE_JOB} must end with `{GATE_SCRIPT}` and the results of its needs"


def _publish(data: Mapping[str, Any]) -> Iterator[str]:
    if (data.get("concurrency") or {}).get("cancel-in-progress") != "false":
        yield "a deployment that has begun is left to end"
    if (data.get("on") or {}).get("schedule") != [{"cron": NIGHT}]:
        yield "the night is when the scores are recorded, and no other workflow's hour"
    jobs = data.get("jobs") or {}
    build, deploy = jobs.get("build") or {}, jobs.get("deploy") or {}
    if build.get("outputs") != {"pages": "${{ steps.setting.outputs.pages }}"}:
        yield "the build says whether to deploy"
    steps = {step.get("name"): step for step in build.get("steps") or ()}
    kept = [step for step in steps.values() if step.get("uses", "").startswith("actions/upload-artifact@")]
    if not kept or any("if" in step for step in kept):
        yield "the portal is always kept as an artifact"
    uploads = [step.get("with") or {} for step in steps.values() if "/upload-" in step.get("uses", "")]
    if sorted(given.get("path", "") for given in uploads) != ["build/portal", "build/portal", "build/status"]:
        yield "the portal and the status page are all that is uploaded"
    if any("include-hidden-files" in given for given in uploads):
        yield "hidden files stay where they are"
    handed = [step for step in steps.values() if "upload-pages-artifact@" in step.get("uses", "")]
    if len(handed) != 1 or any(
        step.get("if") != "${{ steps.setting.outputs.pages == 'true' }}" for step in handed
    ):
        yield "what is handed to Pages depends on the settings"
    if deploy.get("if") != DEPLOY_IF or deploy.get("needs") != ["build"]:
        yield "the deployment depends on the settings and on main"
    if (deploy.get("environment") or {}).get("name") != "github-pages":
        yield "the deployment belongs to the environment github-pages"
    if [step.get("uses", "").partition("@")[0] for step in deploy.get("steps") or ()] != [
        "actions/deploy-pages"
    ]:
        yield "the deployment deploys and does nothing else"
