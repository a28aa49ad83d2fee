"""`lightship score` and `lightship gate` on N services, beside tools that only check the same files against a JSON Schema.

`python benchmarks/score.py [N …]` (1000 and 10000 by default). Caches, catalogs and peers lie in build/benchmarks.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import peers
from generate import change, generate
from measure import Run, best, run

_LIGHTSHIP = (sys.executable, "-m", "lightship")


_SERVICES = "services"
_FOLDERS = {
    _SERVICES: "service",
    "runbooks": "runbook",
    "slos": "slo",
    "people": "person",
    "teams": "team",
    "schedules": "schedule",
}


def main(counts: list[int]) -> None:
    """Measure each of `counts`, and print a table. Ratios are to ajv-cli on the same files, one run a kind."""
    for count in counts:
        folder = _catalog(count)
        print(f"\n{count:,} services, {sum(1 for _ in folder.glob('catalog/*/*.yaml')):,} files")
        print(f"{'':44}{'wall s':>8}{'user s':>8}{'MB':>7}{'ratio':>8}")
        reference = 0.0
        for name, measured in _rows(folder, count):
            reference = measured.wall if name == _REFERENCE else reference
            ratio = f"{measured.wall / reference:8.2f}" if reference else f"{'-':>8}"
            failed = f"  exit {measured.code}" if measured.code else ""
            print(f"{name:44}{measured.wall:8.2f}{measured.user:8.2f}{measured.peak:7.0f}{ratio}{failed}")


_REFERENCE = "ajv-cli, JSON Schema only, the same files"


def _rows(folder: Path, count: int) -> Iterator[tuple[str, Run]]:
    """The peers', then ours."""
    yield from _peers(folder, count)
    cache = {"XDG_CACHE_HOME": str(folder.parent / f"cache-{count}")}
    score = (*_LIGHTSHIP, "score", "-C", str(folder))
    yield (
        "lightship score, cold",
        min((_cold(score, folder, cache) for _ in range(3)), key=lambda each: each.wall),
    )
    yield "lightship score, warm", best(score, folder, cache)
    gate = (*_LIGHTSHIP, "gate", "--against", "HEAD", "-C", str(folder))
    run(gate, folder, cache)
    changed = change(folder)
    yield f"lightship score, {changed} changed", run(score, folder, cache)
    change(folder)
    yield f"lightship gate, {changed} changed", run(gate, folder, cache)
    yield f"lightship gate, {changed} changed, again", run(gate, folder, cache)


def _peers(folder: Path, count: int) -> Iterator[tuple[str, Run]]:
    for kind in _FOLDERS.values():
        schema = subprocess.run([*_LIGHTSHIP, "schema", kind], capture_output=True, check=True).stdout
        (folder / f"{kind}.schema.json").write_bytes(schema)
    if ajv := peers.ajv():
        runs = {name: best(_ajv(ajv, folder, name), folder) for name in _FOLDERS}
        yield "ajv-cli, JSON Schema only, the services", runs[_SERVICES]
        total = [
            sum(values) for values in zip(*((each.wall, each.user) for each in runs.values()), strict=True)
        ]
        peak, code = max(each.peak for each in runs.values()), max(each.code for each in runs.values())
        yield _REFERENCE, Run(total[0], total[1], peak, code)
    if count <= 1000 and (tool := peers.check_jsonschema()):
        files = sorted(str(path) for path in (folder / "catalog" / _SERVICES).glob("*.yaml"))
        schema_file = str(folder / "service.schema.json")
        yield "check-jsonschema, the services", run([*tool, "--schemafile", schema_file, *files], folder)


def _ajv(ajv: tuple[str, ...], folder: Path, name: str) -> tuple[str, ...]:
    options = ("validate", "--spec=draft2020", "--strict=false", "--validate-formats=false")
    schema, files = folder / f"{_FOLDERS[name]}.schema.json", folder / "catalog" / name / "*.yaml"
    return (*ajv, *options, "-s", str(schema), "-d", str(files))


def _cold(command: tuple[str, ...], folder: Path, cache: dict[str, str]) -> Run:
    shutil.rmtree(cache["XDG_CACHE_HOME"], ignore_errors=True)
    return run(command, folder, cache)


def _catalog(count: int) -> Path:
    folder = peers.BUILD / f"catalog-{count}"
    folder.mkdir(parents=True, exist_ok=True)
    generate(count, folder)
    for arguments in (
        ["init", "-q"],
        ["add", "-A"],
        [
            "-c",
            "user.name=Benchmark",
            "-c",
            "user.email=benchmark@example.org",
            "commit",
            "-q",
            "--allow-empty",
            "-m",
            "base",
        ],
    ):
        subprocess.run(["git", *arguments], cwd=folder, check=True)
    return folder


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]] or [1000, 10000])
