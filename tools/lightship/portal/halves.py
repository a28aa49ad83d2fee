"""Renders pages in two processes where the system can fork, else in one."""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Callable, Sequence
from threading import active_count

from lightship.errors import CouldNotRun
from lightship.portal.page import Page
from lightship.portal.store import Entry, Store

_Job = tuple[Page, str]


def in_halves(jobs: Sequence[_Job], one: Callable[[Page, str], None], store: Store) -> None:
    """Do `one(*job)` for every job, which writes to `store`; a second process takes every other job."""
    # A process with threads, such as the one that serves, is not forked: a lock may be held in another thread.
    if not hasattr(os, "fork") or sys.platform == "darwin" or (os.cpu_count() or 1) < 2 or active_count() > 1:
        for job in jobs:
            one(*job)
        return
    gc.freeze()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _second(jobs[1::2], one, store, writing)
    os.close(writing)
    try:
        for job in jobs[::2]:
            one(*job)
    finally:
        with os.fdopen(reading, "rb") as told:
            done = told.read()
        _, status = os.waitpid(child, 0)
    if status:
        raise CouldNotRun("rendering pages: the second process ended early; what it said is above")
    entries: dict[str, Entry] = json.loads(done)
    store.now.update({file: (key, size, digest) for file, (key, size, digest) in entries["files"].items()})
    store.written += int(entries["written"])


def _second(jobs: Sequence[_Job], one: Callable[[Page, str], None], store: Store, writing: int) -> None:
    """Do the jobs, tell of them through the pipe, and end this process; a failure is printed and told by the exit code."""
    import traceback

    before, code = set(store.now), 1
    written = store.written
    try:
        for job in jobs:
            one(*job)
        files = {file: entry for file, entry in store.now.items() if file not in before}
        with os.fdopen(writing, "wb") as told:
            told.write(json.dumps({"files": files, "written": store.written - written}).encode())
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)
