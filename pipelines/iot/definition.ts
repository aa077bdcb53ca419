import type { PipelineDefinition, TimeColumn } from '../../core/pipeline';

/** How often waiting records are refined; a run that takes longer is followed by the next one. */
const REFINE_EVERY_MS = 15_000;

/** Gold is by whole hours. */
const hour: TimeColumn = { column: 'hour_start_at', kind: 'event', clock: 'utc' };
const ofHours = { time: hour, partition: 'event_date' } as const;

/** Telemetry of devices in buildings, straight from a Kafka topic. Its feed is that of `contracts/`. */
export const iot = {
  name: 'iot',
  intake: { kind: 'topics', refineEvery_ms: REFINE_EVERY_MS },
  tables: [
    {
      name: 'iot.silver_telemetry',
      madeFrom: ['iot-telemetry'],
      time: { column: 'event_at', kind: 'event', clock: 'utc' },
      partition: 'event_date',
    },
    {
      name: 'iot.anomalies',
      madeFrom: ['iot-telemetry'],
      // Without its partition: a run also writes anomalies that began days before what it touched.
      time: { column: 'start_at', kind: 'event', clock: 'utc' },
    },
    { name: 'iot.anomaly_state', madeFrom: ['iot-telemetry'] },
    { name: 'iot_gold.hourly_sensor_aggregates', ...ofHours },
    { name: 'iot_gold.building_energy_dashboard', ...ofHours },
    { name: 'iot_gold.device_health_summary' },
  ],
  // Telemetry has instants only: its clock is UTC, and a day begins at midnight.
  time: { utcOffset_ms: 0, dayStart_ms: 0 },
  keys: ['device_id', 'building_id'],
  needsRegistry: true,
  onlyWhenNamed: true,
  gold: { dbtSelect: ['path:models/iot'] },
} satisfies Partial<PipelineDefinition>;
