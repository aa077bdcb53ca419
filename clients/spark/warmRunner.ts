import { SparkDriverUnavailableError } from '../../core/errors';
import type { SparkJobProgress, SparkJobSpec, SparkRunner } from './sparkJob';

const CANCEL_PATIENCE_MS = 120_000;

/**
 * The long-lived driver of the five-minute rhythm, asked over HTTP on loopback. It runs one job at a time.
 */
export class WarmRunner implements SparkRunner {
  constructor(private readonly url: string) {}

  async submit(spec: SparkJobSpec): Promise<void> {
    const answer = await this.call('POST', '/jobs', spec);
    if (answer.status === 409) throw new SparkDriverUnavailableError(this.url, 'busy with another job');
    if (!answer.ok)
      throw new SparkDriverUnavailableError(this.url, `${answer.status} ${await answer.text()}`);
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
