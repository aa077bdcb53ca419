import { FIVE_MINUTES_MS } from '../../core/interval';
import type { PipelineDefinition } from '../../core/pipeline';

/** NEM time is UTC+10 all year. */
const NEM_OFFSET_MS = 10 * 3_600_000;
const ONE_HOUR_MS = 3_600_000;

/**
 * Australia's electricity market: dispatch, prices, regions, interconnectors and rooftop solar, every five
 * minutes.
 */
export const nem: PipelineDefinition = {
  name: 'nem',
  step_ms: FIVE_MINUTES_MS,
  topics: ['nem_dispatch', 'nem_price', 'nem_region', 'nem_interconnector', 'nem_case', 'nem_rooftop'],
  outputTopic: 'silver_dispatch',
  outputs: [
    'nem.bronze_dispatch',
    'nem.bronze_price',
    'nem.bronze_region',
    'nem.bronze_interconnector',
    'nem.bronze_case',
    'nem.bronze_rooftop',
    'nem.silver_dispatch_clean',
    'nem.silver_region_clean',
    'nem.silver_interconnector_clean',
    'nem.silver_rooftop_clean',
    'nem.unit_metadata',
    'nem.region_metadata',
    'nem.interconnector_metadata',
    'nem.market_limits',
    'nem_gold.fact_dispatch',
    'nem_gold.dim_unit',
    'nem_gold.dim_region',
    'nem_gold.region_interval',
    'nem_gold.market_interval',
    'nem_gold.interconnector_interval',
    'nem_ops.dead_letters',
    'nem_ops.ingest_ledger',
    'nem_ops.refine_counts',
    'nem_ops.gate_results',
  ],
  bronze: {
    nem_dispatch: 'nem.bronze_dispatch',
    nem_price: 'nem.bronze_price',
    nem_region: 'nem.bronze_region',
    nem_interconnector: 'nem.bronze_interconnector',
    nem_case: 'nem.bronze_case',
    nem_rooftop: 'nem.bronze_rooftop',
  },
  madeFrom: {
    'nem.silver_dispatch_clean': ['nem_dispatch'],
    'nem.silver_region_clean': ['nem_region', 'nem_price'],
    'nem.silver_interconnector_clean': ['nem_interconnector'],
    'nem.silver_rooftop_clean': ['nem_rooftop'],
  },
  dbtSelect: ['path:models/nem'],
  completeness: [
    {
      report: 'DISPATCHSCADA',
      table: 'nem.silver_dispatch_clean',
      step_ms: FIVE_MINUTES_MS,
      clockOffset_ms: NEM_OFFSET_MS,
    },
    {
      report: 'DISPATCHIS',
      table: 'nem.silver_region_clean',
      step_ms: FIVE_MINUTES_MS,
      clockOffset_ms: NEM_OFFSET_MS,
    },
    {
      report: 'ROOFTOP',
      table: 'nem.silver_rooftop_clean',
      step_ms: 6 * FIVE_MINUTES_MS,
      clockOffset_ms: NEM_OFFSET_MS,
    },
  ],
  // The source lists 5-minute files for two days; gaps older than the window are the backfill's work.
  schedule: { everyMs: FIVE_MINUTES_MS, catchupWindowMs: 2 * ONE_HOUR_MS },
};
