import type { PipelineDefinition, TimeColumn } from '../../core/pipeline';
import { FIVE_MINUTES_MS, HALF_HOUR_MS, NEM_OFFSET_MS, TRADING_DAY_START_MS } from './time';

const ONE_HOUR_MS = 3_600_000;

/** Every table with intervals has their end in NEM time, and is partitioned by trading day. */
const time: TimeColumn = { column: 'trading_interval', kind: 'intervalEnd', clock: 'pipeline' };
const ofIntervals = { time, partition: 'trading_date' } as const;

/**
 * Australia's electricity market: dispatch, prices, regions, interconnectors and rooftop solar, every five
 * minutes. Its feeds are those of `contracts/`.
 */
export const nem: Omit<PipelineDefinition, 'feeds'> = {
  name: 'nem',
  // The source lists 5-minute files for two days; gaps older than the catch-up are the backfill's work.
  intake: {
    kind: 'files',
    every_ms: FIVE_MINUTES_MS,
    step_ms: FIVE_MINUTES_MS,
    lookBack_ms: 2 * ONE_HOUR_MS,
    catchUp_ms: 2 * ONE_HOUR_MS,
  },
  tables: [
    { name: 'nem.silver_dispatch_clean', madeFrom: ['nem_dispatch'], ...ofIntervals },
    { name: 'nem.silver_region_clean', madeFrom: ['nem_region', 'nem_price'], ...ofIntervals },
    { name: 'nem.silver_interconnector_clean', madeFrom: ['nem_interconnector'], ...ofIntervals },
    { name: 'nem.silver_rooftop_clean', madeFrom: ['nem_rooftop'], ...ofIntervals },
    { name: 'nem.silver_trading_price_clean', madeFrom: ['nem_trading_price'], ...ofIntervals },
    { name: 'nem.silver_unit_solution_clean', madeFrom: ['nem_unit_solution'], ...ofIntervals },
    { name: 'nem.silver_price_forecast', madeFrom: ['nem_price_forecast'], ...ofIntervals },
    { name: 'nem.silver_rooftop_forecast', madeFrom: ['nem_rooftop_forecast'], ...ofIntervals },
    { name: 'nem_gold.fact_dispatch', ...ofIntervals },
    { name: 'nem_gold.dim_unit' },
    { name: 'nem_gold.dim_region' },
    { name: 'nem_gold.region_interval', ...ofIntervals },
    { name: 'nem_gold.market_interval', ...ofIntervals },
    { name: 'nem_gold.interconnector_interval', ...ofIntervals },
  ],
  time: { utcOffset_ms: NEM_OFFSET_MS, dayStart_ms: TRADING_DAY_START_MS },
  keys: ['unit_id', 'interconnector_id', 'region_id'],
  reference: [
    { name: 'units', table: 'nem.unit_metadata', key: 'unit_id' },
    { name: 'regions', table: 'nem.region_metadata', key: 'region_id' },
    { name: 'interconnectors', table: 'nem.interconnector_metadata', key: 'interconnector_id' },
    { name: 'limits', table: 'nem.market_limits', key: 'name' },
  ],
  completeness: [
    { report: 'DISPATCHSCADA', table: 'nem.silver_dispatch_clean', step_ms: FIVE_MINUTES_MS },
    { report: 'DISPATCHIS', table: 'nem.silver_region_clean', step_ms: FIVE_MINUTES_MS },
    { report: 'ROOFTOP', table: 'nem.silver_rooftop_clean', step_ms: HALF_HOUR_MS },
  ],
  // When many intervals are published at once, corrections of an interval may arrive before its own file.
  retakeWhenOnly: ['currents_expect_completeness'],
  notifications: ['silver_dispatch'],
  gold: {
    dbtSelect: ['path:models/nem'],
    ofReference: [{ model: 'dim_region', table: 'nem_gold.dim_region', madeFrom: ['nem.region_metadata'] }],
  },
};
