import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runOwn, type OwnRun } from '../cli/support/ownCommand';
import { say } from '../cli/support/output';
import { readConfig, type Config } from '../settings/config';
import { portsFrom } from '../settings/ports';

/** Far from the default and the tests' own, so that all of them run side by side. */
const BENCH_PORT_BASE = 18_230;

export interface BenchStack {
  config: Config;
  own: OwnRun;
  /** From typing `currents up` to its end. */
  up_ms: number;
}

/**
 * Starts a stack of its own in a temporary folder and calls `work`. Then it takes the stack down with all its
 * data, also when `work` fails or the benchmark is interrupted.
 */
export async function withBenchStack<T>(
  work: (stack: BenchStack) => Promise<T>,
  extra: Record<string, string> = {},
): Promise<T> {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'currents-bench-'));
  const environment = { ...settings(home), ...extra };
  const own: OwnRun = { environment, say };
  try {
    return await orInterrupted(async () => {
      const started_ms = Date.now();
      await runOwn(own, ['up']);
      return work({
        config: readConfig({ ...process.env, ...environment }),
        own,
        up_ms: Date.now() - started_ms,
      });
    });
  } finally {
    await runOwn(own, ['down', '--volumes', '--yes']);
    fs.rmSync(home, { recursive: true, force: true });
  }
}

/** Addresses set for another stack are emptied: a benchmark must never write to a lake in use. */
function settings(home: string): Record<string, string> {
  const elsewhere = [
    'S3_ENDPOINT',
    'S3_FORCE_PATH_STYLE',
    'S3_SSE',
    'S3_SSE_KMS_KEY_ID',
    'KAFKA_BROKERS',
    'NESSIE_URL',
    'TRINO_URL',
    'TEMPORAL_ADDRESS',
    'TEMPORAL_API_KEY',
    'TEMPORAL_TLS',
    'SPARK_DRIVER_URL',
    'NESSIE_BRANCH',
    'CRC_CHECKPOINT_PATH',
    'SPARK_RUNNER',
    'TEMPORAL_NAMESPACE',
    'NEM_BUCKET',
    'LAKE_BUCKET',
  ];
  return {
    ...Object.fromEntries(elsewhere.map((name) => [name, ''])),
    CURRENTS_HOME: home,
    CURRENTS_PORT_BASE: String(BENCH_PORT_BASE),
    CURRENTS_SIMULATED: 'true',
    // The bench serves the site itself.
    NEM_REQUESTS_PER_SECOND: '50',
    API_URL: `http://127.0.0.1:${portsFrom(BENCH_PORT_BASE).site}`,
  };
}

/** A signal ends the work by an error, so that what was started is still taken down. */
async function orInterrupted<T>(work: () => Promise<T>): Promise<T> {
  let interrupt = (): void => undefined;
  const interrupted = new Promise<never>((_, reject) => {
    interrupt = () => reject(new Error('interrupted'));
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, interrupt);
  try {
    return await Promise.race([work(), interrupted]);
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.removeListener(signal, interrupt);
  }
}
