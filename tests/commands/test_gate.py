"""`lightship gate` as pull requests run it."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest
from tests.scorecards.shop import CARD, CART, PAY, SHOP, WAIVER, scorecard, service, waiver
from tests.trees import commit, git, lightship, write

NOW = ("--now", "2026-03-04T15:30:00Z")
AGAINST = ("gate", "--against", "main", *NOW)
KEYS = {"service", "scorecard", "rule", "before", "after"}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    commit(tmp_path, dict(SHOP))
    git(tmp_path, "checkout", "--quiet", "-b", "change")
    return tmp_path


def test_a_loss_blocks_and_says_what_to_do(shop: Path) -> None:
    write(shop, {CART: service(schedule="")})
    done = lightship(shop, *AGAINST)
    assert done.code == 1
    assert done.out.startswith("Blocked: 1 rule is not passed any more.")
    assert "basics / has-oncall: pass → fail" in done.out and "Mend has-oncall." in done.out


def test_no_loss_passes(shop: Path) -> None:
    write(shop, {CART: service(description="Holds what is bought.")})
    done = lightship(shop, *AGAINST)
    assert (done.code, done.out.splitlines()[0]) == (0, "Nothing got worse.")


def test_json_is_as_other_tools_rely_on(shop: Path) -> None:
    write(
        shop,
        {
            CART: service(schedule=""),
            PAY: service("Pay", tier="1", runbooks=""),
            WAIVER: waiver(service="pay"),
        },
    )
    write(shop, {CARD: scorecard({"owned": ("bronze", "true", "false")})})
    done = lightship(shop, *AGAINST, "--format", "json")
    found = json.loads(done.out)
    assert found["blocked"] is True and done.code == 1
    assert {row["service"] for row in found["regressions"]} == {"cart", "pay"}
    assert all(set(row) >= KEYS for row in (*found["regressions"], *found["improvements"]))
    row = next(row for row in found["regressions"] if row["service"] == "cart")
    assert {key: row[key] for key in KEYS} == {
        "service": "cart",
        "scorecard": "basics",
        "rule": "has-oncall",
        "before": "pass",
        "after": "fail",
    }
    assert found["waived"][0]["approved_by"] == "ada"
    assert {row["change"] for row in found["rule_changes"]} == {"removed", "changed"}


def test_a_commit_is_judged_from_the_merge_base(shop: Path) -> None:
    commit(shop, {CART: service(description="Holds what is bought.")})
    git(shop, "checkout", "--quiet", "main")
    commit(shop, {PAY: service("Pay", tier="1", description="Has moved on.", slos="[]")})
    commit(shop, {"catalog/services/newer.yaml": service("Newer")})
    done = lightship(shop, *AGAINST, "--head", "change")
    # What main gained meanwhile was not deleted by the change.
    assert (done.code, done.out.splitlines()[0]) == (0, "Nothing got worse.")


def test_a_deleted_service_blocks_with_its_remedy(shop: Path) -> None:
    write(shop, {CART: None})
    found = json.loads(lightship(shop, *AGAINST, "--format", "json").out)
    assert found["blocked"] and {row["service"] for row in found["regressions"]} == {"cart"}
    assert "lifecycle: retired" in found["regressions"][0]["fix"]


def test_errors_in_the_head_fail_the_gate_without_blocking_it(shop: Path) -> None:
    write(shop, {CART: "name: [unclosed\n"})
    done = lightship(shop, *AGAINST, "--format", "json")
    found = json.loads(done.out)
    assert done.code == 1 and found["blocked"] is False
    assert next(row["path"] for row in found["errors"]) == CART


def test_annotations_point_at_the_line(shop: Path) -> None:
    write(shop, {CART: service(schedule="", runbooks="[gone]")})
    done = lightship(shop, *AGAINST, "--format", "github")
    rows = [line for line in done.out.splitlines() if "title=basics/has-runbook" in line]
    assert rows and rows[0].startswith(f"::error file={CART},title=basics/has-runbook,line=")


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)


def test_markdown_puts_the_verdict_first_then_waivers_and_stays_inert(shop: Path) -> None:
    hostile = '"</details><script>alert(1)</script> ```` [x](javascript:y) @everyone"'
    write(
        shop,
        {
            CART: service(schedule="", tags="[a]"),
            PAY: service("Pay", tier="1", runbooks=""),
            WAIVER: waiver(service="pay", reason=hostile),
            CARD: scorecard({"owned": ("bronze", "true", "true")}).replace("Mend owned.", hostile),
        },
    )
    done = lightship(shop, *AGAINST, "--format", "markdown")
    lines = done.out.splitlines()
    assert lines[0].startswith("## ❌ Blocked: ")
    assert done.out.index("Waivers in this change") < done.out.index("What got worse")
    assert "approved by ada" in done.out and "the team Shop" in done.out
    assert "<script" not in done.out and "[x](javascript" not in done.out
    parser = _Tags()
    parser.feed(done.out)
    assert parser.seen <= {"br", "details", "summary"}


def test_a_fix_cannot_close_its_fence(tmp_path: Path) -> None:
    fix = '"````\\n# Owned\\n````"'
    commit(tmp_path, {**SHOP, CARD: scorecard().replace("Mend has-oncall.", fix)})
    git(tmp_path, "checkout", "--quiet", "-b", "change")
    write(tmp_path, {CART: service(schedule="")})
    lines = lightship(tmp_path, *AGAINST, "--format", "markdown").out.splitlines()
    fences = [line for line in lines if line.strip().startswith("`````")]
    assert len(fences) == 2


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("gate",), 2, "--against"),
        (("gate", "--against", "nowhere"), 3, "there is no such commit"),
        (("gate", "--against", "main", "--head", "--output=x"), 3, "there is no such commit"),
    ],
)
def test_what_cannot_run_says_why(shop: Path, arguments: tuple[str, ...], code: int, message: str) -> None:
    done = lightship(shop, *arguments)
    assert done.code == code and message in done.err and "Traceback" not in done.err


def test_running_it_again_gives_the_same(shop: Path) -> None:
    write(shop, {CART: service(schedule="")})
    assert lightship(shop, *AGAINST, "--format", "json") == lightship(shop, *AGAINST, "--format", "json")
