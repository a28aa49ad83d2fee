"""The gate's verdict as JSON, for other tools."""

from __future__ import annotations

import json
from collections.abc import Sequence

from lightship.finding import Finding
from lightship.report.gate import NOTES, fix
from lightship.report.json import as_dict
from lightship.scorecards.diff import Kind
from lightship.scorecards.gate import Gate, Told, WaiverNews
from lightship.scorecards.rule_changes import RuleChange


def as_json(gate: Gate, errors: Sequence[Finding]) -> str:
    """`{"blocked", "regressions": [{"service", "scorecard", "rule", "before", "after"}], "improvements", "rule_changes", "waived", …}`.

    Regressions also carry `reason`, `evidence` and `fix`. A service that is gone and passed nothing has a row whose
    scorecard and rule are empty.
    """
    told = {told.change.service for told in gate.regressions}
    empty = {
        "scorecard": "",
        "rule": "",
        "before": "present",
        "after": "gone",
        "reason": str(Kind.DELETED),
        "evidence": "",
    }
    lost = [{"service": id, **empty, "fix": remedy} for id, remedy in gate.gone.items() if id not in told]
    document = {
        "blocked": gate.blocked,
        "regressions": [_row(each, gate) for each in gate.regressions] + lost,
        "improvements": [_row(each, gate) for each in gate.of(Kind.IMPROVED)],
        "rule_changes": [_rule_row(change) for change in gate.rule_changes],
        "waived": [_waiver_row(news) for news in gate.waivers if not news.refused],
        "waivers_refused": [_waiver_row(news) for news in gate.waivers if news.refused],
        "waivers_ended": [waiver.id for waiver in gate.ended],
        "notes": [_row(each, gate) for kind, _ in NOTES[:3] for each in gate.of(kind)],
        "services": {
            "new": list(gate.new),
            "renamed": dict(gate.renamed),
            "retired": list(gate.retired),
            "returned": list(gate.returned),
            "gone": list(gate.gone),
        },
        "settings": [dict(zip(("key", "before", "after"), row, strict=True)) for row in gate.settings],
        "errors": [as_dict(finding) for finding in errors],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _row(told: Told, gate: Gate) -> dict[str, str]:
    change = told.change
    return {
        "service": change.service,
        "scorecard": change.rule.scorecard,
        "rule": change.rule.model.id,
        "before": str(change.before),
        "after": str(change.after),
        "reason": str(change.kind),
        "evidence": told.evidence,
        "fix": "" if change.kind is Kind.IMPROVED else fix(told, gate),
    }


def _rule_row(change: RuleChange) -> dict[str, object]:
    rows = [
        {"service": service, "before": before, "after": after} for service, before, after in change.effects
    ]
    return {
        "scorecard": change.scorecard,
        "rule": change.rule,
        "change": change.change,
        "fields": list(change.fields),
        "services": rows,
    }


def _waiver_row(news: WaiverNews) -> dict[str, str]:
    waiver = news.waiver
    return {
        "service": waiver.service,
        "scorecard": waiver.scorecard,
        "rule": waiver.rule,
        "before": news.before,
        "waiver": waiver.id,
        "approved_by": waiver.approved_by,
        "expires_at": waiver.expires_at.isoformat(),
        "reason": waiver.reason,
        "refused": news.refused,
    }
