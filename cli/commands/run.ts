import { WorkflowIdConflictPolicy } from '@temporalio/client';
import type { Command } from 'commander';
import { refineWorkflowId, TASK_QUEUES } from '../../core/ids';
import { intervalsBetween, isoSeconds } from '../../core/interval';
import type { Config } from '../../settings/config';
import type { IngestedRange } from '../../core/runs';
import { filesIntake } from '../../core/pipeline';
import { pipelineNamed } from '../../pipelines/registry';
import { askLane } from '../../activities/runs/support/askLane';
import type { ingestRange } from '../../workflows/ingestRange';
import { printJson, reportRunFailure, say, table } from '../support/output';
import { followed } from '../support/progress';
import { withTemporal, type Session } from '../support/session';
import { ApplicationFailure } from '@temporalio/common';
import type { RefineResult } from '../../core/runs';

interface RunOptions {
  from?: string;
  to?: string;
  json?: boolean;
  goldOnly?: boolean;
  ingestOnly?: boolean;
  override?: string;
}

const DEFAULT_RANGE_MS = 30 * 60_000;

export function register(program: Command): void {
  program
    .command('run <pipeline>')
    .summary('ingest a range, refine it, merge it')
    .description(
      'Ingests what the source has for a range, refines it and ends when it is merged (exit 0) ' +
        'or not (exit 1).\n' +
        'Example: currents run nem --from 2026-11-20T00:00:00+10:00 --to 2026-11-20T02:00:00+10:00',
    )
    .option('--from <iso>', 'start of the range, inclusive (default: 30 minutes ago)')
    .option('--to <iso>', 'end of the range, exclusive (default: now)')
    .option('--ingest-only', 'publish what the source has for a range; the next run refines it')
    .option('--gold-only', 'build gold from the silver that is on the branch, without ingesting')
    .option(
      '--override <reason>',
      'with --gold-only: merge although gates fail; the reason stands in the merge commit',
    )
    .option('--json', 'print the result as JSON on stdout')
    .action(async (pipeline: string, options: RunOptions, command: Command) => {
      if (options.ingestOnly && options.goldOnly)
        command.error('error: expected one of --ingest-only and --gold-only', { exitCode: 2 });
      if (options.override !== undefined && !options.goldOnly)
        command.error(
          'error: expected --override with --gold-only; a held run is answered with: currents runs ' +
            'override <run>',
          { exitCode: 2 },
        );
      process.exitCode = await runPipeline(pipeline, options);
    });
}

/**
 * @returns the exit code: 0 merged or only ingested as asked, 1 not, 2 for an invalid call.
 */
async function runPipeline(pipeline: string, options: RunOptions): Promise<number> {
  try {
    const outcome = await withTemporal((session) =>
      isRefineOnly(pipeline, options)
        ? runLane(session, pipeline, options)
        : runRange(session, pipeline, options),
    );
    if (options.json) printJson(outcome);
    else printSummary(outcome);
    return 0;
  } catch (error) {
    return reportRunFailure(error, pipeline, options.json);
  }
}

async function runRange(
  { config, client }: Session,
  pipeline: string,
  options: RunOptions,
): Promise<RunOutcome | IngestOutcome> {
  const now_ms = Date.now();
  const range = {
    from: options.from ?? isoSeconds(now_ms - DEFAULT_RANGE_MS),
    to: options.to ?? isoSeconds(now_ms),
  };
  const intervals = intervalsBetween(
    range.from,
    range.to,
    filesIntake(pipelineNamed(pipeline), 'ingest a range').step_ms,
  );
  // Runs of one id join each other, and one that only ingests does not do what the other waits for.
  const kind = options.ingestOnly ? 'ingest-only' : 'run';
  const workflowId = `${kind}/${pipeline}/${intervals[0]!.start}/${intervals.at(-1)!.end}`;
  say(
    `${pipeline}: ${intervals.length} intervals, ${intervals[0]!.start} to ` +
      `${intervals.at(-1)!.end}, branch ${config.NESSIE_BRANCH}`,
  );
  const handle = await client.workflow.start<typeof ingestRange>('ingestRange', {
    workflowId,
    taskQueue: TASK_QUEUES.control,
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
    args: [
      {
        pipeline,
        ...range,
        branch: config.NESSIE_BRANCH,
        ...(options.ingestOnly ? { refine: false } : {}),
      },
    ],
    staticSummary: `${pipeline}: ${intervals.length} intervals by hand`,
  });
  const result = await followed<IngestedRange>(handle, 'run');
  const ingested = ingestedOf(workflowId, result);
  return result.refine
    ? { ...outcomeOf(config, pipeline, result.refine), ...ingested }
    : { status: 'ingested', pipeline, simulated: config.CURRENTS_SIMULATED, ...ingested };
}

