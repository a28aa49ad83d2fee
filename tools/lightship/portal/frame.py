"""The frame of every page: drawn once by MkDocs-Material, kept by the digest of what it is drawn from, filled by substitution.

A frame is drawn for a page of its own (`services/`); its relative addresses are rewritten for the depth of the page
that it is filled for, so that the portal works below any path.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from urllib.parse import urljoin

from markupsafe import Markup, escape

from lightship.errors import CouldNotRun

NAME = "LightshipPortalName"
BODY = "<!--lightship:body-->"
STAMP = "<!--lightship:stamp-->"
ONLY_THE_FRAME = "only_the_frame"
"""Set in MkDocs' `extra.lightship` where Lightship itself runs MkDocs, and fills the frame later."""

_HOOK = "lightship/mkdocs_hook.py"
_PACKAGE = Path(__file__).parent
_KEPT = 4  # frames in the cache
_SECTION = re.compile(r'<meta name="lightship-section" content="([a-z]+)">')
_TITLE = re.compile(r"<title>.*?</title>", re.DOTALL)
_ADDRESS = re.compile(r' (href|src)="(?![a-z]+:|#|//)([^"]*)"')
_ROOT = re.compile(r'(<meta name="lightship-root" content="|"base": ")[^"]*')
_UNUSED = re.compile(r"^(search/|sitemap\.xml|assets/javascripts/(lunr|workers)/)|\.map$")
_TOPIC = re.compile(r'(data-md-component="header-topic"><span class="md-ellipsis">)[^<]*')
_PLACE = "\0"


def repository_of_frame(root: Path) -> Path:
    """Whose mkdocs.yml and site/ draw the frame: the repository's, or Lightship's own where it has none. Raises CouldNotRun."""
    own = _PACKAGE.parents[2]
    for folder in (root, own):
        try:
            if _HOOK in (folder / "mkdocs.yml").read_text(encoding="utf-8"):
                return folder
        except (FileNotFoundError, UnicodeDecodeError):
            continue
    raise CouldNotRun(
        f"looking for a mkdocs.yml with the hook {_HOOK}: none in {root}; copy Lightship's, and its site/"
    )


def draw(repository: Path, kept: Path) -> Path:
    """The folder that holds the frame drawn from `repository`: one below `kept`, drawn now if it is not there yet."""
    folder = kept / _digest(repository)
    if not folder.is_dir():
        kept.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=kept) as made:
            _run_mkdocs(repository, Path(made) / "frame")
            # Another process may have drawn the same meanwhile.
            if not folder.is_dir():
                os.replace(Path(made) / "frame", folder)
        _forget(kept, folder)
    return folder


def sources(repository: Path) -> Iterator[Path]:
    """The files that the frame is drawn from, in order."""
    yield repository / "mkdocs.yml"
    for folder in (repository / "site", _PACKAGE / "theme"):
        yield from sorted(path for path in folder.rglob("*") if path.is_file())
    yield Path(__file__)
    yield _PACKAGE.parent / "mkdocs_hook.py"


