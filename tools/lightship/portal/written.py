"""Markdown that people wrote, as HTML that is safe: no HTML of theirs, no pictures, links to https and mailto only."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from lightship.portal.pieces import address

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def html(text: str) -> Markup:
    """`text` without its title and comments; its headings begin at the second level."""
    parser = _parser()
    tokens = parser.parse(_COMMENT.sub("", text))
    return Markup(parser.renderer.render(_bare(_untitled(tokens)), parser.options, {}))


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    parser.validateLink = lambda url: bool(address(url))  # type: ignore[method-assign]
    return parser


def _untitled(tokens: Sequence[Token]) -> Sequence[Token]:
    """The page has a title of its own."""
    if len(tokens) >= 3 and tokens[0].type == "heading_open" and tokens[0].tag == "h1":
        return tokens[3:]
    return tokens


def _bare(tokens: Sequence[Token]) -> Sequence[Token]:
    """Without a second title, links that lead nowhere, and styles, which the page's policy forbids."""
    for token in tokens:
        token.attrs.pop("style", None)
        if token.tag == "h1":
            token.tag = "h2"
        if token.type == "link_open" and not address(str(token.attrs.get("href", ""))):
            token.attrs.clear()
        _bare(token.children or ())
    return tokens
