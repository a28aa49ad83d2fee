"""Facts: what sources observed, read from a branch as git objects; bad files are findings."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.trees import commit, git

from lightship.facts.snapshot import NONE, read, snapshot

DAY = datetime(2026, 3, 4, 12, tzinfo=UTC)


def document(
    source: str = "scanner", observed_at: object = "2026-03-04T12:00:00Z", **services: object
) -> bytes:
    return json.dumps({"source": source, "observed_at": observed_at, "services": services}).encode()


def test_the_latest_observation_wins() -> None:
    old = document("old", "2026-03-01T00:00:00+01:00", cart={"coverage": 1, "only_old": True})
    new = document("new", cart={"coverage": 2})
    for files in ([("a", old), ("b", new)], [("b", new), ("a", old)]):
        found = snapshot(files, "c0ffee")
        facts = found.of("cart")
        assert (facts["coverage"].value, facts["coverage"].source, facts["coverage"].observed_at) == (
            2,
            "new",
            DAY,
        )
        assert facts["only_old"].source == "old" and found.findings == ()


def test_a_service_finds_the_facts_of_its_past() -> None:
    found = snapshot([("a", document(cart={"coverage": 2}))], "c0ffee")
    assert found.of("basket", "cart")["coverage"].value == 2
    assert found.of("basket") == {}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"{", "the file is not JSON"),
        (b"\xff", "the file is not JSON"),
        (b"[]", "the file holds no object"),
        (b"[" * 100_000, "the file is not JSON"),
        (document(source=""), "'source' is not a name"),
        (document(observed_at="yesterday"), "'observed_at' is not a moment"),
        (document(observed_at="2026-03-04T12:00:00"), "'observed_at' is not a moment"),
        (document(observed_at=17), "'observed_at' is not a moment"),
        (document(cart=[1]), "'services' is not"),
        (document(cart={"Bad Key": 1}), "'Bad Key' of service 'cart' cannot be a key"),
        (
            b'{"source": "s", "observed_at": "2026-03-04T12:00:00Z", "services": {"cart": {"x": NaN}}}',
            "the file is not JSON",
        ),
        (
            b'{"source": "s", "observed_at": "2026-03-04T12:00:00Z", "services": {"cart": {"x": 1e999}}}',
            "'x' of service",
        ),
        (document(cart={"x": 10**400}), "'x' of service"),
        (document(**{"\ud800": {"x": []}, "cart": {"\ud801": 1}}), "'\\ud801' of service 'cart'"),
        (document(cart={"x": "\ud800"}), "'x' of service"),
        (document(cart={"x": {"\udfff": 1}}), "'x' of service"),
        (document(cart={"x": json.loads("[" * 30 + "]" * 30)}), "'x' of service 'cart' is nested too deep"),
    ],
)
def test_a_bad_file_is_a_finding_and_hides_no_other(data: bytes, message: str) -> None:
    found = snapshot([("facts:bad.json", data), ("facts:good.json", document(pay={"coverage": 3}))], "c0ffee")
    (finding,) = found.findings
    assert finding.path == "facts:bad.json" and finding.message.startswith(message)
    assert finding.message.isprintable() and finding.message.encode()
    assert found.of("pay")["coverage"].value == 3 and found.of("cart") == {}


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=100).map(str.encode))
def test_no_bytes_raise(data: bytes) -> None:
    assert len(snapshot([("x", data)], "").findings) == 1


def test_the_branch_is_read_without_a_checkout(tmp_path: Path) -> None:
    commit(tmp_path, {"lightship.yaml": "name: Test\n"})
    assert read(tmp_path, "facts") is NONE
    git(tmp_path, "checkout", "--quiet", "--orphan", "facts")
    at = commit(tmp_path, {"scanner.json": document(cart={"coverage": 4}), "README.md": "no facts\n"})
    git(tmp_path, "checkout", "--quiet", "main")
    found = read(tmp_path, "facts")
    assert (found.commit, found.of("cart")["coverage"].value, found.findings) == (at, 4, ())


def test_origins_branch_is_read_where_there_is_no_local_one(tmp_path: Path) -> None:
    origin = tmp_path / "origin"
    commit(origin, {"scanner.json": document(cart={"coverage": 5})})
    git(origin, "branch", "--move", "facts")
    copy = tmp_path / "copy"
    commit(copy, {"lightship.yaml": "name: Test\n"})
    git(copy, "remote", "add", "origin", str(origin))
    git(copy, "fetch", "--quiet", "origin")
    assert read(copy, "facts").of("cart")["coverage"].value == 5


def test_a_folder_without_git_has_no_facts(tmp_path: Path) -> None:
    assert read(tmp_path, "facts") is NONE
