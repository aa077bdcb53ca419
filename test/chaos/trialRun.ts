import {
  WorkflowFailedError,
  WorkflowIdConflictPolicy,
  WorkflowNotFoundError,
  type Client,
} from '@temporalio/client';
import { ingestWorkflowId, TASK_QUEUES } from '../../core/ids';
import { differences, readSums } from './checksums';
import { impossible, inject } from './faults';
import { findLeaks, findLedgerFaults } from './leaks';
import { dayOf, publishTrial } from './market';
import type { Watched } from './points';
import type { Reader, ReaderFindings } from './reader';
import type { Reference } from './reference';
import { publishToyTrial, startToyRun, TENANTS, toyDifferences } from './secondTenant';
import type { Session } from './session';
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

/** What happens in the course of a trial, in order. */
interface Course {
  done: string[];
  missed: string[];
  askedAgain: number;
  failures: string[];
}

const SETTLES_WITHIN_MS = 90_000;
const MOST_ASKS = 3;
const TRIAL_ENDS_WITHIN_MS = 15 * 60_000;

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
    pipelines: TENANTS,
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
  await session.stack.untilHealthy();
  const range = publishTrial(session.site, trial);
  await publishToyTrial(session.stack, trial);
  let isOver = false;
  const ids = {
    range: `run/nem/${range.from}/${range.to}`,
    ingest: ingestWorkflowId('nem', range.starts[0]!),
  };
  const watched: Watched = { client: session.client, ids, since: new Date(), isOver: () => isOver };
  const { client } = session;
  const market = runToEnd(client, () => start(client, range, ids.range), ids.range, course).finally(
    () => (isOver = true),
  );
  const toyId = `run/toy/${trial.number}`;
  const toy = runToEnd(client, () => startToyRun(client, toyId), toyId, course);
  const all = await Promise.allSettled([market, toy, inject({ session, trial, watched, range, ...course })]);
  await session.stack.untilHealthy();
  const failures = all.flatMap((settled) => (settled.status === 'rejected' ? [String(settled.reason)] : []));
  const checks = await settled(session, trial, reference);
  return [...failures, ...checks];
}

/**
 * Waits for the run as a command does, through outages of Temporal; asks again when it has failed, as an
 * operator would.
 */
async function runToEnd(
  client: Client,
  start: () => Promise<void>,
  workflowId: string,
  course: Course,
): Promise<void> {
  const deadline_ms = Date.now() + TRIAL_ENDS_WITHIN_MS;
  let isStarted = false;
  for (;;) {
    try {
      if (!isStarted) await start();
      isStarted = true;
      await client.workflow.getHandle(workflowId).result();
      return;
    } catch (error) {
      if (Date.now() > deadline_ms)
        throw new Error(
          `expected the run to end within ${TRIAL_ENDS_WITHIN_MS / 60_000} minutes: ${String(error)}`,
        );
      if (error instanceof WorkflowNotFoundError) isStarted = false;
      if (error instanceof WorkflowFailedError) {
        course.failures.push(rootMessage(error));
        if (++course.askedAgain > MOST_ASKS) throw error;
        isStarted = false;
      }
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  }
}

async function start(
  client: Client,
  { from, to }: { from: string; to: string },
  workflowId: string,
): Promise<void> {
  await client.workflow.start('ingestRange', {
    workflowId,
    taskQueue: TASK_QUEUES.control,
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
    args: [{ pipeline: 'nem', from, to }],
  });
}

/** Some things end a moment after the run; what has not ended by then never will. */
async function settled(session: Session, trial: Trial, reference: Reference): Promise<string[]> {
  const deadline_ms = Date.now() + SETTLES_WITHIN_MS;
  for (;;) {
    const problems = await check(session, trial, reference).catch((error: unknown) => [
      `could not be checked: ${String(error)}`,
    ]);
    if (problems.length === 0 || Date.now() > deadline_ms) return problems;
    await new Promise((resolve) => setTimeout(resolve, 2_000));
  }
}

async function check(
  { stack, client, trino }: Session,
  trial: Trial,
  reference: Reference,
): Promise<string[]> {
  const outside = { stack, client, trino };
  const leaks = await findLeaks(outside);
  const ledger = await findLedgerFaults(outside);
  const day = dayOf(trial.number);
  const toy = await toyDifferences(trino, trial);
  return [...leaks, ...ledger, ...toy, ...differences(await readSums(trino, [day]), reference.sums, [day])];
}

function rootMessage(error: Error): string {
  let root: Error = error;
  while (root.cause instanceof Error) root = root.cause;
  return `${root.name} ${(root as { type?: string }).type ?? ''} ${root.message}`.slice(0, 300);
}
