import { simulator } from '../pipelines/iot/simulation/simulator';

/**
 * Prints simulated telemetry as the fold takes it, one JSON array a line: the kind that the simulator made of
 * the record, and its value. `node dist/bench/plantedTelemetry.js <scenario> <rate> <seconds> <seed>`.
 */
function main([scenario = '', rate = '', seconds = '', seed = '']: string[]): void {
  const request = { scenario, seed: Number(seed), rate_per_second: Number(rate), start_ms: START_MS };
  const records = simulator.records(request)[Symbol.iterator]();
  const lines: string[] = [];
  for (let number = 0; number < Number(rate) * Number(seconds); number += 1) {
    const { value: record } = records.next() as {
      value: { kind: string; deadLetter: string | null; value: string };
    };
    const sent_ms = START_MS + Math.round((number * 1000) / Number(rate));
    if (record.deadLetter === null)
      lines.push(JSON.stringify([record.kind, sent_ms / 1000, JSON.parse(record.value)]));
  }
  process.stdout.write(lines.join('\n'));
}

/** A Tuesday morning, when buildings begin their day. */
const START_MS = Date.UTC(2026, 10, 24, 9);

main(process.argv.slice(2));
