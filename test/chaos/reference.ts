import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { ingestWorkflowId, TASK_QUEUES } from '../../core/ids';
import { repositoryRoot } from '../../settings/repositoryRoot';
import { isBackfillFault } from './backfill/backfillFaults';
import { runBackfill } from './backfill/backfillWork';
import { publishWeek, rangeOf } from './backfill/weeks';
import { readIntervals, readSums, type Sums } from './checksums';
import { publishTrial } from './market';
import { openSession, type Session, type SessionOptions } from './session';
import type { Trial } from './trials';

/** What an undisturbed stack makes of the same files. */
export interface Reference {
  seed: number;
  /** Commit that made it: another one's result proves nothing about this one. */
  build: string;
  /** Trials that it covers; each has a day of its own, so that the others need not be there. */
  numbers: readonly number[];
  sums: Sums;
  /** Rows of telemetry of each interval. */
  intervals: Record<string, number>;
}

/** Ranges that one run refines, so that no run is a bulk one. */
const RANGES_A_RUN = 40;
const LARGEST_CHUNK_DAYS = 31;

/**
 * The undisturbed result for some trials of a seed, from the file if it is there, else from a stack started
 * for it.
 */
export async function referenceFor(
  file: string,
  trials: readonly Trial[],
  options: Omit<SessionOptions, 'disturbed'>,
): Promise<Reference> {
  const kept = fs.existsSync(file) ? (JSON.parse(fs.readFileSync(file, 'utf8')) as Reference) : undefined;
  if (
    kept?.seed === options.seed &&
    kept.build === buildOf() &&
    trials.every(({ number }) => kept.numbers?.includes(number))
  )
    return kept;
  const session = await openSession({ ...options, disturbed: false });
  try {
    const reference = await makeReference(session, options.seed, trials);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, JSON.stringify(reference));
    return reference;
  } catch (error) {
    // Told before closing: calls still under way on the connection can end the process then.
    console.error(error);
    throw error;
  } finally {
    await session.close();
  }
}

function buildOf(): string {
  return execFileSync('git', ['rev-parse', 'HEAD'], { cwd: repositoryRoot(), encoding: 'utf8' }).trim();
}

async function makeReference(session: Session, seed: number, trials: readonly Trial[]): Promise<Reference> {
  const weeks = trials.flatMap(({ fault }) => (isBackfillFault(fault) ? [fault.week] : []));
  const live = trials.filter(({ fault }) => !isBackfillFault(fault)).map(({ number }) => number);
  for (let first = 0; first < live.length; first += RANGES_A_RUN)
    await takeIn(session, seed, live.slice(first, first + RANGES_A_RUN));
  if (weeks.length > 0) await fillWeeks(session, seed, weeks);
  return {
    seed,
    build: buildOf(),
    numbers: trials.map(({ number }) => number),
    sums: await readSums(session.trino),
    intervals: await readIntervals(session.trino),
  };
}

/** All weeks in one backfill, in other chunks than the trials have: neither may matter. */
async function fillWeeks({ site, stack }: Session, seed: number, weeks: readonly number[]): Promise<void> {
  for (const week of weeks) publishWeek(site, seed, week);
  const course = { askedAgain: 0, failures: [] };
  await runBackfill(stack, rangeOf(Math.min(...weeks), Math.max(...weeks)), LARGEST_CHUNK_DAYS, course);
  if (course.askedAgain > 0)
    throw new Error(`expected no failure undisturbed, found ${course.failures.join()}`);
}

/**
 * Publishes all intervals before it asks for a run: a file brings corrections of the interval before it, and
 * a run that took in only those of several intervals would be stopped for their missing units.
 */
async function takeIn({ site, client }: Session, seed: number, numbers: number[]): Promise<void> {
  const ranges = numbers.map((number) => publishTrial(site, { seed, number }));
  const [taskQueue, listedSince] = [TASK_QUEUES.control, new Date().toISOString()];
  await Promise.all(
    ranges
      .flatMap(({ starts }) => starts)
      .map((intervalStart) =>
        client.workflow.execute('ingestInterval', {
          workflowId: ingestWorkflowId('nem', intervalStart),
          taskQueue,
          args: [{ pipeline: 'nem', intervalStart, listedSince, refine: false, wait: false }],
        }),
      ),
  );
  const [{ from, to }] = ranges as [(typeof ranges)[number]];
  await client.workflow.execute('ingestRange', {
    workflowId: `run/nem/${from}/${to}`,
    taskQueue,
    args: [{ pipeline: 'nem', from, to }],
  });
}
