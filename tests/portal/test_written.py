"""Markdown that people wrote is shown as they meant it, and nothing of it is live."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser
from tests.portal.vectors import VECTORS

from lightship.portal.written import html

# What Markdown without HTML can make.
_MADE = frozenset(
    [
        "p",
        "strong",
        "em",
        "code",
        "pre",
        "ul",
        "ol",
        "li",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "blockquote",
        "hr",
        "br",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "a",
    ]
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("# Title\n\n## Cause\n", "<h2>Cause</h2>\n"),
        ("Before\n\n# Second title\n", "<p>Before</p>\n<h2>Second title</h2>\n"),
        ("a *b* **c** `d`", "<p>a <em>b</em> <strong>c</strong> <code>d</code></p>\n"),
        ("[in](https://example.com/a?b=1)", '<p><a href="https://example.com/a?b=1">in</a></p>\n'),
        ("<https://example.com/>", '<p><a href="https://example.com/">https://example.com/</a></p>\n'),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>\n"),
        ("[x](../services/cart/)", "<p>[x](../services/cart/)</p>\n"),
        ("<b>x</b>", "<p>&lt;b&gt;x&lt;/b&gt;</p>\n"),
        ("a <!-- how to\nwrite it --> b", "<p>a  b</p>\n"),
        ("- one\n- two", "<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n"),
    ],
)
def test_it_is_shown_as_it_was_meant(text: str, shown: str) -> None:
    assert html(text) == shown


def test_a_table_brings_no_styles() -> None:
    made = html("| a | b |\n|:--|--:|\n| 1 | 2 |\n")
    assert "<td>2</td>" in made
    assert "style" not in made


_FORMS = (
    "{}",
    "[{0}]({0})",
    "# {}",
    "`{}`",
    "```{0}\n{0}\n```",
    "| {} |\n|---|\n| {} |",
    "[x]\n\n[x]: {}",
    "<{}>",
    "![{0}]({0})",
)


@pytest.mark.parametrize("form", _FORMS)
def test_nothing_is_live(form: str) -> None:
    for text in VECTORS:
        written = form.format(text, text) if form.count("{}") > 1 else form.format(text)
        tree = LexborHTMLParser(f"<main>{html(written)}</main>")
        main = tree.css_first("main")
        assert main is not None
        for node in main.traverse(include_text=False):
            if node.tag in ("main", "-comment"):
                continue
            assert node.tag in _MADE, (written, node.tag)
            for name, value in node.attributes.items():
                assert name in ("href", "class", "start"), (written, name)
                assert name != "href" or (value or "").startswith(("https://", "mailto:")), (written, value)
                assert name != "class" or (value or "").startswith("language-"), (written, value)
