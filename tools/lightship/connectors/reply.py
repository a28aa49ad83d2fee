"""What a vendor answered, and what that means: which outcome it is, when to ask again, what it says was wrong."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from lightship.actions.vendor import Refused, Retry, Unknown

_BUSY = (420, 429, 503, 529)  # 420 is Statuspage's, 529 Notion's


class Missing(Refused):
    """It is not there (404, 410)."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What was answered; names of headers in lower case. `said` describes the call, without secrets."""

    said: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    def parsed(self) -> Any:
        """The body as JSON; None where it is empty. Raises Unknown where it cannot be read."""
        if not self.body:
            return None
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            raise Unknown(f"{self.said}: {self.status}, and what came is no JSON") from None

    def data(self) -> Any:
        """The same, of a vendor that says `ok: false` with a 200: that raises Refused."""
        found = self.parsed()
        if isinstance(found, dict) and found.get("ok") is False:
            raise Refused(f"{self.said}: {str(found.get('error', 'not ok'))[:200]}")
        return found


def judge(reply: Reply, now: datetime) -> None:
    """Raise what an answer means that is neither of 2xx nor of 4xx: Retry, Unknown, or Refused for a redirect."""
    if 300 <= reply.status < 400:
        raise Refused(f"{reply.said}: {reply.status}, and no redirect is followed")
    if reply.status in _BUSY:
        raise Retry(f"{reply.said}: {reply.status}", after=_after(reply, now))
    if reply.status >= 500 or reply.status < 200:
        raise Unknown(f"{reply.said}: {reply.status}")


def _after(reply: Reply, now: datetime) -> float | None:
    """Seconds that the vendor asks to wait; its own clock is believed where it tells a date."""
    text = reply.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(min(int(text[:9]), 86_400))
    moment = _date(text)
    if moment is None:
        return None
    wait = (moment - (_date(reply.headers.get("date", "")) or now)).total_seconds()
    return min(max(wait, 0.0), 86_400.0)


def _date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def told(body: bytes) -> str:
    """What an answer says was wrong, where it says so as JSON."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    for name in ("message", "error", "Message", "error_description"):
        if isinstance(found, dict) and isinstance(found.get(name), str):
            return str(found[name])[:200]
    return ""
