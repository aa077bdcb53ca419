#!/usr/bin/env bash
# Compiles TypeScript into dist/ when a source is newer than the last complete build.
set -euo pipefail
cd "$(dirname "$0")/../.."
done_mark=dist/.built
sources=(core workflows activities workers pipelines nessie trino stack cli bench tsconfig.json tsconfig.build.json package-lock.json)
existing=()
for source in "${sources[@]}"; do [ -e "$source" ] && existing+=("$source"); done
if [ -f "$done_mark" ] && [ -z "$(find "${existing[@]}" -type f -newer "$done_mark" -print -quit)" ]; then exit 0; fi
started=$(mktemp)
trap 'rm -f "$started"' EXIT
rm -f "$done_mark"
npm run --silent build
# The time the build began: what was saved while it ran is built next time.
touch -r "$started" "$done_mark"
