"""The metrics page: this quarter against the one before, trends, every figure with its formula, and what there is without data."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.incidents.stories import told
from tests.portal.bodies import Body, parse
from tests.trees import write

from lightship import commandline
from lightship.facts.records import NOTHING, Change, Observed
from lightship.facts.snapshot import NONE
from lightship.incidents import events
from lightship.incidents.book import EMPTY, Book
from lightship.incidents.incident import Incident
from lightship.journal.entry import Actor, Entry, new_id
from lightship.portal.charts import Charts
from lightship.portal.climb import climb
from lightship.portal.keys import Keys
from lightship.portal.measures import Measures
from lightship.portal.pages import metrics
from lightship.portal.render import Renderer
from lightship.portal.trends import of_deliveries, of_incidents
from lightship.portal.view import View
from lightship.scorecards.score import score

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SHOP = {
    "lightship.yaml": "name: Shop\ntimezone: Europe/Berlin\n",
    "catalog/people/ada.yaml": "name: Ada Example\n",
    "catalog/teams/payments.yaml": "name: Payments\nmembers: [ada]\n",
    "catalog/services/checkout.yaml": "name: Checkout\nowner: payments\ntier: 1\n",
    "catalog/services/cart.yaml": "name: Cart\nowner: payments\n",
    "catalog/environments/live.yaml": "stage: production\n",
    "scorecards/ready.yaml": (
        "levels:\n  - id: bronze\n  - id: gold\n"
        "rules:\n- {id: has-owner, title: Owned, why: Somebody answers, fix: Name a team, level: bronze, check: 'true'}\n"
    ),
}


def incident(number: int, days: float, minutes: int, **more: object) -> Incident:
    """One that began so many days before NOW, and took so many minutes."""
    at = NOW - timedelta(days=days)
    data = {
        "title": f"Trouble {number}",
        "severity": "SEV3",
        "services": ("checkout",),
        "at": at,
        "impact_started": at,
        "detected": at + timedelta(minutes=2),
        **more,
    }
    end = at + timedelta(minutes=minutes)
    return told(
        (0, events.Declared.model_validate(data)),
        (1, events.Acknowledged(at=at + timedelta(minutes=3))),
        (2, events.Resolved(at=end, reason="told late")),
        id=f"inc-20260101-{number:04d}",
    )


def quarters(now: int, before: int, *more: Incident) -> Book:
    """Six incidents this quarter and eight in the one before, each as long as given."""
    those = [incident(number, 5 + number, now) for number in range(6)]
    those += [incident(number, 100 + number, before) for number in range(10, 18)]
    return Book("tip", {each.id: each for each in (*those, *more)})


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("shop"), SHOP)


def view(root: Path, book: Book = EMPTY, observed: Observed = NOTHING, now: datetime = NOW) -> View:
    catalog = commandline.load(root)
    return View(catalog, NONE, score(catalog, NONE, now), (), now, book, None, observed)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kept")


def page(seen: View, kept: Path, path: str = "metrics/") -> Body:
    renderer = Renderer(kept)
    found = {each.path: each for each in metrics.pages(seen)}[path]
    return Body(found.title, renderer.body(found.template, found.context()))


def test_the_first_screen_answers_the_leader(root: Path, kept: Path) -> None:
    body = page(view(root, quarters(40, 60)), kept)
    parsed = parse(body.html)
    assert (parsed.open, parsed.wrong) == ([], [])
    text = body.text
    order = [
        "Fewer incidents, and over sooner",
        "6 incidents, 0 of them SEV1 or SEV2",
        "8 in the thirteen weeks before",
        "40 min median time to restore, n 6",
        "1 h before, n 8",
        "Checkout 6 incidents",
        "No promise is overdue",
        "Time to restore fell by a third: median 40 min",
        "Every figure",
    ]
    places = [text.find(words) for words in order]
    assert -1 not in places, dict(zip(order, places, strict=True))
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("now", "before", "title"),
    [
        (60, 40, "Fewer incidents, and over later"),
        (40, 40, "Fewer incidents, over as soon as before"),
    ],
)
def test_the_title_says_what_moved(root: Path, kept: Path, now: int, before: int, title: str) -> None:
    assert title in page(view(root, quarters(now, before)), kept).text


def test_a_few_values_are_not_compared(root: Path, kept: Path) -> None:
    book = Book("tip", {each.id: each for each in (incident(1, 3, 40), incident(2, 100, 400))})
    text = page(view(root, book), kept).text
    assert "As many incidents as the quarter before" in text
    assert "too few to compare: 1 value and 1 before" in text


def test_drills_never_count(root: Path, kept: Path) -> None:
    drill = incident(90, 2, 10, drill=True, severity="SEV1")
    body = page(view(root, quarters(40, 60, drill)), kept)
    assert "6 incidents, 0 of them SEV1 or SEV2" in body.text
    # What is left out of everything is named too.
    assert 'a drill: 1</dt><dd><a href="../incidents/inc-20260101-0090/">' in body.html


def test_what_is_left_out_is_named_and_linked(root: Path, kept: Path) -> None:
    odd = incident(91, 2, -30)
    body = page(view(root, quarters(40, 60, odd)), kept)
    assert "How it is worked out, and 1 left out" in body.text
    assert 'Left out: negative</dt><dd><a href="../incidents/inc-20260101-0091/">Trouble 91</a>' in body.html
    assert "resolved − impact_started" in body.text


def test_overdue_promises_are_told_with_their_incident(root: Path, kept: Path) -> None:
    at = NOW - timedelta(days=60)
    late = told(
        (0, events.Declared(title="Old trouble", severity="SEV3", services=("cart",), at=at)),
        (1, events.Resolved(at=at + timedelta(minutes=9), reason="told late")),
        (2, events.FollowedUp(id="alert", title="Alert on the queue", owner="ada", due="2026-02-01")),
        id="inc-20260101-0092",
    )
    text = page(view(root, quarters(40, 60, late)), kept).text
    assert "1 promise overdue" in text
    assert "Alert on the queue follow-up of Old trouble" in text


def test_without_incidents_it_says_how_to_begin(root: Path, kept: Path) -> None:
    text = page(view(root), kept).text
    assert "lightship incident declare" in text and "lightship import incidents" in text


def test_deliveries_are_drawn_where_changes_are_recorded(root: Path, kept: Path) -> None:
    changes = tuple(
        Change(
            id=f"d-{number}",
            at=NOW - timedelta(days=number),
            services=("cart",),
            title="Release",
            environment="live",
            status="failed" if number % 9 == 0 else "succeeded",
            committed_at=NOW - timedelta(days=number, hours=5),
        )
        for number in range(1, 160)
    )
    seen = view(root, observed=Observed("facts", changes))
    body = page(seen, kept)
    for words in (
        "deployments a week",
        "Lead time for changes stayed as it was: median 5 h",
        "deployments failed",
    ):
        assert words in body.text
    assert "No deployment is recorded" in page(view(root, quarters(40, 60)), kept).text
    assert of_deliveries(Measures(view(root, quarters(40, 60)))) == ()


def test_the_list_of_services_has_the_worst_first(root: Path, kept: Path) -> None:
    worse = incident(93, 4, 700, services=("cart",))
    body = page(view(root, quarters(40, 60, worse)), kept, "metrics/services/")
    assert 0 < body.text.find("Cart") < body.text.find("Checkout")
    assert 'href="../../services/cart/"' in body.html


def test_every_chart_has_its_numbers(root: Path) -> None:
    charts = of_incidents(Measures(view(root, quarters(40, 60))))
    assert [each.id for each in charts][:3] == ["incidents", "restore", "soon"]
    for each in charts:
        assert len(each.rows) == 12
        assert all(len(row) == len(each.columns) for row in each.rows)
    counts, restore = charts[0], charts[1]
    assert sum(int(row[-1]) for row in counts.rows) == 14
    # n stands beside every average.
    assert sum(int(str(row[restore.columns.index("n")])) for row in restore.rows) == 14


def _days(levels: Mapping[str, Mapping[str, str]]) -> list[Entry]:
    by = Actor("night", via="workflow")
    return [
        Entry(new_id(NOW), "scores.day", day, NOW, by, {"ready": dict(found)})
        for day, found in levels.items()
    ]


def test_the_climb_takes_the_last_day_of_each_month(root: Path, tmp_path: Path) -> None:
    (card,) = view(root).scores.rulebook.cards
    days = _days(
        {
            "2026-01-10": {"cart": "none", "checkout": "none"},
            "2026-01-31": {"cart": "none", "checkout": "gold"},
            "2026-02-28": {"cart": "gold", "checkout": "gold"},
            "no day at all": {"cart": "bronze"},
        }
    )
    chart = climb(card, days)
    assert chart is not None
    assert chart.title == "2 of 2 at the top, 1 of 2 in Jan"
    assert chart.rows == (("2026-01", "1", "0", "1"), ("2026-02", "0", "0", "2"))
    assert climb(card, days[:2]) is None
    assert Charts(tmp_path).figures([chart])


def test_figures_are_rendered_again_only_where_something_changed(root: Path) -> None:
    def key(book: Book, now: datetime = NOW) -> str:
        return Keys(view(root, book, now=now), "frame").of("metrics", "metrics/")

    one = quarters(40, 60)
    assert key(one) == key(one, NOW + timedelta(minutes=10))
    assert key(one) != key(Book("another tip", one.incidents))
    assert key(one) != key(one, NOW + timedelta(hours=2))
