import { listedQueries, type ListedQuery } from '../trino/runningQueries';
import { detail, median, type Detail } from './report';

/** The worker's user and dbt's: Trino shows a user no query of another (access-rules.json). */
const USER = 'currents';

/** Trino keeps an ended statement for a minute at least (`query.min-expire-age`). */
const LOOK_EVERY_MS = 15_000;

interface OfRun {
  run: string;
  step: string;
}

/**
 * The statements of refine runs, by step, as the coordinator lists them: each is counted once by its query
 * id and belongs to the run and step that its client tags name. What Spark asks is not there, since Spark
 * does not ask Trino.
 */
export class StatementCount {
  private readonly seen = new Map<string, OfRun>();
  private timer: NodeJS.Timeout | undefined;
  private failed: unknown;

  constructor(private readonly server: string) {}

  /** Looks again and again until `stop`, for work that takes longer than Trino remembers. */
  start(): void {
    this.timer = setInterval(() => void this.look().catch((error) => (this.failed = error)), LOOK_EVERY_MS);
  }

  /** @throws what a look failed by: statements may have been missed. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.look();
    if (this.failed !== undefined) throw this.failed;
  }

  async look(): Promise<void> {
    for (const query of await listedQueries({ server: this.server, user: USER })) {
      const ofRun = runAndStep(query);
      if (ofRun) this.seen.set(query.queryId, ofRun);
    }
  }

  /** The median over the runs of the statements of each step, and of all steps. */
  perRun(runs: readonly string[]): Detail[] {
    const steps = [...new Set([...this.seen.values()].map(({ step }) => step))];
    const countOf = (run: string, step?: string): number =>
      [...this.seen.values()].filter((one) => one.run === run && (step ?? one.step) === one.step).length;
    return [undefined, ...steps].map((step) =>
      detail(
        `statements in Trino, ${step ?? 'all steps'}`,
        median(runs.map((run) => countOf(run, step))),
        'a run',
      ),
    );
  }
}

/** Undefined for a statement of no run. */
export function runAndStep({ session }: ListedQuery): OfRun | undefined {
  const tags = session?.clientTags ?? [];
  const [run, what, ...stages] = tags;
  if (run !== undefined && what === 'gates') return { run, step: `gates ${stages.join(' and ')}` };
  if (run !== undefined && what === 'gate-results') return { run, step: 'merge' };
  const ofDbt = tags.find((tag) => tag.startsWith('run:'));
  return ofDbt === undefined ? undefined : { run: ofDbt.slice(ofDbt.indexOf('/') + 1), step: 'dbt' };
}
