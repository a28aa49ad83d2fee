"""Files that are written from the catalog: schemas and CODEOWNERS, and how drift shows."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from tests.trees import TEAM, lightship, write

from lightship.catalog.kinds import KINDS, by_folder
from lightship.catalog.read import parse
from lightship.catalog.schemas import NAMES, schema
from lightship.facts import schemas as records
from lightship.imports.incidents import schemas as histories


def test_the_schemas_in_the_repository_are_up_to_date(root: Path) -> None:
    done = lightship(root, "schema", "--check")
    assert done.code == 0, done.out


@pytest.mark.parametrize("text", [*map(schema, NAMES), *map(records.schema, records.NAMES)])
def test_every_schema_is_one(text: str) -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads(text))


def test_every_file_of_this_repository_satisfies_its_schema(root: Path) -> None:
    seen = set()
    for folder, kind in by_folder().items():
        validator = jsonschema.Draft202012Validator(json.loads(schema(kind)))
        for path in sorted((root / folder).glob("*.yaml")):
            validator.validate(parse(path.read_bytes()))
            seen.add(kind)
    assert {"scorecard", "action", "policy"} <= seen


def test_schema_prints_one_kind_and_knows_near_misses(tmp_path: Path) -> None:
    write(tmp_path, {"lightship.yaml": "name: x\n"})
    done = lightship(tmp_path, "schema", "service")
    shown = json.loads(done.out)
    assert set(shown["required"]) == {"name", "owner"} and "id" not in shown["properties"]
    wrong = lightship(tmp_path, "schema", "servce")
    assert (wrong.code, "did you mean 'service'?" in wrong.err) == (2, True)


def test_schemas_are_written_once_and_drift_is_found(tmp_path: Path) -> None:
    write(tmp_path, {"lightship.yaml": "name: x\n"})
    count = len(KINDS) + 1 + len(records.NAMES) + len(histories.NAMES)
    assert len(lightship(tmp_path, "schema").out.splitlines()) == count
    assert lightship(tmp_path, "schema").out == ""
    (tmp_path / "schemas/team.json").write_text("{}")
    done = lightship(tmp_path, "schema", "--check")
    assert done.code == 1 and done.out.startswith("schemas/team.json: generated-file-stale")


SETTINGS = "name: x\nowners: {default: web, people: payments, waivers: payments, scorecards: web}\n"
CATALOG = {
    **TEAM,
    "lightship.yaml": SETTINGS,
    "catalog/people/bo.yaml": "name: Bo Example\ngithub: Bo-Ex\n",
    "catalog/people/cy.yaml": "name: Cy Example\ngithub: cy\nactive: false\n",
    "catalog/teams/web.yaml": "name: Web\nmembers: [bo, cy]\n",
    "catalog/teams/payments.yaml": "name: Payments\nmembers: [ada]\ngithub: acme/payments\n",
    "catalog/teams/ghosts.yaml": "name: Ghosts\nmembers: [ada]\n",
    "catalog/services/cart.yaml": "name: Cart\nowner: payments\n",
    "catalog/services/site.yaml": "name: Site\nowner: web\n",
    "catalog/services/ghost.yaml": "name: Ghost\nowner: ghosts\n",
}


def test_files_belong_to_the_owners_of_what_they_describe(tmp_path: Path) -> None:
    done = lightship(write(tmp_path, CATALOG), "codeowners")
    lines = (tmp_path / ".github/CODEOWNERS").read_text().splitlines()
    rows = [line.split() for line in lines[1:]]
    owners = {row[0]: row[1:] for row in rows}
    assert rows[0] == ["*", "@bo-ex"]
    assert owners["/catalog/services/cart.yaml"] == ["@acme/payments"]
    assert owners["/catalog/services/site.yaml"] == ["@bo-ex"]
    assert "/catalog/services/ghost.yaml" not in owners and "team 'ghosts' owns files" in done.err
    assert owners["/catalog/people/"] == owners["/scorecards/waivers/"] == ["@acme/payments"]
    order = [row[0] for row in rows]
    assert order.index("/scorecards/") < order.index("/scorecards/waivers/")
    assert lightship(tmp_path, "codeowners", "--check").code == 0


def test_drift_of_codeowners_is_found(tmp_path: Path) -> None:
    lightship(write(tmp_path, CATALOG), "codeowners")
    write(tmp_path, {"catalog/services/cart.yaml": "name: Cart\nowner: web\n"})
    done = lightship(tmp_path, "codeowners", "--check")
    assert done.code == 1 and "run `lightship codeowners`" in done.out


def test_editors_find_the_schema_of_every_kind(root: Path) -> None:
    mapped = json.loads((root / ".vscode/settings.json").read_text())["yaml.schemas"]
    expected = {f"./schemas/{kind}.json": [f"{folder}/*.yaml"] for folder, kind in by_folder().items()}
    assert mapped == expected | {"./schemas/settings.json": ["lightship.yaml"]}
