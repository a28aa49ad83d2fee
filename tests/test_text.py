"""Texts of parameters: rendered once over data, bounded, and known before they are rendered."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightship import text
from lightship.text import BadText

VALUES = {
    "inputs": {
        "hours": 2,
        "services": ["cart", "checkout"],
        "hostile": "{{ request.id }}{% raw %}",
        "items": "a word",
        "none": None,
    },
    "request": {"id": "req-1"},
    "target": {"integrations": {"slack": None}},
}


@pytest.mark.parametrize(
    ("template", "rendered"),
    [
        ("as it stands", "as it stands"),
        ("{ not a template }", "{ not a template }"),
        ("{{ inputs.hours }}", 2),
        ("for {{ inputs.hours }} h", "for 2 h"),
        ("{{ inputs.services }}", ["cart", "checkout"]),
        ("{{ inputs.services | join(', ') }}", "cart, checkout"),
        ("{{ inputs['hours'] }}h", "2h"),
        ("{{ inputs.hours ~ 'h' }}", "2h"),
        ("{{ inputs.none }}", None),
        ("{% if inputs.hours > 1 %}many{% else %}one{% endif %}", "many"),
        ("{{ 'long' if inputs.hours > 8 else 'short' }}", "short"),
        ("{{ target.integrations.slack.channel | default('#general') }}", "#general"),
        ("{{ nobody.at.all | default('x') }}", "x"),
        ("{{ inputs.services[0] }} and {{ inputs.services | last }}", "cart and checkout"),
        ("{{ inputs.items }}", "a word"),
        ("<b>{{ inputs.hours }}</b>\n", "<b>2</b>\n"),
    ],
)
def test_texts_are_rendered(template: str, rendered: object) -> None:
    assert text.render(template, VALUES) == rendered


def test_values_are_never_templates() -> None:
    assert text.render("{{ inputs.hostile }}", VALUES) == "{{ request.id }}{% raw %}"
    assert text.render("say {{ inputs.hostile }}", VALUES) == "say {{ request.id }}{% raw %}"
    assert text.fill({"{{ x }}": ["{{ inputs.hostile }}", 3]}, VALUES) == {
        "{{ x }}": ["{{ request.id }}{% raw %}", 3]
    }


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{{ inputs.hour }}", "there is no 'inputs.hour'"),
        ("in {{ inputs.hour }}", "there is no 'inputs.hour'"),
        ("{{ input.hours }}", "there is no 'input.hours'"),
        ("{{ inputs.services[0] }}{{ inputs.services[9] }}", "there is no 'inputs.services.9'"),
        ("{{ inputs.hours + 'h' }}", "unsupported operand"),
        ("{{ ", "unexpected"),
        ("{% if x %}", "unexpected end of template"),
        ("{{ 'x' * 9999999 }}", "'mul' is not part of the language"),
        ("{{ 9 ** 9 ** 9 }}", "'pow' is not part of the language"),
        ("{% for i in inputs.services %}{% endfor %}", "'for' is not part of the language"),
        ("{% set x = 1 %}", "'assign' is not part of the language"),
        ("{% include 'x' %}", "'include' is not part of the language"),
        ("{% macro x() %}{% endmacro %}", "'macro' is not part of the language"),
        ("{{ inputs.keys() }}", "'call' is not part of the language"),
        ("{{ lipsum }}", "there is no 'lipsum'"),
        ("{{ inputs.__class__ }}", "'__class__' is nobody's field"),
        ("{{ inputs['__class__'] }}", "there is no 'inputs.__class__'"),
        ("{{ inputs | attr('keys') }}", "'attr' is not a filter here"),
        ("{{ inputs | tojson }}", "'tojson' is not a filter here"),
        ("{{ 'x' | center(99999999) }}", "'center' is not a filter here"),
        ("{{ inputs.hours is callable }}", "'callable' is not a test here"),
        ("{{ 'x' }}" + " " * text.LONGEST, "longer than"),
    ],
)
def test_what_is_no_text_of_this_language_says_why(template: str, said: str) -> None:
    with pytest.raises(BadText) as caught:
        text.render(template, VALUES)
    assert said in str(caught.value)


def test_what_comes_out_is_bounded() -> None:
    long: dict[str, Any] = {"x": "x" * (text.MOST // 2 + 1)}
    assert len(text.render("{{ x }}", long)) == text.MOST // 2 + 1
    with pytest.raises(BadText, match="20000 are allowed"):
        text.render("{{ x }}{{ x }}", long)


@pytest.mark.parametrize(
    ("template", "names", "needs"),
    [
        ("nothing", set(), set()),
        ("{{ inputs.a }} {{ request.id | upper }}", {"inputs.a", "request.id"}, {"inputs.a", "request.id"}),
        ("{{ inputs['a'].b[0] }}", {"inputs.a.b.0"}, {"inputs.a.b.0"}),
        ("{{ inputs.a | default(inputs.b) }}", {"inputs.a", "inputs.b"}, {"inputs.b"}),
        ("{% if inputs.a is defined %}{{ inputs.a }}{% endif %}", {"inputs.a"}, set()),
        ("{{ inputs[request.id] }}", {"inputs", "request.id"}, {"inputs", "request.id"}),
    ],
)
def test_what_a_text_looks_at_is_known(template: str, names: set[str], needs: set[str]) -> None:
    assert {".".join(path) for path in text.names(template)} == names
    assert {".".join(path) for path in text.needs(template)} == needs


def test_whether_a_text_depends_on_values_is_known() -> None:
    assert text.is_dynamic("{{ a }}") and text.is_dynamic("b{% if a %}c{% endif %}")
    assert not text.is_dynamic("{ a }") and not text.is_dynamic("{# a remark #}")


_PIECES = (
    "{{", "}}", "{%", "%}", "{#", "#}", " if ", " endif ", " else ", " for x in ", "inputs", ".hours", ".services", "['a']",
    "[0]", " | ", "default('x')", "join(',')", "int", "length", " + ", " ~ ", " == ", " in ", " is defined", "(", ")", "'", '"',
    "1", "none", "not ", " and ", "a", "\n", "é", "__class__", "\\", "raw", "set b = 1", "self", "loop", "cycler()", "%",
)  # fmt: skip


@given(st.lists(st.sampled_from(_PIECES), max_size=14).map("".join))
def test_whatever_is_written_is_rendered_or_refused(template: str) -> None:
    try:
        names = text.names(template)
        needed = text.needs(template)
    except BadText:
        with pytest.raises(BadText):
            text.render(template, VALUES)
        return
    assert needed <= names
    try:
        text.render(template, VALUES)
    except BadText as error:
        assert str(error)


@given(st.text(max_size=60))
def test_what_somebody_wrote_comes_out_as_it_is(written: str) -> None:
    values = {"x": written, "list": [written]}
    assert text.render("{{ x }}", values) == written
    assert text.render("<{{ x }}>", values) == f"<{written}>"
    assert text.fill(["{{ list }}"], values) == [[written]]


@given(st.dictionaries(st.sampled_from(("a", "b")), st.integers()))
def test_what_is_needed_is_enough_to_render(values: dict[str, int]) -> None:
    template = "{{ a }}{{ b | default(0) }}"
    enough = all(path[0] in values for path in text.needs(template))
    try:
        text.render(template, values)
        rendered = True
    except BadText:
        rendered = False
    assert rendered == enough
