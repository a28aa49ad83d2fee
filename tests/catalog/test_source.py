"""Files from a folder and from a commit: the same names, ids and refusals, and nothing that hangs."""

from __future__ import annotations

import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.trees import commit as make_commit
from tests.trees import git, write

from lightship.catalog import disk
from lightship.catalog import source as sources
from lightship.catalog.gather import MOST_FOLDERS, Gathered
from lightship.catalog.read import LARGEST
from lightship.catalog.source import Source, commit, folder
from lightship.errors import GitError

GOOD = "catalog/services/cart.yaml"


def refusals(source: Source) -> dict[str, tuple[str, str]]:
    return {found.path: (found.rule, found.message) for found in source.findings}


def tree(root: Path, entries: list[tuple[str, str, str, str]]) -> str:
    """A commit made with `git mktree`, of (mode, kind, path, content or id): paths no work tree would hold."""
    folders: dict[str, list[bytes]] = {}
    for mode, kind, path, content in entries:
        id = content if kind == "commit" else _hash(root, content)
        parent, _, name = path.rpartition("/")
        folders.setdefault(parent, []).append(
            f"{mode} {kind} {id}\t{name}".encode("utf-8", "surrogateescape")
        )
        while parent:
            folders.setdefault(parent.rpartition("/")[0], [])
            parent = parent.rpartition("/")[0]
    for path in sorted(folders, key=lambda path: -path.count("/") - bool(path)):
        id = _git_in(root, "mktree", "-z", data=b"\0".join(folders[path]) + b"\0")
        if not path:
            return _git_in(root, "commit-tree", id, "-m", "odd")
        parent, _, name = path.rpartition("/")
        folders[parent].append(f"040000 tree {id}\t{name}".encode())
    raise AssertionError("no root")


def _hash(root: Path, content: str) -> str:
    return _git_in(root, "hash-object", "-w", "--stdin", data=content.encode())


def _git_in(root: Path, *arguments: str, data: bytes = b"") -> str:
    done = subprocess.run(["git", *arguments], cwd=root, input=data, capture_output=True, check=True)
    return done.stdout.decode().strip()


def test_the_folder_is_read_as_it_stands_and_a_commit_as_it_was(tmp_path: Path) -> None:
    head = make_commit(tmp_path, {GOOD: "name: a\n", "lightship.yaml": "name: x\n", "docs/other.yaml": "x"})
    write(tmp_path, {"catalog/services/untracked.yaml": "name: b\n", GOOD: "name: changed\n"})
    here, there = folder(tmp_path), commit(tmp_path, head)
    assert list(here.files) == [GOOD, "catalog/services/untracked.yaml", "lightship.yaml"]
    assert list(there.files) == [GOOD, "lightship.yaml"]
    there.fetch([GOOD])
    assert (here.files[GOOD].data, there.files[GOOD].data) == (b"name: changed\n", b"name: a\n")
    assert there.files[GOOD].blob == git(tmp_path, "rev-parse", f"{head}:{GOOD}")
    assert here.files["lightship.yaml"].blob == there.files["lightship.yaml"].blob
    assert here.findings == there.findings == ()