function ingestedOf(workflow_id: string, result: IngestedRange) {
  return {
    workflow_id,
    intervals: result.intervals,
    files: result.files,
    seen: result.seen,
    quarantined: result.quarantined,
    rows: result.rows,
    dead_letters: result.deadLetters,
    missing: result.missing,
    missing_more: result.missingMore ?? 0,
  };
}

/** A pipeline that is fed by topics has nothing to ingest: Kafka holds its records. */
function isRefineOnly(pipeline: string, { goldOnly, ingestOnly, from, to }: RunOptions): boolean {
  const asksToIngest = ingestOnly === true || (from ?? to) !== undefined;
  const isByTopics = pipelineNamed(pipeline).intake.kind === 'topics' && !asksToIngest;
  return goldOnly === true || isByTopics;
}

async function runLane(
  { config, client }: Session,
  pipeline: string,
  { goldOnly = false, override }: RunOptions,
): Promise<RunOutcome> {
  const outcome = await askLane(client, {
    pipeline,
    branch: config.NESSIE_BRANCH,
    kind: 'operator',
    ...(goldOnly ? { work: { kind: 'gold' } } : {}),
    requestedBy: goldOnly ? 'currents run --gold-only' : 'currents run',
    ...(override === undefined ? {} : { override: { reason: override } }),
  });
  if (outcome.status === 'done') return outcomeOf(config, pipeline, outcome.result);
  const failure =
    outcome.status === 'failed'
      ? outcome.failure
      : { code: 'UNEXPECTED', message: `run ${outcome.runId} is queued`, hint: '', details: {} };
  throw ApplicationFailure.create({
    message: failure.message,
    type: failure.code,
    details: [{ ...failure.details, code: failure.code, hint: failure.hint, runId: outcome.runId }],
  });
}

/** The documented shape of `--json`; consumers ignore fields they do not know. */
interface RunOutcome {
  status: string;
  pipeline: string;
  run_id: string;
  workflow_id: string;
  branch: string;
  simulated: boolean;
  merge_hash: string | null;
  intervals?: number;
  files?: number;
  seen?: number;
  quarantined?: number;
  rows?: number;
  dead_letters?: number;
  missing?: string[];
  missing_more?: number;
  records: number;
  interval_min: string | null;
  interval_max: string | null;
  tables: RefineResult['counts'];
  gates: RefineResult['gates'];
  unknown_units: number;
  durations_ms: Record<string, number>;
}

/** The same of a range that was ingested and not refined: what a run adds is not there. */
type IngestOutcome = Pick<RunOutcome, 'status' | 'pipeline' | 'simulated'> & ReturnType<typeof ingestedOf>;

function outcomeOf(config: Config, pipeline: string, refine: RefineResult): RunOutcome {
  return {
    status: refine.status,
    pipeline,
    run_id: refine.runId,
    workflow_id: refineWorkflowId(pipeline, refine.runId),
    branch: refine.branch,
    simulated: config.CURRENTS_SIMULATED,
    merge_hash: refine.mergeHash,
    records: refine.records,
    interval_min: refine.intervalMin,
    interval_max: refine.intervalMax,
    tables: refine.counts,
    gates: refine.gates,
    unknown_units: refine.unknownUnits,
    durations_ms: refine.durations_ms,
  };
}

const COLUMNS = ['table', 'rows in', 'inserted', 'updated', 'duplicates', 'superseded', 'dead letters'];

function printSummary(outcome: RunOutcome | IngestOutcome): void {
  if ('tables' in outcome) {
    say(`\n${statusText(outcome)} (run ${outcome.run_id})`);
    if (outcome.tables.length > 0) process.stdout.write(`${table(COLUMNS, outcome.tables.map(rowOf))}\n`);
  } else say(`\ningested ${outcome.files} files, ${outcome.rows} rows; the next run refines them`);
  for (const gap of outcome.missing ?? []) say(`gap: the source does not list ${gap}`);
  if (outcome.missing_more) say(`gap: the source does not list ${outcome.missing_more} more files`);
  if ('gates' in outcome) for (const warning of outcome.gates.warnings) say(`warning: ${warning}`);
}

function statusText({ status, branch, merge_hash }: RunOutcome): string {
  if (status !== 'merged') return 'nothing new: the lake has it all';
  return `merged into ${branch} as ${merge_hash?.slice(0, 12)}`;
}

function rowOf(count: RefineResult['counts'][number]): (string | number)[] {
  const { table_name, rows_in, inserted, updated, duplicates, superseded, dead_letters } = count;
  return [table_name, rows_in, inserted, updated, duplicates, superseded, dead_letters];
}
