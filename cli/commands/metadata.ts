import { WorkflowIdConflictPolicy } from '@temporalio/client';
import type { Command } from 'commander';
import fs from 'node:fs/promises';
import path from 'node:path';
import { ObjectStore } from '../../clients/s3/objectStore';
import { TASK_QUEUES } from '../../core/ids';
import { isoSeconds } from '../../core/interval';
import type { MetadataFile, MetadataFileKind } from '../../core/source';
import type { LoadMetadataResult } from '../../workflows/loadMetadata';
import { UnreadableFileError } from '../support/errors';
import { printJson, say } from '../support/output';
import { followed } from '../support/progress';
import { withTemporal, type Session } from '../support/session';

interface LoadOptions {
  unitCsv?: string;
  regionCsv?: string;
  workbook?: string;
  pipeline: string;
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
    .option('--pipeline <name>', 'pipeline (default: the only enabled one)')
    .option('--json', 'print the result as JSON')
    .action(async (options: LoadOptions) => {
      const result = await withTemporal((session) => load(session, options));
      if (options.json) return printJson(shape(result));
      for (const problem of result.problems) say(`left out: ${problem}`);
      say(
        `${result.units} units, ${result.regions} regions; ${result.refine.status} (run ${result.refine.runId})`,
      );
    });
}

async function load({ config, client }: Session, options: LoadOptions): Promise<LoadMetadataResult> {
  const given: [MetadataFileKind, string, string | undefined][] = [
    ['unit-csv', '--unit-csv', options.unitCsv],
    ['region-csv', '--region-csv', options.regionCsv],
    ['workbook', '--workbook', options.workbook],
  ];
  const store = ObjectStore.connect(config);
  const files: MetadataFile[] = [];
  for (const [kind, option, file] of given)
    if (file) files.push(await upload(store, options.pipeline, kind, option, file));
  store.close();
  const handle = await client.workflow.start('loadMetadata', {
    workflowId: `metadata/${options.pipeline}/${isoSeconds(Date.now())}`,
    taskQueue: TASK_QUEUES.control,
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
    args: [{ pipeline: options.pipeline, files, branch: config.NESSIE_BRANCH }],
    staticSummary: `${options.pipeline}: load units and regions`,
  });
  return followed<LoadMetadataResult>(handle, 'metadata');
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

function shape(result: LoadMetadataResult): Record<string, unknown> {
  return {
    status: result.refine.status,
    units: result.units,
    regions: result.regions,
    problems: result.problems,
    run_id: result.refine.runId,
    merge_hash: result.refine.mergeHash,
  };
}
