import type { DemoRow } from '../../../core/demo';
import { fleet } from '../simulation/fleet';

/** What `currents produce --json` says of what it sent. */
export interface SentTelemetry {
  records: number;
  rows_expected: number;
  kinds: Record<string, number>;
  dead_letters_expected: Record<string, number>;
}

/** What the lake has otherwise than was sent, one line each. */
export function differencesOf(sent: SentTelemetry, layers: DemoRow[], deadLetters: DemoRow[]): string[] {
  const found = new Map(layers.map((row) => [String(row.table), row]));
  const told = (name: string, expected: number, value: unknown): string[] =>
    Number(value) === expected ? [] : [`${name}: expected ${expected}, found ${String(value ?? 'none')}`];
  const once = sent.rows_expected - (sent.kinds.twice ?? 0);
  const devices = fleet();
  return [
    ...told('rows of bronze', sent.rows_expected, found.get('iot.bronze_telemetry')?.rows),
    ...told('rows of silver', once, found.get('iot.silver_telemetry')?.rows),
    ...['iot.silver_telemetry', 'iot_gold.hourly_sensor_aggregates'].flatMap((table) =>
      told(`records of ${table}`, sent.rows_expected, found.get(table)?.records),
    ),
    ...told('devices with health', devices.length, found.get('iot_gold.device_health_summary')?.rows),
    ...deadLetterDifferences(sent.dead_letters_expected, deadLetters),
  ];
}

function deadLetterDifferences(expected: Record<string, number>, rows: DemoRow[]): string[] {
  const found = Object.fromEntries(rows.map((row) => [String(row.reason), Number(row.rows)]));
  return [...new Set([...Object.keys(found), ...Object.keys(expected)])]
    .filter((reason) => found[reason] !== expected[reason])
    .map(
      (reason) => `dead letters ${reason}: expected ${expected[reason] ?? 0}, found ${found[reason] ?? 0}`,
    );
}
