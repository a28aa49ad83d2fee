"""What people type into incidents never becomes markup: every vector in every text of an incident, every page parsed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from pydantic import ValidationError
from selectolax.lexbor import LexborHTMLParser
from tests.portal.live import live
from tests.portal.vectors import VECTORS
from tests.trees import commit, write

from lightship.commands.build import publish
from lightship.facts import store
from lightship.facts.records import Alert, Change
from lightship.incidents import events, lifecycle
from lightship.incidents.events import Event
from lightship.journal.entry import Actor, Entry
from lightship.journal.store import Journal

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SHOP = {
    "lightship.yaml": "name: Shop\n",
    "catalog/people/ada.yaml": "name: Ada Example\n",
    "catalog/teams/payments.yaml": "name: Payments\nmembers: [ada]\n",
    "catalog/services/checkout.yaml": "name: Checkout\nowner: payments\n",
}


def _id(number: int) -> str:
    return f"inc-20261123-{number:05d}"


def _events(text: str) -> Iterator[Event]:
    """Every sort of event with `text` wherever one may type; what is refused with it is left out."""
    line = " ".join(text.split()) or "x"
    source = {"system": line, "key": line, "path": line, "url": line}
    declared = {"title": line[:120], "severity": "SEV1", "services": ("checkout",), "labels": (line,)}
    brief = {
        "as_of": text,
        "changes": [{"title": text, "reason": text, "url": text, "author": text, "services": [text]}],
        "on_call": [{"person": text, "phone": text, "schedule": text, "until": text}],
        "similar": [{"id": text, "title": text, "severity": text, "fix": text, "reason": text}],
        "runbooks": [{"id": text, "first_step": text, "reason": text}],
        "alerts": [{"name": text, "url": text}],
        "links": [{"title": text, "url": text}],
        "blast_radius": {
            "upstream": [{"service": text}],
            "downstream": [{"service": text, "critical": True}],
        },
        "unknown": [text],
        "owner": {"team": text, "lead": text},
    }
    wanted: tuple[tuple[type[Event], dict[str, object]], ...] = (
        (events.Declared, {**declared, "symptom": text, "reason": line, "source": source}),
        (events.Briefed, {"brief": brief}),
        (events.Acknowledged, {"text": text, "reason": line}),
        (events.Updated, {"text": text, "bridge": line, "channel": line, "suspect": line, "public": True}),
        (events.Updated, {"text": text, "roles": {"commander": line}, "reason": line}),
        (events.FollowedUp, {"id": "one", "title": line[:120], "url": line, "reason": line}),
        (events.Corrected, {"milestone": "declared", "at": NOW.isoformat(), "reason": line}),
        (events.Helped, {"runbook": "restart", "content_hash": "0" * 16, "note": line}),
        (events.PostmortemDrafted, {"path": line, "branch": line}),
    )
    for model, data in wanted:
        try:
            yield model.model_validate(data)
        except ValidationError:
            if model is events.Declared:
                yield events.Declared(title="refused", severity="SEV1", services=("checkout",))


def _entries() -> Iterator[Entry]:
    for number, text in enumerate(VECTORS):
        stranger = Actor(" ".join(text.split()) or "x", "", False)
        story = [*_events(text), *([events.Resolved(text=text, cause="x")] if number % 8 else [])]
        for step, event in enumerate(story):
            dice = sha256(f"{number} {step}".encode()).digest()[:10]
            at = NOW - timedelta(hours=3) + timedelta(seconds=step)
            yield lifecycle.entry(_id(number), event, stranger, at, dice)


def _changes() -> Iterator[Change]:
    for number, text in enumerate(VECTORS):
        line = " ".join(text.split())[:120] or "x"
        at = NOW - timedelta(minutes=number)
        yield Change(id=f"c{number}", at=at, services=("checkout",), title=line, author=line, reason=text)


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The portal of a repository in whose journal every vector was told everywhere."""
    root, out = tmp_path_factory.mktemp("hostile"), tmp_path_factory.mktemp("portal")
    commit(root, SHOP)
    Journal(root, "journal").append(list(_entries()))
    alerts = [
        Alert(id=f"a{at}", name=" ".join(text.split())[:120] or "x", at=NOW, services=("checkout",))
        for at, text in enumerate(VECTORS)
    ]
    store.record(root, "facts", store.update(list(_changes()), alerts), NOW)
    texts = {
        f"catalog/postmortems/{_id(number)}.md": f"# {text}\n\n{text}\n"
        for number, text in enumerate(VECTORS)
    }
    write(root, texts)
    publish(root, out, NOW)
    return out


def test_nothing_is_live(portal: Path) -> None:
    pages = sorted(portal.rglob("*.html"))
    assert len(pages) > 2 * len(VECTORS)
    found = {}
    for page in pages:
        path = page.relative_to(portal).as_posix()
        text = page.read_text("utf-8")
        # Markdown makes elements of its own; tests/portal/test_written.py looks at those.
        if some := live(text) if not path.startswith("postmortems/inc-") else _scripts(text):
            found[path] = some
    assert not found, f"{len(found)} of {len(pages)} pages: {list(found.items())[:3]}"


def _scripts(html: str) -> list[str]:
    body = LexborHTMLParser(html).css_first(".ls-written")
    assert body is not None
    return [node.tag for node in body.css("script, img, iframe, svg, style, form, input, object, embed")]


def test_no_template_runs(portal: Path) -> None:
    assert not [page for page in portal.rglob("*.html") if ">1337" in page.read_text("utf-8")]


def test_titles_are_shown_as_they_are(portal: Path) -> None:
    shown = 0
    for number, text in enumerate(VECTORS):
        heading = LexborHTMLParser(
            (portal / f"incidents/{_id(number)}/index.html").read_text("utf-8")
        ).css_first("h1")
        assert heading is not None
        shown += heading.text().split() == " ".join(text.split())[:120].split()
    assert shown > len(VECTORS) - 30


def test_json_and_feed_hold_texts(portal: Path) -> None:
    titles = {row["title"] for row in json.loads((portal / "api/incidents.json").read_text("utf-8"))}
    assert " ".join(VECTORS[0].split())[:120] in titles
    feed = ET.fromstring((portal / "feeds/incidents.xml").read_bytes())
    assert {element.tag.partition("}")[2] for element in feed.iter()} <= {
        "feed",
        "id",
        "title",
        "updated",
        "author",
        "name",
        "link",
        "entry",
        "published",
        "summary",
    }
