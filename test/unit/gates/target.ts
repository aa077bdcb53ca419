import type { Target } from '../../../core/gates/check';
import { timeOfTable } from '../../../core/pipeline';
import { pipelineNamed } from '../../../pipelines/registry';

const time = timeOfTable(pipelineNamed('nem'), 'nem.silver_dispatch_clean');

/** A table to compile expectations for, without a lake. */
export const target: Target = {
  suite: 's',
  pipeline: 'nem',
  name: 'nem.t',
  table: '"slot_1"."nem"."t"',
  catalog: 'slot_1',
  where: 'true',
  sampleColumns: ['"unit_id"'],
  runId: 'r1',
  columns: new Map([
    ['unit_id', 'varchar'],
    ['power_mw', 'double'],
    ['trading_interval', 'timestamp(6)'],
    ['is_load', 'boolean'],
  ]),
  // NEM time: the intervals that end at 00:05 and 00:10 on 27 December.
  touched: [{ from: '2025-12-26T14:00:00.000Z', to: '2025-12-26T14:10:00.000Z' }],
  time,
  timeOf: () => time,
  step_ms: 300_000,
};
