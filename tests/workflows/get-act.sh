#!/bin/sh
# Puts act, which runs workflows on this machine, into FOLDER. Usage: get-act.sh FOLDER
set -eu
version=v0.2.89
folder=$1
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
if [ -x "$folder/act" ]; then
    exit 0
fi
if ! command -v go >/dev/null 2>&1; then
    echo "act is built with Go, and there is none: the workflows are not run" >&2
    exit 0
fi
echo "building act $version" >&2
GOBIN=$folder go install "github.com/nektos/act@$version"
