import {
  CancellationScope,
  setCurrentDetails,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { UpkeepChangedRowsError } from '../core/errors';
import { MAIN_BRANCH } from '../core/ids';
import type { TurnRequest } from '../core/lane';
import type { RefineResult } from '../core/runs';
import { workOf } from '../core/runWork';
import { Attributes } from '../core/searchAttributes';
import type { RunRef, TableUpkeep } from '../core/steps';
import { asFailure } from './failures';
import { heavy, quick } from './proxyOptions';
import { emptyResult } from './runReport';
import { leaseSlot } from './slots';
import { StepLog } from './stepLog';

/**
 * One turn of upkeep: files of the pipeline's tables are rewritten on a branch, the row count of every table
 * is compared, and the branch is merged like any run's. Started by the lane; a second run finds nothing to
 * do.
 */
export async function maintainTables(input: TurnRequest): Promise<RefineResult> {
  const { pipeline, branch = MAIN_BRANCH } = input;
  upsertSearchAttributes([
    { key: Attributes.pipeline, value: pipeline },
    { key: Attributes.runKind, value: 'upkeep' },
    { key: Attributes.nessieBranch, value: branch },
  ]);
  const holder = workflowInfo().workflowId;
  const run: RunRef = { pipeline, runId: input.grantedRunId!, branch, slot: await leaseSlot(holder) };
  try {
    const work = workOf(input);
    const tables = work.kind === 'upkeep' ? work.tables : undefined;
    return await rewriteAndMerge(run, tables, new StepLog());
  } finally {
    await CancellationScope.nonCancellable(() => quick.closeRun({ ...run, holder }));
  }
}

async function rewriteAndMerge(
  run: RunRef,
  wanted: string[] | undefined,
  steps: StepLog,
): Promise<RefineResult> {
  const { baseHash } = await steps.time('open', quick.openRun(run));
  const done = await steps.time('spark', heavy.rewriteTables({ ...run, baseHash, tables: wanted }));
  const changed = done.tables.filter(({ action }) => action === 'rewritten');
  if (changed.length === 0) return emptyResult(run, steps);
  const tables = changed.map(({ table_name }) => table_name);
  const before = await steps.time('count before', quick.countRows({ catalog: run.slot, tables }));
  await steps.time('point', quick.pointSlot({ ...run, workBranch: done.workBranch, hash: done.headHash }));
  const after = await steps.time('count after', quick.countRows({ catalog: run.slot, tables }));
  checkRows(before, after);
  const properties = mergeProperties(run, tables);
  const { mergeHash } = await steps.time(
    'merge',
    quick.publishRun({ ...run, baseHash, auditedHash: done.headHash, rowsUris: [], properties }),
  );
  setCurrentDetails(tableOf(changed));
  return { ...emptyResult(run, steps), status: 'merged', mergeHash };
}

function mergeProperties({ pipeline }: RunRef, tables: string[]): Record<string, string> {
  return {
    'currents.pipeline': pipeline,
    'currents.kind': 'upkeep',
    'currents.gates': 'rows unchanged',
    'currents.rows': '0',
    'currents.tables': tables.join(','),
  };
}

function checkRows(before: Record<string, number>, after: Record<string, number>): void {
  const changed = Object.keys(before)
    .filter((table) => before[table] !== after[table])
    .map((table) => `${table}: ${before[table]} → ${after[table]}`);
  if (changed.length > 0) throw asFailure(new UpkeepChangedRowsError(changed));
}

function tableOf(tables: TableUpkeep[]): string {
  const rows = tables.map(
    (t) =>
      `| ${t.table_name} | ${t.files_before} → ${t.files_after} | ${t.delete_files_before} → ` +
      `${t.delete_files_after} | ${t.manifests_before} → ${t.manifests_after} | ${t.seconds} |`,
  );
  return ['| table | data files | delete files | manifests | s |', '|---|---|---|---|---|', ...rows].join(
    '\n',
  );
}
