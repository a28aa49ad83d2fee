"""Small pieces of pages."""

from __future__ import annotations

import pytest

from lightship.portal.pieces import coded


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("plain", "plain"),
        ("run `ls -l` now", "run <code>ls -l</code> now"),
        ("`a` and `b`", "<code>a</code> and <code>b</code>"),
        ("one ` alone", "one ` alone"),
        ("over `two\nlines`", "over `two\nlines`"),
        ("`<b>` & <i>", "<code>&lt;b&gt;</code> &amp; &lt;i&gt;"),
        ("``", "``"),
    ],
)
def test_only_what_stands_between_backticks_is_code(text: str, html: str) -> None:
    assert str(coded(text)) == html
