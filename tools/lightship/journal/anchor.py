"""An anchor: the end of the journal at a moment, small enough to be kept elsewhere. Pure."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime

from lightship.journal.entry import stamp

_LINK = re.compile(r"[0-9a-f]{64}")
_COMMIT = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")


class NoAnchor(ValueError):
    """The text is no anchor; says why."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """The `seq`-th entry's commit and link; `at` is when it was recorded. With a link alone, the rest is not known."""

    link: str
    seq: int = 0
    commit: str = ""
    at: datetime | None = None

    def as_json(self) -> str:
        """One line of JSON."""
        at = stamp(self.at) if self.at else None
        return json.dumps({"commit": self.commit, "seq": self.seq, "link": self.link, "at": at}) + "\n"

    @classmethod
    def parse(cls, text: str) -> Anchor:
        """What `as_json` wrote, or a link alone. Raises NoAnchor."""
        text = text.strip()
        if _LINK.fullmatch(text):
            return cls(text)
        try:
            held = json.loads(text)
            anchor = cls(held["link"], held["seq"], held["commit"], datetime.fromisoformat(held["at"]))
            if not (_LINK.fullmatch(anchor.link) and _COMMIT.fullmatch(anchor.commit)):
                raise NoAnchor("its link or its commit is not in hex digits")
            if type(anchor.seq) is not int or anchor.seq < 1 or anchor.at is None or anchor.at.tzinfo is None:
                raise NoAnchor("its number is not 1 or more, or its time has no zone")
        except (ValueError, KeyError, TypeError) as error:
            if isinstance(error, NoAnchor):
                raise
            raise NoAnchor(
                "it needs the keys at, commit, link, seq, as `lightship journal anchor` prints"
            ) from error
        return anchor
