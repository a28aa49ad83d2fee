#!/bin/sh
# Changes what decides in every small way, and looks whether a test notices; ten minutes or more. Prints what none noticed.
# mutmut knows packages in src/ alone: it works on a copy.
set -eu
cd "$(dirname "$0")/.."
bin=$PWD/.venv/bin
work=build/mutation
rm -rf "$work"
mkdir -p "$work/src" "$work/tests"
cp -R tools/lightship "$work/src/lightship"
cp -R tests/actions "$work/tests/actions"
cat >"$work/pyproject.toml" <<'END'
[tool.pytest.ini_options]
pythonpath = ["."]
addopts = ["--import-mode=importlib", "-p", "no:cacheprovider", "-m", "not slow", "-k", "not a12_lookalikes and not makes_it_raise"]
markers = ["slow: the long form"]

[tool.mutmut]
source_paths = ["src/lightship"]
only_mutate = [
    "src/lightship/actions/capacities.py",
    "src/lightship/actions/decide.py",
    "src/lightship/actions/digest.py",
    "src/lightship/actions/quorum.py",
    "src/lightship/actions/votes.py",
]
# Sentences for people: what they mean is tested (`families`), how they say it is not.
do_not_mutate_patterns = ['^\s*(yield|return) \(?f?"', '^\s*reason = f"', '^\s*nobody = ', '^\s*reasons = tuple\(f']
pytest_add_cli_args_test_selection = [
    "tests/actions/test_attacks.py",
    "tests/actions/test_attacks_in_time.py",
    "tests/actions/test_decide.py",
    "tests/actions/test_digest.py",
    "tests/actions/test_oracle.py",
]
use_git_change_detection = false
track_dependencies = false
timeout_constant = 30.0
END
cd "$work"
"$bin/mutmut" run >mutmut.log 2>&1 || { tail -n 20 mutmut.log >&2; exit 3; }
"$bin/mutmut" results
"$bin/mutmut" export-cicd-stats >/dev/null
"$bin/python" - <<'END'
import json
from pathlib import Path

found = json.loads(Path("mutants/mutmut-cicd-stats.json").read_text())
noticed = found["killed"] + found["timeout"]
print(f"{noticed} of {found['total']} changes noticed: {100 * noticed / found['total']:.1f} %")
raise SystemExit(noticed < 0.95 * found["total"])
END