def _digest(repository: Path) -> str:
    from importlib.metadata import version

    digest = hashlib.sha256(f"{version('mkdocs')} {version('mkdocs-material')} {repository}".encode())
    for path in sources(repository):
        digest.update(f"\0{path.name}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:24]


def _run_mkdocs(repository: Path, folder: Path) -> None:
    import logging

    from mkdocs.commands.build import build
    from mkdocs.config import load_config
    from mkdocs.exceptions import MkDocsException

    logging.getLogger("mkdocs").setLevel(logging.WARNING)
    try:
        config = load_config(str(repository / "mkdocs.yml"), site_dir=str(folder))
        config.extra["lightship"] = {ONLY_THE_FRAME: True}
        build(config)
    except MkDocsException as error:
        raise CouldNotRun(f"drawing the frame of the portal: mkdocs: {error}") from error


def _forget(kept: Path, newest: Path) -> None:
    others = sorted(
        (
            path
            for path in kept.iterdir()
            if path.is_dir() and path != newest and not path.name.startswith("tmp")
        ),
        key=lambda path: path.stat().st_mtime,
        reverse=True,
    )
    for path in others[_KEPT - 1 :]:
        shutil.rmtree(path, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A page that MkDocs drew: its text around the body, addresses marked by `_PLACE` and relative to the root."""

    before: str
    after: str


@dataclass(frozen=True)
class Frames:
    """Frames by section, filled for a portal with `name` and the `stamp` of its date; `pages` are the hand-written ones."""

    folder: Path
    name: str
    stamp: Markup
    sections: Mapping[str, _Drawn]
    pages: Mapping[str, str]
    _filled: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)

    def section(self, wanted: str, path: str) -> str:
        """The section whose frame a page takes: that of its folder where it has a stub, else the one `wanted`."""
        folder = path.partition("/")[0]
        return folder if folder in self.sections else wanted if wanted in self.sections else "home"

    def fill(self, section: str, path: str, title: str, body: str) -> bytes:
        """The page at `path` ('' or ending in '/'): `body`, which is HTML, in the frame of `section`."""
        before, after = self._at(section, "../" * path.count("/"))
        text = escape(title)
        head = f"{text} · {escape(self.name)}" if path else escape(self.name)
        return f"{before.replace(_TITLE_MARK, head, 1).replace(_TOPIC_MARK, text, 1)}{body}{after}".encode()

    def _at(self, section: str, root: str) -> tuple[str, str]:
        key = (section, root)
        if key not in self._filled:
            drawn = self.sections[section]
            before, after = (self._finished(part, root) for part in (drawn.before, drawn.after))
            self._filled[key] = (before, after)
        return self._filled[key]

    def _finished(self, text: str, root: str) -> str:
        text = text.replace(_PLACE, root or "./").replace(NAME, escape(self.name))
        return text.replace(STAMP, self.stamp)

    def hand_written(self) -> Iterator[tuple[str, bytes]]:
        """Hand-written pages: (file, its bytes)."""
        for file, text in self.pages.items():
            root = "../" * file.count("/")
            yield file, self._finished(text, root).encode()

    def not_found(self, base: str) -> bytes:
        """404.html, for a portal whose root is the path `base`: it is shown at any address, so nothing in it is relative."""
        return self._finished(_marked(_read(self.folder / "404.html"), ""), escape(base)).encode()

    def assets(self) -> Iterator[tuple[str, Path]]:
        """Files that are no pages: (file, where it lies)."""
        for path in sorted(self.folder.rglob("*")):
            file = path.relative_to(self.folder).as_posix()
            if path.is_file() and path.suffix != ".html" and not _UNUSED.search(file):
                yield file, path


_TITLE_MARK = "\1"
_TOPIC_MARK = "\2"


def load(folder: Path, name: str, stamp: Markup) -> Frames:
    """The frames that lie in `folder`, where MkDocs drew them. Raises CouldNotRun where none does."""
    sections: dict[str, _Drawn] = {}
    pages: dict[str, str] = {}
    for path in sorted(folder.rglob("*.html")):
        file = path.relative_to(folder).as_posix()
        text = _read(path)
        if found := _SECTION.search(text):
            before, _, after = _stub(text, file).partition(BODY)
            sections[found[1]] = _Drawn(before, after)
        elif STAMP in text and file != "404.html":
            pages[file] = _marked(text, file)
    if "home" not in sections:
        raise CouldNotRun(
            "drawing the frame of the portal: no page of site/ has `section: home` in its front matter"
        )
    return Frames(folder, name, stamp, sections, pages)


def _stub(text: str, file: str) -> str:
    text = _TITLE.sub(f"<title>{_TITLE_MARK}</title>", text, count=1)
    return _marked(_TOPIC.sub(rf"\1{_TOPIC_MARK}", text, count=1), file)


def _marked(text: str, file: str) -> str:
    """`text` with every relative address written from the root, behind `_PLACE`."""
    here = f"/{file.removesuffix('index.html')}"

    def from_root(found: re.Match[str]) -> str:
        return f' {found[1]}="{_PLACE}{urljoin(here, found[2]).lstrip("/")}"'

    text = _ADDRESS.sub(from_root, text)
    text = _ROOT.sub(rf"\1{_PLACE}", text)
    return re.sub(r"\s*\n\s*", "\n", text)


@cache
def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")
