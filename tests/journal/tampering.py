"""Histories that somebody tampered with, as branches of one repository, written by one `git fast-import`."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from tests.journal.clones import entry

from lightship.git import WRITER
from lightship.journal import chain
from lightship.journal.entry import Entry


@dataclass(frozen=True)
class Step:
    """A commit: its message and files (None deletes)."""

    message: str
    files: Mapping[str, bytes | None]
    at: datetime
    writer: str = WRITER
    mode: str = "100644"
    merged: str = ""


def steps(entries: Iterable[Entry], last: chain.Link = chain.START) -> list[Step]:
    """The commits of `entries` as Lightship writes them behind `last`."""
    made = []
    for each in entries:
        data = each.to_bytes()
        last = chain.after(last, data)
        made.append(
            Step(
                chain.message(chain.title(each.kind, each.subject), last), {each.path: data}, each.recorded_at
            )
        )
    return made


def link(step: Step) -> chain.Link:
    """The link that the commit says it is."""
    found = chain.read(step.message)
    assert found is not None
    return found


def edited(those: Sequence[Entry], at: int) -> Entry:
    """The entry at `at`, with another content."""
    return replace(those[at], data={"n": "something else"})


def edit(those: Sequence[Entry], at: int) -> list[Step]:
    """Other bytes, everything else as it was."""
    made = steps(those)
    made[at] = replace(made[at], files={those[at].path: edited(those, at).to_bytes()})
    return made


def delete(those: Sequence[Entry], at: int) -> list[Step]:
    """An entry less."""
    made = steps(those)
    return made[:at] + made[at + 1 :]


def insert(those: Sequence[Entry], at: int) -> list[Step]:
    """An entry more before it, that follows well."""
    made = steps(those)
    last = link(made[at - 1]) if at else chain.START
    return [*made[:at], *steps([entry("forged", at=those[at].recorded_at)], last), *made[at:]]


def reorder(those: Sequence[Entry], at: int) -> list[Step]:
    """An entry and its neighbour change places."""
    made = steps(those)
    other = at + 1 if at + 1 < len(made) else at - 1
    made[at], made[other] = made[other], made[at]
    return made


def duplicate(those: Sequence[Entry], at: int) -> list[Step]:
    """An entry twice, the second time in another folder, that follows well."""
    made = steps(those)
    path, data = f"1999/{those[at].path}", those[at].to_bytes()
    again = chain.after(link(made[at]), data)
    more = Step(
        chain.message(chain.title(those[at].kind, those[at].subject), again),
        {path: data},
        those[at].recorded_at,
    )
    return [*made[: at + 1], more, *made[at + 1 :]]


def truncate(those: Sequence[Entry], at: int) -> list[Step]:
    """It and all behind it are gone."""
    return steps(those)[:at]


def rewrite(those: Sequence[Entry], at: int) -> list[Step]:
    """Other bytes, and the chain computed anew from there on: whole in itself."""
    return steps([*those[:at], edited(those, at), *those[at + 1 :]])


KINDS: Sequence[Callable[[Sequence[Entry], int], list[Step]]] = (
    edit,
    delete,
    insert,
    reorder,
    duplicate,
    truncate,
    rewrite,
)


def write(root: Path, branches: Mapping[str, Sequence[Step]], whole: Sequence[Step]) -> None:
    """Write each branch; what begins like `whole`, which is written as the branch 'whole', is written once."""
    stream = [_commit("whole", number, step) for number, step in enumerate(whole, 1)]
    for branch, made in branches.items():
        same = next(
            (n for n, (one, other) in enumerate(zip(made, whole, strict=False)) if one != other), None
        )
        same = min(len(made), len(whole)) if same is None else same
        stream.append(f"reset refs/heads/{branch}\nfrom :{same}\n\n".encode() if same else b"")
        stream += [_commit(branch, 0, step) for step in made[same:]]
    done = ["git", "fast-import", "--quiet", "--force", "--date-format=raw"]
    subprocess.run(done, cwd=root, input=b"".join(stream), check=True)


def _commit(branch: str, mark: int, step: Step) -> bytes:
    message = step.message.encode()
    head = f"commit refs/heads/{branch}\n" + (f"mark :{mark}\n" if mark else "")
    head += f"committer {step.writer} {int(step.at.timestamp())} +0000\ndata {len(message)}\n"
    parts = [head.encode(), message, b"\n", f"merge {step.merged}\n".encode() if step.merged else b""]
    for path, data in step.files.items():
        if data is None:
            parts.append(f"D {path}\n".encode())
        else:
            parts += [f"M {step.mode} inline {path}\ndata {len(data)}\n".encode(), data, b"\n"]
    return b"".join(parts)
