"""Writes a catalog of N different services (about 42 lines each) with the teams, people, schedules, runbooks and SLOs they need.

`python benchmarks/generate.py 10000 FOLDER`: the same N gives the same bytes.
"""

from __future__ import annotations

import random
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
_WORDS = [
    "amber",
    "basin",
    "cedar",
    "delta",
    "ember",
    "fjord",
    "grove",
    "haven",
    "inlet",
    "jetty",
    "knoll",
    "ledge",
    "maple",
    "north",
    "ocean",
    "pier",
    "quay",
    "ridge",
]
_ZONES = ("Europe/Berlin", "America/New_York", "Asia/Singapore", "UTC")
_TYPES = ("api", "worker", "website", "database", "queue", "library")


def generate(count: int, folder: Path) -> None:
    """Write the catalog of `count` services below `folder`, which is emptied of an earlier one."""
    for part in ("catalog", "scorecards"):
        shutil.rmtree(folder / part, ignore_errors=True)
    shutil.copytree(ROOT / "scorecards", folder / "scorecards", ignore=shutil.ignore_patterns("waivers"))
    for kind in (
        "services",
        "teams",
        "people",
        "schedules",
        "runbooks",
        "slos",
        "systems",
        "environments",
        "features",
    ):
        (folder / "catalog" / kind).mkdir(parents=True, exist_ok=True)
    (folder / "lightship.yaml").write_text("name: Benchmark\n", encoding="utf-8")
    for path, text in _files(count):
        (folder / "catalog" / f"{path}.yaml").write_text(text, encoding="utf-8")


def change(folder: Path, share: int = 100) -> int:
    """Alter every `share`th service, keeping the catalog valid; how many were altered."""
    paths = sorted((folder / "catalog" / "services").glob("*.yaml"))[::share]
    for path in paths:
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("description: ", "description: Changed since. ", 1), encoding="utf-8")
    return len(paths)


def _files(count: int) -> Iterator[tuple[str, str]]:
    """(path below catalog/ without .yaml, text) of every file."""
    dice = random.Random(count)
    people, teams, schedules = max(5, count // 20), max(1, count // 30), max(1, count // 50)
    runbooks, slos, systems, features = (
        max(1, count // 3),
        max(1, count // 5),
        max(1, count // 50),
        max(1, count // 50),
    )
    for at in range(people):
        yield (
            f"people/person-{at}",
            f"name: Person {at}\nemail: person-{at}@example.org\ntimezone: {_ZONES[at % 4]}\n",
        )
    for at in range(teams):
        members = ", ".join(f"person-{(at * 5 + each) % people}" for each in range(2 + at % 4))
        yield (
            f"teams/team-{at}",
            f"name: Team {at}\nmembers: [{members}]\nlead: person-{at * 5 % people}\nslack: '#team-{at}'\n",
        )
    for at in range(schedules):
        yield f"schedules/rota-{at}", _schedule(at, people, teams)
    for at in range(runbooks):
        yield f"runbooks/runbook-{at}", _runbook(at, teams)
    for at in range(slos):
        yield (
            f"slos/slo-{at}",
            f"name: Objective {at}\nobjective: 99.5\nwindow: 28d\nsource: {{system: prometheus}}\n",
        )
    for at in range(systems):
        yield f"systems/system-{at}", f"name: System {at}\nowner: team-{at % teams}\n"
    for at in range(features):
        yield f"features/feature-{at}", f"name: Feature {at}\nimportance: high\nowner: team-{at % teams}\n"
    for at, region in enumerate(("eu-central-1", "us-east-1")):
        yield (
            f"environments/production-{at}",
            f"stage: production\nregion: {region}\naccount: '11111111111{at}'\n",
        )
    yield "environments/staging", "stage: staging\nregion: eu-central-1\naccount: '222222222222'\n"
    for at in range(count):
        yield (
            f"services/service-{at}",
            _service(at, count, dice, teams, schedules, runbooks, slos, systems, features),
        )


def _tier(at: int) -> int:
    return at * 7919 % 4001 % 4 + 1


def _schedule(at: int, people: int, teams: int) -> str:
    crew = ", ".join(f"person-{(at * 2 + each) % people}" for each in range(2))
    return (
        f"name: Rota {at}\nteam: team-{at % teams}\ntimezone: {_ZONES[at % 4]}\nlayers:\n"
        f"  - people: [{crew}]\n    starts: '2026-01-0{at % 9 + 1}'\n    handover: '09:00'\n    length: 7d\n"
        f"escalation:\n  - {{after: 15, team: team-{at % teams}}}\n"
    )


def _runbook(at: int, teams: int) -> str:
    return (
        f"name: Runbook {at}\nowner: team-{at % teams}\nalerts: [Alert{at}High]\n"
        f"reviewed_at: '2026-0{at % 9 + 1}-1{at % 9}'\nsteps:\n"
        f"  - title: Look at the dashboard of {_WORDS[at % 18]}\n    manual: Open it and look at the last hour.\n    risk: none\n"
        f"  - title: Restart what hangs\n    command: kubectl rollout restart deployment/{_WORDS[at % 18]}-{at}\n"
        f"    risk: medium\n    rollback: kubectl rollout undo deployment/{_WORDS[at % 18]}-{at}\n"
    )


def _service(
    at: int,
    count: int,
    dice: random.Random,
    teams: int,
    schedules: int,
    runbooks: int,
    slos: int,
    systems: int,
    features: int,
) -> str:
    word, other = dice.sample(_WORDS, 2)
    lines = [
        f"name: {word.title()} {other.title()} {at}",
        f"description: Keeps the {word} of the {other} in order, number {at}, and tells its neighbours.",
        f"owner: team-{at % teams}",
        f"system: system-{at % systems}",
        f"tier: {_tier(at)}",
        f"lifecycle: {'experimental' if at % 5 == 4 else 'production'}",
        f"type: {dice.choice(_TYPES)}",
        "depends_on:",
    ]
    for needed in sorted({dice.randrange(at) // 5 * 5 for _ in range(min(at, 4))}):
        lines += [f"  - service: service-{needed}", f"    kind: {dice.choice(('sync', 'async', 'data'))}"]
        lines += [f"    critical: {'true' if _tier(needed) <= _tier(at) else 'false'}"]
    if lines[-1] == "depends_on:":
        lines.pop()
    lines += [f"environments: [production-0, {dice.choice(('production-1', 'staging'))}]"]
    lines += [f"schedule: rota-{at % schedules}"] if dice.random() < 0.9 else []
    lines += [f"runbooks: [runbook-{at % runbooks}]"] if dice.random() < 0.8 else []
    lines += [f"slos: [slo-{at % slos}]"] if dice.random() < 0.7 else []
    lines += [f"features: [feature-{at % features}]"]
    lines += [
        "links:",
        f"  - title: Dashboard of {word}",
        f"    url: https://metrics.example.org/d/{word}-{at}",
        "  - title: Deployments",
        f"    url: https://deploy.example.org/{word}/{at}",
        f"tags: [{word}, {other}, block-{at % 97}]",
        "integrations:",
        "  github:",
        f"    repository: example-org/{word}-{other}-{at}",
        "  pagerduty:",
        f"    service_id: P{at:06d}",
        "  slack:",
        f"    channel: '#svc-{word}-{at}'",
        "  argocd:",
        f"    application: {word}-{at}",
        "    namespace: argocd",
        "  aws:",
        "    region: eu-central-1",
        "    account: '111111111110'",
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    generate(int(sys.argv[1]), Path(sys.argv[2]))
    print(f"{sys.argv[1]} services in {sys.argv[2]}")
