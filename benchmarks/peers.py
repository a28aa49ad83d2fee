"""Other tools for the same files, installed into build/ when first asked for; absent ones are skipped with a line."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

BUILD = Path(__file__).parents[1] / "build" / "benchmarks"


def ajv() -> tuple[str, ...] | None:
    """The command line of ajv-cli, installed by npm."""
    folder = BUILD / "npm"
    program = folder / "node_modules" / ".bin" / "ajv"
    if not program.exists():
        npm = shutil.which("npm")
        if npm is None:
            _skipped("ajv-cli", "npm is not installed")
            return None
        folder.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(
            [npm, "install", "--silent", "--no-fund", "--prefix", folder, "ajv-cli@5"], check=False
        )
        if done.returncode or not program.exists():
            _skipped("ajv-cli", "npm cannot install it")
            return None
    return (str(program),)


def check_jsonschema() -> tuple[str, ...] | None:
    """The command line of check-jsonschema, installed by pip into its own environment."""
    folder = BUILD / "check-jsonschema"
    program = folder / "bin" / "check-jsonschema"
    if not program.exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        done = subprocess.run(
            [folder / "bin" / "pip", "install", "-q", "check-jsonschema>=0.29"], check=False
        )
        if done.returncode or not program.exists():
            _skipped("check-jsonschema", "pip cannot install it")
            return None
    return (str(program),)


def _skipped(name: str, why: str) -> None:
    print(f"{name}: skipped, {why}")
