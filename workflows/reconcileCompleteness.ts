import {
  executeChild,
  ParentClosePolicy,
  patched,
  setCurrentDetails,
  startChild,
  upsertSearchAttributes,
  workflowInfo,
  WorkflowIdReusePolicy,
  type ChildWorkflowOptions,
} from '@temporalio/workflow';
import type { CompletenessReport } from '../activities/bulk/measureCompleteness';
import { ownGaps, type BackfillInput } from '../core/backfill';
import { unattendedBackfillId } from '../core/ids';
import { isoSeconds } from '../core/interval';
import { filesIntake } from '../core/pipeline';
import { Attributes } from '../core/searchAttributes';
import { backfillRange } from './backfillRange';
import { failOnUserErrors, isAlreadyStarted } from './failures';
import { pipelineNamed } from './pipelines';
import { bulk } from './proxyOptions';

export interface ReconcileInput {
  pipeline: string;
}

export interface ReconcileResult extends CompletenessReport {
  /**
   * The running backfill that fills it, started now or by an earlier run; null when there is nothing to
   * fetch.
   */
  filledBy: { workflowId: string; status: 'started' | 'already_running' } | null;
}

/** One day: a day that fails a gate does not block its neighbours, and live runs wait less for each chunk. */
const CHUNK_DAYS = 1;
/** Live runs need some minutes for the newest intervals; intervals missing after that need a backfill. */
const GRACE_MS = 15 * 60_000;

/**
 * Compares the expected intervals with those on main, separates the source's gaps from ours and, if
 * configured, fills ours. After an outage of hours it catches up in few runs: one for the files that the
 * source still lists, and one for each day of archives. A day's archives that fail a gate are tried once;
 * then they need an operator, and still count as our gap. The backfill runs independently: a held lane may
 * keep it for days, and completeness must be measured meanwhile.
 */
export async function reconcileCompleteness(input: ReconcileInput): Promise<ReconcileResult> {
  const { pipeline } = input;
  upsertSearchAttributes([{ key: Attributes.pipeline, value: pipeline }]);
  const { step_ms } = failOnUserErrors(() => filesIntake(pipelineNamed(pipeline), 'measure completeness'));
  const until = isoSeconds(Math.floor((Date.now() - GRACE_MS) / step_ms) * step_ms);
  const report = await bulk.measureCompleteness({ pipeline, until });
  setCurrentDetails(tableOf(report, until));
  if (!report.backfill) return { ...report, filledBy: null };
  const backfill: BackfillInput = {
    pipeline,
    from: report.from,
    to: until,
    chunk: CHUNK_DAYS,
    leaveBlocked: true,
  };
  return {
    ...report,
    filledBy: patched('backfill-goes-on-alone')
      ? await startBackfill(backfill)
      : await awaitBackfill(backfill),
  };
}

async function startBackfill(input: BackfillInput): Promise<ReconcileResult['filledBy']> {
  const workflowId = unattendedBackfillId(input.pipeline);
  try {
    await startChild(backfillRange, {
      workflowId,
      args: [input],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      ...childOptions(input),
    });
    return { workflowId, status: 'started' };
  } catch (error) {
    if (!isAlreadyStarted(error)) throw error;
    return { workflowId, status: 'already_running' };
  }
}

/** Runs started by an earlier version behave so: their backfill is cancelled when they end. */
async function awaitBackfill(input: BackfillInput): Promise<ReconcileResult['filledBy']> {
  const workflowId = `${workflowInfo().workflowId}/backfill`;
  await executeChild(backfillRange, {
    workflowId,
    args: [input],
    parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
    ...childOptions(input),
  });
  return { workflowId, status: 'started' };
}

function childOptions({
  pipeline,
  from,
}: BackfillInput): Pick<ChildWorkflowOptions, 'workflowIdReusePolicy' | 'staticSummary'> {
  return {
    workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
    staticSummary: `${pipeline}: what main lacks since ${from}`,
  };
}

function tableOf({ from, reports, blocked = [] }: CompletenessReport, until: string): string {
  const rows = Object.entries(reports).map(
    ([name, counts]) =>
      `| ${name} | ${counts.expected} | ${counts.present} | ${ownGaps(counts)} | ` +
      `${counts.sourceGaps + counts.unavailable} |`,
  );
  const left =
    blocked.length === 0
      ? []
      : ['', `Failed a gate and wait for \`currents backfill\`: ${blocked.join(', ')}`];
  return [
    `Intervals from ${from} to ${until}`,
    '',
    "| report | expected | on main | our gaps | the source's gaps |",
    '|---|---|---|---|---|',
    ...rows,
    ...left,
  ].join('\n');
}
