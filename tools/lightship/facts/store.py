"""The `facts` branch as records: read as git objects, written by compare-and-swap, put again onto what others wrote.

Recording is putting records over what is known by their keys, so that it can be done again on any tip.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from lightship import git
from lightship.errors import CouldNotRun, GitError, RefMoved
from lightship.facts import snapshot, tables
from lightship.facts.records import NOTHING, Alert, Change, Observed, PagerSchedule
from lightship.facts.spans import Span, Times, times
from lightship.facts.tables import Counts, Record, Records, Table
from lightship.finding import Finding, Severity
from lightship.journal import races

Update = Mapping[Table, Records]
_FIX = "record it again with `lightship record`, or mend the file on the branch"
_Files = dict[str, bytes]


@cache
def _pager() -> TypeAdapter[PagerSchedule]:
    return TypeAdapter(PagerSchedule)


def observed(root: Path, branch: str, spans: Sequence[Span] | None = None) -> Observed:
    """Changes, alerts and pagers' shifts of the local branch, else of origin's, by a fixed number of processes.

    Of changes and alerts only those within `spans`, where given: a year of them takes a while to judge. NOTHING where
    there is no such branch. What cannot be read gives findings, and nothing else.
    """
    tip = snapshot.commit(root, branch)
    if not tip:
        return NOTHING
    findings: list[Finding] = []
    changes: list[Change] = []
    alerts: list[Alert] = []
    schedules: dict[str, PagerSchedule] = {}
    files = _files(root, tip, ("changes", "alerts", "oncall"))
    for key, found in _models(branch, files, times(spans) if spans is not None else None):
        if isinstance(found, Finding):
            findings.append(found)
        elif isinstance(found, Change):
            changes.append(found)
        elif isinstance(found, Alert):
            alerts.append(found)
        elif key not in schedules or schedules[key].observed_at < found.observed_at:
            schedules[key] = found
    return Observed(
        tip,
        tuple(sorted(changes, key=lambda change: (change.at, change.source, change.id))),
        tuple(sorted(alerts, key=lambda alert: (alert.at, alert.source, alert.id))),
        schedules,
        findings=tuple(findings),
    )


def _models(
    branch: str, files: _Files, wanted: Times | None
) -> Iterator[tuple[str, Change | Alert | PagerSchedule | Finding]]:
    """What the files say, by key; of changes and alerts only what is `wanted`."""
    for path, data in sorted(files.items()):
        table = tables.table_of(path)
        assert table is not None
        if wanted is not None and table.kind == "changes" and not wanted.touch(path.rpartition("/")[2][:7]):
            continue
        try:
            records = tables.read(table, data)
        except tables.Unreadable as error:
            yield "", _finding(f"{branch}:{path}", str(error))
            continue
        for key, record in records.items():
            if wanted is not None and table.kind != "oncall" and not wanted.hold(str(record.get("at", ""))):
                continue
            try:
                yield key, _model(table, record)
            except ValidationError as error:
                yield "", _finding(f"{branch}:{path}", f"'{key}': {_first(error)}")


def _model(table: Table, record: Record) -> Change | Alert | PagerSchedule:
    held = {**record, "source": table.source}
    if table.kind == "changes":
        return Change.model_validate(held)
    return Alert.model_validate(held) if table.kind == "alerts" else _pager().validate_python(held)


def _first(error: ValidationError) -> str:
    first = error.errors()[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"


def _finding(path: str, message: str) -> Finding:
    return Finding("facts-invalid", Severity.ERROR, path, message, _FIX)


def _files(root: Path, tip: str, kinds: Iterable[str]) -> _Files:
    """The files of the commit `tip` whose records are of `kinds`, by path."""
    wanted = set(kinds)
    found = [
        entry
        for entry in git.tree(root, tip)
        if entry.mode == "100644" and (table := tables.table_of(entry.path)) and table.kind in wanted
    ]
    sizes = git.sizes(root, (entry.id for entry in found))
    found = [entry for entry in found if sizes[entry.id] <= snapshot.LARGEST]
    contents = git.blobs(root, (entry.id for entry in found))
    return {entry.path: contents[entry.id] for entry in found}


def update(
    changes: Iterable[Change] = (),
    alerts: Iterable[Alert] = (),
    schedules: Mapping[str, PagerSchedule] | None = None,
) -> Update:
    """What `record` puts on the branch for these."""
    return {**tables.of_models((*changes, *alerts)), **tables.of_schedules(schedules or {})}


def record(root: Path, branch: str, update: Update, at: datetime, title: str = "") -> Counts:
    """Put `update` on the local branch in one commit dated `at`, whoever else writes; what that changed.

    Nothing is written where it changes nothing. Raises CouldNotRun where a file that it concerns cannot be read.
    """

    def attempt() -> Counts:
        tip = _adopted(root, branch)
        files, counts = _put(_files(root, tip, {table.kind for table in update}) if tip else {}, update)
        if files:
            git.write_commits(
                root, f"refs/heads/{branch}", tip, [git.Draft(title or _title(update), files, at)]
            )
        return counts

    return races.retried(attempt)


def _adopted(root: Path, branch: str) -> str:
    """The local branch's tip; a clone that has only fetched the branch takes it for its own."""
    ref, fetched = f"refs/heads/{branch}", f"refs/remotes/origin/{branch}"
    found = git.tips(root, ref, fetched)
    if ref not in found and fetched in found:
        git.set_ref(root, ref, found[fetched], "")
    return found.get(ref) or found.get(fetched, "")


