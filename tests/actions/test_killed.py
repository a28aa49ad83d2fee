"""The real command, killed at every boundary between the journal, git and the effect; once, and twice."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.actions.shop import Shop
from tests.journal import killing

from lightship.journal.inspection import inspect
from lightship.journal.store import Journal

MOST = 400


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """A request that is allowed, at a remote and in a clone; nothing is done yet."""
    folder = tmp_path_factory.mktemp("killed")
    shop = Shop.made(folder / "root").with_origin(folder / "origin.git")
    shop.ask("both")
    return shop


def converge(shop: Shop) -> None:
    """Two more runs at the most, and all is done: once."""
    first, second = shop.run("execute"), shop.run("execute")
    assert (first.code, second.code) == (0, 0), (first.err, second.err)
    assert shop.count("service.locked") == 1
    assert shop.count("request.ended") == 1
    assert second.out == "nothing to do\n"
    assert inspect(Journal(shop.root, "journal")).troubles == ()


def every(template: Shop, folder: Path, command: tuple[str, ...], stride: int, again: int = 0) -> int:
    """Kill `command` at step 1, 1 + stride, … until a run comes through; how many steps that took."""
    for number in range(1, MOST, stride):
        shop = template.copy(folder / f"at-{number}")
        code = shop.run(*command, env=environment(folder, number)).code
        if code == 0:
            return number
        assert code == -9
        if again:
            shop.run(*command, env=environment(folder, again))
        converge(shop)
    raise AssertionError("no run came through")


def environment(folder: Path, number: int) -> Mapping[str, str]:
    return killing.at_a_step(folder, number)


def test_killed_at_some_steps(template: Shop, tmp_path: Path) -> None:
    assert every(template, tmp_path, ("execute",), 31) > 30


@pytest.mark.slow
def test_killed_at_every_step(template: Shop, tmp_path: Path) -> None:
    assert every(template, tmp_path, ("execute",), 1) > 30


@pytest.mark.slow
@pytest.mark.parametrize("again", [5, 13, 21, 29, 37])
def test_killed_twice(template: Shop, tmp_path: Path, again: int) -> None:
    assert every(template, tmp_path, ("execute",), 3, again) > 30


@pytest.mark.slow
def test_an_end_that_is_killed_at_every_step(template: Shop, tmp_path: Path) -> None:
    ready = template.copy(tmp_path / "ready")
    ready.steps("execute")
    words = ("reconcile", "--at", "2199-01-01T00:00Z")
    for number in range(1, MOST):
        shop = ready.copy(tmp_path / f"at-{number}")
        code = shop.run(*words, env=environment(tmp_path, number)).code
        assert shop.run(*words).code == 0
        assert shop.run(*words).out == "nothing to do\n"
        assert (shop.count("service.locked"), shop.count("service.unlocked")) == (1, 1)
        if code == 0:
            assert number > 30
            return
    raise AssertionError("no run came through")
