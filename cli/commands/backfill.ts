import type { WorkflowHandle } from '@temporalio/client';
import { Option, type Command } from 'commander';
import { backfillSettings, type BackfillInput, type BackfillSettings } from '../../core/backfill';
import { pipelineNamed } from '../../pipelines/registry';
import type { BackfillState } from '../../workflows/backfillState';
import {
  getBackfillProgress,
  pauseBackfill,
  resumeBackfill,
  setBackfillConcurrency,
} from '../../workflows/messages';
import { askOnTerminal } from '../support/askOnTerminal';
import { backfillOutcome, showPlan } from '../support/backfillReport';
import { askBackfill, backfillIdOf, startBackfill } from '../support/backfillWorkflow';
import { pipelineOption } from '../support/options';
import { printJson, reportRunFailure, say } from '../support/output';
import { followed } from '../support/progress';
import { withTemporal, type Session } from '../support/session';

interface BackfillOptions {
  from: string;
  to: string;
  pipeline: string;
  mode: BackfillInput['mode'];
  order: BackfillInput['order'];
  chunk: string;
  concurrency: string;
  dryRun?: boolean;
  yes?: boolean;
  override?: string;
  json?: boolean;
}

export function register(program: Command): void {
  const backfill = program
    .command('backfill')
    .summary("fill a range from the source's archives")
    .description(
      'Plans what is missing in a range, shows the plan and asks. Then it lands archives and ' +
        'refines them in bulk, behind live runs.\n' +
        'Example: currents backfill --from 2026-01-01 --to 2026-02-01',
    )
    .option('--from <iso>', 'start of the range, inclusive (required)')
    .option('--to <iso>', 'end of the range, exclusive (required)')
    .addOption(pipelineOption())
    .addOption(
      new Option(
        '--mode <mode>',
        'missing: what the lake does not have; failed: landed but never merged; all: everything listed',
      )
        .choices(['missing', 'failed', 'all'])
        .default('missing'),
    )
    .addOption(
      new Option('--order <order>', 'which chunk first').choices(['newest', 'oldest']).default('newest'),
    )
    .option('--chunk <days>', 'days per refine run, counted from the first of each month', '7')
    .option('--concurrency <n>', 'archives landed at once', '2')
    .option('--dry-run', 'show the plan only')
    .option('--yes', 'do not ask')
    .option(
      '--override <reason>',
      'merge chunks although gates or dbt tests fail; the merge commit keeps the reason',
    )
    .option('--json', 'print the outcome as JSON on stdout')
    .action(async (options: BackfillOptions) => {
      requireRange(backfill, options);
      process.exitCode = await runBackfill(options);
    });
  registerControls(backfill);
}

/** Not `requiredOption`: that would require them for `backfill status` and the other subcommands too. */
function requireRange(command: Command, options: Partial<BackfillOptions>): void {
  const missing = (['from', 'to'] as const).find((name) => options[name] === undefined);
  if (missing)
    command.error(`error: required option '--${missing} <iso>' not specified`, {
      code: 'commander.missingMandatoryOptionValue',
    });
}

/** A backfill is named by its workflow id, which every answer of `currents backfill` shows. */
function registerControls(backfill: Command): void {
  const control = (name: string, about: string): Command =>
    backfill.command(`${name} <workflow-id>`).description(about);
  control('status', 'How far a backfill is.').action(async (id: string) =>
    printJson(await ask(id, (handle) => handle.query(getBackfillProgress))),
  );
  control('pause', 'Finishes what is in progress and starts nothing new.')
    .requiredOption('--reason <text>', 'why')
    .action((id: string, options: { reason: string }) =>
      change(id, 'paused', (handle) => handle.executeUpdate(pauseBackfill, { args: [options] })),
    );
  control('resume', 'Continues a paused backfill.').action((id: string) =>
    change(id, 'resumed', (handle) => handle.executeUpdate(resumeBackfill)),
  );
  control('concurrency', 'Archives landed at once, from now on.')
    .requiredOption('--limit <n>', '1 to 8')
    .action((id: string, { limit }: { limit: string }) =>
      change(id, `concurrency ${limit}`, (handle) =>
        handle.executeUpdate(setBackfillConcurrency, { args: [{ concurrency: Number(limit) }] }),
      ),
    );
}

type Call<T> = (handle: WorkflowHandle) => Promise<T>;

async function ask<T>(workflowId: string, call: Call<T>): Promise<T> {
  return withTemporal(({ client }) => askBackfill(client, workflowId, call));
}

async function change(workflowId: string, done: string, call: Call<void>): Promise<void> {
  await ask(workflowId, call);
  say(`${workflowId}: ${done}`);
}

/**
 * @returns the exit code: 0 when the range is filled or only planned, 1 when not or declined, 2 for an
 *   invalid call.
 */
async function runBackfill(options: BackfillOptions): Promise<number> {
  try {
    return await withTemporal((session) => planAndRun(session, options));
  } catch (error) {
    return reportRunFailure(error, options.pipeline, options.json);
  }
}

async function planAndRun(session: Session, options: BackfillOptions): Promise<number> {
  pipelineNamed(options.pipeline);
  const settings = backfillSettings({
    ...options,
    chunk: Number(options.chunk),
    concurrency: Number(options.concurrency),
    target: session.config.NESSIE_BRANCH,
    dryRun: false,
    override: options.override === undefined ? undefined : { reason: options.override },
  });
  if (!options.yes || options.dryRun) {
    const plan = await start(session, { ...settings, dryRun: true });
    showPlan(settings, plan);
    const isDecided = options.dryRun || plan.status === 'nothing_to_do';
    if (isDecided && options.json) printJson(plan);
    else if (plan.status === 'nothing_to_do') say(backfillOutcome(settings.mode, plan));
    if (isDecided) return 0;
    if (!(await confirmed())) return 1;
  }
  const state = await start(session, settings);
  if (options.json) printJson({ ...state, workflow_id: backfillIdOf(settings) });
  else say(backfillOutcome(settings.mode, state));
  return 0;
}

async function start({ client }: Session, settings: BackfillSettings): Promise<BackfillState> {
  const handle = await startBackfill(client, settings);
  if (!settings.dryRun) say(`workflow ${handle.workflowId}`);
  return followed<BackfillState>(handle, settings.dryRun ? 'plan' : 'backfill');
}

async function confirmed(): Promise<boolean> {
  if (!process.stdin.isTTY) {
    say('expected an answer on a terminal; give --yes to continue without asking');
    return false;
  }
  return /^y(es)?$/i.test(await askOnTerminal('Continue? [y/N] '));
}
