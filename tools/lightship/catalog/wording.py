"""How messages say lists. Pure."""

from __future__ import annotations

from collections.abc import Collection


def listed(words: Collection[str], most: int = 3) -> str:
    """The words in quotes, joined by commas; what is over `most` is counted."""
    shown = [f"'{word}'" for word in words][:most]
    rest = len(words) - len(shown)
    return ", ".join(shown) + (f" and {rest} more" if rest else "")
