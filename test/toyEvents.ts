import type { KafkaJsPort, KafkaRecord } from '../clients/kafka/kafka';

/** One reading of a device, as the toy pipeline's topic has it. */
interface ToyEvent {
  device_id: string;
  event_at: string;
  sequence: number;
  temperature_c: number;
}

const DEVICES = 7;
const FIRST_EVENT_MS = Date.UTC(2026, 10, 20);
const LATEST_BY_MS = 3 * 86_400_000;
const EVERY_MS = 1_000;

/**
 * Events of one batch. Their times jump back and forth by up to three days, and no two events of any batch
 * share a device and a sequence.
 */
export function toyEvents(batch: number, count: number): ToyEvent[] {
  return Array.from({ length: count }, (_, index) => {
    const sequence = batch * count + index;
    const late_ms = ((sequence * 7919) % 100) * (LATEST_BY_MS / 100);
    return {
      device_id: `device-${sequence % DEVICES}`,
      event_at: new Date(FIRST_EVENT_MS + sequence * EVERY_MS - late_ms).toISOString(),
      sequence,
      temperature_c: ((sequence * 31) % 600) / 10 - 20,
    };
  });
}

/**
 * Publishes a batch, and with it two records that cannot be used: one is no JSON, one has no temperature.
 * Both name the batch's first sequence.
 */
export async function publishEvents(kafka: KafkaJsPort, events: ToyEvent[]): Promise<void> {
  const good = events.map((event): KafkaRecord => ({ key: event.device_id, value: JSON.stringify(event) }));
  const incomplete = { ...events[0], temperature_c: undefined };
  const bad = [`no JSON ${incomplete.sequence}`, JSON.stringify(incomplete)].map((value) => ({
    key: 'bad',
    value,
  }));
  await kafka.publish([{ topic: 'toy_events', records: [...good, ...bad] }]);
}

export const BAD_RECORDS_A_BATCH = 2;
