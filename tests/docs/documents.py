"""The documents of this repository: where they lie, what they link to, and which commands they show."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
_FENCE = re.compile(r"^```[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)[^)]*\)")
_SPAN = re.compile(r"`([^`\n]+)`")


def documents() -> tuple[Path, ...]:
    """Every Markdown file that people read in the repository."""
    found = (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/**/*.md"))
    return tuple(sorted((*found, *ROOT.glob(".github/*.md"), *ROOT.glob("benchmarks/*.md"))))


def prose(text: str) -> str:
    """`text` without its fenced blocks."""
    return _FENCE.sub("", text)


def links(text: str) -> tuple[str, ...]:
    """Targets of the links and pictures in the prose of `text`."""
    return tuple(_LINK.findall(_SPAN.sub("", prose(text))))


def anchors(text: str) -> frozenset[str]:
    """Anchors of the headings of `text`, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", prose(text), re.MULTILINE)
    return frozenset(re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings)


def commands(text: str) -> Iterator[str]:
    """Every `lightship …` and `make …` that `text` shows: a line of a fenced block, or a code span."""
    shown = [line for block in _FENCE.findall(text) for line in block.splitlines()] + _SPAN.findall(
        prose(text)
    )
    for line in shown:
        words = line.strip().removeprefix("$ ").removeprefix(".venv/bin/")
        if words.startswith(("lightship ", "make ")):
            yield re.split(r"\s+#|\s{3,}|[|>;&]", words)[0].strip()


def outputs(text: str) -> Iterator[tuple[str, str]]:
    """(command, what the document says it prints) for each `$ lightship … --help` of a fenced block."""
    for block in _FENCE.findall(text):
        for shown in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = shown.partition("\n")
            if command.startswith("lightship") and command.endswith("--help"):
                yield command, output
