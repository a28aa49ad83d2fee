"""`lightship setting` says what lightship.yaml says, for scripts."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


def setting(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "lightship", "setting", "-C", str(root), *words]
    return subprocess.run(command, capture_output=True, text=True)


@pytest.mark.parametrize(
    ("text", "words", "printed"),
    [
        ("", ("publish.pages",), "false\n"),
        ("publish:\n  pages: true\n", ("publish.pages",), "true\n"),
        ("publish:\n  pages: true\n", ("publish.pages", "--as", "pages"), "pages=true\n"),
        ("name: Our portal\n", ("name",), "Our portal\n"),
        ("name: Our portal\n", ("name", "--as", "name"), "name=Our portal\n"),
        ("", ("waivers.max_days",), "180\n"),
        ("", ("publish",), '{"pages": false}\n'),
        ('description: "a\\nb"\n', ("description", "--as", "x"), 'x="a\\nb"\n'),
    ],
)
def test_value(tmp_path: Path, text: str, words: tuple[str, ...], printed: str) -> None:
    (tmp_path / "catalog").mkdir()
    if text:
        (tmp_path / "lightship.yaml").write_text(text, encoding="utf-8")
    done = setting(tmp_path, *words)
    assert (done.returncode, done.stdout) == (0, printed), done.stderr


@pytest.mark.parametrize("name", ["publish.page", "publish.pages.now", "nothing", ""])
def test_an_unknown_name_is_a_usage_error(tmp_path: Path, name: str) -> None:
    (tmp_path / "catalog").mkdir()
    done = setting(tmp_path, name)
    assert (done.returncode, done.stdout) == (2, "")
    assert "there is no setting" in done.stderr


@pytest.mark.parametrize("text", ["publish:\n  pages: yes\n", "publish: [\n", "publish:\n  page: true\n"])
def test_settings_that_cannot_be_used_are_no_default(tmp_path: Path, text: str) -> None:
    (tmp_path / "lightship.yaml").write_text(text, encoding="utf-8")
    done = setting(tmp_path, "publish.pages")
    assert done.returncode == 1
    assert "lightship.yaml" in done.stdout and "false" not in done.stdout.splitlines()
