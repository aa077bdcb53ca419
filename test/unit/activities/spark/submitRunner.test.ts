import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { SubmitRunner } from '../../../../clients/spark/submitRunner';
import type { SparkJobProgress, SparkJobSpec } from '../../../../clients/spark/sparkJob';
import { readConfig } from '../../../../settings/config';

/**
 * Stands for spark/submit.py: its result names its process; a job `failing` fails and ends it, `dying` ends
 * without a word, `endless` stays.
 */
const FAKE = `#!/usr/bin/env node
const fs = require('node:fs');
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const { spec, result } = JSON.parse(line);
  const { job_id } = JSON.parse(fs.readFileSync(spec, 'utf8'));
  if (job_id.startsWith('dying')) process.exit(9);
  if (job_id.startsWith('endless')) return;
  const status = job_id.startsWith('failing') ? 'failed' : 'succeeded';
  fs.writeFileSync(result + '.part', JSON.stringify({ job_id, status, error: null, duration_ms: process.pid }));
  fs.renameSync(result + '.part', result);
  if (status === 'failed') process.exit(1);
}).on('close', () => process.exit(0));
`;

describe('SubmitRunner', () => {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'currents-submit-'));
  const python = path.join(home, 'python');
  const runners: SubmitRunner[] = [];
  beforeAll(() => fs.writeFileSync(python, FAKE, { mode: 0o755 }));
  afterAll(() => {
    runners.forEach((runner) => runner.close());
    fs.rmSync(home, { recursive: true, force: true });
  });

  const runnerThatStays = (stay_ms: number): SubmitRunner => {
    const runner = new SubmitRunner({ ...readConfig({}), home }, stay_ms, python);
    runners.push(runner);
    return runner;
  };
  const start = (runner: SubmitRunner, job_id: string): Promise<void> =>
    runner.submit({ job_id } as SparkJobSpec);
  const run = async (runner: SubmitRunner, job_id: string): Promise<SparkJobProgress> => {
    await start(runner, job_id);
    for (;;) {
      const state = await runner.progress(job_id);
      if (state?.status !== 'running') return state!;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  const processOf = ({ result }: SparkJobProgress): number => result!.duration_ms;
  const hasEnded = async (pid: number): Promise<void> => {
    while (fs.existsSync(`/proc/${pid}`)) await new Promise((resolve) => setTimeout(resolve, 10));
  };

  it('gives each job a process of its own, which ends with it', async () => {
    const runner = runnerThatStays(0);
    const [first, second] = [await run(runner, 'a1'), await run(runner, 'a2')];
    expect(processOf(first)).not.toBe(processOf(second));
    await Promise.all([hasEnded(processOf(first)), hasEnded(processOf(second))]);
  });

  it('gives the next job the process that stayed, and ends it when none comes', async () => {
    const runner = runnerThatStays(300);
    const [first, second] = [await run(runner, 'b1'), await run(runner, 'b2')];
    expect(processOf(first)).toBe(processOf(second));
    await hasEnded(processOf(first));
    expect(processOf(await run(runner, 'b3'))).not.toBe(processOf(first));
  });

  it('never gives a job the process of one that failed or that is busy', async () => {
    const runner = runnerThatStays(60_000);
    const failed = await run(runner, 'failing');
    expect(failed.status).toBe('failed');
    await start(runner, 'endless-1');
    const beside = await run(runner, 'c1');
    expect(beside.status).toBe('succeeded');
    expect(await runner.progress('endless-1')).toMatchObject({ status: 'running' });
    await runner.cancel('endless-1');
    expect(await runner.progress('endless-1')).toMatchObject({
      status: 'failed',
      result: { error: { code: 'SPARK_SUBMIT_ENDED' } },
    });
    expect(processOf(await run(runner, 'c2'))).toBe(processOf(beside));
  });

  it('says so when a process ends without a result, and knows the results of earlier workers', async () => {
    const runner = runnerThatStays(60_000);
    expect(await run(runner, 'dying')).toMatchObject({
      status: 'failed',
      result: { error: { code: 'SPARK_SUBMIT_ENDED', message: 'exit 9 without a result' } },
    });
    expect(await runner.progress('a1')).toMatchObject({ status: 'succeeded' });
    expect(await runner.progress('unheard-of')).toBeNull();
  });
});
