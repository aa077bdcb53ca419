import type { Client } from '@temporalio/client';
import type { Command } from 'commander';
import { askLane } from '../../activities/runs/support/askLane';
import { laneWorkflowId } from '../../core/ids';
import type { TurnOutcome } from '../../core/lane';
import type { HeldRun, LaneState } from '../../core/runs';
import { getLaneState } from '../../workflows/messages';
import { pipelineOption } from '../support/options';
import { exitCodeOf, failureOf, printJson, say } from '../support/output';
import { lookAtFailedRun, printOffending, registerQuarantine } from './quarantine';
import { withTemporal } from '../support/session';

interface DecideOptions {
  reason: string;
  pipeline: string;
  json?: boolean;
}

export function register(program: Command): void {
  const runs = program
    .command('runs')
    .summary('runs held at a gate')
    .description('Looks at the lane and answers a run that failed a gate.');
  runs
    .command('show [run]')
    .description(
      'What runs, what waits and what holds the lane; of a failed run: what it failed, its ' +
        'files, and what answers it.',
    )
    .addOption(pipelineOption())
    .option('--json', 'print a run as JSON')
    .action(show);
  for (const decision of ['retry', 'override'] as const) {
    runs
      .command(`${decision} <run>`)
      .description(
        decision === 'retry'
          ? 'Runs the held batch again with all records that have come since. Live runs continue when ' +
              'it passes. Files that an earlier answer has quarantined stay quarantined.'
          : 'Merges the held batch, and no later record, although gates and dbt tests fail; the ' +
              'reason stands in the merge commit.',
      )
      .requiredOption('--reason <text>', 'why')
      .addOption(pipelineOption())
      .option('--json', 'print the outcome as JSON')
      .action(async (runId: string, options: DecideOptions) => {
        process.exitCode = await answer(decision, runId, options);
      });
  }
  registerQuarantine(runs);
}

async function show(
  runId: string | undefined,
  { pipeline, json }: { pipeline: string; json?: boolean },
): Promise<void> {
  const lane = await withTemporal(({ client, config }) => readLane(client, pipeline, config.NESSIE_BRANCH));
  if (runId === undefined) return printJson(lane);
  const isHeld = lane?.held?.runId === runId;
  if (isHeld && lane?.held?.failedBranch === null) return showWithoutBranch(lane.held, json);
  const found = await lookAtFailedRun(pipeline, runId);
  const { branch, rules: failed, files } = found;
  const answers = isHeld
    ? ['retry', 'override', 'quarantine'].map(
        (answer) => `npx currents runs ${answer} ${runId} --reason "..."`,
      )
    : [];
  if (json)
    return printJson({
      runId,
      isHeld,
      message: isHeld ? lane?.held?.message : null,
      branch,
      failed,
      files,
      look: `npx currents branch diff ${branch}`,
      answers,
    });
  say(
    isHeld
      ? `run ${runId} holds the lane since ${lane?.held?.since}: ${lane?.held?.message}\n`
      : `run ${runId} failed; it does not hold the lane now\n`,
  );
  printOffending(found);
  say(['look     ', `npx currents branch diff ${branch}`].join(''));
  for (const answer of answers) say(`answer   ${answer}`);
}

/** A run stopped before its gates, because Kafka had lost records, leaves no evidence. */
function showWithoutBranch({ runId, code, message, since }: HeldRun, json?: boolean): void {
  const answers = [`npx currents runs retry ${runId} --reason "..."`];
  if (json)
    return printJson({
      runId,
      isHeld: true,
      message,
      branch: null,
      failed: [],
      files: [],
      look: null,
      answers,
    });
  say(
    `run ${runId} holds the lane since ${since}: ${message}\n  docs/errors.md, ${code}, says ` +
      `what to do before: ${answers[0]}`,
  );
}

/**
 * @returns the exit code: 0 when the run succeeded, 1 when it failed, 2 when the lane rejects the decision.
 */
async function answer(
  decision: 'retry' | 'override',
  runId: string,
  options: DecideOptions,
): Promise<number> {
  let refused: unknown;
  const outcome = await decide(decision, runId, options).catch((error: unknown) => {
    refused = error;
    return { status: 'failed' as const, runId, failure: failureOf(error) };
  });
  if (options.json) printJson(outcome);
  say(
    outcome.status === 'failed'
      ? `${outcome.failure.code}  ${outcome.failure.message}\n  ${outcome.failure.hint}`
      : `run ${outcome.runId}: ${outcome.status}`,
  );
  if (refused !== undefined) return exitCodeOf(refused);
  return outcome.status === 'failed' ? 1 : 0;
}

async function decide(
  decision: 'retry' | 'override',
  runId: string,
  options: DecideOptions,
): Promise<TurnOutcome> {
  return withTemporal(({ client, config }) =>
    askLane(client, {
      pipeline: options.pipeline,
      branch: config.NESSIE_BRANCH,
      kind: 'operator',
      requestedBy: `currents runs ${decision} ${runId}: ${options.reason}`,
      decides: { runId, reason: options.reason },
      ...(decision === 'override' ? { override: { reason: options.reason } } : {}),
    }),
  );
}

/** A worker answers a query; without one Temporal would hold it for half a minute. */
const ANSWER_WITHIN_MS = 4_000;

/** Queries a workflow's state, and gives up when no worker answers in four seconds. */
export async function soon<T>(client: Client, query: () => Promise<T>): Promise<T> {
  return client.connection.withDeadline(Date.now() + ANSWER_WITHIN_MS, query);
}

/** The lane's state, or null when no lane is open: it ends when idle, unless a run holds it. */
export async function readLane(client: Client, pipeline: string, branch: string): Promise<LaneState | null> {
  try {
    return await soon(client, () =>
      client.workflow.getHandle(laneWorkflowId(pipeline, branch)).query(getLaneState),
    );
  } catch {
    return null;
  }
}
