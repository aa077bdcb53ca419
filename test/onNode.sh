#!/usr/bin/env bash
# onNode.sh <major> <arguments of node>: runs them with the pinned Node of that major version, fetched by npm.
set -euo pipefail
nodes=$(cd "$(dirname "$0")" && pwd)/nodes
if [ ! -e "$nodes/node_modules/.package-lock.json" ] || [ "$nodes/package-lock.json" -nt "$nodes/node_modules/.package-lock.json" ]; then
  npm ci --prefix "$nodes" --no-audit --no-fund --loglevel=error >&2
  touch "$nodes/node_modules/.package-lock.json"
fi
found=("$nodes"/node_modules/node-*-"$1"/bin/node)
if [ ! -x "${found[0]}" ]; then
  echo "Node $1: expected npm to have it for $(uname -sm), found none" >&2
  exit 1
fi
echo "on Node $("${found[0]}" --version)" >&2
# Whatever a test starts by the name node is of that version too.
PATH="$(dirname "${found[0]}"):$PATH" exec "${found[0]}" "${@:2}"
