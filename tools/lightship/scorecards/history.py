"""Levels by the day, as the journal keeps them: what trends are drawn from. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from lightship.scorecards.score import Scores

KIND = "scores.day"
"""The kind of the journal's entry; its subject is the day (UTC), YYYY-MM-DD."""

NONE = "none"
"""Stands where a service has not reached the first level."""


def levels(scores: Scores) -> Mapping[str, Mapping[str, str]]:
    """By scorecard, the level of every service that it says something of."""
    return {
        card.id: {
            service: standing.level or NONE
            for service in scores.letters
            if (standing := scores.standing(service, card)).applies
        }
        for card in scores.rulebook.cards
    }
