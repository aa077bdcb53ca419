import { WorkflowIdConflictPolicy } from '@temporalio/client';
import type { Command } from 'commander';
import { TASK_QUEUES } from '../../core/ids';
import { isoSeconds } from '../../core/interval';
import { pipelineNamed } from '../../pipelines/registry';
import type { MaintainResult, maintainLake } from '../../workflows/maintainLake';
import { commaList, pipelineOption } from '../support/options';
import { printJson, say } from '../support/output';
import { followed } from '../support/progress';
import { withTemporal } from '../support/session';

interface UpkeepOptions {
  pipeline: string;
  tables?: string;
  remove?: boolean;
  json?: boolean;
}

export function register(program: Command): void {
  program
    .command('upkeep')
    .alias('maintain')
    .summary('rewrite small files, find unneeded ones')
    .description(
      'Rewrites small files of the tables through the lane and a merge, and lists files that no ' +
        'branch or tag needs.\n' +
        'Example: currents upkeep --remove',
    )
    .addOption(pipelineOption())
    .option('--tables <names>', 'comma-separated schema.table (default: all of the pipeline)')
    .option('--remove', 'remove the branches and files found; without it they are only counted')
    .option('--json', 'print the outcome as JSON on stdout')
    .action(upkeep);
}

async function upkeep({ pipeline, tables, remove = false, json }: UpkeepOptions): Promise<void> {
  pipelineNamed(pipeline);
  const result = await withTemporal(async ({ client }) => {
    const handle = await client.workflow.start<typeof maintainLake>('maintainLake', {
      workflowId: `maintain/${pipeline}-${isoSeconds(Date.now())}`,
      taskQueue: TASK_QUEUES.control,
      workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
      args: [{ pipeline, remove, tables: tables === undefined ? undefined : commaList(tables) }],
      staticSummary: `${pipeline}: upkeep by hand`,
    });
    return followed<MaintainResult>(handle, 'upkeep');
  });
  if (json) return printJson(result);
  const { tables: run, unreferenced, expired } = result;
  const verb = expired.removed ? 'removed' : 'could be removed (--remove)';
  say(`tables: ${tablesText(run)}`);
  if (unreferenced)
    say(
      `${unreferenced.branches} orphaned branches and ${unreferenced.files} files ` +
        `(${unreferenced.bytes} bytes) that nothing refers to ${verb}`,
    );
  say(`${expired.files} staged objects and documents past their time ${verb}`);
}

function tablesText({ status, mergeHash, runId }: MaintainResult['tables']): string {
  if (status !== 'merged') return 'nothing to rewrite';
  return `rewritten and merged as ${mergeHash?.slice(0, 12)} (run ${runId})`;
}
