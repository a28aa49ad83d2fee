"""The one required job passes only what succeeded."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / ".github" / "every_need_succeeded.py"


@pytest.mark.parametrize(
    ("results", "code"),
    [
        (("success", "success"), 0),
        (("success",), 0),
        ((), 1),
        (("success", "failure"), 1),
        (("success", "skipped"), 1),
        (("success", "cancelled"), 1),
        (("skipped", "skipped"), 1),
        (("Success",), 1),
        (("",), 1),
    ],
)
def test_exit_code(results: tuple[str, ...], code: int) -> None:
    needs = {f"job{index}": {"result": result, "outputs": {}} for index, result in enumerate(results)}
    done = subprocess.run(
        [sys.executable, SCRIPT],
        env=os.environ | {"NEEDS": json.dumps(needs)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == code
    assert done.stdout.splitlines() == [f"job{index}: {result}" for index, result in enumerate(results)]


@pytest.mark.parametrize("needs", ["", "null", "[]", '{"a": {}}'])
def test_what_cannot_be_read_does_not_pass(needs: str) -> None:
    done = subprocess.run([sys.executable, SCRIPT], env=os.environ | {"NEEDS": needs}, capture_output=True)
    assert done.returncode != 0
