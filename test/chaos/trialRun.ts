import { backfillWork } from './backfill/backfillWork';
import { isBackfillFault } from './backfill/backfillFaults';
import { differences, readSums } from './checksums';
import { impossible, inject } from './faults';
import { findLeaks, findLedgerFaults } from './leaks';
import { liveWork } from './liveWork';
import type { Watched } from './points';
import type { Reader, ReaderFindings } from './reader';
import type { Reference } from './reference';
import { runToEnd } from './runToEnd';
import { publishToyTrial, startTenantRun, toyDifferences } from './secondTenant';
import type { Session } from './session';
import { telemetryDifferences } from './telemetryTenant';
import type { Course, TrialWork } from './trialWork';
import { describeFault, type Trial } from './trials';
import { verdictOf, type Status } from './verdict';

export interface TrialResult {
  number: number;
  seed: number;
  kind: string;
  fault: string;
  /** Pipelines that ran side by side; unknown to results of before 0.2, which had one. */
  pipelines?: readonly string[];
  status: Status;
  /** What was disturbed, as it happened. */
  done: string[];
  /** Why it failed, was missed or left out; one line each. */
  problems: string[];
  /** How often an operator had to ask again, because the workflow itself had failed. */
  askedAgain: number;
  /** The failures of those workflows. */
  failures: string[];
  seconds: number;
  reader: ReaderFindings;
  at: string;
}

const SETTLES_WITHIN_MS = 90_000;

/** One disturbed run, from publishing its files to the comparison of every table with the undisturbed run. */
export async function runTrial(
  session: Session,
  trial: Trial,
  reference: Reference,
  reader: Reader,
): Promise<TrialResult> {
  const started_ms = Date.now();
  const course: Course = { done: [], missed: [], askedAgain: 0, failures: [] };
  const reason = impossible(trial.fault.kind, session);
  const found = reason
    ? []
    : await disturbAndCheck(session, trial, reference, course).catch((error: unknown) => [
        `harness or stack: ${String(error)}`,
      ]);
  const seen = reader.take();
  const { done, missed, askedAgain, failures } = course;
  return {
    number: trial.number,
    seed: trial.seed,
    kind: trial.fault.kind,
    fault: describeFault(trial.fault),
    pipelines: session.stack.tenants,
    ...verdictOf({
      impossible: reason,
      problems: found,
      violations: seen.violations,
      missed,
      looks: seen.looks,
    }),
    done,
    askedAgain,
    failures,
    seconds: Math.round((Date.now() - started_ms) / 1000),
    reader: seen,
    at: new Date().toISOString(),
  };
}

async function disturbAndCheck(
  session: Session,
  trial: Trial,
  reference: Reference,
  course: Course,
): Promise<string[]> {
  const { client, stack } = session;
  await stack.untilHealthy();
  const work = workOf(session, trial);
  await publishToyTrial(stack, trial);
  await session.flow?.begin(trial);
  let isOver = false;
  const watched: Watched = { client, ids: work.ids, since: new Date(), isOver: () => isOver };
  const market = work.run(course).finally(() => (isOver = true));
  const toy = tenantRun(session, 'toy', String(trial.number), course);
  const telemetry = session.flow ? tenantRun(session, 'iot', String(trial.number), course) : undefined;
  const disturbed = inject({ session, trial, watched, range: work.range, ...course });
  const all = await Promise.allSettled([market, toy, telemetry, disturbed]);
  await stack.untilHealthy();
  if (session.flow) all.push(...(await Promise.allSettled([restOfTelemetry(session, trial, course)])));
  const failures = all.flatMap((each) => (each.status === 'rejected' ? [String(each.reason)] : []));
  if (failures.length === 0) await work.proof?.(watched, course);
  return [...failures, ...(await settled(session, trial, work.days, reference))];
}

function tenantRun({ client }: Session, pipeline: string, name: string, course: Course): Promise<void> {
  const id = `run/${pipeline}/${name}`;
  return runToEnd(client, () => startTenantRun(client, pipeline, id), id, course);
}

/** What was sent while the first run was at work. */
async function restOfTelemetry(session: Session, { number }: Trial, course: Course): Promise<void> {
  await session.flow!.end();
  await tenantRun(session, 'iot', `${number}/rest`, course);
}

function workOf(session: Session, trial: Trial): TrialWork {
  const { fault, seed } = trial;
  return isBackfillFault(fault) ? backfillWork(session, seed, fault) : liveWork(session, trial);
}

/** Some things end a moment after the run; what has not ended by then never will. */
async function settled(
  session: Session,
  trial: Trial,
  days: readonly string[],
  reference: Reference,
): Promise<string[]> {
  const deadline_ms = Date.now() + SETTLES_WITHIN_MS;
  for (;;) {
    const problems = await check(session, trial, days, reference).catch((error: unknown) => [
      `could not be checked: ${String(error)}`,
    ]);
    if (problems.length === 0 || Date.now() > deadline_ms) return problems;
    await new Promise((resolve) => setTimeout(resolve, 2_000));
  }
}

async function check(
  { stack, client, trino, flow }: Session,
  trial: Trial,
  days: readonly string[],
  reference: Reference,
): Promise<string[]> {
  const outside = { stack, client, trino };
  const leaks = await findLeaks(outside);
  const ledger = await findLedgerFaults(outside);
  const toy = await toyDifferences(trino, trial);
  const telemetry = flow ? await telemetryDifferences(stack, trino, flow) : [];
  return [
    ...leaks,
    ...ledger,
    ...toy,
    ...telemetry,
    ...differences(await readSums(trino, days), reference.sums, days),
  ];
}
