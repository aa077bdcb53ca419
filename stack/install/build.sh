#!/usr/bin/env bash
# Compiles TypeScript into dist/ when a source is newer than the last complete build; silent unless it fails.
set -euo pipefail
cd "$(dirname "$0")/../.."
done_mark=dist/.built
sources=(core settings clients workflows activities workers pipelines nessie trino stack cli bench tsconfig.json tsconfig.build.json package-lock.json)
existing=()
for source in "${sources[@]}"; do [ -e "$source" ] && existing+=("$source"); done
if [ -f "$done_mark" ] && [ -z "$(find "${existing[@]}" -type f -newer "$done_mark" -print -quit)" ]; then exit 0; fi
started=$(mktemp)
output=$(mktemp)
trap 'rm -f "$started" "$output"' EXIT
rm -f "$done_mark"
echo "Compiling ..." >&2
if ! npm run --silent build > "$output" 2>&1; then
  cat "$output" >&2
  exit 1
fi
# The time the build began: what was saved while it ran is built next time.
touch -r "$started" "$done_mark"
