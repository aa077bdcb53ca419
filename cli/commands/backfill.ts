import readline from 'node:readline/promises';
import { Option, type Command } from 'commander';
import { backfillSettings, type BackfillInput, type BackfillSettings } from '../../core/backfill';
import { pipelineNamed } from '../../pipelines/registry';
import type { BackfillState } from '../../workflows/backfillProgress';
import { askBackfill } from '../support/askBackfill';
import { backfillOutcome } from '../support/backfillOutcome';
import { exitCodeOf, failureOf, printJson, say, table } from '../support/output';
import { followed } from '../support/progress';
import { withTemporal, type Session } from '../support/session';
import { backfillIdOf, startBackfill } from '../support/startBackfill';

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
      'Plans what is missing in a range, shows the plan and asks. Then it lands archives and refines them in bulk, behind live runs.\n' +
        'Example: currents backfill --from 2026-01-01 --to 2026-02-01',
    )
    .option('--from <iso>', 'start of the range, inclusive (required)')
    .option('--to <iso>', 'end of the range, exclusive (required)')
    .option('--pipeline <name>', 'pipeline (default: the only enabled one)')
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
    .option('--chunk <days>', 'days per refine run', '7')
    .option('--concurrency <n>', 'archives landed at once', '2')
    .option('--dry-run', 'show the plan only')
    .option('--yes', 'do not ask')
    .option(
      '--override <reason>',
      'merge chunks although gates or dbt tests fail; the reason stands in the merge commit',
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
    printJson(
      await withTemporal(({ client }) =>
        askBackfill(client, id, (handle) => handle.query<BackfillState>('getProgress')),
      ),
    ),
  );
  control('pause', 'Finishes what is in progress and starts nothing new.')
    .requiredOption('--reason <text>', 'why')
    .action((id: string, { reason }: { reason: string }) => update(id, 'pause', { reason }));
  control('resume', 'Continues a paused backfill.').action((id: string) => update(id, 'resume'));
  control('concurrency', 'Archives landed at once, from now on.')
    .requiredOption('--limit <n>', '1 to 8')
    .action((id: string, { limit }: { limit: string }) =>
      update(id, 'setConcurrency', { concurrency: Number(limit) }),
    );
}

async function update(workflowId: string, name: string, input: object = {}): Promise<void> {
  await withTemporal(({ client }) =>
    askBackfill(client, workflowId, (handle) =>
      handle.executeUpdate<void, [object]>(name, { args: [input] }),
    ),
  );
  say(`${workflowId}: ${name}`);
}

/**
 * @returns the exit code: 0 when the range is filled or only planned, 1 when not or declined, 2 for an
 *   invalid call.
 */
async function runBackfill(options: BackfillOptions): Promise<number> {
  try {
    return await withTemporal((session) => planAndRun(session, options));
  } catch (error) {
    const failure = failureOf(error);
    if (options.json)
      printJson({
        status: 'failed',
        pipeline: options.pipeline,
        run_id: failure.details.runId ?? null,
        code: failure.code,
        message: failure.message,
        hint: failure.hint,
        details: failure.details,
      });
    say(`${failure.code}  ${failure.message}\n  ${failure.hint}`);
    return exitCodeOf(error);
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

function showPlan(
  { pipeline, from, to, mode, order, chunk, target }: BackfillSettings,
  plan: BackfillState,
): void {
  say(`${pipeline}: ${from} to ${to}, mode ${mode}, into ${target}`);
  const rows: [string, string | number][] = [
    ['intervals expected', plan.expected_intervals],
    ['in the lake', plan.present_intervals],
    ['the source itself does not have', plan.source_gaps],
    ['listed nowhere', plan.unavailable],
    ['archives to land', plan.archives],
    ['bytes to fetch', plan.archive_bytes],
    [`chunks of ${chunk} days, ${order} first`, plan.chunks],
    ['newest files, through Kafka', plan.current ? `${plan.current.from} to ${plan.current.to}` : 'none'],
  ];
  process.stderr.write(`${table(['plan', 'value'], rows)}\n`);
  if (plan.archives > 0)
    say('Archives are taken whole: days at the ends of the range are filled to their ends.');
}

async function confirmed(): Promise<boolean> {
  if (!process.stdin.isTTY) {
    say('expected an answer on a terminal; give --yes to continue without asking');
    return false;
  }
  const terminal = readline.createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question('Go on? [y/N] ');
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}
