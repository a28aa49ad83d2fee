"""Building: all of it by two ways, only what changed, nothing that is not its own."""

from __future__ import annotations

import json
import random
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.trees import lightship, write

from lightship.catalog.read import parse
from lightship.commands.build import publish
from lightship.portal.store import MANIFEST, UNFINISHED, open_store

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ROOT = Path(__file__).parents[2]
_MOVING = (MANIFEST, "api/portal.json")


@pytest.fixture
def copy(shop: Path, tmp_path: Path) -> Path:
    """The demo's files, to be changed."""
    return shutil.copytree(shop, tmp_path / "copy")


def _files(folder: Path) -> Mapping[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_command_prints_where_and_is_content_with_findings(copy: Path, tmp_path: Path) -> None:
    write(copy, {"catalog/services/broken.yaml": "name: [\n"})
    done = lightship(copy, "build", "--out", str(tmp_path / "out"))
    assert done.code == 0, done.err
    assert done.out == f"{tmp_path / 'out'}/index.html\n"
    assert "errors" in done.err
    assert (tmp_path / "out/services/checkout/index.html").is_file()
    assert "broken" in (tmp_path / "out/findings/index.html").read_text("utf-8")


def test_what_cannot_be_read_has_a_page_that_says_why(copy: Path, tmp_path: Path) -> None:
    write(copy, {"catalog/services/checkout.yaml": "name: Checkout\nowner: [\n"})
    publish(copy, tmp_path / "out", NOW)
    page = (tmp_path / "out/services/checkout/index.html").read_text("utf-8")
    assert "catalog/services/checkout.yaml" in page
    assert "ls-found" in page


def test_a_second_build_writes_nothing(copy: Path, tmp_path: Path) -> None:
    first, _ = publish(copy, tmp_path / "out", NOW)
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*") if path.is_file()}
    second, _ = publish(copy, tmp_path / "out", NOW)
    assert first.written > 100
    assert (second.written, second.removed) == (0, 0)
    assert second.rendered < first.rendered / 3
    changed = {path.name for path, at in before.items() if path.stat().st_mtime_ns != at}
    assert changed <= {MANIFEST}


def test_what_is_gone_is_removed_and_what_is_not_ours_stays(copy: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    write(out, {"services/notes.txt": "mine", "CNAME": "portal.example.org"})
    publish(copy, out, NOW)
    write(copy, {"catalog/services/telemetry-docs.yaml": None})
    built, _ = publish(copy, out, NOW)
    assert built.removed == 1
    assert not (out / "services/telemetry-docs").exists()
    assert (out / "services/notes.txt").read_text() == "mine"
    assert (out / "CNAME").read_text() == "portal.example.org"


def test_a_lost_page_comes_back(copy: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    publish(copy, out, NOW)
    page = out / "services/cart/index.html"
    was = page.read_bytes()
    page.unlink()
    publish(copy, out, NOW)
    assert page.read_bytes() == was


def test_a_build_that_was_cut_short_is_not_believed(copy: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    publish(copy, out, NOW)
    whole = _files(out)
    (out / MANIFEST).rename(out / UNFINISHED)
    (out / "services/cart/index.html").write_bytes(b"half of " + whole["services/cart/index.html"][8:])
    write(out, {"services/notes.txt": "mine"})
    publish(copy, out, NOW)
    assert _files(out) == {**whole, "services/notes.txt": b"mine"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"format": 1}',
        '{"format": 0, "files": {}}',
        '{"format":1,"files":{"../../x":["",1,""]}}',
    ],
)
def test_a_list_that_cannot_be_read_counts_as_none(tmp_path: Path, text: str) -> None:
    write(tmp_path, {MANIFEST: text})
    assert not open_store(tmp_path).known


def test_mkdocs_alone_gives_the_same(demo: Path, tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "mkdocs",
            "build",
            "--quiet",
            "--config-file",
            str(demo / "mkdocs.yml"),
            "--site-dir",
            str(one),
        ],
        cwd=demo,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert lightship(demo, "build", "--out", str(other)).code == 0
    # Beside the portal, MkDocs leaves what belongs to its own search.
    ours, theirs = _files(other), _files(one)
    missing = ours.keys() - theirs.keys()
    assert not missing
    differ = {file for file in ours if ours[file] != theirs[file] and file not in _MOVING}
    assert not {file for file in differ if not file.endswith(".html")}
    assert not [file for file in differ if _still(ours[file]) != _still(theirs[file])]


def _still(page: bytes) -> bytes:
    """A page without what moves with the clock: times, and numbers."""
    return re.sub(rb">[^<]*</time>|title=\"[^\"]*\"|[0-9.]+", b"", page)


def _edits(root: Path, dice: random.Random) -> Iterator[str]:
    """Changes a field of a random entity, again and again."""
    paths = sorted(path for path in (root / "catalog").rglob("*.yaml"))
    for number in range(24):
        path = dice.choice(paths)
        data = parse(path.read_bytes())
        field = dice.choice(sorted(data))
        value = data[field]
        if isinstance(value, str):
            data[field] = (
                f"{value} {number}"
                if field in ("name", "description", "job", "impact", "promise")
                else dice.choice((value, None))
            )
        elif isinstance(value, list):
            data[field] = value[1:] or value
        data = {key: each for key, each in data.items() if each is not None}
        path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        yield f"{path.relative_to(root)}: {field}"


@pytest.mark.parametrize(
    ("seed", "every"), [(7, 4), *(pytest.param(seed, 1, marks=pytest.mark.slow) for seed in range(10, 16))]
)
def test_what_is_kept_is_what_would_be_built(copy: Path, tmp_path: Path, seed: int, every: int) -> None:
    """After every edit the folder that was only brought up to date equals one that is built anew."""
    out = tmp_path / "out"
    publish(copy, out, NOW)
    for number, edit in enumerate(_edits(copy, random.Random(seed))):
        publish(copy, out, NOW)
        if number % every:
            continue
        fresh = tmp_path / f"fresh{number}"
        publish(copy, fresh, NOW)
        kept, anew = _files(out), _files(fresh)
        assert kept.keys() == anew.keys(), edit
        assert not [file for file in kept if kept[file] != anew[file] and file != MANIFEST], edit
        shutil.rmtree(fresh)


def test_where_one_process_is_all_there_is(copy: Path, tmp_path: Path) -> None:
    """With a thread beside, nothing is forked; the result is the same."""
    publish(copy, tmp_path / "two", NOW)
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    try:
        built, _ = publish(copy, tmp_path / "one", NOW)
    finally:
        stop.set()
        thread.join()
    one, two = _files(tmp_path / "one"), _files(tmp_path / "two")
    assert built.written == len(one) - 1
    assert {file: data for file, data in one.items() if file != MANIFEST} == {
        file: data for file, data in two.items() if file != MANIFEST
    }
