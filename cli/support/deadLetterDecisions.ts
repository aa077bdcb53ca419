import type { Command } from 'commander';
import {
  DEFAULT_DEAD_LETTER_LIMIT,
  DEFAULT_MAX_ATTEMPTS,
  type DiscardInput,
  type DiscardResult,
  type ReplayInput,
  type ReplayResult,
} from '../../core/deadLetters/deadLetters';
import { runIdAt, TASK_QUEUES } from '../../core/ids';
import { filterOf, limitOf, withFilter, type FilterOptions } from './deadLetterFilter';
import { InvalidArgumentError } from './errors';
import { exitCodeOf, failureOf, printJson, say } from './output';
import { followed } from './progress';
import { withTemporal } from './session';
import { userName } from './userName';

interface DecisionOptions extends FilterOptions {
  by: string;
  reason?: string;
  dryRun?: boolean;
  maxAttempts: string;
  json?: boolean;
}

export function registerDecisions(letters: Command): void {
  const replay = letters
    .command('replay [ids...]')
    .description(
      'Sends dead letters through the normal way again. What is repaired is not touched.\n' +
        "Rows and files are read again from their landed bytes, with today's parser and rules.",
    )
    .option(
      '--max-attempts <n>',
      'dead letters that were tried so often stay failed',
      String(DEFAULT_MAX_ATTEMPTS),
    )
    .option('--reason <text>', 'why');
  decisionOptions(withFilter(replay)).action((ids: string[], options: DecisionOptions) =>
    decide(() => startReplay(ids, options), options.json, printReplay),
  );
  const discard = letters
    .command('discard [ids...]')
    .description('Marks dead letters as discarded, with who and why. Deletes nothing.')
    .requiredOption('--reason <text>', 'why');
  decisionOptions(withFilter(discard)).action((ids: string[], options: DecisionOptions) =>
    decide(() => startDiscard(ids, options), options.json, printDiscard),
  );
}

function decisionOptions(command: Command): Command {
  return command
    .option('--by <who>', 'who decides', userName())
    .option('--dry-run', 'say what would be done, and do nothing')
    .option('--limit <n>', 'most dead letters at once (2000 at most)', String(DEFAULT_DEAD_LETTER_LIMIT))
    .option('--json', 'print the result as JSON');
}

/** Exit code 0 on success, 1 when dead letters failed again or the run failed, 2 for an invalid call. */
async function decide<Result extends { status: string }>(
  run: () => Promise<Result>,
  asJson: boolean | undefined,
  print: (result: Result) => void,
): Promise<void> {
  try {
    const result = await run();
    if (asJson) printJson(result);
    else print(result);
    process.exitCode = Number((result as Result & { failed?: number }).failed ?? 0) > 0 ? 1 : 0;
  } catch (error) {
    const { code, message, hint, details } = failureOf(error);
    if (asJson) printJson({ status: 'failed', code, message, hint, details });
    say(`${code}  ${message}\n  ${hint}`);
    process.exitCode = details.kind === 'user' ? 2 : exitCodeOf(error);
  }
}

async function startReplay(ids: string[], options: DecisionOptions): Promise<ReplayResult> {
  const maxAttempts = Number(options.maxAttempts);
  if (!Number.isInteger(maxAttempts) || maxAttempts < 1)
    throw new InvalidArgumentError('--max-attempts', 'a positive whole number', options.maxAttempts);
  const { by: requestedBy, reason, dryRun, pipeline } = options;
  return run<ReplayInput, ReplayResult>('replayDeadLetters', 'replay', {
    pipeline,
    filter: filterOf(options, ids),
    dryRun,
    maxAttempts,
    limit: limitOf(options),
    requestedBy,
    reason,
  });
}

async function startDiscard(ids: string[], options: DecisionOptions): Promise<DiscardResult> {
  const { by: requestedBy, reason = '', dryRun, pipeline } = options;
  return run<DiscardInput, DiscardResult>('discardDeadLetters', 'discard', {
    pipeline,
    filter: filterOf(options, ids),
    dryRun,
    limit: limitOf(options),
    requestedBy,
    reason,
  });
}

/** One workflow a decision; its id sorts by time. */
async function run<Input extends { pipeline: string; requestedBy?: string }, Result>(
  workflowType: string,
  prefix: string,
  input: Input,
): Promise<Result> {
  return withTemporal(async ({ client, config }) => {
    const handle = await client.workflow.start(workflowType, {
      workflowId: `${prefix}/${input.pipeline}/${runIdAt(Date.now())}`,
      taskQueue: TASK_QUEUES.control,
      args: [{ branch: config.NESSIE_BRANCH, ...input }],
      staticSummary:
        `${input.pipeline}: ${prefix} dead letters, requested by ${input.requestedBy ?? ''}`.slice(0, 200),
    });
    return followed<Result>(handle, prefix);
  });
}

function printReplay(result: ReplayResult): void {
  const { matching, claimed, exhausted, busy, remaining, published, repaired, failed, failures, byReason } =
    result;
  if (result.status === 'dry_run')
    for (const [reason, count] of Object.entries(byReason)) say(`would replay ${count} ${reason}`);
  else
    say(
      `${claimed} of ${matching} dead letters claimed, ${published} published, ${repaired} ` +
        `repaired, ${failed} failed${result.runId ? ` (run ${result.runId})` : ''}`,
    );
  for (const { id, attempt, detail } of failures) say(`  ${id} attempt ${attempt}: ${detail}`);
  if (exhausted > 0) say(`${exhausted} have no attempts left; --max-attempts gives them more`);
  if (busy > 0) say(`${busy} are claimed by a replay that is running`);
  if (remaining > 0 && result.status !== 'dry_run') say(`${remaining} more fit; run it again for the next`);
}

function printDiscard({ status, discarded, remaining, byReason }: DiscardResult): void {
  if (status === 'dry_run')
    for (const [reason, count] of Object.entries(byReason)) say(`would discard ${count} ${reason}`);
  else
    say(
      `${discarded} dead letters ` +
        `discarded${remaining > 0 ? `; ${remaining} more fit: run it again for the next` : ''}`,
    );
}
