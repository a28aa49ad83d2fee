"""Text from YAML never becomes markup: hundreds of vectors in every string field of every kind, every page parsed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from markupsafe import Markup
from selectolax.lexbor import LexborHTMLParser
from tests.portal.live import live
from tests.portal.placing import Placed, entity
from tests.portal.vectors import VECTORS
from tests.trees import write

from lightship.catalog.kinds import KINDS, model
from lightship.commands.build import publish
from lightship.portal import frame

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
_NAME = '"><script>window.pwned=1</script>{{7*191}}'


def _special(kind: str, number: int, data: dict[str, Any]) -> dict[str, Any]:
    """What makes the entities hang together, so that each text is shown wherever an entity is named."""
    if kind == "scorecard":
        # Two hundred scorecards that judge everything would make two hundred times the pages.
        data["applies_to"] = "true" if number % 40 == 0 else f"service.id == 't{number}'"
        data["levels"] = [{**data["levels"][0], "id": "t0"}]
        for rule in data["rules"]:
            rule.update(
                id=f"t{number}", level="t0", check="false" if number % 2 else data["rules"][0]["check"]
            )
    if kind == "service" and number % 40:
        # Two hundred actions on two hundred services would be forty thousand rehearsals.
        data["tier"] = 2
    if kind == "waiver":
        data["rule"] = f"t{number}"
    if kind == "schedule":
        data["source"] = "rotations"
    return data


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Mapping[str, Placed]]:
    """A repository with every vector in every kind, the portal that was built from it, and what took which."""
    root, out = tmp_path_factory.mktemp("hostile"), tmp_path_factory.mktemp("portal")
    placed: dict[str, Placed] = {kind: Placed() for kind in KINDS}
    files: dict[str, str] = {"lightship.yaml": json.dumps({"name": _NAME, "description": VECTORS[0]})}
    for number, text in enumerate(VECTORS):
        for kind in KINDS:
            data = entity(model(kind), text, f"t{number}", placed[kind])
            files[f"{model(kind).folder}/t{number}.yaml"] = json.dumps(
                _special(kind, number, data), ensure_ascii=False
            )
        # What is refused is quoted in findings, and those are shown as well.
        files[f"catalog/services/bad{number}.yaml"] = json.dumps(
            {"name": "x", "owner": text, text: 1}, ensure_ascii=False
        )
    write(root, files)
    publish(root, out, NOW)
    return root, out, placed


def test_there_are_enough_vectors() -> None:
    assert len(VECTORS) >= 200


def test_every_kind_takes_texts(portal: tuple[Path, Path, Mapping[str, Placed]]) -> None:
    _, _, placed = portal
    taken = sum(len(each.taken) for each in placed.values())
    refused = sum(len(each.refused - each.taken) for each in placed.values())
    assert all(each.taken for each in placed.values())
    assert taken > 100
    assert refused > 50
    # Ids, references and addresses are what the loader keeps clean itself.
    assert "service.owner" in placed["service"].refused - placed["service"].taken
    assert "person.github" in placed["person"].refused


def test_nothing_is_live(portal: tuple[Path, Path, Mapping[str, Placed]]) -> None:
    _, out, _ = portal
    pages = sorted(out.rglob("*.html"))
    assert len(pages) > 10 * len(VECTORS) * 0.8
    found = {
        page.relative_to(out).as_posix(): some for page in pages if (some := live(page.read_text("utf-8")))
    }
    assert not found, f"{len(found)} of {len(pages)} pages: {list(found.items())[:3]}"


def test_no_template_runs(portal: tuple[Path, Path, Mapping[str, Placed]]) -> None:
    _, out, _ = portal
    assert not [page for page in out.rglob("*.html") if ">1337" in page.read_text("utf-8")]


def test_every_text_that_is_taken_is_shown_as_it_is(portal: tuple[Path, Path, Mapping[str, Placed]]) -> None:
    _, out, _ = portal
    shown = 0
    for number, text in enumerate(VECTORS):
        page = out / f"services/t{number}/index.html"
        if not page.exists():
            continue
        tree = LexborHTMLParser(page.read_text("utf-8"))
        heading = tree.css_first("h1")
        assert heading is not None
        if heading.text().split() == text.split():
            shown += 1
    # The rest has line breaks or invisible characters, which a name must not have.
    assert shown > len(VECTORS) - 25


def test_json_holds_texts_and_no_markup(portal: tuple[Path, Path, Mapping[str, Placed]]) -> None:
    _, out, _ = portal
    index = json.loads((out / "search.json").read_text("utf-8"))
    titles = {row[2] for row in index["pages"]}
    assert VECTORS[0] in titles
    assert not any("&lt;" in title and "&lt;" not in "".join(VECTORS) for title in titles)
    table = json.loads((out / "services/list.json").read_text("utf-8"))
    assert VECTORS[0] in {row[1] for row in table["rows"]}


@pytest.mark.parametrize("text", VECTORS, ids=range(len(VECTORS)))
def test_the_name_of_the_portal_and_of_a_page_is_text(text: str, drawn: Path) -> None:
    frames = frame.load(drawn, text, Markup("<span>x</span>"))
    for path in ("", "services/x/"):
        page = frames.fill("services", path, text, "<p>body</p>").decode()
        assert live(page) == []
        tree = LexborHTMLParser(page)
        assert tree.css_first("p").text() == "body"
    assert live(frames.not_found("/portal/").decode()) == []


def test_the_check_sees_what_is_live() -> None:
    seen = [text for text in VECTORS if live(f"<p>{text}</p>") or live(f'<a href="{text}">x</a>')]
    assert len(seen) > 130


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The frame, as MkDocs drew it."""
    return frame.draw(frame.repository_of_frame(Path(__file__).parents[2]), tmp_path_factory.mktemp("frames"))
