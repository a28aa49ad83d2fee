"""Loading: every kind, every refusal with its place, and a cache that changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.trees import TEAM, write
from tests.trees import commit as make_commit

from lightship.catalog.cache import Cache
from lightship.catalog.kinds import KINDS, by_folder, model
from lightship.catalog.load import load
from lightship.catalog.locate import located
from lightship.catalog.source import commit, folder

CART = "catalog/services/cart.yaml"


def test_a_service_of_two_lines_is_valid(tmp_path: Path) -> None:
    catalog = load(folder(write(tmp_path, {**TEAM, CART: "name: Cart\nowner: payments\n"})))
    assert catalog.findings == ()
    service = catalog.services["cart"]
    assert (service.lifecycle, service.tier, service.depends_on, service.path) == (
        "production",
        None,
        (),
        CART,
    )


def test_the_design_names_seventeen_kinds_and_each_has_its_folder() -> None:
    kinds = (
        "service system team person environment schedule runbook initiative feature customer slo dashboard "
        "scorecard waiver action policy request"
    )
    assert set(KINDS) == set(kinds.split())
    assert len(by_folder()) == len(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_of_every_kind_is_described(kind: str) -> None:
    schema = model(kind).model_json_schema(by_alias=True)
    bare = [
        f"{name}.{key}"
        for name, part in [(kind, schema), *schema.get("$defs", {}).items()]
        for key, value in part.get("properties", {}).items()
        if not value.get("description") and "$ref" not in str(value) and key != "id"
    ]
    assert bare == []


@pytest.mark.parametrize(
    ("text", "rule", "line", "column", "message", "fix"),
    [
        ("name: Cart\n", "field-missing", 1, 1, "'owner' is missing", "add `owner:`"),
        ("name: Cart\nowner: x\nteir: 1\n", "field-unknown", 3, 1, "'teir' is not a field here", "did you mean 'tier'?"),
        ("name: Cart\nowner: x\nid: cart\n", "field-unknown", 3, 1, "'id' is not a field", "the file's name is the id"),
        ("name: Cart\nowner: x\nkind: Component\n", "field-unknown", 3, 1, "'kind'", "the folder says the kind"),
        ("name: Cart\nowner: x\ntier: one\n", "field-invalid", 3, 7, "tier: ", ""),
        ("name: Cart\nowner: x\ntier: '1'\n", "field-invalid", 3, 7, "a whole number (it is '1')", "take the quotes away"),
        ("name: Cart\nowner: x\ntier: true\n", "field-invalid", 3, 7, "a whole number", ""),
        ("name: 12\nowner: x\n", "field-invalid", 1, 7, "a text", "put it in quotes"),
        ("name: Cart\nowner: x\ndepends_on: pay\n", "field-invalid", 3, 13, "a list", "put it in brackets"),
        ("name: Cart\nowner: x\nintegrations: pay\n", "field-invalid", 3, 15, "keys and values", ""),
        ("name: Cart\nowner: x\nlifecycle: productoin\n", "field-invalid", 3, 12, "lifecycle", "did you mean 'production'?"),
        ("name: Cart\nowner: x\ndepends_on:\n  - service: a\n    critcal: no\n", "field-unknown", 5, 5, "'critcal'", "did you mean 'critical'?"),
        ("name: Cart\nowner: x\nlinks: [{title: a, url: 'javascript:x'}]\n", "field-invalid", 3, 25, "https://", ""),
        ("name: Cart\nowner: X\n", "field-invalid", 2, 8, "an id: a-z, 0-9 and dashes", ""),
        ("name:\nowner: x\n", "field-invalid", 1, 6, "a text", "write it, or take the key out"),
        ("", "file-empty", 1, 1, "the file is empty", "`name:` and `owner:`"),
        ("- a\n", "file-not-a-mapping", 1, 1, "a list", "write at least"),
        ("name: a\nname: b\nowner: x\n", "yaml-duplicate-key", 2, 1, "first in line 1", "keep one"),
        ("name: &a x\nowner: *a\n", "yaml-anchor", 1, 7, "an anchor", "write the value out"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_file_is_found_at_its_place(
    tmp_path: Path, text: str, rule: str, line: int, column: int, message: str, fix: str
) -> None:
    catalog = load(folder(write(tmp_path, {CART: text})))
    (found,) = located(catalog.findings, catalog.source)
    assert (found.rule, found.path, found.line, found.column) == (rule, CART, line, column), found
    assert message in found.message and fix in found.fix
    assert catalog.services == {} and ("service", "cart") in catalog.unreadable


def test_one_broken_file_hides_no_other_and_is_not_called_unknown(tmp_path: Path) -> None:
    files = {
        **TEAM,
        CART: "name: Cart\nowner: payments\ndepends_on: [web, gone]\n",
        "catalog/services/web.yaml": "name: [\n",
        "catalog/services/ad.yaml": "name: Ad\n",
    }
    catalog = load(folder(write(tmp_path, files)))
    assert {found.rule for found in catalog.findings} == {"yaml-invalid", "field-missing"}
    assert [broken.target for broken in catalog.graph.broken] == ["gone"]


def test_a_file_that_is_refused_is_not_called_unknown(tmp_path: Path) -> None:
    files = {**TEAM, CART: "name: Cart\nowner: payments\ndepends_on: [web]\n"}
    root = write(tmp_path, files)
    (root / "catalog/services/web.yaml").symlink_to("cart.yaml")
    catalog = load(folder(root))
    assert {found.rule for found in catalog.findings} == {"path-refused"}
    assert ("service", "web") in catalog.unreadable and catalog.graph.broken == ()


def test_the_cache_changes_nothing_but_the_time(tmp_path: Path) -> None:
    root = write(
        tmp_path / "repo",
        {**TEAM, CART: "name: Cart\nowner: payments\ntier: 1\n", "catalog/services/ad.yaml": "teir: 1\n"},
    )
    plain = load(folder(root))
    cold = load(folder(root), Cache(tmp_path / "cache"))
    warm = load(folder(root), Cache(tmp_path / "cache"))
    assert plain.entities == cold.entities == warm.entities
    assert plain.findings == cold.findings == warm.findings != ()


def test_a_cache_that_is_broken_or_nowhere_is_as_good_as_none(tmp_path: Path) -> None:
    root = write(tmp_path / "repo", {**TEAM, CART: "name: Cart\nowner: payments\n"})
    cache = Cache(tmp_path / "cache")
    load(folder(root), cache)
    for path in (tmp_path / "cache").iterdir():
        path.write_bytes(b"not a database" * 100)
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "cache", tmp_path / "file" / "below"):
        assert set(load(folder(root), Cache(place)).services) == {"cart"}


def test_a_commit_reads_as_the_folder_that_it_was(tmp_path: Path) -> None:
    files = {**TEAM, CART: "name: Cart\nowner: payments\n", "lightship.yaml": "name: Till\n"}
    head = make_commit(tmp_path, files)
    write(tmp_path, {CART: "name: Changed\nowner: payments\n"})
    there, here = load(commit(tmp_path, head)), load(folder(tmp_path))
    assert (there.services["cart"].name, here.services["cart"].name) == ("Cart", "Changed")
    assert there.settings.name == "Till"
    assert there.blob(there.teams["payments"]) == here.blob(here.teams["payments"])


def test_many_files_are_read_as_few_are(tmp_path: Path) -> None:
    # From some number on, a second process reads half of the files.
    files = {
        f"catalog/services/s-{at}.yaml": f"name: S {at}\nowner: payments\ntier: {at % 6}\n"
        for at in range(2_100)
    }
    many = load(folder(write(tmp_path / "many", files)), Cache(tmp_path / "cache"))
    few = [
        load(
            folder(
                write(
                    tmp_path / str(part),
                    {path: text for path, text in files.items() if len(path) % 3 == part},
                )
            )
        )
        for part in range(3)
    ]
    assert many.services == {id: service for one in few for id, service in one.services.items()}
    assert set(many.findings) == {found for one in few for found in one.findings}
    assert len(many.services) == 1_400 and len(many.unreadable) == 700
    assert load(folder(tmp_path / "many"), Cache(tmp_path / "cache")).services == many.services
