#!/usr/bin/env bash
# Every check and test, one section each. A failed section does not stop the others; the end says what failed.
# ONLY=unit,spark runs just those sections.
set -uo pipefail
cd "$(dirname "$0")/.."

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
started=$SECONDS

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
}

jest_project() {
  npx jest --verbose --selectProjects "$1" --json --outputFile "$results/$1.jest.json" "${@:2}"
}

# In two processes: one alone leaves a third of two cores idle (measured: 346 s, against 250 s).
spark() {
  eval "$(node dist/stack/printSparkEnvironment.js)"
  local files=($(ls -S test/spark/test_*.py)) halves=('' '') code=0
  for index in "${!files[@]}"; do halves[index % 2]+=" ${files[index]}"; done
  spark_half 2 ${halves[1]} > "$results/spark-2.log" 2>&1 &
  spark_half 1 ${halves[0]} || code=1
  wait $! || code=1
  cat "$results/spark-2.log"
  return $code
}

spark_half() {
  .stack/venv/bin/python -m pytest -q -p no:cacheprovider --durations=5 --junitxml "$results/spark-$1.junit.xml" "${@:2}"
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

# As `make format` would leave them; SQL by the rules in .sqlfluff.
lint_python_and_sql() {
  .stack/lint/bin/ruff format --check . || return 1
  if [ -f .sqlfluff ]; then .stack/lint/bin/sqlfluff lint --processes 2 dbt trino/queries pipelines/*/queries; fi
}

# The other versions that package.json's `engines` allows, each as pinned in test/nodes.
other_node() {
  bash test/onNode.sh "$2" node_modules/.bin/jest --selectProjects="$1" --maxWorkers=2 --silent
}

without_tests() {
  section lint npm run --silent lint
  section format lint_python_and_sql
  section types npx tsc --noEmit
  section dbt dbt_parse
}

section unit jest_project unit --maxWorkers=2
# Beside the workflow tests, which wait a lot: they leave 38 % of two cores idle.
without_tests > "$results/without_tests.log" 2>&1 &
section workflow jest_project workflow --maxWorkers=2
wait
cat "$results/without_tests.log"
for version in 22 24; do
  section "unit-$version" other_node unit $version
  section "workflow-$version" other_node workflow $version
done
section spark spark
section integration jest_project integration --runInBand
section chaos jest_project chaos --runInBand

printf '\n=== result, after %s s ===\n' $((SECONDS - started))
failed=$(grep -lx failed "$results"/*.section | xargs -r basename -a -s .section | tr '\n' ' ')
if [ -n "$failed" ]; then echo "failed sections: $failed"; fi
node test/countResults.js "$results"
[ -z "$failed" ]
