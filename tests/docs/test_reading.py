"""The reader of documents sees what a person sees."""

from __future__ import annotations

import pytest
from tests.docs import documents
from tests.docs.test_documents import known_command, known_target

TEXT = """# First: a thing

See [there](other.md#a-b) and ![a picture](docs/p.png "title"), not `[this](no.md)`.

```sh
[nor](this.md)
$ lightship validate --help
Usage: x
make up PORT=1   # and more
```
Run `lightship score checkout` or `make test`.
"""


def test_links() -> None:
    assert documents.links(TEXT) == ("other.md#a-b", "docs/p.png")


def test_anchors() -> None:
    assert documents.anchors(TEXT) == {"first-a-thing"}


def test_commands() -> None:
    shown = ["lightship validate --help", "make up PORT=1", "lightship score checkout", "make test"]
    assert list(documents.commands(TEXT)) == shown


def test_outputs() -> None:
    assert list(documents.outputs(TEXT)) == [
        ("lightship validate --help", "Usage: x\nmake up PORT=1   # and more\n")
    ]


@pytest.mark.parametrize(
    ("shown", "known"),
    [
        ("lightship validate", True),
        ("lightship validate --format json catalog/services", True),
        ("lightship validate [PATH…] [--ref REF]", True),
        ("lightship validat", False),
        ("lightship validate --fromat json", False),
        ("lightship --help", True),
        ("lightship --halp", False),
    ],
)
def test_known_command(shown: str, known: bool) -> None:
    assert known_command(shown) is known


@pytest.mark.parametrize(("shown", "known"), [("make up PORT=9000", True), ("make tests", False)])
def test_known_target(shown: str, known: bool) -> None:
    assert known_target(shown) is known
