"""At the keyboard: questions at a real terminal, and completion as real shells ask for it."""

from __future__ import annotations

import os
import pty
import re
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.shell_completion import BashComplete
from tests.commands.desk import DECLARE, own, told
from tests.trees import lightship

from lightship import cli

PATIENCE = 60.0  # seconds until a terminal that says nothing more is given up


class Terminal:
    """A process at a pseudo-terminal: what it prints is read until a text comes, then a line is typed."""

    def __init__(self, root: Path, *arguments: str) -> None:
        self.printed = ""
        self._handle, theirs = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "lightship", *arguments],
            cwd=root, stdin=theirs, stdout=theirs, stderr=theirs, close_fds=True,
        )  # fmt: skip
        os.close(theirs)

    def answer(self, question: str, line: str) -> None:
        """Wait for `question`, and type `line`."""
        end = time.monotonic() + PATIENCE
        while question not in self.printed:
            assert self._read(end - time.monotonic()), f"no '{question}' in {self.printed}"
        self.printed = self.printed.split(question, 1)[1]
        os.write(self._handle, f"{line}\n".encode())

    def rest(self) -> tuple[int, str]:
        """The exit code, and what was printed since the last answer."""
        while self._read(PATIENCE):
            pass
        os.close(self._handle)
        return self.process.wait(PATIENCE), self.printed.replace("\r\n", "\n")

    def _read(self, patience: float) -> bool:
        if not select.select([self._handle], [], [], max(0, patience))[0]:
            return False
        try:
            data = os.read(self._handle, 65536)
        except OSError:  # the other side has gone
            return False
        self.printed += data.decode()
        return bool(data)


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return own(tmp_path_factory.mktemp("keyboard") / "portal")


def test_a_declaration_with_nothing_given_is_asked_for_step_by_step(portal: Path) -> None:
    terminal = Terminal(portal, "incident", "declare", "--offline")
    terminal.answer("Which service is hit?", "zzzz")
    terminal.answer("no service is like 'zzzz'", "shoping")
    terminal.answer("cart: Shopping cart", "1")
    terminal.answer("Many customers notice", "7")
    terminal.answer("'7' is no severity", "2")
    terminal.answer("What is wrong, in a line?", "")
    terminal.answer("What is wrong, in a line?", "x" * 121)
    terminal.answer("120 are the most\r\nWhat is wrong, in a line?: ", "Carts are empty")
    code, printed = terminal.rest()
    found = re.search(r"^(inc-\S+)  SEV2  Carts are empty  \(cart\)$", printed, re.MULTILINE)
    assert code == 0 and found, printed
    assert f"lightship incident ack {found[1]}" in printed
    incident = told(portal, "incident", "show", found[1])
    assert (incident["services"], incident["severity"]) == (["cart"], "SEV2")


def test_only_what_is_missing_is_asked_for_and_nobody_has_to_know_the_service(portal: Path) -> None:
    terminal = Terminal(portal, "incident", "declare", "--offline", "--severity", "3", "--title", "Red lamps")
    terminal.answer("Which service is hit?", "")
    terminal.answer("What is seen, and by whom?", "All lamps are red")
    code, printed = terminal.rest()
    assert code == 0 and "SEV3  Red lamps" in printed


def test_whoever_changes_their_mind_leaves_nothing_behind(portal: Path) -> None:
    before = told_ids(portal)
    terminal = Terminal(portal, "incident", "declare", "--offline")
    terminal.answer("Which service is hit?", "\x03")
    assert terminal.rest()[0] == 1 and told_ids(portal) == before


def told_ids(portal: Path) -> list[str]:
    return [line.split()[0] for line in lightship(portal, "incident", "list").out.splitlines()]


def test_machines_are_never_asked(portal: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "lightship", "incident", "declare"],
        cwd=portal, input="checkout\n2\nx\n", capture_output=True, text=True, check=False, timeout=PATIENCE,
    )  # fmt: skip
    assert done.returncode == 2 and "lightship incident declare --service checkout" in done.stderr


CASES = [
    (("incident", "declare", "--service"), "ch", "checkout"),
    (("incident", "declare", "--severity"), "", "SEV1 SEV2 SEV3 SEV4 SEV5"),
    (("incident", "update", "x", "--role"), "commander=b", "commander=ben"),
    (("incident", "update", "x", "--status"), "mit", "mitigated"),
    (("incident", "ack", "x", "--as"), "", "ada ben"),
    (("incident", "list", "--team"), "", "payments web"),
    (("incident", "list", "--state"), "clo", "closed"),
    (("brief",), "ca", "cart"),
]


@pytest.fixture(scope="module")
def declared(portal: Path) -> str:
    id: str = told(portal, *DECLARE, "--offline")["id"]
    return id


def asked(root: Path, shell: str, words: tuple[str, ...], typed: str) -> str:
    """What the program answers to a shell's question, by click's protocol."""
    line = " ".join(("lightship", *words, typed))
    number = str(len(words) + 1)
    environment = {"_LIGHTSHIP_COMPLETE": f"{shell}_complete", "COMP_WORDS": line, "COMP_CWORD": number}
    if shell == "fish":
        environment["COMP_CWORD"] = typed
    done = lightship(root, env=environment)
    assert done.err == ""
    return done.out


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_ids_are_completed_in_every_shell(portal: Path, declared: str, shell: str) -> None:
    answer = asked(portal, shell, ("incident", "ack"), declared[:6])
    mark = "\n" if shell == "zsh" else ","
    assert f"plain{mark}{declared}" in answer
    if shell != "bash":  # bash shows no help
        assert "SEV2 declared: Payments are refused" in answer


@pytest.mark.parametrize(("words", "typed", "found"), CASES)
def test_everything_that_has_an_id_is_completed(
    portal: Path, words: tuple[str, ...], typed: str, found: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(portal)
    completion = BashComplete(cli.lightship, {}, "lightship", "_LIGHTSHIP_COMPLETE")
    assert [item.value for item in completion.get_completions(list(words), typed)] == found.split()


def test_completion_outside_a_portal_says_nothing(tmp_path: Path) -> None:
    assert asked(tmp_path, "bash", ("incident", "ack"), "inc-").strip() == ""


def in_shell(shell: str, script: str, root: Path) -> str:
    environment: Mapping[str, str] = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    done = subprocess.run(
        [shell, "-c", script],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_real_bash_completes(portal: Path, declared: str) -> None:
    script = (
        'eval "$(_LIGHTSHIP_COMPLETE=bash_source lightship)"\n'
        "complete -p lightship\n"
        f"COMP_WORDS=(lightship incident ack {declared[:9]}) COMP_CWORD=3\n"
        "_lightship_completion lightship\n"
        'printf "%s\\n" "${COMPREPLY[@]}"\n'
    )
    assert declared in in_shell("bash", script, portal).splitlines()


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_a_real_shell_takes_the_script(portal: Path, shell: str) -> None:
    if not shutil.which(shell):
        pytest.skip(f"no {shell} here: its protocol is tested above, its own part is not")
    source = f"_LIGHTSHIP_COMPLETE={shell}_source lightship"
    script = (
        f"{source} | source"
        if shell == "fish"
        else f'autoload -Uz compinit && compinit -D; eval "$({source})"'
    )
    in_shell(shell, script, portal)
