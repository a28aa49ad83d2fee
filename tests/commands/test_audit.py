"""`lightship audit`, run for real."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.actions.shop import Shop


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    made = Shop.made(tmp_path_factory.mktemp("audit") / "shop")
    made.ask("both")
    assert made.run("execute").code == 0
    return made


def test_the_pack_and_the_proof(shop: Shop, tmp_path: Path) -> None:
    """Request, decision, receipts, and the end of a journal that is whole."""
    out = tmp_path / "audit.json"
    done = shop.run("audit", "--from", "2020-01-01", "--out", str(out))
    assert (done.code, done.out) == (0, f"{out}\n")
    assert "1 requests" not in done.err
    assert "1 request, 8 events; the journal is whole" in done.err
    told = json.loads(out.read_text("utf-8"))
    (request,) = told["requests"]
    assert request["state"] == "simulated" or request["state"] == "done"
    assert request["decision"]["requirements"][0]["satisfied_by"] == [
        {"person": "ben", "capacity": "target-owner"}
    ]
    assert [each["step"] for each in request["receipts"]] == ["lock", "grant"]
    anchor = tmp_path / "anchor.json"
    anchor.write_text(json.dumps(told["journal"]["anchor"]))
    assert shop.run("journal", "verify", "--anchor", str(anchor)).code == 0


def test_csv_and_an_empty_span(shop: Shop) -> None:
    """A head alone where nothing happened."""
    done = shop.run("audit", "--from", "2020-01-01", "--to", "2020-02-01", "--format", "csv")
    assert done.out.splitlines() == ["at,request,what,who,outcome,detail,kind,entry"]
    whole = shop.run("audit", "--from", "2020-01-01", "--format", "csv").out
    assert whole.count("\n") == 9


def test_what_cannot_be_asked_for(shop: Shop, tmp_path: Path) -> None:
    """A span that ends before it begins; a file that cannot be written."""
    assert shop.run("audit", "--from", "2026-02-01", "--to", "2026-01-01").code == 2
    assert shop.run("audit", "--from", "2020-01-01", "--out", str(tmp_path / "no" / "x")).code == 3


def test_a_journal_that_is_not_whole_is_said(shop: Shop, tmp_path: Path) -> None:
    """The pack is written all the same, and the exit code is 1."""
    from tests.trees import git

    hurt = shop.copy(tmp_path / "hurt")
    tree = git(hurt.root, "rev-parse", "journal~2^{tree}")
    made = git(hurt.root, "commit-tree", tree, "-p", "journal", "-m", "take some out")
    git(hurt.root, "update-ref", "refs/heads/journal", made)
    done = hurt.run("audit", "--from", "2020-01-01")
    assert done.code == 1
    assert not json.loads(done.out)["journal"]["whole"]
    assert "NOT whole" in done.err
