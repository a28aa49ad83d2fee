"""`lightship init`: the demo goes, and the smallest portal of your own stays."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lightship import commandline
from lightship.errors import CouldNotRun, GitError, UsageError

if TYPE_CHECKING:
    from lightship.starter import Beginning

_OWNER = re.compile(r"^owner: \S+$", re.MULTILINE)
_MESSAGE = "Begin our portal"


@dataclass(frozen=True, slots=True)
class _Answers:
    """What the flags say; None where git or a default has to."""

    name: str | None
    email: str | None
    team: str
    service: str


@click.command()
@click.argument("folder", required=False, metavar="[DIR]", type=click.Path(path_type=Path))
@click.option("--name", help="Your name; default: git's user.name.")
@click.option("--email", help="Your email address; default: git's user.email.")
@click.option("--team", default="First team", show_default=True, help="Your team's name.")
@click.option("--service", default="First service", show_default=True, help="The name of one service.")
@commandline.in_repository
@click.pass_context
def command(
    ctx: click.Context,
    folder: Path | None,
    name: str | None,
    email: str | None,
    team: str,
    service: str,
    root: Path,
) -> None:
    """Make this copy yours.

    Takes the demo out, and leaves you, your team and one service.

    Scorecards, actions and policies stay. With DIR, nothing changes here: the tracked files are copied to DIR, a new
    repository, and the demo is taken out there.
    """
    beginning = _beginning(root, _Answers(name, email, team, service))
    _refuse_unless_demo(root)
    committed = False
    if folder is None:
        _refuse_uncommitted(root)
        _take_over(root, beginning)
    else:
        target = _empty(folder, root)
        _copy(root, target)
        _take_over(target, beginning)
        committed = _commit(target, beginning)
        root = target
    findings = commandline.judge(commandline.load(root), datetime.now(UTC))
    errors = [found for found in findings if found.severity == "error"]
    if errors:
        commandline.print_findings(errors, "text")
    else:
        _say_next(beginning, folder, committed)
    ctx.exit(commandline.exit_code(errors))


def _beginning(root: Path, answers: _Answers) -> Beginning:
    from lightship import git, starter

    git_name, git_email = git.identity(root)
    name = answers.name or git_name
    if not name:
        raise UsageError(
            "who are you? git has no user.name here; say `--name 'Ada Example' --email ada@example.com`"
        )
    email = answers.email or starter.usable_email(git_email)
    beginning = starter.Beginning(name, email, answers.team, answers.service)
    starter.files(beginning)
    return beginning


def _refuse_unless_demo(root: Path) -> None:
    from lightship import git
    from lightship.catalog.load import read_settings
    from lightship.starter import DEMO_JOURNAL

    if not git.is_repository(root):
        raise CouldNotRun(
            "looking for the demo: this folder is not a git repository, so nothing could be taken back; "
            "clone Lightship with git, and run this there"
        )
    settings, _ = read_settings(commandline.source(root))
    if settings.branches.journal != DEMO_JOURNAL:
        raise CouldNotRun(
            f"looking for the demo: it is gone, since lightship.yaml does not keep its records in '{DEMO_JOURNAL}'; "
            "this portal is yours already, edit catalog/, or clone Lightship anew to begin again"
        )


def _refuse_uncommitted(root: Path) -> None:
    from lightship import git
    from lightship.catalog.codeowners import PATH as CODEOWNERS_PATH
    from lightship.catalog.settings import PATH as SETTINGS_PATH
    from lightship.starter import DEMO_FOLDERS

    places = (*DEMO_FOLDERS, SETTINGS_PATH, CODEOWNERS_PATH)
    changed = git.run(root, "status", "--porcelain", "-z", "--untracked-files=all", "--", *places)
    rows = [row[3:].decode("utf-8", "replace") for row in changed.split(b"\0") if row]
    if rows:
        raise CouldNotRun(
            f"taking the demo out: {len(rows)} of its files are changed or new ({', '.join(rows[:3])}"
            f"{', …' if len(rows) > 3 else ''}) and would be lost; commit or remove them first "
            "(`git status` lists them)"
        )


def _take_over(root: Path, beginning: Beginning) -> None:
    """Remove the demo's files from `root`, and write the portal of `beginning` in their place."""
    from lightship import starter
    from lightship.catalog.codeowners import PATH as CODEOWNERS_PATH
    from lightship.catalog.codeowners import codeowners

    demo = _tracked(root, *starter.DEMO_FOLDERS)
    for path in demo:
        _remove(root, path)
    click.echo(f"taken out: {len(demo)} files of the demo", err=True)
    for path, text in starter.files(beginning).items():
        _write(root, path, text)
    for path in _tracked(root, "actions/*.yaml"):
        _hand_over(root / path, beginning.team_id)
    _write(root, CODEOWNERS_PATH, codeowners(commandline.load(root)).text)


def _hand_over(action: Path, team: str) -> None:
    """Let `team` keep an action that a team of the demo kept."""
    if action.is_file():
        text = action.read_text(encoding="utf-8")
        action.write_text(_OWNER.sub(f"owner: {team}", text), encoding="utf-8")


def _tracked(root: Path, *places: str) -> tuple[str, ...]:
    from lightship import git

    listing = git.run(root, "ls-files", "-z", "--", *places)
    return tuple(row.decode("utf-8", "surrogateescape") for row in listing.split(b"\0") if row)


def _remove(root: Path, path: str) -> None:
    file = root / path
    file.unlink(missing_ok=True)
    for folder in file.relative_to(root).parents:
        here = root / folder
        if here == root or not here.is_dir() or any(here.iterdir()):
            break
        here.rmdir()


def _write(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text, encoding="utf-8")
    click.echo(path)


def _empty(folder: Path, root: Path) -> Path:
    target = folder.resolve()
    if target.is_relative_to(root):
        raise UsageError(f"'{folder}' lies inside this repository; name a folder outside of it")
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise UsageError(f"'{folder}' is there already and is not empty; name a new folder")
    return target


def _copy(root: Path, target: Path) -> None:
    """The tracked files of `root` as they stand, as a new git repository."""
    from lightship import git

    for path in _tracked(root):
        source, copy = root / path, target / path
        if source.is_symlink() or source.is_file():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, copy, follow_symlinks=False)
    git.run(target, "init", "--quiet", "--initial-branch=main")
    git.run(target, "add", "--all", "--force")  # tracked, whatever .gitignore says


def _commit(root: Path, beginning: Beginning) -> bool:
    from lightship import git

    git.run(root, "add", "--all")
    if not beginning.email:
        return False
    who = ("-c", f"user.name={beginning.name}", "-c", f"user.email={beginning.email}")
    try:
        git.run(root, *who, "-c", "commit.gpgsign=false", "commit", "--quiet", "--message", _MESSAGE)
    except GitError as error:
        click.echo(str(error), err=True)
        return False
    return True


def _say_next(beginning: Beginning, folder: Path | None, committed: bool) -> None:
    lines = ["Next:"]
    if folder is not None:
        lines.append(f"  cd {folder}")
    if not committed:
        lines.append(
            f"  git add --all && git commit -m '{_MESSAGE}'     on the main branch: nothing of yours is lost"
        )
    lines += [
        "  make up                                  read the portal",
        f"  lightship score {beginning.service_id}",
        f"  catalog/people/{beginning.person_id}.yaml    add `github: your-login`, then run `lightship codeowners`",
    ]
    click.echo("\n".join(lines), err=True)
