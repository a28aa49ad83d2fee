#!/bin/sh
# Writes the lock files from pyproject.toml: one resolution for Python 3.11 and newer on every platform, with hashes.
set -eu
cd "$(dirname "$0")/.."
[ -x build/tools/uv/bin/uv ] || {
    "${PYTHON:-python3}" -m venv build/tools/uv
    build/tools/uv/bin/python -m pip install --quiet --disable-pip-version-check uv
}

compile() {
    build/tools/uv/bin/uv pip compile pyproject.toml --quiet --universal --extra aws --extra charts --generate-hashes --python-version 3.11 \
        --no-emit-index-url --no-annotate --custom-compile-command 'make lock' "$@"
}

compile --upgrade --group build --output-file requirements.txt
compile --upgrade --group build --group dev --constraint requirements.txt --output-file requirements-dev.txt