def test_what_is_no_plain_file_is_refused_and_never_opened(tmp_path: Path) -> None:
    write(tmp_path, {GOOD: "name: a\n", "secret.yaml": "name: secret\n"})
    services = tmp_path / "catalog/services"
    (services / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    (services / "broken.yaml").symlink_to("nowhere")
    (services / "loop.yaml").symlink_to("loop.yaml")
    (tmp_path / "catalog/teams").symlink_to(services, target_is_directory=True)
    os.mkfifo(services / "pipe.yaml")
    start = time.perf_counter()
    found = folder(tmp_path)
    assert time.perf_counter() - start < 1
    assert list(found.files) == [GOOD]
    assert {path: rule for path, (rule, _) in refusals(found).items()} == dict.fromkeys(
        [f"catalog/services/{name}.yaml" for name in ("broken", "link", "loop", "pipe")] + ["catalog/teams"],
        "path-refused",
    )


def test_a_socket_and_a_whole_root_that_is_a_link_are_refused() -> None:
    with tempfile.TemporaryDirectory() as short:  # a socket's path may be no longer than 108 bytes
        root = write(Path(short), {GOOD: "name: a\n"})
        (root / "actions").symlink_to("/")
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(f"{short}/catalog/services/s.yaml")
            found = refusals(folder(root))
        assert set(found) == {"actions", "catalog/services/s.yaml"}


def test_what_is_executable_is_refused_where_git_keeps_modes(tmp_path: Path) -> None:
    make_commit(tmp_path, {GOOD: "name: a\n"})
    (tmp_path / GOOD).chmod(0o755)
    found = folder(tmp_path)
    assert found.files == {} and "executable" in refusals(found)[GOOD][1]
    git(tmp_path, "config", "core.fileMode", "false")
    assert list(folder(tmp_path).files) == [GOOD]


def test_a_repository_inside_the_catalog_is_not_entered(tmp_path: Path) -> None:
    write(
        tmp_path,
        {GOOD: "name: a\n", "catalog/teams/a.yaml": "name: a\n", "catalog/teams/.git": "gitdir: /x\n"},
    )
    found = folder(tmp_path)
    assert list(found.files) == [GOOD] and "of its own" in refusals(found)["catalog/teams"][1]


def test_a_file_that_vanishes_or_changes_while_it_is_read_is_a_finding(tmp_path: Path) -> None:
    write(tmp_path, {f"catalog/services/{name}.yaml": "name: a\n" for name in "abc"})
    services = tmp_path / "catalog/services"
    gathered = Gathered()
    reading = disk.files(tmp_path, gathered)
    assert next(reading)[0] == "catalog/services/a.yaml"
    (services / "b.yaml").unlink()
    (services / "c.yaml").unlink()
    (services / "c.yaml").symlink_to("/etc/passwd")
    assert list(reading) == []
    assert [(found.path, found.rule) for found in gathered.findings] == [
        ("catalog/services/b.yaml", "path-refused"),
        ("catalog/services/c.yaml", "path-refused"),
    ]


@pytest.mark.parametrize(
    ("path", "rule", "fix"),
    [
        ("Catalog/services/cart.yaml", "path-refused", "rename it to catalog"),
        ("\uff43atalog/services/cart.yaml", "path-refused", "rename it to catalog"),
        ("SCORECARDS/x.yaml", "path-refused", "rename it to scorecards"),
        ("Lightship.yaml", "path-refused", "rename it to lightship.yaml"),
        ("lightship.yml", "file-ignored", "rename it to lightship.yaml"),
    ],
)
def test_twins_of_what_lies_at_the_top_are_found(tmp_path: Path, path: str, rule: str, fix: str) -> None:
    head = make_commit(tmp_path, {GOOD: "name: a\n", path: "name: b\n"})
    for found in (folder(tmp_path), commit(tmp_path, head)):
        assert list(found.files) == [GOOD]
        assert [(item.rule, item.fix) for item in found.findings] == [(rule, fix)]


def test_a_portal_in_a_folder_of_a_repository(tmp_path: Path) -> None:
    head = make_commit(tmp_path, {GOOD: "name: other\n", f"portal/{GOOD}": "name: mine\n"})
    found = commit(tmp_path / "portal", head)
    found.fetch(found.files)
    assert {path: file.data for path, file in found.files.items()} == {GOOD: b"name: mine\n"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_a_finding(tmp_path: Path) -> None:
    write(tmp_path, {GOOD: "name: a\n"})
    (tmp_path / GOOD).chmod(0)
    assert refusals(folder(tmp_path))[GOOD][0] == "path-refused"


@pytest.mark.parametrize(
    ("path", "rule", "part"),
    [
        ("catalog/services/Cart.yaml", "path-refused", "cannot be an id"),
        ("catalog/services/cart-.yaml", "path-refused", "cannot be an id"),
        ("catalog/services/a b.yaml", "path-refused", "cannot be an id"),
        ("catalog/services/caf\u00e9.yaml", "path-refused", "cannot be an id"),
        ("catalog/services/cafe\u0301.yaml", "path-refused", "cannot be an id"),
        ("catalog/services/c\u0430rt.yaml", "path-refused", "cannot be an id"),
        ("catalog/services/car\u200bt.yaml", "path-refused", "\\u200b"),
        ("catalog/services/con.yaml", "path-refused", "Windows"),
        ("catalog/services/cart..yaml", "path-refused", "cannot be an id"),
        (f"catalog/services/{'x' * 65}.yaml", "path-refused", "cannot be an id"),
        ("catalog/services/cart.yml", "file-ignored", "nothing reads"),
        ("catalog/service/cart.yaml", "file-ignored", "nothing reads"),
        ("catalog/services/cart\n.yaml", "path-refused", "cannot be an id"),
        ("catalog/services/c\u202etrac.yaml", "path-refused", "\\u202e"),
        ("catalog/cart.yaml", "file-ignored", "nothing reads"),
        ("catalog/services/deep/cart.yaml", "file-ignored", "nothing reads"),
        ("catalog/services/cart.json", "file-ignored", "nothing reads"),
    ],
)
def test_odd_names_are_refused_in_a_folder_and_in_a_commit(
    tmp_path: Path, path: str, rule: str, part: str
) -> None:
    head = make_commit(tmp_path, {GOOD: "name: a\n", path: "name: b\n"})
    for found in (folder(tmp_path), commit(tmp_path, head)):
        ((shown, (said, message)),) = refusals(found).items()
        assert (said, part in message) == (rule, True), message
        assert shown.isprintable() and list(found.files) == [GOOD]


def test_remedies_for_files_in_the_wrong_place(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "catalog/service/cart.yaml": "x",
            "catalog/services/b.yml": "x",
            "catalog/README.md": "x",
            "catalog/.x.yaml": "x",
        },
    )
    assert {found.path: found.fix for found in folder(tmp_path).findings} == {
        "catalog/service/cart.yaml": "did you mean catalog/services/cart.yaml?",
        "catalog/services/b.yml": "rename it to b.yaml",
    }


def test_odd_modes_in_a_commit_are_refused(tmp_path: Path) -> None:
    make_commit(tmp_path, {GOOD: "name: a\n"})
    head = tree(
        tmp_path,
        [
            ("100644", "blob", GOOD, "name: a\n"),
            ("100755", "blob", "catalog/services/run.yaml", "name: b\n"),
            ("120000", "blob", "catalog/services/link.yaml", "../../../../etc/passwd"),
            ("160000", "commit", "catalog/services/sub", "1" * 40),
            ("100644", "blob", "catalog/services/big.yaml", "x" * (LARGEST + 1)),
        ],
    )
    found = commit(tmp_path, head)
    assert list(found.files) == [GOOD]
    said = refusals(found)
    assert "executable" in said["catalog/services/run.yaml"][1]
    assert "symlink" in said["catalog/services/link.yaml"][1]
    assert "submodule" in said["catalog/services/sub"][1]
    assert said["catalog/services/big.yaml"][0] == "yaml-too-large"


def test_a_name_that_a_tree_holds_twice_is_not_read(tmp_path: Path) -> None:
    make_commit(tmp_path, {GOOD: "name: a\n"})
    entries = [("100644", "blob", GOOD, "name: shown\n"), ("100644", "blob", GOOD, "name: hidden\n")]
    found = commit(tmp_path, tree(tmp_path, entries))
    assert found.files == {} and "twice" in refusals(found)[GOOD][1]


def test_a_folder_for_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "lightship.yaml").mkdir()
    assert refusals(folder(tmp_path)) == {"lightship.yaml": ("path-refused", "it is a folder")}


