"""The gate's verdict in a sentence and as text: what blocks first, and after each change what to do about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.finding import Finding, Severity
from lightship.report.text import line as finding_line
from lightship.scorecards.diff import Kind
from lightship.scorecards.gate import Gate, Told, WaiverNews
from lightship.scorecards.rule_changes import Effect, RuleChange

MOST = 50  # changes of one kind that Markdown tells in full
FEW = 10  # services named for one rule's change
NOTES = (
    (Kind.RELEASED, "No longer judged"),
    (Kind.NEWLY_JUDGED, "Judged for the first time, and does not pass"),
    (Kind.UNWAIVED, "Waived no more"),
    (Kind.IMPROVED, "Better than before"),
)


def title(told: Told) -> str:
    """Service and rule."""
    return f"{told.change.service}: {told.change.rule.model.title}"


def verdict(gate: Gate, errors: Sequence[Finding]) -> str:
    """The outcome in a sentence."""
    reasons = []
    rows = [told for told in gate.regressions if told.change.kind is not Kind.DELETED]
    left = sum(told.change.kind is Kind.LEFT_PASS for told in rows)
    if gate.gone:
        reasons.append(_count(len(gate.gone), "service is gone", "services are gone"))
    if left:
        reasons.append(_count(left, "rule is not passed any more", "rules are not passed any more"))
    if len(rows) > left:
        services = len({told.change.service for told in rows if told.change.kind is Kind.BELOW_ENTRY})
        reasons.append(_count(services, "new service is", "new services are") + " below the entry level")
    if errors:
        reasons.append(_count(len(errors), "error", "errors") + " in the catalog")
    return f"Blocked: {', '.join(reasons)}." if reasons else "Nothing got worse."


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def text(gate: Gate, errors: Sequence[Finding]) -> str:
    """The verdict for a terminal."""
    return "\n".join((verdict(gate, errors), *_text(gate, errors))) + "\n"


def _text(gate: Gate, errors: Sequence[Finding]) -> Iterator[str]:
    for news in gate.waivers:
        yield f"\nwaiver {waiver_line(news)}"
    for id, remedy in gate.gone.items():
        yield f"\n{id} is gone\n  → {remedy}"
    for told in gate.regressions:
        if told.change.kind is not Kind.DELETED:
            yield f"\n{title(told)}\n  {rule_line(told)}\n  {told.evidence}"
            yield from (f"  → {line}".rstrip() for line in fix(told, gate).splitlines())
    if errors:
        yield f"\nErrors in the catalog ({len(errors)})"
        yield from (f"  {finding_line(finding)}" for finding in errors)
    for kind, heading in NOTES:
        rows = gate.of(kind)
        if rows:
            yield f"\n{heading} ({len(rows)})"
            yield from (f"  {told.change.service}: {rule_line(told)}" for told in rows[:MOST])
            yield from (f"  and {len(rows) - MOST} more" for _ in rows[MOST : MOST + 1])
    for change in gate.rule_changes:
        yield f"\n{rule_change_line(change)}"
        yield from (f"  {effect_line(effect)}" for effect in change.effects)
    yield from (f"\n{line}" for line in other_lines(gate))


def rule_line(told: Told) -> str:
    """Scorecard, rule, before and after."""
    change = told.change
    return f"{change.rule.scorecard} / {change.rule.model.id}: {change.before} → {change.after}"


def waiver_line(news: WaiverNews) -> str:
    """A waiver: what it is about, who approved it, until when; or why it does not count."""
    waiver = news.waiver
    what = f"{waiver.service}: {waiver.scorecard} / {waiver.rule}"
    if news.refused:
        return f"{waiver.id} does not count ({what}): {news.refused}"
    return (
        f"{waiver.id} ({what}), approved by {waiver.approved_by}, until {waiver.expires_at}: {waiver.reason}"
    )


def rule_change_line(change: RuleChange) -> str:
    """A rule that changed, and how many it moves from where to where."""
    name = f"{change.scorecard} / {change.rule}" if change.rule else f"{change.scorecard}: levels"
    fields = f" ({', '.join(change.fields)})" if change.fields else ""
    return f"{name} {change.change}{fields}: {_moved(change.effects)}"


def _moved(effects: Sequence[Effect]) -> str:
    counts: dict[str, int] = {}
    for _, before, after in effects:
        key = f"{before or 'none'} → {after or 'none'}"
        counts[key] = counts.get(key, 0) + 1
    return ", ".join(f"{count} × {key}" for key, count in sorted(counts.items())) or "nobody is moved"


def effect_line(effect: Effect) -> str:
    """One service that a rule's change moves."""
    service, before, after = effect
    return f"{service}: {before or 'none'} → {after or 'none'}"


def other_lines(gate: Gate) -> Iterator[str]:
    """What else happens: services that come and go, waivers that end, settings."""
    for heading, ids in (
        ("New", gate.new),
        ("Retired", gate.retired),
        ("Back from retirement", gate.returned),
    ):
        if ids:
            more = f" and {len(ids) - FEW} more" if len(ids) > FEW else ""
            yield f"{heading}: {', '.join(ids[:FEW])}{more}"
    for old, new in gate.renamed.items():
        yield f"Renamed: {old} is now {new}"
    for waiver in gate.ended:
        yield f"Waiver taken out: {waiver.id} ({waiver.service}: {waiver.scorecard} / {waiver.rule})"
    for key, before, after in gate.settings:
        yield f"lightship.yaml: {key}: {before or 'nothing'} → {after or 'nothing'}"


def as_findings(gate: Gate) -> tuple[Finding, ...]:
    """What blocks, as findings at the services' files, not yet located."""
    found = [_finding(told, gate) for told in gate.regressions if told.change.kind is not Kind.DELETED]
    found += [
        Finding(
            "service-gone", Severity.ERROR, f"catalog/services/{id}.yaml", f"the service {id} is gone", fix
        )
        for id, fix in gate.gone.items()
    ]
    return tuple(found)


def _finding(told: Told, gate: Gate) -> Finding:
    change = told.change
    keys = sorted(path[1] for path in change.rule.check.paths if path[0] == "service" and len(path) > 1)
    message = f"{title(told)}: {change.before} → {change.after}: {told.evidence}"
    return Finding(
        f"{change.rule.scorecard}/{change.rule.model.id}",
        Severity.ERROR,
        told.path,
        message,
        fix(told, gate),
        (keys[0],) if keys else (),
    )


def fix(told: Told, gate: Gate) -> str:
    """What to do about a regression."""
    return gate.gone.get(told.change.service) or told.change.rule.model.fix.strip()
