"""The page for administrators names what the workflows name, and leaves nothing out."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest
import yaml
from tests.docs.documents import ROOT

PAGE = (ROOT / "docs/github-setup.md").read_text(encoding="utf-8")
FILES = {path.stem: path.read_text(encoding="utf-8") for path in ROOT.glob(".github/workflows/*.yml")}
# BaseLoader: `on` stays a word.
WORKFLOWS: Mapping[str, Mapping[str, Any]] = {
    name: yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506
    for name, text in FILES.items()
}
TEXT = "\n".join(FILES.values())
STARTS = {
    "pull_request": "pull requests",
    "merge_group": "the merge queue",
    "push": "pushes to `main`",
    "schedule": "every ",
    "workflow_dispatch": "by hand",
    "workflow_call": "after all that records",
}


def rows(section: str) -> dict[str, list[str]]:
    """The table of a section: the name in its first column → the other columns."""
    text = PAGE.partition(f"\n## {section}")[2].partition("\n## ")[0]
    split = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if "|" in line
    ]
    return {name[1]: row[1:] for row in split if (name := re.match(r"`([\w-]+)`", row[0]))}


def environments(data: Mapping[str, Any]) -> set[str]:
    return {job["environment"]["name"] for job in data["jobs"].values() if "environment" in job}


def test_every_workflow_is_listed_and_no_other() -> None:
    assert rows("What runs").keys() == WORKFLOWS.keys()
    assert {name: data["name"] for name, data in WORKFLOWS.items()} == {name: name for name in WORKFLOWS}


@pytest.mark.parametrize("name", sorted(WORKFLOWS))
def test_a_workflow_starts_where_and_as_the_page_says(name: str) -> None:
    starts, environment, _ = rows("What runs")[name]
    told = {event for event, words in STARTS.items() if words in starts}
    assert told == set(WORKFLOWS[name]["on"])
    assert set(re.findall(r"`([\w-]+)`", environment)) == environments(WORKFLOWS[name])


def test_every_environment_is_made_and_no_other() -> None:
    made = re.search(r"\*New environment\*, three times: (.*)\. For each", PAGE)
    used = set().union(*map(environments, WORKFLOWS.values()))
    assert made and set(re.findall(r"`([\w-]+)`", made[1])) == used


def test_variables_and_secrets_are_those_of_the_workflows() -> None:
    table = rows("5. ")
    assert table.keys() == set(re.findall(r"\b(?:vars|secrets)\.(\w+)", TEXT))
    for name, (where, _) in table.items():
        used = {
            job["environment"]["name"]
            for data in WORKFLOWS.values()
            for job in data["jobs"].values()
            if re.search(rf"\b(vars|secrets)\.{name}\b", str(job))
        }
        assert set(re.findall(r"`([\w-]+)`", where)) == used, name
    for name, environment in re.findall(r"gh (?:variable|secret) set (\w+) --env (\w+)", PAGE):
        assert f"`{environment}`" in table[name][0]


def test_jobs_and_files_that_are_named_exist() -> None:
    jobs = {job for data in WORKFLOWS.values() for job in data["jobs"]}
    assert set(re.findall(r"job `([\w-]+)`", PAGE)) | set(re.findall(r"check `([\w-]+)`", PAGE)) <= jobs
    assert set(re.findall(r"([\w-]+)\.yml", PAGE)) <= WORKFLOWS.keys()
    assert set(re.findall(r"artifact `([\w-]+)`", PAGE)) <= set(
        re.findall(r"name: ([\w-]+)$", TEXT, re.MULTILINE)
    )


def test_actions_of_others_are_allowed_and_no_more() -> None:
    used = set(re.findall(r"uses: ([\w-]+/[\w-]+)@", TEXT))
    assert {name for name in used if not name.startswith("actions/")} == set(
        re.findall(r"`([\w-]+/[\w-]+)@\*`", PAGE)
    )


def test_rulesets_require_what_exists() -> None:
    rules = {path.name: json.loads(path.read_text("utf-8")) for path in ROOT.glob("docs/rulesets/*.json")}
    assert set(re.findall(r"\(rulesets/([\w.-]+)\)", PAGE)) == rules.keys()
    assert all(name == f"{rule['name']}.json" for name, rule in rules.items())
    required = [
        each["context"]
        for rule in rules["main.json"]["rules"]
        for each in rule.get("parameters", {}).get("required_status_checks", ())
    ]
    assert required == ["check"] and "check" in WORKFLOWS["check"]["jobs"]


def test_the_trust_of_the_role_is_json_and_names_what_takes_it() -> None:
    block = re.search(r"```json\n(.*?)```", PAGE, re.DOTALL)
    assert block
    (statement,) = json.loads(block[1])["Statement"]
    (held,) = statement["Condition"].values()
    trusted = {
        ref.partition("workflows/")[2].partition(".yml")[0]
        for ref in held["token.actions.githubusercontent.com:job_workflow_ref"]
    }
    assert trusted == {name for name, text in FILES.items() if "vars.AWS_ROLE" in text}
    subjects = held["token.actions.githubusercontent.com:sub"]
    assert all(subject.endswith(":environment:execute") and "*" not in subject for subject in subjects)