@pytest.mark.parametrize("path", ["catalog", "scorecards"])
def test_a_file_for_a_folder_is_refused(tmp_path: Path, path: str) -> None:
    head = make_commit(tmp_path, {"actions/README.md": "x", path: "name: b\n"})
    for found in (folder(tmp_path), commit(tmp_path, head)):
        assert found.files == {}
        assert [item.rule for item in found.findings] == ["path-refused"]


@pytest.mark.parametrize("name", ["..", ".git", ".GIT"])
def test_names_that_would_leave_the_folder_are_refused(tmp_path: Path, name: str) -> None:
    make_commit(tmp_path, {GOOD: "name: a\n"})
    head = tree(
        tmp_path,
        [
            ("100644", "blob", GOOD, "name: a\n"),
            ("100644", "blob", f"catalog/{name}/services/x.yaml", "name: b\n"),
        ],
    )
    found = commit(tmp_path, head)
    assert list(found.files) == [GOOD]
    assert refusals(found) == {
        f"catalog/{name}/services/x.yaml": ("path-refused", f"'{name}' can be no name here")
    }


@pytest.mark.parametrize("name", ["..", ".git", "a\\b.yaml", "\udcff.yaml", "x\ny.yaml"])
def test_paths_that_no_work_tree_would_hold_are_refused_or_unseen(tmp_path: Path, name: str) -> None:
    make_commit(tmp_path, {GOOD: "name: a\n"})
    head = tree(
        tmp_path,
        [("100644", "blob", GOOD, "name: a\n"), ("100644", "blob", f"catalog/services/{name}", "name: b\n")],
    )
    found = commit(tmp_path, head)
    assert list(found.files) == [GOOD]
    assert all(path.isprintable() for path in refusals(found))


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    write(tmp_path, {GOOD: "x" * (LARGEST + 1)})
    assert refusals(folder(tmp_path))[GOOD][0] == "yaml-too-large"


