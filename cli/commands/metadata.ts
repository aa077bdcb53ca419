import { WorkflowIdConflictPolicy } from '@temporalio/client';
import { Option, type Command } from 'commander';
import fs from 'node:fs/promises';
import path from 'node:path';
import { ObjectStore } from '../../clients/s3/objectStore';
import { TASK_QUEUES } from '../../core/ids';
import { isoSeconds } from '../../core/interval';
import {
  TEXT_ENCODINGS,
  type MetadataFile,
  type MetadataFileKind,
  type TextEncoding,
} from '../../core/source';
import type { LoadMetadataResult } from '../../workflows/loadMetadata';
import { UnreadableFileError } from '../support/errors';
import { printJson, say } from '../support/output';
import { followed } from '../support/progress';
import { withTemporal, type Session } from '../support/session';

interface LoadOptions {
  unitCsv?: string;
  regionCsv?: string;
  workbook?: string;
  limitsCsv?: string;
  encoding?: TextEncoding;
  pipeline: string;
  override?: string;
  json?: boolean;
}

export function register(program: Command): void {
  const metadata = program
    .command('metadata')
    .summary('units and regions')
    .description('Slowly changing reference tables.');
  metadata
    .command('load')
    .description(
      "Loads units and regions from files, or from the source's own archive when none is given, and refreshes what was joined from them.",
    )
    .option('--unit-csv <file>', 'units, one a line')
    .option('--region-csv <file>', 'regions, one a line')
    .option('--workbook <file>', "the market operator's registration list (xlsx)")
    .option('--limits-csv <file>', 'limits that the market sets (price cap, floor), one a line')
    .addOption(
      new Option('--encoding <name>', 'how the CSV files were saved, when not as UTF-8').choices(
        TEXT_ENCODINGS,
      ),
    )
    .option(
      '--override <reason>',
      'merge although gates or dbt tests fail; the reason stands in the merge commit',
    )
    .option('--pipeline <name>', 'pipeline (default: the only enabled one)')
    .option('--json', 'print the result as JSON')
    .action(async (options: LoadOptions) => {
      const { result, problems } = await withTemporal((session) => load(session, options));
      if (options.json) return printJson(shape(result, problems));
      for (const problem of problems.slice(0, PROBLEMS_SHOWN)) say(problem);
      if (problems.length > 0) say(summaryOf(problems));
      say(
        `${result.units} units, ${result.regions} regions, ${result.interconnectors} interconnectors, ${result.limits} limits; ${result.refine.status} (run ${result.refine.runId})`,
      );
    });
}

/** About ten rows of a registration list are dropped; more than this goes into a file. */
const PROBLEMS_SHOWN = 20;

function summaryOf(problems: readonly string[]): string {
  const rows = (outcome: string) =>
    new Set(problems.flatMap((problem) => problem.match(`^${outcome}: .*?, line \\d+`)?.[0] ?? [])).size;
  const all = problems.length > PROBLEMS_SHOWN ? '; --json prints all' : '';
  return `${rows('left out')} rows left out, ${rows('taken')} taken with a doubt${all}`;
}

interface Loaded {
  result: LoadMetadataResult;
  /** All of them, also those beyond the size of the result. */
  problems: string[];
}

async function load({ config, client }: Session, options: LoadOptions): Promise<Loaded> {
  const given: [MetadataFileKind, string, string | undefined][] = [
    ['unit-csv', '--unit-csv', options.unitCsv],
    ['region-csv', '--region-csv', options.regionCsv],
    ['workbook', '--workbook', options.workbook],
    ['limits-csv', '--limits-csv', options.limitsCsv],
  ];
  const store = ObjectStore.connect(config);
  const files: MetadataFile[] = [];
  for (const [kind, option, file] of given)
    if (file)
      files.push({
        ...(await upload(store, options.pipeline, kind, option, file)),
        encoding: options.encoding,
      });
  const handle = await client.workflow.start('loadMetadata', {
    workflowId: `metadata/${options.pipeline}/${isoSeconds(Date.now())}`,
    taskQueue: TASK_QUEUES.control,
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
    args: [
      {
        pipeline: options.pipeline,
        files,
        branch: config.NESSIE_BRANCH,
        ...(options.override === undefined ? {} : { override: { reason: options.override } }),
      },
    ],
    staticSummary: `${options.pipeline}: load units and regions`,
  });
  const result = await followed<LoadMetadataResult>(handle, 'metadata');
  const problems = result.problemsUri ? await problemsAt(store, result.problemsUri) : result.problems;
  store.close();
  return { result, problems };
}

async function problemsAt(store: ObjectStore, uri: string): Promise<string[]> {
  const lines = (await store.getUri(uri)).toString('utf8').split('\n');
  return lines.map((line) => JSON.parse(line) as string);
}

async function upload(
  store: ObjectStore,
  pipeline: string,
  kind: MetadataFileKind,
  option: string,
  file: string,
): Promise<MetadataFile> {
  const bytes = await fs.readFile(file).catch((error: unknown) => {
    throw new UnreadableFileError(option, file, error);
  });
  await store.ensureBucket();
  const key = `metadata/${pipeline}/files/${Date.now()}-${path.basename(file)}`;
  await store.put(key, bytes);
  return { kind, name: path.basename(file), uri: store.uri(key) };
}

function shape(result: LoadMetadataResult, problems: string[]): Record<string, unknown> {
  return {
    status: result.refine.status,
    units: result.units,
    regions: result.regions,
    interconnectors: result.interconnectors,
    limits: result.limits,
    problems,
    run_id: result.refine.runId,
    merge_hash: result.refine.mergeHash,
  };
}
