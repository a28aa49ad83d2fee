"""Past incidents are found by what they hit and by what they say; itself, drills and duplicates never."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.incidents.stories import T, declared, told

from lightship.catalog.kinds.service import Dependency
from lightship.facts.records import NOTHING, Alert, Change, Observed
from lightship.incidents import events, words
from lightship.incidents.incident import Incident
from lightship.incidents.similar import Like, Similar, similar

NEEDS = {
    "checkout": (Dependency(service="payment"), Dependency(service="valkey")),
    "cart": (Dependency(service="valkey"),),
    "payment": (),
    "valkey": (),
    "ads": (),
}
LIKE = Like("inc-20260401-self", ("checkout",), "SEV2", words.telling("Checkout times out after paying"))
NOW = T + timedelta(days=30)


def past(
    number: int,
    title: str = "Something else",
    services: tuple[str, ...] = ("ads",),
    *more: tuple[float, events.Event],
    **given: object,
) -> Incident:
    return told(declared(title, services=services, **given), *more, id=f"inc-20260302-000{number}")


def found(
    *candidates: Incident,
    like: Like = LIKE,
    texts: dict[str, float] | None = None,
    observed: Observed = NOTHING,
) -> list[Similar]:
    return list(similar(like, candidates, texts or {}, NEEDS, observed, NOW))


@pytest.mark.parametrize(
    ("title", "services", "bm25", "reason"),
    [
        ("Orders fail", ("checkout",), 0.0, "same service"),
        ("Timeouts when paying", ("checkout",), 3.0, 'same service; both say "times" and "paying"'),
        ("Orders fail", ("checkout", "ads"), 0.0, "both hit checkout"),
        ("Cards declined", ("payment",), 0.0, "hit payment, which checkout needs"),
        ("Carts empty", ("cart",), 0.0, "its services need valkey too"),
        ("Paying times out", ("ads",), 5.0, 'both say "times" and "paying"'),
        ("Adverts gone", ("ads",), 9.0, "its updates read alike"),
    ],
)
def test_every_one_says_why(title: str, services: tuple[str, ...], bm25: float, reason: str) -> None:
    incident = past(1, title.replace("Timeouts", "Times out"), services)
    assert [each.reason for each in found(incident, texts={incident.id: bm25})] == [reason]


def test_the_names_of_services_are_no_words_in_common() -> None:
    (only,) = found(past(1, "Checkout is down", ("checkout",)))
    assert only.reason == "same service"


def test_text_and_structure_together_come_first() -> None:
    both, service, text = (
        past(1, "Paying times out", ("checkout",)),
        past(2, "Orders fail", ("checkout",)),
        past(3, "Paying times out", ("ads",)),
    )
    order = [each.incident.id for each in found(text, service, both, texts={both.id: 4.0, text.id: 4.0})]
    assert order[0] == both.id
    assert set(order) == {both.id, service.id, text.id}


def test_the_same_runbook_and_the_same_kind_of_cause_count() -> None:
    used = past(1, "A", ("checkout",), (5, events.Helped(runbook="checkout-errors", content_hash="0" * 16)))
    caused = past(2, "B", ("checkout",), (9, events.Resolved(text="rolled back", cause="c-1")))
    plain = past(3, "C", ("checkout",))
    like = Like(LIKE.id, LIKE.services, LIKE.severity, LIKE.words, ("checkout-errors",), suspected="schema")
    observed = Observed(changes=(Change(id="c-1", kind="schema", at=T, title="x"),))
    first, second, third = found(plain, caused, used, like=like, observed=observed)
    assert first.reason == "same service; runbook checkout-errors was used then"
    assert second.reason == "same service; caused by a schema too"
    assert second.incident.fix == "rolled back"
    assert third.incident.id == plain.id


def test_the_same_alert_around_its_beginning_counts() -> None:
    def alert(minutes: float, service: str = "checkout", name: str = "CheckoutErrors") -> Alert:
        return Alert(id="a", name=name, at=T + timedelta(minutes=minutes), services=(service,))

    like = Like(LIKE.id, LIKE.services, LIKE.severity, LIKE.words, alerts=("CheckoutErrors",))
    before = past(1, "A", ("checkout",))

    def reason(*alerts: Alert) -> str:
        (only,) = found(before, like=like, observed=Observed(alerts=alerts))
        return only.reason

    assert reason(alert(-5)) == "same service; alert CheckoutErrors was open then too"
    for other in (alert(-90), alert(90), alert(-5, "ads"), alert(-5, name="Another")):
        assert reason(other) == "same service"


@pytest.mark.parametrize(
    "never",
    [
        pytest.param(told(declared(), id=LIKE.id), id="itself"),
        pytest.param(past(1, "A", ("checkout",), drill=True), id="a drill"),
        pytest.param(past(1, "A", ("checkout",), type="maintenance"), id="maintenance"),
        pytest.param(
            past(1, "A", ("checkout",), (5, events.Closed(reason="twice", duplicate_of="inc-20260302-zzzz"))),
            id="a duplicate",
        ),
        pytest.param(
            past(1, "A", ("checkout",), (5, events.Closed(reason="part", merged_into="inc-20260302-zzzz"))),
            id="a part of another",
        ),
        pytest.param(past(1, "A", ("ads",)), id="of the same severity alone"),
        pytest.param(
            told((60 * 24 * 40, declared("A")[1]), id="inc-20260411-late"), id="declared later than asked for"
        ),
    ],
)
def test_who_is_never_similar(never: Incident) -> None:
    assert found(never, texts={never.id: 0.0}) == []


def test_what_is_shown_elsewhere_is_not_shown_twice() -> None:
    other = past(1, "A", ("checkout",))
    like = Like(LIKE.id, LIKE.services, LIKE.severity, LIKE.words, elsewhere=(other.id,))
    assert found(other, like=like) == []


def test_at_most_five_and_the_latest_of_equals_first() -> None:
    candidates = [
        told((number, declared("Orders fail")[1]), id=f"inc-20260302-100{number}") for number in range(8)
    ]
    assert [each.incident.id[-1] for each in found(*candidates)] == list("76543")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The checkout is down, again!", ("checkout",)),
        ("Timeouts; TIMEOUTS", ("timeouts",)),
        ("Über 5 % of orders: 503s", ("über", "orders", "503s")),
        ("", ()),
    ],
)
def test_which_words_tell_something(text: str, expected: tuple[str, ...]) -> None:
    assert words.telling(text) == expected


@pytest.mark.parametrize(
    ("one", "other"), [("timeouts", "timeout"), ("declined", "declines"), ("replies", "reply")]
)
def test_words_are_compared_by_their_stem(one: str, other: str) -> None:
    assert words.stem(one) == words.stem(other)
