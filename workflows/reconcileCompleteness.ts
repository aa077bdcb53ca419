import { executeChild, ParentClosePolicy, setCurrentDetails, upsertSearchAttributes, workflowInfo, WorkflowIdReusePolicy } from '@temporalio/workflow';
import type { CompletenessReport } from '../activities/bulk/backfill';
import { ownGaps } from '../core/backfill';
import { isoSeconds } from '../core/interval';
import { Attributes } from '../core/searchAttributes';
import { backfillRange } from './backfillRange';
import type { BackfillState } from './backfillProgress';
import { bulk } from './proxyOptions';

export interface ReconcileInput {
  pipeline: string;
}

export interface ReconcileResult extends CompletenessReport {
  /** What a backfill did about it; null when there was none. */
  filled: Pick<BackfillState, 'status' | 'records' | 'chunks' | 'current'> | null;
}

/** One day: a day that fails a gate keeps no neighbour out, and live runs wait the less for each. */
const CHUNK_DAYS = 1;
/** Live runs need some minutes for the newest intervals; what they have not brought by then, nobody will. */
const GRACE_MS = 15 * 60_000;
const STEP_MS = 5 * 60_000;

/**
 * Compares the intervals that should be on main with those that are, tells the source's gaps from ours, and, if so
 * configured, fills ours: after an outage of hours this is what catches up, in one run for what the source still lists and
 * one for each day of archives, instead of many small ones.
 * A day's archives that fail a gate are tried once; then they are an operator's, and still counted as our gap.
 */
export async function reconcileCompleteness(input: ReconcileInput): Promise<ReconcileResult> {
  const { pipeline } = input;
  upsertSearchAttributes([{ key: Attributes.pipeline, value: pipeline }]);
  const until = isoSeconds(Math.floor((Date.now() - GRACE_MS) / STEP_MS) * STEP_MS);
  const report = await bulk.measureCompleteness({ pipeline, until });
  setCurrentDetails(tableOf(report, until));
  if (!report.backfill) return { ...report, filled: null };
  const { status, records, chunks, current } = await executeChild(backfillRange, {
    workflowId: `${workflowInfo().workflowId}/backfill`, args: [{ pipeline, from: report.from, to: until, chunk: CHUNK_DAYS, leaveBlocked: true }],
    parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL, workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
    staticSummary: `${pipeline}: what main lacks since ${report.from}`,
  });
  return { ...report, filled: { status, records, chunks, current } };
}

function tableOf({ from, reports, blocked = [] }: CompletenessReport, until: string): string {
  const rows = Object.entries(reports).map(([name, counts]) => `| ${name} | ${counts.expected} | ${counts.present} | ${ownGaps(counts)} | ${counts.sourceGaps + counts.unavailable} |`);
  const left = blocked.length === 0 ? [] : ['', `Failed a gate and wait for \`currents backfill\`: ${blocked.join(', ')}`];
  return [`Intervals from ${from} to ${until}`, '', '| report | expected | on main | our gaps | the source\'s gaps |', '|---|---|---|---|---|', ...rows, ...left].join('\n');
}
