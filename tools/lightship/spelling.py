"""Near misses: what somebody probably meant."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The one of `known` that is most like `word`, where one is like it at all."""
    from rapidfuzz import fuzz, process, utils

    # token_sort_ratio would call 'api-gateway' and 'gateway-api' equal; typing mistakes keep the order.
    found = process.extractOne(
        word, tuple(known), scorer=fuzz.ratio, processor=utils.default_process, score_cutoff=70
    )
    return found[0] if found else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A question for the end of a message, or an empty text where nothing is near."""
    near = nearest(word, known)
    return f"did you mean '{near}'?" if near is not None else ""
