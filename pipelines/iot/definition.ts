import type { PipelineDefinition } from '../../core/pipeline';
import { REFINE_EVERY_MS, TELEMETRY_CLOCK } from './time';

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
  ],
  time: TELEMETRY_CLOCK,
  keys: ['device_id', 'building_id'],
  onlyWhenNamed: true,
} satisfies Partial<PipelineDefinition>;
