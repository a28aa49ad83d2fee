"""`lightship build` for N services, beside Hugo and stock MkDocs-Material writing as many pages in the same frame.

`python benchmarks/portal.py [N …]` (1000 and 10000 by default). Catalogs, caches and sites lie in build/benchmarks.
The peers get a Markdown page a file of the catalog, with its text as a code block: no relations, no scores, no lists.
"""

from __future__ import annotations

import gzip
import shutil
import statistics
import sys
from collections.abc import Iterator
from pathlib import Path

from generate import change, generate
from measure import Run, run

_BUILD = Path(__file__).parents[1] / "build" / "benchmarks" / "portal"
_LIGHTSHIP = (sys.executable, "-m", "lightship")
_HUGO = "hugo"
_STOCK_UNTIL = 1000
"""MkDocs-Material takes minutes for more services."""


def main(counts: list[int]) -> None:
    """Measure each of `counts`, and print a table. Ratios are to Hugo."""
    for count in counts:
        catalog = _BUILD / f"catalog-{count}"
        generate(count, catalog)
        files = sorted(catalog.glob("catalog/*/*.yaml"))
        print(f"\n{count:,} services, {len(files):,} entities")
        print(f"{'':44}{'wall s':>8}{'user s':>8}{'MB':>7}{'ratio':>8}")
        reference = 0.0
        for name, measured in _rows(catalog, files, count):
            reference = measured.wall if name.startswith("Hugo") else reference
            ratio = f"{measured.wall / reference:8.2f}" if reference else f"{'-':>8}"
            failed = f"  exit {measured.code}" if measured.code else ""
            print(f"{name:44}{measured.wall:8.2f}{measured.user:8.2f}{measured.peak:7.0f}{ratio}{failed}")
        _sizes(_BUILD / f"portal-{count}")


def _rows(catalog: Path, files: list[Path], count: int) -> Iterator[tuple[str, Run]]:
    out, cache = _BUILD / f"portal-{count}", {"XDG_CACHE_HOME": str(_BUILD / f"cache-{count}")}
    build = (*_LIGHTSHIP, "build", "-C", str(catalog), "--out", str(out))
    for folder in (out, _BUILD / f"cache-{count}"):
        shutil.rmtree(folder, ignore_errors=True)
    first = run(build, catalog, cache)
    if shutil.which(_HUGO):
        site = _hugo(catalog, files, out, count)
        yield "Hugo, an empty folder", run((_HUGO, "--quiet"), site)
        yield "Hugo, again", run((_HUGO, "--quiet"), site)
    else:
        print("Hugo: skipped, it is not installed")
    if count <= _STOCK_UNTIL:
        site = _stock(catalog, files, count)
        yield "MkDocs-Material as it comes", run((sys.executable, "-m", "mkdocs", "build", "-q"), site)
    yield "lightship build, an empty folder and cache", first
    yield "lightship build, nothing changed", run(build, catalog, cache)
    yield f"lightship build, {change(catalog)} services changed", run(build, catalog, cache)


def _pages(catalog: Path, files: list[Path]) -> Iterator[tuple[Path, str, str]]:
    for path in files:
        text = path.read_text(encoding="utf-8")
        body = f"What `{path.stem}` is, and who answers for it.\n\n## Facts\n\n```yaml\n{text}```\n"
        yield path.relative_to(catalog / "catalog").with_suffix(".md"), path.stem, body


def _hugo(catalog: Path, files: list[Path], out: Path, count: int) -> Path:
    """A site of Hugo with a page a file, in the frame of the portal that lies in `out`."""
    site = _BUILD / f"hugo-{count}"
    shutil.rmtree(site, ignore_errors=True)
    layouts = site / "layouts" / "_default"
    layouts.mkdir(parents=True)
    before, _, rest = (
        (out / "guide" / "index.html").read_text(encoding="utf-8").partition('<span id="content"></span>')
    )
    after = rest[rest.index("</article>") :]
    frame = f"{before}<h1>{{{{ .Title }}}}</h1>{{{{ .Content }}}}{after}"
    listing = f"{before}<ul>{{{{ range .Pages }}}}<li><a href='{{{{ .RelPermalink }}}}'>{{{{ .Title }}}}</a></li>{{{{ end }}}}</ul>{after}"
    (layouts / "single.html").write_text(frame, encoding="utf-8")
    (layouts / "list.html").write_text(listing, encoding="utf-8")
    (site / "config.toml").write_text(
        'baseURL = "https://example.org/"\ntitle = "Benchmark"\ndisableKinds = ["RSS", "taxonomy", "term"]\n'
        "[markup.highlight]\ncodeFences = false\n",
        encoding="utf-8",
    )
    for path, title, body in _pages(catalog, files):
        (site / "content" / path).parent.mkdir(parents=True, exist_ok=True)
        (site / "content" / path).write_text(f"---\ntitle: {title}\n---\n{body}", encoding="utf-8")
    return site


def _stock(catalog: Path, files: list[Path], count: int) -> Path:
    """A site of MkDocs-Material as its documentation says, its pages outside the navigation."""
    site = _BUILD / f"stock-{count}"
    shutil.rmtree(site, ignore_errors=True)
    for path, title, body in _pages(catalog, files):
        (site / "docs" / path).parent.mkdir(parents=True, exist_ok=True)
        (site / "docs" / path).write_text(f"# {title}\n\n{body}", encoding="utf-8")
    (site / "docs" / "index.md").write_text("# Benchmark\n", encoding="utf-8")
    (site / "mkdocs.yml").write_text(
        "site_name: Benchmark\ntheme: {name: material, features: [navigation.tabs]}\nplugins: [search]\nnav: [index.md]\n",
        encoding="utf-8",
    )
    return site


def _sizes(out: Path) -> None:
    """What a reader loads: the median page of a service, the index of the finder, the list of services."""
    pages = [path.stat().st_size for path in out.glob("services/*/index.html")]
    print(f"median page of a service {statistics.median(pages) / 1024:.0f} KB", end="")
    for file in ("search.json", "services/list.json"):
        print(f", {file} {len(gzip.compress((out / file).read_bytes())) / 1024:.0f} KB compressed", end="")
    print()


if __name__ == "__main__":
    main([int(argument) for argument in sys.argv[1:]] or [1000, 10_000])