def _put(files: _Files, update: Update) -> tuple[_Files, Counts]:
    """The files that change when `update` is put over `files`, and what it changes."""
    changed: _Files = {}
    counts = Counts()
    for table, new in update.items():
        known = {path: data for path, data in files.items() if tables.table_of(path) == table}
        records, found = tables.put(table.kind, _records(table, known), new)
        counts += found
        if found.recorded or found.updated:
            gone = dict.fromkeys(known, tables.empty(table)) if table.kind == "changes" else {}
            written = {**gone, **tables.files(table, records)}
            changed |= {path: data for path, data in written.items() if known.get(path) != data}
    return changed, counts


def _records(table: Table, files: _Files) -> dict[str, Record]:
    records: dict[str, Record] = {}
    for path, data in files.items():
        try:
            records |= tables.read(table, data)
        except tables.Unreadable as error:
            raise CouldNotRun(
                f"recording for {table.source}: {path} on the branch cannot be read: {error}; {_FIX}"
            ) from error
    return records


def _title(update: Update) -> str:
    return f"Record {', '.join(f'{kind} of {source}' for kind, source in sorted(update))}"


def publish(root: Path, branch: str, patience: float = races.PATIENCE) -> str:
    """Bring the branch to the remote, what is ours put over what is theirs; '' when done, else why not.

    Never raises for the remote's sake; done where there is no remote.
    """
    remote = git.remote(root)
    if not remote:
        return ""
    try:
        races.share(
            root, branch, remote, lambda ours, theirs, _: _again(root, ours, theirs), patience=patience
        )
    except RefMoved as error:
        return f"{error}, for {patience:.0f} s"
    except GitError as error:
        return str(error)
    return ""


def _again(root: Path, ours: str, theirs: str) -> str:
    """What `ours` changed since the two parted, put over `theirs`: the commit, or `theirs` where that has it all."""
    base = git.merge_base(root, ours, theirs) if git.related(root, ours, theirs) else ""
    kinds = ("changes", "alerts", "oncall", "values")
    before = _by_table(_files(root, base, kinds)) if base else {}
    mine = {
        table: {key: record for key, record in records.items() if before.get(table, {}).get(key) != record}
        for table, records in _by_table(_files(root, ours, kinds)).items()
    }
    lacking = {table: records for table, records in mine.items() if records}
    files, _ = _put(_files(root, theirs, kinds), lacking)
    if not files:
        return theirs
    return git.write_objects(root, theirs, [git.Draft(_title(lacking), files, _date(root, ours))])


def _by_table(files: _Files) -> dict[Table, dict[str, Record]]:
    grouped: dict[Table, _Files] = defaultdict(dict)
    for path, data in files.items():
        table = tables.table_of(path)
        assert table is not None
        grouped[table][path] = data
    return {table: _records(table, held) for table, held in grouped.items()}


def _date(root: Path, commit: str) -> datetime:
    return datetime.fromisoformat(git.run(root, "log", "-1", "--format=%cI", commit).decode().strip())
