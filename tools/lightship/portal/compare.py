"""What a number did, in words: fell by a third, doubled, stayed as it was. Pure."""

from __future__ import annotations

from lightship.incidents.figures import Figure
from lightship.portal.measures import ENOUGH
from lightship.portal.words import plural

_SAME = 0.05
_PARTS = ((0.25, "a quarter"), (1 / 3, "a third"), (0.5, "half"), (2 / 3, "two thirds"))
_NEAR = 0.035


def moved(new: float, old: float) -> str:
    """How `new` compares with `old`: 'fell by a third', 'doubled', 'rose by 18 %', 'stayed as it was'."""
    if old == 0 or abs(new - old) <= _SAME * old:
        return "stayed as it was" if new == old or old else "rose from nothing"
    change = new / old - 1
    if abs(change - 1) <= 2 * _NEAR:
        return "doubled"
    if abs(change + 0.5) <= _NEAR:
        return "halved"
    if change >= 2:
        return f"rose to {new / old:.0f} times as much"
    part = next((word for share, word in _PARTS if abs(abs(change) - share) <= _NEAR), "")
    return f"{'rose' if change > 0 else 'fell'} by {part or f'{abs(change):.0%}'.replace('%', ' %')}"


def comparable(new: Figure, old: Figure) -> bool:
    """Whether both rest on enough values to be compared."""
    return min(new.n, old.n) >= ENOUGH


def few(new: Figure, old: Figure) -> str:
    """Why two figures are not compared."""
    return f"too few to compare: {plural(new.n, 'value')} and {old.n} before"
