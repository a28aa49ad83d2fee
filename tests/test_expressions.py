"""Conditions: what they may name, what they may cost, and that no evaluation ever raises."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lightship.expressions import MISSING, Broken, Expression, Shape, check, context
from lightship.scorecards.vocabulary import VARIABLES, reference

THINGS = {
    "name": Shape("text"),
    "tier": Shape("number", unset=5),
    "kind": Shape("text", values=("api", "worker")),
    "live": Shape("yes or no"),
    "tags": Shape("list", item=Shape("text")),
    "owner": Shape("object", fields={"id": Shape("text"), "lead": Shape("text")}),
    "parts": Shape("list", item=Shape("object", fields={"id": Shape("text"), "size": Shape("number")})),
    "seen": Shape("number", may_be_missing=True),
}
OFFERED = {"thing": Shape("object", fields=THINGS), "facts": Shape("anything"), "today": Shape("moment")}
VALUES = {
    "thing": {
        "name": "Cart",
        "tier": 2,
        "kind": "api",
        "live": True,
        "tags": ["a", "b"],
        "owner": {"id": "", "lead": "ada"},
        "parts": [{"id": "x", "size": 3}, {"id": "y", "size": 0}],
    },
    "facts": {"coverage": 80, "name": "text"},
}


def verdict(source: str) -> object:
    return Expression(source, OFFERED).evaluate(context(VALUES))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("thing.tier == 2", True),
        ("thing.tier in [1, 3]", False),
        ("size(thing.tags) == 2 && thing.tags.size() == 2", True),
        ("thing.parts.exists(p, p.size > 2)", True),
        ("thing.parts.filter(p, p.size > 0).all(q, q.id == 'x')", True),
        ("thing['name'] == 'Cart'", True),
        ("thing.parts[0].id == 'x'", True),
        ("facts.coverage >= 80", True),
        ("facts['coverage'] >= 80.5", False),
        ("has(facts.coverage) && !has(facts.other)", True),
        # With a default for everything, `has` means: given.
        ("has(thing.name)", True),
        ("has(thing.owner.id)", False),
        ("has(thing.owner)", True),
        ("has(thing.tags) && has(thing.live) && has(thing.tier)", True),
        ("thing.parts.all(p, has(p.size))", False),
        ("facts.other > 1", MISSING),
        ("facts.other > 1 || thing.live", True),
        ("thing.seen == 1", MISSING),
        ("thing.name.matches('^C[a-z]+$')", True),
        ("thing.name == 'it\\'s' || thing.name == \"a \\\" b\" || thing.name == r'\\d'", False),
        ("thing.live // && nothing.at.all", True),
    ],
)
def test_what_an_expression_says(source: str, expected: object) -> None:
    assert Expression(source, OFFERED).troubles == ()
    assert verdict(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        "facts.name > 1",
        "thing.tier",
        "thing.name",
        "thing.tier / 0 == 1",
        "thing.parts[7].id == ''",
        "[1][0]",
    ],
)
def test_what_cannot_be_judged_is_broken_and_says_why(source: str) -> None:
    found = verdict(source)
    assert isinstance(found, Broken)
    assert found.message and "\n" not in found.message


@pytest.mark.parametrize(
    ("source", "message", "fix"),
    [
        ("thing.teir == 1", "'thing' has no field 'teir'", "did you mean 'tier'?"),
        ("thign.tier == 1", "there is no 'thign' here", "did you mean 'thing'?"),
        ("thing.parts.exists(p, p.sise > 1)", "'thing.parts' has no field 'sise'", "did you mean 'size'?"),
        ("thing.parts.size > 1", "'thing.parts' is a list, it has no field 'size'", "use thing.parts.exists"),
        ("thing.name.id == ''", "'thing.name' is a text, it has no field 'id'", ""),
        ("thing.kind == 'apii'", "'thing.kind' is never 'apii'", "did you mean 'api'?"),
        ("thing.name != null", "'thing.name' is never null", "write has(thing.name)"),
        ("seize(thing.tags) > 1", "there is no function 'seize'", "did you mean 'size'?"),
        ("thing.name.lower() == ''", "there is no function 'lower'", "known: "),
        ("cel.bind(x, thing.name, x == '')", "there is no 'cel' here", "known: "),
        ("thing.tier ==", "the expression is not CEL: ", "`lightship explain --conditions`"),
        ("thing.name == 'open", "the expression is not CEL: ", "`lightship explain --conditions`"),
        (
            "thing.name.matches(thing.name)",
            "matches() takes a pattern that is written out",
            "put the pattern",
        ),
        ("thing.name.matches('(a{100}){100}')", "the pattern of matches() is too large", "use at most"),
        ("x" * 1001, "the expression is longer than 1000 characters", "split it"),
    ],
)
def test_what_is_found_before_anything_is_judged(source: str, message: str, fix: str) -> None:
    first = check(source, OFFERED)[0]
    assert first.message.startswith(message)
    assert first.fix.startswith(fix)
    assert isinstance(verdict(source), Broken)


@pytest.mark.parametrize(
    "source",
    [
        "[1].all(a, [1].all(b, [1].all(c, true)))",
        "['a'].map(a, a + a).map(b, b + b).map(c, c + c) == []",
        "[" + ",".join(["1"] * 60) + "].all(a, true)",
        "(" * 400 + "true" + ")" * 400,
        "[" * 900,
        "!" * 999 + "thing.live",
        "-" * 990 + "1 == 1",
        "thing.live ? " * 70 + "true",
        "thing" + ".owner" * 160 + ".id == ''",
        " && ".join(["thing.live"] * 70),
    ],
)
def test_nothing_takes_long(source: str) -> None:
    start = time.perf_counter()
    Expression(source, OFFERED).evaluate(context(VALUES))
    assert time.perf_counter() - start < 0.5


WORDS = (
    "thing facts . name tier parts owner tags ( ) [ ] { } , ? : ! == != < && || + - in has size exists map filter "
    "matches p 'a' 1 0 null true \" ' \\ \n é \u202e r'x' b'x' 0x 1e999 //"
)
PIECES = st.sampled_from([*WORDS.split(" "), " ", "\n"])


@settings(max_examples=1500, deadline=None)
@given(st.lists(PIECES, max_size=25).map("".join) | st.text(max_size=60))
def test_no_text_raises(source: str) -> None:
    expression = Expression(source, OFFERED)
    found = expression.evaluate(context(VALUES))
    assert found is MISSING or isinstance(found, bool | Broken)
    assert not expression.troubles or isinstance(found, Broken)


def test_the_reference_describes_every_name_that_a_rule_may_use() -> None:
    rows = list(reference())
    assert {name for name, _, _ in rows} >= {
        "service.tier",
        "dependencies[].critical",
        "oncall.covered",
        "facts",
    }
    undescribed = [name for name, _, meaning in rows if not meaning and "." not in name]
    assert undescribed == []


def test_every_variable_of_the_vocabulary_can_be_named() -> None:
    for name, kind, _ in reference():
        if "[]" not in name and "." in name and kind in ("text", "list", "number"):
            assert check(f"has({name})", VARIABLES) == (), name
