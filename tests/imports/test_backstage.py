"""Backstage's files: everything is carried over or named, again and again the same."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
import yaml
from tests.trees import commit, lightship, write

from lightship.catalog.load import load
from lightship.catalog.source import folder
from lightship.imports.backstage import Result, carry
from lightship.imports.documents import documents
from lightship.imports.naming import Ref, parse_ref, slug
from lightship.imports.sources import read

HEAD = "apiVersion: backstage.io/v1alpha1\n"


def component(
    name: str, spec: str = "type: service\n  owner: shop\n  lifecycle: production", metadata: str = ""
) -> str:
    return f"{HEAD}kind: Component\nmetadata:\n  name: {name}\n{metadata}spec:\n  {spec}\n"


def imported(*texts: str) -> Result:
    return carry(
        document for index, text in enumerate(texts) for document in documents(f"{index}.yaml", text.encode())
    )


def data_of(result: Result, path: str) -> dict[str, object]:
    return next(file.data for file in result.files if file.path == path)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("shop", Ref("group", "default", "shop")),
        ("user:ada", Ref("user", "default", "ada")),
        ("Group:Infra/Shop", Ref("group", "infra", "shop")),
        ("infra/shop", Ref("group", "infra", "shop")),
    ],
)
def test_a_reference_takes_from_its_context_what_it_does_not_say(text: str, expected: Ref) -> None:
    assert parse_ref(text, "group", "default") == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("Cart_API.v2", "cart-api-v2"), ("---", ""), ("x" * 90, "x" * 64)]
)
def test_slug(text: str, expected: str) -> None:
    assert slug(text) == expected


def test_a_component_becomes_a_service_with_its_integrations() -> None:
    result = imported(
        component(
            "cart",
            metadata="  title: Cart\n  tags: [Go]\n  annotations:\n    github.com/project-slug: acme/cart\n"
            "    pagerduty.com/service-id: PABC123\n    pagerduty.com/integration-key: s3cret\n    acme.io/odd: x\n",
        )
    )
    assert data_of(result, "catalog/services/cart.yaml") == {
        "name": "Cart",
        "tags": ["go"],
        "integrations": {"github": {"repository": "acme/cart"}, "pagerduty": {"service_id": "PABC123"}},
        "repos": ["https://github.com/acme/cart"],
        "lifecycle": "production",
        "type": "service",
        "owner": "shop",
    }
    reasons = {left.what: (left.line, left.why) for left in result.left}
    assert reasons["component:cart: annotation acme.io/odd"] == (11, "there is no field for it")
    assert "it is a key" in reasons["component:cart: annotation pagerduty.com/integration-key"][1]
    assert not any("s3cret" in left.what + left.why for left in result.left)


def test_relations_of_every_sort_become_dependencies() -> None:
    api = f"{HEAD}kind: API\nmetadata: {{name: cart-api}}\nspec: {{type: grpc, owner: shop, lifecycle: production}}\n"
    resource = f"{HEAD}kind: Resource\nmetadata: {{name: db}}\nspec: {{type: database, owner: shop}}\n"
    result = imported(
        component(
            "cart",
            "owner: shop\n  providesApis: [cart-api]\n  dependsOn: ['resource:db', 'component:gone', 'group:shop']",
        ),
        component("web", "owner: shop\n  consumesApis: [cart-api]\n  dependsOn: [db]"),
        api,
        resource,
        f"{HEAD}kind: Group\nmetadata: {{name: shop}}\nspec: {{type: team}}\n",
    )
    assert data_of(result, "catalog/services/cart.yaml")["depends_on"] == ["db"]
    assert data_of(result, "catalog/services/web.yaml")["depends_on"] == ["db", "cart-api"]
    assert data_of(result, "catalog/services/cart-api.yaml")["depends_on"] == ["cart"]
    assert [(left.what, left.line, left.why) for left in result.left] == [
        ("component:cart: relation to component:gone", 8, "no file describes it"),
        ("component:cart: relation to group:shop", 8, "it is no component, resource or API"),
    ]


def test_names_that_meet_stay_apart() -> None:
    result = imported(
        component("cart"),
        f"{HEAD}kind: API\nmetadata: {{name: cart}}\nspec: {{owner: shop}}\n",
        component("Cart", metadata="  namespace: lab\n"),
        component("con"),
    )
    services = {file.path for file in result.files if "/services/" in file.path}
    assert services == {
        f"catalog/services/{id}.yaml" for id in ("cart", "cart-api", "cart-component", "con-component")
    }


def test_groups_and_users_become_teams_and_people() -> None:
    result = imported(
        f"{HEAD}kind: Group\nmetadata: {{name: shop}}\nspec: {{type: team, children: [till], members: [ada]}}\n",
        f"{HEAD}kind: Group\nmetadata: {{name: till}}\nspec: {{type: team}}\n",
        f"{HEAD}kind: User\nmetadata: {{name: bo}}\nspec: {{profile: {{displayName: Bo B}}, memberOf: [shop, lost]}}\n",
        component("cart", "owner: user:bo"),
        component("ad", "lifecycle: production"),
    )
    assert data_of(result, "catalog/teams/shop.yaml")["members"] == ["ada", "bo"]
    assert data_of(result, "catalog/teams/till.yaml")["parent"] == "shop"
    assert data_of(result, "catalog/teams/lost.yaml")["members"] == ["bo"]
    assert data_of(result, "catalog/people/ada.yaml")["name"] == "ada"
    assert data_of(result, "catalog/teams/bo-alone.yaml")["members"] == ["bo"]
    assert data_of(result, "catalog/services/cart.yaml")["owner"] == "bo-alone"
    assert data_of(result, "catalog/services/ad.yaml")["owner"] == "unowned"


@pytest.mark.parametrize(
    ("text", "line", "what", "why"),
    [
        ("a: [1, 2\n", 2, "a document", "it is not YAML"),
        ("- 1\n", 1, "a document", "not an entity"),
        (f"{HEAD}kind: Template\nmetadata: {{name: x}}\n", 2, "Template x", "software templates"),
        (f"{HEAD}kind: AiResource\nmetadata: {{name: x}}\n", 2, "AiResource x", "no kind for it"),
        (f"{HEAD}kind: Location\nmetadata: {{name: x}}\n", 2, "Location x", "points at other files"),
        ("apiVersion: v1\nkind: Secret\n", 1, "a document (Secret)", "not an entity"),
        (f"{HEAD}kind: Component\nmetadata: {{title: x}}\n", 3, "Component without a name", "no name"),
        (f"{HEAD}kind: Component\nmetadata:\n  name: '${{{{ values.x }}}}'\n", 4, "Component", "template"),
        ("a: " + "[" * 5000, 1, "a document", "nested too deeply"),
        ("a: &a {b: *a}\n", 1, "a document", "nested too deeply"),
        ("a: [" + "x," * 300_000 + "]", 1, "a document", "more than 100,000 values"),
    ],
)
def test_what_cannot_be_carried_is_named_with_its_place(text: str, line: int, what: str, why: str) -> None:
    (left,) = imported(text).left
    assert (left.line, what in left.what, why in left.why) == (line, True, True), left


def test_a_broken_document_hides_no_other() -> None:
    result = imported(f"{component('cart')}---\na: [\n---\n{component('web')}")
    assert {"catalog/services/cart.yaml", "catalog/services/web.yaml"} <= {file.path for file in result.files}
    assert len(result.left) == 1


@pytest.mark.parametrize(
    "content",
    [
        f"{component('cart')}---\n{component('web')}".replace("\n", "\r\n").encode(),
        f"%YAML 1.2\n---\n{component('cart')}...\n--- # next\n{component('web')}".encode(),
        f"{component('cart')}---\n{component('web')}".encode("utf-16"),
        (
            "--- {apiVersion: backstage.io/v1alpha1, kind: Component, metadata: {name: cart}, spec: {owner: shop}}\n"
            f"---\n{component('web')}"
        ).encode(),
    ],
)
def test_documents_are_found_however_a_file_is_written(content: bytes) -> None:
    result = carry(documents("catalog-info.yaml", content))
    assert [file.path for file in result.files if "/services/" in file.path] == [
        "catalog/services/cart.yaml",
        "catalog/services/web.yaml",
    ]
    assert result.left == ()


def test_merged_keys_and_odd_escapes_are_read_as_meant() -> None:
    head = f'{HEAD}kind: Component\nmetadata: {{name: cart, title: "Ca\\u202ert"}}\n'
    result = imported(f"{head}x: &x {{owner: shop, type: tool}}\nspec: {{type: library, <<: *x}}\n")
    data = data_of(result, "catalog/services/cart.yaml")
    assert (data["name"], data["owner"], data["type"]) == ("Cart", "shop", "library")


@pytest.mark.parametrize(
    ("owner", "why"),
    [
        ("domain:shop", "it is no group or user"),
        ("[a, b]", "it is no group or user"),
        ("'user:'", "it is no group or user"),
        ("", "none is named"),
    ],
)
def test_an_owner_that_is_none_is_named(owner: str, why: str) -> None:
    domain = f"{HEAD}kind: Domain\nmetadata: {{name: shop}}\nspec: {{owner: till}}\n"
    result = imported(component("cart", f"owner: {owner}"), domain)
    assert data_of(result, "catalog/services/cart.yaml")["owner"] == "unowned"
    assert [left.why for left in result.left] == [f"{why}; given to the team 'unowned'"]


@pytest.mark.parametrize(
    ("metadata", "spec", "named"),
    [
        ("  annotations: [x]\n", "owner: shop", "metadata.annotations"),
        ("  tags: go\n", "owner: shop", "metadata.tags"),
        ("  links: {url: x}\n", "owner: shop", "metadata.links"),
    ],
)
def test_what_has_another_form_is_named(metadata: str, spec: str, named: str) -> None:
    (left,) = imported(component("cart", spec, metadata)).left
    assert left.what == f"component:cart: {named}"


def test_circles_of_parents_are_cut_and_named() -> None:
    groups = [
        f"{HEAD}kind: Group\nmetadata: {{name: {one}}}\nspec: {{parent: {two}}}\n"
        for one, two in ("ab", "bc", "cb")
    ]
    result = imported(*groups)
    parents = {file.path: file.data.get("parent") for file in result.files}
    assert parents == {"catalog/teams/a.yaml": "b", "catalog/teams/b.yaml": None, "catalog/teams/c.yaml": "b"}
    assert [left.what for left in result.left] == ["group:b: parent c"]


def test_a_child_with_another_parent_is_named() -> None:
    result = imported(
        f"{HEAD}kind: Group\nmetadata: {{name: a}}\nspec: {{children: [c]}}\n",
        f"{HEAD}kind: Group\nmetadata: {{name: b}}\nspec: {{children: [c]}}\n",
        f"{HEAD}kind: Group\nmetadata: {{name: c}}\nspec: {{}}\n",
    )
    assert [(left.what, left.why) for left in result.left] == [
        ("group:b: child c", "it has the parent 'a' already")
    ]


def test_an_address_stays_with_the_first_who_has_it() -> None:
    users = [
        f"{HEAD}kind: User\nmetadata: {{name: {name}}}\nspec: {{profile: {{email: {email}}}}}\n"
        for name, email in (("ada", "x@example.com"), ("bo", "X@example.com"))
    ]
    result = imported(*users)
    assert data_of(result, "catalog/people/ada.yaml")["email"] == "x@example.com"
    assert "email" not in data_of(result, "catalog/people/bo.yaml")
    assert [left.what for left in result.left] == ["user:bo: email X@example.com"]


def test_members_beyond_what_a_team_holds_are_named() -> None:
    users = [
        f"{HEAD}kind: User\nmetadata: {{name: u{number:03}}}\nspec: {{memberOf: [all]}}\n"
        for number in range(502)
    ]
    result = imported(*users)
    members = data_of(result, "catalog/teams/all.yaml")["members"]
    assert isinstance(members, list) and len(members) == 500
    assert [(left.what, left.why) for left in result.left] == [
        ("catalog/teams/all.yaml: members (u500, u501)", "there is room for 500")
    ]


def test_a_location_is_followed_to_the_files_beside_it(tmp_path: Path) -> None:
    targets = "[./parts/*.yaml, ../other.yaml, ./all.yaml, gone.yaml, 'https://example.com/x.yaml']"
    location = (
        f"{HEAD}kind: Location\nmetadata: {{name: all}}\nspec:\n  target: ./one.yaml\n  targets: {targets}\n"
    )
    write(
        tmp_path / "acme",
        {
            "catalog/all.yaml": location,
            "catalog/one.yaml": component("one"),
            "catalog/parts/two.yaml": component("two"),
            "catalog/parts/passed.txt": component("passed"),
            "other.yaml": component("other"),
        },
    )
    for start in ("catalog/all.yaml", "catalog", "."):
        result = carry(read((tmp_path / "acme" / start,)))
        services = [Path(file.path).stem for file in result.files if "/services/" in file.path]
        assert services == ["one", "other", "two"]
        assert [(left.line, left.what) for left in result.left] == [
            (2, "Location all"),
            (6, "target gone.yaml"),
            (6, "target https://example.com/x.yaml"),
        ]


def test_files_named_by_themselves_are_told_apart(tmp_path: Path) -> None:
    write(tmp_path, {f"{name}/catalog-info.yaml": "a: 1\n" for name in ("cart", "web")})
    result = carry(read(tuple(tmp_path / name / "catalog-info.yaml" for name in ("cart", "web", "cart"))))
    assert [left.path for left in result.left] == ["cart/catalog-info.yaml", "web/catalog-info.yaml"]


def test_what_is_only_named_adds_to_earlier_imports_and_overwrites_none(tmp_path: Path) -> None:
    portal = write(tmp_path / "out", {"lightship.yaml": "name: Test\n"})
    user = f"{HEAD}kind: User\nmetadata: {{name: NAME}}\nspec: {{memberOf: [shop, lost]}}\n"
    group = f"{HEAD}kind: Group\nmetadata: {{name: shop, title: The shop}}\nspec: {{}}\n"
    one = write(tmp_path / "one", {"org.yaml": f"{group}---\n{user.replace('NAME', 'ada')}"})
    two = write(tmp_path / "two", {"org.yaml": user.replace("NAME", "bo")})
    outs = [lightship(portal, "import", "backstage", str(source)).out for source in (one, two)]
    assert "kept as it is" not in outs[0]
    assert outs[1].split("described by another import")[1].split() == ["(1):", "catalog/teams/shop.yaml"]
    done = lightship(portal, "import", "backstage", str(one))
    shop, lost = (
        yaml.safe_load((portal / f"catalog/teams/{name}.yaml").read_text()) for name in ("shop", "lost")
    )
    assert shop == {"name": "The shop", "members": ["ada"]}
    assert lost["members"] == ["ada", "bo"]
    assert "0 new, 0 changed" in done.err


def test_nothing_is_written_through_a_link_or_over_what_is_no_folder(tmp_path: Path) -> None:
    source = write(tmp_path / "in", {"catalog-info.yaml": component("cart")})
    portal = write(tmp_path / "out", {"lightship.yaml": "name: Test\n"})
    (tmp_path / "elsewhere").mkdir()
    (portal / "catalog").symlink_to(tmp_path / "elsewhere")
    done = lightship(portal, "import", "backstage", str(source))
    assert done.code == 0 and "kept as it is" in done.out
    assert list((tmp_path / "elsewhere").iterdir()) == []
    (portal / "catalog").unlink()
    (portal / "catalog").write_text("")
    done = lightship(portal, "import", "backstage", str(source))
    assert done.code == 3
    assert done.err.startswith("lightship: catalog/services/cart.yaml cannot be written: ")


def test_many_left_out_things_are_summed_up(tmp_path: Path) -> None:
    source = write(
        tmp_path / "in",
        {f"{number}.yaml": component(f"c{number}", metadata="  labels: {a: b}\n") for number in range(30)},
    )
    done = lightship(
        write(tmp_path / "out", {"lightship.yaml": "name: Test\n"}), "import", "backstage", str(source)
    )
    assert "\n  30 ×: there is no field for it\n" in done.err
    assert done.out.count(": left out: ") == 30


def test_what_the_model_refuses_is_left_out_and_the_rest_stays() -> None:
    links = (
        "  links:\n    - {title: a, url: http://plain.example}\n    - {title: b, url: 'https://ok.example'}\n"
    )
    result = imported(component("cart", metadata=links))
    assert data_of(result, "catalog/services/cart.yaml")["links"] == [
        {"title": "b", "url": "https://ok.example"}
    ]
    (left,) = result.left
    assert (left.line, left.what) == (5, "component:cart: links.0 (http://plain.example)")
    assert "https" in left.why


def test_running_it_again_changes_nothing_and_a_changed_file_is_its_owners(tmp_path: Path) -> None:
    source = write(
        tmp_path / "in", {"catalog-info.yaml": component("cart"), "b/other.yaml": component("web")}
    )
    portal = write(tmp_path / "out", {"lightship.yaml": "name: Test\n"})
    planned = lightship(portal, "import", "backstage", str(source), "--plan")
    assert planned.code == 0 and "would be new (3)" in planned.out
    assert not (portal / "catalog").exists()
    assert lightship(portal, "import", "backstage", str(source)).code == 0
    before = {path: path.read_text() for path in portal.rglob("*.yaml")}
    assert len(before) == 4
    assert "0 new" in lightship(portal, "import", "backstage", str(source)).err
    assert {path: path.read_text() for path in portal.rglob("*.yaml")} == before

    write(source, {"catalog-info.yaml": component("cart", metadata="  title: Till\n")})
    web = portal / "catalog/services/web.yaml"
    web.write_text(web.read_text() + "tier: 2\n")
    write(source, {"b/other.yaml": component("web", metadata="  title: Site\n")})
    again = lightship(portal, "import", "backstage", str(source))
    assert "name: Till" in (portal / "catalog/services/cart.yaml").read_text()
    assert web.read_text().endswith("tier: 2\n") and "kept as it is" in again.out


def test_real_catalogs_load_without_a_finding_and_no_entity_is_lost(shared: Path, tmp_path: Path) -> None:
    start = shared / "data" / "backstage"
    portal = write(tmp_path, {"lightship.yaml": "name: Test\n"})
    done = lightship(portal, "import", "backstage", str(start))
    assert done.code == 0 and "Traceback" not in done.err
    catalog = load(folder(portal))
    assert catalog.findings == () and catalog.graph.broken == ()
    named = {line.split(":")[0] for line in done.out.splitlines() if ": left out: " in line}
    carried = {
        path.read_text().split(". Change it")[0].split("# Imported from ")[1]
        for path in portal.glob("catalog/*/*.yaml")
    }
    with (shared / "data" / "backstage-verdicts.csv").open() as rows:
        files = [f"backstage/{row['file']}" for row in csv.DictReader(rows)]
    lost = [file for file in files if file not in named | carried and (start.parent / file).is_file()]
    assert lost == []


@pytest.mark.parametrize(
    "text", ["1e3", "no", "0o17", "- x", "a: b", "#x", " x", "x ", "line\nline", "é", "null", "{{ x }}"]
)
def test_written_texts_are_read_back_as_they_were(text: str) -> None:
    from lightship.catalog.read import parse
    from lightship.imports.files import Imported, render

    rendered = render(Imported("catalog/services/x.yaml", {"name": text, "tags": [text]}, "x.yaml"))
    assert parse(rendered.encode()) == yaml.safe_load(rendered) == {"name": text, "tags": [text]}


def test_a_folder_without_catalog_files_is_said_to_hold_none(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    commit(tmp_path / "portal", {"lightship.yaml": "name: Test\n"})
    done = lightship(tmp_path / "portal", "import", "backstage", "../source")
    assert (done.code, done.out, done.err) == (0, "", "nothing of Backstage's in ../source\n")
