#!/usr/bin/env bash
exec "$(dirname "$0")/kafka-tool.sh" org.apache.kafka.tools.consumer.ConsoleConsumer "$@"
