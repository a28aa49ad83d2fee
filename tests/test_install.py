"""Setting up says what is missing, and does nothing twice."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TOOLS = ("sh", "dirname", "basename", "cat", "rm")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with what setting up reads, and a PATH that holds no Python."""
    (tmp_path / "tools").mkdir()
    (tmp_path / "bin").mkdir()
    for name in ("tools/install.sh", "pyproject.toml", "requirements.txt"):
        shutil.copy2(ROOT / name, tmp_path / name)
    for name in TOOLS:
        (tmp_path / "bin" / name).symlink_to(str(shutil.which(name)))
    return tmp_path


def install(
    checkout: Path, lock: str = "requirements.txt", **variables: str
) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": str(checkout / "bin"), "HOME": os.environ["HOME"]} | variables
    words = ["sh", "tools/install.sh", lock]
    return subprocess.run(words, cwd=checkout, env=environment, capture_output=True, text=True)


def python(checkout: Path, name: str, script: str) -> None:
    """Put a Python that does what `script` says into the PATH."""
    file = checkout / "bin" / name
    file.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    file.chmod(0o755)


def test_no_python(checkout: Path) -> None:
    done = install(checkout)
    assert done.returncode == 3
    assert "needs Python 3.11 or newer (found: none)" in done.stderr


def test_an_old_python(checkout: Path) -> None:
    python(checkout, "python3", 'case "$1" in --version) echo Python 3.9.6 ;; *) exit 1 ;; esac')
    done = install(checkout)
    assert done.returncode == 3
    assert "needs Python 3.11 or newer (found: Python 3.9.6)" in done.stderr
    assert not (checkout / ".venv").exists()


def test_an_old_python_that_was_named(checkout: Path) -> None:
    python(checkout, "python3", "exit 0")
    python(checkout, "old", "exit 1")
    done = install(checkout, PYTHON="old")
    assert done.returncode == 3
    assert "'old' is not" in done.stderr


def test_a_python_without_venv(checkout: Path) -> None:
    python(checkout, "python3", 'case "$2" in *ensurepip*) exit 1 ;; *) exit 0 ;; esac')
    done = install(checkout)
    assert done.returncode == 3
    assert "apt-get install python3-venv" in done.stderr


RECORD = "import pathlib, sys\npathlib.Path('calls').open('a').write(' '.join(sys.argv[1:]) + chr(10))\n"


def recording(checkout: Path) -> Path:
    """Make an environment whose pip writes down how it is called, a line a call; where it writes."""
    (checkout / "tools" / "lightship").mkdir()
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", checkout / ".venv"], check=True)
    pip = next((checkout / ".venv/lib").glob("python*/site-packages")) / "pip"
    pip.mkdir()
    (pip / "__main__.py").write_text(RECORD, encoding="utf-8")
    return checkout / "calls"


def test_what_is_installed_is_not_installed_again(checkout: Path) -> None:
    calls = recording(checkout)
    assert install(checkout).returncode == 0
    locked, package = calls.read_text(encoding="utf-8").splitlines()
    assert "--require-hashes -r requirements.txt" in locked
    assert "--no-deps --no-build-isolation --editable ." in package
    assert "index" not in locked + package

    calls.unlink()
    assert install(checkout).returncode == 0
    assert not calls.exists()

    (checkout / "requirements.txt").write_text("", encoding="utf-8")
    assert install(checkout).returncode == 0
    assert len(calls.read_text(encoding="utf-8").splitlines()) == 2


def test_the_lock_for_development_is_enough(checkout: Path) -> None:
    calls = recording(checkout)
    (checkout / "requirements-dev.txt").write_text("", encoding="utf-8")
    assert install(checkout, "requirements-dev.txt").returncode == 0
    calls.unlink()
    assert install(checkout, "requirements.txt").returncode == 0
    assert not calls.exists()


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_everything_is_locked_by_hash_and_to_no_index(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    assert len(lines) > 40
    assert all(re.match(r"[a-z0-9._-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", line) for line in lines)
    assert "://" not in text


def test_the_locks_hold_what_the_package_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    locks = {name: locked(name) for name in ("requirements.txt", "requirements-dev.txt")}
    wanted = names(project["project"]["dependencies"] + project["dependency-groups"]["build"])
    groups = project["dependency-groups"]
    assert wanted <= set(locks["requirements.txt"])
    assert wanted | names(groups["lint"] + groups["test"]) <= set(locks["requirements-dev.txt"])
    shared = set(locks["requirements.txt"])
    assert locks["requirements.txt"] == {name: locks["requirements-dev.txt"].get(name) for name in shared}


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[^\w-]", requirement)[0].lower() for requirement in requirements}


def locked(name: str) -> dict[str, tuple[str, ...]]:
    """Package → the versions that the lock file names (more than one where Pythons differ)."""
    found: dict[str, tuple[str, ...]] = {}
    for package, version in re.findall(
        r"^([a-z0-9._-]+)==(\S+)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE
    ):
        found[package] = (*found.get(package, ()), version)
    return found
