"""Exits 0 only if every job in $NEEDS (a workflow's `toJSON(needs)`) succeeded; skipped is not succeeded."""

import json
import os
import sys

results = {name: need["result"] for name, need in json.loads(os.environ["NEEDS"]).items()}
for name, result in results.items():
    sys.stdout.write(f"{name}: {result}\n")
sys.exit(0 if results and set(results.values()) == {"success"} else 1)
