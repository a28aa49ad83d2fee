#!/bin/sh
# Changes what decides, executes or records in every small way, and looks whether a test notices. Prints what none noticed.
#   tools/mutation.sh [decide|execute|journal]...    without a name all three; each fails below 95 %, and takes its time
# mutmut knows packages in src/ alone: it works on a copy, in a folder for each part.
set -eu
cd "$(dirname "$0")/.."
root=$PWD
bin=$root/.venv/bin

# What of src/lightship is changed, the tests that have to notice, and those of them that are left out (for pytest's -k).
choose() {
  skip="a12_lookalikes or makes_it_raise"
  # Sentences for people: what they mean is tested, how they say it is not.
  sentences='^\s*(yield|return) \(?f?"'
  case $1 in
    decide)
      change="actions/capacities.py actions/decide.py actions/digest.py actions/quorum.py actions/votes.py"
      tests="actions/test_attacks.py actions/test_attacks_in_time.py actions/test_decide.py
        actions/test_digest.py actions/test_oracle.py"
      sentences="$sentences"'|^\s*reason = f"|^\s*nobody = |^\s*reasons = tuple\(f'
      ;;
    execute)
      change="actions/execute.py actions/calling.py actions/taking.py actions/stopping.py actions/reconcile.py
        actions/records.py actions/requests.py actions/receipts.py actions/withdrawing.py"
      tests="actions/test_calling.py actions/test_carrying_out.py actions/test_comparing.py
        actions/test_execute.py actions/test_faults.py actions/test_loopholes.py actions/test_plan.py
        actions/test_receipts.py actions/test_reconcile.py actions/test_records.py actions/test_requests.py
        actions/test_stopping.py actions/test_taking.py actions/test_withdrawing.py"
      ;;
    journal)
      change="journal/*.py"
      tests="journal"
      # Long, and the others notice as much.
      skip="$skip or test_killed or test_races or test_relinking or processes_do_not_grow or seven_kinds or bytes_come_back or always_push_first or network_that_hangs or cannot_be_reached"
      ;;
    *)
      echo "$1: there are decide, execute and journal" >&2
      exit 2
      ;;
  esac
}

# The words of $1 as strings of TOML, with $2 before each.
strings() {
  for word in $1; do printf '"%s%s", ' "$2" "$word"; done
}

mutate() {
  choose "$1"
  work=$root/build/mutation/$1
  rm -rf "$work"
  mkdir -p "$work/src" "$work/mutants/src"
  cp -R tools/lightship "$work/src/lightship"
  cp -R tests "$work/tests"
  echo 'import tests.mutated' >>"$work/src/lightship/__init__.py"
  # Who never comes through gives up soon, and is noticed.
  sed 's/^PATIENCE = 300/PATIENCE = 5/' tools/lightship/journal/races.py >"$work/src/lightship/journal/races.py"
  cd "$work"
  set -f
  cat >pyproject.toml <<TOML
[tool.pytest.ini_options]
pythonpath = ["."]
addopts = [
    "--import-mode=importlib", "-p", "no:cacheprovider", "-p", "tests.mutated", "-m", "not slow and not act", "-k", "not ($skip)"
]
markers = ["slow: the long form", "act: runs workflows"]

[tool.mutmut]
source_paths = ["src/lightship"]
only_mutate = [$(strings "$change" src/lightship/)]
do_not_mutate_patterns = ['$sentences']
pytest_add_cli_args_test_selection = [$(strings "$tests" tests/)]
use_git_change_detection = false
track_dependencies = false
timeout_constant = 8.0
timeout_multiplier = 3.0
TOML
  set +f
  # Processes that tests start take the changed copy, too.
  export PYTHONPATH="$work/mutants/src:$work/mutants" MUTATION_RAN="$work/ran"
  # Outside of this repository, in memory where that can be; gone with what tests leave there.
  TMPDIR=$(mktemp -d /dev/shm/mutation.XXXXXX 2>/dev/null || mktemp -d)
  export TMPDIR
  trap 'rm -rf "$TMPDIR"' EXIT
  "$bin/mutmut" run >mutmut.log 2>&1 || { tail -n 20 mutmut.log >&2; exit 3; }
  "$bin/mutmut" results
  "$bin/mutmut" export-cicd-stats >/dev/null
  "$bin/python" - "$1" <<'PYTHON'
import json
import sys
from pathlib import Path

found = json.loads(Path("mutants/mutmut-cicd-stats.json").read_text())
noticed = found["killed"] + found["timeout"]
print(f"{sys.argv[1]}: {noticed} of {found['total']} changes noticed: {100 * noticed / found['total']:.1f} %")
raise SystemExit(noticed < 0.95 * found["total"])
PYTHON
}

[ $# -gt 0 ] || set -- decide execute journal
for part; do choose "$part"; done
bad=0
for part; do
  set +e # after `||` nothing in it would stop at an error
  (set -e; mutate "$part")
  [ $? -eq 0 ] || bad=1
  set -e
done
exit "$bad"
