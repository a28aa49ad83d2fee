"""Small pieces that look the same on every page: names that are links, contacts, marks, findings. All are Markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cached_property

from markupsafe import Markup, escape
from pydantic import TypeAdapter, ValidationError

from lightship.catalog.catalog import Catalog
from lightship.catalog.contacts import Contact as Contact
from lightship.catalog.contacts import contacts as contacts
from lightship.catalog.contacts import service_links as service_links
from lightship.catalog.contacts import slack as slack
from lightship.catalog.kinds.base import Url
from lightship.finding import Finding, Severity
from lightship.portal.words import plural

TIERS = {1: "the company stops", 2: "customers notice", 3: "staff notice", 4: "nobody hurries"}
_SEVERITIES = {Severity.ERROR: "fail", Severity.WARNING: "bad warn", Severity.INFO: "info"}
_NAMED = 60  # names in a row before the rest becomes a number
_ADDRESS: TypeAdapter[str] = TypeAdapter(Url)
_BACKTICKS = re.compile(r"`([^`\n]+)`")


class Pieces:
    """Pieces of pages that lie below `root` ('../../' for the page of an entity), each made once."""

    def __init__(self, catalog: Catalog, findings: Iterable[Finding], root: str) -> None:
        self.catalog = catalog
        self.root = root
        self._findings = findings
        self._names: dict[tuple[str, str], Markup] = {}
        self.rows: dict[tuple[str, bool], Markup] = {}

    def name(self, kind: str, id: str) -> Markup:
        """The name of an entity as a link to its page; its id, marked, where the catalog does not hold it."""
        key = (kind, id)
        if key not in self._names:
            entity = self.catalog.entities[kind].get(id)
            if entity is None:
                self._names[key] = Markup('<span class="s fail" title="not in the catalog">{}</span>').format(
                    id
                )
            else:
                self._names[key] = Markup('<a href="{}">{}</a>').format(self.root + entity.url, entity.label)
        return self._names[key]

    def names(self, kind: str, ids: Sequence[str]) -> Markup:
        """Several of them, with commas between; beyond 60, how many there are more."""
        listed = ", ".join([self.name(kind, id) for id in ids[:_NAMED]])
        return Markup(f"{listed} and {len(ids) - _NAMED:,} more" if len(ids) > _NAMED else listed)

    def href(self, kind: str, id: str) -> str:
        """Where the page of an entity lies; '' where there is none."""
        entity = self.catalog.entities[kind].get(id)
        return self.root + entity.url if entity else ""

    def file(self, path: str) -> Markup:
        """Where something is written: a link to it where the repository's host is known."""
        settings = self.catalog.settings
        if not settings.repository:
            return Markup("<code>{}</code>").format(path)
        href = f"{settings.repository.rstrip('/')}/blob/{settings.branches.main}/{path}"
        return Markup('<a href="{}"><code>{}</code></a>').format(href, path)

    @cached_property
    def findings_by_path(self) -> dict[str, list[Finding]]:
        """Findings by the file that they are about."""
        found: dict[str, list[Finding]] = {}
        for finding in self._findings:
            found.setdefault(finding.path, []).append(finding)
        return found

    def findings(self, *paths: str) -> Markup:
        """What is wrong with these files, worst first; nothing where nothing is."""
        found = [finding for path in paths for finding in self.findings_by_path.get(path, ())]
        return found_block(found)


def found_block(found: Sequence[Finding]) -> Markup:
    """A box of findings with their fixes; empty without any."""
    if not found:
        return Markup()
    order = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}
    found = sorted(found, key=lambda finding: order[finding.severity])
    items = "".join(
        [f"<li>{severity(each.severity)} {escape(each.message)}{_fix(each.fix)}</li>" for each in found]
    )
    sort = "error" if found[0].severity is Severity.ERROR else "warning"
    title = f"{plural(len(found), 'thing')} to fix in {'its file' if _one_file(found) else 'these files'}"
    return Markup(f'<aside class="ls-found {sort}"><h2>{title}</h2><ul>{items}</ul></aside>')


def _one_file(found: Sequence[Finding]) -> bool:
    return len({finding.path for finding in found}) == 1


def _fix(fix: str) -> str:
    return f'<br><span class="soft">{escape(fix)}</span>' if fix else ""


def severity(value: Severity) -> Markup:
    """The severity as shape, word and colour."""
    return Markup(f'<span class="s {_SEVERITIES[value]}">{value.value}</span>')


def state(mark: str, word: str) -> Markup:
    """A state: `mark` chooses shape and colour, `word` says it."""
    return Markup(f'<span class="s {mark}">{escape(word)}</span>')


def ladder(rank: int, rungs: int, word: str) -> Markup:
    """A level as a filled ladder and a word: `rank` of `rungs` bars."""
    bars = '<i class="on"></i>' * rank + "<i></i>" * (rungs - rank)
    return Markup(f'<span class="lvl" title="{rank} of {rungs}">{bars}{escape(word)}</span>')


def bar(parts: Sequence[tuple[str, int]], width: int = 120) -> Markup:
    """A bar to scale: (class, count) from left to right."""
    total = sum(count for _, count in parts) or 1
    drawn, left = [], 0.0
    for sort, count in parts:
        size = width * count / total
        if count:
            drawn.append(
                f'<rect class="{sort}" x="{left:.1f}" y="0" width="{max(size - 1, 1):.1f}" height="8"/>'
            )
        left += size
    return Markup(
        f'<svg class="ls-bar" width="{width}" height="8" viewBox="0 0 {width} 8" preserveAspectRatio="none" aria-hidden="true">{"".join(drawn)}</svg>'
    )


def share(percent: int) -> Markup:
    """A bar as wide as its place, filled to `percent`."""
    return Markup(
        '<svg class="ls-strip" height="8" aria-hidden="true"><rect class="ground" width="100%" height="8"/>'
        f'<rect class="fill" width="{percent}%" height="8"/></svg>'
    )


def address(text: str) -> str:
    """`text` where a link may lead there, https or mailto as the catalog takes them; '' where it may not."""
    try:
        return _ADDRESS.validate_python(text)
    except ValidationError:
        return ""


def coded(text: str) -> Markup:
    """Plain text in which what stands between backticks is shown as code; nothing else of it is markup."""
    parts = _BACKTICKS.split(text)
    return Markup().join(
        Markup("<code>{}</code>").format(part) if at % 2 else escape(part) for at, part in enumerate(parts)
    )
