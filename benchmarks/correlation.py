"""How often the change that did it is ranked first, or among the first three, on simulated incidents with a known culprit.

`python benchmarks/correlation.py [N]` (400 incidents a set by default) prints a table. Graphs come from
`../shared/data/service-graphs.json`; where that is absent, from this repository's own catalog.
What is assumed of incidents is told in `simulation.py`; nothing of it is taken from the formula that is judged.

The formula's numbers were chosen on the tuning set. The held-out set has other graphs and other seeds.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lightship.incidents.correlate import rank
from simulation import GRAPHS, Case, graphs, simulated

TUNED_ON = ("delimitrou/DeathStarBench/hotelReservation", "delimitrou/DeathStarBench/socialNetwork")
HELD_OUT = ("GoogleCloudPlatform/microservices-demo", "open-telemetry/opentelemetry-demo")
TUNING_SEED, HELD_OUT_SEED = 1, 20261125


@dataclass(frozen=True)
class Score:
    """Of `n` incidents, in how many the culprit came first, and among the first three."""

    n: int
    first: int
    three: int

    @property
    def top1(self) -> float:
        """The share in which the culprit came first."""
        return self.first / self.n

    @property
    def top3(self) -> float:
        """The share in which it was among the first three."""
        return self.three / self.n


def latest(case: Case) -> list[str]:
    """The baseline that everybody uses: what changed last."""
    before = [each for each in case.changes if each.at <= case.hit.began and each.status != "planned"]
    return [each.id for each in reversed(before)]


def latest_here(case: Case) -> list[str]:
    """A better one: what changed last on the services that are hit."""
    before = [each for each in case.changes if each.at <= case.hit.began and each.status != "planned"]
    return [each.id for each in reversed(before) if set(each.services) & set(case.hit.services)]


def ranked(case: Case) -> list[str]:
    """Ours."""
    return [suspect.change.id for suspect in rank(case.hit, case.changes, case.world)]


METHODS = {
    "ranked by Lightship": ranked,
    "the latest change": latest,
    "the latest change on the same service": latest_here,
}


def evaluate(held: Sequence[Case]) -> Mapping[str, Score]:
    """How each method does on `held`."""
    scores = {}
    for name, method in METHODS.items():
        places = [method(case)[:3] for case in held]
        first = sum(found[:1] == [case.culprit] for found, case in zip(places, held, strict=True))
        three = sum(case.culprit in found for found, case in zip(places, held, strict=True))
        scores[name] = Score(len(held), first, three)
    return scores


def table(held: Sequence[Case]) -> str:
    """The figures of `held` for people."""
    lines = [f"{'':40}{'top 1':>8}{'top 3':>8}"]
    lines += [f"{name:40}{score.top1:8.1%}{score.top3:8.1%}" for name, score in evaluate(held).items()]
    return "\n".join(lines)


def main(count: int) -> None:
    """Print the figures of both sets, and where the culprit was."""
    if not GRAPHS.is_file():
        print("no ../shared/data/service-graphs.json: simulated on this repository's catalog")
    for title, names, seed in (("tuning", TUNED_ON, TUNING_SEED), ("held out", HELD_OUT, HELD_OUT_SEED)):
        held = simulated(names, count, seed)
        print(f"\n{title}: {len(held)} incidents on {', '.join(graphs(names))}\n{table(held)}")
    for title, part in (
        ("where the impact's beginning is not known", [case for case in held if case.hit.since != "impact"]),
        ("where the hit service broke itself", [case for case in held if case.hops == 0]),
        ("where something that it needs broke", [case for case in held if case.hops > 0]),
    ):
        print(f"\nheld out, {title}: {len(part)} incidents\n{table(part)}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 400)
