import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';

/**
 * Every search attribute, registered by the worker at start. A SQL-backed namespace takes at most ten
 * Keyword attributes and three of each other type.
 */
export const Attributes = {
  pipeline: defineSearchAttributeKey('Pipeline', SearchAttributeType.KEYWORD),
  runKind: defineSearchAttributeKey('RunKind', SearchAttributeType.KEYWORD),
  nessieBranch: defineSearchAttributeKey('NessieBranch', SearchAttributeType.KEYWORD),
  gateStatus: defineSearchAttributeKey('GateStatus', SearchAttributeType.KEYWORD),
  intervalStart: defineSearchAttributeKey('IntervalStart', SearchAttributeType.DATETIME),
  intervalEnd: defineSearchAttributeKey('IntervalEnd', SearchAttributeType.DATETIME),
  rows: defineSearchAttributeKey('RowsIn', SearchAttributeType.INT),
  deadLetterRows: defineSearchAttributeKey('DeadLetterRows', SearchAttributeType.INT),
} as const;

/** Set by the server on every run a Schedule starts. */
export const scheduledStartTime = defineSearchAttributeKey(
  'TemporalScheduledStartTime',
  SearchAttributeType.DATETIME,
);
