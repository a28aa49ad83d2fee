"""Charts: what is drawn, what of it may be in a page, that it is kept, and what is there where nothing can be drawn."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.portal.bodies import parse

from lightship.portal.charts import Chart, Charts, clean
from lightship.portal.compare import moved
from lightship.portal.plots import NARROW, ROLES, WIDE, Bars, Lines

MONTHS = ("Jan", "Feb", "Mar")
BARS = Bars(MONTHS, (("SEV1–2", (1.0, 0.0, 2.0)), ("SEV3–5", (2.0, 3.0, 4.0))))
LINES = Lines(MONTHS, (("median", (1.5, None, 2.0)), ("9 of 10", (4.0, None, 3.0))), ("3", "0", "6"))


def chart(plot: Bars | Lines = BARS, title: str = "Fewer incidents") -> Chart:
    return Chart("incidents", title, "by month", plot, ("Month", "All"), (("2026-01", "3"), ("2026-02", "3")))


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where drawings are kept that several tests look at."""
    return tmp_path_factory.mktemp("charts")


@pytest.fixture
def drawing() -> None:
    pytest.importorskip("vl_convert", reason="the extra `charts` is not installed: nothing is drawn")


@pytest.mark.usefixtures("drawing")
@pytest.mark.parametrize("plot", [BARS, LINES])
def test_a_chart_is_drawn_twice_and_has_its_numbers_beside_it(plot: Bars | Lines, kept: Path) -> None:
    (figure,) = Charts(kept).figures([chart(plot)])
    parsed = parse(figure)
    assert (parsed.open, parsed.wrong) == ([], [])
    drawn = [attributes for tag, attributes in parsed.tags if tag == "svg"]
    assert [each["class"] for each in drawn] == ["ls-plot wide", "ls-plot narrow"]
    # As wide as was asked for, names at the right end included: nothing hangs over the page's edge.
    assert [int(each["width"] or 0) for each in drawn] == [WIDE, NARROW]
    assert ("div", {"role": "img", "aria-label": "Fewer incidents. by month"}) in parsed.tags
    for word in (
        "Fewer incidents",
        "2026-01",
        "Jan",
        "Mar",
        *dict(plot.parts if isinstance(plot, Bars) else plot.series),
    ):
        assert word in parsed.text


@pytest.mark.usefixtures("drawing")
def test_colours_are_roles_and_nothing_is_styled(kept: Path) -> None:
    for figure in Charts(kept).figures([chart(BARS), chart(LINES)]):
        for tag, attributes in parse(figure).tags:
            assert tag not in ("style", "script", "image", "a", "defs")
            assert not attributes.keys() & {"style", "fill", "stroke", "font-family", "onload"}
        assert "f-ink" in figure
        assert "#" not in figure, "a colour was left as it is: it would not change with the palette"
        for colour in ROLES.values():
            assert colour not in figure


@pytest.mark.usefixtures("drawing")
def test_months_without_a_value_are_gaps_not_zeros(kept: Path) -> None:
    (whole,) = Charts(kept).figures([chart(LINES)])
    filled = Lines(MONTHS, (("median", (1.5, 0.0, 2.0)), ("9 of 10", (4.0, 0.0, 3.0))), ("3", "0", "6"))
    (other,) = Charts(kept).figures([chart(filled)])
    # A point a value: two lines, two widths, one month without.
    assert whole.count("<path") < other.count("<path")


def test_bars_begin_at_zero() -> None:
    for layer in BARS.spec(WIDE)["layer"]:
        assert layer["encoding"]["y"]["scale"]["zero"] is True


@pytest.mark.usefixtures("drawing")
def test_texts_stay_texts(kept: Path) -> None:
    evil = '</text><script>alert("1")</script>'
    plot = Lines(MONTHS, ((evil, (1.0, 2.0, 3.0)),))
    (figure,) = Charts(kept).figures([chart(plot, evil)])
    assert "<script" not in figure
    assert [tag for tag, _ in parse(figure).tags if tag == "script"] == []


def test_what_a_drawing_does_not_need_is_dropped() -> None:
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10.2 20" onload="x()"><style>*{}</style>'
        '<script>x()</script><a href="https://example.com"><text>never</text></a><image href="x"/>'
        '<g onclick="x()" style="fill:red"><path d="M0,0.12345h1" fill="#000001" stroke="#ff0000"/></g></svg>'
    )
    assert clean(svg) == (
        'viewBox="0 0 10 20" width="10" height="20"><path d="M0,0.1h1" class="f-ink"></path>'
    )


PROGRAM = """
import sys
from pathlib import Path
from lightship.portal.charts import Chart, Charts
from lightship.portal.plots import Bars
chart = Chart("id", "Title", "below", Bars(("Jan",), (("", (1.0,)),)), ("Month", "n"), (("2026-01", "1"),))
sys.stdout.write(Charts(Path(sys.argv[1])).figures([chart])[0])
sys.exit(7 if "vl_convert" in sys.modules else 0)
"""


def _run(program: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program, str(folder)], capture_output=True, text=True, check=False, timeout=60
    )


@pytest.mark.usefixtures("drawing")
def test_an_unchanged_chart_is_not_drawn_again(tmp_path: Path) -> None:
    first = _run(PROGRAM, tmp_path)
    kept = sorted(tmp_path.iterdir())
    assert len(kept) == 2
    for place in kept:
        place.write_text(place.read_text("utf-8").replace("Jan", "kept"), encoding="utf-8")
    second = _run(PROGRAM, tmp_path)
    # The engine is loaded neither to draw (a process of its own does) nor when there is nothing to draw.
    assert (first.returncode, second.returncode) == (0, 0)
    assert "kept" in second.stdout and "kept" not in first.stdout


def test_without_the_package_the_numbers_are_there_and_the_remedy(tmp_path: Path) -> None:
    """A process that sees everything that is installed but the one package."""
    hide = (
        "import sys\n"
        "class Hidden:\n"
        "    def __init__(self, inner):\n"
        "        self.inner = inner\n"
        "    def find_spec(self, name, *rest):\n"
        "        return None if name == 'vl_convert' else self.inner.find_spec(name, *rest)\n"
        "sys.meta_path = [Hidden(each) for each in sys.meta_path]\n"
    )
    done = _run(hide + PROGRAM, tmp_path)
    assert done.returncode == 0, done.stderr
    assert "<svg" not in done.stdout
    assert "<details open>" in done.stdout and "2026-01" in done.stdout
    assert 'pip install "lightship[charts]"' in done.stdout


@pytest.mark.usefixtures("drawing")
def test_a_damaged_drawing_is_no_error(tmp_path: Path) -> None:
    Charts(tmp_path).figures([chart()])
    for place in tmp_path.iterdir():
        place.write_bytes(b"\xff\xfe")
    (figure,) = Charts(tmp_path).figures([chart()])
    assert "<svg" in figure


@pytest.mark.parametrize(
    ("new", "old", "words"),
    [
        (100, 100, "stayed as it was"),
        (104, 100, "stayed as it was"),
        (67, 100, "fell by a third"),
        (75, 100, "fell by a quarter"),
        (50, 100, "halved"),
        (82, 100, "fell by 18 %"),
        (150, 100, "rose by half"),
        (200, 100, "doubled"),
        (400, 100, "rose to 4 times as much"),
        (0, 100, "fell by 100 %"),
        (0, 0, "stayed as it was"),
        (3, 0, "rose from nothing"),
    ],
)
def test_what_a_number_did(new: float, old: float, words: str) -> None:
    assert moved(new, old) == words
