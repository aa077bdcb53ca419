import type { ProducedRecord } from '../../core/producer';

/** How many records were acknowledged, and what the lake must make of them. */
export class ProducedCounts {
  records = 0;
  readonly byKind = new Map<string, number>();
  readonly deadLetters = new Map<string, number>();

  add(batch: readonly ProducedRecord[]): void {
    this.records += batch.length;
    for (const { kind, deadLetter } of batch) {
      increase(this.byKind, kind);
      if (deadLetter !== null) increase(this.deadLetters, deadLetter);
    }
  }
}

function increase(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

export interface Pace {
  rate_per_second: number;
  /** Undefined: until the signal. */
  duration_ms?: number;
  signal: AbortSignal;
}

export interface Surroundings {
  publish(batch: readonly ProducedRecord[]): Promise<void>;
  now(): number;
  /** Ends early when the signal does. */
  wait(pause_ms: number, signal: AbortSignal): Promise<void>;
}

const LOOK_EVERY_MS = 100;
/** So that an interrupt is answered, and a slow broker shows, within a batch of this many. */
const BATCH_MAX = 5_000;

/**
 * Publishes records at a rate, and exactly `rate × duration` of them unless they or the signal end it. Where
 * the broker is slower than the rate, the rest follows at the broker's speed.
 */
export async function produceRecords(
  records: Iterable<ProducedRecord>,
  { rate_per_second, duration_ms = Infinity, signal }: Pace,
  { publish, now, wait }: Surroundings,
  counts: ProducedCounts,
): Promise<void> {
  const source = records[Symbol.iterator]();
  const started_ms = now();
  while (!signal.aborted) {
    const elapsed_ms = Math.min(now() - started_ms, duration_ms);
    const due = Math.floor((elapsed_ms * rate_per_second) / 1000) - counts.records;
    if (due <= 0 && elapsed_ms >= duration_ms) return;
    if (due <= 0) await wait(LOOK_EVERY_MS, signal);
    else {
      const batch = take(source, Math.min(due, BATCH_MAX));
      if (batch.length === 0) return;
      await publish(batch);
      counts.add(batch);
    }
  }
}

/** Fewer where the records end. */
function take(source: Iterator<ProducedRecord>, count: number): ProducedRecord[] {
  const taken: ProducedRecord[] = [];
  while (taken.length < count) {
    const next = source.next();
    if (next.done) break;
    taken.push(next.value);
  }
  return taken;
}
