import fs from 'node:fs/promises';
import path from 'node:path';
import type { Config } from '../../settings/config';
import { proxyVariables } from '../../settings/proxies';
import { findSparkJava } from '../../stack/findJava';
import { installation } from '../../stack/layout';
import { UTF8_LOCALE } from '../../stack/services/environment';
import type { ChildProcessResult } from '../processes/childProcess';
import type { SparkJobProgress, SparkJobResult, SparkJobSpec, SparkRunner } from './sparkJob';
import { SparkProcess } from './sparkProcess';

/** Sessions and generated classes leak a little with each job. */
const JOBS_MAX = 20;

/**
 * Runs jobs in Spark processes of their own: what clusters use, and the reference for the warm driver's
 * results. With `stay_ms` a process whose job succeeded waits that long for the next one, since its warm JVM
 * takes half the processor time.
 */
export class SubmitRunner implements SparkRunner {
  private readonly jobs = new Map<string, SparkProcess>();
  private waiting: SparkProcess | undefined;
  private ending: NodeJS.Timeout | undefined;

  constructor(
    private readonly config: Config,
    private readonly stay_ms = 0,
    private readonly python = installation().python,
  ) {}

  async submit(spec: SparkJobSpec): Promise<void> {
    if (this.jobs.has(spec.job_id) || (await this.readResult(spec.job_id))) return;
    const order = { spec: this.file(spec.job_id, 'spec'), result: this.file(spec.job_id, 'result') };
    await fs.mkdir(this.folder(), { recursive: true });
    await fs.writeFile(order.spec, JSON.stringify(spec));
    const taken = this.takeWaiting() ?? new SparkProcess(this.python, this.environment());
    this.jobs.set(spec.job_id, taken);
    taken.run(order);
  }

  async progress(jobId: string): Promise<SparkJobProgress | null> {
    const running = this.jobs.get(jobId);
    // Read before the result: a result written in between must not count as missing.
    const isOver = running?.isOver ?? true;
    const result = await this.readResult(jobId);
    if (result) {
      this.release(jobId, result);
      return { status: result.status, step: 'done', result };
    }
    if (!running) return null;
    return isOver
      ? { status: 'failed', step: 'done', result: withoutResult(jobId, await running.ended) }
      : { status: 'running', step: 'spark-submit' };
  }

  async cancel(jobId: string): Promise<void> {
    await this.jobs.get(jobId)?.abort();
  }

  /** Ends a waiting process; running ones continue and end with this process. */
  close(): void {
    this.takeWaiting()?.close();
  }

  private takeWaiting(): SparkProcess | undefined {
    clearTimeout(this.ending);
    const { waiting } = this;
    this.waiting = undefined;
    return waiting?.isOver ? undefined : waiting;
  }

  /** Reports the job once; then its process waits for the next, or ends. */
  private release(jobId: string, { status }: SparkJobResult): void {
    const done = this.jobs.get(jobId);
    this.jobs.delete(jobId);
    if (!done || done.isOver) return;
    if (this.stay_ms === 0 || status !== 'succeeded' || done.jobs >= JOBS_MAX) return done.close();
    // Only the newest stays: an earlier one may have died since.
    this.close();
    this.waiting = done;
    this.ending = setTimeout(() => this.close(), this.stay_ms).unref();
  }

  private async readResult(jobId: string): Promise<SparkJobResult | null> {
    const text = await fs.readFile(this.file(jobId, 'result'), 'utf8').catch(() => null);
    return text === null ? null : (JSON.parse(text) as SparkJobResult);
  }

  private environment(): NodeJS.ProcessEnv {
    const { config } = this;
    return {
      ...UTF8_LOCALE,
      ...proxyVariables(),
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      JAVA_HOME: findSparkJava(config).home,
      SPARK_LOCAL_IP: '127.0.0.1',
      SPARK_MASTER: config.SPARK_MASTER,
      AWS_ACCESS_KEY_ID: config.AWS_ACCESS_KEY_ID,
      AWS_SECRET_ACCESS_KEY: config.AWS_SECRET_ACCESS_KEY,
      AWS_REGION: config.S3_REGION,
      CURRENTS_PIPELINE_FOLDERS: config.pipelineFolders.join(path.delimiter),
      CURRENTS_PIPELINES: config.pipelines?.join(','),
      CURRENTS_HOME: config.home,
    };
  }

  private folder(): string {
    return path.join(this.config.home, 'spark', 'submit');
  }

  private file(jobId: string, kind: 'spec' | 'result'): string {
    return path.join(this.folder(), `${jobId}.${kind}.json`);
  }
}

function withoutResult(jobId: string, ended: ChildProcessResult): SparkJobResult {
  return {
    job_id: jobId,
    status: 'failed',
    counts: [],
    intervals: { min: null, max: null },
    trading_dates: [],
    unknown_units: [],
    unknown_unit_count: 0,
    steps: [],
    duration_ms: ended.wall_ms,
    error: {
      code: 'SPARK_SUBMIT_ENDED',
      message: `exit ${ended.code ?? ended.signal} without a result`,
      tail: ended.tail,
    },
  };
}
