"""Building with a journal: pages follow its entries, only those that changed, and damage never stops the rest."""

from __future__ import annotations

import json
import os
import random
import subprocess
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from tests.trees import commit, git, lightship, write

from lightship.commands.build import publish
from lightship.incidents import events, lifecycle
from lightship.incidents.events import Event
from lightship.journal.entry import Actor, Entry
from lightship.journal.store import Journal
from lightship.portal.store import MANIFEST

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
ADA = Actor("Ada Example", "ada", True)
SHOP = {
    "lightship.yaml": "name: Shop\nurl: https://portal.example.com/shop\n",
    "catalog/people/ada.yaml": "name: Ada Example\n",
    "catalog/people/bo.yaml": "name: Bo Example\n",
    "catalog/teams/payments.yaml": "name: Payments\nmembers: [ada, bo]\n",
    "catalog/runbooks/restart.yaml": "name: Restart it\nsteps: [{title: Restart, command: make restart}]\n",
    "catalog/services/checkout.yaml": "name: Checkout\nowner: payments\nrunbooks: [restart]\n",
    "catalog/services/cart.yaml": "name: Cart\nowner: payments\n",
    "catalog/services/quote.yaml": "name: Quote\nowner: payments\n",
}
SERVICES = ("checkout", "cart", "quote")


def _id(number: int) -> str:
    return f"inc-{NOW - timedelta(days=200 - number):%Y%m%d}-{number:06d}"


def _entry(number: int, step: int, event: Event, after: timedelta = timedelta()) -> Entry:
    at = NOW - timedelta(days=200 - number) + timedelta(minutes=step) + after
    return lifecycle.entry(
        _id(number), event, ADA, at, sha256(f"{number} {step} {after}".encode()).digest()[:10]
    )