@pytest.mark.parametrize("name", ["s-{}.yaml", "s-{}.yml", "S {}.yaml"])
def test_too_many_files_are_refused_within_five_seconds(tmp_path: Path, name: str) -> None:
    services = tmp_path / "catalog/services"
    services.mkdir(parents=True)
    (services / "s.yaml").write_text("name: a\nowner: b\n")
    for index in range(sources.MOST_FILES + 10):
        os.link(services / "s.yaml", services / name.format(index))
    _one_finding_within_five_seconds(lambda: folder(tmp_path), "20,000")


def test_a_commit_of_ten_times_too_many_files_is_refused_within_five_seconds(tmp_path: Path) -> None:
    make_commit(tmp_path, {GOOD: "name: a\n"})
    id = _hash(tmp_path, "name: b\n")
    rows = sorted(f"100644 blob {id}\ts-{index}.yml" for index in range(sources.MOST_FILES * 10))
    services = _git_in(tmp_path, "mktree", "-z", data="\0".join(rows).encode())
    catalog = _git_in(tmp_path, "mktree", data=f"040000 tree {services}\tservices\n".encode())
    top = _git_in(tmp_path, "mktree", data=f"040000 tree {catalog}\tcatalog\n".encode())
    head = _git_in(tmp_path, "commit-tree", top, "-m", "many")
    _one_finding_within_five_seconds(lambda: commit(tmp_path, head), "20,000")


def test_too_many_bytes_are_refused_within_five_seconds(tmp_path: Path) -> None:
    services = tmp_path / "catalog/services"
    services.mkdir(parents=True)
    (services / "s.yaml").write_bytes(b"name: a\n".ljust(LARGEST))
    for index in range(sources.MOST_BYTES // LARGEST):
        os.link(services / "s.yaml", services / f"s-{index}.yaml")
    head = make_commit(tmp_path, {})
    _one_finding_within_five_seconds(lambda: folder(tmp_path), "64 MiB")
    _one_finding_within_five_seconds(lambda: commit(tmp_path, head), "64 MiB")


def test_too_many_folders_are_refused_within_five_seconds(tmp_path: Path) -> None:
    for index in range(MOST_FOLDERS + 1):
        (tmp_path / f"catalog/{index}").mkdir(parents=True)
    _one_finding_within_five_seconds(lambda: folder(tmp_path), "1,000 ")


def _one_finding_within_five_seconds(read: Callable[[], Source], part: str) -> None:
    start = time.perf_counter()
    found = read()
    assert time.perf_counter() - start < 5
    assert [(item.rule, part in item.message) for item in found.findings] == [("repository-too-large", True)]
    assert found.files == {}


@pytest.mark.parametrize("ref", ["nowhere", "--output=x", "HEAD~99", "", "main:catalog"])
def test_a_ref_that_is_none_is_said_so(tmp_path: Path, ref: str) -> None:
    make_commit(tmp_path, {GOOD: "name: a\n"})
    with pytest.raises(GitError, match="no such commit"):
        commit(tmp_path, ref)
