"""The charts of the metrics page: a question each, answered in the title, from the figures of twelve months. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta

from lightship.incidents.figures import Figure
from lightship.portal.charts import Chart
from lightship.portal.compare import comparable, few, moved
from lightship.portal.measures import SEVERE, Measures, Month, count
from lightship.portal.plots import Bars, Lines
from lightship.portal.words import lasted, plural

SEVERITIES = ("SEV1", "SEV2", "SEV3", "SEV4", "SEV5")
_Figures = Mapping[str, Figure]
_NONE = Figure("", "")
_SCALES = ((2 * 1440.0, 1440.0, "days"), (180.0, 60.0, "hours"), (0.0, 1.0, "minutes"))


def of_incidents(measures: Measures) -> tuple[Chart, ...]:
    """How many, how long, how soon, how well told, how often again."""
    if not measures.counted(measures.year):
        return ()
    months, new, old = measures.months, measures.quarter, measures.before
    found = [
        _counts(months, count(new), count(old)),
        _time("restore", "Time to restore", "from impact to resolution", months, "mttr", new, old),
        _soon(months, new),
        _shares(
            "updates",
            lambda kept, n: f"{kept} of {n} updates came in time",
            "updates made within the cadence of the severity, percent by month",
            months,
            (("in time", "update_punctuality"),),
            new,
        ),
        _shares(
            "again",
            lambda kept, n: f"{kept} of {n} incidents had been there before",
            "incidents that came back within 90 days, percent by month",
            months,
            (("came back", "recurrence"),),
            new,
        ),
        _shares(
            "after",
            lambda kept, n: f"{kept} of {n} post-mortems came in time",
            "post-mortems and follow-ups done by their day, percent by month of the incident",
            months,
            (("post-mortems", "postmortems_on_time"), ("follow-ups", "follow_ups_on_time")),
            new,
        ),
    ]
    return tuple(chart for chart in found if chart is not None)


def of_deliveries(measures: Measures) -> tuple[Chart, ...]:
    """DORA's four, where changes are recorded."""
    months, new, old = measures.months, measures.quarter, measures.before
    if "deployment_frequency" not in measures.whole:
        return ()
    found = [
        _rate(months, new, old),
        _time(
            "lead", "Lead time for changes", "from first commit to production", months, "lead_time", new, old
        ),
        _shares(
            "failures",
            lambda kept, n: f"{kept} of {n:,} deployments failed",
            "deployments that failed, were rolled back or caused an incident, percent by month",
            months,
            (("failed", "change_failure_rate"),),
            new,
        ),
        _time(
            "recovery",
            "Time to recover from a failed deployment",
            "from deployment to repair",
            months,
            "recovery_time",
            new,
            old,
        ),
    ]
    return tuple(chart for chart in found if chart is not None)


def _counts(months: Sequence[Month], now: int, before: int) -> Chart:
    severe = [sum(month.counts.get(each, 0) for each in SEVERE) for month in months]
    all_ = [sum(month.counts.values()) for month in months]
    rest = [float(whole - part) for whole, part in zip(all_, severe, strict=True)]
    used = [each for each in SEVERITIES if any(month.counts.get(each) for month in months)]
    return Chart(
        "incidents",
        f"{plural(now, 'incident')} in thirteen weeks, {before} in those before",
        "incidents by month and severity",
        Bars(
            tuple(month.label for month in months),
            (("SEV1–2", tuple(map(float, severe))), ("SEV3–5", tuple(rest))),
        ),
        ("Month", *used, "All"),
        tuple(
            (month.key, *(str(month.counts.get(each, 0)) for each in used), str(whole))
            for month, whole in zip(months, all_, strict=True)
        ),
    )


def _time(
    id: str, name: str, what: str, months: Sequence[Month], key: str, new: _Figures, old: _Figures
) -> Chart | None:
    """A time, as its median and what nine of ten stay below."""
    figures = [month.figures.get(key, _NONE) for month in months]
    if not any(figure.n for figure in figures):
        return None
    scale, unit = _scale(each for figure in figures for each in (figure.median, figure.p90))
    now, before = new.get(key, _NONE), old.get(key, _NONE)
    said = moved(now.median or 0, before.median or 0) if comparable(now, before) else few(now, before)
    title = f"{name} {said}" if comparable(now, before) else f"{name}: {said}"
    return Chart(
        id,
        f"{title}: median {_said(now.median)}" if comparable(now, before) else title,
        f"{unit} {what}, by month; below each month how many it rests on",
        Lines(
            tuple(month.label for month in months),
            (
                ("median", tuple(_over(figure.median, scale) for figure in figures)),
                ("9 of 10", tuple(_over(figure.p90, scale) for figure in figures)),
            ),
            tuple(str(figure.n) for figure in figures),
        ),
        ("Month", "Median", "9 of 10 below", "Mean", "n", "Left out"),
        tuple(
            (
                month.key,
                _said(each.median),
                _said(each.p90),
                _said(each.mean),
                f"{each.n:,}",
                f"{len(each.excluded):,}",
            )
            for month, each in zip(months, figures, strict=True)
        ),
    )


