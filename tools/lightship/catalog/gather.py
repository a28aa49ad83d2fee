"""Which files of a source are read: the same names, bounds and refusals for a folder and for a commit. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from lightship.catalog.kinds.base import ID_PATTERN
from lightship.catalog.places import ROOTS, misplaced
from lightship.catalog.read import LARGEST
from lightship.catalog.settings import PATH as SETTINGS_PATH
from lightship.finding import Finding, Severity

MOST_FILES = 20_000
MOST_FOLDERS = 1_000
MOST_BYTES = 64 * 1024 * 1024
_ID = re.compile(ID_PATTERN)
_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])")
_NEVER_NAMES = {".", "..", ".git"}


@dataclass(slots=True)
class File:
    """A file that may be read: its path, its git blob id, and its bytes once fetched."""

    path: str
    blob: str
    _data: bytes | None = None

    @property
    def data(self) -> bytes:
        """The bytes; `Source.fetch` has to have brought them."""
        if self._data is None:
            raise LookupError(f"{self.path} was not fetched")
        return self._data

    def bring(self, data: bytes) -> None:
        """Set the bytes, where they are not there yet."""
        self._data = data

    @property
    def lacking(self) -> bool:
        """Whether the bytes still have to be fetched."""
        return self._data is None


@dataclass(slots=True)
class Gathered:
    """What was found so far; `full` once there is more than one repository may hold."""

    files: dict[str, File] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    bytes: int = 0
    folders: int = 0

    @property
    def full(self) -> bool:
        """Whether to stop: a bound was passed."""
        return self._excess() != ""

    def _excess(self) -> str:
        if self.folders > MOST_FOLDERS:
            return f"more folders than the {MOST_FOLDERS:,}"
        if self.bytes > MOST_BYTES:
            return f"more than the {MOST_BYTES >> 20} MiB of YAML"
        return (
            f"more files than the {MOST_FILES:,}" if len(self.files) + len(self.findings) > MOST_FILES else ""
        )

    def add(self, file: File) -> None:
        """Take a file. A tree made by hand may hold one name twice: then neither counts."""
        if self.files.pop(file.path, None):
            self.refuse("path-refused", file.path, "the folder holds this name twice", "keep one of them")
        else:
            self.files[file.path] = file
            self.bytes += 0 if file.lacking else len(file.data)

    def weigh(self, sizes: Mapping[str, int]) -> None:
        """Leave out the files that are too large, now that the sizes of their blobs are known."""
        for path, file in tuple(self.files.items()):
            if self.accepts_size(path, sizes[file.blob]):
                self.bytes += sizes[file.blob]
            else:
                del self.files[path]

    def refuse(
        self, rule: str, path: str, message: str, fix: str, severity: Severity = Severity.ERROR
    ) -> None:
        """Note why something is not read."""
        self.findings.append(Finding(rule, severity, _printable(path), message, fix))

    def accepts_root(self, name: str) -> bool:
        """Whether something at the top belongs to the catalog; a finding where it almost does."""
        if name in ROOTS or name == SETTINGS_PATH:
            return True
        folded = unicodedata.normalize("NFKC", name).casefold()
        if folded in ROOTS or folded == SETTINGS_PATH:
            message = f"some disks cannot tell it from '{folded}', others do"
            self.refuse("path-refused", name, message, f"rename it to {folded}")
        elif folded == SETTINGS_PATH.replace(".yaml", ".yml"):
            fix = f"rename it to {SETTINGS_PATH}"
            self.refuse("file-ignored", name, "nothing reads this file", fix, Severity.WARNING)
        return False

    def accepts_size(self, path: str, size: int) -> bool:
        """Whether a file of `size` bytes is read; a finding where it is not."""
        if size <= LARGEST:
            return True
        message = f"the file has {size:,} bytes, and {LARGEST:,} are the most"
        self.refuse("yaml-too-large", path, message, "split it, or move long texts to where they are linked")
        return False

    def accepts(self, path: str) -> bool:
        """Whether the name of a regular file is one that is read; a finding where somebody may believe so."""
        if "/." in path:
            return self._hidden(path)
        folder, _, name = path.rpartition("/")
        if path == SETTINGS_PATH:
            return True
        if name in ("README.md", "CODEOWNERS"):
            return False
        if folder == "catalog/postmortems" and name.endswith(".md"):
            return False
        if why := misplaced(folder, name):
            self.refuse("file-ignored", path, "nothing reads this file", why, Severity.WARNING)
            return False
        return self._names(path, name.removesuffix(".yaml"))

    def _hidden(self, path: str) -> bool:
        for part in path.split("/"):
            if part.casefold() in _NEVER_NAMES:
                self.refuse("path-refused", path, f"'{part}' can be no name here", "take it out of the tree")
                break
        return False

    def _names(self, path: str, id: str) -> bool:
        if not _ID.fullmatch(id):
            message = f"'{_printable(id)}' cannot be an id"
            self.refuse("path-refused", path, message, "use a-z, 0-9 and dashes, 64 at the most")
            return False
        if _DEVICE.fullmatch(id):
            message = f"'{id}' is a device's name on Windows"
            self.refuse("path-refused", path, message, "give the file another name")
            return False
        return True

    def overflow(self) -> Finding:
        """The one finding of a repository that is too large."""
        message = f"{self._excess()} that one repository may hold"
        fix = "split the catalog over several repositories"
        return Finding("repository-too-large", Severity.ERROR, "catalog", message, fix)


def _printable(path: str) -> str:
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in path)
