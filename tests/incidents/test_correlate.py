"""Changes before an incident are ranked by where, when and what they were, and every one says why."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightship.catalog.kinds.service import Dependency
from lightship.facts.records import CHANGE_KINDS, Change
from lightship.incidents.correlate import Hit, Suspect, World, rank

BEGAN = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)


def needs(**services: str) -> dict[str, tuple[Dependency, ...]]:
    """`checkout='payment flagd?'`: a question mark for what it can do without, a tilde for what it only sends to."""
    return {
        id: tuple(
            Dependency(
                service=word.rstrip("?~"),
                kind="async" if word.endswith("~") else "sync",
                critical=not word.endswith("?"),
            )
            for word in words.split()
        )
        for id, words in services.items()
    }


WORLD = World(
    needs(
        frontend="checkout cart",
        checkout="payment flagd? email~ cart",
        payment="gateway",
        cart="valkey",
        gateway="bank",
        valkey="",
        flagd="",
        email="",
        bank="vault",
        vault="",
        ads="flagd",
    ),
    {"valkey": "cache", "vault": "database", "bank": "api"},
    {"staging": "staging", "production-eu": "production"},
)


def change(services: str = "checkout", minutes: float = 10, **more: Any) -> Change:
    id = more.pop("id", f"{services or 'nothing'}-{minutes}")
    return Change(
        id=id,
        services=tuple(services.split()),
        at=BEGAN - timedelta(minutes=minutes),
        title=more.pop("title", "Something new"),
        **more,
    )


def ranked(
    *changes: Change, services: str = "checkout", hit: Hit | None = None, most: int = 10
) -> list[Suspect]:
    found = rank(
        hit or Hit(tuple(services.split()), BEGAN), sorted(changes, key=lambda each: each.at), WORLD, most
    )
    return list(found)


def order(*changes: Change, services: str = "checkout") -> list[str]:
    return [suspect.change.id for suspect in ranked(*changes, services=services)]


@pytest.mark.parametrize(
    ("more", "less"),
    [
        pytest.param(change("checkout"), change("payment"), id="the service before what it needs"),
        pytest.param(change("payment"), change("gateway"), id="one hop before two"),
        pytest.param(change("payment"), change("flagd"), id="what it needs before what it can do without"),
        pytest.param(change("payment"), change("email"), id="called before sent to"),
        pytest.param(change("payment", 5), change("checkout", 600), id="just before, before long before"),
        pytest.param(change(minutes=20), change(minutes=10, kind="merge"), id="running before merged"),
        pytest.param(change(kind="config"), change(kind="infrastructure"), id="config before infrastructure"),
        pytest.param(change(status="failed"), change(id="fine"), id="failed before succeeded"),
        pytest.param(change(id="a"), change(id="b", environment="staging"), id="production before staging"),
        pytest.param(
            change(id="a"), change(id="b", environment="dev-eu-1"), id="an unknown one that says dev"
        ),
        pytest.param(
            change("payment", environment="production-eu"),
            change("email"),
            id="a named environment costs nothing",
        ),
        pytest.param(change("gateway"), change("", id="whose"), id="two hops before nobody knows where"),
        pytest.param(
            change("", id="named", title="Bump checkout to 4.2"), change("", id="x"), id="named in title"
        ),
    ],
)
def test_what_is_more_suspicious(more: Change, less: Change) -> None:
    assert order(less, more) == [more.id, less.id]
    assert order(more, less) == [more.id, less.id]


@pytest.mark.parametrize(
    "innocent",
    [
        pytest.param(change(minutes=-2), id="after it began"),
        pytest.param(change(minutes=72 * 60 + 1), id="three days before"),
        pytest.param(change(status="planned"), id="not done yet"),
        pytest.param(change("frontend"), id="downstream"),
        pytest.param(change("ads"), id="unrelated"),
        pytest.param(change("bank"), id="three hops away"),
    ],
)
def test_who_is_never_a_suspect(innocent: Change) -> None:
    guilty = change(id="guilty")
    assert order(innocent, guilty) == ["guilty"]


def test_infrastructure_counts_one_hop_further() -> None:
    assert order(change("valkey"), services="frontend") == ["valkey-10"]
    # Three hops from payment; as an api (bank is one) it would be none, as a database it is.
    assert order(change("vault"), services="payment") == ["vault-10"]
    assert order(change("bank"), services="checkout") == []


def test_people_write_the_minute_so_the_same_minute_counts() -> None:
    assert order(change(minutes=-0.9, id="same-minute")) == ["same-minute"]
    detected = Hit(("checkout",), BEGAN, "detected")
    assert ranked(change(minutes=-0.9), hit=detected) == []


def test_what_explains_all_services_comes_before_what_explains_one() -> None:
    both, one = change("cart", id="both"), change("payment", id="one")
    assert order(both, one, services="checkout frontend") == ["both", "one"]


def test_at_most_so_many_and_always_the_best() -> None:
    changes = [change(minutes=minutes) for minutes in range(1, 40)]
    assert [suspect.change.id for suspect in ranked(*changes, most=3)] == [
        "checkout-1",
        "checkout-2",
        "checkout-3",
    ]


@pytest.mark.parametrize(
    ("suspect", "services", "reason"),
    [
        (
            change("payment", 4),
            "checkout",
            "deployment of payment, which checkout needs, 4 min before impact",
        ),
        (change("checkout", 90, kind="config"), "checkout", "configuration of checkout, 2 h before impact"),
        (
            change("gateway", 4),
            "checkout",
            "deployment of gateway, which checkout needs through payment, 4 min before impact",
        ),
        (
            change("flagd", 4, kind="flag"),
            "checkout",
            "flag of flagd, which checkout uses and can do without, 4 min before impact",
        ),
        (
            change("cart", 4),
            "checkout frontend",
            "deployment of cart, which checkout and 1 more need, 4 min before impact",
        ),
        (
            change("checkout", 4, status="failed"),
            "checkout",
            "deployment of checkout, 4 min before impact, it failed",
        ),
        (
            change("checkout", 4, environment="staging"),
            "checkout",
            "deployment of checkout, 4 min before impact, only in staging",
        ),
        (change("", 4), "checkout", "deployment of which nobody knows what it touched, 4 min before impact"),
        (
            change("", 4, title="Bump checkout"),
            "checkout",
            "deployment that names checkout in its title, but no service, 4 min before impact",
        ),
        (change("checkout", 0), "checkout", "deployment of checkout, 1 min before impact"),
    ],
)
def test_every_suspect_says_why(suspect: Change, services: str, reason: str) -> None:
    assert [each.reason for each in ranked(suspect, services=services)] == [reason]


@pytest.mark.parametrize(
    ("since", "words"),
    [("detected", "before it was detected"), ("declared", "before it was declared"), ("now", "ago")],
)
def test_the_reason_says_what_it_is_measured_from(since: Any, words: str) -> None:
    found = ranked(change(minutes=4), hit=Hit(("checkout",), BEGAN, since))
    assert [each.reason for each in found] == [f"deployment of checkout, 4 min {words}"]


def test_a_rollback_after_it_began_points_at_what_was_there_before() -> None:
    before, other = change("payment", 10), change("payment", 10, id="other")
    undone = change("payment", -20, kind="rollback", id="undone")
    alone = ranked(before)[0]
    found = ranked(before, undone)
    assert [each.change.id for each in found] == [before.id]
    assert found[0].score > alone.score
    assert found[0].reason.endswith(", rolled back since")
    older = change("payment", 300, id="older")
    assert [each.reason.endswith("rolled back since") for each in ranked(older, before, undone)] == [
        True,
        False,
    ]
    assert order(other, change("checkout", 10, kind="rollback")) == ["other", "checkout-10"]


def test_where_nobody_knows_what_is_hit_every_change_is_a_weak_suspect() -> None:
    found = ranked(change("checkout", 30), change("ads", 10), change("", 5, id="whose"), services="")
    assert [each.change.id for each in found] == ["ads-10", "checkout-30", "whose"]
    assert all(each.score < 0.2 for each in found)


@given(
    st.lists(
        st.builds(
            lambda services, minutes, kind, status, number: change(
                services, minutes, kind=kind, status=status, id=f"c{number}"
            ),
            st.sampled_from(["", *WORLD.needs, "payment cart", "nowhere"]),
            st.integers(-300, 6000),
            st.sampled_from(CHANGE_KINDS),
            st.sampled_from(["succeeded", "failed", "in-progress", "planned", "rolled-back"]),
            st.integers(0, 10**6),
        ),
        max_size=30,
    ),
    st.lists(st.sampled_from([*WORLD.needs, "unknown"]), max_size=3, unique=True),
)
def test_the_bounds_hold_for_whatever_is_recorded(changes: list[Change], services: list[str]) -> None:
    found = ranked(*changes, services=" ".join(services))
    assert len(found) <= 10
    assert [each.score for each in found] == sorted((each.score for each in found), reverse=True)
    for each in found:
        assert 0 <= each.score <= 1
        assert BEGAN - timedelta(hours=72) <= each.change.at <= BEGAN + timedelta(minutes=1)
        assert each.change.status != "planned"
        assert each.reason
        assert "\n" not in each.reason
