"""`lightship rehearse`, run for real: what it prints, and what a pull request is shown."""

from __future__ import annotations

import json
from pathlib import Path

from tests.actions.test_rehearse import TREE
from tests.trees import commit, git, lightship, write

NOW = ("--now", "2026-03-02T09:00:00Z")
LEAVER = {"catalog/people/ben.yaml": TREE["catalog/people/ben.yaml"] + "active_until: 2026-03-02\n"}


def test_all_is_well(tmp_path: Path) -> None:
    """Nothing on stdout, what was looked at on stderr."""
    commit(tmp_path, TREE)
    done = lightship(tmp_path, "rehearse", *NOW)
    assert (done.code, done.out) == (0, "")
    assert done.err == "1 tier-1 service, 4 weeks ahead: no hole\n"


def test_a_hole_is_told_with_its_hours_and_what_closes_it(tmp_path: Path) -> None:
    """In words, and as data."""
    commit(tmp_path, {**TREE, **LEAVER})
    done = lightship(tmp_path, "rehearse", "--weeks", "1", *NOW)
    assert done.code == 1
    assert done.out == (
        "cart\n"
        "  nobody answers: nobody is on call\n"
        "    when  Tue 3 Mar 00:00 to 09:00 UTC, Wed 4 Mar 09:00 to Thu 5 Mar 09:00 UTC, "
        "Fri 6 Mar 09:00 to Sat 7 Mar 09:00 UTC, and 1 more (81 h)\n"
        "    close add an override to catalog/schedules/nights.yaml, or widen its layers\n"
    )
    told = json.loads(lightship(tmp_path, "rehearse", "--weeks", "1", "--format", "json", *NOW).out)
    assert (told["from"], told["to"]) == ("2026-03-02T09:00:00Z", "2026-03-09T09:00:00Z")
    assert told["services"] == ["cart"]
    (hole,) = told["holes"]
    assert (hole["service"], hole["what"], hole["hours"], len(hole["spans"])) == ("cart", "answer", 81, 4)
    assert hole["spans"][0] == {"start": "2026-03-03T00:00:00Z", "end": "2026-03-03T09:00:00Z"}


def test_a_pull_request_is_shown_what_it_opens_and_nothing_else(tmp_path: Path) -> None:
    """A departure opens a hole; what was open before is not its fault."""
    old = {"catalog/services/cart.yaml": TREE["catalog/services/cart.yaml"].replace("[restart]", "[]")}
    commit(tmp_path, {**TREE, **old})
    git(tmp_path, "switch", "--quiet", "--create", "change")
    against = ("rehearse", "--against", "main", *NOW)
    assert lightship(tmp_path, *against).code == 0
    commit(tmp_path, LEAVER)
    shown = lightship(tmp_path, *against, "--format", "github")
    assert shown.code == 0
    assert shown.out.startswith(
        "::warning file=catalog/services/cart.yaml,title=rehearsal-answer::nobody answers"
    )
    assert shown.out.count("\n") == 1
    table = lightship(tmp_path, *against, "--format", "markdown").out
    assert table.startswith("### 1 new hole in the rehearsal\n")
    assert "runbook" not in table


def test_markup_in_names_stays_text(tmp_path: Path) -> None:
    """A name from the catalog adds no cell, link or line."""
    odd = "name: Cart\nowner: payments\ntier: 1\nschedule: 'x|](https://evil.example)'\n"
    commit(tmp_path, {**TREE, "catalog/services/cart.yaml": odd})
    write(tmp_path, {})
    table = lightship(tmp_path, "rehearse", "--format", "markdown", *NOW).out
    assert "](https" not in table


def test_nothing_of_tier_1_is_said(tmp_path: Path) -> None:
    """An empty rehearsal proves nothing, and says so."""
    commit(tmp_path, {"catalog/teams/payments.yaml": "members: []\n"})
    done = lightship(tmp_path, "rehearse", *NOW)
    assert done.code == 0
    assert "only services of tier 1 are rehearsed" in done.err
