"""The command line itself: help, near misses, exit codes, where it looks."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.trees import TEAM, lightship, write

CATALOG = {
    **TEAM,
    "lightship.yaml": "name: x\n",
    "catalog/services/cart.yaml": "name: Cart\nowner: payments\n",
}


def test_help_lists_every_command_in_one_line_each(tmp_path: Path, root: Path) -> None:
    done = lightship(tmp_path, "--help")
    listed = {line.split()[0] for line in done.out.split("Commands:")[1].splitlines() if line.strip()}
    found = (root / "tools/lightship/commands").glob("[a-z]*")
    modules = {
        path.stem.rstrip("_").replace("_", "-")
        for path in found
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert done.code == 0 and listed == modules


def test_help_imports_none_of_the_heavy_libraries(tmp_path: Path) -> None:
    # A command's start is felt at every call; each of these costs more than all of `--help` may (150 ms).
    code = (
        "import sys\nfrom lightship.cli import lightship\n"
        "try: lightship(['--help'])\nexcept SystemExit: pass\n"
        "print(sorted({'pydantic', 'yaml', 'jinja2', 'mkdocs', 'github', 'requests', 'cel'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["validat"], 2, "did you mean 'validate'?"),
        (["../x"], 2, "no command"),
        (["-C", ".", "validate"], 2, "options follow the command"),
        (["validate", "-C", "nowhere"], 2, "no folder 'nowhere'"),
        (["validate", "--now", "yesterday"], 2, "not a moment"),
        (["validate", "--now", "2026-01-01T09:00:00"], 2, "no zone"),
        (["validate", "--now", "9999-12-31"], 2, "out of reach"),
        (["validate", "--format", "xml"], 2, "'xml'"),
        (["build", "--out", "."], 2, "name a folder of its own"),
        (["build", "--out", "catalog/services"], 2, "name a folder of its own"),
        (["build", "--out", ".."], 2, "name a folder of its own"),
        (["validate", "--ref", "nowhere"], 3, "not a git repository"),
    ],
)
def test_mistakes_on_the_command_line_are_answered(
    tmp_path: Path, arguments: list[str], code: int, says: str
) -> None:
    done = lightship(write(tmp_path, CATALOG), *arguments)
    assert (done.code, says in done.err, "Traceback" in done.err) == (code, True, False), done.err


def test_outside_a_repository_it_says_what_to_do(tmp_path: Path) -> None:
    done = lightship(tmp_path, "validate", "-C", "/")
    assert done.code == 3 and "-C DIR" in done.err


def test_it_finds_the_repository_around_the_current_folder(tmp_path: Path) -> None:
    root = write(tmp_path, CATALOG)
    assert lightship(root / "catalog/services", "validate").code == 0
    assert lightship(root.parent, "validate", "-C", str(root / "catalog")).code == 0


def test_a_reader_that_has_seen_enough_is_no_error(tmp_path: Path) -> None:
    write(tmp_path, {**CATALOG, **{f"catalog/services/s-{i}.yaml": "name: [\n" for i in range(3000)}})
    with subprocess.Popen(
        [sys.executable, "-m", "lightship", "validate"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as running:
        assert running.stdout is not None and running.stderr is not None
        running.stdout.readline()
        running.stdout.close()
        assert b"Traceback" not in running.stderr.read()
