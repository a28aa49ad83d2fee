"""Finds what is live in a page: elements, attributes and addresses that text from YAML must never become."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

# What the frame and the templates are made of.
_ELEMENTS = frozenset(
    [
        "html",
        "head",
        "meta",
        "title",
        "link",
        "script",
        "body",
        "input",
        "label",
        "div",
        "a",
        "span",
        "svg",
        "path",
        "g",
        "rect",
        "text",
        "circle",
        "line",
        "polyline",
        "defs",
        "marker",
        "tspan",
        "button",
        "kbd",
        "form",
        "nav",
        "header",
        "footer",
        "main",
        "aside",
        "article",
        "section",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "small",
        "strong",
        "em",
        "code",
        "pre",
        "time",
        "table",
        "caption",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "details",
        "summary",
        "figure",
        "figcaption",
        "i",
        "br",
        "hr",
        "select",
        "option",
        "output",
        "fieldset",
        "legend",
        "mark",
        "abbr",
        "-text",
        "-comment",
    ]
)
_ADDRESSES = frozenset(
    [
        "href",
        "src",
        "action",
        "formaction",
        "xlink:href",
        "data",
        "poster",
        "background",
        "cite",
        "manifest",
        "ping",
        "srcset",
        "to",
        "from",
    ]
)
_SCHEMES = frozenset({"", "https", "mailto", "tel"})
_BLANK = re.compile(r"[\x00-\x20]+")
_SCRIPT = re.compile(r"^(\.\./|\./|/|/portal/)*assets/[a-z0-9./_-]+\.js$")


def live(html: str) -> list[str]:
    """Everything in `html`, parsed as a browser does, that is not what the portal itself is made of."""
    return list(_live(html))


def _live(html: str) -> Iterator[str]:
    tree = LexborHTMLParser(html)
    assert tree.root is not None
    for node in tree.root.traverse(include_text=False):
        tag = node.tag or ""
        if tag not in _ELEMENTS and not tag.startswith("!"):
            yield f"element <{tag}>"
        attributes = {name.casefold(): value or "" for name, value in node.attributes.items()}
        yield from _attributes(tag, attributes)
        if (
            tag == "script"
            and attributes.get("type") != "application/json"
            and not _SCRIPT.match(attributes.get("src", ""))
        ):
            yield f"script {attributes}"
        if tag == "meta" and attributes.get("http-equiv", "").casefold() not in (
            "",
            "content-security-policy",
        ):
            yield f"meta {attributes}"
        if tag == "link" and _BLANK.sub("", attributes.get("href", "")).startswith(("http", "//")):
            yield f"link {attributes}"


def _attributes(tag: str, attributes: dict[str, str]) -> Iterator[str]:
    for name, value in attributes.items():
        if name.startswith("on"):
            yield f"handler {name} on <{tag}>"
        if name in ("style", "srcdoc"):
            yield f"{name} on <{tag}>"
        if name in _ADDRESSES:
            try:
                parts = urlsplit(_BLANK.sub("", value))
            except ValueError:
                yield f"address {value!r}"
                continue
            if parts.scheme.casefold() not in _SCHEMES or (not parts.scheme and parts.netloc):
                yield f"address {value!r}"
