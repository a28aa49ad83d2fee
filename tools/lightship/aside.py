"""Work done in a second process while this one goes on, where the system can fork; else done when it is asked for."""

from __future__ import annotations

import gc
import os
import sys
import traceback
from collections.abc import Callable
from threading import active_count

from lightship.errors import CouldNotRun


def aside(work: Callable[[], bytes]) -> Callable[[], bytes]:
    """Begin `work` in a process of its own; what is returned waits for its result.

    Raises CouldNotRun, when asked for the result, where the process ended early; what went wrong is on stderr.
    """
    if not _can_fork():
        return work
    gc.freeze()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _end(work, writing)
    os.close(writing)

    def result() -> bytes:
        with os.fdopen(reading, "rb") as told:
            data = told.read()
        _, status = os.waitpid(child, 0)
        if status:
            raise CouldNotRun("working in two processes: the second one ended early; what it said is above")
        return data

    return result


def _can_fork() -> bool:
    # A process with threads, such as the one that serves, is not forked: a lock may be held in another thread.
    return (
        hasattr(os, "fork") and sys.platform != "darwin" and (os.cpu_count() or 1) > 1 and active_count() == 1
    )


def _end(work: Callable[[], bytes], writing: int) -> None:
    """Do the work, tell its result through the pipe, and end this process, whatever happens."""
    code = 1
    try:
        with os.fdopen(writing, "wb") as told:
            told.write(work())
        code = 0
    except BrokenPipeError:
        code = 0  # whoever asked has ended meanwhile, and said why
    finally:
        if code:
            traceback.print_exc()
        sys.stderr.flush()
        os._exit(code)
