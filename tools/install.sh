#!/bin/sh
# Makes .venv hold exactly what a lock file says, and this package itself; quick when it already does.
# Usage: tools/install.sh LOCK      PYTHON=… picks the interpreter.
set -eu
cd "$(dirname "$0")/.."
lock=$1

say() { printf '%s\n' "$*" >&2; }

new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    if [ -n "${PYTHON:-}" ]; then
        new_enough "$PYTHON" && { echo "$PYTHON"; return; }
        say "lightship needs Python 3.11 or newer; '$PYTHON' is not: set PYTHON to one that is"
        exit 3
    fi
    for candidate in python3 python3.14 python3.13 python3.12 python3.11 python; do
        new_enough "$candidate" && { echo "$candidate"; return; }
    done
    found=$(python3 --version 2>/dev/null || echo 'none')
    say "lightship needs Python 3.11 or newer (found: $found): install one, or name it: make PYTHON=python3.12 …"
    exit 3
}

# What an environment with lock $1 rests on: the lock, the package's own metadata, and where it lies.
wanted() {
    { cat "$1" pyproject.toml; pwd; } | .venv/bin/python -c \
        'import hashlib, sys; print(hashlib.sha256(sys.stdin.buffer.read()).hexdigest())'
}

if ! new_enough .venv/bin/python; then
    python=$(find_python)
    if ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        say "$python has no venv module: install it (Debian and Ubuntu: apt-get install python3-venv) and run this again"
        exit 3
    fi
    say "making .venv with $("$python" --version)"
    rm -rf .venv
    "$python" -m venv .venv
fi

installed() {
    [ -f "$1" ] && [ "$(cat ".venv/$1.installed" 2>/dev/null || :)" = "$(wanted "$1")" ]
}

# The lock for development holds all of the other one, so having it is enough.
if ! installed "$lock" && ! installed requirements-dev.txt; then
    say "installing what $lock names"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
    wanted "$lock" >".venv/$lock.installed"
fi

# Compiled once, so that no start-up pays for it, wherever Python is told not to write bytecode.
.venv/bin/python -m compileall -q tools/lightship || :
