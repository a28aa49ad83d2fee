"""Drafts of post-mortems: what the timeline says is in them, and what people typed does nothing."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import markdown
import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser
from tests.incidents.stories import T, declared, told
from tests.trees import write

from lightship.catalog.catalog import Catalog
from lightship.catalog.load import load
from lightship.catalog.source import folder
from lightship.facts.records import Change
from lightship.incidents import events, postmortem
from lightship.incidents.inert import inert

_CHANGE = Change(id="deploy-7", at=T, title="Checkout 2.1", url="https://deploys.example/7")
_WORLD = {
    "catalog/people/ada.yaml": "name: Ada Example\n",
    "catalog/teams/payments.yaml": "name: Payments\nmembers: [ada]\n",
    "catalog/services/checkout.yaml": (
        "name: Checkout\nowner: payments\nfeatures: [buying]\ncustomers: [shops]\nrunbooks: [errors]\n"
    ),
    "catalog/features/buying.yaml": "name: Buying things\n",
    "catalog/customers/shops.yaml": "name: Small shops\n",
    "catalog/runbooks/errors.yaml": "name: It fails\nsteps: [{title: Look, manual: Look.}]\n",
}
_HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[click](javascript:alert(1))",
    "![x](https://evil.example/a.png)",
    "<https://evil.example>",
    "https://evil.example/x www.evil.example a@evil.example",
    "`code` **bold** _em_ ~~gone~~ $x$",
    "# heading",
    "- item",
    "1. item",
    "> quote",
    "a | b | c",
    "&lt;script&gt; &#60;b&#62;",
    "\\<b>\\[x\\](y)",
    "[x]: https://evil.example",
    "{{ 7*7 }} {% raw %}",
    "<!-- comment",
    "```\nfence",
    "line\n\n# two",
    "!!! note",
    "=====",
    "---",
    ": definition",
    "[^1] @ada #12",
)


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    return load(folder(write(tmp_path, _WORLD)))


def _story(text: str = "Rolled back.") -> tuple[tuple[float, events.Event], ...]:
    return (
        declared(
            title="Checkout fails", commander="ada", symptom="Orders are refused.",
            impact_started=T - timedelta(minutes=6), detected=T - timedelta(minutes=2), reason="graph",
        ),
        (4, events.Acknowledged()),
        (9, events.Updated(text="It began with the deployment.", suspect="deploy-7")),
        (31, events.Helped(runbook="errors", content_hash="0" * 16, note="Step 2 is out of date.")),
        (34, events.Mitigated(text="Traffic moved.")),
        (60, events.Resolved(text=text, cause="deploy-7")),
        (75, events.FollowedUp(id="f1", title="Test the rollback", owner="ada")),
    )  # fmt: skip


def _draft(catalog: Catalog, text: str = "Rolled back.") -> str:
    return postmortem.draft(told(*_story(text)), catalog, {_CHANGE.id: _CHANGE})


@pytest.mark.parametrize(
    "said",
    [
        "# Post-mortem of inc-20260302-abcd: Checkout fails",
        "A SEV2 incident of Checkout, which began on 2026-03-02 08:54 UTC. It lasted 1 h 6 min.",
        "- Features: Buying things",
        "- Customers: Small shops",
        "- Seen as: Orders are refused.",
        "- Duration: 1 h 6 min",
        "| impact started | 2026-03-02 08:54 |  | Ada Example |",
        "| acknowledged | 2026-03-02 09:04 | 4 min | Ada Example |",
        "| resolved | 2026-03-02 10:00 | 26 min | Ada Example |",
        "Who worked on it: Ada Example (commander).",
        "- **2026-03-02 09:09** Ada Example: suspected: deploy-7. It began with the deployment.",
        "- Recorded as the cause: Checkout 2.1 (deploy-7, 2026-03-02 09:00 UTC)",
        "- The runbook It fails helped. Step 2 is out of date.",
        "- Somebody had it after 4 min; 10 min are promised.",
        "| Test the rollback | Ada Example | 2026-03-30 | open |",
        "- Change deploy-7: <https://deploys.example/7>",
    ],
)
def test_what_the_timeline_says_is_in_it(catalog: Catalog, said: str) -> None:
    assert said in _draft(catalog).splitlines() or said in _draft(catalog)


def test_its_parts(catalog: Catalog) -> None:
    assert re.findall(r"^## (.*)$", _draft(catalog), re.MULTILINE) == [
        "Summary", "Impact", "Milestones", "Timeline", "Cause", "What fixed it", "What went well",
        "What went badly", "Follow-ups", "Links",
    ]  # fmt: skip
    assert "\n\n\n" not in _draft(catalog)


def test_what_nobody_recorded_is_said(catalog: Catalog) -> None:
    text = postmortem.draft(told(declared(), (9, events.Resolved())), catalog)
    assert "No cause was recorded, and no change was suspected." in text
    assert "Nobody recorded what fixed it." in text
    assert "`lightship incident follow-up inc-20260302-abcd`" in text


def test_strangers_are_marked(catalog: Catalog) -> None:
    from lightship.journal.entry import Actor

    text = postmortem.draft(
        told(declared(symptom="It is slow."), (9, events.Resolved()), by=Actor("a *stranger*")), catalog
    )
    assert "a \\*stranger\\* (unverified)" in text


def _rendered(text: str) -> LexborHTMLParser:
    return LexborHTMLParser(
        markdown.markdown(text, extensions=["tables", "fenced_code", "footnotes", "attr_list"])
    )


@pytest.mark.parametrize("text", _HOSTILE)
def test_text_stays_text(catalog: Catalog, text: str) -> None:
    shown = " ".join(text.split())
    for place in (f"- {inert(text)}", f"x {inert(text)}", f"| a |\n|---|\n| {inert(text)} |", inert(text)):
        page = _rendered(place)
        body = page.body
        assert body is not None and shown in " ".join(body.text().split()), place
        assert {node.tag for node in body.traverse()} <= {
            "body", "ul", "li", "p", "table", "thead", "tbody", "tr", "th", "td",
        }  # fmt: skip
    harmless, hostile = _rendered(_draft(catalog, "words")), _rendered(_draft(catalog, text))
    assert [node.tag for node in harmless.root.traverse()] == [  # type: ignore[union-attr]
        node.tag
        for node in hostile.root.traverse()  # type: ignore[union-attr]
    ]


@given(st.text(max_size=60))
def test_any_text_comes_back_as_it_was(text: str) -> None:
    one = " ".join(text.split())
    if not one or not one.isprintable():
        return
    body = _rendered(f"- {inert(text)}").body
    assert body is not None
    assert {node.tag for node in body.traverse()} <= {"body", "ul", "li", "p"}
    assert " ".join(body.text().split()) == one