def _past(count: int) -> list[Entry]:
    """Incidents that are long over, a day each."""
    made = []
    for number in range(count):
        title = f"Trouble {number}"
        services = (SERVICES[number % 3],)
        made += [
            _entry(number, 0, events.Declared(title=title, severity="SEV3", services=services)),
            _entry(number, 5, events.Updated(text="Looking at it.")),
            _entry(number, 30, events.Resolved(text="Restarted.")),
        ]
    return made


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with forty incidents."""
    commit(tmp_path / "shop", SHOP)
    _record(tmp_path / "shop", _past(40))
    return tmp_path / "shop"


def _record(root: Path, entries: Sequence[Entry]) -> None:
    Journal(root, "journal").append(entries)


def _files(folder: Path) -> Mapping[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != MANIFEST
    }


def test_what_is_recorded_has_a_page_and_is_found(root: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    publish(root, out, NOW)
    assert "Trouble 7" in (out / f"incidents/{_id(7)}/index.html").read_text("utf-8")
    table = json.loads((out / "incidents/list.json").read_text("utf-8"))
    assert len(table["rows"]) == 40
    facets = dict(table["facets"])
    assert facets["service"] == ["Checkout", "Cart", "Quote"]
    index = json.loads((out / "search.json").read_text("utf-8"))
    assert "Trouble 7" in {row[2] for row in index["pages"]}


def test_a_second_build_writes_nothing_and_one_entry_changes_few_pages(root: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    first, _ = publish(root, out, NOW)
    again, _ = publish(root, out, NOW)
    assert again.written == 0
    always = again.rendered
    assert first.rendered - always >= 40
    _record(root, [_entry(7, 60, events.FollowedUp(id="alert", title="Alert on it", owner="bo"))])
    third, _ = publish(root, out, NOW)
    # Its own page, that of the person who owes it now, and the two of the metrics.
    assert third.rendered - always <= 4
    assert "Alert on it" in (out / f"incidents/{_id(7)}/index.html").read_text("utf-8")
    assert "Alert on it" in (out / "people/bo/index.html").read_text("utf-8")


def _happening(dice: random.Random, number: int) -> Entry:
    """Something that may be told of an incident at any time."""
    text = f"Told {dice.random()}"
    things: tuple[Event, ...] = (
        events.Updated(text=text),
        events.Updated(roles={"commander": dice.choice(("ada", "bo", ""))}),
        events.Corrected(reason=text, title=text[:60]),
        events.Corrected(reason=text, services=(dice.choice(SERVICES),)),
        events.Reopened(reason=text),
        events.Closed(reason=text, duplicate_of=_id(dice.randrange(40))),
        events.FollowedUp(id="alert", title=text, owner=dice.choice(("ada", "bo"))),
        events.Helped(runbook="restart", content_hash="0123456789abcdef", helped=dice.random() < 0.5),
        events.PostmortemDrafted(path="catalog/postmortems/x.md"),
    )
    return _entry(number, 100, dice.choice(things), timedelta(minutes=dice.randrange(10_000)))


@pytest.mark.parametrize(
    ("seed", "rounds"), [(3, 4), *(pytest.param(seed, 25, marks=pytest.mark.slow) for seed in range(10, 14))]
)
def test_what_is_kept_is_what_would_be_built(root: Path, tmp_path: Path, seed: int, rounds: int) -> None:
    """Whatever is told or changed, the folder that was only brought up to date equals one that is built anew."""
    dice, out = random.Random(seed), tmp_path / "out"
    publish(root, out, NOW)
    for number in range(rounds):
        if number % 3 == 2:
            name = f"name: Other {number}\n"
            path = dice.choice(("people/ada", "people/bo", "services/cart", "runbooks/restart"))
            write(root, {f"catalog/{path}.yaml": name + SHOP[f"catalog/{path}.yaml"].partition("\n")[2]})
        _record(root, [_happening(dice, dice.randrange(40)) for _ in range(2)])
        publish(root, out, NOW)
        fresh = tmp_path / f"fresh{number}"
        publish(root, fresh, NOW)
        kept, anew = _files(out), _files(fresh)
        assert kept.keys() == anew.keys()
        assert [file for file in kept if kept[file] != anew[file]] == []


def test_a_damaged_journal_stops_nothing(root: Path, tmp_path: Path) -> None:
    tip = git(root, "rev-parse", "journal")
    (root / ".git/objects" / tip[:2] / tip[2:]).unlink(missing_ok=True)
    for pack in (root / ".git/objects/pack").glob("*"):
        pack.unlink()
    out = tmp_path / "out"
    done = lightship(root, "build", "--out", str(out))
    assert done.code == 0, done.err
    assert "Traceback" not in done.err
    assert "Checkout" in (out / "services/checkout/index.html").read_text("utf-8")
    assert "journal-unreadable" in (out / "findings/index.html").read_text("utf-8")


def test_what_is_no_entry_stops_nothing(root: Path, tmp_path: Path) -> None:
    blob = git(root, "hash-object", "-w", "lightship.yaml")
    index = {"GIT_INDEX_FILE": str(tmp_path / "index")}
    for command in (
        ["read-tree", "journal"],
        ["update-index", "--add", "--cacheinfo", f"100644,{blob},2026/01/01/broken.json"],
    ):
        subprocess.run(["git", *command], cwd=root, env={**os.environ, **index}, check=True)
    tree = subprocess.run(
        ["git", "write-tree"],
        cwd=root,
        env={**os.environ, **index},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    tip = git(root, "commit-tree", tree, "-p", "journal", "-m", "no entry")
    git(root, "update-ref", "refs/heads/journal", tip)
    built, _ = publish(root, tmp_path / "out", NOW)
    assert built.pages > 40


def test_programs_and_feed_readers_get_them_too(root: Path, tmp_path: Path) -> None:
    _record(
        root, [_entry(41, 0, events.Declared(title="<b>&\x07 burns", severity="SEV1", services=("cart",)))]
    )
    publish(root, tmp_path, NOW)
    told = json.loads((tmp_path / "api/incidents.json").read_text("utf-8"))
    assert (len(told), told[0]["state"], told[0]["ended"]) == (41, "declared", None)
    assert told[0]["page"] == f"incidents/{_id(41)}/"
    atom = "{http://www.w3.org/2005/Atom}"
    feed = ET.fromstring((tmp_path / "feeds/incidents.xml").read_bytes())
    first = feed.find(f"{atom}entry")
    assert first is not None
    assert first.findtext(f"{atom}title") == "SEV1 <b>&\ufffd burns: declared"
    links = [link.get("href") for link in first.iter(f"{atom}link")]
    assert links == [f"https://portal.example.com/shop/incidents/{_id(41)}/"]
    assert {entry.findtext(f"{atom}id") for entry in feed.iter(f"{atom}entry")} >= {f"urn:lightship:{_id(7)}"}


def test_only_files_of_post_mortems_are_read(root: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("a secret", encoding="utf-8")
    folder = "catalog/postmortems"
    write(
        root, {f"{folder}/{_id(3)}.md": "It was us.", f"{folder}/notes.txt": "x", f"{folder}/README.md": "x"}
    )
    (root / folder / f"{_id(4)}.md").symlink_to(secret)
    write(root, {f"{folder}/{_id(5)}.md": "x" * 300_000})
    publish(root, tmp_path / "out", NOW)
    assert {path.name for path in (tmp_path / "out/postmortems").iterdir() if path.is_dir()} == {_id(3)}
