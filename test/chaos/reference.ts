import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { TASK_QUEUES } from '../../core/ids';
import { repositoryRoot } from '../../core/repositoryRoot';
import { readIntervals, readSums, type Sums } from './checksums';
import { publishTrial } from './market';
import { openSession, type Session, type SessionOptions } from './session';

/** What an undisturbed stack makes of the same files. */
export interface Reference {
  seed: number;
  /** Commit that made it: another one's result proves nothing about this one. */
  build: string;
  /** Trials 0 to this, exclusive, are covered. */
  trials: number;
  sums: Sums;
  /** Rows of telemetry of each interval. */
  intervals: Record<string, number>;
}

/** Ranges asked for together are refined in one run. */
const RANGES_AT_ONCE = 40;

/** The undisturbed result for the first `trials` trials of a seed, from the file if it is there, else from a stack started for it. */
export async function referenceFor(file: string, trials: number, options: Omit<SessionOptions, 'disturbed'>): Promise<Reference> {
  const kept = fs.existsSync(file) ? (JSON.parse(fs.readFileSync(file, 'utf8')) as Reference) : undefined;
  if (kept?.seed === options.seed && kept.build === buildOf() && kept.trials >= trials) return kept;
  const session = await openSession({ ...options, disturbed: false });
  try {
    const reference = await makeReference(session, options.seed, trials);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, JSON.stringify(reference));
    return reference;
  } finally {
    await session.close();
  }
}

function buildOf(): string {
  return execFileSync('git', ['rev-parse', 'HEAD'], { cwd: repositoryRoot(), encoding: 'utf8' }).trim();
}

async function makeReference(session: Session, seed: number, trials: number): Promise<Reference> {
  const numbers = Array.from({ length: trials }, (_, number) => number);
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let number = numbers[next++]; number !== undefined; number = numbers[next++]) await takeIn(session, seed, number);
  };
  await Promise.all(Array.from({ length: RANGES_AT_ONCE }, worker));
  return { seed, build: buildOf(), trials, sums: await readSums(session.trino), intervals: await readIntervals(session.trino) };
}

async function takeIn({ site, client }: Session, seed: number, number: number): Promise<void> {
  const { from, to } = publishTrial(site, { seed, number });
  await client.workflow.execute('ingestRange', { workflowId: `run/nem/${from}/${to}`, taskQueue: TASK_QUEUES.control, args: [{ pipeline: 'nem', from, to }] });
}
