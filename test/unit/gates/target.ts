import type { Target } from '../../../core/gates/check';

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
  window: { from: '2025-12-27 00:05:00', to: '2025-12-27 00:10:00' },
};
