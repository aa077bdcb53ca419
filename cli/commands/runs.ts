import type { Command } from 'commander';
import { askLane } from '../../activities/runs/support/askLane';
import type { TurnOutcome } from '../../core/lane';
import type { HeldRun } from '../../core/runs';
import { pipelineOption } from '../support/options';
import { exitCodeOf, failureOf, printJson, say } from '../support/output';
import { readLane } from '../support/readLane';
import { withTemporal } from '../support/session';
import { lookAtFailedRun, printOffending, registerQuarantine } from './quarantine';

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
              'merge commit keeps the reason.',
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
  const held = lane?.held?.runId === runId ? lane.held : null;
  if (held?.failedBranch === null) return showWithoutBranch(held, json);
  await showFailed(pipeline, runId, held, json);
}

async function showFailed(
  pipeline: string,
  runId: string,
  held: HeldRun | null,
  json = false,
): Promise<void> {
  const found = await lookAtFailedRun(pipeline, runId);
  const { branch, rules: failed, files } = found;
  const look = `npx currents branch diff ${branch}`;
  const answers = held ? ['retry', 'override', 'quarantine'].map((answer) => answerTo(runId, answer)) : [];
  const [isHeld, message] = [held !== null, held?.message ?? null];
  if (json) return printJson({ runId, isHeld, message, branch, failed, files, look, answers });
  say(
    held
      ? `run ${runId} holds the lane since ${held.since}: ${held.message}\n`
      : `run ${runId} failed; it does not hold the lane now\n`,
  );
  printOffending(found);
  say(`look     ${look}`);
  for (const answer of answers) say(`answer   ${answer}`);
}

function answerTo(runId: string, answer: string): string {
  return `npx currents runs ${answer} ${runId} --reason "..."`;
}

/** A run stopped before its gates, because Kafka had lost records, leaves no evidence. */
function showWithoutBranch({ runId, code, message, since }: HeldRun, json?: boolean): void {
  const answers = [answerTo(runId, 'retry')];
  const nothing = { branch: null, failed: [], files: [], look: null };
  if (json) return printJson({ runId, isHeld: true, message, ...nothing, answers });
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
  let rejection: unknown;
  const outcome = await decide(decision, runId, options).catch((error: unknown) => {
    rejection = error;
    return { status: 'failed' as const, runId, failure: failureOf(error) };
  });
  if (options.json) printJson(outcome);
  say(
    outcome.status === 'failed'
      ? `${outcome.failure.code}  ${outcome.failure.message}\n  ${outcome.failure.hint}`
      : `run ${outcome.runId}: ${outcome.status}`,
  );
  if (rejection !== undefined) return exitCodeOf(rejection);
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
