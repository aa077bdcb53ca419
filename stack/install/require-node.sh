#!/usr/bin/env bash
# Before npm has run nothing of ours can: the one check that is made without it.
set -euo pipefail
wanted=20.19.0
found=$(node --version 2>/dev/null | sed 's/^v//' || true)
if [ -z "$found" ] || [ "$(printf '%s\n%s\n' "$wanted" "$found" | sort -V | head -n 1)" != "$wanted" ]; then
  echo "PREREQUISITE_MISSING  Node.js: expected $wanted or newer, found ${found:-none}" >&2
  echo "  Install Node.js 20 (20.19 or newer) and put it first on PATH." >&2
  exit 2
fi