def _soon(months: Sequence[Month], new: _Figures) -> Chart | None:
    """How soon we notice, and how soon somebody has it."""
    series = [("noticed", "mttd"), ("answered", "mtta")]
    known = {key: [month.figures.get(key, _NONE) for month in months] for _, key in series}
    if not any(figure.n for figures in known.values() for figure in figures):
        return None
    scale, unit = _scale(figure.median for figures in known.values() for figure in figures)
    noticed, answered = new.get("mttd", _NONE), new.get("mtta", _NONE)
    told = [f"noticed after {_said(noticed.median)}"] if noticed.n else []
    told += [f"answered {_said(answered.median)} after the declaration"] if answered.n else []
    title = ", ".join(told) or "nothing to say of these thirteen weeks"
    return Chart(
        "soon",
        title[0].upper() + title[1:],
        f"median {unit}: from impact to detection, and from declaration to acknowledgement; n of the latter below",
        Lines(
            tuple(month.label for month in months),
            tuple((name, tuple(_over(each.median, scale) for each in known[key])) for name, key in series),
            tuple(str(figure.n) for figure in known["mtta"]),
        ),
        ("Month", "To detect", "n", "To acknowledge", "n"),
        tuple(
            (month.key, _said(one.median), str(one.n), _said(two.median), str(two.n))
            for month, one, two in zip(months, known["mttd"], known["mtta"], strict=True)
        ),
    )


def _shares(
    id: str,
    title: Callable[[int, int], str],
    below: str,
    months: Sequence[Month],
    series: Sequence[tuple[str, str]],
    new: _Figures,
) -> Chart | None:
    """Shares in percent; the title tells those of the first series in these thirteen weeks."""
    known = [[month.figures.get(key, _NONE) for month in months] for _, key in series]
    if not any(figure.n for figures in known for figure in figures):
        return None
    now = new.get(series[0][1], _NONE)
    names = [name for name, _ in series]
    return Chart(
        id,
        title(int(sum(now.values)), now.n) if now.n else "Nothing to say of these thirteen weeks",
        f"{below}; {'of ' + names[0] + ', ' if len(names) > 1 else ''}how many below each month",
        Lines(
            tuple(month.label for month in months),
            tuple(
                (name, tuple(None if each.mean is None else 100 * each.mean for each in figures))
                for name, figures in zip(names, known, strict=True)
            ),
            tuple(str(each.n) for each in known[0]),
        ),
        ("Month", *(text for name in names for text in (name[0].upper() + name[1:], "of"))),
        tuple(
            (month.key, *(text for figures in known for text in (_kept(figures[at]), str(figures[at].n))))
            for at, month in enumerate(months)
        ),
    )


def _rate(months: Sequence[Month], new: _Figures, old: _Figures) -> Chart:
    figures = [month.figures.get("deployment_frequency", _NONE) for month in months]
    now, before = (each.get("deployment_frequency", _NONE) for each in (new, old))
    weekly = f"{7 * (now.mean or 0):.0f} deployments a week"
    title = f"{weekly}: {moved(now.mean or 0, before.mean or 0)}" if comparable(now, before) else weekly
    return Chart(
        "deployments",
        title,
        "deployments to production by month",
        Bars(tuple(month.label for month in months), (("", tuple(float(each.n) for each in figures)),)),
        ("Month", "Deployments", "A day"),
        tuple(
            (month.key, f"{each.n:,}", f"{each.mean:.1f}" if each.mean is not None else "–")
            for month, each in zip(months, figures, strict=True)
        ),
    )


def _scale(values: Iterable[float | None]) -> tuple[float, str]:
    most = max((each for each in values if each is not None), default=0.0)
    return next((size, unit) for least, size, unit in _SCALES if most >= least)


def _over(value: float | None, scale: float) -> float | None:
    return None if value is None else round(value / scale, 3)


def _said(value: float | None) -> str:
    return "–" if value is None else lasted(timedelta(minutes=value))


def _kept(figure: Figure) -> str:
    return "–" if figure.mean is None else f"{100 * figure.mean:.0f} %"
