"""What is filled in: completed from the catalog in the order of the form, and judged with its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.catalog.rules.world import WORLD
from tests.trees import write

from lightship.actions.inputs import complete, unfit, wrong
from lightship.actions.values import Asking, ends_in, values
from lightship.catalog.catalog import Catalog
from lightship.catalog.kinds.action import Action
from lightship.catalog.load import load
from lightship.catalog.source import folder
from lightship.text import BadText

INCIDENT = {"id": "inc-20260601-k7qm", "title": "Carts are empty", "severity": "SEV1", "services": ["cart"]}


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    root: Path = tmp_path_factory.mktemp("world")
    return load(folder(write(root, dict(WORLD))))


def action(inputs: dict[str, Any], **more: Any) -> Action:
    step = {"id": "say", "uses": "slack.post_message", "with": {"channel": "a", "text": "b"}}
    given = {"category": "access", "policy": "owner", "target": "service", "steps": [step], "inputs": inputs}
    return Action.model_validate({"id": "act", **given, **more})


def asking(catalog: Catalog, **more: Any) -> Asking:
    return Asking(
        **{"entities": catalog.entities, "requester": "ben", "beneficiary": "ada", "target": "cart", **more}
    )


FORM = action(
    {
        "type": "object",
        "required": ["where", "hours"],
        "properties": {
            "where": {"type": "string", "x-kind": "environment", "x-default": "{{ target.environments | first }}"},
            "hours": {"type": "integer", "minimum": 1, "maximum": 8, "default": 2},
            "text": {"type": "string", "x-default": "{{ beneficiary.name }} in {{ inputs.where }}, {{ chosen.where.stage }}"},
            "people": {"type": "array", "items": {"type": "string", "x-kind": "person"}},
            "incident": {"type": "string", "x-default": "{{ incident.id }}"},
        },
    }
)  # fmt: skip


def test_defaults_come_from_the_catalog_in_the_order_of_the_form(catalog: Catalog) -> None:
    done = complete(FORM, {}, asking(catalog, incident=INCIDENT))
    assert done.troubles == ()
    assert done.inputs == {
        "where": "production",
        "hours": 2,
        "text": "Ada Example in production, production",
        "incident": "inc-20260601-k7qm",
    }


def test_what_is_given_stays_and_what_cannot_be_told_is_left_out(catalog: Catalog) -> None:
    done = complete(FORM, {"where": "production", "text": "{{ inputs.where }}"}, asking(catalog))
    assert done.troubles == ()
    assert done.inputs == {"where": "production", "text": "{{ inputs.where }}", "hours": 2}


def test_doing_it_again_changes_nothing(catalog: Catalog) -> None:
    once = complete(FORM, {"hours": 3}, asking(catalog))
    assert complete(FORM, once.inputs, asking(catalog)) == once


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            {"where": "prodution"},
            "input 'where': 'prodution' is not an environment; did you mean 'production'?",
        ),
        ({"people": ["ada", "bens"]}, "input 'people.1': 'bens' is not a person; did you mean 'ben'?"),
        ({"hours": 9}, "input 'hours': it is 8 at the most"),
        ({"hours": "2"}, "input 'hours': it is of type integer"),
        ({"hours": True}, "input 'hours': it is of type integer"),
        ({"huors": 2}, "input 'huors': 'act' does not ask for it; did you mean 'hours'?"),
    ],
)
def test_what_does_not_fit_is_said_at_its_place(catalog: Catalog, given: dict[str, Any], said: str) -> None:
    assert [str(each) for each in complete(FORM, given, asking(catalog)).troubles] == [said]


@pytest.mark.parametrize(
    ("target", "said"),
    [
        (None, "'act' is about a service; name it as the target"),
        ("crat", "the target 'crat' is not a service; did you mean 'cart'?"),
    ],
)
def test_a_target_is_needed_where_the_action_is_about_one(
    catalog: Catalog, target: str | None, said: str
) -> None:
    troubles = [
        str(each) for each in complete(FORM, {"where": "production"}, asking(catalog, target=target)).troubles
    ]
    assert troubles[0] == said


def test_an_action_about_nothing_takes_no_target(catalog: Catalog) -> None:
    done = complete(action({}, target=None), {}, asking(catalog))
    assert [str(each) for each in done.troubles] == ["'act' is about no service; leave the target out"]


def test_a_default_that_cannot_be_told_is_asked_for_where_it_is_needed(catalog: Catalog) -> None:
    form = action(
        {
            "required": ["incident"],
            "properties": {"incident": {"type": "string", "x-default": "{{ incident.id }}"}},
        }
    )
    (trouble,) = complete(form, {}, asking(catalog)).troubles
    assert trouble.name == "incident" and "it is needed, and has no default here" in trouble.message


def test_what_nobody_wrote_is_not_approved(catalog: Catalog) -> None:
    written = complete(FORM, {}, asking(catalog)).inputs
    assert wrong(FORM, written, asking(catalog)) == ()
    (trouble,) = wrong(
        FORM, {name: value for name, value in written.items() if name != "hours"}, asking(catalog)
    )
    assert str(trouble).startswith("input 'hours': it is not written, and would be 2; write it")


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "objekt"}, 1),
        ({"properties": 3}, 1),
        ({"properties": {"a": {"pattern": "("}}}, "x"),
        ({"properties": {"a": {"minimum": "x"}}}, 1),
        ({"properties": {"a": {"multipleOf": 0}}}, 1),
        ({"$ref": "http://127.0.0.1:9/schema.json"}, 1),
        ({"properties": {"a": {"$ref": "https://example.com/a.json"}}}, 1),
        ({"required": 7}, 1),
        ({"properties": {"a": {"items": {"$ref": "#/nowhere"}}}}, ["x"]),
    ],
)
def test_a_broken_schema_is_a_trouble_and_nothing_is_fetched(
    catalog: Catalog, schema: dict[str, Any], value: object
) -> None:
    assert complete(action(schema), {"a": value}, asking(catalog)).troubles
    assert list(unfit(schema, {"a": value}))


def test_an_end_is_worked_out_and_bounded(catalog: Catalog) -> None:
    form = action(FORM.inputs, expires="{{ inputs.hours }}h", longest="4h")
    seen = values(form, asking(catalog), {"hours": 3})
    found = ends_in(form, seen)
    assert found is not None and found.total_seconds() == 3 * 3600
    assert ends_in(action({}), seen) is None
    for hours, said in (
        (5, "5h is more than 4h"),
        (0, "a duration is"),
        ("x", "a duration is"),
        (-1, "a duration is"),
    ):
        with pytest.raises(BadText, match=said):
            ends_in(form, values(form, asking(catalog), {"hours": hours}))


def test_templates_see_entities_whole(catalog: Catalog) -> None:
    seen = values(FORM, asking(catalog), {"where": "production"}, {"say": {"message": "1"}})
    assert seen["target"]["id"] == "cart" and seen["target"]["team"]["id"] == "payments"
    assert seen["target"]["team"]["lead"] == "ada" and seen["beneficiary"]["email"] == "ada@example.com"
    assert seen["chosen"] == {"where": {**seen["chosen"]["where"], "id": "production", "name": "production"}}
    assert seen["steps"] == {"say": {"message": "1"}} and seen["incident"] is None


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
_NAMES = st.sampled_from(("where", "hours", "text", "people", "incident", "else", ""))
_SCHEMAS = st.dictionaries(
    st.sampled_from(
        ("type", "properties", "required", "items", "enum", "pattern", "minimum", "x-kind", "x-default", "default", "$ref")
    ),
    _JSON | st.sampled_from(("object", "string", "person", "{{ target.id }}", "{{ x", "array")),
    max_size=5,
)  # fmt: skip


@given(st.dictionaries(_NAMES, _JSON, max_size=5))
def test_whatever_is_filled_in_is_judged(catalog: Catalog, given_: dict[str, Any]) -> None:
    done = complete(FORM, given_, asking(catalog))
    assert set(given_) <= set(done.inputs)
    assert all(str(each) for each in wrong(FORM, given_, asking(catalog)))
    if not done.troubles:
        assert 1 <= done.inputs["hours"] <= 8 and done.inputs["where"] == "production"


@given(_SCHEMAS, st.dictionaries(_NAMES, _SCHEMAS, max_size=3), st.dictionaries(_NAMES, _JSON, max_size=3))
def test_whatever_a_schema_says_nothing_is_raised(
    catalog: Catalog, schema: dict[str, Any], properties: dict[str, Any], given_: dict[str, Any]
) -> None:
    form = action({**schema, "properties": properties})
    done = complete(form, given_, asking(catalog))
    assert all(str(each) for each in done.troubles)
    list(unfit(schema, given_))
