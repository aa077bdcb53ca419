#!/usr/bin/env bash
# Every check and test, one section each. A failed section does not stop the others; the end says what failed.
# ONLY=unit,spark runs just those sections. ON_NODE=22 or 24 runs Jest, and the stack it starts, on that Node;
# TESTS=access runs the test files whose path has that text. `make test` has no time for the integration tests
# on every Node: `make nightly` runs all, this some: make test ON_NODE=24 ONLY=integration TESTS=access
set -uo pipefail
cd "$(dirname "$0")/.."

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
started=$SECONDS

# Seconds each section takes at most on two quiet cores; one that takes longer says so, and fails nothing.
# From a run of 2026-11-30, beside other work in its last quarter. Sections that run at once are
# longer than alone: workflow beside unit and lint, the last seven in two lanes.
declare -A budget_s=([unit]=180 [workflow]=260 [lint]=140 [format]=15 [types]=75 [dbt]=15 [spark]=460
  [unit-22]=300 [workflow-22]=350 [unit-24]=300 [workflow-24]=350 [integration]=1500 [stacks]=1450 [chaos]=470)
whole_budget_s=2700

# Processor time of all cores since the machine was started, in hundredths of a second: idle, then all of it.
processor_time() {
  awk '/^cpu / {print $5 + $6, $2 + $3 + $4 + $5 + $6 + $7 + $8}' /proc/stat
}
read -r idle_at_start all_at_start < <(processor_time)

section() {
  local name=$1
  shift
  if [ -n "${ONLY:-}" ] && [[ ",$ONLY," != *",$name,"* ]]; then return; fi
  local section_started=$SECONDS
  printf '\n=== %s ===\n' "$name"
  if "$@"; then
    echo ok > "$results/$name.section"
    printf -- '--- %s: passed in %s s\n' "$name" $((SECONDS - section_started))
  else
    echo failed > "$results/$name.section"
    printf -- '--- %s: FAILED after %s s\n' "$name" $((SECONDS - section_started))
  fi
  note_time "$name" $((SECONDS - section_started)) "${budget_s[$name]}"
}

note_time() {
  printf '%6s s of %6s  %s\n' "$2" "$3" "$1" >> "$results/times.txt"
  if [ "$2" -gt "$3" ]; then
    printf 'warning: %s took %s s, its budget is %s s\n' "$1" "$2" "$3" | tee -a "$results/times.txt"
  fi
}

jest() {
  if [ -n "${ON_NODE:-}" ]; then
    bash test/onNode.sh "$ON_NODE" node_modules/.bin/jest "$@"
  else
    npx jest "$@"
  fi
}

jest_project() {
  jest --verbose --selectProjects="$1" --json --outputFile "$results/$1.jest.json" \
    ${TESTS:+--testPathPatterns "$TESTS"} "${@:2}"
}

# In two processes: one alone leaves a third of two cores idle (measured: 346 s, against 250 s).
# The largest files come first, and each process takes the next file that is left.
spark() {
  eval "$(node dist/stack/printSparkEnvironment.js)"
  local files code=0
  mapfile -t files < <(ls -S test/spark/test_*.py)
  mkdir "$results/spark-queue"
  spark_process 2 "${files[@]}" > "$results/spark-2.log" 2>&1 &
  local other=$!
  spark_process 1 "${files[@]}" || code=1
  wait $other || code=1
  cat "$results/spark-2.log"
  return $code
}

spark_process() {
  SHARED_QUEUE="$results/spark-queue" PYTHONPATH="test/spark${PYTHONPATH:+:$PYTHONPATH}" \
    .stack/venv/bin/python -m pytest -q -p no:cacheprovider -p shared_queue --durations=5 \
    --junitxml "$results/spark-$1.junit.xml" "${@:2}"
}

dbt_parse() {
  local target
  target=$(mktemp -d)
  TRINO_CATALOG=slot_1 DO_NOT_TRACK=1 .stack/venv/bin/dbt --quiet --no-use-colors --log-path "$target" parse \
    --project-dir dbt --profiles-dir dbt --target-path "$target"
  local code=$?
  rm -rf "$target"
  return $code
}

# `make chaos` compiles a project of its own.
types_of_all() {
  npx tsc --noEmit && npx tsc --noEmit --incremental false --tsBuildInfoFile null -p test/chaos/tsconfig.json
}

# As `make format` would leave them; SQL by the rules in .sqlfluff.
lint_python_and_sql() {
  .stack/lint/bin/ruff format --check . || return 1
  # Undefined names and unused imports.
  .stack/lint/bin/ruff check --select F . || return 1
  if [ -f .sqlfluff ]; then .stack/lint/bin/sqlfluff lint --processes 2 dbt trino/queries pipelines/*/queries; fi
}

# The other versions that package.json's `engines` allows, each as pinned in test/nodes. What a test reads in
# texts of this repository, or in months of the operator's files, is the same on every Node: `make nightly`.
other_node() {
  bash test/onNode.sh "$2" node_modules/.bin/jest --selectProjects="$1" --maxWorkers=2 --silent \
    --testPathIgnorePatterns 'test/unit/(code|docs)/' '/realMonths.test'
}

without_tests() {
  section lint npm run --silent lint
  section format lint_python_and_sql
  section types types_of_all
  section dbt dbt_parse
}

# A stack takes 3.9 GiB (docs/measured.md). The two lanes have one each, the test of backups starts part of a
# third.
two_stacks_fit() {
  local available_gib
  available_gib=$(awk '/^MemAvailable/ {print int($2 / 1048576)}' /proc/meminfo)
  [ "${available_gib:-0}" -ge 14 ]
}

# The two lanes take about as long as each other. The disturbances of a trial wait for steps of its run, so that
# other work beside it only moves them.
first_lane() {
  section integration jest_project integration --runInBand
  section chaos jest_project chaos --runInBand
}

second_lane() {
  section stacks jest_project stacks --runInBand
  for version in 22 24; do
    section "unit-$version" other_node unit $version
    section "workflow-$version" other_node workflow $version
  done
}

# Beside the others, since they wait most of the time.
section workflow jest_project workflow --maxWorkers=2 > "$results/workflow.log" 2>&1 &
section unit jest_project unit --maxWorkers=2
without_tests
wait
cat "$results/workflow.log"
section spark spark
if two_stacks_fit; then
  second_lane > "$results/second_lane.log" 2>&1 &
  first_lane
  wait
  cat "$results/second_lane.log"
else
  echo "Too little memory for two stacks at a time: they run one after the other." >&2
  first_lane
  second_lane
fi

printf '\n=== result ===\n'
note_time 'all sections' $((SECONDS - started)) $whole_budget_s
cat "$results/times.txt"
read -r idle_at_end all_at_end < <(processor_time)
printf 'cores idle: %s %%\n' $((100 * (idle_at_end - idle_at_start) / (all_at_end - all_at_start)))
failed=$(grep -lx failed "$results"/*.section | xargs -r basename -a -s .section | tr '\n' ' ')
if [ -n "$failed" ]; then echo "failed sections: $failed"; fi
node test/countResults.js "$results"
[ -z "$failed" ]
