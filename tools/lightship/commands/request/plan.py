"""`lightship request plan`: what would be done, step by step, as it would be sent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from lightship.commands.request._desk import Desk, at_a_desk, id_argument

if TYPE_CHECKING:
    from lightship.actions.plan import Plan, Step


@click.command()
@id_argument
@at_a_desk
@click.pass_context
def command(ctx: click.Context, desk: Desk, format: str, id: str) -> None:
    """Say what request ID would do, step by step.

    Nothing is done. Exits 1 where it cannot be done as it stands.
    """
    from lightship.actions import plan as plans

    asked = desk.find(id)
    question, decision = desk.judged(asked)
    unread = plans.Plan(asked.id, problems=tuple(decision.reasons))
    plan = plans.plan(question, desk.now, decision=decision) if question else unread
    if format == "json":
        told = {"id": asked.id, "steps": [*map(_json, plan.steps)], "problems": list(plan.problems)}
        click.echo(json.dumps(told, ensure_ascii=False, default=str))
    else:
        click.echo(f"{asked.id}  {decision.state}")
        _print(plan)
    ctx.exit(int(bool(plan.problems)))


def _json(step: Step) -> Mapping[str, Any]:
    from lightship.report import decision as report

    return {
        "id": step.id,
        "uses": step.uses,
        "with": dict(step.params),
        "critical": step.critical,
        "undo": step.undo or None,
        "expires_at": report.stamp(step.expires_at),
        "waits_for": list(step.waits_for),
    }


def _print(plan: Plan) -> None:
    from lightship.plain import visible
    from lightship.report import decision as report

    for number, step in enumerate(plan.steps, 1):
        best = "" if step.critical else "  (goes on without it)"
        click.echo(f"  {number}. {step.id}: {step.uses}{best}")
        for name, value in step.params.items():
            click.echo(f"       {name}: {visible(str(value))}")
        if step.undo:
            when = f" at {report.stamp(step.expires_at)}" if step.expires_at else ", where the whole fails"
            click.echo(f"       taken back by {step.undo}{when}")
    for problem in plan.problems:
        click.echo(f"  ! {visible(problem)}")
