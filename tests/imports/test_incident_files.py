"""Files of other tools' incidents: what is read, and what is named instead."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests import trees
from tests.imports.histories import GOOD, issue, read

from lightship.imports.incidents.past import Past, Problem, moment


def _told(system: str, root: Path, files: dict[str, str | bytes]) -> tuple[list[Past], list[Problem]]:
    items = read(system, trees.write(root, files))
    pasts = [each for each in items if isinstance(each, Past)]
    return pasts, [each for each in items if isinstance(each, Problem)]


def test_a_cstate_issue_isread(tmp_path: Path) -> None:
    site = "title: Status\nbaseURL: https://status.example.com/\n"
    pasts, problems = _told(
        "cstate",
        tmp_path,
        {
            "config.yml": site,
            "content/issues/a.md": issue(GOOD, "All of *them*."),
            "README.md": "# no issue",
        },
    )
    assert not problems
    (past,) = pasts
    assert (past.key, past.url) == ("status.example.com/issues/a", "https://status.example.com/issues/a/")
    assert (past.title, past.severity, past.type, past.names) == (
        "Pipelines hang",
        "SEV2",
        "incident",
        ("ci",),
    )
    assert past.began_at == datetime(2022, 5, 2, 8, tzinfo=UTC)
    assert past.reached == {"resolved": datetime(2022, 5, 2, 9, 30, tzinfo=UTC)}
    assert past.text == "All of *them*."


def test_an_issue_has_one_key_through_every_path(tmp_path: Path) -> None:
    trees.write(tmp_path, {"site/content/issues/a.md": issue(GOOD)})
    paths = (".", "site", "site/content", "site/content/issues", "site/content/issues/a.md")
    keys = {each.key for path in paths for each in read("cstate", tmp_path / path) if isinstance(each, Past)}
    assert keys == {"issues/a"}


@pytest.mark.parametrize(
    ("front", "type", "over", "line", "reason"),
    [
        ("date: 2022-01-02\nresolved: true\nresolvedWhen: 2022-01-01\nseverity: down", "incident",
         "it ends before it begins: resolvedWhen 2022-01-01 00:00Z, date 2022-01-02 00:00Z", 4, "it ends before"),
        ("date: 2022-01-02\nresolved: true\nseverity: down", "incident", "resolved, but nothing says when", 3, "resolved, but nothing"),
        ("date: 2022-01-02\nresolved: true\nresolvedWhen: yesterday\nseverity: down", "incident",
         "resolvedWhen 'yesterday' cannot be read", 4, "resolvedWhen 'yesterday'"),
        ("date: 2022-01-02\nresolved: false\nseverity: down", "incident", "", 3, "it has no end; imported as still open"),
        ("date: 2022-01-02\ninformational: true", "notice", "a notice, and it has no end", 1, "it has no end, and is a notice"),
    ],
)  # fmt: skip
def test_an_end_that_cannot_be_is_named(
    tmp_path: Path, front: str, type: str, over: str, line: int, reason: str
) -> None:
    (past,), (problem,) = _told("cstate", tmp_path, {"issues/a.md": issue(front)})
    assert (past.type, past.over, dict(past.reached)) == (type, over, {})
    assert (problem.path, problem.line) == ("issues/a.md", line)
    assert problem.reason.startswith(reason)


@pytest.mark.parametrize(
    ("content", "line", "reason"),
    [
        ("# just text", 1, "it has no front matter"),
        ("---\ntitle: a\n", 1, "its front matter is not closed"),
        (issue("title: 'a\ndate: 2022-01-02"), 4, "it is not YAML"),
        (issue("- a"), 1, "its front matter holds no keys and values"),
        (issue("title = 'a", fence="+++"), 2, "it is not TOML"),
        (issue("title: a\ndate: soon\nseverity: down"), 3, "date 'soon' cannot be read"),
        (issue("title: a\nseverity: down"), 1, "it has no date"),
        (issue("title: a\ndate: 0001-01-01T00:00:00+14:00"), 3, "date '0001-01-01T00:00:00+14:00' cannot be read"),
        (b"---\ntitle: \xff\n---\n", 2, "it is neither UTF-8 nor UTF-16"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named_and_left(
    tmp_path: Path, content: str | bytes, line: int, reason: str
) -> None:
    pasts, (problem,) = _told("cstate", tmp_path, {"issues/a.md": content})
    assert not pasts
    assert (problem.path, problem.line) == ("issues/a.md", line)
    assert problem.reason.startswith(reason)
    assert problem.reason.endswith("not imported")


@pytest.mark.parametrize(
    ("title", "severity", "type"),
    [
        ("Maintenance of the mill", "notice", "maintenance"),
        ("A new mill", "notice", "notice"),
        ("Maintenance of the mill", "down", "incident"),
    ],
)
def test_the_type_is_kept(tmp_path: Path, title: str, severity: str, type: str) -> None:
    front = (
        f"title: {title}\ndate: 2022-01-02\nresolvedWhen: 2022-01-03\nresolved: true\nseverity: {severity}"
    )
    (past,), problems = _told("cstate", tmp_path, {"issues/a.md": issue(front)})
    assert (past.type, problems) == (type, [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2020-11-12 15:54:00", "2020-11-12T15:54:00+00:00"),
        ("2021-06-01T23:00:00", "2021-06-01T23:00:00+00:00"),
        ("2022-05-02T08:00:00-00:00", "2022-05-02T08:00:00+00:00"),
        ("2022-05-02T08:00:00+02:00", "2022-05-02T06:00:00+00:00"),
        ("2022-05-02 08:00:00 +0200", "2022-05-02T06:00:00+00:00"),
        ("2021-05-08T05:00:33.389Z", "2021-05-08T05:00:33+00:00"),
        ("2021-05-08", "2021-05-08T00:00:00+00:00"),
        ("1970-01-01T00:00:00Z", None),
        ("9999-12-31T23:59:59-14:00", None),
        ("today", None),
        (None, None),
    ],
)
def test_times_are_read_as_their_writers_meant_them(text: object, expected: str | None) -> None:
    found = moment(text)
    assert (found.isoformat() if found else None) == expected


SUMMARY = [
    {"name": "The API", "slug": "api", "url": "https://api.example.com", "dailyMinutesDown": {"2026-03-01": 36, "2026-03-05": 0}},
    {"name": "The API", "slug": "api", "dailyMinutesDown": {"2026-03-02": 1}},
    {"name": "Web", "slug": "web", "dailyMinutesDown": {"2026-03-02": 1441, "soon": 3, "2026-03-04": "many", "2026-03-03": 1440}},
    {"name": "Odd", "slug": "odd"},
    {"name": "Nameless"},
]  # fmt: skip


def test_an_upptime_history_isread(tmp_path: Path) -> None:
    pasts, problems = _told(
        "upptime",
        tmp_path,
        {
            ".upptimerc.yml": "owner: example\nrepo: monitor\n",
            "history/summary.json": json.dumps(SUMMARY, indent=1),
            "history/api.yml": "url: https://api.example.com\nstatus: up\n",
            "history/web.yml": "url: https://example.com\nstatus: down\n",
            "history/gone.yml": "status: up\n",
        },
    )
    assert {each.key: each.reached["resolved"] - each.began_at for each in pasts} == {
        "example/monitor/api/2026-03-01": timedelta(minutes=36),
        "example/monitor/web/2026-03-03": timedelta(days=1),
    }
    assert pasts[0].began_at == datetime(2026, 3, 1, tzinfo=UTC)
    said = {(each.path, each.reason.partition(":")[0]) for each in problems}
    assert said == {
        ("history/summary.json", "site 'api' stands here twice"),
        ("history/summary.json", "1441 minutes are more than the day 2026-03-02 has"),
        ("history/summary.json", "'soon' is not a day"),
        ("history/summary.json", "'many' is not a number of minutes"),
        ("history/summary.json", "of site 'odd' it says no minutes by the day"),
        ("history/summary.json", "a site without a slug"),
        ("history/web.yml", "it is down, and the file does not say since when"),
        ("history/gone.yml", "summary.json does not know this site"),
    }


CSV = (
    "title,began_at,resolved_at,severity,services,detected_at,type,open,team\r\n"
    '"Mails, lost",2026-03-01T09:00:00Z,2026-03-01 10:30,SEV1,mail|cart,2026-03-01T09:05Z,,,x\r\n'
    "Backwards,2026-03-02T09:00:00Z,2026-03-02T08:00:00Z,,,,,,\r\n"
    "\r\n"
    "Endless,2026-03-03T09:00:00Z,,,,,,,\r\n"
    "Going on,2026-03-03T09:00:00Z,,,,,,true,\r\n"
    "Wrong,2026-03-03,,SEV9,,,,,\r\n"
    "Late,later,,,,,,,\r\n"
    "Long,2026-03-03,,,,,,,,,\r\n"
)


@pytest.mark.parametrize(
    "content",
    [
        CSV.encode(),
        b"\xef\xbb\xbf" + CSV.encode(),
        CSV.encode("utf-16"),
        CSV.replace('"Mails, lost"', "Mails; lost")
        .replace(",", ";")
        .replace("Mails; lost", '"Mails, lost"')
        .encode(),
    ],
    ids=["plain", "bom", "utf-16", "semicolons"],
)
def test_csv_isread(tmp_path: Path, content: bytes) -> None:
    pasts, problems = _told("csv", tmp_path, {"old.csv": content})
    assert [each.title for each in pasts] == ["Mails, lost", "Backwards", "Endless", "Going on"]
    mails = pasts[0]
    assert (mails.severity, mails.names, mails.line) == ("SEV1", ("mail", "cart"), 2)
    assert mails.reached == {
        "detected": datetime(2026, 3, 1, 9, 5, tzinfo=UTC),
        "resolved": datetime(2026, 3, 1, 10, 30, tzinfo=UTC),
    }
    assert [(each.line, each.reason.partition(";")[0]) for each in problems] == [
        (1, "unknown column 'team': left out"),
        (3, "it ends before it begins: resolved_at 2026-03-02 08:00Z, began_at 2026-03-02 09:00Z"),
        (5, "it has no end"),
        (6, "it has no end"),
        (7, problems[4].reason.partition(";")[0]),
        (8, problems[5].reason.partition(";")[0]),
        (9, "it has 11 cells, and the header 9: not imported"),
    ]
    assert "SEV9" in problems[4].reason and "began_at" in problems[5].reason
    assert [bool(each.over) for each in pasts] == [False, True, True, False]


@pytest.mark.parametrize(
    ("content", "line", "reason"),
    [
        ("title,began\n", 1, "it has no column began_at"),
        ("title,began_at,title\n", 1, "column title stands twice"),
        ('title,began_at\n"a,b\n', 2, "it is not CSV"),
    ],
)
def test_csv_that_is_none_is_named(tmp_path: Path, content: str, line: int, reason: str) -> None:
    pasts, problems = _told("csv", tmp_path, {"old.csv": content})
    assert not pasts
    assert problems[-1].line == line and problems[-1].reason.startswith(reason)
    if "began," in content or content.startswith("title,began\n"):
        assert "did you mean 'began_at'?" in problems[0].reason


def test_json_is_read_item_by_item(tmp_path: Path) -> None:
    content = """[
  {"title": "Mails lost", "began_at": "2026-03-01T09:00:00Z", "resolved_at": "2026-03-01T10:00:00Z", "fix": "Restarted."},
  {"title": "Odd", "begun_at": "2026-03-01T09:00:00Z"},
  7,
  {"key": "x-9", "title": "Cut off", "began_at": "2026-03-01T09:00:00Z", "resolved_at": "2026-03-01T09:00:00Z"},
  {"title": "Half
"""
    pasts, problems = _told("json", tmp_path, {"old.json": content})
    assert [(each.key, each.line) for each in pasts] == [("2026-03-01T09:00:00Z Mails lost", 2), ("x-9", 5)]
    assert [each.line for each in problems] == [3, 4, 6]
    assert "began_at" in problems[0].reason


def test_what_nobody_sees_is_no_title(tmp_path: Path) -> None:
    content = json.dumps(
        {"key": "\u200b", "title": "\u200b", "began_at": "2026-03-01T09:00:00Z", "open": True}
    )
    (past,), _ = _told("json", tmp_path, {"old.json": content})
    assert (past.title, past.key) == ("untitled", "2026-03-01T09:00:00Z")
