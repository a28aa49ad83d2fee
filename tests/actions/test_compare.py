"""What vendors list has gaps: a grant that no list shows is looked for by itself before anybody is told that it is gone."""

from __future__ import annotations

from tests.actions import stage
from tests.actions.test_reconcile import granted


def test_what_no_list_shows_and_is_there_is_nothing_to_tell() -> None:
    world = granted(2)
    for gaps in (list, lambda: None):
        world.vendors["aws.grant_access"].listing = gaps  # type: ignore[method-assign]
        assert world.reconcile() == []


def test_what_nobody_lists_and_is_gone_is_told() -> None:
    world = granted(2)
    vendor = world.vendors["aws.grant_access"]
    vendor.listing = lambda: None  # type: ignore[method-assign]
    gone = vendor.there.pop(0)
    (told,) = world.reconcile()
    assert told.detail == "somebody took it away at the vendor"
    assert dict(gone.params)["principal"] == "ada"


def test_what_cannot_be_looked_for_is_told_so() -> None:
    world = granted(1)
    vendor = world.vendors["aws.grant_access"]
    vendor.listing = lambda: None  # type: ignore[method-assign]
    vendor.trouble = stage.Trouble(down=True)
    (told,) = world.reconcile()
    assert told.detail.startswith("whether it is still there cannot be told: ")
