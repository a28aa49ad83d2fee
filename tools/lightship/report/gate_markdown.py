"""The gate's verdict as Markdown, for a pull request: what a reviewer wants to read, and nothing in it is markup of others."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lightship.catalog.catalog import Catalog
from lightship.finding import Finding
from lightship.report.gate import (
    FEW,
    MOST,
    NOTES,
    effect_line,
    fix,
    other_lines,
    rule_change_line,
    rule_line,
    verdict,
    waiver_line,
)
from lightship.report.markdown import text as inert
from lightship.report.text import line as finding_line
from lightship.scorecards.diff import Kind
from lightship.scorecards.gate import Gate, Told
from lightship.scorecards.rule_changes import Effect


def markdown(gate: Gate, errors: Sequence[Finding], base: Catalog) -> str:
    """The verdict for a pull request. Nothing that people wrote becomes markup."""
    sign = "❌" if gate.blocked or errors else "✅"
    return "\n".join((f"## {sign} {verdict(gate, errors)}\n", *_markdown(gate, errors, base))) + "\n"


def _markdown(gate: Gate, errors: Sequence[Finding], base: Catalog) -> Iterator[str]:
    if gate.waivers:
        yield "### Waivers in this change\n"
        yield from (f"- {inert(waiver_line(news))}" for news in gate.waivers)
        yield ""
    if gate.gone:
        yield "### Services that are gone\n"
        yield from (f"- **{inert(id)}**<br>→ {inert(remedy)}" for id, remedy in gate.gone.items())
        yield ""
    yield from _worse(gate, base)
    if errors:
        yield "### Errors in the catalog\n"
        yield from (f"- {inert(finding_line(finding))}" for finding in errors[:MOST])
        yield from (f"- and {len(errors) - MOST} more" for _ in errors[MOST : MOST + 1])
        yield ""
    for kind, heading in NOTES:
        yield from _folded(heading, [_note(told) for told in gate.of(kind)], kind is not Kind.RELEASED)
    if gate.rule_changes:
        yield "### Rules that change (never gated; who is moved by them)\n"
        for change in gate.rule_changes:
            yield f"- {inert(rule_change_line(change))}{_named(change.effects)}"
        yield ""
    lines = [inert(line) for line in other_lines(gate)]
    if lines:
        yield "### Also in this change\n"
        yield from (f"- {line}" for line in lines)


def _worse(gate: Gate, base: Catalog) -> Iterator[str]:
    rows = [told for told in gate.regressions if told.change.kind is not Kind.DELETED]
    if not rows:
        return
    yield "### What got worse\n"
    for told in rows[:MOST]:
        yield from _item(told, gate)
    if len(rows) > MOST:
        yield f"\nand {len(rows) - MOST} more; `lightship gate` lists them all.\n"
    yield f"{_who_may_waive(base)}\n"


def _item(told: Told, gate: Gate) -> Iterator[str]:
    change = told.change
    was = f" (was: {inert(told.evidence_before)})" if told.evidence_before else ""
    yield f"- **{inert(change.service)}**: {inert(change.rule.model.title)}<br>"
    yield f"  {inert(rule_line(told))}<br>"
    yield f"  {inert(told.evidence)}{was}\n"
    yield from _fenced(fix(told, gate))


def _fenced(remedy: str) -> Iterator[str]:
    """What to do, in a fence that the text cannot close."""
    longest = max((len(run) for run in re.findall("`+", remedy)), default=0)
    fence = "`" * max(3, longest + 1)
    yield f"  {fence}text"
    yield from (f"  {line}".rstrip() for line in remedy.splitlines())
    yield f"  {fence}\n"


def _who_may_waive(base: Catalog) -> str:
    id = base.settings.owners.waivers or base.settings.owners.scorecards or base.settings.owners.default
    team = base.teams.get(id or "")
    who = f"the team {inert(team.label)}" if team else "whoever owns scorecards/waivers/"
    return (
        f"A waiver (a file in scorecards/waivers/, in this change or before it) needs the approval of {who}."
    )


def _note(told: Told) -> str:
    return f"- {inert(told.change.service)}: {inert(rule_line(told))}<br>{inert(told.evidence)}"


def _folded(heading: str, lines: list[str], folded: bool) -> Iterator[str]:
    if not lines:
        return
    shown = lines[:MOST] + [f"- and {len(lines) - MOST} more"] * (len(lines) > MOST)
    if folded:
        yield f"<details><summary>{heading} ({len(lines)})</summary>\n"
        yield from shown
        yield "\n</details>\n"
    else:
        yield f"### {heading} ({len(lines)})\n"
        yield from shown
        yield ""


def _named(effects: Sequence[Effect]) -> str:
    if not effects:
        return ""
    told = ", ".join(inert(effect_line(effect)) for effect in effects[:FEW])
    more = f" and {len(effects) - FEW} more" if len(effects) > FEW else ""
    return f"<br>{told}{more}"
