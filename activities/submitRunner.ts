import fs from 'node:fs/promises';
import path from 'node:path';
import type { Config } from '../core/config';
import { repositoryRoot } from '../core/repositoryRoot';
import { findSparkJava } from '../stack/findJava';
import { runChildProcess, type ChildProcessResult } from './childProcess';
import type { SparkJobProgress, SparkJobResult, SparkJobSpec, SparkRunner } from './sparkJob';

interface RunningJob {
  abort: AbortController;
  ended: Promise<ChildProcessResult>;
  isOver: boolean;
}

/** A spark-submit process per job: what clusters use, and the reference for the warm driver's results. */
export class SubmitRunner implements SparkRunner {
  private readonly jobs = new Map<string, RunningJob>();

  constructor(private readonly config: Config) {}

  async submit(spec: SparkJobSpec): Promise<void> {
    if (this.jobs.has(spec.job_id)) return;
    await fs.mkdir(this.folder(), { recursive: true });
    await fs.writeFile(this.file(spec.job_id, 'spec'), JSON.stringify(spec));
    const abort = new AbortController();
    const ended = runChildProcess({
      command: path.join(repositoryRoot(), '.stack/venv/bin/python'),
      args: [path.join(repositoryRoot(), 'spark/submit.py'), '--spec', this.file(spec.job_id, 'spec'), '--result', this.file(spec.job_id, 'result'), '--with-parent'],
      env: this.environment(), signal: abort.signal, interruptSignal: 'SIGTERM', grace_ms: 20_000,
    });
    const job: RunningJob = { abort, ended, isOver: false };
    this.jobs.set(spec.job_id, job);
    void ended.finally(() => {
      job.isOver = true;
    }).catch(() => undefined);
  }

  async progress(jobId: string): Promise<SparkJobProgress | null> {
    const job = this.jobs.get(jobId);
    if (job && !job.isOver) return { status: 'running', step: 'spark-submit' };
    const result = await this.readResult(jobId);
    if (result) return { status: result.status, step: 'done', result };
    return job ? { status: 'failed', step: 'done', result: withoutResult(jobId, await job.ended) } : null;
  }

  async cancel(jobId: string): Promise<void> {
    const job = this.jobs.get(jobId);
    job?.abort.abort();
    await job?.ended;
  }

  private async readResult(jobId: string): Promise<SparkJobResult | null> {
    const text = await fs.readFile(this.file(jobId, 'result'), 'utf8').catch(() => null);
    return text === null ? null : (JSON.parse(text) as SparkJobResult);
  }

  private environment(): NodeJS.ProcessEnv {
    const { config } = this;
    return {
      PATH: process.env.PATH, HOME: process.env.HOME, JAVA_HOME: findSparkJava(config).home, SPARK_LOCAL_IP: '127.0.0.1', SPARK_MASTER: config.SPARK_MASTER,
      AWS_ACCESS_KEY_ID: config.AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY: config.AWS_SECRET_ACCESS_KEY, AWS_REGION: config.S3_REGION, CURRENTS_HOME: config.home,
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
    job_id: jobId, status: 'failed', counts: [], intervals: { min: null, max: null }, trading_dates: [], unknown_units: [], unknown_unit_count: 0, steps: [], duration_ms: ended.wall_ms,
    error: { code: 'SPARK_SUBMIT_ENDED', message: `exit ${ended.code ?? ended.signal} without a result`, tail: ended.tail },
  };
}
