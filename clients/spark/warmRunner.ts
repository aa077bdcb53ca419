import { setTimeout as sleep } from 'node:timers/promises';
import { SparkDriverUnavailableError } from './errors';
import { busyText } from './busyDriver';
import type { SparkJobProgress, SparkJobSpec, SparkRunner, Waiting } from './sparkJob';
import { TurnQueue } from './turnQueue';

const CANCEL_PATIENCE_MS = 120_000;
const ASK_AGAIN_MS = 500;
/** A driver that was recycled or has crashed answers again after some 10 s on an idle machine. */
const RESTART_PATIENCE_MS = 5 * 60_000;

/**
 * The long-lived driver of the five-minute runs, reached over HTTP on loopback. It runs one job at a time:
 * jobs of this process wait in a queue, first come first served, and the first one polls until the driver
 * accepts it. A neighbour's job is a normal condition, so waiting for it costs no attempt of an activity; nor
 * does a driver that restarts.
 */
export class WarmRunner implements SparkRunner {
  private readonly queue = new TurnQueue();

  constructor(
    private readonly url: string,
    private readonly restartPatience_ms = RESTART_PATIENCE_MS,
  ) {}

  /** A job that the driver has already is not queued. @throws the signal's reason when the wait is ended */
  async submit(spec: SparkJobSpec, waiting: Waiting): Promise<void> {
    if (await this.whileRestarting(waiting, () => this.progress(spec.job_id))) return;
    const before = this.queue.size;
    if (before > 0) waiting.onWait(`waiting for the Spark driver behind ${before} other jobs`);
    await this.queue.run(waiting.signal, async () => {
      for (;;) {
        const busy = await this.whileRestarting(waiting, () => this.offer(spec));
        if (busy === null) return;
        waiting.onWait(`waiting for the Spark driver, ${busy}`);
        await sleep(ASK_AGAIN_MS, undefined, { signal: waiting.signal }).catch(() => undefined);
        waiting.signal.throwIfAborted();
      }
    });
  }

  /**
   * @returns null when the driver has taken the job, else its running job
   */
  private async offer(spec: SparkJobSpec): Promise<string | null> {
    const answer = await this.call('POST', '/jobs', spec);
    if (answer.status === 409) return busyText(await answer.text());
    if (!answer.ok)
      throw new SparkDriverUnavailableError(this.url, `${answer.status} ${await answer.text()}`);
    return null;
  }

  private async whileRestarting<T>(waiting: Waiting, ask: () => Promise<T>): Promise<T> {
    const deadline_ms = performance.now() + this.restartPatience_ms;
    for (;;) {
      waiting.signal.throwIfAborted();
      try {
        return await ask();
      } catch (error) {
        if (!(error instanceof SparkDriverUnavailableError) || performance.now() > deadline_ms) throw error;
        waiting.onWait(`waiting for the Spark driver, which does not answer: ${error.message}`);
        await sleep(ASK_AGAIN_MS, undefined, { signal: waiting.signal }).catch(() => undefined);
      }
    }
  }

  async progress(jobId: string): Promise<SparkJobProgress | null> {
    const answer = await this.call('GET', `/jobs/${encodeURIComponent(jobId)}`);
    if (answer.status === 404) return null;
    if (!answer.ok)
      throw new SparkDriverUnavailableError(this.url, `${answer.status} ${await answer.text()}`);
    return (await answer.json()) as SparkJobProgress;
  }

  async cancel(jobId: string): Promise<void> {
    const answer = await this.call(
      'POST',
      `/jobs/${encodeURIComponent(jobId)}/cancel`,
      undefined,
      CANCEL_PATIENCE_MS,
    );
    if (!answer.ok && answer.status !== 404)
      throw new SparkDriverUnavailableError(this.url, `${answer.status} ${await answer.text()}`);
  }

  private async call(method: string, path: string, body?: unknown, timeout_ms = 10_000): Promise<Response> {
    try {
      return await fetch(`${this.url}${path}`, {
        method,
        signal: AbortSignal.timeout(timeout_ms),
        ...(body === undefined
          ? {}
          : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      });
    } catch (error) {
      throw new SparkDriverUnavailableError(this.url, error);
    }
  }
}
