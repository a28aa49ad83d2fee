"""What jobs of the shipped workflows may hold, and how they get it: tokens, an App's key, a role, the right to start others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

CHECK, PUBLISH = ".github/workflows/check.yml", ".github/workflows/publish.yml"
DECLARE, UPDATE = ".github/workflows/declare-incident.yml", ".github/workflows/update-incident.yml"
EXECUTE, RECONCILE = ".github/workflows/execute.yml", ".github/workflows/reconcile.yml"
LINT, TEST = ".github/workflows/lint.yml", ".github/workflows/test.yml"
LAST_WORD = "${{ !cancelled() }}"

# Jobs that are another workflow: what is called, and after which job.
CALLS = {
    (EXECUTE, "publish"): (PUBLISH, "execute"),
    (RECONCILE, "publish"): (PUBLISH, "reconcile"),
}
CALLS_GRANTS = {"contents": "write", "pages": "write", "id-token": "write"}
ACTING = (EXECUTE, RECONCILE)
PUSH = {"LIGHTSHIP_PUSH_TOKEN": "${{ steps.app.outputs.token || github.token }}"}
ACT = {
    "GITHUB_TOKEN": "${{ github.token }}",
    "LIGHTSHIP_GITHUB_TOKEN": "${{ vars.APP_MEMBERS && steps.app.outputs.token }}",
    **PUSH,
}
# Jobs that write records, and what their commands may hold.
WRITERS = {
    (PUBLISH, "scores"): PUSH,
    (DECLARE, "declare"): PUSH,
    (UPDATE, "update"): PUSH,
    (EXECUTE, "execute"): ACT,
    (RECONCILE, "reconcile"): ACT,
}
# How a job gets what it may hold, in this order; the key of the App is all that is secret, and lies in an environment.
APP: Mapping[str, Any] = {
    "id": "app",
    "if": "${{ vars.APP_CLIENT_ID != '' }}",
    "uses": "actions/create-github-app-token",
    "with": {
        "client-id": "${{ vars.APP_CLIENT_ID }}",
        "private-key": "${{ secrets.APP_PRIVATE_KEY }}",
        "permission-contents": "write",
    },
}
# What triggers ask for and somebody has to agree to becomes a pull request of the App's.
APP_OF_ACTORS = {
    **APP,
    "with": {
        **APP["with"],
        "permission-pull-requests": "write",
        "permission-members": "${{ vars.APP_MEMBERS }}",
    },
}
AWS = {
    "if": "${{ vars.AWS_ROLE != '' }}",
    "uses": "aws-actions/configure-aws-credentials",
    "with": {
        "role-to-assume": "${{ vars.AWS_ROLE }}",
        "role-session-name": "lightship-${{ github.run_id }}",
        "aws-region": "${{ vars.AWS_REGION }}",
    },
}
CREDENTIALS = {place: [APP] if held == PUSH else [APP_OF_ACTORS, AWS] for place, held in WRITERS.items()}
# Jobs that start other workflows as runs of their own: no code, no environment, and no failure of theirs counts.
FOLLOWS = {
    (path, "follow"): {
        "name": "follow",
        "needs": [needs],
        "continue-on-error": "true",
        "runs-on": "ubuntu-24.04",
        "timeout-minutes": "5",
        "permissions": {"actions": "write"},
        "env": {"GH_REPO": "${{ github.repository }}", "GH_TOKEN": "${{ github.token }}"},
        "steps": [
            {"run": "gh workflow run execute.yml --ref main"},
            {"if": LAST_WORD, "run": "gh workflow run publish.yml --ref main"},
        ],
    }
    for path, needs in ((DECLARE, "declare"), (UPDATE, "update"))
}


def findings(path: str, data: Mapping[str, Any]) -> Iterator[str]:
    """What gives a job more than its own token comes right after the setup, as listed, and nowhere else."""
    for name, job in (data.get("jobs") or {}).items():
        steps = [_plain(step) for step in (job.get("steps") or () if isinstance(job, dict) else ())]
        expected = CREDENTIALS.get((path, name), [])
        giving = [step for step in steps if step.get("uses") in (APP["uses"], AWS["uses"]) or _takes(step)]
        if giving != expected or (expected and steps[2 : 2 + len(expected)] != expected):
            yield f"job {name} gets what it may hold right after the setup, by {expected}"


def _plain(step: Mapping[str, Any]) -> dict[str, Any]:
    uses = {"uses": step["uses"].partition("@")[0]} if "uses" in step else {}
    return {**{key: value for key, value in step.items() if key != "name"}, **uses}


def _takes(step: Mapping[str, Any]) -> bool:
    return "secrets." in str(step) or "vars." in str(step.get("with"))
