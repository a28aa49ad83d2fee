"""At the keyboard: questions at a real terminal, and completion as real shells ask for it."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest
from click.shell_completion import BashComplete
from tests.commands.desk import DECLARE, own, told
from tests.trees import lightship

from lightship import cli

PROGRAM = (sys.executable, "-m", "lightship", "incident")
PATIENCE = 60.0  # seconds until a terminal that says nothing more is given up


class Terminal:
    """A process at a pseudo-terminal of its own: what it prints is read until a text comes, then something is typed."""

    def __init__(self, root: Path, *command: str) -> None:
        self.printed = ""
        self._handle, theirs = pty.openpty()
        self.process = subprocess.Popen(
            command,
            cwd=root,
            env={**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "TERM": "xterm"},
            stdin=theirs, stdout=theirs, stderr=theirs, close_fds=True, start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )  # fmt: skip
        os.close(theirs)

    def answer(self, question: str, line: str) -> None:
        """Wait for `question`, and type `line`."""
        self.wait_for(question)
        self.type(f"{line}\n")

    def type(self, text: str) -> None:
        """Type `text` as it is."""
        os.write(self._handle, text.encode())

    def wait_for(self, question: str) -> None:
        """Read until `question` comes."""
        end = time.monotonic() + PATIENCE
        while question not in self.printed:
            assert self._read(end - time.monotonic()), f"no '{question}' in {self.printed}"
        self.printed = self.printed.split(question, 1)[1]

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
    terminal = Terminal(portal, *PROGRAM, "declare", "--offline")
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
    terminal = Terminal(portal, *PROGRAM, "declare", "--offline", "--severity", "3", "--title", "Red lamps")
    terminal.answer("Which service is hit?", "")
    terminal.answer("What is seen, and by whom?", "All lamps are red")
    code, printed = terminal.rest()
    assert code == 0 and "SEV3  Red lamps" in printed


def test_whoever_changes_their_mind_leaves_nothing_behind(portal: Path) -> None:
    before = told_ids(portal)
    terminal = Terminal(portal, *PROGRAM, "declare", "--offline")
    terminal.answer("Which service is hit?", "\x03")
    # The terminal may hang up on it before it has said that it stops.
    assert terminal.rest()[0] in (1, -signal.SIGHUP) and told_ids(portal) == before


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


SHELLS = {  # how a shell is started without anybody's settings, and what the README says to put into them
    "bash": (("bash", "--norc", "-i"), 'eval "$(_LIGHTSHIP_COMPLETE=bash_source lightship)"'),
    "zsh": (
        ("zsh", "-f", "-i"),
        'autoload -Uz compinit; compinit -D -u; eval "$(_LIGHTSHIP_COMPLETE=zsh_source lightship)"',
    ),
    "fish": (("fish", "--no-config", "-i"), "_LIGHTSHIP_COMPLETE=fish_source lightship | source"),
}


@pytest.mark.parametrize("shell", SHELLS)
def test_the_tab_key_of_a_real_shell_completes(portal: Path, declared: str, shell: str) -> None:
    command, setting = SHELLS[shell]
    if not shutil.which(shell):
        pytest.skip(f"no {shell} here: its protocol is tested above, its tab key is not")
    terminal = Terminal(portal, *command)
    terminal.type(f"{setting}; echo RE''ADY\n")
    terminal.wait_for("READY")
    terminal.type(f"lightship incident ack {declared[:-2]}\t")
    terminal.wait_for(declared)
    terminal.process.kill()
    terminal.process.wait(PATIENCE)


def test_the_readme_says_how_to_switch_it_on(root: Path) -> None:
    text = (root / "README.md").read_text(encoding="utf-8")
    assert all(setting.split("; ")[-1] in text for _, setting in SHELLS.values())
