"""How long `incident list`, `incident show`, `brief` and `build` take as whole processes, over 5,000 incidents of 20 events.

Cold: nothing is cached. Warm: everything is. After one more event: what changed is read, and nothing else.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from lightship.incidents import events, lifecycle
from lightship.journal.entry import Actor, Entry
from lightship.journal.store import Journal

INCIDENTS, RUNS = 5_000, 5
ADA = Actor("Ada Example", "ada", True)
PORTAL = {
    "catalog/people/ada.yaml": "name: Ada Example\nemail: ada@example.com\n",
    "catalog/teams/payments.yaml": "name: Payments\nmembers: [ada]\n",
    **{f"catalog/services/service-{at}.yaml": f"name: Service {at}\nowner: payments\n" for at in range(20)},
}
WORDS = ("queue", "cache", "database", "deployment", "certificate", "disk", "network", "quota")


def story(number: int, declared: datetime, taken: set[str]) -> Iterator[Entry]:
    """The twenty events of an incident; every hundredth is still open."""
    id = lifecycle.new_id(declared, taken, number.to_bytes(10))
    taken.add(id)
    word = WORDS[number % len(WORDS)]
    told: list[tuple[int, events.Event]] = [
        (
            0,
            events.Declared(
                title=f"Errors around the {word}, case {number}",
                severity=events.SEVERITIES[number % 5],
                services=(f"service-{number % 20}",),
                impact_started=declared - timedelta(minutes=7),
            ),
        ),
        (3, events.Acknowledged()),
        *((5 + at, events.Updated(text=f"looking at the {WORDS[(number + at) % 8]}")) for at in range(16)),
        (40, events.Mitigated()),
    ]
    last = (
        events.Resolved(text=f"the {word} was restarted") if number % 100 else events.Updated(text="not yet")
    )
    for minutes, event in (*told, (60, last)):
        yield lifecycle.entry(id, event, ADA, declared + timedelta(minutes=minutes))


def portal(root: Path) -> str:
    """A portal with its journal; the last incident's id."""
    for path, text in PORTAL.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    subprocess.run(["git", "init", "--quiet", "--initial-branch", "main", root], check=True)
    subprocess.run(["git", "-C", root, "config", "user.email", "ada@example.com"], check=True)
    first, taken = datetime.now(UTC) - timedelta(days=1500), set[str]()
    entries = [
        entry
        for number in range(INCIDENTS)
        for entry in story(number, first + timedelta(hours=7 * number), taken)
    ]
    Journal(root, "journal").append(entries)
    return entries[-1].subject


def seconds(root: Path, environment: Mapping[str, str], *arguments: str) -> float:
    """How long the whole process takes."""
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "lightship", *arguments],
        cwd=root,
        env=environment,
        check=True,
        capture_output=True,
    )
    return time.perf_counter() - began


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "portal")
        id = portal(root)
        environment = {**os.environ, "XDG_CACHE_HOME": str(Path(folder, "cache"))}
        cold = seconds(root, environment, "incident", "list")
        print(f"{INCIDENTS:,} incidents × 20 events; seconds of whole processes, the best of {RUNS}")
        print(f"  cold     {'incident list':<38} {cold:6.2f}")
        for arguments in (
            ("incident", "list"),
            ("incident", "list", "--all"),
            ("incident", "list", "--service", "service-7"),
            ("incident", "list", "--format", "json"),
            ("incident", "show", id),
            ("brief", id),
            ("brief", "service-7"),
        ):
            warm = min(seconds(root, environment, *arguments) for _ in range(RUNS))
            print(f"  warm     {' '.join(arguments):<38} {warm:6.2f}")
        told = min(
            seconds(root, environment, "incident", "update", id, f"news {number}", "--offline")
            for number in range(RUNS)
        )
        print(f"  writing  {'incident update, of one of them':<38} {told:6.2f}")
        new = ("incident", "declare", "--service", "service-7", "--severity", "SEV2", "--offline", "--title")
        told = min(seconds(root, environment, *new, f"Case {number}") for number in range(RUNS))
        print(f"  writing  {'incident declare, with its brief':<38} {told:6.2f}")
        more = seconds(root, environment, "incident", "list")
        print(f"  after    {'incident list, one event later':<38} {more:6.2f}")
        for what in ("build, an empty folder", "build, nothing changed", "build, one event later"):
            if "event" in what:
                seconds(root, environment, "incident", "update", id, "more news", "--offline")
            print(f"  pages    {what:<38} {seconds(root, environment, 'build'):6.2f}")


if __name__ == "__main__":
    main()
