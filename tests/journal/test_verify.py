"""What `check` and its kin say of commits, without a repository: each fault by its name and its words."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from tests.journal import clones
from tests.journal.clones import entry

from lightship.git import Change, Commit, as_written
from lightship.journal import chain
from lightship.journal.anchor import Anchor
from lightship.journal.entry import Entry, canonical
from lightship.journal.verify import Trouble, anchored, check, rewritten

TREE = "e" * 40
Told = list[tuple[str, int, str]]


class History:
    """Commits of entries, as Lightship writes them, and the contents of their files."""

    def __init__(self, those: Sequence[Entry]) -> None:
        self.commits: list[Commit] = []
        self.contents: dict[str, bytes] = {}
        last = chain.START
        for each in those:
            data = each.to_bytes()
            last = chain.after(last, data)
            self.add(each.path, data, chain.message(chain.title(each.kind, each.subject), last), each)

    def add(self, path: str, data: bytes, message: str, of: Entry, status: str = "A") -> None:
        """One more commit."""
        blob = f"{len(self.contents):040x}"
        self.contents[blob] = data
        parents = (self.commits[-1].id,) if self.commits else ()
        raw = as_written(TREE, parents, message, of.recorded_at)
        self.commits.append(sound(raw, (Change(status, "100644", blob, path),)))

    def told(self) -> Told:
        """What is wrong, where, and in which words."""
        return [(each.what, each.seq, each.message) for each in self.troubles()]

    def troubles(self) -> tuple[Trouble, ...]:
        return check(self.commits, self.contents)

    def change(self, at: int, **fields: object) -> None:
        """Another change of a file by the commit at `at`, whose id stays."""
        (was,) = self.commits[at].changes
        self.commits[at] = replace(self.commits[at], changes=(replace(was, **fields),))  # type: ignore[arg-type]


def sound(raw: bytes, changes: tuple[Change, ...]) -> Commit:
    """The commit with the id of its bytes."""
    id = hashlib.sha1(b"commit %d\0" % len(raw) + raw, usedforsecurity=False).hexdigest()
    return Commit(id, raw, changes)


@pytest.fixture
def history() -> History:
    return History(clones.entries(4))


def test_what_lightship_writes_is_whole(history: History) -> None:
    assert history.told() == []
    assert check((), {}) == ()


def test_a_trouble_says_where_it_is(history: History) -> None:
    history.change(2, mode="100755")
    (trouble,) = history.troubles()
    assert trouble == Trouble(
        "files-odd",
        3,
        history.commits[2].id,
        history.commits[2].changes[0].path,
        "its mode is 100755, not 100644",
    )


@pytest.mark.parametrize(
    ("change", "what", "said"),
    [
        ({"status": "M"}, "entry-changed", "an entry that was there is changed or deleted (M)"),
        ({"status": "D"}, "entry-changed", "an entry that was there is changed or deleted (D)"),
        ({"mode": "120000"}, "files-odd", "its mode is 120000, not 100644"),
        (
            {"id": "f" * 40},
            "object-missing",
            f"the file's object {'f' * 40} is not in the repository",
        ),
    ],
    ids=str,
)
def test_a_file_that_is_not_added_as_it_should(
    history: History, change: Mapping[str, object], what: str, said: str
) -> None:
    history.change(1, **change)
    assert history.told() == [(what, 2, said)]


@pytest.mark.parametrize("count", [0, 2, 5])
def test_other_than_one_file(history: History, count: int) -> None:
    changes = tuple(Change("A", "100644", "0" * 40, f"f{number}") for number in range(count))
    history.commits[1] = replace(history.commits[1], changes=changes)
    what = {0: "nothing", 2: "A f0, A f1", 5: "A f0, A f1, A f2"}[count]
    (trouble,) = history.troubles()
    assert (trouble.what, trouble.seq, trouble.path) == ("files-odd", 2, "")
    assert trouble.message == f"a commit of the journal adds one file; this changes {count}: {what}"


def test_an_entry_less_is_told_once(history: History) -> None:
    links = [chain.read(commit.message) for commit in history.commits]
    del history.commits[1]
    (parents, order) = history.told()
    assert parents == (
        "parents-odd",
        2,
        "a commit of the journal follows the one before it and no other; this has the parent "
        + history.commits[1].parents[0][:10],
    )
    assert links[0] is not None and links[1] is not None
    assert order == (
        "order-broken",
        2,
        f"it says it is entry 3 behind link {links[1].link[:10]}, and stands behind entry 1 "
        f"(link {links[0].link[:10]}): entries were taken out, put in, or moved",
    )


def test_a_beginning_that_is_gone(history: History) -> None:
    del history.commits[0]
    assert [each[:2] for each in history.told()] == [("parents-odd", 1), ("order-broken", 1)]
    assert "and stands at the beginning (link 0000000000)" in history.told()[1][2]


def test_two_parents(history: History) -> None:
    commit = history.commits[1]
    raw = commit.raw.replace(b"\nauthor", b"\nparent " + b"1" * 40 + b"\nauthor", 1)
    history.commits[1] = replace(commit, raw=raw)
    said = "a commit of the journal follows the one before it and no other; this has 2 parents"
    assert history.told() == [("parents-odd", 2, said)]


def test_a_commit_without_a_link_is_passed_over(history: History) -> None:
    commit = history.commits[1]
    history.commits[1] = replace(commit, raw=commit.raw.partition(b"\n\n")[0] + b"\n\nhello\n")
    said = "its message does not say which link of the chain it is"
    assert history.told() == [("link-missing", 2, said)]


def test_neither_link_nor_file(history: History) -> None:
    """The next is then held against the one before."""
    commit = history.commits[1]
    raw = commit.raw.partition(b"\n\n")[0] + b"\n\nhello\n"
    history.commits[1] = replace(commit, raw=raw, changes=())
    assert [each[:2] for each in history.told()] == [
        ("link-missing", 2),
        ("files-odd", 2),
        ("order-broken", 3),
    ]


def test_other_bytes_than_were_recorded(history: History) -> None:
    blob = history.commits[1].changes[0].id
    history.contents[blob] = history.contents[blob].replace(b'"n":1', b'"n":7')
    stated = chain.read(history.commits[1].message)
    assert stated is not None
    gives = chain.after(chain.Link(1, stated.prev, stated.prev), history.contents[blob]).link
    assert history.told() == [
        (
            "entry-altered",
            2,
            f"its link is {stated.link[:10]}, and its bytes give {gives[:10]}: "
            "it is not the entry that was recorded",
        )
    ]


def appended(history: History, path: str, data: bytes) -> Told:
    """What is said where bytes are added that follow well."""
    stated = chain.read(history.commits[-1].message)
    assert stated is not None
    history.add(path, data, chain.message("test.said x", chain.after(stated, data)), entry("x"))
    return history.told()


ODD = "its bytes are not those that Lightship writes for what it says"


@pytest.mark.parametrize("data", ['{"n":NaN}', '{"n":"\\ud800"}', '{"n": 1}'])
def test_bytes_that_lightship_does_not_write(history: History, data: str) -> None:
    one = entry("x")
    whole = one.to_bytes().replace(b'"data":{}', f'"data":{data}'.encode())
    assert appended(history, one.path, whole) == [("entry-altered", 5, ODD)]


def test_an_entry_in_another_place(history: History) -> None:
    one = entry("x")
    assert appended(history, "x.json", one.to_bytes()) == [
        ("entry-misplaced", 5, f"it belongs at {one.path}")
    ]


def test_what_is_no_entry(history: History) -> None:
    ((what, _, said),) = appended(history, "x.json", canonical({}))
    assert what == "entry-unreadable"
    assert said.startswith("it needs exactly the keys")


def test_an_entry_twice() -> None:
    those = clones.entries(3)
    history = History(those)
    told = appended(history, those[1].path, those[1].to_bytes())
    assert told == [("entry-twice", 4, f"{those[1].id} is entry 2 already")]
    again = appended(history, those[1].path, those[1].to_bytes())
    assert again == [*told, ("entry-twice", 5, f"{those[1].id} is entry 2 already")]


@pytest.mark.parametrize(
    ("old", "new"),
    [(b"+0000", b"+0100"), (b"author Lightship", b"author Mallory"), (b"\n\ntest.said", b"\n\ntest.sang")],
)
def test_a_commit_that_is_not_as_written(history: History, old: bytes, new: bytes) -> None:
    commit = history.commits[3]
    history.commits[3] = sound(commit.raw.replace(old, new, 1), commit.changes)
    said = "author, date or message are not those that Lightship writes for this entry"
    assert history.told() == [("commit-odd", 4, said)]


def test_a_commit_whose_id_stands_for_another(history: History) -> None:
    history.commits[3] = replace(history.commits[3], id="d" * 40)
    said = "the object is not the one that its id stands for; `git fsck` says more"
    assert history.told() == [("commit-odd", 4, said)]


def anchor_of(history: History, seq: int) -> Anchor:
    commit = history.commits[seq - 1]
    link = chain.read(commit.message)
    assert link is not None
    return Anchor(link.link, seq, commit.id, clones.START)


def test_an_anchor_that_is_held(history: History) -> None:
    for seq in (1, 4):
        anchor = anchor_of(history, seq)
        assert anchored(history.commits, anchor, "it") is None
        assert anchored(history.commits, Anchor(anchor.link), "it") is None


def test_an_anchor_that_is_not_where_it_says(history: History) -> None:
    right = anchor_of(history, 3)
    said = (
        f"it names entry %d with link {right.link[:10]}, which the branch does not hold there: "
        "it was written anew from there or before"
    )
    for wrong in (replace(right, seq=2), replace(right, commit="d" * 40)):
        assert anchored(history.commits, wrong, "it") == Trouble(
            "journal-rewritten", wrong.seq, wrong.commit, "", said % wrong.seq
        )
    other = replace(right, link="d" * 64)
    found = anchored(history.commits, other, "it")
    assert found is not None
    assert found.what == "journal-rewritten"
    alone = anchored(history.commits, Anchor("d" * 64), "it")
    assert alone == Trouble(
        "journal-rewritten",
        0,
        "",
        "",
        "it names the entry with link dddddddddd, which the branch does not hold there: "
        "it was written anew from there or before",
    )


@pytest.mark.parametrize(
    ("left", "lost"), [(3, "the last 1 entry is gone"), (1, "the last 3 entries are gone")]
)
def test_a_branch_that_was_cut(history: History, left: int, lost: str) -> None:
    anchor = anchor_of(history, 4)
    assert anchored(history.commits[:left], anchor, "it") == Trouble(
        "journal-cut",
        left + 1,
        anchor.commit,
        "",
        f"it names entry 4, and the branch ends with entry {left}: {lost}",
    )


def test_a_commit_without_a_link_holds_no_anchor(history: History) -> None:
    anchor = anchor_of(history, 4)
    commit = history.commits[1]
    history.commits[1] = replace(commit, raw=commit.raw.partition(b"\n\n")[0] + b"\n\nhello\n")
    assert anchored(history.commits, anchor, "it") is None


def test_entries_that_two_branches_hold_with_other_bytes(history: History) -> None:
    other = History(clones.entries(4))
    other.commits = [
        replace(commit, changes=tuple(replace(change, id="a" * 40) for change in commit.changes))
        for commit in history.commits
    ]
    assert list(rewritten(history.commits, history.commits, "there")) == []
    assert list(rewritten(history.commits, (), "there")) == []
    found = list(rewritten(history.commits, other.commits[:2], "there"))
    assert found == [
        Trouble(
            "journal-rewritten",
            number,
            history.commits[number - 1].id,
            history.commits[number - 1].changes[0].path,
            "the entry has other bytes on there",
        )
        for number in (1, 2)
    ]
    gone = [
        replace(commit, changes=tuple(replace(change, status="D") for change in commit.changes))
        for commit in other.commits
    ]
    assert list(rewritten(history.commits, gone, "there")) == []


def test_a_chain_is_read_as_it_was_written() -> None:
    link = chain.after(chain.START, b"data")
    assert (chain.START.seq, link.seq, link.prev) == (0, 1, chain.GENESIS)
    assert link.link == "873445cbb46730d9006db5a8bae1e69366baa562bd15e3786c78d6d0419172ff"
    written = chain.message("kind subject", link)
    assert written == f"kind subject\n\nSeq: 1\nPrev: {link.prev}\nLink: {link.link}\n"
    assert chain.read(written) == link
    for odd in (
        written + "more\n",
        "x" + written.replace("\n\n", "\n", 1),
        "",
        written.replace("Seq: 1", "Seq: x"),
    ):
        assert chain.read(odd) is None
