import { KafkaJsPort } from '../../clients/kafka/kafka';
import { MAIN_BRANCH } from '../../core/ids';
import { NessieClient } from '../../nessie/client';
import type { Config } from '../../settings/config';
import { TrinoClient } from '../../trino/client';
import type { LagSample } from './bounded';

export const TOPIC = 'iot-telemetry';
const LOOK_EVERY_MS = 1_000;

/** The exclusive ends of what main's ledger holds, by partition, and when SQL first showed them. */
export interface Seen {
  at_ms: number;
  ends: Map<number, number>;
}

/**
 * Looks once a second how far Kafka is and how far main is. Main's ledger is asked only when main's head is
 * another: a query a second would take from the runs.
 */
export class LagWatch {
  readonly samples: LagSample[] = [];
  readonly seen: Seen[] = [];
  private readonly kafka: KafkaJsPort;
  private readonly nessie: NessieClient;
  private readonly trino: TrinoClient;
  private readonly stop = new AbortController();
  private head = '';
  private looking: Promise<void> | undefined;

  constructor(config: Config) {
    this.kafka = new KafkaJsPort(config.kafkaBrokers);
    this.nessie = new NessieClient(config.nessieUrl);
    this.trino = new TrinoClient({
      server: config.trinoUrl,
      user: 'bench',
      source: 'currents-bench',
      catalog: 'lake',
    });
  }

  start(): void {
    this.looking = this.lookAgain();
    // Awaited by `end`; a failure in between must not look unhandled.
    this.looking.catch(() => undefined);
  }

  /** @throws what a look failed with */
  async end(): Promise<void> {
    this.stop.abort();
    try {
      await this.looking;
    } finally {
      await this.kafka.close();
    }
  }

  /** Until everything sent is on main. */
  async untilDrained(within_ms: number): Promise<number> {
    const started_ms = Date.now();
    // The newest look may have begun before the last record was sent.
    const looks = this.samples.length + 2;
    while (this.samples.length < looks || this.samples.at(-1)!.lag > 0) {
      if (Date.now() > started_ms + within_ms)
        throw new Error(
          `expected no lag within ${within_ms / 1000} s, found ${this.samples.at(-1)?.lag} records`,
        );
      await Promise.race([this.looking, pause(LOOK_EVERY_MS)]);
    }
    return Date.now() - started_ms;
  }

  /** Rows of the topic that SQL shows on main, and how long each took from Kafka's time: median and 95 %. */
  async delays_ms(): Promise<{ records: number; median_ms: number; p95_ms: number }> {
    const { rows } = await this.trino.runQuery(delaysSql(this.seen));
    const [records, median_ms, p95_ms] = rows[0]!.map(Number) as [number, number, number];
    return { records, median_ms, p95_ms };
  }

  private async lookAgain(): Promise<void> {
    while (!this.stop.signal.aborted) {
      await this.look();
      await pause(LOOK_EVERY_MS);
    }
  }

  private async look(): Promise<void> {
    const offsets = await this.kafka.offsets([TOPIC]);
    const at_ms = Date.now();
    const { hash } = await this.nessie.getReference(MAIN_BRANCH);
    if (hash !== this.head) this.seen.push(await this.ledger());
    this.head = hash;
    const taken = this.seen.at(-1)!.ends;
    const lag = offsets.reduce((sum, { partition, high }) => sum + high - (taken.get(partition) ?? 0), 0);
    this.samples.push({ at_ms, lag: Math.max(0, lag) });
  }

  private async ledger(): Promise<Seen> {
    const { rows } = await this.trino.runQuery(
      `select "partition", max(end_offset) from iot_ops.ingest_ledger where topic = '${TOPIC}' group by 1`,
    );
    return {
      at_ms: Date.now(),
      ends: new Map(rows.map(([partition, end]) => [Number(partition), Number(end)])),
    };
  }
}

/** Records of all merges but the first, which was there before the watch began. */
export function delaysSql(seen: readonly Seen[]): string {
  const spans = seen.slice(1).flatMap(({ at_ms, ends }, index) =>
    [...ends].flatMap(([partition, end]) => {
      const start = seen[index]!.ends.get(partition) ?? 0;
      return end > start ? [`(${partition}, ${start}, ${end}, ${at_ms}e0)`] : [];
    }),
  );
  if (spans.length === 0) throw new Error('expected a merge during the load, found none');
  const delay_ms = 's.at_ms - 1000 * to_unixtime(b.ingested_at)';
  return `select count(*), approx_percentile(${delay_ms}, 0.5), approx_percentile(${delay_ms}, 0.95)
    from iot.bronze_telemetry b
    join (values ${spans.join(', ')}) s ("partition", first_offset, end_offset, at_ms)
      on b."partition" = s."partition" and b."offset" >= s.first_offset and b."offset" < s.end_offset`;
}

function pause(wait_ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, wait_ms));
}
