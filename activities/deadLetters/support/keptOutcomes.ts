import type { ReplayOutcome } from '../../../core/deadLetters/deadLetters';
import type { ObjectStore } from '../../../clients/s3/objectStore';
import { readStored } from './decisions';

/** All outcomes are written each time: half a megabyte for two thousand dead letters. */
const KEEP_EVERY_MS = 10_000;

/**
 * Outcomes of a replay's dead letters, kept in S3 as they arise, so that a retry after a timeout does not
 * start again from the first.
 */
export class KeptOutcomes {
  private kept_ms = performance.now();
  private readonly key: string;
  readonly uri: string;

  constructor(
    private readonly store: ObjectStore,
    decisionId: string,
  ) {
    this.key = `dead-letters/${decisionId}.json`;
    this.uri = store.uri(this.key);
  }

  /** Those of an earlier attempt. */
  async read(): Promise<ReplayOutcome[]> {
    return (await this.store.head(this.key)) ? readStored<ReplayOutcome[]>(this.store, this.uri) : [];
  }

  async keepNowAndThen(outcomes: ReplayOutcome[]): Promise<void> {
    if (performance.now() - this.kept_ms >= KEEP_EVERY_MS) await this.keep(outcomes);
  }

  async keep(outcomes: ReplayOutcome[]): Promise<void> {
    await this.store.put(this.key, JSON.stringify(outcomes));
    this.kept_ms = performance.now();
  }
}
