"""The chain lies in the commits: each names its number, the link before it and its own link. Pure."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

GENESIS = "0" * 64
_MESSAGE = re.compile(
    r"\A(?P<title>[^\n]*)\n\nSeq: (?P<seq>[0-9]+)\nPrev: (?P<prev>[0-9a-f]{64})\nLink: (?P<link>[0-9a-f]{64})\n*\Z"
)


@dataclass(frozen=True, slots=True)
class Link:
    """The `seq`-th entry (from 1): `link` is the SHA-256 of the link before it (as text) and the entry's bytes."""

    seq: int
    prev: str
    link: str


START = Link(0, GENESIS, GENESIS)


def joined(prev: str, data: bytes) -> str:
    """The link of an entry whose bytes are `data`, behind the link `prev`."""
    return hashlib.sha256(prev.encode() + data).hexdigest()


def after(last: Link, data: bytes) -> Link:
    """The place of an entry whose bytes are `data`, behind `last`."""
    return Link(last.seq + 1, last.link, joined(last.link, data))


def message(title: str, link: Link) -> str:
    """The commit message that carries `link`."""
    return f"{title}\n\nSeq: {link.seq}\nPrev: {link.prev}\nLink: {link.link}\n"


def read(text: str) -> Link | None:
    """The link that a commit message carries; None where it carries none."""
    found = _MESSAGE.match(text)
    return Link(int(found["seq"]), found["prev"], found["link"]) if found else None


def title(kind: str, subject: str) -> str:
    """The first line of the message of an entry's commit."""
    return f"{kind} {subject}"
