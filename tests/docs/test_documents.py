"""Documents say what is so: links lead somewhere, commands exist, what is generated is up to date."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest
from tests.docs import documents

from lightship.cli import lightship

ROOT = documents.ROOT
DOCUMENTS = [pytest.param(path, id=path.relative_to(ROOT).as_posix()) for path in documents.documents()]
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
# A folder of somebody's machine, which no reader has.
ABSOLUTE = re.compile(r"(?<![\w.:/~])/(?:root|home|Users|work|tmp|opt|mnt|var/folders)/")


@pytest.mark.parametrize("path", DOCUMENTS)
def test_links_lead_somewhere(path: Path) -> None:
    broken = []
    for link in documents.links(path.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", link):
            continue
        target, _, anchor = link.partition("#")
        file = (path.parent / target) if target else path
        known = (
            documents.anchors(file.read_text(encoding="utf-8"))
            if file.suffix == ".md" and file.is_file()
            else ()
        )
        if not file.exists() or (anchor and anchor not in known):
            broken.append(link)
    assert not broken


@pytest.mark.parametrize("path", DOCUMENTS)
def test_commands_exist(path: Path) -> None:
    unknown = [
        shown
        for shown in documents.commands(path.read_text(encoding="utf-8"))
        if not (known_target(shown) if shown.startswith("make ") else known_command(shown))
    ]
    assert not unknown


def known_target(shown: str) -> bool:
    words = [word for word in shown.split()[1:] if "=" not in word]
    return all(word in TARGETS for word in words if re.fullmatch(r"[a-z-]+", word))


def known_command(shown: str) -> bool:
    """Whether the command, and every option that is named, are those of the program."""
    group: click.Command = lightship
    words = [word.strip("[]") for word in shown.replace("…", " ").split()[1:]]
    context = click.Context(lightship, info_name="lightship")
    while isinstance(group, click.Group) and words and re.fullmatch(r"[a-z][a-z-]*", words[0]):
        inner = group.get_command(context, words.pop(0))
        if inner is None:
            return False
        group = inner
    options = {name for parameter in group.params for name in (*parameter.opts, *parameter.secondary_opts)}
    named = {word.partition("=")[0] for word in words if re.match(r"-", word) and word != "-"}
    return named <= options | {"--help", "-h", "--version", "--"}


@pytest.mark.parametrize("path", DOCUMENTS)
def test_shown_help_is_what_the_program_prints(path: Path) -> None:
    for command, shown in documents.outputs(path.read_text(encoding="utf-8")):
        words = shlex.split(command)[1:]
        real = subprocess.run(
            [sys.executable, "-m", "lightship", *words], capture_output=True, text=True, check=True
        )
        assert shown.strip() == real.stdout.strip()


@pytest.mark.parametrize("path", DOCUMENTS)
def test_no_folder_of_somebodys_machine(path: Path) -> None:
    assert not ABSOLUTE.findall(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("words", [("schema", "--check"), ("codeowners", "--check")], ids=" ".join)
def test_what_is_generated_is_up_to_date(words: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "lightship", words[0], "-C", str(ROOT), *words[1:]]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("page", "what"),
    [("rules.md", "--all"), ("conditions.md", "--conditions"), ("actions.md", "--operations")],
)
def test_references_are_as_the_code_is(page: str, what: str) -> None:
    command = [sys.executable, "-m", "lightship", "explain", what, "--format", "markdown"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert (ROOT / "docs" / page).read_text(encoding="utf-8") == done.stdout, (
        f"run {' '.join(command[2:])} > docs/{page}"
    )


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "LICENSE"])
def test_what_people_look_for_is_there(name: str) -> None:
    assert (ROOT / name).read_text(encoding="utf-8").strip()


def test_the_changelog_begins_with_what_is_new() -> None:
    headings = re.findall(r"^## (.*)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert headings and re.match(r"\[?(Unreleased|\d+\.\d+\.\d+)\]?", headings[0])


def test_decisions_are_numbered_without_a_gap() -> None:
    names = sorted(path.name for path in ROOT.glob("docs/adr/*.md"))
    assert names and all(re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", name) for name in names)
    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))
    for name in names:
        assert (ROOT / "docs/adr" / name).read_text(encoding="utf-8").startswith("# ")
