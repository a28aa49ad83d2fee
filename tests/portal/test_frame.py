"""The frame: the same at any depth and below any path, nothing inline, names from YAML are text."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

import pytest
from markupsafe import Markup
from selectolax.lexbor import LexborHTMLParser
from tests.trees import write

from lightship.errors import CouldNotRun
from lightship.portal import frame

ROOT = Path(__file__).parents[2]
STAMP = Markup('<span class="ls-stamp">Data as of today.</span>')


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where frames are kept."""
    return tmp_path_factory.mktemp("frames")


@pytest.fixture(scope="module")
def frames(kept: Path) -> frame.Frames:
    """The frame of this repository, for a portal with an awkward name."""
    return frame.load(frame.draw(ROOT, kept), "Shop & <Sons>", STAMP)


def _addresses(page: bytes) -> list[str]:
    tree = LexborHTMLParser(page.decode())
    return [node.attributes[name] or "" for name in ("href", "src") for node in tree.css(f"[{name}]")]


@pytest.mark.parametrize("path", ["", "services/", "services/cart/", "a/b/c/d/"])
def test_addresses_hold_at_any_depth(frames: frame.Frames, path: str) -> None:
    page = frames.fill("services", path, "Cart", "<p>body</p>")
    files = {file for file, _ in frames.assets()}
    for address in _addresses(page):
        assert not re.match(r"^([a-z]+:|/)", address), address
        if address.startswith("#"):
            continue
        target = posixpath.normpath(posixpath.join("/pages", path, address))
        assert target.startswith("/pages"), address
        if "." in posixpath.basename(target):
            assert target.removeprefix("/pages/") in files


def test_the_body_the_title_and_the_tab(frames: frame.Frames) -> None:
    tree = LexborHTMLParser(frames.fill("services", "services/cart/", "Cart <b>", "<p>body</p>").decode())
    assert tree.css_first("title").text() == "Cart <b> · Shop & <Sons>"
    assert tree.css_first("article p").text() == "body"
    assert tree.css_first(".md-tabs__item--active").text(strip=True) == "Services"
    assert tree.css_first(".ls-stamp").text() == "Data as of today."
    assert tree.css_first(".md-header__topic span").text(strip=True) == "Shop & <Sons>"
    assert tree.css_first("meta[name=lightship-root]").attributes["content"] == "../../"


def test_there_is_a_policy_and_nothing_inline(frames: frame.Frames) -> None:
    for section in frames.sections:
        tree = LexborHTMLParser(frames.fill(section, "x/", "X", "").decode())
        policy = tree.css_first("meta[http-equiv=Content-Security-Policy]").attributes["content"] or ""
        assert "unsafe" not in policy
        assert "default-src 'self'" in policy
        assert not tree.css("style")
        assert not tree.css("[style]")
        for script in tree.css("script"):
            assert script.attributes.get("src") or script.attributes.get("type") == "application/json"


def test_every_tab_is_a_section_or_written_by_hand(frames: frame.Frames) -> None:
    assert {
        "home",
        "services",
        "oncall",
        "runbooks",
        "scorecards",
        "initiatives",
        "teams",
        "people",
        "systems",
    } <= frames.sections.keys()
    assert "guide/index.html" in {file for file, _ in frames.hand_written()}


def test_an_entity_page_takes_the_tab_of_its_folder(frames: frame.Frames) -> None:
    assert frames.section("more", "slos/x/") == "slos"
    assert frames.section("oncall", "schedules/x/") == "oncall"
    assert frames.section("more", "unheard-of/") == "home"


def test_404_is_absolute(frames: frame.Frames) -> None:
    page = frames.not_found("/portal/")
    assert all(address.startswith(("/portal/", "#")) for address in _addresses(page))


def test_drawn_once(kept: Path, frames: frame.Frames) -> None:
    before = {path: path.stat().st_mtime_ns for path in kept.iterdir()}
    frame.draw(ROOT, kept)
    assert {path: path.stat().st_mtime_ns for path in kept.iterdir()} == before


def test_a_repository_without_a_frame_gets_lightships_own(tmp_path: Path) -> None:
    assert frame.repository_of_frame(tmp_path) == ROOT
    write(tmp_path, {"mkdocs.yml": "site_name: Somebody's handbook\n"})
    assert frame.repository_of_frame(tmp_path) == ROOT
    write(tmp_path, {"mkdocs.yml": "hooks: [tools/lightship/mkdocs_hook.py]\n"})
    assert frame.repository_of_frame(tmp_path) == tmp_path


def test_a_frame_that_cannot_be_drawn_is_said(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "mkdocs.yml": "hooks: [tools/lightship/mkdocs_hook.py]\ntheme: nowhere\nsite_name: x\n",
            "site/index.md": "x",
        },
    )
    with pytest.raises(CouldNotRun, match="drawing the frame"):
        frame.draw(tmp_path, tmp_path / "kept")
