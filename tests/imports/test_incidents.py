"""Histories of other tools: what is read, what is named instead, and what the journal gets."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import mean, median

import pytest
from tests import trees
from tests.imports.histories import GOOD, PORTAL, catalog, issue

from lightship.catalog.settings import Settings
from lightship.commands.import_ import incidents
from lightship.imports.incidents.carry import Carried, carry
from lightship.imports.incidents.csv import COLUMNS
from lightship.imports.incidents.past import Past, Problem
from lightship.incidents.book import book
from lightship.incidents.incident import Incident
from lightship.incidents.promises import promises

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def _carried(
    root: Path,
    items: list[Past | Problem],
    known: Iterable[Incident] = (),
    mapping: Mapping[str, str] | None = None,
) -> Carried:
    return carry(items, "cstate", catalog(root), mapping or {}, known, NOW)


def _past(**more: object) -> Past:
    begin = datetime(2026, 3, 1, 9, tzinfo=UTC)
    given = {
        "path": "x/a.md",
        "line": 1,
        "file": "a.md",
        "key": "k",
        "title": "It broke",
        "severity": "SEV2",
        "began_at": begin,
    }
    return Past(**{**given, **more})


def _ended(minutes: float) -> dict[str, datetime]:
    return {"resolved": datetime(2026, 3, 1, 9, tzinfo=UTC) + timedelta(minutes=minutes)}


def test_the_same_file_makes_the_same_entries(tmp_path: Path) -> None:
    first, second = (_carried(tmp_path, [_past(reached=_ended(60))]) for _ in range(2))
    assert [each.to_bytes() for each in first.entries] == [each.to_bytes() for each in second.entries]
    (incident,) = book(first.entries).incidents.values()
    assert re.fullmatch(r"inc-20260301-[0-9a-z]{10}", incident.id)
    assert incident.milestones["resolved"].source == "import"
    assert incident.source == {"system": "cstate", "key": "k", "path": "a.md"}
    again = _carried(tmp_path, [_past(reached=_ended(60))], book(first.entries).incidents.values())
    assert (again.entries, again.unchanged, again.imported) == ([], 1, [])


def test_an_incident_that_ends_at_its_source_ends_here(tmp_path: Path) -> None:
    first = _carried(tmp_path, [_past()])
    (still,) = book(first.entries).incidents.values()
    assert still.is_open
    later = _carried(tmp_path, [_past(reached=_ended(90))], [still])
    (over,) = book([*first.entries, *later.entries]).incidents.values()
    assert (over.state, later.ended, later.unchanged) == ("resolved", 1, 0)
    changed = _carried(tmp_path, [_past(reached=_ended(95))], [over])
    assert (changed.entries, len(changed.problems)) == ([], 1)
    assert "lightship incident correct" in changed.problems[0].reason


def test_an_end_that_cannot_be_closes_the_incident(tmp_path: Path) -> None:
    (incident,) = book(
        _carried(tmp_path, [_past(over="it ends before it begins")]).entries
    ).incidents.values()
    assert (incident.state, incident.closed_reason) == ("closed", "it ends before it begins")
    assert "resolved" not in incident.milestones


def test_an_end_that_was_mended_at_its_source_counts(tmp_path: Path) -> None:
    first = _carried(tmp_path, [_past(over="it ends before it begins")])
    (closed,) = book(first.entries).incidents.values()
    mended = _carried(tmp_path, [_past(reached=_ended(30))], [closed])
    (over,) = book([*first.entries, *mended.entries]).incidents.values()
    assert (mended.ended, over.milestones["resolved"].at) == (1, _ended(30)["resolved"])
    again = _carried(tmp_path, [_past(reached=_ended(30))], [over])
    assert (again.entries, again.unchanged) == ([], 1)


def test_names_become_services_or_labels(tmp_path: Path) -> None:
    items: list[Past | Problem] = [
        _past(key="1", names=("Checkout", "ci")),
        _past(key="2", names=("checkuot", "old shop", "Checkout of the web", "chalk")),
    ]
    done = _carried(tmp_path, items, mapping={"OLD shop": "checkout", "unheard": "checkout"})
    one, two = (
        each for each in sorted(book(done.entries).incidents.values(), key=lambda each: each.source["key"])
    )
    assert (one.services, one.labels) == (("checkout",), ("ci",))
    assert (two.services, two.labels) == (
        ("checkout",),
        ("checkuot", "Checkout of the web", "chalk"),
    )
    assert {each.name: (each.count, each.near) for each in done.labels} == {
        "checkuot": (1, "checkout"),
        "Checkout of the web": (1, "checkout"),
        "chalk": (1, ""),
        "ci": (1, ""),
    }
    assert done.unused == ("unheard",)


def test_what_is_still_to_come_waits(tmp_path: Path) -> None:
    future = NOW + timedelta(hours=1)
    items: list[Past | Problem] = [
        _past(key="1", began_at=future),
        _past(key="2", reached={"resolved": future}),
        _past(key="3", settled_at=future),
        _past(key="4"),
        _past(key="4", path="b.md"),
    ]
    done = _carried(tmp_path, items)
    assert [each.key for each in done.imported] == ["4"]
    assert [each.reason.rpartition(":")[2].strip() for each in done.problems] == [
        "import again then", "import again then", "import again then", "not imported",
    ]  # fmt: skip


def _durations(root: Path) -> tuple[list[float], list[Path], list[Path]]:
    """Minutes of issues that are no notices, as a few lines read them; files that end before they begin; all files."""
    minutes, negative, files = [], [], sorted(root.glob("*/content/issues/*.md"))
    for file in files:
        front = dict(re.findall(r"^(\w+)\s*[:=]\s*[\"']?(.*?)[\"']?\s*$", file.read_text(), re.MULTILINE))
        if front.get("severity") == "notice" or front.get("informational") == "true":
            continue
        begin, end = (
            at if (at := datetime.fromisoformat(front[name])).tzinfo else at.replace(tzinfo=UTC)
            for name in ("date", "resolvedWhen")
        )
        if end < begin:
            negative.append(file)
        else:
            minutes.append((end - begin).total_seconds() / 60)
    return minutes, negative, files


def _portal(root: Path) -> Path:
    trees.commit(root, PORTAL)
    return root


def test_real_cstate_histories_give_their_own_means(shared: Path, tmp_path: Path) -> None:
    source, root = shared / "data" / "incidents-cstate", _portal(tmp_path / "portal")
    minutes, negative, files = _durations(source)
    arguments = ("import", "incidents", "--from", "cstate", str(source), "--offline", "--format", "json")
    first = json.loads(trees.lightship(root, *arguments).out)
    assert first["imported"] == len(files) > 90
    named = {each["path"] for each in first["problems"] if "ends before it begins" in each["reason"]}
    assert named == {file.relative_to(source).as_posix() for file in negative}
    assert len(named) == 3
    figures = json.loads(trees.lightship(root, "metrics", "--format", "json").out)["mttr"]
    assert figures["n"] == len(minutes)
    assert figures["mean_minutes"] == pytest.approx(mean(minutes))
    assert figures["median_minutes"] == pytest.approx(median(minutes))
    excluded = {each["id"]: each["reason"] for each in figures["excluded"]}
    assert len(excluded) == 3 and all("ends before it begins" in reason for reason in excluded.values())
    again = json.loads(trees.lightship(root, *arguments).out)
    assert (again["imported"], again["unchanged"]) == (0, len(files))


def test_real_upptime_histories_give_their_own_means(shared: Path, tmp_path: Path) -> None:
    source, root = shared / "data" / "incidents-upptime", _portal(tmp_path / "portal")
    down: dict[tuple[str, str, str], float] = {}
    for file in source.glob("*/history/summary.json"):
        for site in json.loads(file.read_text()):
            for day, count in site["dailyMinutesDown"].items():
                down[file.parts[-3], site["slug"], day] = count
    arguments = ("import", "incidents", "--from", "upptime", str(source), "--offline", "--format", "json")
    assert json.loads(trees.lightship(root, *arguments).out)["imported"] == len(down) > 100
    figures = json.loads(trees.lightship(root, "metrics", "--format", "json").out)["mttr"]
    assert (figures["n"], figures["excluded"]) == (len(down), [])
    assert figures["mean_minutes"] == pytest.approx(mean(down.values()))
    assert figures["median_minutes"] == median(down.values())
    assert json.loads(trees.lightship(root, *arguments).out)["imported"] == 0


def test_two_clones_that_import_the_same_end_with_one_set(tmp_path: Path) -> None:
    trees.write(tmp_path, {f"old/content/issues/{name}.md": issue(GOOD) for name in "abc"})
    hub, one, two = tmp_path / "hub.git", _portal(tmp_path / "one"), tmp_path / "two"
    trees.git(tmp_path, "clone", "--quiet", "--bare", str(one), str(hub))
    trees.git(one, "remote", "add", "origin", str(hub))
    trees.git(tmp_path, "clone", "--quiet", str(hub), str(two))
    command = ("import", "incidents", "--from", "cstate", "--format", "json")
    # Different people, who name different folders of the same site.
    for clone, path, who in ((one, "../old", "ada"), (two, "../old/content", "bo")):
        done = json.loads(trees.lightship(clone, *command, path, "--as", who, "--offline").out)
        assert (done["imported"], done["pending"] != []) == (3, True)
    for clone in (one, two, one):
        synced = trees.lightship(clone, "journal", "sync")
        assert synced.code == 0, synced.err
    assert trees.git(one, "rev-parse", "journal") == trees.git(two, "rev-parse", "journal")
    kinds = [
        json.loads(each)["kind"]
        for each in trees.lightship(one, "journal", "log", "--format", "json").out.splitlines()
    ]
    assert sorted(kinds) == ["import.run"] * 2 + ["incident.declared"] * 3 + ["incident.resolved"] * 3
    assert json.loads(trees.lightship(two, *command, "../old").out)["unchanged"] == 3
    shown = json.loads(trees.lightship(one, "incident", "list", "--all", "--format", "json").out)
    assert [each["flags"] for each in shown] == [[], [], []]


def test_clones_that_mean_different_things_by_a_name_can_still_be_synced(tmp_path: Path) -> None:
    trees.write(tmp_path, {"old/issues/a.md": issue(GOOD)})
    hub, one, two = tmp_path / "hub.git", _portal(tmp_path / "one"), tmp_path / "two"
    trees.git(tmp_path, "clone", "--quiet", "--bare", str(one), str(hub))
    trees.git(one, "remote", "add", "origin", str(hub))
    trees.git(tmp_path, "clone", "--quiet", str(hub), str(two))
    command = ("import", "incidents", "--from", "cstate", "../old", "--offline")
    assert trees.lightship(one, *command).code == 0
    assert trees.lightship(two, *command, "--map", "ci=checkout").code == 0
    for clone in (one, two):
        synced = trees.lightship(clone, "journal", "sync")
        assert synced.code == 0, synced.err
    shown = json.loads(trees.lightship(two, "incident", "list", "--all", "--format", "json").out)
    assert [each["flags"] for each in shown] == [["declared a second time by cstate"]]


def test_a_plan_writes_nothing_and_offers_the_mapping(tmp_path: Path) -> None:
    root = _portal(tmp_path / "portal")
    trees.write(tmp_path, {"old/issues/a.md": issue(GOOD.replace("- ci", "- Checkuot\n  - my shop"))})
    arguments = ("import", "incidents", "--from", "cstate", "../old")
    plan = trees.lightship(root, *arguments, "--plan")
    assert (plan.code, plan.out.partition(" (")[0]) == (0, "would import 1")
    assert "1 × Checkuot  --map Checkuot=checkout" in plan.out
    assert trees.git(root, "branch", "--list", "journal") == ""
    done = trees.lightship(root, *arguments, "--map", "Checkuot=checkout", "--map", "my shop=checkout")
    assert (done.code, "labels" in done.out) == (0, False)
    found = json.loads(trees.lightship(root, "metrics", "--by", "service", "--format", "json").out)
    assert found["groups"]["checkout"]["mttr"]["median_minutes"] == 90


@pytest.mark.parametrize(
    ("pair", "said"),
    [
        ("a=chekout", "did you mean 'checkout'?"),
        ("checkout", "is not NAME=SERVICE"),
        ("=checkout", "is not NAME=SERVICE"),
    ],
)
def test_a_mapping_names_a_service(tmp_path: Path, pair: str, said: str) -> None:
    root = _portal(tmp_path / "portal")
    done = trees.lightship(root, "import", "incidents", "--from", "csv", ".", "--map", pair)
    assert (done.code, said in done.err) == (2, True)


def test_nothing_is_promised_of_what_was_imported(tmp_path: Path) -> None:
    done = _carried(tmp_path, [_past(key="open"), _past(key="over", reached=_ended(60))])
    assert promises(book(done.entries).incidents.values(), Settings(), NOW) == ()


def test_the_help_names_every_column() -> None:
    assert incidents.help
    assert not [name for name in COLUMNS if name not in incidents.help]
